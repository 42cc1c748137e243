/** Starts the load generator and lets it do one workload after the other. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { AnyWorkloadName, Command, Reply, Target } from "./load-generator.ts";

export interface Generator {
	connect(target: Target, concurrency: number): Promise<void>;
	/**
	 * Sends a workload: first until it runs steadily, then for `seconds`. `observe` is called at the beginning and at the end of the
	 * steady part, and returns what it saw there.
	 */
	run<T>(workload: AnyWorkloadName, options: RunOptions, observe: () => T | Promise<T>): Promise<Run<T>>;
	close(): void;
}

export interface RunOptions {
	readonly concurrency: number;
	/** How long it may take until the server is warm: the engine compiles what runs often, again and again. */
	readonly warmUpSecondsMax: number;
	readonly seconds: number;
}

/** The server counts as warm after so many operations and seconds, or when its time for that is over. */
const warmAfterOperations = 25_000;
const warmAfterSeconds = 3;

export interface Run<T> {
	/** Operations of the steady part, each with a right answer. */
	readonly operations: number;
	readonly seconds: number;
	/** Milliseconds that half, and 99 of 100, of the operations stayed below. */
	readonly median: number;
	readonly percentile99: number;
	readonly before: T;
	readonly after: T;
}

const generators = new Set<ChildProcess>();
process.once("exit", () => {
	for (const child of generators) child.kill("SIGKILL");
});

export function startGenerator(): Generator {
	const child = fork(join(import.meta.dirname, "load-generator.ts"), { stdio: ["ignore", "inherit", "inherit", "ipc"] });
	generators.add(child);
	child.once("exit", () => generators.delete(child));

	async function ask(command: Command): Promise<{ operations: number; latencies: readonly number[] }> {
		child.send(command);
		const [reply] = (await once(child, "message")) as [Reply];
		if ("failure" in reply) throw new Error(reply.failure);
		return { operations: reply.operations, latencies: reply.latencies ?? [] };
	}

	return {
		async connect(target, concurrency) {
			await ask({ command: "connect", target, concurrency });
		},
		async run(workload, { concurrency, warmUpSecondsMax, seconds }, observe) {
			await ask({ command: "begin", workload, concurrency });
			for (let second = 1; second <= warmUpSecondsMax; second++) {
				await setTimeout(1000);
				const { operations } = await ask({ command: "count" });
				if (second >= warmAfterSeconds && operations >= warmAfterOperations) break;
			}
			const before = await observe();
			const first = await ask({ command: "count" });
			const startedAt = performance.now();
			await setTimeout(seconds * 1000);
			const last = await ask({ command: "count" });
			const tookSeconds = (performance.now() - startedAt) / 1000;
			const after = await observe();
			await ask({ command: "end" });
			const operations = last.operations - first.operations;
			if (operations === 0) throw new Error(`${workload}: nothing was answered`);
			const sorted = last.latencies.toSorted((a, b) => a - b);
			const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] as number;
			return { operations, seconds: tookSeconds, median: at(0.5), percentile99: at(0.99), before, after };
		},
		close: () => void child.kill("SIGKILL"),
	};
}
