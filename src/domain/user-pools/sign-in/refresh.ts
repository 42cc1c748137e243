/** New tokens for a refresh token: REFRESH_TOKEN_AUTH and GetTokensFromRefreshToken. One read; a write only where the client rotates. */
import type { AuthenticationResultType } from "../../../aws/model/cognito-idp.types.ts";
import type { Call } from "../../call.ts";
import { invalidRefreshToken, refreshTokenExpired, refreshTokenRevoked } from "../../refusals.ts";
import { type AppClient, checkSecretHash } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { findSession, openRefreshToken, type RefreshToken, refreshTokenOf, rotate, type Session } from "../sessions.ts";
import { issueTokens } from "../tokens.ts";
import type { User } from "../users.ts";
import { type AuthAnswer, authenticationResult } from "./finish.ts";
import { type Parameters, required } from "./parameters.ts";

/** REFRESH_TOKEN_AUTH: SECRET_HASH is over the stored username, or the sub. */
export async function refreshBySignIn(call: Call, pool: UserPool, client: AppClient, parameters: Parameters): Promise<AuthAnswer> {
	const { user, session } = await readRefresh(call, pool, client, required(parameters, "REFRESH_TOKEN"));
	const hash = parameters["SECRET_HASH"];
	try {
		checkSecretHash(client, user.username, hash);
	} catch (refusal) {
		if (hash === undefined || client.secrets.length === 0) throw refusal;
		checkSecretHash(client, user.id, hash);
	}
	const tokens = await issueTokens(call, pool, client, user, session);
	return { ChallengeParameters: {}, AuthenticationResult: authenticationResult(tokens, undefined) };
}

/** GetTokensFromRefreshToken: the client has proved its secret; with rotation the answer holds the next refresh token. */
export async function refreshTokens(call: Call, pool: UserPool, client: AppClient, text: string): Promise<AuthenticationResultType> {
	const { user, session, token } = await readRefresh(call, pool, client, text);
	if (client.rotation === undefined) return authenticationResult(await issueTokens(call, pool, client, user, session), undefined);
	const current = await rotate(call, pool, user, session, token.generation, client.rotation.graceSeconds);
	return authenticationResult(await issueTokens(call, pool, client, user, current), refreshTokenOf(pool, user, current));
}

/** @throws NotAuthorizedException where the token is garbage or another client's (both without a query), expired, or its session ended */
async function readRefresh(
	call: Call,
	pool: UserPool,
	client: AppClient,
	text: string,
): Promise<{ user: User; session: Session; token: RefreshToken }> {
	const token = openRefreshToken(pool, text);
	if (token === undefined || token.clientId !== client.id) throw invalidRefreshToken();
	if (token.expiresAt <= call.now) throw refreshTokenExpired();
	const { user, session } = await findSession(call, pool, token.userId, token.sessionId);
	if (user === undefined || session === undefined) throw refreshTokenRevoked();
	return { user, session, token };
}
