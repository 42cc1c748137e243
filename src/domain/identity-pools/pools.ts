/**
 * Identity pools: how one is made, found, changed and deleted. This folder owns identity pools, the identities in them, the logins that
 * identities are found by, the verification of those logins, and the OpenID tokens that prove an identity. Must not know what roles
 * may do, nor how users of user pools sign in.
 * Every request reads its pool through the cache; the operations on the pool itself read its row.
 */
import type {
	CreateIdentityPoolInput,
	IdentityPool as IdentityPoolDocument,
	IdentityPoolShortDescription,
} from "../../aws/model/cognito-identity.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { assert } from "../../kernel/assert.ts";
import { consume, insert, require, type Store, statement, update } from "../../storage/store.ts";
import { removePoolRows } from "../../storage/sweep.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { concurrentModification, customIdInvalid, customIdTaken, tooMany } from "../refusals.ts";
import { openPage, pageOf } from "../user-pools/paging.ts";
import { createSettings, customIdTag, type IdentityPoolSettings, updateSettings } from "./pool-settings.ts";
import { identityPoolNotFound } from "./refusals.ts";

/** "Maximum number of identity pools per account", in each Region: the developer guide's quotas. */
export const identityPoolsPerRegionMax = 1000;
/** An identity's id has the same form. */
const idPattern = /^[\w-]{1,18}:[0-9a-f-]{1,36}$/;
/** How many pages of rows of a deleted pool the next one of its id waits for. */
const removalPagesMax = 400;

export interface IdentityPool {
	readonly id: string;
	readonly region: string;
	readonly version: number;
	readonly settings: IdentityPoolSettings;
}

type Row = Tables["identity_pools"];

export const findIdentityPoolRow = statement<{ id: string }>()("findIdentityPoolRow", (db, param) =>
	db.selectFrom("identity_pools").selectAll().where("id", "=", param("id")),
);
export const findIdentityPoolVersion = statement<{ id: string }>()("findIdentityPoolVersion", (db, param) =>
	db.selectFrom("identity_pools").select("version").where("id", "=", param("id")),
);
export const listIdentityPoolRows = statement<{ region: string; after: string; limit: number }>()("listIdentityPoolRows", (db, param) =>
	db
		.selectFrom("identity_pools")
		.select(["id", "name"])
		.where("region", "=", param("region"))
		.where("id", ">", param("after"))
		.orderBy("id")
		.limit(param("limit")),
);
export const findLastIdentityPoolAllowed = statement<{ region: string; before: number }>()("findLastIdentityPoolAllowed", (db, param) =>
	db.selectFrom("identity_pools").select("id").where("region", "=", param("region")).orderBy("id").limit(1).offset(param("before")),
);

/** Whether it can be the id of an identity pool, or of an identity: nothing else is worth a query. */
export function isIdentityId(id: string): boolean {
	return idPattern.test(id);
}

/** The region that an id begins with. */
export function regionOfIdentity(id: string): string {
	return id.slice(0, id.indexOf(":"));
}

export function identityPoolArn(call: Pick<Call, "settings">, id: string): string {
	return `arn:aws:cognito-identity:${regionOfIdentity(id)}:${call.settings.accountId}:identitypool/${id}`;
}

/** A pool as the cache holds it; undefined where there is none. */
export async function loadIdentityPool(
	store: Store,
	id: string,
): Promise<{ readonly version: number; readonly value: IdentityPool } | undefined> {
	const [row] = await store.read(findIdentityPoolRow, { id });
	if (row === undefined) return undefined;
	const { region, version } = row;
	return { version, value: { id, region, version, settings: JSON.parse(row.settings) as IdentityPoolSettings } };
}

/** The version by which the cache tells whether its pool is still the stored one. */
export async function identityPoolVersion(store: Store, id: string): Promise<number | undefined> {
	const [row] = await store.read(findIdentityPoolVersion, { id });
	return row?.version;
}

/** The pool; undefined where there is none, or where the call is for another region. */
export async function findIdentityPool(call: Pick<Call, "caches" | "region">, id: string): Promise<IdentityPool | undefined> {
	return isIdFor(call, id) ? call.caches.identityPools.get(id) : undefined;
}

/** @throws ResourceNotFoundException */
export async function getIdentityPool(call: Call, id: string): Promise<IdentityPool> {
	const pool = await findIdentityPool(call, id);
	if (pool === undefined) throw identityPoolNotFound(id);
	return pool;
}

/** Whether it can be a pool or an identity of the call's region. */
export function isIdFor(call: Pick<Call, "region">, id: string): boolean {
	return isIdentityId(id) && (call.region === undefined || regionOfIdentity(id) === call.region);
}

async function getRow(call: Call, id: string): Promise<Row> {
	const [row] = isIdFor(call, id) ? await call.store.read(findIdentityPoolRow, { id }) : [];
	if (row === undefined) throw identityPoolNotFound(id);
	return row;
}

/** Makes a pool in the call's region. @throws InvalidParameterException, LimitExceededException */
export async function createIdentityPool(call: Call, input: CreateIdentityPoolInput): Promise<IdentityPoolDocument> {
	const region = call.region ?? call.settings.defaultRegion;
	const settings = createSettings(call.settings, input);
	const customId = customPoolId(call, region, input);
	const full = await call.store.read(findLastIdentityPoolAllowed, { region, before: identityPoolsPerRegionMax - 1 });
	if (full.length > 0) throw tooMany("identity pools");
	if (customId !== undefined) await finishRemoval(call, customId);
	const id = customId ?? `${region}:${randomUuid(call.ports.random)}`;
	const row: Row = {
		id,
		region,
		name: input.IdentityPoolName,
		// Not 1: a later one under this id must not be taken for it by a cache that goes by the version.
		version: call.now,
		created_at: call.now,
		modified_at: call.now,
		settings: JSON.stringify(settings),
	};
	const outcome = await call.store.write<"taken">([
		// While rows of a deleted pool of that id are left, the id is not free.
		require("deleted_pools", { id }, "none", "taken"),
		insert("identity_pools", row, "taken"),
	]);
	call.caches.identityPools.forget(id);
	if (outcome === "taken") {
		assert(customId !== undefined, "a random identity pool id is free");
		throw customIdTaken(id);
	}
	return describe(row);
}

/** @throws ResourceNotFoundException */
export async function describeIdentityPool(call: Call, id: string): Promise<IdentityPoolDocument> {
	return describe(await getRow(call, id));
}

/** The settings of a pool as they are stored now. @throws ResourceNotFoundException */
export async function getIdentityPoolSettings(call: Call, id: string): Promise<IdentityPoolSettings> {
	return JSON.parse((await getRow(call, id)).settings) as IdentityPoolSettings;
}

/** A page of the call's region. @throws InvalidParameterException */
export async function listIdentityPools(
	call: Call,
	limit: number,
	token: string | undefined,
): Promise<{ readonly pools: readonly IdentityPoolShortDescription[]; readonly next: string | undefined }> {
	const region = call.region ?? call.settings.defaultRegion;
	const page = { kind: "ListIdentityPools", scope: [region] };
	const after = openPage(call.vault, page, token) ?? "";
	const found = await call.store.read(listIdentityPoolRows, { region, after, limit: limit + 1 });
	const { rows, next } = pageOf(call.vault, page, found, limit, (row) => row.id);
	return { pools: rows.map((row) => ({ IdentityPoolId: row.id, IdentityPoolName: row.name })), next };
}

/** Replaces the pool's settings. @throws ResourceNotFoundException, ConcurrentModificationException, InvalidParameterException */
export async function updateIdentityPool(call: Call, input: IdentityPoolDocument): Promise<IdentityPoolDocument> {
	const change = (settings: IdentityPoolSettings) => updateSettings(call.settings, settings, input);
	const row = await attemptIdentityPoolChange(call, input.IdentityPoolId, change, input.IdentityPoolName);
	if (row === "stale") throw concurrentModification();
	return describe(row);
}

/**
 * Reads the pool's settings, changes them and writes them, its name where one is given. Answers the new row, or `stale` where somebody else
 * changed the pool in between. @throws ResourceNotFoundException, and what `change` throws
 */
export async function attemptIdentityPoolChange(
	call: Call,
	id: string,
	change: (settings: IdentityPoolSettings) => IdentityPoolSettings,
	name?: string,
): Promise<Row | "stale"> {
	const row = await getRow(call, id);
	const settings = JSON.stringify(change(JSON.parse(row.settings) as IdentityPoolSettings));
	const after = { ...row, name: name ?? row.name, settings, modified_at: call.now };
	const outcome = await call.store.write<"stale">([
		update(
			"identity_pools",
			{ id, version: row.version },
			{ name: after.name, settings, modified_at: call.now, version: { add: 1 } },
			"stale",
		),
	]);
	call.caches.identityPools.forget(id);
	return outcome === "stale" ? "stale" : after;
}

/** Deletes a pool. Its identities are nobody's from then on; their rows are removed afterwards, in small batches. @throws ResourceNotFoundException */
export async function deleteIdentityPool(call: Call, id: string): Promise<void> {
	if (!isIdFor(call, id)) throw identityPoolNotFound(id);
	const outcome = await call.store.write<"gone">([
		consume("identity_pools", { id }, "gone"),
		insert("deleted_pools", { id, at: call.now }),
	]);
	call.caches.identityPools.forget(id);
	if (outcome === "gone") throw identityPoolNotFound(id);
}

/** Removes what is left of a deleted pool of a fixed id, whose rows would otherwise keep the id for a minute or more. */
async function finishRemoval(call: Call, id: string): Promise<void> {
	for (let pages = 0; pages < removalPagesMax; pages++) {
		if ((await removePoolRows(call.store, id)) === 0) return;
	}
}

/** The id that the tag `_custom_id_` asks for; only development listens to it. */
function customPoolId(call: Call, region: string, input: CreateIdentityPoolInput): string | undefined {
	const id = call.settings.mode === "development" ? input.IdentityPoolTags?.[customIdTag] : undefined;
	if (id === undefined) return undefined;
	if (!isIdentityId(id) || regionOfIdentity(id) !== region) throw customIdInvalid(id);
	return id;
}

function describe(row: Pick<Row, "id" | "name" | "settings">): IdentityPoolDocument {
	const { Roles: _roles, RoleMappings: _mappings, PrincipalTagMaps: _tags, ...settings } = JSON.parse(row.settings) as IdentityPoolSettings;
	return { IdentityPoolId: row.id, IdentityPoolName: row.name, ...settings };
}
