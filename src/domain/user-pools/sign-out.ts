/** Ending sign-ins: one by its refresh token, or all of a user's. */
import type { Call } from "../call.ts";
import { revocationDisabled, tokenOfAnotherClient, unsupportedTokenType } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import type { UserPool } from "./pools.ts";
import { endLinkedBrowserSession } from "./session-management.ts";
import { openRefreshToken, revokeAllSessions, revokeSession } from "./sessions.ts";
import { isTokenOfPool } from "./tokens.ts";

/**
 * Revokes a refresh token and every access and ID token of its session, with `linked` also the browser's session that it came through. A token that is unknown, expired or revoked already is
 * no error (RFC 7009 §2.2).
 * @throws UnsupportedOperationException where the client has revocation off, UnsupportedTokenTypeException for an access or ID
 * token, UnauthorizedException for another client's token
 */
export async function revokeRefreshToken(call: Call, pool: UserPool, client: AppClient, text: string, linked = false): Promise<void> {
	if (client.settings.EnableTokenRevocation === false) throw revocationDisabled();
	const token = openRefreshToken(pool, text);
	if (token === undefined) {
		if (isTokenOfPool(pool, text)) throw unsupportedTokenType();
		return;
	}
	if (token.clientId !== client.id) throw tokenOfAnotherClient();
	const through = linked ? await endLinkedBrowserSession(call, pool, token.userId, token.sessionId) : [];
	await call.store.write([revokeSession(pool, token.userId, token.sessionId), ...through]);
}

/** Ends every session of the user (GlobalSignOut, AdminUserGlobalSignOut). */
export async function signOutEverywhere(call: Call, pool: UserPool, userId: string): Promise<void> {
	await call.store.write([revokeAllSessions(pool, userId)]);
}
