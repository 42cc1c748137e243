/** Roles: permissions without a person, which STS lends to whom the trust policy names. */
import { ownTokenProvider } from "../identity-pools/provider-names.ts";
import { type AccessCall, changeEntity, createEntity, type Entity, type EntitySettings, findEntity, noSettings } from "./entities.ts";
import { checkBoundary } from "./entity-policies.ts";
import { type Condition, parsePolicy, type Statement } from "./policies/document.ts";
import { policyCharacters, policyCharactersMax } from "./policies/limits.ts";
import { policyPrincipalInvalid, trustWithoutPool } from "./policies/refusals.ts";
import { boundaryNotAttachable, tooMany } from "./refusals.ts";
import { deleteEntity } from "./removal.ts";
import type { Tags } from "./tags.ts";

const maxSessionSecondsDefault = 3600;

/** "Activity is only reported for the trailing 400 days." https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html */
const trackedMilliseconds = 400 * 24 * 3600 * 1000;

/** When and where a session of the role signed last; undefined where that is no longer reported, or none did. */
export const reportedUse = ({ now }: Pick<AccessCall, "now">, { lastUsed }: Entity): Entity["lastUsed"] =>
	lastUsed !== undefined && lastUsed.at > now - trackedMilliseconds ? lastUsed : undefined;

export const maxSessionSeconds = ({ settings }: Pick<Entity, "settings">): number => settings.maxSessionSeconds ?? maxSessionSecondsDefault;

/**
 * "you can't create or modify role trust policies such that they permit any identity pool to assume the role … aud is required".
 * https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#trust-policies
 */
function isForAnyPool({ effect, principals, conditions }: Statement): boolean {
	const isForPools = effect === "Allow" && principals?.names.Federated.includes(ownTokenProvider) === true;
	const namesPool = ({ key, operator, ifExists }: Condition) =>
		key.toLowerCase() === `${ownTokenProvider}:aud` && !ifExists && operator !== "Null" && !operator.includes("Not");
	return isForPools && !conditions.some(namesPool);
}

/** What is stored of a trust policy; the users and roles of this account that it names must be there. @throws MalformedPolicyDocument, LimitExceeded */
async function trustSettings(call: AccessCall, text: string): Promise<Required<Pick<EntitySettings, "trust" | "trustedIds">>> {
	const document = parsePolicy(text, "trust");
	if (document.statements.some(isForAnyPool)) throw trustWithoutPool();
	if (policyCharacters(text) > policyCharactersMax.trust) throw tooMany("ACLSizePerRole", policyCharactersMax.trust);
	const trustedIds: Record<string, string> = {};
	for (const arn of new Set(document.statements.flatMap(({ principals }) => principals?.names.AWS ?? []))) {
		const [, accountId, kind, name = ""] = /^arn:aws:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? [];
		if (accountId !== call.settings.accountId) continue;
		const entity = await findEntity(call, kind as "user" | "role", name);
		if (entity?.arn !== arn) throw policyPrincipalInvalid("AWS", arn);
		trustedIds[arn] = entity.id;
	}
	return { trust: text, trustedIds };
}

/** @throws EntityAlreadyExists, NoSuchEntity and InvalidInput for the boundary, MalformedPolicyDocument, LimitExceeded */
export async function createRole(
	call: AccessCall,
	input: {
		readonly name: string;
		readonly path: string;
		readonly trust: string;
		readonly description: string | undefined;
		readonly maxSessionSeconds: number | undefined;
		readonly boundary: string | undefined;
		readonly tags: Tags;
	},
): Promise<Entity> {
	const { name, path, tags, boundary, description } = input;
	const trust = await trustSettings(call, input.trust);
	if (boundary !== undefined) await checkBoundary(call, boundary);
	const settings = {
		...noSettings,
		...trust,
		tags,
		...(description !== undefined && { description }),
		...(input.maxSessionSeconds !== undefined && { maxSessionSeconds: input.maxSessionSeconds }),
		...(boundary !== undefined && { boundary }),
	};
	return createEntity(call, { kind: "role", name, path, settings }, [], () => boundaryNotAttachable(boundary ?? ""));
}

/** What is undefined stays. @throws NoSuchEntity */
export async function updateRole(
	call: AccessCall,
	name: string,
	changes: { readonly description: string | undefined; readonly maxSessionSeconds: number | undefined },
): Promise<Entity> {
	const { description, maxSessionSeconds: seconds } = changes;
	return changeEntity(call, "role", name, ({ settings }) => ({
		settings: {
			...settings,
			...(description !== undefined && { description }),
			...(seconds !== undefined && { maxSessionSeconds: seconds }),
		},
	}));
}

/** @throws NoSuchEntity, MalformedPolicyDocument, LimitExceeded */
export async function updateTrust(call: AccessCall, name: string, document: string): Promise<void> {
	const trust = await trustSettings(call, document);
	await changeEntity(call, "role", name, ({ settings }) => ({ settings: { ...settings, ...trust } }));
}

/** @throws NoSuchEntity, DeleteConflict */
export async function deleteRole(call: AccessCall, name: string): Promise<void> {
	await deleteEntity(call, "role", name);
}
