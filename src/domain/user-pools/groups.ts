/**
 * Groups: how one is made, found, changed and deleted, and what it gives to its members' tokens. Who is in it is group-members.ts.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html
 */
import type { CreateGroupRequest, GroupType, UpdateGroupRequest } from "../../aws/model/cognito-idp.types.ts";
import { randomText } from "../../crypto/random-text.ts";
import { consume, insert, require, type Store, statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { groupExists, groupNotFound, tooMany, userPoolNotFound } from "../refusals.ts";
import { foldName } from "./names.ts";
import { openPage, pageOf } from "./paging.ts";
import type { UserPool } from "./pools.ts";
import { type User, untilSettled } from "./users.ts";

/** "Groups per user pool": the developer guide's quotas. */
export const groupsPerPoolMax = 10_000;
/** The most that a page of any list here has, and what it has where Limit is left out or 0. */
export const groupPageMax = 60;
const groupIdLength = 16;
const groupIdAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
export interface Group {
	readonly poolId: string;
	/** Tells a group from an earlier one of its name. */
	readonly id: string;
	/** As it was given; `folded` is the form in which names are compared. */
	readonly name: string;
	readonly folded: string;
	readonly version: number;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly modifiedAt: number;
	readonly description: string | undefined;
	/** 0 is the best; undefined comes after all others. */
	readonly precedence: number | undefined;
	readonly roleArn: string | undefined;
}

type Row = Tables["groups"];

export const findGroupRow = statement<{ pool: string; folded: string }>()("findGroupRow", (db, param) =>
	db.selectFrom("groups").selectAll().where("pool_id", "=", param("pool")).where("folded", "=", param("folded")),
);
export const findGroupVersion = statement<{ pool: string; folded: string }>()("findGroupVersion", (db, param) =>
	db.selectFrom("groups").select("version").where("pool_id", "=", param("pool")).where("folded", "=", param("folded")),
);
export const listGroupRows = statement<{ pool: string; after: string; limit: number }>()("listGroupRows", (db, param) =>
	db
		.selectFrom("groups")
		.selectAll()
		.where("pool_id", "=", param("pool"))
		.where("folded", ">", param("after"))
		.orderBy("folded")
		.limit(param("limit")),
);
export const findLastGroupAllowed = statement<{ pool: string; before: number }>()("findLastGroupAllowed", (db, param) =>
	db.selectFrom("groups").select("folded").where("pool_id", "=", param("pool")).orderBy("folded").limit(1).offset(param("before")),
);
function groupFromRow(row: Row): Group {
	return {
		poolId: row.pool_id,
		id: row.id,
		name: row.name,
		folded: row.folded,
		version: row.version,
		createdAt: row.created_at,
		modifiedAt: row.modified_at,
		description: row.description ?? undefined,
		precedence: row.precedence ?? undefined,
		roleArn: row.role_arn ?? undefined,
	};
}

/** The group as the API shows it: "only group properties that are configured" (AdminListGroupsForUser). */
export function wireGroup(group: Group): GroupType {
	return {
		GroupName: group.name,
		UserPoolId: group.poolId,
		...(group.description === undefined ? {} : { Description: group.description }),
		...(group.roleArn === undefined ? {} : { RoleArn: group.roleArn }),
		...(group.precedence === undefined ? {} : { Precedence: group.precedence }),
		LastModifiedDate: group.modifiedAt,
		CreationDate: group.createdAt,
	};
}

/** What the cache knows a group by. Ids of pools have no slash. */
function groupKey(poolId: string, folded: string): string {
	return `${poolId}/${folded}`;
}

function ofKey(key: string): { readonly pool: string; readonly folded: string } {
	const slash = key.indexOf("/");
	return { pool: key.slice(0, slash), folded: key.slice(slash + 1) };
}

/** A group as the cache holds it; undefined where there is none. */
export async function loadGroup(store: Store, key: string): Promise<{ readonly version: number; readonly value: Group } | undefined> {
	const [row] = await store.read(findGroupRow, ofKey(key));
	return row && { version: row.version, value: groupFromRow(row) };
}

/** The version by which the cache tells whether its group is still the stored one. */
export async function groupVersion(store: Store, key: string): Promise<number | undefined> {
	const [row] = await store.read(findGroupVersion, ofKey(key));
	return row?.version;
}

/**
 * The group as it is stored. Names are told apart as usernames are: an Admins beside an ADMINS is refused where the pool is not
 * case sensitive (aws-amplify/amplify-backend issue 1781).
 * @throws ResourceNotFoundException
 */
export async function getGroup(call: Call, pool: UserPool, name: string): Promise<Group> {
	const [row] = await call.store.read(findGroupRow, { pool: pool.id, folded: foldName(pool, name) });
	if (row === undefined) throw groupNotFound();
	return groupFromRow(row);
}

/** @throws GroupExistsException, LimitExceededException */
export async function createGroup(call: Call, pool: UserPool, input: CreateGroupRequest): Promise<Group> {
	const full = await call.store.read(findLastGroupAllowed, { pool: pool.id, before: groupsPerPoolMax - 1 });
	if (full.length > 0) throw tooMany("groups");
	const row: Row = {
		pool_id: pool.id,
		folded: foldName(pool, input.GroupName),
		id: randomText(call.ports.random, groupIdAlphabet, groupIdLength),
		name: input.GroupName,
		// Not 1: a later one of this name must not be taken for it by a cache that goes by the version.
		version: call.now,
		created_at: call.now,
		modified_at: call.now,
		description: input.Description || null,
		precedence: input.Precedence ?? null,
		role_arn: input.RoleArn ?? null,
	};
	const outcome = await call.store.write<"gone" | "taken">([
		require("user_pools", { id: pool.id, created_at: pool.createdAt }, "some", "gone"),
		insert("groups", row, "taken"),
	]);
	call.caches.groups.forget(groupKey(pool.id, row.folded));
	if (outcome === "gone") throw userPoolNotFound(pool.id);
	if (outcome === "taken") throw groupExists();
	return groupFromRow(row);
}

/** A page of the pool's groups, by name. @throws InvalidParameterException */
export async function listGroups(
	call: Call,
	pool: UserPool,
	limit: number | undefined,
	token: string | undefined,
): Promise<{ readonly groups: readonly Group[]; readonly next: string | undefined }> {
	const page = { kind: "ListGroups", scope: [pool.id] };
	const after = openPage(call.vault, page, token) ?? "";
	const size = limit || groupPageMax;
	const found = await call.store.read(listGroupRows, { pool: pool.id, after, limit: size + 1 });
	const { rows, next } = pageOf(call.vault, page, found, size, (row) => row.folded);
	return { groups: rows.map(groupFromRow), next };
}

/**
 * Changes what the request names and leaves the rest ("updates any of the properties", says the API reference; Terraform sends
 * only what differs). A blank description is none.
 * @throws ResourceNotFoundException, TooManyRequestsException
 */
export function updateGroup(call: Call, pool: UserPool, input: UpdateGroupRequest): Promise<Group> {
	return untilSettled(async () => {
		const group = await getGroup(call, pool, input.GroupName);
		const after: Group = {
			...group,
			version: group.version + 1,
			modifiedAt: call.now,
			description: (input.Description ?? group.description) || undefined,
			precedence: input.Precedence ?? group.precedence,
			roleArn: input.RoleArn ?? group.roleArn,
		};
		const outcome = await call.store.write([
			update(
				"groups",
				{ pool_id: pool.id, folded: group.folded, id: group.id, version: group.version },
				{
					description: after.description ?? null,
					precedence: after.precedence ?? null,
					role_arn: after.roleArn ?? null,
					modified_at: after.modifiedAt,
					version: after.version,
				},
				"stale",
			),
		]);
		call.caches.groups.forget(groupKey(pool.id, group.folded));
		return outcome === "done" ? after : "stale";
	});
}

/**
 * Deletes a group, members or not: from then on nobody is in it. The memberships themselves are removed afterwards.
 * @throws ResourceNotFoundException
 */
export async function deleteGroup(call: Call, pool: UserPool, name: string): Promise<void> {
	const group = await getGroup(call, pool, name);
	const outcome = await call.store.write<"gone">([
		consume("groups", { pool_id: pool.id, folded: group.folded, id: group.id }, "gone"),
		insert("deleted_groups", { pool_id: pool.id, id: group.id }),
	]);
	call.caches.groups.forget(groupKey(pool.id, group.folded));
	if (outcome === "gone") throw groupNotFound();
}

/** The groups that a user is in, the best precedence first: what tokens say. From the cache, and without a read for who is in none. */
export async function groupsOf(call: Call, pool: UserPool, user: User): Promise<Group[]> {
	if (user.memberships.length === 0) return [];
	const found = await Promise.all(
		user.memberships.map(async ([folded, id]) => {
			const group = await call.caches.groups.get(groupKey(pool.id, folded));
			return group?.id === id ? group : undefined;
		}),
	);
	return found.filter((group) => group !== undefined).sort((a, b) => rank(a) - rank(b) || byName(a, b));
}

/** The groups that a user is in, as they are stored now. */
export async function storedGroupsOf(call: Call, pool: UserPool, { memberships }: User): Promise<Group[]> {
	if (memberships.length === 0) return [];
	const rows = await call.store.db
		.selectFrom("groups")
		.selectAll()
		.where("pool_id", "=", pool.id)
		.where(
			"folded",
			"in",
			memberships.map(([folded]) => folded),
		)
		.execute();
	return rows.filter((row) => memberships.some(([, id]) => id === row.id)).map(groupFromRow);
}

/** Each role of the groups once, in their order. */
export function rolesOf(groups: readonly Group[]): string[] {
	return [...new Set(groups.map(({ roleArn }) => roleArn).filter((role) => role !== undefined))];
}

/**
 * The role of the group with the best precedence. Groups without a role have none to prefer; where several are equally good and
 * their roles differ, none is preferred.
 */
export function preferredRoleOf(groups: readonly Group[]): string | undefined {
	const withRole = groups.filter(({ roleArn }) => roleArn !== undefined);
	const best = Math.min(...withRole.map(rank));
	const [role, ...others] = rolesOf(withRole.filter((group) => rank(group) === best));
	return others.length === 0 ? role : undefined;
}

/** Higher than any precedence (2^31 - 1 at most): "lower values take precedence over groups with higher or null values". */
const rankOfNone = 2 ** 31;
const rank = ({ precedence }: Group) => precedence ?? rankOfNone;
/** The order of every list of groups. */
export const byName = (a: Group, b: Group) => (a.folded < b.folded ? -1 : 1);
