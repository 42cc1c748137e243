/** Managed policies: documents with a name and up to five versions, which roles, users and groups use together. AWS's own are in `aws-policies.ts`. */
import { consume, insert, type Store, statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import { findBuiltInPolicy } from "./aws-policies.ts";
import { type AccessCall, foldName, isOwnPolicy, policyKey } from "./entities.ts";
import { createUniqueId } from "./key-ids.ts";
import { type CompiledPolicy, compilePolicy } from "./policies/compile.ts";
import { parsePolicy } from "./policies/document.ts";
import { policyCharacters, policyCharactersMax } from "./policies/limits.ts";
import {
	changedMeanwhile,
	defaultVersionStays,
	notOurPolicy,
	policyArnInvalid,
	policyArnMalformed,
	policyAttached,
	policyHasVersions,
	policyNotFound,
	policyTaken,
	policyVersionNotFound,
	tooMany,
	tooManyVersions,
} from "./refusals.ts";
import type { Tags } from "./tags.ts";

export interface PolicyVersion {
	readonly number: number;
	readonly document: string;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
}

/** The stored document. */
interface PolicySettings {
	readonly description?: string;
	readonly tags: Readonly<Record<string, string>>;
	readonly defaultVersion: number;
	/** The highest number that a version ever had: none is given again. */
	readonly lastVersion: number;
	/** Oldest first. */
	readonly versions: readonly PolicyVersion[];
}

export interface StoredPolicy {
	readonly id: string;
	readonly arn: string;
	readonly name: string;
	readonly path: string;
	readonly createdAt: number;
	readonly modifiedAt: number;
	/** How many use it, as permissions or as a boundary. */
	readonly attachments: number;
	readonly version: number;
	readonly settings: PolicySettings;
}

/** As the cache holds it: what its default version says. */
export interface ManagedPolicy {
	readonly arn: string;
	readonly compiled: CompiledPolicy;
	readonly tags: Tags;
}

type Row = Tables["iam_policies"];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const policiesMax = 1500;
const versionsMax = 5;
const attemptsMax = 10;

export const findPolicyRow = statement<{ folded: string }>()("findIamPolicyRow", (db, param) =>
	db.selectFrom("iam_policies").selectAll().where("folded", "=", param("folded")),
);
const findPolicyVersion = statement<{ folded: string }>()("findIamPolicyVersion", (db, param) =>
	db.selectFrom("iam_policies").select("version").where("folded", "=", param("folded")),
);
const countPolicies = statement<Record<never, never>>()("countIamPolicies", (db) =>
	db.selectFrom("iam_policies").select(({ fn }) => fn.countAll<number | string>().as("count")),
);
export const listPolicyUses = statement<{ arn: string }>()("listIamPolicyUses", (db, param) =>
	db.selectFrom("iam_policy_uses").select(["entity_id", "usage"]).where("policy_arn", "=", param("arn")),
);

export const policyArn = (accountId: string, path: string, name: string): string => `arn:aws:iam::${accountId}:policy${path}${name}`;
/** @throws ValidationError where it is no ARN, InvalidInput where it is no policy's */
export function checkPolicyArn(arn: string): void {
	if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(arn)) throw policyArnMalformed(arn);
	if (!/^arn:[a-z-]+:iam::(?:\d{12}|aws):policy\/./.test(arn)) throw policyArnInvalid(arn);
}
export const versionName = ({ number }: Pick<PolicyVersion, "number">): string => `v${number}`;

export function policyOf(accountId: string, row: Row): StoredPolicy {
	const { id, name, path, version, attachments } = row;
	return {
		id,
		arn: policyArn(accountId, path, name),
		name,
		path,
		createdAt: row.created_at,
		modifiedAt: row.modified_at,
		attachments,
		version,
		settings: JSON.parse(row.settings) as PolicySettings,
	};
}

export function defaultVersionOf({ settings }: StoredPolicy): PolicyVersion {
	return settings.versions.find(({ number }) => number === settings.defaultVersion) as PolicyVersion;
}

export async function loadManagedPolicy(
	store: Store,
	accountId: string,
	arn: string,
): Promise<{ readonly version: number; readonly value: ManagedPolicy } | undefined> {
	const [row] = await store.read(findPolicyRow, { folded: policyKey(arn) });
	const policy = row && policyOf(accountId, row);
	if (policy === undefined || policy.arn !== arn) return undefined;
	return {
		version: policy.version,
		value: {
			arn,
			compiled: compilePolicy(arn, parsePolicy(defaultVersionOf(policy).document, "managed")),
			tags: policy.settings.tags,
		},
	};
}

export async function managedPolicyVersion(store: Store, arn: string): Promise<number | undefined> {
	const [row] = await store.read(findPolicyVersion, { folded: policyKey(arn) });
	return row?.version;
}

/** What a managed policy says, AWS's or an own one; undefined where there is none of that ARN. */
export async function findCompiledPolicy(call: Pick<AccessCall, "caches">, arn: string): Promise<CompiledPolicy | undefined> {
	return isOwnPolicy(arn) ? (await call.caches.managedPolicies.get(arn))?.compiled : findBuiltInPolicy(arn);
}

/** The own policy of that ARN, as it is stored now; undefined where there is none. */
export async function findPolicy(call: AccessCall, arn: string): Promise<StoredPolicy | undefined> {
	const [row] = await call.store.read(findPolicyRow, { folded: policyKey(arn) });
	const policy = row && policyOf(call.settings.accountId, row);
	return policy?.arn === arn ? policy : undefined;
}

/** @throws NoSuchEntity, as `missing` says it, ValidationError, InvalidInput */
export async function getPolicy(call: AccessCall, arn: string, missing: (arn: string) => Error = policyNotFound): Promise<StoredPolicy> {
	checkPolicyArn(arn);
	const policy = await findPolicy(call, arn);
	if (policy === undefined) throw missing(arn);
	return policy;
}

/** @throws MalformedPolicyDocument, LimitExceeded */
function checkDocument(document: string): void {
	parsePolicy(document, "managed");
	if (policyCharacters(document) > policyCharactersMax.managed) throw tooMany("PolicySize", policyCharactersMax.managed);
}

/** @throws EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument */
export async function createPolicy(
	call: AccessCall,
	input: {
		readonly name: string;
		readonly path: string;
		readonly document: string;
		readonly description: string | undefined;
		readonly tags: Readonly<Record<string, string>>;
	},
): Promise<StoredPolicy> {
	checkDocument(input.document);
	const [counted] = await call.store.read(countPolicies, {});
	if (Number(counted?.count ?? 0) >= policiesMax) throw tooMany("PoliciesPerAccount", policiesMax);
	const settings: PolicySettings = {
		...(input.description !== undefined && { description: input.description }),
		tags: input.tags,
		defaultVersion: 1,
		lastVersion: 1,
		versions: [{ number: 1, document: input.document, createdAt: call.now }],
	};
	const row: Row = {
		folded: foldName(input.name),
		id: createUniqueId(call.ports.random, "ANPA"),
		name: input.name,
		path: input.path,
		// Not 1: a later one of this name must not be taken for it by a cache that goes by the version.
		version: call.now,
		created_at: call.now,
		modified_at: call.now,
		attachments: 0,
		settings: JSON.stringify(settings),
	};
	if ((await call.store.write([insert("iam_policies", row, "taken")])) === "taken") throw policyTaken(input.name);
	return policyOf(call.settings.accountId, row);
}

/** @throws NoSuchEntity, ConcurrentModification, AccessDenied for AWS's policies */
async function changePolicy(
	call: AccessCall,
	arn: string,
	change: (policy: StoredPolicy) => PolicySettings,
	missing = policyNotFound,
): Promise<StoredPolicy> {
	if (!isOwnPolicy(arn)) throw notOurPolicy();
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const policy = await getPolicy(call, arn, missing);
		const settings = change(policy);
		const changed = update(
			"iam_policies",
			{ folded: policyKey(arn), id: policy.id, version: policy.version },
			{ settings: JSON.stringify(settings), modified_at: call.now, version: { add: 1 } },
			"stale",
		);
		if ((await call.store.write([changed])) === "done") {
			call.caches.managedPolicies.forget(arn);
			return { ...policy, settings, modifiedAt: call.now, version: policy.version + 1 };
		}
	}
	throw changedMeanwhile();
}

/** @throws NoSuchEntity, LimitExceeded, MalformedPolicyDocument, ConcurrentModification */
export async function createPolicyVersion(call: AccessCall, arn: string, document: string, isDefault: boolean): Promise<StoredPolicy> {
	checkDocument(document);
	return changePolicy(call, arn, ({ settings }) => {
		if (settings.versions.length >= versionsMax) throw tooManyVersions(versionsMax);
		const number = settings.lastVersion + 1;
		return {
			...settings,
			lastVersion: number,
			defaultVersion: isDefault ? number : settings.defaultVersion,
			versions: [...settings.versions, { number, document, createdAt: call.now }],
		};
	});
}

/** @throws NoSuchEntity */
export function getPolicyVersion({ arn, settings }: StoredPolicy, name: string): PolicyVersion {
	const version = settings.versions.find((each) => versionName(each) === name);
	if (version === undefined) throw policyVersionNotFound(arn, name);
	return version;
}

/** @throws NoSuchEntity, ConcurrentModification */
export async function setDefaultPolicyVersion(call: AccessCall, arn: string, name: string): Promise<void> {
	const change = (policy: StoredPolicy) => ({ ...policy.settings, defaultVersion: getPolicyVersion(policy, name).number });
	await changePolicy(call, arn, change, () => policyVersionNotFound(arn, name));
}

/** @throws NoSuchEntity, LimitExceeded, ConcurrentModification */
export async function changePolicyTags(call: AccessCall, arn: string, change: (tags: Tags) => Tags): Promise<void> {
	await changePolicy(call, arn, ({ settings }) => ({ ...settings, tags: change(settings.tags) }));
}

/** @throws NoSuchEntity, DeleteConflict, ConcurrentModification */
export async function deletePolicyVersion(call: AccessCall, arn: string, name: string): Promise<void> {
	await changePolicy(call, arn, (policy) => {
		const { number } = getPolicyVersion(policy, name);
		if (number === policy.settings.defaultVersion) throw defaultVersionStays();
		return { ...policy.settings, versions: policy.settings.versions.filter((each) => each.number !== number) };
	});
}

/** @throws NoSuchEntity, DeleteConflict */
export async function deletePolicy(call: AccessCall, arn: string): Promise<void> {
	if (!isOwnPolicy(arn)) throw notOurPolicy();
	const { id, settings } = await getPolicy(call, arn);
	if (settings.versions.length > 1) throw policyHasVersions();
	const outcome = await call.store.write([consume("iam_policies", { folded: policyKey(arn), id, attachments: 0 }, "attached")]);
	if (outcome === "attached") throw policyAttached();
	call.caches.managedPolicies.forget(arn);
}
