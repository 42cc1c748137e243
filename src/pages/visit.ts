/**
 * One request to a page: the authorization request that is in its query, checked, and what the page needs to answer. This file also writes
 * every page's headers, links and forms, so that no page can forget them.
 */
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppClient } from "../domain/user-pools/app-clients.ts";
import { managedClient } from "../domain/user-pools/authorization/managed-client.ts";
import { type AuthorizationRequest, isSelfRegistered, readAuthorizationRequest } from "../domain/user-pools/authorization/requests.ts";
import type { UserPool } from "../domain/user-pools/pools.ts";
import { type CallBase, callOf, type DoorCall } from "../http/call.ts";
import { readCookie, setCookie } from "../http/cookies.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { findBranding, findTerms } from "./branding.ts";
import { form } from "./components.ts";
import { csrfToken, findBrowserId, giveBrowserId } from "./csrf.ts";
import { flowParameter } from "./flow.ts";
import { chooseLanguage, findLanguage, linksToLanguages, type TextKey } from "./languages.ts";
import { page, type View } from "./layout.ts";
import type { Html, Look } from "./look.ts";

export interface Visit {
	readonly c: Context<DomainEnv>;
	readonly call: DoorCall;
	readonly pool: UserPool;
	/** The page's own path, without the domain's base path. */
	readonly path: string;
	readonly request: AuthorizationRequest;
	/** The app client, as its login pages use it. */
	readonly client: AppClient;
	readonly look: Look;
	/** Where the client's terms documents are; undefined unless both are there. */
	readonly terms: { readonly use: string; readonly privacy: string } | undefined;
	/** The authorization request's parameters: every link and form keeps them. */
	readonly query: URLSearchParams;
	readonly browserId: string;
}

/** Sentences that one page has for the next: `notice` in the query is one of these words. */
export const notices = {
	expired: "error.sessionExpired",
	confirmed: "confirm.doneTitle",
	reset: "reset.done",
	resent: "code.sent",
} as const satisfies Readonly<Record<string, TextKey>>;
export type Notice = keyof typeof notices;

const noticeParameter = "notice";
const langSeconds = 31_536_000;

/** The call of a request to a page: what it signs in is a browser. */
export function pageCall(base: CallBase, c: Context<DomainEnv>): DoorCall {
	return { ...callOf(base, c.get("edge")), managedLogin: true };
}

/**
 * The visit of a request to `path`. `defaults` are parameters that the page does without.
 * @throws AuthorizationPageError, AuthorizationRedirectError
 */
export async function openVisit(
	call: DoorCall,
	c: Context<DomainEnv>,
	path: string,
	defaults: Readonly<Record<string, string>> = {},
): Promise<Visit> {
	const { pool } = c.get("domain");
	const query = new URLSearchParams(new URL(c.req.url).search);
	query.delete(flowParameter);
	query.delete(noticeParameter);
	const asked = new URLSearchParams(query);
	for (const [name, value] of Object.entries(defaults)) if (!asked.has(name)) asked.set(name, value);
	const request = await readAuthorizationRequest(call, pool, asked);
	const client = managedClient(request.client);
	const plain = lookOf(c, path, isSelfRegistered(client) ? `${client.name} (${placeOf(request.redirectUri)})` : client.name);
	const { domain, basePath } = c.get("domain");
	const terms = await findTerms(call, pool, client, domain, plain.language.code);
	const look: Look = { ...plain, branding: await findBranding(call, pool, client, domain, basePath) };
	return { c, call, pool, path, request, client, look, terms, query, browserId: findBrowserId(c) ?? giveBrowserId(call, c) };
}

/** Where an application is that chose its name itself: its host, or the scheme that opens it. */
function placeOf(redirectUri: string): string {
	const { protocol, host } = new URL(redirectUri);
	return protocol === "https:" || protocol === "http:" ? host : protocol;
}

/** What a page at `path` is drawn with. A language that the query names is remembered. */
export function lookOf(c: Context<DomainEnv>, path: string, name: string): Look {
	const { basePath } = c.get("domain");
	const named = c.req.query("lang");
	const language = chooseLanguage({ query: named, cookie: readCookie(c, "lang"), acceptLanguage: c.req.header("accept-language") });
	if (named !== undefined && findLanguage(named) !== undefined) setCookie(c, "lang", language.code, langSeconds);
	const links = linksToLanguages(`${basePath}${path}`, new URLSearchParams(new URL(c.req.url).search));
	return { language, basePath, name, languageLinks: links };
}

/** Answers with a page. */
export async function show(visit: Visit, view: View, status: ContentfulStatusCode = 200): Promise<Response> {
	return showPage(visit.c, visit.look, view, status, formTarget(visit.request.redirectUri));
}

/** As `show`, for pages that no authorization request leads to. */
export async function showPage(
	c: Context<DomainEnv>,
	look: Look,
	view: View,
	status: ContentfulStatusCode,
	formTarget = "",
): Promise<Response> {
	c.header(
		"content-security-policy",
		[
			"default-src 'none'",
			"style-src 'self'",
			"script-src 'self'",
			"img-src 'self' data:",
			"font-src 'self'",
			"connect-src 'self'",
			"base-uri 'none'",
			"frame-ancestors 'none'",
			`form-action 'self'${formTarget}`,
		].join("; "),
	);
	c.header("x-frame-options", "DENY");
	c.header("x-content-type-options", "nosniff");
	// Not "no-referrer", with which browsers say "null" instead of where a form comes from.
	c.header("referrer-policy", "same-origin");
	c.header("permissions-policy", "publickey-credentials-get=(self), publickey-credentials-create=(self)");
	noStore(c);
	return c.html(await page(look, view), status);
}

/**
 * The source by which the CSP lets a form end at the application: browsers hold `form-action` against every redirect after a post, and so
 * also against where the application itself goes on to, such as from a callback at its API's host to its pages. Hence the scheme alone.
 */
function formTarget(redirectUri: string): string {
	return ` ${new URL(redirectUri).protocol}`;
}

function noStore(c: Context<DomainEnv>): void {
	c.header("cache-control", "no-store");
}

/** Answers with a redirect. `location` is one of our own pages, or what the domain made of a verified redirect_uri. */
export function redirect({ c }: Pick<Visit, "c">, location: string): Response {
	noStore(c);
	c.header("referrer-policy", "same-origin");
	return c.redirect(location, 303);
}

/** The path of one of our own pages, with the authorization request's parameters. */
export function hrefOf({ look, query }: Visit, path: string, own: Readonly<Record<string, string>> = {}): string {
	const whole = new URLSearchParams(query);
	for (const [name, value] of Object.entries(own)) whole.set(name, value);
	return `${look.basePath}${path}?${whole}`;
}

/** Goes on to a page of a flow. */
export function goTo(visit: Visit, path: string, flow: string, notice?: Notice): Response {
	return redirect(visit, hrefOf(visit, path, { [flowParameter]: flow, ...(notice && { [noticeParameter]: notice }) }));
}

/** Goes back to the sign-in page, which says why, and has the name filled in where one is given. */
export function goToSignIn(visit: Visit, notice: Notice, username?: string): Response {
	return redirect(visit, hrefOf(visit, "/login", { [noticeParameter]: notice, ...(username && { login_hint: username }) }));
}

export function hasNotice({ c }: Visit, notice: Notice): boolean {
	return c.req.query(noticeParameter) === notice;
}

export function findNotice({ c, look }: Visit): string | undefined {
	const word = c.req.query(noticeParameter);
	return word !== undefined && Object.hasOwn(notices, word) ? look.language.text(notices[word as Notice]) : undefined;
}

type FormParts = Omit<Parameters<typeof form>[1], "action" | "csrf">;

/** A form that posts to `path`, in the flow of this request or the one named. */
export function formTo(visit: Visit, path: string, parts: FormParts, flow = visit.c.req.query(flowParameter)): Html {
	const action = hrefOf(visit, path, flow === undefined ? {} : { [flowParameter]: flow });
	return form(visit.look, { ...parts, action, csrf: csrfToken(visit.pool, visit.browserId, path) });
}
