/**
 * Access tokens of machines: the client-credentials grant. The client itself is the subject, and only custom scopes are authorized,
 * so that such a token passes none of the operations that users' tokens do.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html ("Machine-to-machine (M2M) authorization")
 */
import type { ClientAuthenticationResultType } from "../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import type { Call } from "../call.ts";
import { flowNotEnabled, noScopesToAuthorize, scopeNotAuthorized } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import type { UserPool } from "./pools.ts";
import { findClientOverrides, overrideAccessClaims } from "./pre-token-generation.ts";
import { activeScopes } from "./resource-servers.ts";
import { seconds, signToken } from "./tokens.ts";

/**
 * GetClientToken of a client that has proved its secret. Without `scopes`, "Amazon Cognito authorizes the scopes that are configured
 * for the app client"; scopes of resource servers that are gone are left out.
 * @throws InvalidParameterException where the client may not have such tokens, or not those scopes
 */
export async function getClientToken(
	call: Call,
	pool: UserPool,
	client: AppClient,
	scopes: readonly string[] | undefined,
): Promise<ClientAuthenticationResultType> {
	if (!client.flows.has("ALLOW_CLIENT_TOKEN_AUTH") || client.secrets.length === 0) throw flowNotEnabled("CLIENT_TOKEN_AUTH");
	const active = activeScopes(pool);
	const allowed = new Set(client.settings.AllowedOAuthScopes?.filter((scope) => active.has(scope)));
	for (const scope of scopes ?? []) if (!allowed.has(scope)) throw scopeNotAuthorized(scope);
	const granted = scopes?.length ? new Set(scopes) : allowed;
	// RFC 6749 §3.3: without a default the request fails, "indicating an invalid scope".
	if (granted.size === 0) throw noScopesToAuthorize();
	return issueClientToken(call, pool, client, granted);
}

/** Signs a token that has no user, and so no username, groups, session or refresh token. */
export async function issueClientToken(
	call: Call,
	pool: UserPool,
	client: AppClient,
	scopes: ReadonlySet<string>,
): Promise<ClientAuthenticationResultType> {
	const iat = seconds(call.now);
	const overrides = await findClientOverrides(call, pool, client, [...scopes]);
	const claims = {
		sub: client.id,
		token_use: "access",
		scope: [...scopes].join(" "),
		auth_time: iat,
		iss: pool.issuer,
		exp: iat + client.lifetimes.access,
		iat,
		version: 2,
		jti: randomUuid(call.ports.random),
		client_id: client.id,
	};
	const accessToken = await signToken(
		pool.signing.access,
		overrides === undefined ? claims : overrideAccessClaims(claims, overrides, client.id),
	);
	return { AccessToken: accessToken, ExpiresIn: client.lifetimes.access, TokenType: "Bearer" };
}
