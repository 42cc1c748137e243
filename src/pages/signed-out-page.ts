/**
 * /signedOut: where /logout leads that names an app client and no address to go on to. Cognito has no such page: it answers such a request
 * with an error, and so leaves people at a dead end.
 */
import type { Context } from "hono";
import { html } from "hono/html";
import type { Call } from "../domain/call.ts";
import { type AppClient, findAppClient } from "../domain/user-pools/app-clients.ts";
import { findBrowserSession } from "../domain/user-pools/authorization/browser-sessions.ts";
import {
	AuthorizationPageError,
	AuthorizationRedirectError,
	readAuthorizationRequest,
} from "../domain/user-pools/authorization/requests.ts";
import { readCookie } from "../http/cookies.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { findBranding } from "./branding.ts";
import { primaryLink } from "./components.ts";
import { goToErrorPage, showNotFound } from "./error-page.ts";
import { lookOf, redirect, showPage } from "./visit.ts";

export const signedOutPage = {
	path: "/signedOut",

	async get(call: Call, c: Context<DomainEnv>): Promise<Response> {
		const { pool, domain, basePath } = c.get("domain");
		const client = await findAppClient(call, c.req.query("client_id") ?? "");
		if (client === undefined || client.userPoolId !== pool.id) return goToErrorPage(c, new AuthorizationPageError("unauthorized_client"));
		const login = await findLogin(call, c, client);
		// A link that anybody may write does not tell who is signed in that this is over.
		if ((await findBrowserSession(call, pool, readCookie(c, "session"))) !== undefined)
			return login === undefined ? showNotFound(c) : redirect({ c }, login);
		const look = { ...lookOf(c, "/signedOut", client.name), branding: await findBranding(call, pool, client, domain, basePath) };
		const { text } = look.language;
		const title = "signedOut.title";
		if (login === undefined) return showPage(c, look, { title, body: html``, icon: "check", tone: "success" }, 200);
		const body = primaryLink(look, { text: text("signedOut.signIn"), href: login });
		return showPage(c, look, { title, lead: text("signedOut.lead"), body, icon: "check", tone: "success" }, 200);
	},
};

/** The login page as the client's own request would come to it: by its default address, or its only one. Undefined where there is none. */
async function findLogin(call: Call, c: Context<DomainEnv>, client: AppClient): Promise<string | undefined> {
	const { pool, basePath } = c.get("domain");
	const { CallbackURLs: [first, ...others] = [], DefaultRedirectURI, AllowedOAuthFlows } = client.settings;
	const redirectUri = DefaultRedirectURI ?? (others.length === 0 ? first : undefined);
	if (redirectUri === undefined) return undefined;
	const responseType = AllowedOAuthFlows?.includes("code") ? "code" : "token";
	const query = new URLSearchParams({ client_id: client.id, response_type: responseType, redirect_uri: redirectUri });
	try {
		await readAuthorizationRequest(call, pool, query);
	} catch (error) {
		// A client without login pages.
		if (error instanceof AuthorizationPageError || error instanceof AuthorizationRedirectError) return undefined;
		throw error;
	}
	return `${basePath}/login?${query}`;
}
