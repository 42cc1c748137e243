/** Ends an authorization: the URL that takes the browser back to its application, with a code or with tokens. */
import { AwsError } from "../../../aws/errors.ts";
import { randomUuid } from "../../../crypto/random-text.ts";
import type { Call } from "../../call.ts";
import type { UserPool } from "../pools.ts";
import { startSession } from "../sessions.ts";
import { type BrowserSession, silentMilliseconds } from "./browser-sessions.ts";
import { makeCode } from "./codes.ts";
import { issueGranted } from "./grants.ts";
import { OAuthError } from "./oauth-error.ts";
import { redirectTo } from "./redirects.ts";
import { type AuthorizationRequest, isSelfRegistered, refusedTo } from "./requests.ts";

/**
 * Whether the request goes by a sign-in that was before it: not with `prompt=login`, nor where it is older than the client or `max_age`
 * says. Pages ask for a sign-in then, and complete the request with the session of that. A client that registered itself may be anybody's:
 * its users sign in on a page that names it, each time, or every site could learn who visits it (OWASP ASVS 5, 10.4.7).
 */
export function mayContinue(call: Pick<Call, "now">, pool: UserPool, request: AuthorizationRequest, session: BrowserSession): boolean {
	if (isSelfRegistered(request.client)) return false;
	const age = call.now - session.authTime;
	if (request.prompt.has("login") || age >= silentMilliseconds(pool, request.client)) return false;
	return request.maxAge === undefined || age <= request.maxAge * 1000;
}

/** Where the browser goes once its user is known: the client's redirect_uri. A code writes nothing, and tokens write their session. */
export async function completeAuthorization(
	call: Call,
	pool: UserPool,
	request: AuthorizationRequest,
	browserSession: BrowserSession,
): Promise<string> {
	if (request.responseType === "code") {
		const code = makeCode(call, pool, request, browserSession);
		return redirectTo(request.redirectUri, { code, state: request.state, iss: pool.issuer }, "query");
	}
	return completeImplicit(call, pool, request, browserSession);
}

/** The implicit grant (RFC 6749 §4.2): no refresh token ever, so the session lasts as long as its access token. */
async function completeImplicit(
	call: Call,
	pool: UserPool,
	request: AuthorizationRequest,
	{ user, authTime, id: ssoId }: BrowserSession,
): Promise<string> {
	const { client, scopes } = request;
	const { session, verb } = startSession(call, pool, client, user, {
		grant: {
			id: randomUuid(call.ports.random),
			authTime,
			scopes,
			audience: request.resource,
			lifetimeSeconds: Math.max(client.lifetimes.access, client.lifetimes.id),
		},
	});
	try {
		const tokens = await issueGranted(call, pool, client, user, session, [verb], { nonce: request.nonce, ssoId });
		if (tokens === "taken") return refusedTo(pool, request, "server_error");
		const parameters = {
			id_token: tokens.idToken,
			access_token: tokens.accessToken,
			token_type: "Bearer",
			expires_in: String(tokens.expiresIn),
			state: request.state,
			iss: pool.issuer,
		};
		return redirectTo(request.redirectUri, parameters, "fragment");
	} catch (error) {
		// What a function of the pool refuses: its own text, as Cognito passes it on.
		if (error instanceof AwsError) return refusedTo(pool, request, "invalid_request", error.message);
		if (error instanceof OAuthError) return refusedTo(pool, request, error.error, error.description);
		throw error;
	}
}
