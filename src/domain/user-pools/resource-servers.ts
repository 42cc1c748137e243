/**
 * Resource servers: APIs that a pool issues access tokens for, each with the custom scopes that an app client can be allowed.
 * A scope that is deleted stays with the clients that have it, inactive: what issues tokens leaves it out until it is there again.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html
 */
import type {
	CreateResourceServerRequest,
	ResourceServerScopeType,
	ResourceServerType,
	UpdateResourceServerRequest,
} from "../../aws/model/cognito-idp.types.ts";
import { consume, insert, type Store, statement, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { resourceServerExists, resourceServerNotFound, scopeNamesDuplicate, tooMany, userPoolNotFound } from "../refusals.ts";
import { openPage, pageOf } from "./paging.ts";
import type { UserPool } from "./pools.ts";

/** "Maximum number of resource servers per user pool": the developer guide's quotas. */
export const resourceServersPerPoolMax = 25;
/** A page where MaxResults is left out: as many as it may ask for. */
export const resourceServersPageDefault = 50;

type Row = Tables["resource_servers"];

export const findResourceServer = statement<{ pool: string; identifier: string }>()("findResourceServer", (db, param) =>
	db.selectFrom("resource_servers").selectAll().where("pool_id", "=", param("pool")).where("identifier", "=", param("identifier")),
);
export const listResourceServerRows = statement<{ pool: string; after: string; limit: number }>()("listResourceServerRows", (db, param) =>
	db
		.selectFrom("resource_servers")
		.selectAll()
		.where("pool_id", "=", param("pool"))
		.where("identifier", ">", param("after"))
		.orderBy("identifier")
		.limit(param("limit")),
);

/** @throws InvalidParameterException, LimitExceededException, ResourceNotFoundException */
export async function createResourceServer(call: Call, pool: UserPool, input: CreateResourceServerRequest): Promise<ResourceServerType> {
	const row: Row = {
		pool_id: pool.id,
		identifier: input.Identifier,
		name: input.Name,
		scopes: JSON.stringify(checkScopes(input.Scopes)),
	};
	const all = await listAll(call, pool);
	if (all.some(({ identifier }) => identifier === row.identifier)) throw resourceServerExists(row.identifier, pool.id);
	if (all.length >= resourceServersPerPoolMax) throw tooMany("resource servers");
	const outcome = await write<"taken">(call, pool, insert("resource_servers", row, "taken"));
	if (outcome === "gone") throw userPoolNotFound(pool.id);
	if (outcome === "taken") throw resourceServerExists(row.identifier, pool.id);
	return describe(row);
}

/** @throws ResourceNotFoundException */
export async function describeResourceServer(call: Call, pool: UserPool, identifier: string): Promise<ResourceServerType> {
	const [row] = await call.store.read(findResourceServer, { pool: pool.id, identifier });
	if (row === undefined) throw resourceServerNotFound(identifier);
	return describe(row);
}

/** A page of the pool's resource servers. @throws InvalidParameterException */
export async function listResourceServers(
	call: Call,
	pool: UserPool,
	limit: number,
	token: string | undefined,
): Promise<{ readonly servers: readonly ResourceServerType[]; readonly next: string | undefined }> {
	const page = { kind: "ListResourceServers", scope: [pool.id] };
	const after = openPage(call.vault, page, token) ?? "";
	const found = await call.store.read(listResourceServerRows, { pool: pool.id, after, limit: limit + 1 });
	const { rows, next } = pageOf(call.vault, page, found, limit, (row) => row.identifier);
	return { servers: rows.map(describe), next };
}

/**
 * Replaces the name and the scopes: without `Scopes` it has none.
 * @throws InvalidParameterException, ResourceNotFoundException
 */
export async function updateResourceServer(call: Call, pool: UserPool, input: UpdateResourceServerRequest): Promise<ResourceServerType> {
	const row: Row = {
		pool_id: pool.id,
		identifier: input.Identifier,
		name: input.Name,
		scopes: JSON.stringify(checkScopes(input.Scopes)),
	};
	const { pool_id, identifier, name, scopes } = row;
	const outcome = await write(call, pool, update("resource_servers", { pool_id, identifier }, { name, scopes }, "gone"));
	if (outcome === "gone") throw resourceServerNotFound(identifier);
	return describe(row);
}

/** @throws ResourceNotFoundException */
export async function deleteResourceServer(call: Call, pool: UserPool, identifier: string): Promise<void> {
	const outcome = await write(call, pool, consume("resource_servers", { pool_id: pool.id, identifier }, "gone"));
	if (outcome === "gone") throw resourceServerNotFound(identifier);
}

/** Any change is a change of the pool, with which its scopes are cached: its version tells the caches of all nodes. */
async function write<L extends string>(call: Call, pool: UserPool, verb: Verb<L>): Promise<"done" | "gone" | L> {
	const outcome = await call.store.write<"gone" | L>([
		update("user_pools", { id: pool.id, created_at: pool.createdAt }, { version: { add: 1 } }, "gone"),
		verb,
	]);
	call.caches.userPools.forget(pool.id);
	return outcome;
}

/**
 * The custom scopes as they are cached with the pool, and the scope of Cognito's own that clients may have as if it were one. What a
 * client asks for is held against these; what is given to a client, against `listActiveScopes`.
 */
export function activeScopes(pool: UserPool): ReadonlySet<string> {
	return pool.customScopes;
}

/** "This scope is a system-managed scope. You don't create a resource server for it." */
export const registrationScope = "aws.cognito/dcr/register";

/** The pool's scopes for the cache. */
export async function loadScopes(store: Store, pool: string): Promise<ReadonlySet<string>> {
	const rows = await store.read(listResourceServerRows, { pool, after: "", limit: 2 * resourceServersPerPoolMax });
	return new Set([registrationScope, ...rows.flatMap(scopeNames)]);
}

/** The custom scopes that there are now, as tokens and clients name them: `identifier/name`. A client's others are inactive. */
export async function listActiveScopes(call: Call, pool: UserPool): Promise<ReadonlySet<string>> {
	return loadScopes(call.store, pool.id);
}

function scopeNames(row: Row): string[] {
	return scopesOf(row).map(({ ScopeName }) => `${row.identifier}/${ScopeName}`);
}

/** All of them: the quota bounds how many, which creations that race may exceed by a few. */
async function listAll(call: Call, pool: UserPool): Promise<Row[]> {
	return call.store.read(listResourceServerRows, { pool: pool.id, after: "", limit: 2 * resourceServersPerPoolMax });
}

function checkScopes(scopes: readonly ResourceServerScopeType[] = []): readonly ResourceServerScopeType[] {
	const seen = new Set<string>();
	for (const { ScopeName: name } of scopes) {
		if (seen.has(name)) throw scopeNamesDuplicate(name);
		seen.add(name);
	}
	return scopes;
}

function scopesOf(row: Row): readonly ResourceServerScopeType[] {
	return JSON.parse(row.scopes) as ResourceServerScopeType[];
}

function describe(row: Row): ResourceServerType {
	return { UserPoolId: row.pool_id, Identifier: row.identifier, Name: row.name, Scopes: scopesOf(row) };
}
