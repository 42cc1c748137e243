/**
 * The further attempts of the outbox: messages whose time has come, those of a process that has crashed among them. Any node makes them;
 * of several the one that moves the row's time on first.
 */
import { statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { isUnexpected } from "./outbox.ts";
import { attempt, factsOf, isOfPassing, type LeasedRow, openKept, outboxLimits } from "./outbox-attempts.ts";
import { outboxOf, recordTaken } from "./outbox-state.ts";

/** Messages that this process has taken up at once, one look's worth. */
const takenUpMax = 20;
/** How long one step waits for the attempts that it has begun. */
const stepMilliseconds = 1_000;

export const dueMessages = statement<{ now: number }>()("dueMessages", (db, param) =>
	db.selectFrom("outbox").selectAll().where("next_attempt_at", "<=", param("now")).orderBy("next_attempt_at").limit(takenUpMax),
);

export interface OutboxRunner {
	/** Takes up some messages whose time has come: then `more` says whether there may be others. */
	step(): Promise<{ readonly more: boolean }>;
}

/** `base` is what all calls of the process share. */
export function createOutboxRunner(base: Pick<Call, "store" | "vault" | "caches" | "ports" | "settings">): OutboxRunner {
	const { store, ports, caches } = base;
	const { log, meters } = ports;
	let takenUp = 0;

	async function step(): Promise<{ more: boolean }> {
		const state = outboxOf(ports);
		// What could not be recorded before, as the database was away.
		if (state.taken.length > 0) recordTaken(base);
		if (takenUp >= takenUpMax) return { more: false };
		const call: Call = {
			...base,
			now: ports.clock.now(),
			requestId: "outbox",
			region: undefined,
			sourceIp: undefined,
			userAgent: undefined,
		};
		const due = await store.read(dueMessages, { now: call.now });
		const free = due.filter(({ id }) => !state.held.has(id)).slice(0, takenUpMax - takenUp);
		const attempts = free.map(async (row) => {
			takenUp++;
			try {
				await takeUp(call, row);
			} catch (error) {
				log.warn({ messageId: row.id, reason: (error as Error).message }, "a message could not be taken up");
			} finally {
				takenUp--;
			}
		});
		const all = Promise.all(attempts);
		state.underWay.add(all);
		void all.finally(() => state.underWay.delete(all));
		await ports.patience.within(stepMilliseconds, all);
		return { more: free.length > 0 && due.length === takenUpMax };
	}

	async function takeUp(call: Call, row: Tables["outbox"]): Promise<void> {
		const { pool_id, user_id, id, next_attempt_at } = row;
		const key = { pool_id, user_id, id };
		const leasedUntil = call.now + outboxLimits.leaseMilliseconds;
		const outcome = await store.write([update("outbox", { ...key, next_attempt_at }, { next_attempt_at: leasedUntil }, "taken")]);
		if (outcome === "taken") return;
		const pool = await caches.userPools.get(pool_id);
		const kept = pool && openKept(pool, key, row.sealed);
		if (pool === undefined || kept === undefined) {
			// Where its pool is deleted the message goes with it.
			if (pool !== undefined) log.error({ userPoolId: pool_id, messageId: id }, "a message of the outbox can't be opened");
			recordTaken(base, key);
			return;
		}
		const leased: LeasedRow = { ...kept, key, pool, attempts: row.attempts, leasedUntil, expiresAt: row.expires_at };
		if (row.expires_at <= call.now) {
			if (kept.isMeant) {
				meters.count("messages_failed");
				log.warn({ ...factsOf(leased), attempts: row.attempts }, "a message was given up: it is of no use any more");
			}
			recordTaken(base, key);
			return;
		}
		await attempt(call, leased, (error) => isOfPassing(error) || isUnexpected(error));
	}

	return { step };
}
