/** What can't go on: requests that are not answered to their redirect_uri (/error), forms that are not ours, and what broke. */
import type { Context } from "hono";
import { html } from "hono/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AuthorizationPageError } from "../domain/user-pools/authorization/requests.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { more, primaryLink, summary } from "./components.ts";
import { lookOf, redirect, show, showPage, type Visit } from "./visit.ts";

/** What the page repeats; whatever else stands in its query is not shown, since anybody can write a link to it. */
const errors: ReadonlySet<string> = new Set([
	"redirect_mismatch",
	"unauthorized_client",
	"invalid_request",
	"invalid_scope",
	"invalid_target",
	"login_required",
	"Required parameters missing",
]);
const clientPattern = /^[a-z0-9]{26}$/;

export const errorPage = {
	path: "/error",

	get(c: Context<DomainEnv>): Promise<Response> {
		const look = lookOf(c, "/error", placeOf(c));
		const { text } = look.language;
		const error = c.req.query("error") ?? "";
		const clientId = c.req.query("client_id") ?? "";
		const facts = [
			...(errors.has(error) ? [{ label: "error", value: error }] : []),
			...(clientPattern.test(clientId) ? [{ label: "client_id", value: clientId }] : []),
		];
		const body = facts.length === 0 ? html`` : more(look, { summary: text("error.details"), content: summary(look, facts) });
		return showPage(c, look, { title: "error.clientTitle", lead: text("error.clientLead"), body, icon: "alert", tone: "warning" }, 400);
	},
};

/** Leads there, as AWS does: `/error?error=redirect_mismatch&client_id=…`. */
export function goToErrorPage(c: Context<DomainEnv>, { error, clientId }: AuthorizationPageError): Response {
	const query = new URLSearchParams({ error, ...(clientId !== undefined && { client_id: clientId }) });
	return redirect({ c }, `${c.get("domain").basePath}/error?${query}`);
}

/** A post that is not from a form of ours, or from one that was open for too long: begin again, with the same authorization request. */
export function showExpiredForm(c: Context<DomainEnv>, path: string): Promise<Response> {
	const look = lookOf(c, path, placeOf(c));
	const { text } = look.language;
	const body = primaryLink(look, { text: text("page.startAgain"), href: startAgain(c) });
	return showPage(c, look, { title: "error.csrfTitle", lead: text("error.csrfLead"), body, icon: "alert", tone: "warning" }, 403);
}

export function showUnexpected(c: Context<DomainEnv>, path: string, status: ContentfulStatusCode): Promise<Response> {
	const look = lookOf(c, path, placeOf(c));
	const { text } = look.language;
	const body = primaryLink(look, { text: text("page.startAgain"), href: startAgain(c) });
	return showPage(c, look, { title: "error.title", lead: text("error.unexpected"), body, icon: "alert", tone: "warning" }, status);
}

/** The app client's users are those of other providers alone. */
export function showNoLocalUsers(visit: Visit): Promise<Response> {
	const { text } = visit.look.language;
	return show(visit, { title: "signIn.title", error: text("error.federated"), body: html`` }, 403);
}

export function showNotFound(c: Context<DomainEnv>): Promise<Response> {
	const look = lookOf(c, c.req.path, placeOf(c));
	const { text } = look.language;
	const view = { title: "error.notFoundTitle", lead: text("error.notFoundLead"), body: html``, icon: "info" } as const;
	return showPage(c, { ...look, languageLinks: [] }, view, 404);
}

/** What a page without an app client calls the place. */
export function placeOf(c: Context<DomainEnv>): string {
	return c.get("domain").domain.name;
}

function startAgain(c: Context<DomainEnv>): string {
	const query = new URLSearchParams(new URL(c.req.url).search);
	for (const own of ["flow", "notice"]) query.delete(own);
	return `${c.get("domain").basePath}/login?${query}`;
}
