/** New tokens for a refresh token: REFRESH_TOKEN_AUTH and GetTokensFromRefreshToken. One read; a write only where the client rotates. */
import type { AuthenticationResultType } from "../../../aws/model/cognito-idp.types.ts";
import type { Call } from "../../call.ts";
import { invalidRefreshToken, refreshTokenExpired, refreshTokenRevoked } from "../../refusals.ts";
import { type AppClient, checkSecretHash } from "../app-clients.ts";
import { isBuiltInScope } from "../client-settings.ts";
import { tracksDevices } from "../devices.ts";
import type { UserPool } from "../pools.ts";
import { findUserOverrides, type TokenOverrides } from "../pre-token-generation.ts";
import { activeScopes } from "../resource-servers.ts";
import { recordActivity } from "../session-management.ts";
import { findSession, openRefreshToken, type RefreshToken, refreshTokenOf, rotate, type Session } from "../sessions.ts";
import { type IssuedTokens, issueTokens, selfServiceScope } from "../tokens.ts";
import { hasTrigger } from "../triggers.ts";
import type { User } from "../users.ts";
import { type AuthAnswer, authenticationResult } from "./finish.ts";
import { type Parameters, required } from "./parameters.ts";

/** REFRESH_TOKEN_AUTH: SECRET_HASH is over the stored username, or the sub. */
export async function refreshBySignIn(call: Call, pool: UserPool, client: AppClient, parameters: Parameters): Promise<AuthAnswer> {
	const { user, session } = await readRefresh(call, pool, client, required(parameters, "REFRESH_TOKEN"), parameters["DEVICE_KEY"]);
	const hash = parameters["SECRET_HASH"];
	try {
		checkSecretHash(client, user.username, hash);
	} catch (refusal) {
		if (hash === undefined || client.secrets.length === 0) throw refusal;
		checkSecretHash(client, user.id, hash);
	}
	const overrides = await overridesOf(call, pool, client, user, session);
	const tokens = await renew(call, pool, client, user, session, overrides);
	return { ChallengeParameters: {}, AuthenticationResult: authenticationResult(tokens, undefined) };
}

/**
 * GetTokensFromRefreshToken and the token endpoint: the client has proved its secret; with rotation the answer holds the next refresh
 * token. `scopes` are what the tokens shall have of what was granted, if not all; "invalid scope" where they go beyond.
 */
export async function refreshTokens(
	call: Call,
	pool: UserPool,
	client: AppClient,
	text: string,
	deviceKey: string | undefined,
): Promise<AuthenticationResultType>;
export async function refreshTokens(
	call: Call,
	pool: UserPool,
	client: AppClient,
	text: string,
	deviceKey: string | undefined,
	scopes: readonly string[] | undefined,
): Promise<AuthenticationResultType | "invalid scope">;
export async function refreshTokens(
	call: Call,
	pool: UserPool,
	client: AppClient,
	text: string,
	deviceKey: string | undefined,
	scopes?: readonly string[],
): Promise<AuthenticationResultType | "invalid scope"> {
	const { user, session: whole, token } = await readRefresh(call, pool, client, text, deviceKey);
	const granted = whole.scopes ?? [selfServiceScope];
	if (scopes?.some((scope) => !granted.includes(scope))) return "invalid scope";
	const session = scopes === undefined || whole.scopes === undefined ? whole : { ...whole, scopes };
	// Before the token is rotated: where the function refuses, the client keeps the one that it has.
	const overrides = await overridesOf(call, pool, client, user, session);
	if (client.rotation === undefined) return authenticationResult(await renew(call, pool, client, user, session, overrides), undefined);
	const current = await rotate(call, pool, user, session, token.generation, client.rotation.graceSeconds);
	const next = { ...current, scopes: session.scopes };
	return authenticationResult(await renew(call, pool, client, user, next, overrides), refreshTokenOf(pool, user, current));
}

/** New tokens of a session; at the same time the refresh goes on record, where the pool tracks sessions. */
async function renew(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	session: Session,
	overrides: TokenOverrides | undefined,
): Promise<IssuedTokens> {
	const issued = issueTokens(call, pool, client, user, session, overrides);
	const [tokens] = await Promise.all([issued, recordActivity(call, pool, user, session)]);
	return tokens;
}

async function overridesOf(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	session: Session,
): Promise<TokenOverrides | undefined> {
	if (!hasTrigger(pool, "PreTokenGeneration")) return undefined;
	return findUserOverrides(call, pool, client, user, "RefreshTokens", session.scopes ?? [selfServiceScope]);
}

/**
 * @throws NotAuthorizedException where the token is garbage or another client's (both without a query), expired, or its session
 * ended; where the session's device is confirmed, and is not the one that is named
 */
async function readRefresh(
	call: Call,
	pool: UserPool,
	client: AppClient,
	text: string,
	deviceKey: string | undefined,
): Promise<{ user: User; session: Session; token: RefreshToken }> {
	const token = openRefreshToken(pool, text);
	if (token === undefined || token.clientId !== client.id) throw invalidRefreshToken();
	if (token.expiresAt <= call.now) throw refreshTokenExpired();
	const { user, session } = await findSession(call, pool, token.userId, token.sessionId);
	if (user === undefined || session === undefined) throw refreshTokenRevoked();
	// The session says it all: a device that is forgotten takes its key out of its sessions.
	const isElsewhere = session.deviceIsConfirmed && (session.deviceKey === "" || session.deviceKey !== deviceKey);
	if (isElsewhere && tracksDevices(pool)) throw invalidRefreshToken();
	return { user, session: withActiveScopes(pool, session), token };
}

/** DeleteResourceServer: "users can no longer generate access tokens with scopes that are associate[d] with that resource server". */
function withActiveScopes(pool: UserPool, session: Session): Session {
	const active = activeScopes(pool);
	if (session.scopes?.every((scope) => isBuiltInScope(scope) || active.has(scope)) !== false) return session;
	return { ...session, scopes: session.scopes.filter((scope) => isBuiltInScope(scope) || active.has(scope)) };
}
