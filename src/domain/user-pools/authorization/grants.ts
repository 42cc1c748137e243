/**
 * What the token endpoint gives, by grant: tokens for a code (RFC 6749 §4.1.3, RFC 7636 §4.6), for a refresh token (§6) and for a
 * client's own credentials (§4.4). The client has proved who it is before it gets here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
import { AwsError } from "../../../aws/errors.ts";
import { equalBytes } from "../../../crypto/equal-bytes.ts";
import type { Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import type { AppClient } from "../app-clients.ts";
import { issueClientToken } from "../client-tokens.ts";
import type { UserPool } from "../pools.ts";
import { findUserOverrides } from "../pre-token-generation.ts";
import { activeScopes } from "../resource-servers.ts";
import { writeSignIn } from "../session-management.ts";
import { findSessionUser, openRefreshToken, refreshTokenOf, revokeSession, type Session, startSession } from "../sessions.ts";
import { refreshTokens } from "../sign-in/refresh.ts";
import { statusAfter } from "../status-machine.ts";
import { type IssuedTokens, issueTokens } from "../tokens.ts";
import { hasTrigger } from "../triggers.ts";
import { readableBy, type User } from "../users.ts";
import { hashOf, openCode } from "./codes.ts";
import { OAuthError } from "./oauth-error.ts";

/** What the token endpoint answers, in OAuth's words. */
export interface TokenAnswer {
	readonly id_token?: string;
	readonly access_token: string;
	readonly refresh_token?: string;
	readonly expires_in: number;
	readonly token_type: "Bearer";
	/** Only where it is not what was asked for (RFC 6749 §5.1). */
	readonly scope?: string;
}

/** RFC 7636 §4.1. */
const verifierPattern = /^[\w.~-]{43,128}$/;

/**
 * Tokens for a code: one read, and one batch that inserts the session. A second redemption of the same code, by who could redeem it,
 * ends what the first one gave; who could not changes nothing.
 * @throws OAuthError
 */
export async function redeemCode(
	call: Call,
	pool: UserPool,
	client: AppClient,
	given: { readonly code: string; readonly redirectUri: string; readonly verifier: string | undefined },
): Promise<TokenAnswer> {
	if (!allows(client, "code")) throw new OAuthError("unauthorized_client");
	const code = openCode(pool, given.code);
	if (code === undefined || code.clientId !== client.id || code.expiresAt <= call.now) throw invalidGrant();
	if (code.redirectHash !== hashOf(given.redirectUri)) throw invalidGrant();
	// RFC 9700 §2.1.1: a verifier is accepted only where there was a challenge, or an attacker's code without one would pass for the client's.
	if ((code.codeChallenge === undefined) !== (given.verifier === undefined)) throw invalidGrant();
	if (code.codeChallenge !== undefined && !isVerifier(given.verifier ?? "", code.codeChallenge)) throw invalidGrant();
	// Whether the code was redeemed before is decided by the insert.
	const user = await findSessionUser(call, pool, code.userId);
	if (user === undefined || !user.enabled || user.epoch !== code.epoch) throw invalidGrant();
	const { session, verb } = startSession(call, pool, client, user, {
		grant: { id: code.id, authTime: code.authTime, scopes: code.scopes, audience: code.resource },
	});
	const options = { nonce: code.nonce, ssoId: code.browserSessionId };
	const tokens = await refusable(() => issueGranted(call, pool, client, user, session, [verb], options));
	if (tokens === "taken") {
		// RFC 6749 §4.1.2: "SHOULD revoke (when possible) all tokens previously issued based on that authorization code."
		await call.store.write([revokeSession(pool, user.id, code.id)]);
		throw invalidGrant();
	}
	return tokenAnswer(tokens, refreshTokenOf(pool, user, session));
}

/**
 * New tokens for a refresh token, and the next one where the client rotates them. `scope` may ask for less than was granted, never for more.
 * A token that was rotated away and comes again ends its session: two have it, and which of them stole it nobody can tell (RFC 9700 §4.14.2).
 * @throws OAuthError
 */
export async function redeemRefreshToken(
	call: Call,
	pool: UserPool,
	client: AppClient,
	token: string,
	scope: string | undefined,
): Promise<TokenAnswer> {
	const narrowed = scope === undefined ? undefined : listed(scope);
	// Spaces alone are a list of nothing: no token is for nothing.
	if (narrowed?.length === 0) throw new OAuthError("invalid_scope");
	const result = await refusable(async () => {
		try {
			return await refreshTokens(call, pool, client, token, undefined, narrowed);
		} catch (error) {
			const reused = error instanceof AwsError && error.code === "RefreshTokenReuseException" ? openRefreshToken(pool, token) : undefined;
			if (reused !== undefined) await call.store.write([revokeSession(pool, reused.userId, reused.sessionId)]);
			throw error;
		}
	});
	if (result === "invalid scope") throw new OAuthError("invalid_scope");
	const { IdToken, AccessToken = "", RefreshToken, ExpiresIn = 0 } = result;
	return tokenAnswer({ idToken: IdToken, accessToken: AccessToken, expiresIn: ExpiresIn }, RefreshToken);
}

/**
 * A token of the client's own, for custom scopes alone. Without `scope` it has all of the client's; scopes of resource servers that are
 * gone are left out. Nothing is read of the database but what is cached.
 * @throws OAuthError
 */
export async function grantClientCredentials(
	call: Call,
	pool: UserPool,
	client: AppClient,
	scope: string | undefined,
): Promise<TokenAnswer> {
	if (!allows(client, "client_credentials") || client.secrets.length === 0) throw new OAuthError("unauthorized_client");
	const allowed = client.settings.AllowedOAuthScopes ?? [];
	const asked = scope === undefined ? allowed : listed(scope);
	if (asked.some((each) => !allowed.includes(each))) throw new OAuthError("invalid_scope");
	const active = activeScopes(pool);
	const granted = new Set(asked.filter((each) => active.has(each)));
	if (granted.size === 0) throw new OAuthError("invalid_scope");
	const { AccessToken = "", ExpiresIn = 0 } = await refusable(() => issueClientToken(call, pool, client, granted));
	return {
		access_token: AccessToken,
		expires_in: ExpiresIn,
		token_type: "Bearer",
		...(scope !== undefined && granted.size < new Set(asked).size && { scope: [...granted].join(" ") }),
	};
}

/**
 * Records a session that a browser's sign-in leads to and signs its tokens; "taken" where its code was redeemed before.
 * @throws OAuthError, and what the pool's function is refused for
 */
export async function issueGranted(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	session: Session,
	verbs: readonly Verb<"taken">[],
	{ nonce, ssoId }: { readonly nonce: string | undefined; readonly ssoId: string },
): Promise<IssuedTokens | "taken"> {
	checkReadable(client, session.scopes ?? []);
	statusAfter("access token", user);
	const write = () => writeSignIn(call, pool, user, session, verbs, ssoId);
	if (!hasTrigger(pool, "PreTokenGeneration")) {
		const [outcome, tokens] = await Promise.all([write(), issueTokens(call, pool, client, user, session, undefined, nonce)]);
		return settled(outcome, tokens);
	}
	// The code is spent before a function hears of it: docs/adr/0008.
	const outcome = await write();
	if (outcome !== "done") return settled(outcome, undefined);
	const overrides = await findUserOverrides(call, pool, client, user, "HostedAuth", session.scopes ?? []);
	return issueTokens(call, pool, client, user, session, overrides, nonce);
}

function settled(outcome: "done" | "taken" | "stale", tokens: IssuedTokens | undefined): IssuedTokens | "taken" {
	if (outcome === "done" && tokens !== undefined) return tokens;
	if (outcome === "taken") return "taken";
	// The user was deleted meanwhile.
	throw invalidGrant();
}

/** "App client doesn't have read access to all attributes in the requested scope": what an address says without its being verified is half. */
function checkReadable(client: AppClient, scopes: readonly string[]): void {
	const isReadable = readableBy(client);
	const needed = [
		...(scopes.includes("email") ? ["email", "email_verified"] : []),
		...(scopes.includes("phone") ? ["phone_number", "phone_number_verified"] : []),
	];
	if (!needed.every(isReadable)) throw invalidGrant();
}

function allows(client: AppClient, flow: "code" | "client_credentials"): boolean {
	return client.settings.AllowedOAuthFlowsUserPoolClient === true && (client.settings.AllowedOAuthFlows?.includes(flow) ?? false);
}

function isVerifier(verifier: string, challenge: string): boolean {
	return verifierPattern.test(verifier) && equalBytes(Buffer.from(hashOf(verifier)), Buffer.from(challenge));
}

const listed = (scope: string): string[] => [...new Set(scope.split(" ").filter((each) => each !== ""))];

const invalidGrant = () => new OAuthError("invalid_grant");

/** Errors that say that the grant is no good; the others are of functions of the pool, and of the request. */
const grantErrors: ReadonlySet<string> = new Set([
	"NotAuthorizedException",
	"RefreshTokenReuseException",
	"UserNotFoundException",
	"PasswordResetRequiredException",
]);

/** Puts the domain's refusals into OAuth's words. What a function of the pool says is passed on. */
async function refusable<T>(run: () => Promise<T>): Promise<T> {
	try {
		return await run();
	} catch (error) {
		if (!(error instanceof AwsError)) throw error;
		if (grantErrors.has(error.code)) throw invalidGrant();
		throw new OAuthError("invalid_request", error.message);
	}
}

function tokenAnswer(tokens: IssuedTokens, refreshToken: string | undefined): TokenAnswer {
	return {
		...(tokens.idToken !== undefined && { id_token: tokens.idToken }),
		access_token: tokens.accessToken,
		...(refreshToken !== undefined && { refresh_token: refreshToken }),
		expires_in: tokens.expiresIn,
		token_type: "Bearer",
	};
}
