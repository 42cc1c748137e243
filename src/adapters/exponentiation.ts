/**
 * The Exponentiation port: modular exponentiation on threads of its own, apart from libuv's four, which sign tokens and read files.
 * The queue is bounded: what does not fit is refused with `Overloaded`, so that a flood of sign-ins can't grow memory.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { AssertionFailure, assert } from "../kernel/assert.ts";
import { Overloaded } from "../kernel/overloaded.ts";
import type { Exponentiation } from "../kernel/ports.ts";

export const exponentiationLimits = {
	/** Threads by default: as many as there are cores, but no more than this. */
	threadsMax: 4,
	/** Exponentiations that wait for a thread: at 0.6 ms each, about a third of a second's work on two threads. */
	waitingMax: 1024,
	/** Exponentiations that go to a thread in one message. */
	batchMax: 8,
	/** Longest exponent: 512 bytes. Time grows with it. */
	exponentBytesMax: 512,
	baseBytesMax: 384,
} as const;

/** Messages that a thread has before it: the one it works on and the next, so that it never waits for the event loop. */
const messagesPerThread = 2;
const answerBytes = 384;

export interface ExponentiationOptions {
	readonly threads?: number;
	readonly waitingMax?: number;
}

interface Job {
	readonly base: Uint8Array;
	readonly exponent: Uint8Array;
	readonly resolve: (answer: Uint8Array) => void;
	readonly reject: (error: Error) => void;
}

interface Thread {
	readonly worker: Worker;
	started: boolean;
	/** Batches sent and not answered, oldest first. */
	readonly sent: Job[][];
}

/** The port. Nothing starts until `ready` is asked for or `power` is called. */
export function createExponentiation(options: ExponentiationOptions = {}): Exponentiation & {
	/** Starts the threads and resolves when the first can compute. */
	readonly ready: Promise<void>;
	/** Refuses what still waits and ends the threads. */
	close(): Promise<void>;
} {
	const threadCount = options.threads ?? Math.max(1, Math.min(availableParallelism(), exponentiationLimits.threadsMax));
	const waitingMax = options.waitingMax ?? exponentiationLimits.waitingMax;
	const threads: Thread[] = [];
	let waiting: Job[] = [];
	/** Where in `waiting` the next job is: a queue without shifting. */
	let next = 0;
	let underWay = 0;
	let closed = false;
	let scheduled = false;
	let ready: Promise<void> | undefined;

	function start(): Promise<void> {
		ready ??= Promise.any(Array.from({ length: threadCount }, startThread)).catch(() => {
			throw new AssertionFailure("no exponentiation thread could start");
		});
		return ready;
	}

	function startThread(): Promise<void> {
		const worker = new Worker(new URL("./exponentiation-worker.ts", import.meta.url), { name: "exponentiation" });
		const thread: Thread = { worker, started: false, sent: [] };
		threads.push(thread);
		return new Promise((resolve, reject) => {
			worker.once("message", () => {
				worker.on("message", (answers: Uint8Array) => receive(thread, answers));
				thread.started = true;
				if (underWay === 0) worker.unref();
				resolve();
				dispatch();
			});
			worker.once("error", () => {}); // "exit" follows, with what there is to do.
			worker.once("exit", () => {
				lose(thread);
				reject(new AssertionFailure("an exponentiation thread ended"));
			});
		});
	}

	/** A thread ended: what it had is refused. Another takes its place, unless it could not even start; if none is left, what waits is refused too. */
	function lose(thread: Thread): void {
		threads.splice(threads.indexOf(thread), 1);
		const lost = thread.sent.flat();
		if (thread.started && !closed) startThread().catch(() => {});
		if (threads.length === 0) {
			lost.push(...waiting.slice(next));
			waiting = [];
			next = 0;
			ready = undefined;
		}
		settle(lost.length);
		for (const job of lost) job.reject(new AssertionFailure("an exponentiation thread ended"));
	}

	/** Hands waiting jobs to the threads that have room, the idle ones first, spread evenly. */
	function dispatch(): void {
		scheduled = false;
		for (let depth = 0; depth < messagesPerThread; depth++) {
			for (const thread of threads) {
				const jobs = waiting.length - next;
				if (jobs === 0) break;
				if (!thread.started || thread.sent.length !== depth) continue;
				const size = Math.min(exponentiationLimits.batchMax, Math.ceil(jobs / (threads.length * messagesPerThread)));
				const batch = waiting.slice(next, next + size);
				next += size;
				thread.sent.push(batch);
				thread.worker.postMessage(pack(batch));
			}
		}
		if (next === waiting.length) {
			waiting = [];
			next = 0;
		} else if (next > waitingMax) {
			waiting = waiting.slice(next);
			next = 0;
		}
	}

	function receive(thread: Thread, answers: Uint8Array): void {
		const batch = thread.sent.shift();
		assert(batch !== undefined && answers.length === batch.length * answerBytes, "an exponentiation thread answers each request once");
		settle(batch.length);
		for (const [i, job] of batch.entries()) job.resolve(answers.subarray(i * answerBytes, (i + 1) * answerBytes));
		if (next < waiting.length) dispatch();
	}

	/** The threads keep the process alive while there is something to wait for. */
	function settle(count: number): void {
		underWay -= count;
		if (count > 0 && underWay === 0) for (const { worker } of threads) worker.unref();
	}

	return {
		get ready() {
			return closed ? Promise.reject(new AssertionFailure("exponentiation is closed")) : start();
		},
		power(base, exponent) {
			return new Promise((resolve, reject) => {
				if (closed) throw new AssertionFailure("exponentiation is closed");
				assert(base.length <= exponentiationLimits.baseBytesMax, "a base has at most 384 bytes");
				assert(exponent.length <= exponentiationLimits.exponentBytesMax, "an exponent has at most 512 bytes");
				if (waiting.length - next >= waitingMax) throw new Overloaded("too many exponentiations wait");
				start().catch(() => {}); // What waits is refused by `lose`.
				waiting.push({ base, exponent, resolve, reject });
				if (underWay++ === 0) for (const { worker } of threads) worker.ref();
				// One tick later, so that calls made together travel together.
				if (!scheduled) {
					scheduled = true;
					queueMicrotask(dispatch);
				}
			});
		},
		async close() {
			closed = true;
			const refused = waiting.slice(next);
			waiting = [];
			next = 0;
			settle(refused.length);
			for (const job of refused) job.reject(new AssertionFailure("exponentiation is closed"));
			await Promise.all(threads.map(({ worker }) => worker.terminate()));
		},
	};
}

/** What `exponentiation-worker.ts` reads, in one buffer of its own: posting a view copies all of the buffer behind it. */
function pack(batch: readonly Job[]): Uint8Array {
	const request = new Uint8Array(batch.reduce((sum, { base, exponent }) => sum + 4 + base.length + exponent.length, 0));
	let at = 0;
	for (const { base, exponent } of batch) {
		request.set([base.length >> 8, base.length, exponent.length >> 8, exponent.length], at);
		request.set(base, at + 4);
		request.set(exponent, at + 4 + base.length);
		at += 4 + base.length + exponent.length;
	}
	return request;
}
