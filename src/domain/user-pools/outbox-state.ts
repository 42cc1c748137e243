/** What a process has of the outbox in its memory: attempts under way, slots, and messages that were taken while their rows are still there. */
import type { Ports } from "../../kernel/ports.ts";
import { consume, type Store } from "../../storage/store.ts";

/** Messages that are handed over at once, for each channel: no more wait inside of what sends them. */
const slotsOfChannel = 10;
/** Rows that one batch deletes. */
const recordedAtOnce = 32;
/** How long the end of the process waits for what is under way: the rows of the rest are there. */
const settleMilliseconds = 3_000;

export interface OutboxKey {
	readonly pool_id: string;
	readonly user_id: string;
	readonly id: string;
}

export interface OutboxState {
	readonly underWay: Set<Promise<unknown>>;
	readonly slots: Readonly<Record<"email" | "sms", Slots>>;
	/** Ids of messages that are being handed over, or were taken and still have their row: nobody here may hand them over again. */
	readonly held: Set<string>;
	/** Keys of the messages that were taken and still have their row. */
	readonly taken: OutboxKey[];
	recording: Promise<void> | undefined;
}

const states = new WeakMap<Ports, OutboxState>();

export function outboxOf(ports: Ports): OutboxState {
	let state = states.get(ports);
	if (state === undefined) {
		const slots = { email: createSlots(ports, slotsOfChannel), sms: createSlots(ports, slotsOfChannel) };
		state = { underWay: new Set(), slots, held: new Set(), taken: [], recording: undefined };
		states.set(ports, state);
	}
	return state;
}

/** Resolves when what is under way has been sent or has failed, or after some seconds: a graceful stop waits for it. */
export async function messagesSettled(ports: Ports): Promise<void> {
	const state = outboxOf(ports);
	await ports.patience.within(settleMilliseconds, Promise.all(state.underWay));
	await ports.patience.within(settleMilliseconds, Promise.resolve(state.recording));
}

/** Deletes the rows of messages that were taken; the ones of several requests together. Where that fails, it is done again later. */
export function recordTaken({ ports, store }: { readonly ports: Ports; readonly store: Store }, ...keys: readonly OutboxKey[]): void {
	const state = outboxOf(ports);
	state.taken.push(...keys);
	for (const { id } of keys) state.held.add(id);
	state.recording ??= record(store, state).catch((error: Error) =>
		ports.log.warn({ reason: error.message }, "sent messages could not be removed from the outbox"),
	);
}

async function record(store: Store, state: OutboxState): Promise<void> {
	try {
		while (state.taken.length > 0) {
			const keys = state.taken.slice(0, recordedAtOnce);
			await store.write(keys.map((key) => consume("outbox", { ...key })));
			state.taken.splice(0, keys.length);
			for (const { id } of keys) state.held.delete(id);
		}
	} finally {
		// At once: what is taken from now on needs another round.
		state.recording = undefined;
	}
}

export interface Slots {
	/** Whether there was one, perhaps after a while. */
	take(milliseconds: number): Promise<boolean>;
	release(): void;
}

function createSlots({ patience }: Ports, count: number): Slots {
	let free = count;
	const waiting = new Set<() => void>();
	return {
		async take(milliseconds) {
			if (free > 0) {
				free--;
				return true;
			}
			let given = () => {};
			const turn = new Promise<true>((resolve) => {
				given = () => resolve(true);
			});
			waiting.add(given);
			// Whose time is over is taken out of the line: a slot is never given to nobody.
			return (await patience.within(milliseconds, turn)) ?? !waiting.delete(given);
		},
		release() {
			const [next] = waiting;
			if (next === undefined) free++;
			else {
				waiting.delete(next);
				next();
			}
		},
	};
}
