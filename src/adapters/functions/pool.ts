/**
 * The processes of all local functions and the calls that wait for them: who gets a process, when one more is started and when one ends.
 * A process takes one call at a time, as Lambda's do.
 */
import { randomUuid } from "../../crypto/random-text.ts";
import type { Clock, FunctionOutcome, Log, Random } from "../../kernel/ports.ts";
import type { FunctionArn } from "./arn.ts";
import { type Crew, countAlive, countComing, type Job, longestIdle, type Worker } from "./crew.ts";
import type { FunctionLimits } from "./limits.ts";
import type { CallFacts, FromWorker } from "./messages.ts";
import { createOrphanGuard } from "./orphans.ts";
import { type EndReason, startProcess } from "./process.ts";
import { type EnvironmentFacts, environmentOf, type FunctionSource, functionVersion, logGroupName } from "./source.ts";

export interface PoolOptions {
	readonly limits: FunctionLimits;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
	/** Gatehouse's own address; asked for when a process starts. */
	readonly endpoint: () => string;
	readonly credentials: EnvironmentFacts["credentials"];
}

export interface Pool {
	/** Calls a function once, within `milliseconds`. */
	call(source: FunctionSource, arn: FunctionArn, event: string, milliseconds: number): Promise<FunctionOutcome>;
	/** The processes that are alive. */
	readonly pids: readonly number[];
	/** Resolves when no call is under way, or after a bounded time. */
	settled(): Promise<void>;
	/** Takes no more calls, lets those under way finish for a bounded time, and ends every process. */
	close(): Promise<void>;
}

export function createPool({ limits, clock, random, log, endpoint, credentials }: PoolOptions): Pool {
	const crews = new Map<string, Crew>();
	const workers = new Set<Worker>();
	const guard = createOrphanGuard(log);
	const memoryLimitInMB = String(Math.floor(limits.residentBytesMax / 1024 / 1024));
	let waiting = 0;
	let underWay = 0;
	let nextId = 1;
	/** What `settled` waits for, and `close`: that no call is under way, then that no process is left. */
	let allSettled = () => {};
	let allGone = () => {};
	/** No more calls are taken. */
	let closed = false;
	/** No more processes are started. */
	let stopped = false;
	let idleLook: NodeJS.Timeout | undefined;
	let memoryLook: NodeJS.Timeout | undefined;

	// --- Calls ---

	function call(source: FunctionSource, arn: FunctionArn, event: string, milliseconds: number): Promise<FunctionOutcome> {
		const crew = closed ? undefined : crewOf(source, arn);
		if (crew === undefined || crew.waiting.length >= limits.waitingPerFunctionMax) {
			return Promise.resolve({ kind: "unavailable", reason: "busy" });
		}
		const { promise, resolve } = Promise.withResolvers<FunctionOutcome>();
		const timer = setTimeout(() => expire(crew, job), milliseconds);
		let settled = false;
		const job: Job = {
			id: nextId++,
			requestId: randomUuid(random),
			arn,
			event,
			deadline: clock.monotonic() + milliseconds,
			settle(outcome) {
				if (settled) return;
				settled = true;
				clearTimeout(timer);
				underWay--;
				resolve(outcome);
				if (underWay === 0) allSettled();
			},
			wasPutBack: false,
		};
		underWay++;
		waiting++;
		crew.waiting.push(job);
		serve(crew);
		return promise;
	}

	function crewOf(source: FunctionSource, { region }: FunctionArn): Crew {
		const key = keyOf(region, source);
		let crew = crews.get(key);
		if (crew === undefined) {
			crew = { region, source, waiting: [], workers: new Set() };
			crews.set(key, crew);
		} else if (crew.source.fingerprint !== source.fingerprint) {
			crew.source = source;
			// Those with a call finish it; `release` ends them then.
			for (const worker of crew.workers) if (worker.state !== "busy") retire(worker);
		}
		return crew;
	}

	const keyOf = (region: string, { name }: FunctionSource) => `${region} ${name}`;

	function expire(crew: Crew, job: Job): void {
		const worker = [...crew.workers].find((each) => each.job === job);
		if (worker !== undefined) {
			job.settle({ kind: "unavailable", reason: "timeout" });
			worker.process.kill("timeout");
			return;
		}
		const place = crew.waiting.indexOf(job);
		if (place < 0) return;
		take(crew, place);
		const starting = [...crew.workers].some(({ state }) => state === "starting");
		job.settle({ kind: "unavailable", reason: starting ? "timeout" : "busy" });
		forget(crew);
	}

	function take(crew: Crew, place: number): Job | undefined {
		const [job] = crew.waiting.splice(place, 1);
		if (job !== undefined) waiting--;
		return job;
	}

	/** Gives waiting calls to idle workers, and starts workers for the rest as far as the limits go. */
	function serve(crew: Crew): void {
		for (const worker of crew.workers) {
			if (crew.waiting.length === 0) return;
			if (worker.state === "idle") assign(worker);
		}
		while (!stopped && crew.waiting.length > countComing(crew) && countAlive(crew.workers) < limits.workersPerFunctionMax) {
			if (countAlive(workers) >= limits.workersMax) {
				const idle = longestIdle(workers, crew);
				if (idle === undefined) return;
				retire(idle);
			}
			start(crew);
		}
	}

	/** Whoever waits longest comes first. */
	function serveAll(): void {
		const hungry = [...crews.values()].filter((crew) => crew.waiting.length > 0);
		for (const crew of hungry.sort((a, b) => (a.waiting[0]?.id ?? 0) - (b.waiting[0]?.id ?? 0))) serve(crew);
	}

	function assign(worker: Worker): void {
		const job = take(worker.crew, 0);
		if (job === undefined) return;
		worker.state = "busy";
		worker.job = job;
		worker.taken = false;
		worker.timer = setTimeout(() => skip(worker), limits.takeMilliseconds);
		memoryLook ??= setInterval(lookAtMemory, limits.memoryLookMilliseconds).unref();
		const { name } = worker.source;
		const facts: CallFacts = {
			functionName: name,
			functionVersion,
			invokedFunctionArn: job.arn.arn,
			memoryLimitInMB,
			awsRequestId: job.requestId,
			logGroupName: logGroupName(name),
			logStreamName: worker.logStreamName,
		};
		worker.process.call({ kind: "call", id: job.id, remainingMilliseconds: job.deadline - clock.monotonic(), facts }, job.event);
	}

	/** It is still busy with what an earlier call left behind. */
	function skip(worker: Worker): void {
		log.warn({ function: worker.source.name }, "a function's process was still busy after its call; it is ended");
		retire(worker);
		putBack(worker);
		serve(worker.crew);
	}

	/** A call that its worker has not begun with goes to another one. */
	function putBack(worker: Worker): void {
		const { job, crew } = worker;
		worker.job = undefined;
		if (job === undefined) return;
		job.wasPutBack = true;
		crew.waiting.unshift(job);
		waiting++;
	}

	// --- Workers ---

	function start(crew: Crew): void {
		const { source } = crew;
		const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
		const logStreamName = `${day}/[${functionVersion}]${random.bytes(16).toString("hex")}`;
		const facts = { region: crew.region, memoryMegabytes: memoryLimitInMB, endpoint: endpoint(), credentials, logStreamName };
		let worker: Worker;
		try {
			const process = startProcess({
				source,
				environment: environmentOf(source, facts),
				limits,
				log,
				receive: (message) => receive(worker, message),
				ended: (reason) => lose(worker, reason),
			});
			worker = { process, crew, source, logStreamName, state: "starting", job: undefined, taken: false, timer: undefined, idleSince: 0 };
		} catch (error) {
			log.error({ error, function: source.name }, "a process for a function could not be started");
			take(crew, 0)?.settle({ kind: "unavailable", reason: "unreachable" });
			forget(crew);
			return;
		}
		worker.timer = setTimeout(() => worker.process.kill("timeout"), limits.callMilliseconds);
		crew.workers.add(worker);
		workers.add(worker);
		memoryLook ??= setInterval(lookAtMemory, limits.memoryLookMilliseconds).unref();
		idleLook ??= setInterval(lookAtIdle, limits.idleLookMilliseconds).unref();
		guard.watch(pids());
	}

	function receive(worker: Worker, message: FromWorker): void {
		if (worker.state === "ending" || takes(worker, message)) return;
		log.warn({ function: worker.source.name }, "a function wrote into the channel of its process");
		worker.process.kill("ended");
	}

	/** Does what a message says; false for one that a worker has no reason to send now. */
	function takes(worker: Worker, message: FromWorker): boolean {
		const { job, crew, state } = worker;
		if (message.kind === "ready" || message.kind === "unloadable") {
			if (state !== "starting") return false;
			clearTimeout(worker.timer);
			if (message.kind === "ready") release(worker);
			else {
				worker.state = "ending";
				fail(worker, take(crew, 0), message.error);
			}
			return true;
		}
		if (job === undefined || message.id !== job.id) return false;
		if (message.kind === "taken") {
			worker.taken = true;
			clearTimeout(worker.timer);
			return true;
		}
		if (message.kind === "answered") job.settle({ kind: "answered", payload: message.payload });
		else fail(worker, job, message.error);
		finish(worker);
		if (message.kind === "failed" && message.last) retire(worker);
		return true;
	}

	function fail(worker: Worker, job: Job | undefined, error: Extract<FromWorker, { kind: "failed" }>["error"]): void {
		const { errorType, errorMessage, trace } = error;
		log.warn({ function: worker.source.name, requestId: job?.requestId, errorType, errorMessage, trace }, "a function failed");
		job?.settle({ kind: "failed", errorType, errorMessage });
	}

	function finish(worker: Worker): void {
		clearTimeout(worker.timer);
		worker.job = undefined;
		// What it printed before its answer may still be on the way: it comes in the same turn of the event loop.
		setImmediate(() => {
			if (worker.state !== "busy") return;
			worker.process.flushOutput();
			release(worker);
		});
	}

	function release(worker: Worker): void {
		if (stopped || worker.source !== worker.crew.source) {
			retire(worker);
		} else {
			worker.state = "idle";
			worker.idleSince = clock.monotonic();
		}
		if (waiting > 0) serveAll();
	}

	/** Ends a worker that has no call. */
	function retire(worker: Worker): void {
		clearTimeout(worker.timer);
		worker.state = "ending";
		worker.process.kill("ended");
	}

	function lose(worker: Worker, reason: EndReason): void {
		// Something that an earlier call left behind ended it: a second time would be no accident.
		if (!worker.taken && worker.job?.wasPutBack === false && reason !== "timeout") putBack(worker);
		const { crew, job } = worker;
		const wasStarting = worker.state === "starting";
		clearTimeout(worker.timer);
		worker.state = "ending";
		workers.delete(worker);
		crew.workers.delete(worker);
		guard.watch(pids());
		// A start that failed is the answer to whoever waits longest; else each call would start another one in vain.
		const blamed = job ?? (wasStarting && reason !== "timeout" ? take(crew, 0) : undefined);
		if (blamed !== undefined) {
			log.warn({ function: worker.source.name, requestId: blamed.requestId, reason }, "a function gave no answer");
			blamed.settle({ kind: "unavailable", reason });
		}
		serveAll();
		forget(crew);
		if (workers.size === 0) {
			clearInterval(idleLook);
			idleLook = undefined;
			allGone();
		}
	}

	function forget(crew: Crew): void {
		if (crew.workers.size === 0 && crew.waiting.length === 0) crews.delete(keyOf(crew.region, crew.source));
	}

	// --- Looking after them ---

	function lookAtMemory(): void {
		let active = false;
		for (const { state, process } of workers) {
			if (state === "idle") continue;
			active = true;
			process.checkMemory();
		}
		if (active) return;
		clearInterval(memoryLook);
		memoryLook = undefined;
	}

	function lookAtIdle(): void {
		for (const worker of workers) {
			if (worker.state !== "idle") continue;
			if (clock.monotonic() - worker.idleSince >= limits.idleMilliseconds) retire(worker);
			else worker.process.checkMemory();
		}
	}

	const settled = () =>
		new Promise<void>((resolve) => {
			if (underWay === 0) return resolve();
			allSettled = resolve;
			setTimeout(resolve, limits.closeMilliseconds).unref();
		});

	const pids = () => [...workers].flatMap(({ process }) => process.pid ?? []);

	return {
		call,
		get pids() {
			return pids();
		},
		settled,
		async close() {
			closed = true;
			await settled();
			stopped = true;
			await new Promise<void>((resolve) => {
				if (workers.size === 0) return resolve();
				allGone = resolve;
				for (const worker of workers) {
					if (worker.state === "busy") worker.process.kill("ended");
					else retire(worker);
				}
			});
			for (const crew of crews.values()) {
				for (let job = take(crew, 0); job !== undefined; job = take(crew, 0)) job.settle({ kind: "unavailable", reason: "ended" });
			}
			clearInterval(memoryLook);
			clearInterval(idleLook);
			guard.close();
		},
	};
}
