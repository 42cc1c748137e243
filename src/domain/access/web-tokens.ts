/**
 * Tokens that STS takes as the proof of an identity, each verified by its issuer's keys: identity pools' OpenID tokens, and ID tokens of
 * the OIDC providers that IAM knows, own user pools among them where such a provider names one.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
 */
import { AwsError } from "../../aws/errors.ts";
import { parseJws } from "../../crypto/jws.ts";
import { isObject, type JsonObject } from "../../kernel/json.ts";
import type { Call } from "../call.ts";
import { getIdentity } from "../identity-pools/identities.ts";
import { isFor, verifyProviderToken } from "../identity-pools/logins/oidc.ts";
import { verifyUserPoolLogin } from "../identity-pools/logins/user-pools.ts";
import { verifyOpenIdToken } from "../identity-pools/open-id-tokens.ts";
import { regionOfIdentity } from "../identity-pools/pools.ts";
import { userPoolNamed } from "../identity-pools/provider-names.ts";
import { checkStillProved } from "../identity-pools/still-proved.ts";
import { findOidcProvider, type OidcProvider, oidcProviderArn } from "./oidc-providers.ts";
import {
	mayNotAssumeByToken,
	webAudienceWrong,
	webClaimMissing,
	webIdentityGone,
	webProviderUnknown,
	webProviderUnreachable,
	webTokenExpired,
	webTokenMalformed,
	webTokenUnverified,
} from "./refusals.ts";
import { cognitoIdentity, type WebIdentity } from "./web-identity.ts";

/** Who a token says it is, and for whom it was issued. */
export interface WebToken {
	readonly identity: WebIdentity;
	readonly subject: string;
	readonly audience: string;
}

/** What AssumeRoleWithWebIdentity takes, and what identity pools issue. */
const tokenCharactersMax = 50_000;
/** A claim that is longer goes into no condition. */
const claimCharactersMax = 2048;
const amrMax = 20;
const tagsMax = 50;

/** @throws ExpiredTokenException, InvalidIdentityToken, IDPCommunicationError */
export async function verifyWebToken(call: Call, token: string): Promise<WebToken> {
	const jws = parseJws(token, tokenCharactersMax);
	if (jws === undefined) throw webTokenMalformed();
	const { iss } = jws.claims;
	for (const claim of ["iss", "sub", "aud"]) if (jws.claims[claim] === undefined) throw webClaimMissing(claim);
	if (iss === call.settings.identityIssuer) return ownIdentity(call, token, jws.claims);
	const arn = typeof iss === "string" && URL.canParse(iss) ? oidcProviderArn(call.settings.accountId, iss) : undefined;
	const provider = arn === undefined ? undefined : await findOidcProvider(call, arn);
	if (provider === undefined) throw webProviderUnknown(typeof iss === "string" ? iss : "");
	return providerIdentity(call, provider, token, jws.claims);
}

async function ownIdentity(call: Call, token: string, written: JsonObject): Promise<WebToken> {
	const claims = await verifyOpenIdToken(call, token);
	if (claims === "malformed") throw webTokenMalformed();
	if (claims === "foreign") throw webTokenUnverified();
	if (claims === "expired") throw webTokenExpired(Number(written["exp"]), Math.floor(call.now / 1000));
	await getIdentity({ ...call, region: regionOfIdentity(claims.sub) }, claims.sub)
		.then(({ identity, pool }) => checkStillProved(pool, identity, claims))
		.catch((error: unknown): never => {
			throw error instanceof AwsError && error.status < 500 ? webIdentityGone() : error;
		});
	return { identity: cognitoIdentity(claims), subject: claims.sub, audience: claims.aud };
}

async function providerIdentity(call: Call, provider: OidcProvider, token: string, written: JsonObject): Promise<WebToken> {
	if (!provider.clientIds.some((clientId) => isFor(written, clientId))) throw webAudienceWrong();
	const claims = await verifiedClaims(call, provider, token).catch((error: unknown): never => {
		throw asStsError(call, error, written);
	});
	const text = (name: string) => {
		const value = claims[name];
		return typeof value === "string" && value.length <= claimCharactersMax ? value : undefined;
	};
	// "aud: … the azp claim where there is one"; the audience itself is then oaud.
	const audience = text("azp") ?? text("aud") ?? provider.clientIds.find((clientId) => isFor(claims, clientId)) ?? "";
	const amr = Array.isArray(claims["amr"]) ? claims["amr"].filter((each) => typeof each === "string").slice(0, amrMax) : [];
	const key = (name: string) => `${provider.url}:${name}`;
	const subject = text("sub") ?? "";
	const identity: WebIdentity = {
		provider: provider.arn,
		claims: {
			[key("sub")]: subject,
			[key("aud")]: audience,
			...(text("azp") !== undefined && text("aud") !== undefined && { [key("oaud")]: text("aud") as string }),
			...(amr.length > 0 && { [key("amr")]: amr }),
			...(text("email") !== undefined && { [key("email")]: text("email") as string }),
		},
		...tagsOf(claims),
		sourceIdentity: text("https://aws.amazon.com/source_identity"),
	};
	return { identity, subject, audience };
}

/** An own user pool is not asked over the network for its keys. */
async function verifiedClaims(call: Call, provider: OidcProvider, token: string): Promise<JsonObject> {
	const userPoolId = userPoolNamed(call.settings, provider.url);
	if (userPoolId !== undefined) {
		const clients = provider.clientIds.map((ClientId) => ({ ClientId }));
		return (await verifyUserPoolLogin(call, userPoolId, clients, token)).claims as JsonObject;
	}
	return (await verifyProviderToken(call, provider.url, token)).claims;
}

/** What identity pools say of a login, as STS says it. */
function asStsError(call: Call, error: unknown, { exp }: JsonObject): unknown {
	if (!(error instanceof AwsError)) return error;
	if (error.code === "ExternalServiceException") return webProviderUnreachable();
	const now = Math.floor(call.now / 1000);
	if (typeof exp === "number" && exp <= now) return webTokenExpired(exp, now);
	return webTokenUnverified();
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp */
function tagsOf(claims: JsonObject): Required<Pick<WebIdentity, "tags" | "transitive">> {
	const written = claims["https://aws.amazon.com/tags"];
	const { principal_tags: tags, transitive_tag_keys: keys } = isObject(written) ? written : {};
	// "You must pass a single value for each session tag."
	const single = (values: unknown) => (Array.isArray(values) && values.length === 1 ? values[0] : values);
	const entries = Object.entries(isObject(tags) ? tags : {}).map(([key, values]) => [key, single(values)]);
	const isTag = ([key, value]: unknown[]) =>
		typeof key === "string" && key.length <= 128 && typeof value === "string" && value.length <= 256;
	if (entries.length > tagsMax || !entries.every(isTag)) throw mayNotAssumeByToken("sts:TagSession");
	const transitive = Array.isArray(keys) ? keys.filter((key): key is string => entries.some(([name]) => name === key)) : [];
	return { tags: Object.fromEntries(entries) as Record<string, string>, transitive };
}
