/**
 * Logins of OpenID Connect providers: ID tokens, verified by the keys that the provider publishes.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/open-id.html
 */

import { AwsError } from "../../../aws/errors.ts";
import { parseJws, verifyJws } from "../../../crypto/jws.ts";
import type { JsonObject } from "../../../kernel/json.ts";
import type { OutboundHttp } from "../../../kernel/ports.ts";
import { findOidcProvider } from "../../access/oidc-providers.ts";
import type { Call } from "../../call.ts";
import { findProviderKey } from "../provider-keys.ts";
import { oidcProviderName } from "../provider-names.ts";
import {
	claimMissing,
	issuerMismatch,
	loginExpired,
	loginNotYetValid,
	notAnIdToken,
	providerNotSupported,
	providerUnavailable,
	signatureUnverified,
} from "../refusals.ts";
import type { VerifiedLogin } from "./verify.ts";

const tokenCharactersMax = 50_000;
/** "Amazon Cognito provides a grace period of 5 minutes to handle any clock skew between systems." */
const skewSeconds = 5 * 60;
/** Far longer than what OpenID Connect Core §2 lets a `sub` be. */
const subjectCharactersMax = 1024;
const loopback = /^(localhost|[\w.-]+\.localhost|127\.0\.0\.1)(:\d+)?(\/|$)/;

/** A login of a provider that IAM knows by that ARN. @throws NotAuthorizedException, ExternalServiceException */
export async function verifyOidcLogin(call: Call, arn: string, token: string): Promise<VerifiedLogin> {
	const name = oidcProviderName(arn);
	const provider = await findOidcProvider(call, arn);
	if (name === undefined || provider === undefined) throw providerNotSupported();
	const { claims, subject } = await verifyProviderToken(call, name, token);
	if (!provider.clientIds.some((clientId) => isFor(claims, clientId))) throw providerNotSupported();
	return { provider: name, subject, names: [arn, name], method: `${name}:OIDC:${subject}`, claims };
}

/** The claims of an ID token of a provider that IAM knows by its URL without the scheme. @throws what `verifyIdToken` throws */
export function verifyProviderToken(call: Call, name: string, token: string): ReturnType<typeof verifyIdToken> {
	// In development a provider may be one that runs beside the server, without a certificate: the guarded way out does not lead there.
	const isBeside = call.settings.mode === "development" && loopback.test(name);
	const outbound = isBeside ? (call.ports.operatorOutbound ?? call.ports.outbound) : call.ports.outbound;
	const scheme = isBeside ? "http" : "https";
	const baseUrl = `${scheme}://${name}`.replace(/\/$/, "");
	return verifyIdToken(call, { name, baseUrl, issuers: [baseUrl, `${baseUrl}/`], outbound }, token);
}

/** Whether a token was issued to a client: by `azp` where that is there, else by `aud`. */
export function isFor(claims: JsonObject, clientId: string): boolean {
	const { azp, aud } = claims;
	if (azp !== undefined) return azp === clientId;
	return Array.isArray(aud) ? aud.includes(clientId) : aud === clientId;
}

export interface OpenIdProvider {
	readonly name: string;
	/** What its discovery document is found below. */
	readonly baseUrl: string;
	/** What its tokens may have as `iss`. */
	readonly issuers: readonly string[];
	readonly outbound: OutboundHttp;
}

/** The claims of a provider's ID token; whom it was issued to is for the caller to check. @throws NotAuthorizedException, ExternalServiceException */
export async function verifyIdToken(
	call: Call,
	provider: OpenIdProvider,
	token: string,
): Promise<{ readonly claims: JsonObject; readonly subject: string }> {
	const jws = parseJws(token, tokenCharactersMax);
	if (jws?.kid === undefined) throw notAnIdToken();
	const { iss, aud, sub, exp, nbf } = jws.claims;
	if (aud === undefined) throw claimMissing("aud");
	if (typeof sub !== "string" || sub === "" || sub.length > subjectCharactersMax) throw claimMissing("sub");
	if (typeof exp !== "number") throw claimMissing("exp");
	if (typeof iss !== "string" || !provider.issuers.includes(iss)) throw issuerMismatch();
	const found = await findProviderKey({ outbound: provider.outbound, clock: call.ports.clock }, provider.baseUrl, jws.kid).catch(
		(error: unknown): never => {
			if (error instanceof AwsError) throw error;
			call.ports.log.warn({ requestId: call.requestId, provider: provider.name, err: error }, "an identity provider could not be asked");
			throw providerUnavailable(provider.name);
		},
	);
	// OpenID Connect Discovery 1.0 §4.3: whoever serves the document must be the issuer.
	if (!provider.issuers.includes(found.issuer)) throw issuerMismatch();
	if (found.key === undefined || !verifyJws(jws, found.key)) throw signatureUnverified();
	const now = Math.floor(call.now / 1000);
	if (exp + skewSeconds <= now) throw loginExpired(exp, now);
	if (typeof nbf === "number" && nbf > now + skewSeconds) throw loginNotYetValid();
	return { claims: jws.claims, subject: sub };
}
