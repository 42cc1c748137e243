/** Where domains are: absolute URLs without a slash at their end. */
import type { Settings } from "../call.ts";
import type { UserPoolSettings } from "./pool-settings.ts";

/** The base of a domain's paths. */
export function domainUrl(settings: Settings, domain: { readonly name: string; readonly isCustom: boolean }): string {
	return domain.isCustom ? `https://${domain.name}` : settings.prefixDomainUrl(domain.name);
}

/** The same of the domain that a pool's links and endpoints are at, the custom one before the prefix; undefined where it has none. */
export function domainUrlOf(settings: Settings, { CustomDomain, Domain }: UserPoolSettings): string | undefined {
	const name = CustomDomain ?? Domain;
	return name === undefined ? undefined : domainUrl(settings, { name, isCustom: name === CustomDomain });
}
