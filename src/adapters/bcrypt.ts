/**
 * The Bcrypt port: hashes on threads of their own, which are started when the first is asked for. The queue is bounded: what does not
 * fit is refused with `Overloaded`.
 */
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { AssertionFailure } from "../kernel/assert.ts";
import { Overloaded } from "../kernel/overloaded.ts";
import type { Bcrypt } from "../kernel/ports.ts";

export const bcryptLimits = {
	/** Threads at most: they leave processors to everything else. */
	threadsMax: 2,
	/** Passwords that wait: at a tenth of a second each, a few seconds of them. */
	waitingMax: 64,
} as const;

interface Job {
	readonly password: string;
	readonly hash: string;
	readonly resolve: (matches: boolean) => void;
	readonly reject: (error: Error) => void;
}

interface Thread {
	readonly worker: Worker;
	job: Job | undefined;
}

/** The port; `close` refuses what still waits and ends the threads. */
export function createBcrypt(): Bcrypt & { close(): Promise<void> } {
	const threadsMax = Math.max(1, Math.min(availableParallelism() - 1, bcryptLimits.threadsMax));
	const threads: Thread[] = [];
	const waiting: Job[] = [];
	let closed = false;

	function startThread(): Thread {
		const thread: Thread = { worker: new Worker(new URL("./bcrypt-worker.ts", import.meta.url), { name: "bcrypt" }), job: undefined };
		threads.push(thread);
		thread.worker.on("message", (matches: boolean) => {
			const { job } = thread;
			thread.job = undefined;
			thread.worker.unref();
			job?.resolve(matches);
			dispatch();
		});
		thread.worker.once("error", () => {}); // "exit" follows.
		thread.worker.once("exit", () => {
			threads.splice(threads.indexOf(thread), 1);
			thread.job?.reject(new AssertionFailure("a bcrypt thread ended"));
			dispatch();
		});
		thread.worker.unref();
		return thread;
	}

	/** Gives each idle thread the next job; further threads are started while jobs wait. */
	function dispatch(): void {
		while (waiting.length > 0 && !closed) {
			const thread = threads.find(({ job }) => job === undefined) ?? (threads.length < threadsMax ? startThread() : undefined);
			const job = thread && waiting.shift();
			if (thread === undefined || job === undefined) return;
			thread.job = job;
			// The process stays for what is under way.
			thread.worker.ref();
			thread.worker.postMessage([job.password, job.hash]);
		}
	}

	return {
		verify(password, hash) {
			return new Promise((resolve, reject) => {
				if (closed) throw new AssertionFailure("bcrypt is closed");
				if (waiting.length >= bcryptLimits.waitingMax) throw new Overloaded("too many passwords wait to be hashed");
				waiting.push({ password, hash, resolve, reject });
				dispatch();
			});
		},
		async close() {
			closed = true;
			for (const job of waiting.splice(0)) job.reject(new AssertionFailure("bcrypt is closed"));
			await Promise.all(threads.map(({ worker }) => worker.terminate()));
		},
	};
}
