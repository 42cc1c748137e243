/** What the pool knows of its calls and processes, and what follows from that alone. */
import type { FunctionOutcome } from "../../kernel/ports.ts";
import type { FunctionArn } from "./arn.ts";
import type { FunctionProcess } from "./process.ts";
import type { FunctionSource } from "./source.ts";

export interface Job {
	readonly id: number;
	readonly requestId: string;
	readonly arn: FunctionArn;
	readonly event: string;
	/** On the monotonic clock. */
	readonly deadline: number;
	readonly settle: (outcome: FunctionOutcome) => void;
	wasPutBack: boolean;
}

export interface Worker {
	readonly process: FunctionProcess;
	readonly crew: Crew;
	readonly source: FunctionSource;
	readonly logStreamName: string;
	state: "starting" | "idle" | "busy" | "ending";
	job: Job | undefined;
	/** Whether it has begun with its call. */
	taken: boolean;
	/** Ends one that takes too long to start, or to take its call. */
	timer: NodeJS.Timeout | undefined;
	idleSince: number;
}

/** The workers of one function in one region, which its environment names. */
export interface Crew {
	readonly region: string;
	source: FunctionSource;
	readonly waiting: Job[];
	readonly workers: Set<Worker>;
}

/** Those that are about to end leave room already. */
export function countAlive(workers: Iterable<Worker>): number {
	let count = 0;
	for (const { state } of workers) if (state !== "ending") count++;
	return count;
}

/** Those that will be free without being asked: they start, or have just answered. */
export function countComing({ workers }: Crew): number {
	let count = 0;
	for (const { state, job } of workers) if (state === "starting" || (state === "busy" && job === undefined)) count++;
	return count;
}

/** The worker of another function that has been idle for longest. */
export function longestIdle(workers: Iterable<Worker>, except: Crew): Worker | undefined {
	let longest: Worker | undefined;
	for (const worker of workers) {
		if (worker.crew === except || worker.state !== "idle") continue;
		if (longest === undefined || worker.idleSince < longest.idleSince) longest = worker;
	}
	return longest;
}
