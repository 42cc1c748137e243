/**
 * A user's password as it is stored: the scheme, a salt, and the verifier sealed under the pool's password key.
 * Cognito's clients sign in by SRP, so the stored form is the SRP-6a verifier; a pool with the tag
 * `gatehouse:password-scheme` = `argon2id` has no SRP and stores argon2id alone.
 */
import { type PasswordScheme, type PasswordSchemeName, schemes } from "../../crypto/password-schemes.ts";
import { present } from "../../kernel/assert.ts";
import { put, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import type { UserPool } from "./pools.ts";

const saltBytes = 16;
export const passwordSchemeTag = "gatehouse:password-scheme";

export interface StoredPassword {
	readonly scheme: string;
	readonly salt: Uint8Array;
	/** Sealed: see `openVerifier`. */
	readonly verifier: Uint8Array;
	/** Set for a temporary password. */
	readonly expiresAt: number | undefined;
}

/** The scheme that the pool's new passwords are stored under. */
export function schemeOf(pool: UserPool): PasswordSchemeName {
	return pool.settings.UserPoolTags?.[passwordSchemeTag] === "argon2id" ? "argon2id" : "srp-6a";
}

const context = (pool: UserPool, userId: string) => ["passwords", "verifier", pool.id, userId] as const;

/** The row that makes `password` the user's only password. `expiresAt` (ms) is for temporary ones. `username` is what SRP calls USER_ID_FOR_SRP. */
export async function newPassword(
	call: Call,
	pool: UserPool,
	user: { readonly userId: string; readonly username: string; readonly password: string; readonly expiresAt: number | undefined },
): Promise<Verb<never>> {
	const scheme = schemeOf(pool);
	const salt = call.ports.random.bytes(saltBytes);
	const verifier = await schemeFor(scheme).create(call.ports.exponentiation, identity(pool, user.username), user.password, salt);
	return put<"passwords">("passwords", ["pool_id", "user_id"], {
		pool_id: pool.id,
		user_id: user.userId,
		scheme,
		salt,
		verifier: sealVerifier(pool, user.userId, verifier),
		created_at: call.now,
		expires_at: user.expiresAt ?? null,
	});
}

export function sealVerifier(pool: UserPool, userId: string, verifier: Uint8Array): Buffer {
	return pool.keyrings.password.seal(context(pool, userId), verifier);
}

/** The SRP verifier or hash itself; undefined where the box does not open, which only damage or tampering explains. */
export function openVerifier(pool: UserPool, userId: string, stored: StoredPassword): Buffer | undefined {
	return pool.keyrings.password.open(context(pool, userId), stored.verifier);
}

/** Whether `password` is the one behind `verifier`. Costs the same whatever the answer. */
export async function verifyPassword(
	call: Call,
	pool: UserPool,
	username: string,
	password: string,
	stored: { readonly scheme: string; readonly salt: Uint8Array; readonly verifier: Uint8Array },
): Promise<boolean> {
	const scheme = schemeFor(stored.scheme);
	const owner = identity(pool, username);
	return (await scheme.verify(call.ports.exponentiation, owner, password, stored.salt, stored.verifier)) === "match";
}

const identity = (pool: UserPool, username: string) => ({ poolShortId: pool.shortId, userIdForSrp: username });

function schemeFor(name: string): PasswordScheme {
	const scheme = (schemes as Readonly<Record<string, PasswordScheme>>)[name];
	return present(scheme, `password scheme ${name} is known`);
}
