/**
 * A user's password as it is stored: the scheme, a salt, and the verifier sealed under the pool's password key.
 * Cognito's clients sign in by SRP, so the stored form is the SRP-6a verifier; a pool with the tag
 * `gatehouse:password-scheme` = `argon2id` has no SRP and stores argon2id alone.
 */
import { verifyForeignHash } from "../../crypto/foreign-hashes.ts";
import { type PasswordScheme, type PasswordSchemeName, schemes } from "../../crypto/password-schemes.ts";
import { present } from "../../kernel/assert.ts";
import { put, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import type { UserPool } from "./pools.ts";

const saltBytes = 16;
export const passwordSchemeTag = "gatehouse:password-scheme";
/** The scheme of a hash that an import brought along: the verifier is its text. Nothing is stored under it anew. */
const importedScheme = "imported";

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
	if (stored.scheme === importedScheme) {
		return verifyForeignHash(call.ports.bcrypt, Buffer.from(stored.verifier).toString(), password);
	}
	const scheme = schemeFor(stored.scheme);
	const owner = identity(pool, username);
	return (await scheme.verify(call.ports.exponentiation, owner, password, stored.salt, stored.verifier)) === "match";
}

/**
 * What stores a password anew that was right just now, where the pool keeps its passwords in another way: in one batch with what the
 * password has proved. A password that somebody has set meanwhile stays, and of racing sign-ins one does it.
 */
export async function upgradePassword(
	call: Call,
	pool: UserPool,
	user: { readonly userId: string; readonly username: string },
	password: string,
	stored: { readonly scheme: string; readonly salt: Uint8Array; readonly verifier: Uint8Array },
): Promise<Verb<never>[]> {
	const scheme = schemeOf(pool);
	const isImported = stored.scheme === importedScheme;
	if (!isImported && schemeFor(stored.scheme).upgradeTo(stored.verifier, scheme) === undefined) return [];
	const salt = call.ports.random.bytes(saltBytes);
	const verifier = await schemes[scheme].create(call.ports.exponentiation, identity(pool, user.username), password, salt);
	// Salts are random: the old one tells this password from every other.
	const which = { pool_id: pool.id, user_id: user.userId, scheme: stored.scheme, salt: stored.salt };
	return [update("passwords", which, { scheme, salt, verifier: sealVerifier(pool, user.userId, verifier) })];
}

/** The row of a user who brings along the hash of another system, which `foreignHashProblem` has nothing against. */
export function importedPassword(call: Call, pool: UserPool, userId: string, hash: string): Tables["passwords"] {
	return {
		pool_id: pool.id,
		user_id: userId,
		scheme: importedScheme,
		// No part of the hash: what an SRP challenge names, and what tells this password from a later one.
		salt: call.ports.random.bytes(saltBytes),
		verifier: sealVerifier(pool, userId, Buffer.from(hash)),
		created_at: call.now,
		expires_at: null,
	};
}

const identity = (pool: UserPool, username: string) => ({ poolShortId: pool.shortId, userIdForSrp: username });

function schemeFor(name: string): PasswordScheme {
	const scheme = (schemes as Readonly<Record<string, PasswordScheme>>)[name];
	return present(scheme, `password scheme ${name} is known`);
}
