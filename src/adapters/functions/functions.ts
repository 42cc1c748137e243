/**
 * The Functions port: Lambda functions that Gatehouse runs from files of the operator's, or calls by a Lambda Invoke API. This folder owns
 * their processes, their limits and their output; it must not know what a trigger is, or what an event says.
 *
 * The same ARN works for both: its name is looked for in the functions folder first.
 */
import type { Clock, FunctionOutcome, Functions, Log, Random } from "../../kernel/ports.ts";
import { parseFunctionArn } from "./arn.ts";
import { createLambdaApi, type LambdaApi } from "./lambda-api.ts";
import { type FunctionLimits, functionLimits } from "./limits.ts";
import { createPool } from "./pool.ts";
import { type EnvironmentFacts, type FunctionSource, findSource } from "./source.ts";

export interface FunctionsOptions {
	/** The functions folder, which may be absent. */
	readonly folder: string;
	/** Processes of all functions together; one function has a quarter of them. */
	readonly workersMax?: number;
	/** A Lambda Invoke API for functions that are not in the folder: its URL, or `aws`. */
	readonly lambdaEndpoint: string | undefined;
	/** Gatehouse's own address, for what functions call themselves. */
	readonly ownEndpoint: () => string;
	/** What their SDK clients sign with; undefined gives them nothing. */
	readonly credentials: EnvironmentFacts["credentials"];
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	/** Tests shorten some. */
	readonly limits?: Partial<FunctionLimits>;
}

export interface RunningFunctions extends Functions {
	/** The processes of local functions. */
	readonly pids: readonly number[];
	/** Resolves when no local function runs, or after a bounded time: until then they may call Gatehouse, which is to be there. */
	settled(): Promise<void>;
	/** Lets calls under way finish for a bounded time, and ends every process. */
	close(): Promise<void>;
}

/** How long a look for changes counts, for each file that was looked at (which takes some 3 µs): a small part of the time goes into looking. */
const lookMillisecondsPerFile = 0.02;
/** Functions of which it is kept when their files were looked at. */
const looksMax = 1_000;

/** Starts nothing until a function is called. */
export function createFunctions(options: FunctionsOptions): RunningFunctions {
	const { folder, lambdaEndpoint, ownEndpoint, credentials, clock, random, log } = options;
	const workersMax = options.workersMax ?? functionLimits.workersMax;
	const workersPerFunctionMax = Math.max(1, Math.floor(workersMax / 4));
	const limits: FunctionLimits = { ...functionLimits, workersMax, workersPerFunctionMax, ...options.limits };
	const pool = createPool({ limits, clock, random, log, endpoint: ownEndpoint, credentials });
	const api: LambdaApi | undefined = lambdaEndpoint === undefined ? undefined : createLambdaApi(lambdaEndpoint, limits, log);
	const looks = new Map<string, { readonly source: FunctionSource; readonly until: number }>();

	/** Its files are looked at in each call, or a little more rarely where that takes long. */
	function sourceOf(name: string): FunctionSource | undefined {
		const last = looks.get(name);
		if (last !== undefined && clock.monotonic() < last.until) return last.source;
		const source = findSource(folder, name);
		if (source === undefined) looks.delete(name);
		else if (last !== undefined || looks.size < looksMax) {
			looks.set(name, { source, until: clock.monotonic() + source.lookedAt * lookMillisecondsPerFile });
		}
		return source;
	}

	async function invoke(arnText: string, event: unknown, wait: boolean): Promise<FunctionOutcome> {
		const arn = parseFunctionArn(arnText);
		if (arn === undefined) return { kind: "unavailable", reason: "absent" };
		const text = JSON.stringify(event);
		if (Buffer.byteLength(text) > limits.eventBytesMax) {
			return { kind: "unavailable", reason: "refused", errorCode: "RequestTooLargeException" };
		}
		const source = sourceOf(arn.name);
		if (source === undefined) return (await api?.call(arn, text, wait)) ?? { kind: "unavailable", reason: "absent" };
		if (wait) return pool.call(source, arn, text, limits.callMilliseconds);
		// Whatever becomes of it is in the log; what keeps it from being taken is known at once.
		const outcome = pool.call(source, arn, text, limits.eventMilliseconds);
		const taken = await Promise.race([outcome, Promise.resolve(undefined)]);
		return taken?.kind === "unavailable" ? taken : { kind: "accepted" };
	}

	return {
		async invoke(arn, event, { wait }) {
			try {
				return await invoke(arn, event, wait);
			} catch (error) {
				log.error({ error }, "a function could not be called");
				return { kind: "unavailable", reason: "unreachable" };
			}
		},
		get pids() {
			return pool.pids;
		},
		settled: pool.settled,
		async close() {
			await pool.close();
			api?.close();
		},
	};
}
