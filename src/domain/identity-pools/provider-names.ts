/**
 * What identity providers are called. An own user pool has two names: Amazon's, and its issuer without the scheme, and both mean the same
 * pool wherever they stand.
 */
import type { Settings } from "../call.ts";
import { isUserPoolId, regionOf } from "../user-pools/pools.ts";

/** The provider of OpenID tokens of identity pools themselves, those of developers' users among them. */
export const ownTokenProvider = "cognito-identity.amazonaws.com";

/** Public providers with names of their own. Digits is no more, and Twitter's tokens of OAuth 1.0 are not verified. */
export const publicProviders: ReadonlySet<string> = new Set([
	"graph.facebook.com",
	"accounts.google.com",
	"www.amazon.com",
	"appleid.apple.com",
	"api.twitter.com",
	"www.digits.com",
]);

const amazonName = /^cognito-idp\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([\w-]+)$/;
/** Ids that are looked for in a name: the pool's id may stand anywhere in GATEHOUSE_ISSUER. */
const idsMax = 4;

/** The user pool that a provider name means, whether or not there is one; undefined where it means something else. */
export function userPoolNamed(settings: Pick<Settings, "issuer">, name: string): string | undefined {
	const [, region, id] = amazonName.exec(name) ?? [];
	if (id !== undefined) return isUserPoolId(id) && regionOf(id) === region ? id : undefined;
	const ids = name.match(/(?<![\w-])[\w-]+_[0-9a-zA-Z]+/g) ?? [];
	return ids.slice(-idsMax).find((each) => isUserPoolId(each) && withoutScheme(settings.issuer(regionOf(each), each)) === name);
}

/** The name that an own user pool has in identities, tokens and policies: Amazon's. */
export function userPoolProvider(userPoolId: string): string {
	return `cognito-idp.${regionOf(userPoolId)}.amazonaws.com/${userPoolId}`;
}

/**
 * A name in its one form, for comparing keys of role mappings and principal tags, which may have an app client's id at their end. Amazon's
 * form of an own user pool's name, and what is no user pool as it is.
 */
export function normalProviderName(settings: Pick<Settings, "issuer">, name: string): string {
	const whole = userPoolNamed(settings, name);
	if (whole !== undefined) return userPoolProvider(whole);
	const colon = name.lastIndexOf(":");
	const pool = userPoolNamed(settings, name.slice(0, colon));
	return pool === undefined ? name : `${userPoolProvider(pool)}${name.slice(colon)}`;
}

/** The name of an OIDC provider: its URL as its ARN has it. Undefined where the ARN is of something else. */
export function oidcProviderName(arn: string): string | undefined {
	return /^arn:[\w-]+:iam::\d{12}:oidc-provider\/([\w.:/~-]+)$/.exec(arn)?.[1];
}

function withoutScheme(url: string): string {
	return url.replace(/^https?:\/\//, "");
}
