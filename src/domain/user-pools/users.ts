/**
 * A user: the row as the domain sees it, how a name finds it, how it is written and how the API shows it.
 * It must not know why a user changes: sign-up, administration and sign-in do.
 */
import type { Selectable } from "kysely";
import type { AttributeType, UserStatusType, UserType } from "../../aws/model/cognito-idp.types.ts";
import { consume, insert, statement, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { tooManyRequests, userNotFound } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { factorsWith, readFactors, type UserFactors, writeFactors } from "./factors.ts";
import { lockoutKey } from "./lockout.ts";
import { type ContactAttribute, foldName, type Handover, type NameKind, type NameTaken, nameRank, namesOf, nameVerbs } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { searchVerbs } from "./search.ts";

export type UserStatus = UserStatusType;

export interface User {
	readonly poolId: string;
	/** The sub. */
	readonly id: string;
	readonly username: string;
	readonly status: UserStatus;
	readonly enabled: boolean;
	/** One more with each change of the row. */
	readonly version: number;
	/** One more with each sign-out everywhere: sessions of an earlier epoch are over. */
	readonly epoch: number;
	/** Milliseconds since the epoch. */
	readonly createdAt: number;
	readonly modifiedAt: number;
	/** Name → value, without `sub`. Numbers, dates and booleans are text too. */
	readonly attributes: Readonly<Record<string, string>>;
	/** Key of the name's failure counter: HMAC(pool, folded username). */
	readonly lockoutKey: Uint8Array;
	/** What it is a member of, in no particular order; groups that are deleted may still be among them. */
	readonly memberships: readonly Membership[];
	/** What it has set up to sign in with besides a password. */
	readonly factors: UserFactors;
}

/** That a user is in a group: the group's folded name, where it is found, and its id, without which the name may be a later group's. */
export type Membership = readonly [folded: string, groupId: string];

/** The columns that `userFromRow` needs, for statements that join users. */
export const userColumns = [
	"users.pool_id",
	"users.id",
	"users.username",
	"users.status",
	"users.enabled",
	"users.version",
	"users.epoch",
	"users.created_at",
	"users.modified_at",
	"users.attributes",
	"users.lockout_key",
	"users.groups",
	"users.factors",
] as const;

export type UserRow = Selectable<Tables["users"]>;

export function userFromRow(row: UserRow): User {
	return {
		poolId: row.pool_id,
		id: row.id,
		username: row.username,
		status: row.status as UserStatus,
		enabled: row.enabled === 1,
		version: row.version,
		epoch: row.epoch,
		createdAt: row.created_at,
		modifiedAt: row.modified_at,
		attributes: JSON.parse(row.attributes) as Record<string, string>,
		lockoutKey: row.lockout_key,
		memberships: readMemberships(row.groups),
		factors: readFactors(row.factors),
	};
}

const noMemberships: readonly Membership[] = [];

/** The column `groups` as a list. */
export function readMemberships(groups: string): readonly Membership[] {
	// Most users are in no group.
	return groups === "[]" ? noMemberships : (JSON.parse(groups) as Membership[]);
}

/** The user of an outer join; undefined where it found none. */
export function userFromNullableRow(row: { readonly [C in keyof UserRow]: UserRow[C] | null }): User | undefined {
	return row.id === null ? undefined : userFromRow(row as UserRow);
}

/** Everybody that a name could mean: at most one for each kind of name. */
export const usersByName = statement<{ pool: string; folded: string }>()("usersByName", (db, param) =>
	db
		.selectFrom("user_names")
		.innerJoin("users", (join) => join.onRef("users.pool_id", "=", "user_names.pool_id").onRef("users.id", "=", "user_names.user_id"))
		.select(userColumns)
		.select("user_names.kind")
		.where("user_names.pool_id", "=", param("pool"))
		.where("user_names.folded", "=", param("folded")),
);

/** The user that a request means by `name`: a username, a sub, an active alias or a username attribute. */
export async function findUser(call: Call, pool: UserPool, name: string): Promise<User | undefined> {
	const rows = await call.store.read(usersByName, { pool: pool.id, folded: foldName(pool, name) });
	let best = rows[0];
	if (best === undefined) return undefined;
	for (const row of rows) if (nameRank(row.kind) < nameRank(best.kind)) best = row;
	return userFromRow(best);
}

/** @throws UserNotFoundException */
export async function getUser(call: Call, pool: UserPool, name: string): Promise<User> {
	const user = await findUser(call, pool, name);
	if (user === undefined) throw userNotFound();
	return user;
}

export const nameOwner = statement<{ pool: string; folded: string; kind: string }>()("nameOwner", (db, param) =>
	db
		.selectFrom("user_names")
		.innerJoin("users", (join) => join.onRef("users.pool_id", "=", "user_names.pool_id").onRef("users.id", "=", "user_names.user_id"))
		.select(userColumns)
		.where("user_names.pool_id", "=", param("pool"))
		.where("user_names.folded", "=", param("folded"))
		.where("user_names.kind", "=", param("kind")),
);

/** The user that has an active name of one kind, such as a verified e-mail alias. */
export async function findNameOwner(call: Call, pool: UserPool, kind: NameKind, value: string): Promise<User | undefined> {
	const [row] = await call.store.read(nameOwner, { pool: pool.id, folded: foldName(pool, value), kind });
	return row === undefined ? undefined : userFromRow(row);
}

/** What may end a batch that writes a user: a name that somebody else has, or a row that changed since it was read. */
export type UserOutcome = NameTaken | "stale";

/** A user that is not stored yet. */
export function newUser(
	call: Call,
	pool: UserPool,
	facts: {
		readonly id: string;
		readonly username: string;
		readonly status: UserStatus;
		readonly attributes: Readonly<Record<string, string>>;
	},
): User {
	return {
		poolId: pool.id,
		...facts,
		enabled: true,
		version: 1,
		epoch: 0,
		createdAt: call.now,
		modifiedAt: call.now,
		lockoutKey: lockoutKey(pool, foldName(pool, facts.username)),
		memberships: noMemberships,
		factors: readFactors("{}"),
	};
}

/** The row, its names and its search rows. */
export function insertUser(pool: UserPool, user: User, handover?: Handover): Verb<UserOutcome>[] {
	return [
		insert("users", {
			pool_id: pool.id,
			id: user.id,
			username: user.username,
			status: user.status,
			enabled: user.enabled ? 1 : 0,
			version: user.version,
			epoch: user.epoch,
			created_at: user.createdAt,
			modified_at: user.modifiedAt,
			attributes: JSON.stringify(user.attributes),
			lockout_key: user.lockoutKey,
			groups: JSON.stringify(user.memberships),
			factors: writeFactors(user.factors),
		}),
		...nameVerbs(pool, undefined, user, handover),
		...searchVerbs(pool, undefined, user),
	];
}

export type UserChanges = Partial<Pick<User, "status" | "enabled" | "attributes" | "factors">> & { readonly endsSessions?: boolean };

/** `user` with changes, as it will be stored. With an address goes the second factor that sends its codes there. */
export function changedUser(call: Call, user: User, changes: UserChanges): User {
	const { endsSessions = false, ...rest } = changes;
	const factors = factorsWith(rest.factors ?? user.factors, rest.attributes ?? user.attributes);
	return { ...user, ...rest, factors, version: user.version + 1, epoch: user.epoch + (endsSessions ? 1 : 0), modifiedAt: call.now };
}

/** Turns the stored `before` into `after` (made by `changedUser`), with its names and search rows; `stale` where the row changed meanwhile. */
export function updateUser(pool: UserPool, before: User, after: User, handover?: Handover): Verb<UserOutcome>[] {
	return [
		update(
			"users",
			{ pool_id: pool.id, id: before.id, version: before.version },
			{
				status: after.status,
				enabled: after.enabled ? 1 : 0,
				attributes: JSON.stringify(after.attributes),
				...(after.factors === before.factors ? {} : { factors: writeFactors(after.factors) }),
				modified_at: after.modifiedAt,
				version: { add: 1 },
				// Added, not set: a sign-out everywhere counts on without a new version.
				...(after.epoch === before.epoch ? {} : { epoch: { add: after.epoch - before.epoch } }),
			},
			"stale",
		),
		...nameVerbs(pool, before, after, handover),
		...searchVerbs(pool, before, after),
	];
}

/**
 * A name that a new user can't have since it is somebody's; aliases that `mayMove` can be had all the same. Only the batch that stores the
 * user decides: this is for what must not happen where it would end there.
 */
export async function findTakenName(call: Call, pool: UserPool, user: User, mayMove = false): Promise<NameKind | undefined> {
	for (const { kind, folded } of namesOf(pool, user)) {
		const isMovable = mayMove && (kind === "email" || kind === "phone_number") && pool.settings.AliasAttributes?.includes(kind);
		if (kind === "sub" || isMovable) continue;
		if ((await findNameOwner(call, pool, kind, folded)) !== undefined) return kind;
	}
	return undefined;
}

/** Who has the e-mail and telephone aliases that `attributes` bring as verified. */
export async function aliasOwners(
	call: Call,
	pool: UserPool,
	attributes: Readonly<Record<string, string>>,
): Promise<{ readonly kind: ContactAttribute; readonly owner: User }[]> {
	const owners: { kind: ContactAttribute; owner: User }[] = [];
	for (const kind of ["email", "phone_number"] as const) {
		const value = attributes[kind];
		if (value === undefined || attributes[`${kind}_verified`] !== "true" || !pool.settings.AliasAttributes?.includes(kind)) continue;
		const owner = await findNameOwner(call, pool, kind, value);
		if (owner !== undefined) owners.push({ kind, owner });
	}
	return owners;
}

/** Takes active aliases from their owners and marks them unverified there. */
export function handoverOf(call: Call, pool: UserPool, aliases: readonly { readonly kind: ContactAttribute; readonly owner: User }[]) {
	const owners = new Map<string, { before: User; attributes: Record<string, string> }>();
	for (const { kind, owner } of aliases) {
		const entry = owners.get(owner.id) ?? { before: owner, attributes: { ...owner.attributes } };
		entry.attributes[`${kind}_verified`] = "false";
		owners.set(owner.id, entry);
	}
	const names: Handover = new Map(aliases.map(({ kind, owner }) => [kind, owner.id]));
	const verbs = [...owners.values()].flatMap(({ before, attributes }) =>
		giveUpAliases(pool, before, changedUser(call, before, { attributes })),
	);
	return { names, verbs };
}

/** The owner's row alone: its name row is the one that changes hands. */
function giveUpAliases(pool: UserPool, before: User, after: User) {
	return updateUser(pool, before, after).filter((verb) => verb.table === "users");
}

/** Removes the row and everything that is the user's. Sessions that start at this moment end with the row, since they need it. */
export function deleteUser(pool: UserPool, user: User): Verb<"stale">[] {
	const rows = { pool_id: pool.id, user_id: user.id };
	return [
		consume("users", { pool_id: pool.id, id: user.id, version: user.version }, "stale"),
		consume("user_names", rows),
		consume("user_search", rows),
		consume("passwords", rows),
		consume("password_history", rows),
		consume("pending_attributes", rows),
		consume("codes", rows),
		consume("outbox", rows),
		consume("software_tokens", rows),
		consume("passkeys", rows),
		consume("sessions", rows),
		consume("token_sessions", rows),
		consume("tracked_sign_ins", rows),
		consume("browser_sessions", rows),
		// After the sessions: a device is confirmed by a session that is there.
		consume("devices", rows),
		// Memberships change with the row's version only: these are all of them.
		...user.memberships.map(([, group]) => consume("group_members", { pool_id: pool.id, group_id: group, user_id: user.id })),
	];
}

/** How often an operation reads again when somebody else changed what it had read. */
const roundsMax = 16;

/**
 * Runs `attempt` (read, decide, write) until its batch is not `stale`.
 * @throws TooManyRequestsException when others change the user again and again
 */
export async function untilSettled<R>(attempt: () => Promise<R | "stale">, rounds = roundsMax): Promise<R> {
	for (let round = 0; round < rounds; round++) {
		const outcome = await attempt();
		if (outcome !== "stale") return outcome as R;
	}
	throw tooManyRequests();
}

/** The user's attributes as the API lists them, `sub` first; with a filter, only those that it lets through. */
export function toWireAttributes(user: User, filter?: (name: string) => boolean): AttributeType[] {
	const list: AttributeType[] = filter === undefined || filter("sub") ? [{ Name: "sub", Value: user.id }] : [];
	for (const [name, value] of Object.entries(user.attributes)) {
		if (filter === undefined || filter(name)) list.push({ Name: name, Value: value });
	}
	return list;
}

/** Lets through what the client may read. Developer attributes are for AWS credentials alone; the sub is always readable. */
export function readableBy(client: AppClient): (name: string) => boolean {
	return (name) => name === "sub" || (!name.startsWith("dev:") && (client.readable?.has(name) ?? true));
}

/** The user as AdminCreateUser and ListUsers show it. */
export function wireUser(user: User, filter?: (name: string) => boolean): UserType {
	return {
		Username: user.username,
		Attributes: toWireAttributes(user, filter),
		UserCreateDate: user.createdAt,
		UserLastModifiedDate: user.modifiedAt,
		Enabled: user.enabled,
		UserStatus: user.status,
	};
}
