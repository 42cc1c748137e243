/**
 * Sign-in lockout: after five failures each further one locks the name for twice as long, up to about 15 minutes.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html ("Lockout behavior for failed sign-in attempts")
 * Counters are keyed by HMAC(pool, folded name), for known and unknown names alike.
 */
import { consume, put, require, update, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import type { UserPool } from "./pools.ts";

export const lockout = {
	failuresFree: 5,
	lockMillisecondsFirst: 1000,
	lockMillisecondsMax: 15 * 60 * 1000,
	quietMilliseconds: 15 * 60 * 1000,
} as const;

/** What was read of a name's counter. */
export interface Failures {
	readonly key: Uint8Array;
	readonly failures: number;
	readonly lastAt: number;
}

/** The counter's key for a folded name. */
export function lockoutKey(pool: Pick<UserPool, "keyrings">, foldedName: string): Buffer {
	return pool.keyrings.mac.mac("lockout", foldedName);
}

/** How many failures still count: none after 15 quiet minutes. */
function counted(now: number, read: Failures): number {
	return now - read.lastAt >= lockout.quietMilliseconds ? 0 : read.failures;
}

/** Whether tries are refused now, right password or not. */
export function isLocked(now: number, read: Failures): boolean {
	const failures = counted(now, read);
	if (failures < lockout.failuresFree) return false;
	const lock = Math.min(lockout.lockMillisecondsFirst * 2 ** (failures - lockout.failuresFree), lockout.lockMillisecondsMax);
	return now < read.lastAt + lock;
}

/** Counts one failure. Racing ones each count; after the quiet time the first begins a new count and the others add to it. */
export async function countFailure(call: Call, pool: UserPool, read: Failures): Promise<void> {
	const { now, store } = call;
	const key = { pool_id: pool.id, key: read.key };
	if (read.failures > 0 && counted(now, read) === 0) {
		const outcome = await store.write([
			update("sign_in_failures", { ...key, last_at: read.lastAt }, { failures: 1, last_at: now }, "raced"),
		]);
		if (outcome === "done") return;
	}
	await store.write([put("sign_in_failures", ["pool_id", "key"], { ...key, failures: { add: 1 }, last_at: now })]);
}

/** What a proof that gives no tokens yet demands: that racing failures have not locked the name since it was read. */
export function demandUnlocked(now: number, pool: UserPool, read: Failures): Verb<"locked"> {
	const key = { pool_id: pool.id, key: read.key };
	// Failures that no longer count give no measure for new ones: the row must be the one that was read.
	if (read.failures > 0 && counted(now, read) === 0) {
		return require("sign_in_failures", { ...key, failures: read.failures, last_at: read.lastAt }, "some", "locked");
	}
	const atLeast = Math.max(lockout.failuresFree, read.failures + 1);
	return require("sign_in_failures", { ...key, failures: { atLeast } }, "none", "locked");
}

/**
 * What a success demands and does: that racing failures have not locked the name since it was read — else a burst of
 * parallel guesses would all be judged by the count before the burst — and that the counter goes.
 */
export function clearFailures(now: number, pool: UserPool, read: Failures): Verb<"locked">[] {
	const key = { pool_id: pool.id, key: read.key };
	// Failures that no longer count give no measure for new ones: the row must be the one that was read. Their times are none
	// either, since a node's clock can be behind another's.
	if (read.failures > 0 && counted(now, read) === 0) {
		return [consume("sign_in_failures", { ...key, failures: read.failures, last_at: read.lastAt }, "locked")];
	}
	const demand = demandUnlocked(now, pool, read);
	return read.failures === 0 ? [demand] : [demand, consume("sign_in_failures", key)];
}
