/**
 * The process of a function, as Lambda's Node.js runtime would be: loads the module, then takes one call at a time from the socket that
 * Gatehouse opened as file 3, and ends with it. `worker-code.ts` makes it one piece, so it imports nothing but `messages.ts` and Node's own.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { Socket } from "node:net";
import { parse as parsePath } from "node:path";
import { pathToFileURL } from "node:url";
import { types } from "node:util";
import { type CallFacts, createFrameReader, type FromWorker, type FunctionError, frame, type ToWorker } from "./messages.ts";

type Call = Extract<ToWorker, { kind: "call" }>;
type Handler = (event: unknown, context: object, callback: (error?: unknown, result?: unknown) => void) => unknown;

const channelFile = 3;
/** Parameters of a handler that takes the callback. */
const callbackAt = 3;
/** No load or call of ours is longer. */
const requestBytesMax = 64 * 1024 * 1024;
const errorTypeCharactersMax = 256;
const errorMessageCharactersMax = 16_384;
const traceLinesMax = 50;
const traceLineCharactersMax = 1_024;

// The function may replace what it likes; these stay what they were.
const { parse, stringify } = JSON;
const kill = process.kill.bind(process);
const now = performance.now.bind(performance);

// As files would be: what is printed before an answer, an exit or a flood's end has been written, and does not pile up here.
for (const stream of [process.stdout, process.stderr] as { _handle?: { setBlocking?(blocking: boolean): void } }[]) {
	stream._handle?.setBlocking?.(true);
}

const channel = new Socket({ fd: channelFile, readable: true, writable: true });
let handler: Handler | undefined;
let answerBytesMax = 0;
/** The call that is under way. */
let current: UnderWay | undefined;

interface UnderWay {
	readonly id: number;
	/** What happens once the function has nothing more to do. */
	whenIdle: () => void;
}

/** At once, and without the function's own listeners: Gatehouse is gone, or there is nothing to go on with. */
function end(): void {
	kill(process.pid, "SIGKILL");
}

const read = createFrameReader(requestBytesMax, (text) => {
	const message = parse(text) as ToWorker;
	if (message.kind === "call") call(message);
	else void load(message);
});
channel.on("data", (chunk: Buffer) => {
	if (!read(chunk)) end();
});
channel.on("error", end);
channel.on("end", end);
channel.on("close", end);

function send(message: FromWorker, sent?: () => void): void {
	channel.write(frame(stringify(message)), sent);
}

// --- Loading ---

async function load(message: Extract<ToWorker, { kind: "load" }>): Promise<void> {
	answerBytesMax = message.answerBytesMax;
	const { name } = parsePath(message.file);
	try {
		const module = (await import(pathToFileURL(message.file).href)) as { handler?: unknown; default?: { handler?: unknown } };
		const found = module.handler ?? module.default?.handler;
		if (typeof found !== "function") {
			throw named("Runtime.HandlerNotFound", `${name}.handler is ${found === undefined ? "undefined or not exported" : "not a function"}`);
		}
		handler = found as Handler;
		send({ kind: "ready" });
	} catch (error) {
		send({ kind: "unloadable", error: describe(loadError(error)) }, end);
	}
}

/** Lambda's names for what can be wrong with a module. */
function loadError(error: unknown): unknown {
	if (error instanceof SyntaxError) return named("Runtime.UserCodeSyntaxError", String(error), error);
	if (!(error instanceof Error) || !("code" in error)) return error;
	if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND")
		return named("Runtime.ImportModuleError", String(error), error);
	return error;
}

// --- Calling ---

/** Handlers answer by a promise, by the callback, or by the context's old done, fail and succeed: the first answer counts. */
function call({ id, remainingMilliseconds, facts, event }: Call): void {
	const deadline = now() + remainingMilliseconds;
	send({ kind: "taken", id });
	// From here on the process is kept alive by the function's own work alone, so that the end of that work can be seen.
	channel.unref();
	let decided = false;
	let byPromise = false;
	let waitsForEmptyEventLoop = true;
	/** True for the first who has an answer. */
	const decide = () => {
		if (decided || current?.id !== id) return false;
		decided = true;
		return true;
	};
	const succeed = (result?: unknown) => void (decide() && answer(id, result));
	const fail = (error: unknown) => void (decide() && failed(id, error ?? "handled"));
	const settle = (error: unknown, result: unknown) => (error === undefined || error === null ? succeed(result) : fail(error));
	const callback = (error?: unknown, result?: unknown) => {
		if ((error !== undefined && error !== null) || !waitsForEmptyEventLoop) return settle(error, result);
		if (decide() && current !== undefined) current.whenIdle = () => answer(id, result);
	};
	current = {
		id,
		whenIdle: () => {
			// A function that neither promised nor called back has answered nothing, and that is no error.
			if (!byPromise) return succeed(null);
			const settled = "This is most commonly caused by a Promise that was never settled.";
			fail(named("Runtime.NodeJsExit", `The Lambda runtime client detected an unexpected Node.js exit code. ${settled}`));
		},
	};
	const context = {
		...contextOf(facts, deadline),
		get callbackWaitsForEmptyEventLoop() {
			return waitsForEmptyEventLoop;
		},
		set callbackWaitsForEmptyEventLoop(value: boolean) {
			waitsForEmptyEventLoop = value;
		},
		done: (error?: unknown, result?: unknown) => settle(error, result),
		fail,
		succeed,
	};
	try {
		const result = handler?.(event, context, callback);
		if (isThenable(result)) {
			byPromise = true;
			result.then(succeed, fail);
		} else if (result !== undefined && handler !== undefined && handler.length < callbackAt) {
			// Who asks for no callback answers with what it returns, as in Lambda's runtimes since Node.js 24.
			succeed(result);
		}
	} catch (error) {
		fail(error);
	}
}

/** https://docs.aws.amazon.com/lambda/latest/dg/nodejs-context.html */
function contextOf(facts: CallFacts, deadline: number): object {
	return {
		...facts,
		clientContext: undefined,
		identity: undefined,
		getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - now())),
	};
}

process.on("beforeExit", () => {
	if (current === undefined) return end();
	current.whenIdle();
});

function finish(): void {
	current = undefined;
	channel.ref();
}

function answer(id: number, result: unknown): void {
	const text = responseText(result);
	if (text === undefined) failed(id, named("Error", "Unable to stringify response body"));
	else if (Buffer.byteLength(text) > answerBytesMax) {
		const message = `Response payload size exceeded maximum allowed payload size (${answerBytesMax} bytes).`;
		failed(id, named("Function.ResponseSizeTooLarge", message));
	} else {
		finish();
		channel.write(frame(`{"kind":"answered","id":${id},"payload":${text}}`));
	}
}

/** JSON, or undefined where there is none: of a BigInt or a circle. What JSON leaves out, such as a function, is null. */
function responseText(result: unknown): string | undefined {
	try {
		return stringify(result) ?? "null";
	} catch {
		return undefined;
	}
}

function failed(id: number, error: unknown): void {
	finish();
	send({ kind: "failed", id, error: describe(error) });
}

// What nobody caught ends the process, after the call that is under way has heard of it.
process.on("uncaughtException", (error) => crash(error));
process.on("unhandledRejection", (reason) =>
	crash(named("Runtime.UnhandledPromiseRejection", String(reason), reason instanceof Error ? reason : undefined)),
);

function crash(error: unknown): void {
	const described = describe(error);
	if (current !== undefined) send({ kind: "failed", id: current.id, error: described, last: true }, end);
	else if (handler === undefined) send({ kind: "unloadable", error: described }, end);
	else process.stderr.write(`${described.errorType}: ${described.errorMessage}\n`, end);
}

// --- Errors ---

function named(name: string, message: string, cause?: Error): Error {
	const error = new Error(message);
	error.name = name;
	error.stack = `${name}: ${message}${cause?.stack === undefined ? "" : `\n${cause.stack.split("\n").slice(1).join("\n")}`}`;
	return error;
}

/** As Lambda reports what was thrown. */
function describe(error: unknown): FunctionError {
	try {
		if (types.isNativeError(error) || isErrorLike(error)) {
			return bounded(String(error.name), String(error.message), String(error.stack).split("\n", traceLinesMax));
		}
		return bounded(typeof error, String(error), []);
	} catch {
		return bounded("handled", "The error could not be read.", []);
	}
}

function bounded(errorType: string, errorMessage: string, trace: readonly string[]): FunctionError {
	return {
		errorType: errorType.slice(0, errorTypeCharactersMax),
		errorMessage: errorMessage.slice(0, errorMessageCharactersMax),
		trace: trace.map((line) => line.slice(0, traceLineCharactersMax)),
	};
}

function isErrorLike(value: unknown): value is Error {
	const { name, message, stack } = (value ?? {}) as Partial<Error>;
	return typeof name === "string" && typeof message === "string" && typeof stack === "string";
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
	return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
