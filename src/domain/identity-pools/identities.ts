/**
 * An identity: the row as the domain sees it, how it is found, listed and deleted. A guest has no login yet; who has one is authenticated
 * for good; what was merged into another, or has lost its last login, is disabled and nobody's any more.
 */
import { createHash } from "node:crypto";
import type { IdentityDescription, UnprocessedIdentityId } from "../../aws/model/cognito-identity.types.ts";
import { consume, insert, require, statement, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { openPage, pageOf } from "../user-pools/paging.ts";
import { untilSettled } from "../user-pools/users.ts";
import { findIdentityPool, getIdentityPool, type IdentityPool, isIdFor } from "./pools.ts";
import { identityNotFound } from "./refusals.ts";

export type IdentityState = "guest" | "authenticated" | "disabled";

/** Who the user is at one provider. */
export interface Login {
	readonly provider: string;
	readonly subject: string;
}

export interface Identity {
	readonly id: string;
	readonly poolId: string;
	readonly state: IdentityState;
	/** One more with each change of the row. */
	readonly version: number;
	/** The identity that has its logins now. */
	readonly mergedInto: string | undefined;
	readonly logins: readonly Login[];
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly modifiedAt: number;
}

type Row = Tables["identities"];

export const findIdentityRow = statement<{ id: string }>()("findIdentityRow", (db, param) =>
	db.selectFrom("identities").selectAll().where("id", "=", param("id")),
);
export const findLoginOwner = statement<{ pool: string; login: string }>()("findLoginOwner", (db, param) =>
	db
		.selectFrom("identity_logins")
		.innerJoin("identities", "identities.id", "identity_logins.identity_id")
		.selectAll("identities")
		.where("identity_logins.pool_id", "=", param("pool"))
		.where("identity_logins.login", "=", param("login")),
);
export const listIdentityRows = statement<{ pool: string; after: string; limit: number }>()("listIdentityRows", (db, param) =>
	db
		.selectFrom("identities")
		.selectAll()
		.where("pool_id", "=", param("pool"))
		.where("id", ">", param("after"))
		.orderBy("id")
		.limit(param("limit")),
);
export const listEnabledIdentityRows = statement<{ pool: string; after: string; limit: number }>()("listEnabledIdentityRows", (db, param) =>
	db
		.selectFrom("identities")
		.selectAll()
		.where("pool_id", "=", param("pool"))
		.where("id", ">", param("after"))
		.where("state", "!=", "disabled")
		.orderBy("id")
		.limit(param("limit")),
);

function fromRow(row: Row): Identity {
	return {
		id: row.id,
		poolId: row.pool_id,
		state: row.state as IdentityState,
		version: row.version,
		mergedInto: row.merged_into ?? undefined,
		logins: (JSON.parse(row.logins) as [string, string][]).map(([provider, subject]) => ({ provider, subject })),
		createdAt: row.created_at,
		modifiedAt: row.modified_at,
	};
}

/** The column `logins`. */
export function writeLogins(logins: readonly Login[]): string {
	return JSON.stringify(logins.map(({ provider, subject }) => [provider, subject]));
}

/** The key of a login: a hash, since a subject may be longer than what an index takes. */
export function loginKey({ provider, subject }: Login): string {
	return createHash("sha256")
		.update(JSON.stringify([provider, subject]))
		.digest("base64url");
}

export const isSameLogin = (one: Login, other: Login): boolean => one.provider === other.provider && one.subject === other.subject;

/** The identity; undefined where there is none, or where the call is for another region. */
export async function findIdentity(call: Call, id: string): Promise<Identity | undefined> {
	const [row] = isIdFor(call, id) ? await call.store.read(findIdentityRow, { id }) : [];
	return row && fromRow(row);
}

/** The identity with its pool: of a pool that was deleted there are none. @throws ResourceNotFoundException */
export async function getIdentity(call: Call, id: string): Promise<{ readonly identity: Identity; readonly pool: IdentityPool }> {
	const identity = await findIdentity(call, id);
	const pool = identity && (await findIdentityPool(call, identity.poolId));
	if (identity === undefined || pool === undefined) throw identityNotFound(id);
	return { identity, pool };
}

/** Who has the login in the pool. */
export async function findOwner(call: Call, poolId: string, login: Login): Promise<Identity | undefined> {
	const [row] = await call.store.read(findLoginOwner, { pool: poolId, login: loginKey(login) });
	return row && fromRow(row);
}

/**
 * Who has each of the logins in the pool, in their order. They are seen as of one moment: logins that are being moved from one identity to
 * another are all with the one or all with the other.
 */
export async function findOwners(call: Call, poolId: string, logins: readonly Login[]): Promise<(Identity | undefined)[]> {
	const [first, second] = logins;
	if (first !== undefined && second === undefined) return [await findOwner(call, poolId, first)];
	const rows = await call.store.db
		.selectFrom("identity_logins")
		.innerJoin("identities", "identities.id", "identity_logins.identity_id")
		.selectAll("identities")
		.select("identity_logins.login")
		.where("identity_logins.pool_id", "=", poolId)
		.where("identity_logins.login", "in", logins.map(loginKey))
		.execute();
	const byLogin = new Map(rows.map(({ login, ...row }) => [login, fromRow(row)]));
	return logins.map((login) => byLogin.get(loginKey(login)));
}

/** The rows of a new identity; `taken` where a login is somebody's by now, `gone` where the pool is deleted. */
export function insertIdentity(identity: Identity): Verb<"taken" | "gone">[] {
	return [
		require("identity_pools", { id: identity.poolId }, "some", "gone"),
		insert("identities", {
			id: identity.id,
			pool_id: identity.poolId,
			state: identity.state,
			version: identity.version,
			merged_into: identity.mergedInto ?? null,
			logins: writeLogins(identity.logins),
			created_at: identity.createdAt,
			modified_at: identity.modifiedAt,
		}),
		...identity.logins.map((login) => insertLogin(identity, login)),
	];
}

export function insertLogin({ id, poolId }: Pick<Identity, "id" | "poolId">, login: Login): Verb<"taken"> {
	return insert("identity_logins", { pool_id: poolId, login: loginKey(login), identity_id: id }, "taken");
}

/** Changes the stored identity; `stale` where it changed meanwhile. */
export function updateIdentity(
	call: Call,
	before: Identity,
	after: { readonly state: IdentityState; readonly logins: readonly Login[]; readonly mergedInto?: string | undefined },
): Verb<"stale"> {
	return update(
		"identities",
		{ id: before.id, version: before.version },
		{
			state: after.state,
			logins: writeLogins(after.logins),
			merged_into: after.mergedInto ?? null,
			modified_at: call.now,
			version: { add: 1 },
		},
		"stale",
	);
}

/** @throws ResourceNotFoundException */
export async function describeIdentity(call: Call, id: string): Promise<IdentityDescription> {
	return describe((await getIdentity(call, id)).identity);
}

/** A page of the pool's identities. @throws ResourceNotFoundException, InvalidParameterException */
export async function listIdentities(
	call: Call,
	poolId: string,
	limit: number,
	token: string | undefined,
	hideDisabled: boolean,
): Promise<{ readonly identities: readonly IdentityDescription[]; readonly next: string | undefined }> {
	const pool = await getIdentityPool(call, poolId);
	const page = { kind: "ListIdentities", scope: [pool.id, `${hideDisabled}`] };
	const after = openPage(call.vault, page, token) ?? "";
	const list = hideDisabled ? listEnabledIdentityRows : listIdentityRows;
	const found = await call.store.read(list, { pool: pool.id, after, limit: limit + 1 });
	const { rows, next } = pageOf(call.vault, page, found, limit, (row) => row.id);
	return { identities: rows.map((row) => describe(fromRow(row))), next };
}

/** Deletes identities for good; those that are not there are no matter. Answers which could not be deleted. */
export async function deleteIdentities(call: Call, ids: readonly string[]): Promise<UnprocessedIdentityId[]> {
	const unprocessed: UnprocessedIdentityId[] = [];
	for (const id of new Set(ids)) {
		try {
			await untilSettled(() => attemptDeletion(call, id));
		} catch (error) {
			call.ports.log.warn({ requestId: call.requestId, err: error }, "an identity could not be deleted");
			unprocessed.push({ IdentityId: id, ErrorCode: "InternalServerError" });
		}
	}
	return unprocessed;
}

async function attemptDeletion(call: Call, id: string): Promise<"done" | "stale"> {
	const identity = await findIdentity(call, id);
	if (identity === undefined) return "done";
	return call.store.write<"stale">([
		consume("identities", { id, version: identity.version }, "stale"),
		...identity.logins.map((login) => consume("identity_logins", { pool_id: identity.poolId, login: loginKey(login), identity_id: id })),
	]);
}

function describe(identity: Identity): IdentityDescription {
	return {
		IdentityId: identity.id,
		Logins: [...new Set(identity.logins.map(({ provider }) => provider))],
		CreationDate: identity.createdAt,
		LastModifiedDate: identity.modifiedAt,
	};
}
