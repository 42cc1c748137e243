/**
 * The logins that come with a request, each a provider's name and its token: all of them must verify, or the request fails. What a
 * provider's tokens are is in the file of its kind.
 */

import type { Call } from "../../call.ts";
import type { Claims } from "../../user-pools/claims.ts";
import type { Login } from "../identities.ts";
import type { IdentityPool } from "../pools.ts";
import { oidcProviderName, ownTokenProvider, publicProviders, userPoolNamed } from "../provider-names.ts";
import { loginKindUnsupported, loginsDontMatch, ownTokenNotTaken, providerNotSupported, publicProviderNeeded } from "../refusals.ts";
import { verifyOidcLogin } from "./oidc.ts";
import { verifyPublicLogin } from "./public-providers.ts";
import { verifyUserPoolLogin } from "./user-pools.ts";

export interface VerifiedLogin extends Login {
	/** What the provider is called in role mappings and principal tags, in normal form, the most exact name first. */
	readonly names: readonly string[];
	/** What the `amr` of OpenID tokens says of it, beside the provider's name. */
	readonly method: string;
	readonly claims: Claims;
}

/**
 * Those logins, verified, in their order.
 * @throws NotAuthorizedException, InvalidParameterException, ExternalServiceException
 */
export function verifyLogins(call: Call, pool: IdentityPool, logins: Readonly<Record<string, string>>): Promise<VerifiedLogin[]> {
	return Promise.all(Object.entries(logins).map(([name, token]) => verifyLogin(call, pool, name, token)));
}

/** Async throughout: a refusal that was thrown outright would leave the promises of the logins before it to nobody. */
async function verifyLogin(call: Call, pool: IdentityPool, name: string, token: string): Promise<VerifiedLogin> {
	const { settings } = pool;
	if (name === ownTokenProvider) throw ownTokenNotTaken();
	// A developer's users are vouched for by a signed request, and their identifiers are no secrets.
	if (name === settings.DeveloperProviderName) throw publicProviderNeeded();
	const userPoolId = userPoolNamed(call.settings, name);
	const clients = settings.CognitoIdentityProviders?.filter(
		({ ProviderName }) => userPoolId !== undefined && userPoolNamed(call.settings, ProviderName ?? "") === userPoolId,
	);
	if (userPoolId !== undefined && clients !== undefined && clients.length > 0) return verifyUserPoolLogin(call, userPoolId, clients, token);
	const appId = publicProviders.has(name) ? settings.SupportedLoginProviders?.[name] : undefined;
	if (appId !== undefined) return verifyPublicLogin(call, name, appId, token);
	const arn = settings.OpenIdConnectProviderARNs?.find((each) => each === name || oidcProviderName(each) === name);
	if (arn !== undefined) return verifyOidcLogin(call, arn, token);
	if (settings.SamlProviderARNs?.includes(name)) throw loginKindUnsupported(name);
	throw hasProviders(pool) ? providerNotSupported() : loginsDontMatch();
}

/** A pool without any provider answers as if the login were of somebody else. */
function hasProviders({ settings }: IdentityPool): boolean {
	const { CognitoIdentityProviders, OpenIdConnectProviderARNs, SamlProviderARNs, SupportedLoginProviders } = settings;
	const lists = [CognitoIdentityProviders, OpenIdConnectProviderARNs, SamlProviderARNs, Object.keys(SupportedLoginProviders ?? {})];
	return lists.some((list) => (list?.length ?? 0) > 0);
}
