/** What an identity pool is set to: which providers it takes, its tags, its roles and its principal tags, checked when it is written. */
import type {
	CognitoIdentityProvider,
	CreateIdentityPoolInput,
	IdentityPool as IdentityPoolDocument,
	RoleMapping,
} from "../../aws/model/cognito-identity.types.ts";
import type { Settings } from "../call.ts";
import { invalidParameter } from "../refusals.ts";
import { oidcProviderName, ownTokenProvider, publicProviders, userPoolNamed } from "./provider-names.ts";
import {
	cognitoProviderInvalid,
	cognitoProviderTwice,
	developerNameFixed,
	developerNameReserved,
	providerArnInvalid,
	tooManyProviders,
	unknownLoginProvider,
} from "./refusals.ts";

/** "Maximum number of Amazon Cognito user pool providers per identity pool" and the like: the developer guide's quotas. */
const providersMax = 50;
/** AWS's own limit of tags for each resource. */
const tagsMax = 50;
/** The tag that gives an identity pool its id, in development. */
export const customIdTag = "_custom_id_";

export interface PrincipalTagMap {
	readonly UseDefaults: boolean;
	/** Tag key → claim. */
	readonly PrincipalTags: Readonly<Record<string, string>>;
}

/** The stored document. */
export interface IdentityPoolSettings {
	readonly AllowUnauthenticatedIdentities: boolean;
	readonly AllowClassicFlow?: boolean;
	readonly SupportedLoginProviders?: Readonly<Record<string, string>>;
	readonly DeveloperProviderName?: string;
	readonly OpenIdConnectProviderARNs?: readonly string[];
	readonly CognitoIdentityProviders?: readonly Required<CognitoIdentityProvider>[];
	readonly SamlProviderARNs?: readonly string[];
	readonly IdentityPoolTags: Readonly<Record<string, string>>;
	readonly Roles: Readonly<Record<string, string>>;
	readonly RoleMappings: Readonly<Record<string, RoleMapping>>;
	/** By the provider's name, as it was given. */
	readonly PrincipalTagMaps: Readonly<Record<string, PrincipalTagMap>>;
}

type Input = Omit<CreateIdentityPoolInput, "IdentityPoolName"> | Omit<IdentityPoolDocument, "IdentityPoolName">;

/** @throws InvalidParameterException */
export function createSettings(settings: Settings, input: Input): IdentityPoolSettings {
	return { ...checkedInput(settings, input), IdentityPoolTags: tags(input), Roles: {}, RoleMappings: {}, PrincipalTagMaps: {} };
}

/**
 * The pool's document after an update, which replaces all but what has operations of its own. The tags stay where none are given, and the
 * developer provider's name always. @throws InvalidParameterException
 */
export function updateSettings(settings: Settings, current: IdentityPoolSettings, input: Input): IdentityPoolSettings {
	const { DeveloperProviderName: developer } = current;
	// "You can't change or delete your developer provider after you add it."
	if (developer !== undefined && (input.DeveloperProviderName ?? developer) !== developer) throw developerNameFixed();
	const { IdentityPoolTags, Roles, RoleMappings, PrincipalTagMaps } = current;
	return {
		...checkedInput(settings, developer === undefined ? input : { ...input, DeveloperProviderName: developer }),
		IdentityPoolTags: input.IdentityPoolTags === undefined ? IdentityPoolTags : tags(input),
		Roles,
		RoleMappings,
		PrincipalTagMaps,
	};
}

function checkedInput(settings: Settings, input: Input) {
	const { SupportedLoginProviders: logins, DeveloperProviderName: developer } = input;
	for (const name of Object.keys(logins ?? {})) if (!publicProviders.has(name)) throw unknownLoginProvider(name);
	if (developer !== undefined && (developer === ownTokenProvider || publicProviders.has(developer))) throw developerNameReserved(developer);
	// The logins of two providers of one name would be each other's.
	const oidcNames = input.OpenIdConnectProviderARNs?.map(oidcProviderName) ?? [];
	if (developer !== undefined && oidcNames.includes(developer)) throw developerNameReserved(developer);
	for (const list of [input.OpenIdConnectProviderARNs, input.SamlProviderARNs, input.CognitoIdentityProviders]) {
		if ((list?.length ?? 0) > providersMax) throw tooManyProviders(providersMax);
	}
	for (const arn of input.OpenIdConnectProviderARNs ?? []) if (oidcProviderName(arn) === undefined) throw providerArnInvalid(arn);
	for (const arn of input.SamlProviderARNs ?? []) {
		if (!/^arn:[\w-]+:iam::\d{12}:saml-provider\/[\w.-]+$/.test(arn)) throw providerArnInvalid(arn);
	}
	return {
		AllowUnauthenticatedIdentities: input.AllowUnauthenticatedIdentities,
		...(input.AllowClassicFlow !== undefined && { AllowClassicFlow: input.AllowClassicFlow }),
		...(logins !== undefined && { SupportedLoginProviders: logins as Readonly<Record<string, string>> }),
		...(developer !== undefined && { DeveloperProviderName: developer }),
		...(input.OpenIdConnectProviderARNs && { OpenIdConnectProviderARNs: input.OpenIdConnectProviderARNs }),
		...(input.CognitoIdentityProviders && { CognitoIdentityProviders: userPools(settings, input.CognitoIdentityProviders) }),
		...(input.SamlProviderARNs && { SamlProviderARNs: input.SamlProviderARNs }),
	};
}

function userPools(settings: Settings, providers: readonly CognitoIdentityProvider[]): readonly Required<CognitoIdentityProvider>[] {
	const seen = new Set<string>();
	return providers.map(({ ProviderName: name, ClientId: clientId, ServerSideTokenCheck: check = false }) => {
		const userPoolId = name === undefined ? undefined : userPoolNamed(settings, name);
		if (userPoolId === undefined || clientId === undefined) throw cognitoProviderInvalid();
		const key = `${userPoolId}:${clientId}`;
		if (seen.has(key)) throw cognitoProviderTwice(name ?? "", clientId);
		seen.add(key);
		return { ProviderName: name, ClientId: clientId, ServerSideTokenCheck: check };
	});
}

function tags(input: Input): Readonly<Record<string, string>> {
	return checkTags((input.IdentityPoolTags ?? {}) as Readonly<Record<string, string>>);
}

/** Those tags, where an identity pool may have them. @throws InvalidParameterException */
export function checkTags(tags: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
	const keys = Object.keys(tags);
	if (keys.length > tagsMax) throw invalidParameter(`An identity pool can have no more than ${tagsMax} tags.`);
	if (keys.some((key) => key.toLowerCase().startsWith("aws:"))) throw invalidParameter("Tag keys that begin with aws: are reserved.");
	return tags;
}
