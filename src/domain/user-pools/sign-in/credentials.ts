/** The one read of a sign-in: the user that a name means, its password, and the failures counted against the name. */
import { sql } from "kysely";
import { statement } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { apparition } from "../existence.ts";
import { type Failures, lockoutKey } from "../lockout.ts";
import { foldName, nameRank } from "../names.ts";
import { openVerifier, schemeOf } from "../passwords.ts";
import type { UserPool } from "../pools.ts";
import { type User, userColumns, userFromNullableRow } from "../users.ts";

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
	readonly passwordExpiresAt: number | undefined;
	readonly failures: Failures;
}

export const credentialsStatement = statement<{ pool: string; folded: string; key: Uint8Array }>()("credentials", (db, param) =>
	db
		.selectFrom(sql<{ one: number }>`(select 1 as one)`.as("always"))
		.leftJoin("user_names", (join) => join.on("user_names.pool_id", "=", param("pool")).on("user_names.folded", "=", param("folded")))
		.leftJoin("users", (join) => join.onRef("users.pool_id", "=", "user_names.pool_id").onRef("users.id", "=", "user_names.user_id"))
		.leftJoin("passwords", (join) => join.onRef("passwords.pool_id", "=", "users.pool_id").onRef("passwords.user_id", "=", "users.id"))
		.leftJoin("sign_in_failures", (join) =>
			join
				.on("sign_in_failures.pool_id", "=", param("pool"))
				.on("sign_in_failures.key", "=", sql<Uint8Array>`coalesce(users.lockout_key, ${param("key")})`),
		)
		.select(userColumns)
		.select([
			"user_names.kind",
			"passwords.scheme",
			"passwords.salt",
			"passwords.verifier",
			"passwords.expires_at",
			"sign_in_failures.failures",
			"sign_in_failures.last_at",
		]),
);

/** What a sign-in by `name` has to go by. An unknown name takes the same statements and the same steps as a known one. */
export async function readCredentials(call: Call, pool: UserPool, name: string): Promise<Credentials> {
	const folded = foldName(pool, name);
	const key = lockoutKey(pool, folded);
	const standIn = apparition(pool, name, folded);
	const rows = await call.store.read(credentialsStatement, { pool: pool.id, folded, key });
	const row = rows.reduce((best, other) => (nameRank(other.kind) < nameRank(best.kind) ? other : best));
	const user = userFromNullableRow(row);
	const stored =
		row.scheme !== null && row.salt !== null && row.verifier !== null
			? { scheme: row.scheme, salt: row.salt, verifier: row.verifier, expiresAt: row.expires_at ?? undefined }
			: undefined;
	// A name that nobody has opens a box too: the seal of a stand-in costs what the seal of a password does.
	const verifier = user && stored ? openVerifier(pool, user.id, stored) : openStandIn(pool, standIn.verifier);
	const hasPassword = user !== undefined && stored !== undefined && verifier !== undefined;
	return {
		user,
		hasPassword,
		userId: user?.id ?? standIn.userId,
		username: user?.username ?? standIn.username,
		scheme: hasPassword ? stored.scheme : schemeOf(pool),
		salt: hasPassword ? stored.salt : standIn.salt,
		verifier: hasPassword ? verifier : standIn.verifier,
		passwordExpiresAt: hasPassword ? stored.expiresAt : undefined,
		failures: { key: user?.lockoutKey ?? key, failures: row.failures ?? 0, lastAt: row.last_at ?? 0 },
	};
}

const standInBoxes = new WeakMap<UserPool, Buffer>();

/** Opens a box of the size and kind of a stored verifier's; what it holds is of no interest. */
function openStandIn(pool: UserPool, verifier: Uint8Array): undefined {
	const context = ["passwords", "verifier", pool.id, "stand-in"];
	let box = standInBoxes.get(pool);
	if (box === undefined) {
		box = pool.keyrings.password.seal(context, verifier);
		standInBoxes.set(pool, box);
	}
	pool.keyrings.password.open(context, box);
	return undefined;
}
