/** Functions in processes of their own: every style of handler, every limit, and what the misbehaving ones can't do to others. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { CreateUserPoolCommand } from "@aws-sdk/client-cognito-identity-provider";
import { createClock } from "../../src/adapters/clock.ts";
import { createFunctions, type FunctionsOptions } from "../../src/adapters/functions/functions.ts";
import { createRandom } from "../../src/adapters/random.ts";
import type { FunctionOutcome, Log } from "../../src/kernel/ports.ts";
import { startGatehouse } from "../support/gatehouse.ts";

const fixtures = fileURLToPath(new URL("../fixtures/functions", import.meta.url));
const host = fileURLToPath(new URL("../support/functions-host.ts", import.meta.url));
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

interface Line {
	readonly level: string;
	readonly message: string;
	readonly facts: Record<string, unknown>;
}

interface Called {
	call(name: string, event?: unknown): Promise<FunctionOutcome>;
	/** The payload, or the test fails. */
	payload(name: string, event?: unknown): Promise<unknown>;
	readonly functions: ReturnType<typeof createFunctions>;
	readonly logged: Line[];
}

function open(t: TestContext, options: Partial<FunctionsOptions> = {}): Called {
	const logged: Line[] = [];
	const write = (level: string) => (facts: object, message: string) => void logged.push({ level, message, facts: { ...facts } });
	const log: Log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
	const functions = createFunctions({
		folder: fixtures,
		lambdaEndpoint: undefined,
		ownEndpoint: () => "http://127.0.0.1:9400",
		credentials: undefined,
		clock: createClock(),
		random: createRandom(),
		log,
		...options,
	});
	t.after(() => functions.close());
	const call: Called["call"] = (name, event = {}) => functions.invoke(arnOf(name), event, { wait: true });
	const payload: Called["payload"] = async (name, event) => {
		const outcome = await call(name, event);
		assert.equal(outcome.kind, "answered", JSON.stringify(outcome));
		return outcome.kind === "answered" ? outcome.payload : undefined;
	};
	return { call, payload, functions, logged };
}

/** A folder of functions that the test may change. */
function ownFolder(t: TestContext): string {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-functions-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

/** Whether a process runs: one that waits to be reaped has ended. */
function runs(pid: number): boolean {
	try {
		return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return false;
	}
}

/** Waits until something holds; the test's own timeout is the limit. */
async function until(holds: () => boolean): Promise<void> {
	while (!holds()) await wait(5);
}

const failed = (errorType: string | undefined, errorMessage: string) => ({ kind: "failed", errorType, errorMessage });
const unavailable = (reason: string) => ({ kind: "unavailable", reason });

describe("handlers", { concurrency: 2 }, () => {
	test("answer by async function, promise, callback, context or plain return, from every kind of file", async (t) => {
		const { payload } = open(t);
		assert.deepEqual(((await payload("Echo", { a: 1 })) as { event: unknown }).event, { a: 1 });
		assert.equal(await payload("Typed", { a: 1 }), 2);
		assert.deepEqual(await payload("Plain", { a: 1 }), { plain: 1 });
		assert.equal(await payload("Legacy"), "index.js");
		assert.deepEqual(await payload("Callback", { style: "callback" }), { style: "callback", calls: 1 });
		assert.deepEqual(await payload("Callback", { style: "succeed" }), { style: "succeed" });
		assert.deepEqual(await payload("Callback", { style: "done" }), { style: "done" });
		assert.deepEqual(await payload("Callback", { style: "twice" }), { first: true });
		// The module stays loaded.
		assert.deepEqual(await payload("Callback", { style: "callback" }), { style: "callback", calls: 5 });
	});

	test("with a callback wait for an empty event loop, unless they say otherwise", async (t) => {
		const { payload } = open(t);
		assert.deepEqual(await payload("Callback", { style: "waits" }), { later: true });
		assert.deepEqual(await payload("Callback", { style: "waits not" }), { later: false });
	});

	test("that never answer have answered null, and promises that are never settled have failed", async (t) => {
		const { call, payload } = open(t);
		assert.equal(await payload("Callback", { style: "silent" }), null);
		const outcome = await call("Throws", { how: "unsettled" });
		assert.equal(outcome.kind === "failed" && outcome.errorType, "Runtime.NodeJsExit");
	});

	test("get a context as in Lambda", async (t) => {
		const { functions } = open(t, { limits: { callMilliseconds: 4_000 } });
		const arn = `${arnOf("Echo")}:live`;
		const outcome = await functions.invoke(arn, {}, { wait: true });
		const { context } = (outcome as { payload: { context: Record<string, unknown> } }).payload;
		const { awsRequestId, logStreamName, remaining, ...rest } = context;
		assert.match(String(awsRequestId), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
		assert.match(String(logStreamName), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
		assert.ok(Number(remaining) > 1_000 && Number(remaining) < 4_000, `${remaining}`);
		assert.deepEqual(rest, {
			functionName: "Echo",
			functionVersion: "$LATEST",
			invokedFunctionArn: arn,
			memoryLimitInMB: "256",
			logGroupName: "/aws/lambda/Echo",
			callbackWaitsForEmptyEventLoop: true,
		});
	});

	test("fail with the type and message that Lambda reports", async (t) => {
		const { call, logged } = open(t);
		assert.deepEqual(await call("Throws", { how: "class" }), failed("NotWelcome", "go away"));
		assert.deepEqual(await call("Throws", { how: "text" }), failed("string", "only text"));
		assert.deepEqual(await call("Throws", { how: "nothing" }), failed("string", "handled"));
		assert.deepEqual(await call("Throws", { how: "unreadable" }), failed("handled", "The error could not be read."));
		assert.deepEqual(await call("Throws", { how: "long" }), failed("Error", "x".repeat(16_384)));
		assert.deepEqual(await call("Callback", { style: "error" }), failed("RangeError", "called back with an error"));
		assert.deepEqual(await call("Callback", { style: "text error" }), failed("string", "just text"));
		assert.deepEqual(await call("Callback", { style: "fail" }), failed("TypeError", "told to fail"));
		assert.deepEqual(await call("Throws", { how: "rejection" }), failed("Runtime.UnhandledPromiseRejection", "Error: nobody caught this"));
		assert.deepEqual(await call("Throws", { how: "timer" }), failed("RangeError", "thrown in a timer"));
		const trace = logged.find(({ facts }) => facts["errorType"] === "NotWelcome")?.facts["trace"] as string[];
		assert.match(trace[1] ?? "", /Throws\.mjs:\d+/);
	});

	test("that can't be loaded fail with Lambda's names for it", async (t) => {
		const { call } = open(t);
		const folder = ownFolder(t);
		writeFileSync(join(folder, "Broken.mjs"), "export const handler = async () => {");
		const syntax = await open(t, { folder }).call("Broken");
		assert.equal(syntax.kind === "failed" && syntax.errorType, "Runtime.UserCodeSyntaxError");
		assert.match(syntax.kind === "failed" ? syntax.errorMessage : "", /^SyntaxError: /);
		const missing = await call("Missing");
		assert.equal(missing.kind === "failed" && missing.errorType, "Runtime.ImportModuleError");
		assert.deepEqual(await call("Handlerless"), failed("Runtime.HandlerNotFound", "Handlerless.handler is undefined or not exported"));
		assert.deepEqual(await call("Number"), failed("Runtime.HandlerNotFound", "Number.handler is not a function"));
		assert.deepEqual(await call("Exits"), unavailable("ended"));
	});
});

describe("a function's environment", { concurrency: 2 }, () => {
	test("has nothing of the server's own, Gatehouse's address and the key that it is given", async (t) => {
		process.env["GATEHOUSE_TEST_SECRET"] = "of the server";
		t.after(() => delete process.env["GATEHOUSE_TEST_SECRET"]);
		const credentials = { accessKeyId: "FUNCTIONSKEYOFTESTS", secretAccessKey: "of the functions" };
		const { functions } = open(t, { credentials });
		const arn = "arn:aws:lambda:eu-central-1:123456789012:function:Echo";
		const outcome = await functions.invoke(arn, {}, { wait: true });
		const { environment, folder } = (outcome as { payload: { environment: Record<string, string>; folder: string } }).payload;
		const { AWS_LAMBDA_LOG_STREAM_NAME, AWS_EXECUTION_ENV, ...rest } = environment;
		assert.match(AWS_LAMBDA_LOG_STREAM_NAME ?? "", /\[\$LATEST\]/);
		assert.match(AWS_EXECUTION_ENV ?? "", /^AWS_Lambda_nodejs\d+\.x$/);
		assert.deepEqual(rest, {
			TZ: "UTC",
			LANG: "en_US.UTF-8",
			AWS_REGION: "eu-central-1",
			AWS_DEFAULT_REGION: "eu-central-1",
			AWS_ENDPOINT_URL: "http://127.0.0.1:9400",
			AWS_EC2_METADATA_DISABLED: "true",
			AWS_ACCESS_KEY_ID: "FUNCTIONSKEYOFTESTS",
			AWS_SECRET_ACCESS_KEY: "of the functions",
			AWS_LAMBDA_FUNCTION_NAME: "Echo",
			AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
			AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
			AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/Echo",
			AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
			LAMBDA_TASK_ROOT: fixtures,
			_HANDLER: "index.handler",
		});
		assert.equal(folder, fixtures);
	});

	test("has what its own file of variables says, and no key where none is configured", async (t) => {
		const folder = ownFolder(t);
		cpSync(join(fixtures, "Echo.mjs"), join(folder, "Echo.mjs"));
		writeFileSync(join(folder, "Echo.env"), '# of this function\nKEY_ALIAS="alias/messages"\nAWS_ENDPOINT_URL_S3=http://127.0.0.1:9000\n');
		const { payload } = open(t, { folder });
		const { environment } = (await payload("Echo")) as { environment: Record<string, string> };
		assert.equal(environment["KEY_ALIAS"], "alias/messages");
		assert.equal(environment["AWS_ENDPOINT_URL_S3"], "http://127.0.0.1:9000");
		assert.equal(environment["AWS_ACCESS_KEY_ID"], undefined);
	});

	test("lets it read its own folder and installed packages, and nothing else, nor write, nor start anything", async (t) => {
		const folder = ownFolder(t);
		const elsewhere = ownFolder(t);
		writeFileSync(join(folder, "master-key"), "a secret beside the function");
		writeFileSync(join(folder, "Flat.mjs.secret"), "a name that begins like the function's");
		mkdirSync(join(elsewhere, "node_modules/dependency"), { recursive: true });
		writeFileSync(join(elsewhere, "node_modules/dependency/index.js"), "module.exports = 'from a linked package';");
		symlinkSync(join(elsewhere, "node_modules"), join(folder, "node_modules"));
		mkdirSync(join(folder, "Own"));
		writeFileSync(join(folder, "Own/data.txt"), "data of its own");
		const code = `import dependency from "dependency";\nexport const packages = dependency;\n${readFileSync(join(fixtures, "Misbehaves.mjs"), "utf8")}`;
		writeFileSync(join(folder, "Own/index.mjs"), code);
		writeFileSync(join(folder, "Flat.mjs"), code);
		const { call, payload } = open(t, { folder });
		const denied = async (name: string, event: object) => {
			const outcome = await call(name, event);
			assert.match(outcome.kind === "failed" ? outcome.errorMessage : JSON.stringify(outcome), /^Access to this API has been restricted/);
		};
		assert.equal(await payload("Own", { how: "read", path: join(folder, "Own/data.txt") }), "data of its own");
		for (const name of ["Own", "Flat"]) {
			for (const path of [join(folder, "master-key"), join(folder, "Flat.mjs.secret"), "/etc/hostname", "/proc/self/environ", elsewhere]) {
				await denied(name, { how: "read", path });
			}
			await denied(name, { how: "write", path: join(folder, "Own/data.txt") });
			await denied(name, { how: "child" });
			await denied(name, { how: "thread" });
		}
		await denied("Flat", { how: "read", path: join(folder, "Own/data.txt") });
		await denied("Own", { how: "read", path: join(folder, "Flat.mjs") });
	});
});

describe("a function that misbehaves", { concurrency: 2 }, () => {
	test("and ends its process, or breaks its channel, gets its caller told so, and the next call a new process", async (t) => {
		const { call, payload } = open(t, { workersMax: 4 });
		for (const how of ["exit", "abort", "garbage", "huge frame", "no JSON", "forged", "close"]) {
			const before = await payload("Misbehaves", { how: "pid" });
			assert.deepEqual(await call("Misbehaves", { how }), unavailable("ended"), how);
			assert.notEqual(await payload("Misbehaves", { how: "pid" }), before, how);
			assert.ok(!runs(Number(before)));
		}
	});

	test("and forges half of a message ends with its process alone", async (t) => {
		const forging = (when: string) => `import { writeSync } from "node:fs";
			function forge(message) {
				const text = Buffer.from(JSON.stringify(message));
				writeSync(3, Buffer.concat([Buffer.from([0, 0, 0, text.length]), text]));
			}
			${when}`;
		const folder = ownFolder(t);
		const soon = "new Promise((resolve) => setTimeout(resolve, 1_000))";
		writeFileSync(join(folder, "Calls.mjs"), forging(`export const handler = (event) => (forge(event), ${soon});`));
		writeFileSync(join(folder, "Loads.mjs"), forging(`forge({ kind: "unloadable" }); await ${soon};`));
		for (const forged of [
			{ kind: "failed", id: 1 },
			{ kind: "failed", id: 1, error: { errorType: 5, errorMessage: {}, trace: [] } },
			{ kind: "answered", id: 1 },
		]) {
			// The first call of all has this id.
			const { call } = open(t, { folder });
			assert.deepEqual(await call("Calls", forged), unavailable("ended"), JSON.stringify(forged));
		}
		const { call } = open(t, { folder });
		assert.deepEqual(await call("Loads"), unavailable("ended"));
	});

	test("and loops is ended at the limit, while others are answered", async (t) => {
		// Long enough for a process to start, even where the machine is busy.
		const { call, payload } = open(t, { limits: { callMilliseconds: 2_500 } });
		await payload("Echo");
		const before = await payload("Misbehaves", { how: "pid" });
		const started = performance.now();
		let ended = false;
		const looping = call("Misbehaves", { how: "loop" }).finally(() => {
			ended = true;
		});
		for (let i = 0; i < 20; i++) await payload("Echo");
		assert.ok(!ended, "others did not wait for it");
		assert.deepEqual(await looping, unavailable("timeout"));
		const took = performance.now() - started;
		assert.ok(took >= 2_495 && took < 10_000, `${took} ms`);
		await until(() => !runs(Number(before)));
		assert.notEqual(await payload("Misbehaves", { how: "pid" }), before);
	});

	test("and takes memory without end, heap or Buffers, is ended before it has much", async (t) => {
		const { call, payload } = open(t, { limits: { heapMegabytesMax: 24, residentBytesMax: 160 * 1024 * 1024 } });
		assert.deepEqual(await call("Misbehaves", { how: "heap" }), unavailable("memory"));
		assert.deepEqual(await call("Misbehaves", { how: "buffers" }), unavailable("memory"));
		assert.equal(typeof (await payload("Misbehaves", { how: "pid" })), "number");
	});

	test("and floods its output is ended, and little of it comes into the log", async (t) => {
		const { call, payload, logged } = open(t);
		assert.deepEqual(await call("Misbehaves", { how: "flood" }), unavailable("flooded"));
		assert.ok(logged.length < 80, `${logged.length} lines`);
		logged.length = 0;
		assert.equal(await payload("Misbehaves", { how: "chatter" }), "done");
		await until(() => logged.length === 501);
		assert.equal(logged[0]?.message.length, 4_000);
		assert.equal(logged[1]?.message, "line 1 y");
		assert.match(logged.at(-1)?.message ?? "", /prints more than the log takes/);
		assert.ok(logged.every(({ facts }) => facts["function"] === "Misbehaves" && typeof facts["requestId"] === "string"));
	});

	test("and answers what is no JSON, or more than 6 MB, has failed", async (t) => {
		const { call, payload } = open(t);
		for (const how of ["bigint", "circle"]) {
			assert.deepEqual(await call("Misbehaves", { how }), failed("Error", "Unable to stringify response body"));
		}
		assert.equal(await payload("Misbehaves", { how: "function" }), null);
		const tooLarge = "Response payload size exceeded maximum allowed payload size (6291556 bytes).";
		assert.deepEqual(await call("Misbehaves", { how: "large" }), failed("Function.ResponseSizeTooLarge", tooLarge));
		assert.equal(String(await payload("Misbehaves", { how: "nearly too large" })).length, 6 * 1024 * 1024);
		assert.deepEqual(await payload("Misbehaves", { how: "patched" }), { patched: true });
	});

	test("and goes on after its answer costs the next call nothing but time", async (t) => {
		const { payload } = open(t, { limits: { takeMilliseconds: 2_000 } });
		const looping = await payload("Misbehaves", { how: "loop later" });
		assert.notEqual(await payload("Misbehaves", { how: "pid" }), looping);
		await until(() => !runs(Number(looping)));
		// It ends between its answer and the next call, or as that arrives.
		for (let i = 0; i < 5; i++) {
			const exiting = await payload("Misbehaves", { how: "exit later" });
			assert.notEqual(await payload("Misbehaves", { how: "pid" }), exiting);
		}
		const withSockets = await payload("Misbehaves", { how: "sockets" });
		assert.equal(await payload("Misbehaves", { how: "pid" }), withSockets);
	});

	test("and leaves children behind, where its variables allow children, takes them with it", async (t) => {
		const folder = ownFolder(t);
		cpSync(join(fixtures, "Misbehaves.mjs"), join(folder, "Parent.mjs"));
		writeFileSync(join(folder, "Parent.env"), "NODE_OPTIONS=--allow-child-process\n");
		const { call, payload } = open(t, { folder });
		const child = Number(await payload("Parent", { how: "child" }));
		assert.ok(runs(child));
		assert.deepEqual(await call("Parent", { how: "exit" }), unavailable("ended"));
		await until(() => !runs(child));
	});
});

describe("processes", { concurrency: 2 }, () => {
	test("take one call at a time, and more of them start as calls come, up to the limits", async (t) => {
		const { payload, functions } = open(t, { workersMax: 8 });
		await payload("Misbehaves", { how: "pid" });
		await payload("Misbehaves", { how: "pid" });
		assert.equal(functions.pids.length, 1);
		const calls = await Promise.all([1, 2, 3, 4, 5].map(() => payload("Misbehaves", { how: "slow" })));
		assert.equal(new Set(calls).size, 2);
		assert.deepEqual(new Set(functions.pids), new Set(calls));
	});

	test("of other functions make room, the one that was idle for longest first", async (t) => {
		const { payload, functions } = open(t, { limits: { workersMax: 2, workersPerFunctionMax: 1 } });
		const first = Number(await payload("Misbehaves", { how: "pid" }));
		const { pid: second } = (await payload("Echo")) as { pid: number };
		assert.equal(await payload("Typed", { a: 1 }), 2);
		await until(() => !runs(first));
		assert.ok(runs(second));
		assert.equal(functions.pids.length, 2);
	});

	test("that are all busy let few calls wait, and none for ever", async (t) => {
		const limits = { workersPerFunctionMax: 1, waitingPerFunctionMax: 1, callMilliseconds: 2_500, workersMax: 1 };
		const { call, payload } = open(t, { limits });
		await payload("Misbehaves", { how: "pid" });
		const looping = call("Misbehaves", { how: "loop" });
		const waiting = [call("Misbehaves", { how: "pid" }), call("Echo")];
		assert.deepEqual(await call("Echo"), unavailable("busy"));
		assert.deepEqual(await call("Misbehaves"), unavailable("busy"));
		assert.deepEqual(await looping, unavailable("timeout"));
		const outcomes = await Promise.all(waiting);
		for (const outcome of outcomes) assert.ok(outcome.kind === "unavailable", "their own time had passed as well");
		assert.equal(typeof (await payload("Misbehaves", { how: "pid" })), "number");
	});

	test("end when they had nothing to do for a while", async (t) => {
		const { payload, functions } = open(t, { limits: { idleMilliseconds: 20, idleLookMilliseconds: 10 } });
		const pid = Number(await payload("Misbehaves", { how: "pid" }));
		await until(() => functions.pids.length === 0);
		assert.ok(!runs(pid));
		assert.equal(typeof (await payload("Misbehaves", { how: "pid" })), "number");
	});

	test("end with a graceful stop, after the calls that are under way", async (t) => {
		const { call, payload, functions } = open(t, { limits: { closeMilliseconds: 2_000 } });
		const pids = [Number(await payload("Misbehaves", { how: "pid" }))];
		await payload("Callback", { style: "succeed" });
		const looping = call("Misbehaves", { how: "loop" });
		const slow = call("Callback", { style: "waits" });
		const closed = functions.close();
		assert.deepEqual(await call("Echo"), unavailable("busy"));
		assert.deepEqual(await slow, { kind: "answered", payload: { later: true } });
		pids.push(...functions.pids);
		await closed;
		assert.deepEqual(await looping, unavailable("ended"));
		assert.deepEqual(functions.pids, []);
		assert.deepEqual(pids.filter(runs), []);
	});

	test("are gone after a kill -9 of the server, the looping ones too", async () => {
		const child = spawn(process.execPath, [host, fixtures, "Misbehaves", "Echo"], { stdio: ["ignore", "pipe", "ignore"] });
		const [chunk] = (await once(child.stdout, "data")) as [Buffer];
		const pids = JSON.parse(chunk.toString()) as number[];
		assert.equal(pids.length, 2);
		assert.deepEqual(pids.filter(runs), pids);
		child.kill("SIGKILL");
		await until(() => pids.filter(runs).length === 0);
	});
});

describe("files", { concurrency: 2 }, () => {
	test("are loaded again once any of them changed, and functions come and go with them", async (t) => {
		const folder = ownFolder(t);
		const { call, payload } = open(t, { folder });
		const write = (path: string, text: string) => {
			writeFileSync(join(folder, path), text);
			// Coarse clocks of file systems: two writes may well fall into one tick.
			utimesSync(join(folder, path), new Date(), new Date(Date.now() + ++changes * 1_000));
		};
		let changes = 0;
		assert.deepEqual(await call("Changing"), unavailable("absent"));
		write("Changing.mjs", "export const handler = async () => 1;");
		assert.equal(await payload("Changing"), 1);
		write("Changing.mjs", "export const handler = async () => 2;");
		assert.equal(await payload("Changing"), 2);
		write("Changing.env", "ANSWER=3");
		write("Changing.mjs", "export const handler = async () => process.env.ANSWER;");
		assert.equal(await payload("Changing"), "3");
		write("Changing.env", "ANSWER=4");
		assert.equal(await payload("Changing"), "4");
		mkdirSync(join(folder, "Many/parts"), { recursive: true });
		write("Many/index.ts", 'import { part } from "./parts/part.ts";\nexport const handler = async (): Promise<string> => part;');
		write("Many/parts/part.ts", 'export const part: string = "first";');
		assert.equal(await payload("Many"), "first");
		write("Many/parts/part.ts", 'export const part: string = "second";');
		assert.equal(await payload("Many"), "second");
		rmSync(join(folder, "Changing.mjs"));
		assert.deepEqual(await call("Changing"), unavailable("absent"));
	});

	test("are found by names of Lambda's form alone, and never outside of the folder", async (t) => {
		const folder = ownFolder(t);
		const elsewhere = ownFolder(t);
		const code = "export const handler = async () => 1;";
		writeFileSync(join(elsewhere, "Outside.mjs"), code);
		mkdirSync(join(elsewhere, "Folder"));
		writeFileSync(join(elsewhere, "Folder/index.mjs"), code);
		mkdirSync(join(folder, "functions/node_modules"), { recursive: true });
		writeFileSync(join(folder, "functions/node_modules/index.mjs"), code);
		writeFileSync(join(folder, "Above.mjs"), code);
		symlinkSync(join(elsewhere, "Outside.mjs"), join(folder, "functions/Outside.mjs"));
		symlinkSync(join(elsewhere, "Folder"), join(folder, "functions/Folder"));
		writeFileSync(join(folder, "functions/Inside.mjs"), code);
		symlinkSync(join(folder, "functions/Inside.mjs"), join(folder, "functions/Linked.mjs"));
		const { call, payload, functions } = open(t, { folder: join(folder, "functions") });
		assert.equal(await payload("Inside"), 1);
		assert.equal(await payload("Linked"), 1);
		const names = [
			"Outside",
			"Folder",
			"node_modules",
			"../Above",
			"..",
			".",
			"",
			"Inside.mjs",
			"Inside/",
			"Inside\n",
			"%2e%2e",
			"a".repeat(65),
		];
		for (const name of names) assert.deepEqual(await call(name), unavailable("absent"), name);
		const arns = [
			"Inside",
			"arn:aws:lambda:us-east-1:123456789012:layer:Inside",
			"arn:aws:lambda:us-east-1:12345678901:function:Inside",
			"arn:aws:sns:us-east-1:123456789012:function:Inside",
			"arn:aws:lambda:us-east-1:123456789012:function:Inside:../x",
			"arn:aws:lambda:us-east-1:123456789012:function:Inside:live:more",
			"arn:aws:lambda::123456789012:function:Inside",
			`${arnOf("Inside")}\n`,
		];
		for (const arn of arns) assert.deepEqual(await functions.invoke(arn, {}, { wait: true }), unavailable("absent"), arn);
		for (const arn of [
			`${arnOf("Inside")}:live`,
			`${arnOf("Inside")}:$LATEST`,
			"arn:aws-cn:lambda:cn-north-1:123456789012:function:Inside",
		]) {
			assert.equal((await functions.invoke(arn, {}, { wait: true })).kind, "answered", arn);
		}
	});

	test("need not be there: without a folder there is no function", async (t) => {
		const { call, functions } = open(t, { folder: "/nonexistent/functions" });
		assert.deepEqual(await call("Echo"), unavailable("absent"));
		assert.deepEqual(functions.pids, []);
	});
});

describe("a Lambda Invoke API", () => {
	test("gets the calls of functions that are not local, by the SDK, as request and response or as events", async (t) => {
		const api = await serveInvokes(t);
		const { functions, payload } = open(t, { lambdaEndpoint: api.url });
		assert.deepEqual(await payload("Remote", { a: "é" }), { echoed: { a: "é" } });
		assert.equal(await payload("Plain", { a: 1 }).then((answer) => JSON.stringify(answer)), '{"plain":1}');
		const arn = "arn:aws:lambda:ap-south-1:123456789012:function:Remote:live";
		assert.deepEqual(await functions.invoke(arn, { a: 2 }, { wait: false }), { kind: "accepted" });
		assert.deepEqual(
			api.requests.map(({ url, headers, body }) => ({
				url,
				type: headers["x-amz-invocation-type"],
				content: headers["content-type"],
				scope: /Credential=([^,]+)/.exec(headers.authorization ?? "")?.[1]?.replace(/\/\d{8}\//, "/"),
				body: body.toString(),
			})),
			[
				{
					url: "/2015-03-31/functions/Remote/invocations",
					type: "RequestResponse",
					content: "application/json",
					scope: "KEYOFTHISTEST/us-east-1/lambda/aws4_request",
					body: '{"a":"é"}',
				},
				{
					url: "/2015-03-31/functions/Remote/invocations?Qualifier=live",
					type: "Event",
					content: "application/json",
					scope: "KEYOFTHISTEST/ap-south-1/lambda/aws4_request",
					body: '{"a":2}',
				},
			],
		);
	});

	test("that reports a function's error has failed, and one that refuses or is not there is unavailable", async (t) => {
		const api = await serveInvokes(t);
		const { call, logged } = open(t, { lambdaEndpoint: api.url, limits: { callMilliseconds: 2_500 } });
		assert.deepEqual(await call("Throwing", {}), failed("ValueError", "not in this house"));
		assert.deepEqual(await call("Untyped", {}), failed(undefined, "Unhandled"));
		assert.deepEqual(await call("NotJson", {}), { kind: "answered", payload: undefined });
		assert.deepEqual(await call("Absent", {}), { ...unavailable("absent"), errorCode: "ResourceNotFoundException" });
		assert.deepEqual(await call("Throttled", {}), { ...unavailable("refused"), errorCode: "TooManyRequestsException" });
		assert.deepEqual(await call("Defective", {}), { ...unavailable("refused"), errorCode: "ServiceException" });
		assert.equal(api.requests.filter(({ url }) => url?.includes("Defective")).length, 1, "nothing is tried twice");
		const started = performance.now();
		assert.deepEqual(await call("Silent", { secret: "not for the log" }), unavailable("timeout"));
		// Once, and not again.
		assert.ok(performance.now() - started < 2 * 2_500);
		assert.deepEqual(await call("HangsUp", {}), { ...unavailable("unreachable"), errorCode: "ECONNRESET" });
		await api.close();
		assert.deepEqual(await call("Remote", {}), { ...unavailable("unreachable"), errorCode: "ECONNREFUSED" });
		assert.ok(!JSON.stringify(logged).includes("not for the log"));
	});

	test("takes so many calls at once, and none without credentials", async (t) => {
		const api = await serveInvokes(t);
		const { call } = open(t, { lambdaEndpoint: api.url, limits: { callMilliseconds: 1_000, remoteCallsMax: 1 } });
		const silent = call("Silent", {});
		assert.deepEqual(await call("Remote", {}), unavailable("busy"));
		assert.deepEqual(await silent, unavailable("timeout"));
		delete process.env["AWS_ACCESS_KEY_ID"];
		const without = open(t, { lambdaEndpoint: api.url });
		assert.deepEqual(await without.call("Remote", {}), { ...unavailable("unreachable"), errorCode: "CredentialsProviderError" });
	});
});

interface Invokes {
	readonly url: string;
	readonly requests: (Pick<IncomingMessage, "url" | "headers"> & { readonly body: Buffer })[];
	close(): Promise<void>;
}

/** A server that speaks Lambda's Invoke. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
async function serveInvokes(t: TestContext): Promise<Invokes> {
	const environment = {
		AWS_ACCESS_KEY_ID: "KEYOFTHISTEST",
		AWS_SECRET_ACCESS_KEY: "secret of this test",
		AWS_EC2_METADATA_DISABLED: "true",
		AWS_CONFIG_FILE: "/nonexistent",
		AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
	};
	const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
	Object.assign(process.env, environment);
	const requests: Invokes["requests"] = [];
	const server = createServer(async (request, response) => {
		const body = Buffer.concat(await request.toArray());
		const { url, headers } = request;
		requests.push({ url, headers, body });
		const [, name = ""] = /^\/2015-03-31\/functions\/([^/]+)\/invocations/.exec(url ?? "") ?? [];
		const answer = (status: number, text: string, more: Record<string, string> = {}) => {
			response.writeHead(status, { "content-type": "application/json", ...more }).end(text);
		};
		const error = (status: number, type: string) =>
			answer(status, JSON.stringify({ Type: "User", Message: type }), { "x-amzn-errortype": type });
		if (headers["x-amz-invocation-type"] === "Event") answer(202, "");
		else if (name === "Throwing") {
			const thrown = { errorMessage: "not in this house", errorType: "ValueError", stackTrace: [] };
			answer(200, JSON.stringify(thrown), { "x-amz-function-error": "Unhandled" });
		} else if (name === "Untyped") answer(200, "", { "x-amz-function-error": "Unhandled" });
		else if (name === "NotJson") answer(200, "<html>");
		else if (name === "Absent") error(404, "ResourceNotFoundException");
		else if (name === "Throttled") error(429, "TooManyRequestsException");
		else if (name === "Defective") error(500, "ServiceException");
		else if (name === "HangsUp") request.socket.destroy();
		else if (name !== "Silent") answer(200, `{"echoed":${body}}`);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const close = async () => {
		server.closeAllConnections();
		if (server.listening) await new Promise((resolve) => server.close(resolve));
	};
	t.after(async () => {
		for (const [name, value] of before) {
			if (value === undefined) delete process.env[name];
			else process.env[name] = value;
		}
		await close();
	});
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, close };
}

test("a function's own SDK calls reach Gatehouse without being told where it is", async (t) => {
	const folder = ownFolder(t);
	symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
	writeFileSync(
		join(folder, "ListsPools.mjs"),
		`import { CognitoIdentityProviderClient, ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
		const client = new CognitoIdentityProviderClient();
		export const handler = async () => (await client.send(new ListUserPoolsCommand({ MaxResults: 1 }))).UserPools.map(({ Name }) => Name);`,
	);
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	await gatehouse.client.send(new CreateUserPoolCommand({ PoolName: "seen from a function" }));
	const credentials = { accessKeyId: "GATEHOUSEFUNCTION", secretAccessKey: "development" };
	const { payload } = open(t, { folder, credentials, ownEndpoint: () => gatehouse.url });
	assert.deepEqual(await payload("ListsPools"), ["seen from a function"]);
});

test("an event that nobody waits for is taken at once, and its failure is logged", async (t) => {
	const { functions, logged } = open(t);
	const send = (name: string, event: unknown) => functions.invoke(arnOf(name), event, { wait: false });
	assert.deepEqual(await send("Nowhere", {}), unavailable("absent"));
	assert.deepEqual(await send("Throws", { how: "class", secret: "not for the log" }), { kind: "accepted" });
	assert.equal(logged.length, 0, "it did not wait");
	await until(() => logged.length > 0);
	assert.equal(logged[0]?.facts["errorType"], "NotWelcome");
	assert.ok(!JSON.stringify(logged).includes("not for the log"));
});

test("an event of more than 6 MB is refused, as Lambda does", async (t) => {
	const { call } = open(t);
	const outcome = await call("Echo", { text: "x".repeat(6 * 1024 * 1024) });
	assert.deepEqual(outcome, { kind: "unavailable", reason: "refused", errorCode: "RequestTooLargeException" });
});
