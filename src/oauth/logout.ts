/**
 * GET /logout: ends the browser's session, and goes to one of the client's sign-out URLs, or to the login page. Tokens stay.
 * Unlike Cognito, which refuses a request that names neither, this then shows a page that says that one is signed out.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/logout-endpoint.html
 */
import type { Context } from "hono";
import type { Call } from "../domain/call.ts";
import { findAppClient } from "../domain/user-pools/app-clients.ts";
import { endBrowserSession } from "../domain/user-pools/authorization/browser-sessions.ts";
import { headerSafe } from "../domain/user-pools/authorization/redirects.ts";
import {
	AuthorizationPageError,
	AuthorizationRedirectError,
	readAuthorizationRequest,
} from "../domain/user-pools/authorization/requests.ts";
import type { UserPool } from "../domain/user-pools/pools.ts";
import { deleteCookie, readCookie } from "../http/cookies.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { errorPage } from "./authorize.ts";

/** The parameters that go on to the login page; an identity provider is not among them. */
const carried = [
	"client_id",
	"response_type",
	"redirect_uri",
	"state",
	"nonce",
	"scope",
	"code_challenge",
	"code_challenge_method",
	"lang",
];

export async function logout(call: Call, c: Context<DomainEnv>): Promise<Response> {
	const { pool, basePath } = c.get("domain");
	const query = new URLSearchParams(new URL(c.req.url).search);
	let location: string;
	try {
		// Decided before anything ends: a request that is refused signs nobody out.
		location = await destination(call, pool, basePath, query);
	} catch (error) {
		if (error instanceof AuthorizationPageError) return c.redirect(errorPage(basePath, error), 302);
		if (error instanceof AuthorizationRedirectError) return c.redirect(error.location, 302);
		throw error;
	}
	await endBrowserSession(call, pool, readCookie(c, "session"));
	deleteCookie(c, "session");
	return c.redirect(location, 302);
}

/** @throws AuthorizationPageError, AuthorizationRedirectError */
async function destination(call: Call, pool: UserPool, basePath: string, query: URLSearchParams): Promise<string> {
	const [clientId, ...furtherClients] = query.getAll("client_id");
	const [logoutUri, ...furtherUris] = query.getAll("logout_uri");
	if (furtherClients.length > 0 || furtherUris.length > 0) throw new AuthorizationPageError("invalid_request");
	if (!clientId) throw new AuthorizationPageError("Required parameters missing");
	const client = await findAppClient(call, clientId);
	if (client === undefined || client.userPoolId !== pool.id)
		throw new AuthorizationPageError("unauthorized_client", "Client does not exist.");
	if (logoutUri) {
		// Byte for byte, as redirect_uri is.
		if (!client.settings.LogoutURLs?.includes(logoutUri)) throw new AuthorizationPageError("redirect_mismatch", undefined, client.id);
		return headerSafe(logoutUri);
	}
	if (!query.get("redirect_uri")) {
		const lang = query.get("lang");
		return `${basePath}/signedOut?${new URLSearchParams({ client_id: client.id, ...(lang && { lang }) })}`;
	}
	const login = new URLSearchParams([...query].filter(([name]) => carried.includes(name)));
	const { scopes } = await readAuthorizationRequest(call, pool, login);
	// "Amazon Cognito redirects your user to the /login endpoint with a scope parameter": all of the client's.
	if (!login.get("scope")) login.set("scope", scopes.join(" "));
	return `${basePath}/login?${login}`;
}
