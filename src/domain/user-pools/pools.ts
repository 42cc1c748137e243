/**
 * User pools: what one is to the rest of the domain, and how it is made, found, changed and deleted.
 * Every request reads its pool through the cache; the operations on the pool itself read its row.
 * Must not know what its users, sessions and tokens are.
 */
import type { KeyObject } from "node:crypto";
import type {
	CreateUserPoolRequest,
	SchemaAttributeType,
	UpdateUserPoolRequest,
	UserPoolDescriptionType,
	UserPoolType,
} from "../../aws/model/cognito-idp.types.ts";
import { randomText } from "../../crypto/random-text.ts";
import { assert } from "../../kernel/assert.ts";
import type { Random } from "../../kernel/ports.ts";
import type { Loaded } from "../../storage/cache.ts";
import { consume, insert, put, require, type Store, statement, update, type Verb } from "../../storage/store.ts";
import { removePoolClients, removePoolRows } from "../../storage/sweep.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Keyrings, Vault } from "../../storage/vault.ts";
import type { Call, Settings } from "../call.ts";
import {
	concurrentModification,
	customIdInvalid,
	customIdTaken,
	poolProtected,
	poolStillHasDomain,
	tooMany,
	tooManyRequests,
	userPoolNotFound,
} from "../refusals.ts";
import { domainUrlOf } from "./domain-urls.ts";
import { loadSigningKeys, makeSigningKeys, type SigningKey } from "./keys.ts";
import { openPage, pageOf } from "./paging.ts";
import { createPoolSettings, type UserPoolSettings, updatePoolSettings } from "./pool-settings.ts";
import { loadScopes } from "./resource-servers.ts";
import { extendSchema } from "./schema.ts";
import { untilSettled } from "./users.ts";

export type { SigningKey } from "./keys.ts";
export type { UserPoolSettings } from "./pool-settings.ts";

/** "Maximum number of user pools per Region": the developer guide's quotas. */
export const userPoolsPerRegionMax = 1000;
const shortIdLength = 9;
const userPoolId = /^[\w-]{1,45}_[0-9a-zA-Z]{1,54}$/;
const userPoolIdLengthMax = 55;
const alphanumerics = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** The tag that gives a pool its id, in development. */
const customIdTag = "_custom_id_";
const deletionAttemptsMax = 5;
/** How many pages of rows of a deleted pool the next one of its id waits for: they hold some 100,000 rows. */
const removalPagesMax = 400;
/** So many shards hold a pool's count of users that sign-ups rarely meet on a row. */
const userCountShards = 32;

export interface UserPool {
	readonly id: string;
	readonly region: string;
	/** The part of the id after `_`: SRP binds verifiers to it. */
	readonly shortId: string;
	readonly name: string;
	readonly version: number;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly modifiedAt: number;
	readonly settings: UserPoolSettings;
	/** The schema by attribute name; custom attributes with their `custom:` or `dev:custom:` prefix. */
	readonly schema: ReadonlyMap<string, SchemaAttributeType>;
	readonly caseSensitive: boolean;
	/** `iss` of its tokens. */
	readonly issuer: string;
	/** Absolute base of its domain's paths, without a slash at its end; undefined where it has no domain. */
	readonly domainUrl: string | undefined;
	/** The scopes of its resource servers, `identifier/name`. */
	readonly customScopes: ReadonlySet<string>;
	readonly keyrings: Keyrings;
	readonly signing: { readonly id: SigningKey; readonly access: SigningKey };
	readonly verifying: ReadonlyMap<string, { readonly use: "id" | "access"; readonly publicKey: KeyObject }>;
	/** The answer of `jwks.json`, ready to send. */
	readonly jwks: string;
}

type Row = Tables["user_pools"];

const findPoolRow = statement<{ id: string }>()("findPoolRow", (db, param) =>
	db.selectFrom("user_pools").selectAll().where("id", "=", param("id")),
);
const findPoolVersion = statement<{ id: string }>()("findPoolVersion", (db, param) =>
	db.selectFrom("user_pools").select("version").where("id", "=", param("id")),
);
const listPoolRows = statement<{ region: string; after: string; limit: number }>()("listPoolRows", (db, param) =>
	db
		.selectFrom("user_pools")
		.selectAll()
		.where("region", "=", param("region"))
		.where("id", ">", param("after"))
		.orderBy("id")
		.limit(param("limit")),
);
const findLastPoolAllowed = statement<{ region: string; before: number }>()("findLastPoolAllowed", (db, param) =>
	db.selectFrom("user_pools").select("id").where("region", "=", param("region")).orderBy("id").limit(1).offset(param("before")),
);
const listUserCounts = statement<{ pool: string }>()("listUserCounts", (db, param) =>
	db.selectFrom("user_counts").select("users").where("pool_id", "=", param("pool")),
);

/** The ARN of the call's account. */
export function userPoolArn(call: Pick<Call, "settings">, region: string, id: string): string {
	return `arn:aws:cognito-idp:${region}:${call.settings.accountId}:userpool/${id}`;
}

/** A pool as the cache holds it from `now` on; undefined where there is none. */
export async function loadUserPool(
	store: Store,
	vault: Vault,
	settings: Settings,
	id: string,
	now: number,
): Promise<Loaded<UserPool> | undefined> {
	const [row] = await store.read(findPoolRow, { id });
	if (row === undefined) return undefined;
	const keyrings = await vault.keyrings(id);
	const signing = keyrings && (await loadSigningKeys(store, id, keyrings, now));
	// Deleted between the reads: its keys went with its row.
	if (keyrings === undefined || signing === undefined) return undefined;
	const document = JSON.parse(row.settings) as UserPoolSettings;
	return {
		version: row.version,
		value: {
			id,
			region: row.region,
			shortId: id.slice(id.indexOf("_") + 1),
			name: row.name,
			version: row.version,
			createdAt: row.created_at,
			modifiedAt: row.modified_at,
			settings: document,
			schema: new Map(document.SchemaAttributes?.map((attribute) => [attribute.Name ?? "", attribute])),
			caseSensitive: document.UsernameConfiguration?.CaseSensitive ?? true,
			issuer: settings.issuer(row.region, id),
			domainUrl: domainUrlOf(settings, document),
			customScopes: await loadScopes(store, id),
			keyrings,
			...signing.keys,
		},
		changesAt: signing.changesAt,
	};
}

/** The version by which the cache tells whether its pool is still the stored one. */
export async function userPoolVersion(store: Store, id: string): Promise<number | undefined> {
	const [row] = await store.read(findPoolVersion, { id });
	return row?.version;
}

/** The pool; undefined where there is none, or where the call is for another region. */
export async function findUserPool(call: Pick<Call, "caches" | "region">, id: string): Promise<UserPool | undefined> {
	return isPoolIdFor(call, id) ? call.caches.userPools.get(id) : undefined;
}

/** @throws ResourceNotFoundException */
export async function getUserPool(call: Call, id: string): Promise<UserPool> {
	const pool = await findUserPool(call, id);
	if (pool === undefined) throw userPoolNotFound(id);
	return pool;
}

/** Whether it can be a pool of the call's region: nothing else is worth a query. */
function isPoolIdFor(call: Pick<Call, "region">, id: string): boolean {
	return isUserPoolId(id) && (call.region === undefined || regionOf(id) === call.region);
}

/** Whether it can be a pool's id. */
export function isUserPoolId(id: string): boolean {
	return id.length <= userPoolIdLengthMax && userPoolId.test(id);
}

/** The region that a pool's id begins with. */
export function regionOf(id: string): string {
	return id.slice(0, id.indexOf("_"));
}

/** @throws ResourceNotFoundException */
async function getPoolRow(call: Call, id: string): Promise<Row> {
	const [row] = isPoolIdFor(call, id) ? await call.store.read(findPoolRow, { id }) : [];
	if (row === undefined) throw userPoolNotFound(id);
	return row;
}

/**
 * Makes a pool in the call's region, with its keys; `fixedId` is for who makes one like another.
 * @throws InvalidParameterException, LimitExceededException, FeatureUnavailableInTierException, UserPoolTaggingException
 */
export async function createUserPool(call: Call, input: CreateUserPoolRequest, fixedId?: string): Promise<UserPoolType> {
	const region = call.region ?? call.settings.defaultRegion;
	const settings = createPoolSettings(region, input);
	const customId = fixedId ?? customPoolId(call, region, input);
	const full = await call.store.read(findLastPoolAllowed, { region, before: userPoolsPerRegionMax - 1 });
	if (full.length > 0) throw tooMany("user pools");
	if (customId !== undefined) await finishRemoval(call, customId);
	const id = customId ?? `${region}_${randomText(call.ports.random, alphanumerics, shortIdLength)}`;
	const { keyrings, verbs } = call.vault.create(id, call.now);
	const row: Row = {
		id,
		region,
		name: input.PoolName,
		// Not 1: a later one under this id must not be taken for it by a cache that goes by the version.
		version: call.now,
		created_at: call.now,
		modified_at: call.now,
		settings: JSON.stringify(settings),
	};
	const outcome = await call.store.write<"taken">([
		// While rows of a deleted pool of that id are left, the id is not free.
		require("deleted_pools", { id }, "none", "taken"),
		insert("user_pools", row, "taken"),
		...verbs,
		...(await makeSigningKeys(call.ports, id, keyrings, call.now)),
	]);
	call.caches.userPools.forget(id);
	if (outcome === "taken") {
		assert(customId !== undefined, "a random pool id is free");
		throw customIdTaken(id);
	}
	return describe(call, row, 0);
}

/** @throws ResourceNotFoundException */
export async function describeUserPool(call: Call, id: string): Promise<UserPoolType> {
	const row = await getPoolRow(call, id);
	return describe(call, row, await estimatedNumberOfUsers(call.store, id));
}

/** A page of the call's region. @throws InvalidParameterException */
export async function listUserPools(
	call: Call,
	limit: number,
	token: string | undefined,
): Promise<{ readonly pools: readonly UserPoolDescriptionType[]; readonly next: string | undefined }> {
	const region = call.region ?? call.settings.defaultRegion;
	const page = { kind: "ListUserPools", scope: [region] };
	const after = openPage(call.vault, page, token) ?? "";
	const found = await call.store.read(listPoolRows, { region, after, limit: limit + 1 });
	const { rows, next } = pageOf(call.vault, page, found, limit, (row) => row.id);
	const pools = rows.map((row) => ({
		Id: row.id,
		Name: row.name,
		LambdaConfig: (JSON.parse(row.settings) as UserPoolSettings).LambdaConfig,
		LastModifiedDate: row.modified_at,
		CreationDate: row.created_at,
	}));
	return { pools, next };
}

/**
 * Replaces the pool's settings.
 * @throws ResourceNotFoundException, ConcurrentModificationException, InvalidParameterException, FeatureUnavailableInTierException
 */
export async function updateUserPool(call: Call, input: UpdateUserPoolRequest): Promise<void> {
	const outcome = await attemptPoolChange(
		call,
		input.UserPoolId,
		(settings, region) => updatePoolSettings(region, settings, input),
		input.PoolName,
	);
	if (outcome === "stale") throw concurrentModification();
}

/**
 * Reads the pool's settings, changes them and writes them, its name where one is given, and what goes with it in one batch. Answers the
 * new settings, or `stale` where somebody else changed the pool in between.
 * @throws ResourceNotFoundException, and what `change` throws
 */
export async function attemptPoolChange<L extends string = never>(
	call: Call,
	id: string,
	change: (settings: UserPoolSettings, region: string) => UserPoolSettings,
	name?: string,
	also: readonly Verb<L>[] = [],
): Promise<UserPoolSettings | "stale" | L> {
	const row = await getPoolRow(call, id);
	const settings = change(JSON.parse(row.settings) as UserPoolSettings, row.region);
	const outcome = await call.store.write<"stale" | L>([
		update(
			"user_pools",
			{ id, version: row.version },
			{ name: name ?? row.name, settings: JSON.stringify(settings), modified_at: call.now, version: { add: 1 } },
			"stale",
		),
		...also,
	]);
	call.caches.userPools.forget(id);
	return outcome === "done" ? settings : outcome;
}

/**
 * The settings of a pool as they are stored now.
 * @throws ResourceNotFoundException
 */
export async function getPoolSettings(call: Call, id: string): Promise<UserPoolSettings> {
	return JSON.parse((await getPoolRow(call, id)).settings) as UserPoolSettings;
}

/**
 * Adds custom attributes to the pool's schema, for good.
 * @throws ResourceNotFoundException, InvalidParameterException, TooManyRequestsException
 */
export async function addCustomAttributes(call: Call, id: string, attributes: readonly SchemaAttributeType[]): Promise<void> {
	await untilSettled(() =>
		attemptPoolChange(call, id, (settings) => ({
			...settings,
			SchemaAttributes: extendSchema(settings.SchemaAttributes ?? [], attributes),
		})),
	);
}

/**
 * Deletes a pool: its row and its keys, which makes its secrets unreadable and its tokens worthless, then its clients, so that
 * their ids are free. Its other rows are removed afterwards, in small batches.
 * @throws ResourceNotFoundException, InvalidParameterException while it is protected or has a domain, TooManyRequestsException
 */
export async function deleteUserPool(call: Call, id: string): Promise<void> {
	for (let attempt = 0; attempt < deletionAttemptsMax; attempt++) {
		const row = await getPoolRow(call, id);
		const { DeletionProtection, Domain, CustomDomain } = JSON.parse(row.settings) as UserPoolSettings;
		if (DeletionProtection === "ACTIVE") throw poolProtected();
		if (Domain !== undefined || CustomDomain !== undefined) throw poolStillHasDomain();
		const outcome = await call.store.write<"stale">([
			consume("user_pools", { id, version: row.version }, "stale"),
			consume("signing_keys", { pool_id: id }),
			consume("data_keys", { scope: id }),
			insert("deleted_pools", { id, at: call.now }),
		]);
		call.caches.userPools.forget(id);
		if (outcome === "done") {
			// There are no more of them than the quota, and no new ones: a client is made only while its pool is there.
			while ((await removePoolClients(call.store, id)) > 0);
			return;
		}
		// Changed in between, perhaps to be protected: the API has no error for that here.
	}
	throw tooManyRequests();
}

/**
 * Removes what is left of a deleted pool of a fixed id, whose rows would otherwise keep the id for a minute or more. Where there
 * is more of it than a request should wait for, the id stays taken, and each further attempt removes some more.
 */
async function finishRemoval(call: Call, id: string): Promise<void> {
	for (let pages = 0; pages < removalPagesMax; pages++) {
		if ((await removePoolRows(call.store, id)) === 0) return;
		// Which of them were the old pool's nobody knows any more, and for a second they would pass for the new one's.
		call.caches.appClients.clear();
		call.caches.groups.clear();
	}
}

/** So many more users, or fewer, on a shard of chance. */
export function countUser(pool: Pick<UserPool, "id">, random: Random, by: number): Verb<never> {
	const shard = (random.bytes(1)[0] ?? 0) % userCountShards;
	return put("user_counts", ["pool_id", "shard"], { pool_id: pool.id, shard, users: { add: by } });
}

async function estimatedNumberOfUsers(store: Store, pool: string): Promise<number> {
	const shards = await store.read(listUserCounts, { pool });
	return shards.reduce((sum, { users }) => sum + users, 0);
}

function describe(call: Call, row: Row, users: number): UserPoolType {
	const {
		MfaFactors: _factors,
		SessionConfiguration: _sessions,
		UpstreamPool: _upstream,
		...settings
	} = JSON.parse(row.settings) as UserPoolSettings;
	return {
		Id: row.id,
		Name: row.name,
		Arn: userPoolArn(call, row.region, row.id),
		LastModifiedDate: row.modified_at,
		CreationDate: row.created_at,
		EstimatedNumberOfUsers: users,
		...settings,
	};
}

/** The id that the tag `_custom_id_` asks for; only development listens to it. */
function customPoolId(call: Call, region: string, input: CreateUserPoolRequest): string | undefined {
	const id = call.settings.mode === "development" ? input.UserPoolTags?.[customIdTag] : undefined;
	if (id === undefined) return undefined;
	if (!isUserPoolId(id) || regionOf(id) !== region) throw customIdInvalid(id);
	return id;
}
