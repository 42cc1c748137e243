/**
 * One attempt to send a message of the outbox: its wording, its turn, its handing over, and what becomes of its row. Whoever makes one
 * holds the row's lease.
 */
import { AwsError } from "../../aws/errors.ts";
import type { Random } from "../../kernel/ports.ts";
import { Undeliverable } from "../../kernel/undeliverable.ts";
import { update } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import { sendByFunction } from "./custom-senders.ts";
import { type Content, sendContent, worded } from "./messages.ts";
import { type OutboxKey, outboxOf, recordTaken } from "./outbox-state.ts";
import type { UserPool } from "./pools.ts";

export const outboxLimits = {
	/** How long a row is its holder's: longer than an attempt takes, which is a function, a slot and the handing over. */
	leaseMilliseconds: 60_000,
	/** A function that words a message has 3 times 5 seconds. */
	functionMilliseconds: 15_000,
	slotMilliseconds: 5_000,
	/** After that an attempt counts as failed. What is taken later all the same is not sent again. */
	handoverMilliseconds: 30_000,
	/** How long a request waits for its message to be taken. */
	patienceMilliseconds: 5_000,
	/** First attempts that one process has in its memory. */
	underWayMax: 1_000,
	firstDelayMilliseconds: 5_000,
	delayMillisecondsMax: 15 * 60_000,
} as const;

/** What a row holds, as JSON. */
interface Kept {
	/** False for a message about nobody, which has a row as another has, and goes nowhere. */
	readonly isMeant: boolean;
	readonly content: Content;
}

/** A row whose lease the holder has. */
export interface LeasedRow extends Kept {
	readonly key: OutboxKey;
	readonly pool: UserPool;
	/** Attempts that have failed. */
	readonly attempts: number;
	readonly leasedUntil: number;
	readonly expiresAt: number;
}

const contextOf = ({ pool_id, user_id, id }: OutboxKey) => ["outbox", "sealed", pool_id, user_id, id];

export function sealKept(pool: UserPool, key: OutboxKey, kept: Kept): Buffer {
	return pool.keyrings.session.seal(contextOf(key), Buffer.from(JSON.stringify(kept), "utf8"));
}

/** What a row holds; undefined where it can't be opened. */
export function openKept(pool: UserPool, key: OutboxKey, sealed: Uint8Array): Kept | undefined {
	const opened = pool.keyrings.session.open(contextOf(key), sealed);
	return opened && (JSON.parse(opened.toString("utf8")) as Kept);
}

/** Whether what a message failed with may pass: what was refused for good, by a mail server or by the pool's function, may not. */
export function isOfPassing(error: Error): boolean {
	return !(error instanceof Undeliverable) && !(error instanceof AwsError);
}

/**
 * Makes one attempt. `failure` is what it failed with for good; where there is none the message was taken, or will be tried again, as
 * `maySucceedLater` decides. Never rejects.
 */
export async function attempt(
	call: Call,
	row: LeasedRow,
	maySucceedLater: (error: Error) => boolean,
): Promise<{ readonly failure: Error | undefined }> {
	const { meters } = call.ports;
	const { content, isMeant } = row;
	let ready = content;
	try {
		if (isMeant) {
			if (content.kind === "draft")
				ready = await worded({ ...call, clientMetadata: content.draft.clientMetadata }, row.pool, content.draft);
			await handOver(call, row, ready);
			if (ready.kind !== "nothing") meters.count("messages_sent");
		}
		recordTaken(call, row.key);
		return { failure: undefined };
	} catch (error) {
		const failure = error as Error;
		const willBeTried = maySucceedLater(failure);
		logFailure(call, row, failure, willBeTried);
		if (willBeTried) {
			meters.count("messages_postponed");
			await postpone(call, row, ready);
			return { failure: undefined };
		}
		meters.count("messages_failed");
		recordTaken(call, row.key);
		return { failure };
	}
}

async function handOver(call: Call, { key }: LeasedRow, content: Content): Promise<void> {
	if (content.kind === "function") return sendByFunction({ ...call, clientMetadata: content.clientMetadata }, content.sending);
	if (content.kind !== "email" && content.kind !== "sms") return;
	const state = outboxOf(call.ports);
	const slots = state.slots[content.kind];
	if (!(await slots.take(outboxLimits.slotMilliseconds))) throw new Error("too many messages are being sent");
	state.held.add(key.id);
	let isLate = false;
	const handing = sendContent(call.ports, key.id, content)
		.then(
			() => {
				if (isLate) recordTaken(call, key);
				return { error: undefined };
			},
			(error: Error) => {
				state.held.delete(key.id);
				return { error };
			},
		)
		.finally(() => slots.release());
	const outcome = await call.ports.patience.within(outboxLimits.handoverMilliseconds, handing);
	isLate = outcome === undefined;
	if (outcome === undefined) throw new Error("there was no answer in time");
	if (outcome.error !== undefined) throw outcome.error;
}

/** Lets the lease end at the time of the next attempt; a wording is kept, so that the function is asked once. */
async function postpone(call: Call, row: LeasedRow, ready: Content): Promise<void> {
	const { key, pool, attempts, leasedUntil, isMeant, expiresAt } = row;
	const next = call.ports.clock.now() + delayAfter(call.ports.random, attempts + 1);
	try {
		await call.store.write([
			update(
				"outbox",
				{ ...key, next_attempt_at: leasedUntil },
				{
					attempts: attempts + 1,
					next_attempt_at: Math.min(next, expiresAt),
					...(ready !== row.content && { sealed: sealKept(pool, key, { isMeant, content: ready }) }),
				},
			),
		]);
	} catch (error) {
		// The lease ends by itself.
		call.ports.log.warn({ reason: (error as Error).message }, "the next attempt of a message could not be set");
	}
}

/** 5 seconds, doubled with each failed attempt, up to 15 minutes; a fifth less or more, so that what failed together does not come together. */
export function delayAfter(random: Random, attempts: number): number {
	const { firstDelayMilliseconds, delayMillisecondsMax } = outboxLimits;
	const delay = Math.min(firstDelayMilliseconds * 2 ** Math.min(attempts - 1, 20), delayMillisecondsMax);
	return Math.round(delay * (0.8 + (0.4 * random.bytes(2).readUInt16BE()) / 65_535));
}

function logFailure(call: Call, row: LeasedRow, { message }: Error, willBeTried: boolean): void {
	const facts = { requestId: call.requestId, ...factsOf(row), attempts: row.attempts + 1, reason: message };
	call.ports.log.warn(facts, willBeTried ? "a message could not be sent yet" : "a message could not be sent");
}

/** What a log may say of a message. */
export function factsOf({ key, content }: Pick<LeasedRow, "key" | "content">): object {
	const facts = { userPoolId: key.pool_id, messageId: key.id, channel: content.kind };
	switch (content.kind) {
		case "email":
			return { ...facts, trigger: content.mail.about.trigger };
		case "sms":
			return { ...facts, trigger: content.sms.about.trigger };
		case "draft":
			return { ...facts, channel: content.draft.channel, trigger: content.draft.about.trigger };
		case "function":
			return { ...facts, trigger: content.sending.event.triggerSource };
		case "nothing":
			return facts;
	}
}
