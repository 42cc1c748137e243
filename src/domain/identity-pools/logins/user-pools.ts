/** Logins of own user pools: ID tokens, verified by the pool's keys in this process. */
import type { CognitoIdentityProvider } from "../../../aws/model/cognito-identity.types.ts";
import { type Jws, parseJws, verifyJws } from "../../../crypto/jws.ts";
import type { Call } from "../../call.ts";
import type { UserPool } from "../../user-pools/pools.ts";
import { findSession } from "../../user-pools/sessions.ts";
import { userPoolProvider } from "../provider-names.ts";
import {
	claimMissing,
	issuerMismatch,
	loginExpired,
	loginRevoked,
	notAnIdToken,
	providerNotSupported,
	signatureUnverified,
} from "../refusals.ts";
import type { VerifiedLogin } from "./verify.ts";

/** What the API takes as a login at all. */
const tokenCharactersMax = 50_000;

/** `clients` are the pool's app clients that the identity pool takes logins of. @throws NotAuthorizedException */
export async function verifyUserPoolLogin(
	call: Call,
	userPoolId: string,
	clients: readonly CognitoIdentityProvider[],
	token: string,
): Promise<VerifiedLogin> {
	const jws = parseJws(token, tokenCharactersMax);
	if (jws === undefined || jws.algorithm !== "RS256") throw notAnIdToken();
	const { aud, sub, iss, exp } = jws.claims;
	if (typeof aud !== "string") throw claimMissing("aud");
	if (typeof sub !== "string") throw claimMissing("sub");
	if (typeof exp !== "number") throw claimMissing("exp");
	const userPool = await call.caches.userPools.get(userPoolId);
	if (userPool === undefined || iss !== userPool.issuer) throw issuerMismatch();
	checkSignature(userPool, jws);
	if (exp * 1000 <= call.now) throw loginExpired(exp, Math.floor(call.now / 1000));
	const client = clients.find(({ ClientId }) => ClientId === aud);
	if (client === undefined) throw providerNotSupported();
	if (client.ServerSideTokenCheck === true) await checkSession(call, userPool, jws, sub, aud);
	const provider = userPoolProvider(userPoolId);
	return {
		provider,
		subject: sub,
		names: [`${provider}:${aud}`, provider],
		method: `${provider}:CognitoSignIn:${sub}`,
		claims: jws.claims,
	};
}

/** Access tokens are signed by another key of the pool, and may have an audience too. */
function checkSignature(userPool: UserPool, jws: Jws): void {
	const key = jws.kid === undefined ? undefined : userPool.verifying.get(jws.kid);
	if (key === undefined || !verifyJws(jws, key.publicKey)) throw signatureUnverified();
	if (key.use !== "id" || jws.claims["token_use"] !== "id") throw notAnIdToken();
}

/** "… to make sure the user has not been globally signed out or deleted before the identity pool provides an OIDC token or AWS credentials". */
async function checkSession(call: Call, userPool: UserPool, { claims }: Jws, sub: string, clientId: string): Promise<void> {
	// Without revocation an ID token names its session by the event's id.
	const sessionId = claims["origin_jti"] ?? claims["event_id"];
	if (typeof sessionId !== "string") throw loginRevoked();
	const { user, session } = await findSession(call, userPool, sub, sessionId);
	if (user === undefined || session === undefined || session.clientId !== clientId) throw loginRevoked();
}
