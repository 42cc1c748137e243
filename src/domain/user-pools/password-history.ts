/**
 * Setting the password of a user who is there already, and the passwords that it may not be: the current one and those before it,
 * as many as the pool's policy says (PasswordHistorySize). They are kept sealed, and only while the policy asks.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html ("Adding user pool password requirements")
 */
import { consume, put, statement, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import { passwordUsedBefore } from "../refusals.ts";
import type { Failures } from "./lockout.ts";
import { newPassword, openVerifier, type StoredPassword, verifyPassword } from "./passwords.ts";
import type { UserPool } from "./pools.ts";
import type { User } from "./users.ts";

/** A password that was: what is needed to tell whether another one is the same. */
interface PastPassword {
	readonly scheme: string;
	readonly salt: Uint8Array;
	readonly verifier: Uint8Array;
}

/** What is known of a user's passwords, in one read. */
export interface Passwords {
	/** Undefined where none is set. */
	readonly current: PastPassword | undefined;
	/** Newest first. */
	readonly earlier: readonly PastPassword[];
	/** The failures counted against the user's name. */
	readonly failures: Failures;
}

export const passwordsStatement = statement<{ pool: string; user: string }>()("passwords", (db, param) =>
	db
		.selectFrom("users")
		.leftJoin("passwords", (join) => join.onRef("passwords.pool_id", "=", "users.pool_id").onRef("passwords.user_id", "=", "users.id"))
		.leftJoin("password_history", (join) =>
			join.onRef("password_history.pool_id", "=", "users.pool_id").onRef("password_history.user_id", "=", "users.id"),
		)
		.leftJoin("sign_in_failures", (join) =>
			join.onRef("sign_in_failures.pool_id", "=", "users.pool_id").onRef("sign_in_failures.key", "=", "users.lockout_key"),
		)
		.select([
			"passwords.scheme",
			"passwords.salt",
			"passwords.verifier",
			"password_history.earlier",
			"sign_in_failures.failures",
			"sign_in_failures.last_at",
		])
		.where("users.pool_id", "=", param("pool"))
		.where("users.id", "=", param("user")),
);

export async function readPasswords(call: Call, pool: UserPool, user: User): Promise<Passwords> {
	const [row] = await call.store.read(passwordsStatement, { pool: pool.id, user: user.id });
	const stored: StoredPassword | undefined =
		row && row.scheme !== null && row.salt !== null && row.verifier !== null
			? { scheme: row.scheme, salt: row.salt, verifier: row.verifier, expiresAt: undefined }
			: undefined;
	const verifier = stored && openVerifier(pool, user.id, stored);
	return {
		current: stored && verifier && { ...stored, verifier },
		earlier: row?.earlier ? openHistory(pool, user.id, row.earlier) : [],
		failures: { key: user.lockoutKey, failures: row?.failures ?? 0, lastAt: row?.last_at ?? 0 },
	};
}

/** Whether `password` is the user's. */
export async function isCurrentPassword(call: Call, pool: UserPool, user: User, passwords: Passwords, password: string): Promise<boolean> {
	return passwords.current !== undefined && (await verifyPassword(call, pool, user.username, password, passwords.current));
}

/**
 * What makes `password` the user's only one, in one batch with the change of the user's row, which lets one of racing changes
 * through. `expiresAt` (ms) is for temporary passwords; `passwords` is what was read already.
 * @throws PasswordHistoryPolicyViolationException
 */
export async function replacePassword(
	call: Call,
	pool: UserPool,
	user: User,
	password: string,
	expiresAt?: number,
	passwords?: Passwords,
): Promise<Verb<never>[]> {
	const remembered = pool.settings.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0;
	const set = async () => newPassword(call, pool, { userId: user.id, username: user.username, password, expiresAt });
	if (remembered === 0) return [await set(), consume("password_history", { pool_id: pool.id, user_id: user.id })];
	const { current, earlier } = passwords ?? (await readPasswords(call, pool, user));
	// The current one counts: "that matches their current password or any of up to 23 additional previous passwords".
	const past = [...(current ? [current] : []), ...earlier].slice(0, remembered);
	for (const each of past) {
		if (await verifyPassword(call, pool, user.username, password, each)) throw passwordUsedBefore();
	}
	return [
		await set(),
		put<"password_history">("password_history", ["pool_id", "user_id"], {
			pool_id: pool.id,
			user_id: user.id,
			earlier: sealHistory(pool, user.id, past.slice(0, remembered - 1)),
		}),
	];
}

/** What leaves the user without a password. The one that it had counts among the earlier ones. */
export async function removePassword(call: Call, pool: UserPool, user: User): Promise<Verb<never>[]> {
	const key = { pool_id: pool.id, user_id: user.id };
	const remembered = pool.settings.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0;
	if (remembered === 0) return [consume("passwords", key)];
	const { current, earlier } = await readPasswords(call, pool, user);
	const past = [...(current ? [current] : []), ...earlier].slice(0, remembered);
	return [
		consume("passwords", key),
		put<"password_history">("password_history", ["pool_id", "user_id"], { ...key, earlier: sealHistory(pool, user.id, past) }),
	];
}

const context = (pool: UserPool, userId: string) => ["password_history", "earlier", pool.id, userId] as const;

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

function sealHistory(pool: UserPool, userId: string, past: readonly PastPassword[]): Buffer {
	const plain = JSON.stringify(past.map(({ scheme, salt, verifier }) => [scheme, base64(salt), base64(verifier)]));
	return pool.keyrings.password.seal(context(pool, userId), Buffer.from(plain));
}

/** Empty where the box does not open, which only damage or tampering explains. */
function openHistory(pool: UserPool, userId: string, sealed: Uint8Array): PastPassword[] {
	const plain = pool.keyrings.password.open(context(pool, userId), sealed);
	const list = plain === undefined ? [] : (JSON.parse(plain.toString()) as [string, string, string][]);
	return list.map(([scheme, salt, verifier]) => ({
		scheme,
		salt: Buffer.from(salt, "base64"),
		verifier: Buffer.from(verifier, "base64"),
	}));
}
