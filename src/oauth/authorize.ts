/**
 * GET /oauth2/authorize: back to the application at once where the browser's user is signed in and the request goes by that, else to the
 * login page with the same query.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html
 */
import type { Context } from "hono";
import type { Call } from "../domain/call.ts";
import { findBrowserSession } from "../domain/user-pools/authorization/browser-sessions.ts";
import { completeAuthorization, mayContinue } from "../domain/user-pools/authorization/complete.ts";
import {
	AuthorizationPageError,
	AuthorizationRedirectError,
	type AuthorizationRequest,
	isSelfRegistered,
	readAuthorizationRequest,
	refusedTo,
} from "../domain/user-pools/authorization/requests.ts";
import { readCookie } from "../http/cookies.ts";
import type { DomainEnv } from "../http/domain-request.ts";

export async function authorize(call: Call, c: Context<DomainEnv>): Promise<Response> {
	const { pool, basePath } = c.get("domain");
	const { search } = new URL(c.req.url);
	let request: AuthorizationRequest;
	try {
		request = await readAuthorizationRequest(call, pool, new URLSearchParams(search));
	} catch (error) {
		if (error instanceof AuthorizationRedirectError) return c.redirect(error.location, 302);
		if (error instanceof AuthorizationPageError) return c.redirect(errorPage(basePath, error), 302);
		throw error;
	}
	try {
		const session = await findBrowserSession(call, pool, readCookie(c, "session"));
		if (session !== undefined && mayContinue(call, pool, request, session)) {
			return c.redirect(await completeAuthorization(call, pool, request, session), 302);
		}
	} catch (error) {
		// "Because the HTTP 500 error doesn't get sent to the client": the application hears of it.
		call.ports.log.error({ requestId: call.requestId, err: error }, "request failed");
		return c.redirect(refusedTo(pool, request, "server_error"), 302);
	}
	if (request.prompt.has("none")) {
		const isStranger = isSelfRegistered(request.client);
		const refusal = new AuthorizationPageError("login_required", undefined, request.client.id);
		return c.redirect(isStranger ? errorPage(basePath, refusal) : refusedTo(pool, request, "login_required"), 302);
	}
	return c.redirect(`${basePath}/login${search}`, 302);
}

/** Where a browser ends whose request names no application that it may go back to. */
export function errorPage(basePath: string, { error, description, clientId }: AuthorizationPageError): string {
	const query = new URLSearchParams({ error });
	if (description !== undefined) query.set("error_description", description);
	if (clientId !== undefined) query.set("client_id", clientId);
	return `${basePath}/error?${query}`;
}
