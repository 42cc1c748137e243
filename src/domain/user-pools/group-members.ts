/**
 * Who is in which group. A membership is two entries that are written together: one in the user's own list, which sign-ins read with
 * the user, and a row of `group_members`, by which members are listed. Both name the group by its id: when it is deleted they are
 * over at once, and the sweep removes them.
 */
import { consume, insert, require, type Store, statement, update, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import { tooMany } from "../refusals.ts";
import { byName, type Group, getGroup, groupPageMax, storedGroupsOf } from "./groups.ts";
import { openPage, pageOf } from "./paging.ts";
import type { UserPool } from "./pools.ts";
import { getUser, type Membership, readMemberships, type User, untilSettled, userColumns, userFromRow } from "./users.ts";

/** "Groups to which each user can belong". */
export const groupsPerUserMax = 100;
/** Tools put a user into many groups at once: in each round at least one of them gets through. */
const membershipRoundsMax = 50;
/** Members that one step of the sweep takes out of a deleted group. */
const sweptMembers = 32;

export const listMemberRows = statement<{ pool: string; group: string; after: string; limit: number }>()("listMemberRows", (db, param) =>
	db
		.selectFrom("group_members")
		.innerJoin("users", (join) => join.onRef("users.pool_id", "=", "group_members.pool_id").onRef("users.id", "=", "group_members.user_id"))
		.select(userColumns)
		.where("group_members.pool_id", "=", param("pool"))
		.where("group_members.group_id", "=", param("group"))
		.where("group_members.user_id", ">", param("after"))
		.orderBy("group_members.user_id")
		.limit(param("limit")),
);
export const listMembersLeft = statement<{ pool: string; group: string; limit: number }>()("listMembersLeft", (db, param) =>
	db
		.selectFrom("group_members")
		.leftJoin("users", (join) => join.onRef("users.pool_id", "=", "group_members.pool_id").onRef("users.id", "=", "group_members.user_id"))
		.select(["group_members.user_id", "users.version", "users.groups"])
		.where("group_members.pool_id", "=", param("pool"))
		.where("group_members.group_id", "=", param("group"))
		.orderBy("group_members.user_id")
		.limit(param("limit")),
);

/**
 * Adding a member again is no error.
 * @throws ResourceNotFoundException, UserNotFoundException, LimitExceededException, TooManyRequestsException
 */
export function addUserToGroup(call: Call, pool: UserPool, username: string, groupName: string): Promise<undefined> {
	return untilSettled(async () => {
		const group = await getGroup(call, pool, groupName);
		const user = await getUser(call, pool, username);
		if (isMember(user.memberships, group.id)) return undefined;
		if (user.memberships.length >= groupsPerUserMax && (await storedGroupsOf(call, pool, user)).length >= groupsPerUserMax) {
			throw tooMany("groups per user");
		}
		const outcome = await call.store.write<"stale">([
			require("groups", { pool_id: pool.id, folded: group.folded, id: group.id }, "some", "stale"),
			setMemberships(user.poolId, user.id, user.version, [...user.memberships, [group.folded, group.id]]),
			insert("group_members", { pool_id: pool.id, group_id: group.id, user_id: user.id }),
		]);
		return outcome === "done" ? undefined : "stale";
	}, membershipRoundsMax);
}

/**
 * Removing who is no member is no error.
 * @throws ResourceNotFoundException, UserNotFoundException, TooManyRequestsException
 */
export function removeUserFromGroup(call: Call, pool: UserPool, username: string, groupName: string): Promise<undefined> {
	return untilSettled(async () => {
		const group = await getGroup(call, pool, groupName);
		const user = await getUser(call, pool, username);
		if (!isMember(user.memberships, group.id)) return undefined;
		const outcome = await call.store.write<"stale">(withoutMembership(user.poolId, user.id, user.version, user.memberships, group.id));
		return outcome === "done" ? undefined : "stale";
	}, membershipRoundsMax);
}

/** A page of the groups that a user is in, by name. @throws UserNotFoundException, InvalidParameterException */
export async function listGroupsForUser(
	call: Call,
	pool: UserPool,
	username: string,
	limit: number | undefined,
	token: string | undefined,
): Promise<{ readonly groups: readonly Group[]; readonly next: string | undefined }> {
	const user = await getUser(call, pool, username);
	const page = { kind: "AdminListGroupsForUser", scope: [pool.id, user.id] };
	const after = openPage(call.vault, page, token) ?? "";
	// No more than the quota: all are read, and the page is cut from them.
	const groups = (await storedGroupsOf(call, pool, user)).filter(({ folded }) => folded > after).sort(byName);
	const { rows, next } = pageOf(call.vault, page, groups, limit || groupPageMax, (group) => group.folded);
	return { groups: rows, next };
}

/** A page of a group's members, by sub. @throws ResourceNotFoundException, InvalidParameterException */
export async function listUsersInGroup(
	call: Call,
	pool: UserPool,
	groupName: string,
	limit: number | undefined,
	token: string | undefined,
): Promise<{ readonly users: readonly User[]; readonly next: string | undefined }> {
	const group = await getGroup(call, pool, groupName);
	const page = { kind: "ListUsersInGroup", scope: [pool.id, group.id] };
	const after = openPage(call.vault, page, token) ?? "";
	const size = limit || groupPageMax;
	const found = await call.store.read(listMemberRows, { pool: pool.id, group: group.id, after, limit: size + 1 });
	const { rows, next } = pageOf(call.vault, page, found, size, (row) => row.id);
	return { users: rows.map(userFromRow), next };
}

/**
 * One step of the sweep: takes a page of members out of a group that is deleted, and the group's mark away at last. Nobody can
 * have joined since: who joins demands that the group is there.
 */
export async function sweepDeletedGroup(store: Store): Promise<{ readonly deleted: number; readonly more: boolean }> {
	const group = await store.db.selectFrom("deleted_groups").selectAll().orderBy("pool_id").orderBy("id").limit(1).executeTakeFirst();
	if (group === undefined) return { deleted: 0, more: false };
	const { pool_id, id } = group;
	const members = await store.read(listMembersLeft, { pool: pool_id, group: id, limit: sweptMembers });
	if (members.length === 0) {
		await store.write([consume("deleted_groups", { pool_id, id })]);
		return { deleted: 1, more: true };
	}
	// One that changes at this moment is met again in the next step.
	const outcomes = await Promise.all(
		members.map(({ user_id, version, groups }) => {
			const memberships = readMemberships(groups ?? "[]");
			if (version === null || !isMember(memberships, id))
				return store.write([consume("group_members", { pool_id, group_id: id, user_id })]);
			return store.write<"stale">(withoutMembership(pool_id, user_id, version, memberships, id));
		}),
	);
	return { deleted: outcomes.filter((outcome) => outcome === "done").length, more: true };
}

function isMember(memberships: readonly Membership[], groupId: string): boolean {
	return memberships.some(([, id]) => id === groupId);
}

function setMemberships(poolId: string, userId: string, version: number, memberships: readonly Membership[]): Verb<"stale"> {
	const groups = JSON.stringify(memberships);
	return update("users", { pool_id: poolId, id: userId, version }, { groups, version: { add: 1 } }, "stale");
}

function withoutMembership(
	poolId: string,
	userId: string,
	version: number,
	memberships: readonly Membership[],
	groupId: string,
): Verb<"stale">[] {
	const others = memberships.filter(([, id]) => id !== groupId);
	return [
		setMemberships(poolId, userId, version, others),
		consume("group_members", { pool_id: poolId, group_id: groupId, user_id: userId }),
	];
}
