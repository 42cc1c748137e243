/**
 * One process of a function: its start under Node's permission model, its channel, its output, its memory, and its end, with all of its
 * process group. What is called when is for `pool.ts`.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { FunctionUnavailable, Log } from "../../kernel/ports.ts";
import { type FunctionLimits, frameOverheadBytes } from "./limits.ts";
import { createFrameReader, type FromWorker, type FunctionError, frame, type ToWorker } from "./messages.ts";
import { createOutput } from "./output.ts";
import type { FunctionSource } from "./source.ts";
import { workerCode } from "./worker-code.ts";

/** Why a process ended, as its call is told. */
export type EndReason = Extract<FunctionUnavailable, "timeout" | "ended" | "memory" | "flooded" | "unreachable">;

export interface FunctionProcess {
	readonly pid: number | undefined;
	/** Sends `{…message, event}`, whose event is JSON already. */
	call(message: Omit<Extract<ToWorker, { kind: "call" }>, "event">, event: string): void;
	/** Ends it and its children at once. The first reason counts. */
	kill(reason: EndReason): void;
	/** Ends it if it has more memory than it may. */
	checkMemory(): void;
	/** The output so far belongs to the call so far. */
	flushOutput(): void;
}

export interface ProcessOptions {
	readonly source: FunctionSource;
	readonly environment: Readonly<Record<string, string>>;
	readonly limits: FunctionLimits;
	readonly log: Log;
	readonly receive: (message: FromWorker) => void;
	/** Called once, when it is gone. */
	readonly ended: (reason: EndReason) => void;
}

/** How long the last output of an ended process is waited for, should somebody else hold its pipe open. */
const lastOutputMilliseconds = 200;
/** Node.js 25 and newer ask for the network too, and functions have it. */
const networkFlags = process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : [];

export function startProcess({ source, environment, limits, log, receive, ended }: ProcessOptions): FunctionProcess {
	let reason: EndReason | undefined;
	let gone = false;
	let finished = false;
	const output = createOutput(source.name, log, limits, () => kill("flooded"));
	const flags = [
		"--permission",
		...networkFlags,
		...source.readable.map((path) => `--allow-fs-read=${path}`),
		`--max-old-space-size=${limits.heapMegabytesMax}`,
		// It needs no debugger, and one would open a port.
		"--disable-sigusr1",
		// The module comes by standard input, and so needs no file that the process may read.
		"--input-type=module",
		"-",
	];
	const child = spawn(process.execPath, flags, {
		cwd: source.folder,
		env: environment,
		// A session and process group of its own: a Ctrl-C at Gatehouse's terminal does not reach it, and its children end with it.
		detached: true,
		stdio: ["pipe", "pipe", "pipe", "pipe"],
	});
	child.once("error", (error) => {
		// One that never started has no "exit".
		if (child.pid !== undefined) return;
		log.error({ error, function: source.name }, "a process for a function could not be started");
		finish("unreachable");
	});
	const channel = child.stdio[3] as Socket;

	function kill(why: EndReason): void {
		reason ??= why;
		if (!gone) killGroup();
	}

	function killGroup(): void {
		try {
			if (child.pid !== undefined) process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
		} catch {
			// All of it is gone already.
		}
	}

	function finish(why: EndReason): void {
		if (finished) return;
		finished = true;
		output.flush();
		for (const stream of [child.stdin, child.stdout, child.stderr, channel]) stream?.destroy();
		ended(why);
	}

	const read = createFrameReader(limits.answerBytesMax + frameOverheadBytes, (text) => {
		const message = parseMessage(text);
		if (message === undefined) garbled();
		else if (reason === undefined) receive(message);
	});
	channel.on("data", (chunk: Buffer) => {
		if (!read(chunk)) garbled();
	});
	function garbled(): void {
		if (reason === undefined) log.warn({ function: source.name }, "a function wrote into the channel of its process");
		kill("ended");
	}
	// A function that closed its channel can't answer any more. Where its process ended, "exit" says why.
	for (const event of ["error", "end", "close"]) channel.on(event, () => !gone && killGroup());
	for (const stream of ["stdout", "stderr"] as const) {
		child[stream]?.on("data", (chunk: Buffer) => output.take(stream, chunk));
		child[stream]?.on("error", () => {});
	}
	child.once("exit", (exitCode, signal) => {
		gone = true;
		// Children that it left behind are still in its group.
		killGroup();
		// What it printed last is still on its way.
		const done = () => {
			if (!finished && reason === undefined) {
				log.warn({ function: source.name, exitCode, signal }, "the process of a function ended by itself");
			}
			finish(reason ?? (output.heapWasFull ? "memory" : "ended"));
		};
		const timer = setTimeout(done, lastOutputMilliseconds);
		child.once("close", () => {
			clearTimeout(timer);
			done();
		});
	});

	child.stdin?.on("error", () => {});
	child.stdin?.end(workerCode());
	const load: ToWorker = { kind: "load", file: source.file, answerBytesMax: limits.answerBytesMax };
	channel.write(frame(JSON.stringify(load)));

	return {
		pid: child.pid,
		call(message, event) {
			output.begin(message.facts.awsRequestId);
			channel.write(frame(`${JSON.stringify(message).slice(0, -1)},"event":${event}}`));
		},
		kill,
		checkMemory() {
			if (!gone && child.pid !== undefined && residentBytes(child.pid) > limits.residentBytesMax) kill("memory");
		},
		flushOutput: output.flush,
	};
}

/** What came through the channel; undefined for what `worker.ts` never sends: a function can write there too. */
function parseMessage(text: string): FromWorker | undefined {
	try {
		const message: unknown = JSON.parse(text);
		return isMessage(message) ? message : undefined;
	} catch {
		return undefined;
	}
}

/** Whether it has all that its kind has. Whether it comes at the right time is seen by who waits for it. */
function isMessage(value: unknown): value is FromWorker {
	const { kind, id, error, last, ...rest } = (value ?? {}) as Partial<Record<string, unknown>>;
	switch (kind) {
		case "ready":
			return true;
		case "unloadable":
			return isError(error);
		case "taken":
			return typeof id === "number";
		case "answered":
			return typeof id === "number" && "payload" in rest;
		case "failed":
			return typeof id === "number" && isError(error) && (last === undefined || last === true);
		default:
			return false;
	}
}

function isError(value: unknown): value is FunctionError {
	const { errorType, errorMessage, trace } = (value ?? {}) as Partial<FunctionError>;
	return typeof errorType === "string" && typeof errorMessage === "string" && Array.isArray(trace);
}

/** Memory of a process in RAM, of Linux's /proc (proc_pid_status(5)); 0 where that is not known: there the limit of the heap has to do. */
function residentBytes(pid: number): number {
	if (process.platform !== "linux") return 0;
	try {
		return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
	} catch {
		return 0;
	}
}
