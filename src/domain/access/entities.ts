/**
 * IAM's entities: roles, users and groups, each one row with all that it is set to, policies included, so that deciding about a request
 * costs one cached entry a principal. This folder owns who may do what: IAM, STS, and the policies that decide. It must not know AWS's
 * wire, nor what the operations do that it decides about.
 */
import { consume, insert, type Store, statement, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { createUniqueId } from "./key-ids.ts";
import { type CompiledPolicy, compilePolicy } from "./policies/compile.ts";
import { type PolicyDocument, parsePolicy } from "./policies/document.ts";
import { changedMeanwhile, entityNotFound, entityTaken, tooMany } from "./refusals.ts";

export type EntityKind = "role" | "user" | "group";

/** The stored document. Policies are kept as they were written. */
export interface EntitySettings {
	/** Roles: who may assume it. */
	readonly trust?: string;
	/** Users and roles that the trust policy names by ARN, with the ids that these had then: a later one of the name is somebody else. */
	readonly trustedIds?: Readonly<Record<string, string>>;
	readonly description?: string;
	/** Roles: the longest session, in seconds. */
	readonly maxSessionSeconds?: number;
	/** ARN of the managed policy that is the permissions boundary. */
	readonly boundary?: string;
	readonly tags: Readonly<Record<string, string>>;
	/** Inline policies by name. */
	readonly inline: Readonly<Record<string, string>>;
	/** ARNs of managed policies. */
	readonly attached: readonly string[];
	/** Users: ids of their groups. */
	readonly groups: readonly string[];
}

export interface Entity {
	readonly kind: EntityKind;
	/** AROA…, AIDA… or AGPA… */
	readonly id: string;
	readonly name: string;
	readonly path: string;
	readonly arn: string;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly version: number;
	readonly settings: EntitySettings;
	/** Roles: when a session of theirs signed last (milliseconds since the epoch), and for which region. Undefined: none did. */
	readonly lastUsed: { readonly at: number; readonly region: string } | undefined;
}

/** As the cache holds it, ready to decide. */
export interface CompiledEntity extends Entity {
	readonly inline: readonly CompiledPolicy[];
	/** Roles have one. */
	readonly trust: CompiledPolicy | undefined;
}

/** What IAM needs of a call. */
export type AccessCall = Pick<Call, "store" | "vault" | "caches" | "ports" | "settings" | "now">;

type Row = Tables["iam_entities"];

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const entitiesMax: Readonly<Record<EntityKind, { readonly quota: string; readonly max: number }>> = {
	role: { quota: "RolesPerAccount", max: 1000 },
	user: { quota: "UsersPerAccount", max: 5000 },
	group: { quota: "GroupsPerAccount", max: 300 },
};
const prefixes = { role: "AROA", user: "AIDA", group: "AGPA" } as const;
/** A change that always meets another one is given up. */
const attemptsMax = 10;

export const findEntityByName = statement<{ kind: string; folded: string }>()("findIamEntityByName", (db, param) =>
	db.selectFrom("iam_entities").selectAll().where("kind", "=", param("kind")).where("folded", "=", param("folded")),
);
export const findEntityById = statement<{ id: string }>()("findIamEntityById", (db, param) =>
	db.selectFrom("iam_entities").selectAll().where("id", "=", param("id")),
);
const findVersionByName = statement<{ kind: string; folded: string }>()("findIamEntityVersionByName", (db, param) =>
	db.selectFrom("iam_entities").select("version").where("kind", "=", param("kind")).where("folded", "=", param("folded")),
);
const findVersionById = statement<{ id: string }>()("findIamEntityVersionById", (db, param) =>
	db.selectFrom("iam_entities").select("version").where("id", "=", param("id")),
);
const countEntities = statement<{ kind: string }>()("countIamEntities", (db, param) =>
	db
		.selectFrom("iam_entities")
		.select(({ fn }) => fn.countAll<number | string>().as("count"))
		.where("kind", "=", param("kind")),
);

/** "Names of users, groups, roles, policies … must be unique within the account … and are not case sensitive." */
export const foldName = (name: string): string => name.toLowerCase();
/** What the cache knows an entity by, where its name is what a request has; its id serves too. */
export const nameKey = (kind: EntityKind, name: string): string => `${kind}/${foldName(name)}`;

export const entityArn = (accountId: string, { kind, path, name }: Pick<Entity, "kind" | "path" | "name">): string =>
	`arn:aws:iam::${accountId}:${kind}${path}${name}`;

export function entityOf(accountId: string, row: Row): Entity {
	const { id, name, path, version } = row;
	const kind = row.kind as EntityKind;
	return {
		kind,
		id,
		name,
		path,
		arn: entityArn(accountId, { kind, path, name }),
		createdAt: row.created_at,
		version,
		settings: JSON.parse(row.settings) as EntitySettings,
		lastUsed: row.last_used_at === 0 ? undefined : { at: row.last_used_at, region: row.last_used_region },
	};
}

function compileEntity(entity: Entity): CompiledEntity {
	const { inline, trust, trustedIds } = entity.settings;
	return {
		...entity,
		inline: Object.entries(inline).map(([name, text]) => compilePolicy(name, parsePolicy(text, "inline"))),
		trust: trust === undefined ? undefined : compilePolicy("trust", withIds(parsePolicy(trust, "trust"), trustedIds ?? {})),
	};
}

/** "IAM transforms the ARN to the user's unique principal ID when you save the policy." https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-users */
function withIds(document: PolicyDocument, ids: Readonly<Record<string, string>>): PolicyDocument {
	const statements = document.statements.map((statement) => {
		const { principals } = statement;
		if (principals === undefined) return statement;
		const names = { ...principals.names, AWS: principals.names.AWS.map((name) => ids[name] ?? name) };
		return { ...statement, principals: { ...principals, names } };
	});
	return { ...document, statements };
}

function byKey(key: string): { readonly kind: string; readonly folded: string } | undefined {
	const slash = key.indexOf("/");
	return slash === -1 ? undefined : { kind: key.slice(0, slash), folded: key.slice(slash + 1) };
}

/** The entity of a key of the cache: an id, or `nameKey`. */
export async function loadEntity(
	store: Store,
	accountId: string,
	key: string,
): Promise<{ readonly version: number; readonly value: CompiledEntity } | undefined> {
	const named = byKey(key);
	const [row] = named === undefined ? await store.read(findEntityById, { id: key }) : await store.read(findEntityByName, named);
	return row && { version: row.version, value: compileEntity(entityOf(accountId, row)) };
}

export async function entityVersion(store: Store, key: string): Promise<number | undefined> {
	const named = byKey(key);
	const [row] = named === undefined ? await store.read(findVersionById, { id: key }) : await store.read(findVersionByName, named);
	return row?.version;
}

/** As it is stored now; undefined where there is none. */
export async function findEntity(call: AccessCall, kind: EntityKind, name: string): Promise<Entity | undefined> {
	const [row] = await call.store.read(findEntityByName, { kind, folded: foldName(name) });
	return row && entityOf(call.settings.accountId, row);
}

/** @throws NoSuchEntity */
export async function getEntity(call: AccessCall, kind: EntityKind, name: string): Promise<Entity> {
	const entity = await findEntity(call, kind, name);
	if (entity === undefined) throw entityNotFound(kind, name);
	return entity;
}

/** The entity of that id; undefined where there is none. */
export async function findEntityOfId(call: AccessCall, id: string): Promise<Entity | undefined> {
	const [row] = await call.store.read(findEntityById, { id });
	return row && entityOf(call.settings.accountId, row);
}

export const noSettings: EntitySettings = { tags: {}, inline: {}, attached: [], groups: [] };

/** `verbs` go along in the batch. @throws EntityAlreadyExists, LimitExceeded, and what `verbs` may end with */
export async function createEntity(
	call: AccessCall,
	{ kind, name, path, settings }: Pick<Entity, "kind" | "name" | "path" | "settings">,
	verbs: readonly Verb<"gone">[] = [],
	gone: () => Error = changedMeanwhile,
): Promise<Entity> {
	const { quota, max } = entitiesMax[kind];
	const [counted] = await call.store.read(countEntities, { kind });
	if (Number(counted?.count ?? 0) >= max) throw tooMany(quota, max);
	const row = {
		kind,
		folded: foldName(name),
		id: createUniqueId(call.ports.random, prefixes[kind]),
		name,
		path,
		// Not 1: a later one of this name must not be taken for it by a cache that goes by the version.
		version: call.now,
		created_at: call.now,
		settings: JSON.stringify(settings),
		last_used_at: 0,
		last_used_region: "",
	};
	const uses = useVerbs(row.id, noSettings, settings);
	const outcome = await call.store.write<"taken" | "gone">([insert("iam_entities", row, "taken"), ...uses, ...verbs]);
	if (outcome === "taken") throw entityTaken(kind, name);
	if (outcome === "gone") throw gone();
	return entityOf(call.settings.accountId, row);
}

export interface EntityChange {
	readonly settings?: EntitySettings;
	readonly verbs?: readonly Verb<"gone">[];
	/** What is thrown where one of `verbs` finds nothing. */
	readonly gone?: () => Error;
}

/**
 * Changes an entity: `change` sees it as it is stored, and is asked again where another change came first. The uses of managed policies
 * are written along. @throws NoSuchEntity, ConcurrentModification
 */
export async function changeEntity(
	call: AccessCall,
	kind: EntityKind,
	name: string,
	change: (entity: Entity) => EntityChange | Promise<EntityChange>,
): Promise<Entity> {
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const entity = await getEntity(call, kind, name);
		const { settings = entity.settings, verbs = [], gone } = await change(entity);
		const outcome = await call.store.write<"stale" | "gone">([
			update(
				"iam_entities",
				{ kind, folded: foldName(name), id: entity.id, version: entity.version },
				{ settings: JSON.stringify(settings), version: { add: 1 } },
				"stale",
			),
			...useVerbs(entity.id, entity.settings, settings),
			...verbs,
		]);
		if (outcome === "gone") throw gone?.() ?? changedMeanwhile();
		if (outcome === "done") {
			forgetEntity(call, entity);
			return { ...entity, settings, version: entity.version + 1 };
		}
	}
	throw changedMeanwhile();
}

/** Who uses a policy, by rows for listing them, and by a count at the policy, which decides the race with its deletion. */
function useVerbs(entityId: string, before: EntitySettings, after: EntitySettings): Verb<"gone">[] {
	const uses = ({ attached, boundary }: EntitySettings) => [
		...attached.map((arn) => ({ arn, usage: "permissions" })),
		...(boundary === undefined ? [] : [{ arn: boundary, usage: "boundary" }]),
	];
	const without = (all: ReturnType<typeof uses>, others: ReturnType<typeof uses>) =>
		all.filter(({ arn, usage }) => !others.some((other) => other.arn === arn && other.usage === usage));
	const added = without(uses(after), uses(before));
	const removed = without(uses(before), uses(after));
	return [
		...added.map(({ arn, usage }) => insert("iam_policy_uses", { policy_arn: arn, entity_id: entityId, usage })),
		...removed.map(({ arn, usage }) => consume("iam_policy_uses", { policy_arn: arn, entity_id: entityId, usage })),
		// No policy is counted twice in one batch: a row is touched once.
		...[...new Set([...added, ...removed].map(({ arn }) => arn))].filter(isOwnPolicy).flatMap((arn) => {
			const more = added.filter((use) => use.arn === arn).length - removed.filter((use) => use.arn === arn).length;
			return more === 0 ? [] : [update("iam_policies", { folded: policyKey(arn) }, { attachments: { add: more } }, "gone" as const)];
		}),
	];
}

/** Whether a policy is kept here; those of AWS's are part of the code. */
export const isOwnPolicy = (arn: string): boolean => !arn.startsWith("arn:aws:iam::aws:policy/");
/** A managed policy's key, from its ARN, which ends with the name. */
export const policyKey = (arn: string): string => foldName(arn.slice(arn.lastIndexOf("/") + 1));

/** After a change by this process. */
export function forgetEntity(call: Pick<Call, "caches">, { id, kind, name }: Pick<Entity, "id" | "kind" | "name">): void {
	call.caches.iamEntities.forget(id);
	call.caches.iamEntities.forget(nameKey(kind, name));
}
