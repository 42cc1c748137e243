/**
 * OpenID tokens of identity pools: what STS, here or elsewhere, takes as the proof of an identity. `sub` is the identity, `aud` the pool,
 * `amr` how it was proved; the header and the claims are those of Amazon's.
 */
import { sign } from "node:crypto";
import { parseJws, verifyJws } from "../../crypto/jws.ts";
import type { Call } from "../call.ts";
import type { Identity, Login } from "./identities.ts";
import { getOpenIdKeys } from "./open-id-keys.ts";
import { identityPoolArn } from "./pools.ts";

/** GetOpenIdToken: "The OpenID token is valid for 10 minutes." */
export const openIdTokenSeconds = 10 * 60;
/** GetOpenIdTokenForDeveloperIdentity: the default of TokenDuration. */
export const developerTokenSeconds = 15 * 60;
const tokenCharactersMax = 50_000;

/** A login as the token tells of it. */
export interface Method extends Login {
	readonly method: string;
}

export interface OpenIdClaims {
	readonly sub: string;
	readonly aud: string;
	readonly amr: readonly string[];
	/** Session tags, by key. */
	readonly tags: Readonly<Record<string, string>>;
	/** Seconds. */
	readonly exp: number;
	readonly iat: number;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html, "session tags" of OIDC tokens. */
const tagsClaim = "https://aws.amazon.com/tags";
const poolArnClaim = "https://cognito-identity.amazonaws.com/identity-pool-arn";

/** How a developer's user is named in `amr`. */
export function developerMethod(poolId: string, { provider, subject }: Login): string {
	return `${provider}:${poolId}:${subject}`;
}

/** What a token says of an identity that those logins prove, or of a guest where there are none. */
export type IdentityClaims = Pick<OpenIdClaims, "sub" | "aud" | "amr" | "tags">;

export function identityClaims(
	identity: Pick<Identity, "id" | "poolId">,
	logins: readonly Method[],
	tags: Readonly<Record<string, string>> = {},
): IdentityClaims {
	const amr =
		logins.length === 0 ? ["unauthenticated"] : ["authenticated", ...logins.flatMap(({ provider, method }) => [provider, method])];
	return { sub: identity.id, aud: identity.poolId, amr, tags };
}

/** A token that says so, for so many seconds. */
export async function issueOpenIdToken(call: Call, { sub, aud, amr, tags }: IdentityClaims, seconds: number): Promise<string> {
	const { signing } = await getOpenIdKeys(call);
	const iat = Math.floor(call.now / 1000);
	const named = Object.entries(tags);
	const claims = {
		sub,
		aud,
		amr,
		iss: call.settings.identityIssuer,
		[poolArnClaim]: identityPoolArn(call, aud),
		...(named.length > 0 && { [tagsClaim]: { principal_tags: Object.fromEntries(named.map(([key, value]) => [key, [value]])) } }),
		exp: iat + seconds,
		iat,
	};
	const input = `${signing.header}.${Buffer.from(JSON.stringify(claims)).toString("base64url")}`;
	return new Promise((resolve, reject) => {
		// With a callback the signature is made on the thread pool.
		sign("sha512", Buffer.from(input), signing.privateKey, (error, signature) => {
			if (error) reject(error);
			else resolve(`${input}.${signature.toString("base64url")}`);
		});
	});
}

export type OpenIdTokenFault = "malformed" | "foreign" | "expired";

/** What an OpenID token of this installation says, whoever presents it: signature, issuer and expiry are checked, not whether the identity is still there. */
export async function verifyOpenIdToken(call: Call, token: string): Promise<OpenIdClaims | OpenIdTokenFault> {
	const jws = parseJws(token, tokenCharactersMax);
	if (jws?.kid === undefined || jws.algorithm !== "RS512") return "malformed";
	const key = (await getOpenIdKeys(call)).verifying.get(jws.kid);
	if (key === undefined || jws.claims["iss"] !== call.settings.identityIssuer || !verifyJws(jws, key)) return "foreign";
	// Ours from here on: its claims are what was put into it.
	const { sub, aud, amr, exp, iat, [tagsClaim]: tags } = jws.claims as Record<string, unknown> & Omit<OpenIdClaims, "tags">;
	if (exp * 1000 <= call.now) return "expired";
	const principalTags = (tags as { principal_tags?: Record<string, [string]> } | undefined)?.principal_tags ?? {};
	return { sub, aud, amr, exp, iat, tags: Object.fromEntries(Object.entries(principalTags).map(([name, [value]]) => [name, value])) };
}
