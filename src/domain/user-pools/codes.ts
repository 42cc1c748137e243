/**
 * Short codes that are sent to users. A row holds only the HMAC of a code, bound to its purpose, user and destination; it is
 * consumed by the batch that does what the code allows, and gives up after a few wrong tries.
 */
import { equalBytes } from "../../crypto/equal-bytes.ts";
import { randomDigits } from "../../crypto/random-text.ts";
import type { Random } from "../../kernel/ports.ts";
import { consume, put, statement, update, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import type { UserPool } from "./pools.ts";

export type CodePurpose = "confirm-sign-up" | "forgot-password" | "verify-email" | "verify-phone_number";

const codeDigits = 6;
/** Wrong tries that a code survives. */
export const codeAttemptsMax = 5;

/** How long a code works, in milliseconds. */
export const codeLifetimes: Readonly<Record<CodePurpose, number>> = {
	"confirm-sign-up": 24 * 3_600_000,
	"forgot-password": 3_600_000,
	"verify-email": 24 * 3_600_000,
	"verify-phone_number": 24 * 3_600_000,
};

/** A code as it is stored. */
export interface StoredCode {
	readonly mac: Uint8Array;
	/** The attribute that it was sent to. */
	readonly attribute: string;
	readonly attempts: number;
	readonly expiresAt: number;
}

export function createCode(random: Random): string {
	return randomDigits(random, codeDigits);
}

/** What a code is for: the user, and the address that it was sent to. */
export interface CodeSubject {
	readonly purpose: CodePurpose;
	readonly userId: string;
	readonly attribute: string;
	readonly destination: string;
}

function codeMac(pool: UserPool, { purpose, userId, destination }: CodeSubject, code: string): Buffer {
	return pool.keyrings.mac.mac("code", purpose, pool.id, userId, destination, code);
}

/** Makes `code` the only one of its purpose, untried but for `attempts`. */
export function storeCode(call: Call, pool: UserPool, subject: CodeSubject, code: string, attempts = 0): Verb<never> {
	return put("codes", ["pool_id", "user_id", "purpose"], {
		pool_id: pool.id,
		user_id: subject.userId,
		purpose: subject.purpose,
		mac: codeMac(pool, subject, code),
		attribute: subject.attribute,
		attempts,
		created_at: call.now,
		expires_at: call.now + codeLifetimes[subject.purpose],
	});
}

export const codeStatement = statement<{ pool: string; user: string; purpose: string }>()("code", (db, param) =>
	db
		.selectFrom("codes")
		.select(["mac", "attribute", "attempts", "expires_at"])
		.where("pool_id", "=", param("pool"))
		.where("user_id", "=", param("user"))
		.where("purpose", "=", param("purpose")),
);

export async function findCode(call: Call, pool: UserPool, userId: string, purpose: CodePurpose): Promise<StoredCode | undefined> {
	const [row] = await call.store.read(codeStatement, { pool: pool.id, user: userId, purpose });
	return row && { mac: row.mac, attribute: row.attribute, attempts: row.attempts, expiresAt: row.expires_at };
}

/** Whether `code` is the one that was stored for the subject, in a time that does not depend on where they differ. */
export function verifyCode(pool: UserPool, subject: CodeSubject, stored: StoredCode, code: string): boolean {
	return equalBytes(codeMac(pool, subject, code), stored.mac);
}

/** Where one code stands, whoever sent another one meanwhile. */
function place(pool: UserPool, userId: string, purpose: CodePurpose, stored: StoredCode) {
	return { pool_id: pool.id, user_id: userId, purpose, mac: stored.mac, attempts: { below: codeAttemptsMax } } as const;
}

/**
 * Uses the code up. Racing wrong tries are counted in the order of their commits, so a burst of guesses is no better than the
 * same guesses one after the other.
 */
export function consumeCode(pool: UserPool, userId: string, purpose: CodePurpose, stored: StoredCode): Verb<"code gone"> {
	return consume("codes", place(pool, userId, purpose, stored), "code gone");
}

/** Counts a wrong try. */
export function countAttempt(pool: UserPool, userId: string, purpose: CodePurpose, stored: StoredCode): Verb<"code gone"> {
	return update("codes", place(pool, userId, purpose, stored), { attempts: { add: 1 } }, "code gone");
}
