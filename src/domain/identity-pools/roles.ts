/** The roles of an identity pool, its role mappings and its maps of principal tags, as operations set and get them. */
import type {
	GetIdentityPoolRolesResponse,
	GetPrincipalTagAttributeMapResponse,
	RoleMapping,
	SetIdentityPoolRolesInput,
	SetPrincipalTagAttributeMapInput,
} from "../../aws/model/cognito-identity.types.ts";
import type { Call, Settings } from "../call.ts";
import { concurrentModification } from "../refusals.ts";
import { untilSettled } from "../user-pools/users.ts";
import type { PrincipalTagMap } from "./pool-settings.ts";
import { attemptIdentityPoolChange, getIdentityPoolSettings } from "./pools.ts";
import { isTagKey } from "./principal-tags.ts";
import { normalProviderName } from "./provider-names.ts";
import {
	ambiguousResolutionNeeded,
	principalTagInvalid,
	roleArnInvalid,
	rulesNeeded,
	rulesNotWithToken,
	tooManyRules,
	tooManyTagMaps,
} from "./refusals.ts";

/** "You can specify up to 25 rules per identity provider." */
const rulesMax = 25;
const tagMapsMax = 50;
/** MinIO's roles, for an STS there, have no account. https://min.io/docs/minio/linux/developers/security-token-service/AssumeRoleWithWebIdentity.html */
const roleArn = /^arn:(?:[\w-]+:iam::\d{12}|minio:iam::):role\/[\w+=,.@/-]+$/;

/** Replaces roles and mappings. @throws ResourceNotFoundException, InvalidParameterException, ValidationException, ConcurrentModificationException */
export async function setIdentityPoolRoles(call: Call, input: SetIdentityPoolRolesInput): Promise<void> {
	const roles = input.Roles as Readonly<Record<string, string>>;
	const mappings = (input.RoleMappings ?? {}) as Readonly<Record<string, RoleMapping>>;
	for (const arn of Object.values(roles)) checkRoleArn(arn);
	for (const [provider, mapping] of Object.entries(mappings)) checkMapping(provider, mapping);
	const outcome = await attemptIdentityPoolChange(call, input.IdentityPoolId, (settings) => ({
		...settings,
		Roles: roles,
		RoleMappings: mappings,
	}));
	if (outcome === "stale") throw concurrentModification();
}

/** @throws ResourceNotFoundException */
export async function getIdentityPoolRoles(call: Call, id: string): Promise<GetIdentityPoolRolesResponse> {
	const { Roles, RoleMappings } = await getIdentityPoolSettings(call, id);
	return {
		IdentityPoolId: id,
		...(Object.keys(Roles).length > 0 && { Roles }),
		...(Object.keys(RoleMappings).length > 0 && { RoleMappings }),
	};
}

function checkRoleArn(arn: string): void {
	if (!roleArn.test(arn)) throw roleArnInvalid(arn);
}

function checkMapping(provider: string, mapping: RoleMapping): void {
	if (mapping.AmbiguousRoleResolution === undefined) throw ambiguousResolutionNeeded(provider);
	const rules = mapping.RulesConfiguration?.Rules;
	if (mapping.Type === "Token") {
		if (rules !== undefined) throw rulesNotWithToken(provider);
		return;
	}
	if (rules === undefined) throw rulesNeeded(provider);
	if (rules.length > rulesMax) throw tooManyRules(`roleMappings.${provider}.member.rulesConfiguration.rules`, rulesMax);
	for (const { RoleARN } of rules) checkRoleArn(RoleARN);
}

/** Sets which claims become session tags for one provider's users. @throws ResourceNotFoundException, InvalidParameterException, TooManyRequestsException */
export async function setPrincipalTags(call: Call, input: SetPrincipalTagAttributeMapInput): Promise<GetPrincipalTagAttributeMapResponse> {
	const { IdentityPoolId: id, IdentityProviderName: provider, UseDefaults: useDefaults = false } = input;
	const tags = (input.PrincipalTags ?? {}) as Readonly<Record<string, string>>;
	for (const key of Object.keys(tags)) if (!isTagKey(key)) throw principalTagInvalid(key);
	const map: PrincipalTagMap = { UseDefaults: useDefaults, PrincipalTags: useDefaults ? {} : tags };
	await untilSettled(() =>
		attemptIdentityPoolChange(call, id, (settings) => {
			const maps = { ...settings.PrincipalTagMaps, [provider]: map };
			if (Object.keys(maps).length > tagMapsMax) throw tooManyTagMaps(tagMapsMax);
			return { ...settings, PrincipalTagMaps: maps };
		}),
	);
	return describeTags(id, provider, map);
}

/** @throws ResourceNotFoundException */
export async function getPrincipalTags(call: Call, id: string, provider: string): Promise<GetPrincipalTagAttributeMapResponse> {
	const { PrincipalTagMaps } = await getIdentityPoolSettings(call, id);
	const map = findByProvider(call.settings, PrincipalTagMaps, [normalProviderName(call.settings, provider)]);
	return describeTags(id, provider, map ?? { UseDefaults: false, PrincipalTags: {} });
}

function describeTags(id: string, provider: string, map: PrincipalTagMap): GetPrincipalTagAttributeMapResponse {
	return { IdentityPoolId: id, IdentityProviderName: provider, UseDefaults: map.UseDefaults, PrincipalTags: map.PrincipalTags };
}

/** What is kept for the provider that has those names, in normal form, the most exact first. */
export function findByProvider<T>(
	settings: Pick<Settings, "issuer">,
	kept: Readonly<Record<string, T>>,
	names: readonly string[],
): T | undefined {
	const entries = Object.entries(kept).map(([name, value]) => [normalProviderName(settings, name), value] as const);
	for (const name of names) {
		const found = entries.find(([other]) => other === name);
		if (found !== undefined) return found[1];
	}
	return undefined;
}
