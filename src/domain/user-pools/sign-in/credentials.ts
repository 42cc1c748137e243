/** The one read of a sign-in: the user that a name means, its password, and the failures counted against the name. */
import { sql } from "kysely";
import { statement } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { apparition, standInAttributes, userColumnsOr } from "../existence.ts";
import { type Failures, lockoutKey } from "../lockout.ts";
import { foldName, nameRank } from "../names.ts";
import { openVerifier, schemeOf, sealVerifier } from "../passwords.ts";
import type { UserPool } from "../pools.ts";
import { type User, userFromRow } from "../users.ts";

export interface Credentials {
	/** Undefined where nobody has the name: everything else is then made up, and nothing proves it. */
	readonly user: User | undefined;
	/** Whether a password is set. Where it is not, what stands here is made up too. */
	readonly hasPassword: boolean;
	readonly userId: string;
	/** What SRP calls USER_ID_FOR_SRP. */
	readonly username: string;
	readonly scheme: string;
	readonly salt: Uint8Array;
	readonly verifier: Uint8Array;
	/** What SRP goes by: the verifier, or what stands in for one where the password is kept in a way that SRP can't prove. */
	readonly srpVerifier: Uint8Array;
	/** Whether SRP can never prove the password, since it is kept in another way. */
	readonly isBeyondSrp: boolean;
	readonly passwordExpiresAt: number | undefined;
	readonly failures: Failures;
}

/** Where nobody has the name, the row holds what the caller gives instead: see `userColumnsOr`. */
export const credentialsStatement = statement<{
	pool: string;
	folded: string;
	key: Uint8Array;
	id: string;
	username: string;
	attributes: string;
	scheme: string;
	salt: Uint8Array;
	box: Uint8Array;
}>()("credentials", (db, param) => {
	const userId = sql<string>`coalesce(user_names.user_id, ${param("id")})`;
	return db
		.selectFrom(sql<{ one: number }>`(select 1 as one)`.as("always"))
		.leftJoin("user_names", (join) => join.on("user_names.pool_id", "=", param("pool")).on("user_names.folded", "=", param("folded")))
		.leftJoin("users", (join) => join.on("users.pool_id", "=", param("pool")).on("users.id", "=", userId))
		.leftJoin("passwords", (join) => join.on("passwords.pool_id", "=", param("pool")).on("passwords.user_id", "=", userId))
		.leftJoin("sign_in_failures", (join) =>
			join
				.on("sign_in_failures.pool_id", "=", param("pool"))
				.on("sign_in_failures.key", "=", sql<Uint8Array>`coalesce(users.lockout_key, ${param("key")})`),
		)
		.select(
			userColumnsOr({
				pool: param("pool"),
				id: param("id"),
				username: param("username"),
				attributes: param("attributes"),
				key: param("key"),
			}),
		)
		.select([
			sql<string>`coalesce(passwords.scheme, ${param("scheme")})`.as("scheme"),
			sql<Uint8Array>`coalesce(passwords.salt, ${param("salt")})`.as("salt"),
			sql<Uint8Array>`coalesce(passwords.verifier, ${param("box")})`.as("verifier"),
			"passwords.expires_at",
			"user_names.kind",
			"passwords.user_id as password_of",
			"sign_in_failures.failures",
			"sign_in_failures.last_at",
		]);
});

/** What a sign-in by `name` has to go by. An unknown name takes the same statements and the same steps as a known one. */
export async function readCredentials(call: Call, pool: UserPool, name: string): Promise<Credentials> {
	const folded = foldName(pool, name);
	const key = lockoutKey(pool, folded);
	const standIn = apparition(pool, name, folded);
	const rows = await call.store.read(credentialsStatement, {
		pool: pool.id,
		folded,
		key,
		id: standIn.userId,
		username: standIn.username,
		attributes: standInAttributes,
		scheme: schemeOf(pool),
		salt: standIn.salt,
		box: standInBox(pool),
	});
	const row = rows.reduce((best, other) => (nameRank(other.kind) < nameRank(best.kind) ? other : best));
	const read = userFromRow(row);
	const user = row.known_id === null ? undefined : read;
	const stored = { scheme: row.scheme, salt: row.salt, verifier: row.verifier, expiresAt: row.expires_at ?? undefined };
	const isStored = user !== undefined && row.password_of !== null;
	// What stands in is opened too: that costs what opening a password does.
	const verifier = openVerifier(pool, isStored ? read.id : standInOwner, stored);
	const hasPassword = isStored && verifier !== undefined;
	const isBeyondSrp = hasPassword && stored.scheme !== "srp-6a";
	return {
		user,
		hasPassword,
		userId: read.id,
		username: read.username,
		scheme: hasPassword ? stored.scheme : schemeOf(pool),
		salt: hasPassword ? stored.salt : standIn.salt,
		verifier: hasPassword ? verifier : standIn.verifier,
		srpVerifier: hasPassword && !isBeyondSrp ? verifier : standIn.verifier,
		isBeyondSrp,
		passwordExpiresAt: hasPassword ? stored.expiresAt : undefined,
		failures: { key: read.lockoutKey, failures: row.failures ?? 0, lastAt: row.last_at ?? 0 },
	};
}

/** As long as a sub, and nobody's. */
const standInOwner = "a-stand-in-for-the-sub-of-an-unknown";
const standInVerifierBytes = 384;
const standInBoxes = new WeakMap<UserPool, Buffer>();

/** A box of the size and kind of a stored verifier's; what it holds is of no interest. */
function standInBox(pool: UserPool): Buffer {
	let box = standInBoxes.get(pool);
	if (box === undefined) {
		box = sealVerifier(pool, standInOwner, Buffer.alloc(standInVerifierBytes));
		standInBoxes.set(pool, box);
	}
	return box;
}
