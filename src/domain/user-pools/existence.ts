/**
 * Whether a user exists is hidden here and nowhere else. An unknown name gets a user of its own, made by HMAC under the pool's
 * key: always the same id, salt and verifier for the same name, over restarts too (RFC 5054 §2.5.1.3), so that what follows runs
 * the same statements and exponentiations and fails like a wrong password.
 */
import { createHash } from "node:crypto";
import { randomUuid } from "../../crypto/random-text.ts";
import type { UserPool } from "./pools.ts";

const verifierBytes = 384;
const saltBytes = 16;

/** What stands in for an unknown user's credentials. */
export interface Apparition {
	readonly userId: string;
	/** What SRP calls USER_ID_FOR_SRP. */
	readonly username: string;
	readonly salt: Buffer;
	/** Below N and above 1, like a real verifier; nobody knows a password for it. */
	readonly verifier: Buffer;
}

/** The stand-in for a name that nobody has. `name` is as the caller typed it, `folded` as names are compared. */
export function apparition(pool: UserPool, name: string, folded: string): Apparition {
	const seed = pool.keyrings.mac.mac("apparition", folded);
	// SHAKE256, since it gives any length at once: this is made for known names too.
	const verifier = createHash("shake256", { outputLength: verifierBytes }).update(seed).update("verifier").digest();
	verifier[0] = 0; // N's first byte is 0xff: so it is below N
	const userId = randomUuid({ bytes: (length) => createHash("sha256").update(seed).update("id").digest().subarray(0, length) });
	return {
		userId,
		username: looksLikeAlias(pool, name) ? userId : folded,
		salt: createHash("sha256").update(seed).update("salt").digest().subarray(0, saltBytes),
		verifier,
	};
}

/** Where people sign in by an alias or an e-mail address, the answer for a known one is its internal username. */
function looksLikeAlias(pool: UserPool, name: string): boolean {
	if ((pool.settings.UsernameAttributes ?? []).length > 0) return true;
	const aliases: readonly string[] = pool.settings.AliasAttributes ?? [];
	return (aliases.includes("email") && name.includes("@")) || (aliases.includes("phone_number") && /^\+\d+$/.test(name));
}
