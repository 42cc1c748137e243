/**
 * What a call of a local function costs beside the bare round trip to a process that does nothing with the same event: the two take turns,
 * so that both see the same machine. Then what the first call costs, which starts a process.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { createClock } from "../src/adapters/clock.ts";
import { createFunctions } from "../src/adapters/functions/functions.ts";
import { createRandom } from "../src/adapters/random.ts";
import type { Options } from "./options.ts";
import { printTable } from "./report.ts";

/** Calls of one kind before it is the other one's turn. */
const callsPerTurn = 200;
const warmUpTurns = 5;
const coldStarts = 20;

const emptyFunction = "export const handler = async (event) => event;\n";
/** An empty function without anything around it: parses the event, and sends back what it got. */
const bareChild = `
	const channel = new (require("node:net").Socket)({ fd: 3, readable: true, writable: true });
	channel.on("data", (chunk) => channel.write(JSON.stringify(JSON.parse(chunk))));
	channel.on("close", () => process.exit());
`;

/** As large as the events of a user pool usually are. */
const event = {
	version: "1",
	triggerSource: "TokenGeneration_Authentication",
	region: "us-east-1",
	userPoolId: "us-east-1_AbCdEfGhI",
	userName: "user-0000001",
	callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId: "1h57kf5cpq17m0eml12EXAMPLE" },
	request: {
		userAttributes: {
			sub: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
			"cognito:user_status": "CONFIRMED",
			email_verified: "true",
			email: "user-0000001@people.example",
		},
		groupConfiguration: { groupsToOverride: ["admins", "users"], iamRolesToOverride: [], preferredRole: null },
		clientMetadata: { key: "value" },
	},
	response: { claimsOverrideDetails: null },
};

export async function runFunctions(options: Options): Promise<void> {
	mkdirSync(options.folder, { recursive: true });
	const folder = mkdtempSync(join(options.folder, "functions-"));
	writeFileSync(join(folder, "Empty.mjs"), emptyFunction);
	const nothing = { debug() {}, info() {}, warn() {}, error() {} };
	const open = () =>
		createFunctions({
			folder,
			lambdaEndpoint: undefined,
			ownEndpoint: () => "http://127.0.0.1:9400",
			credentials: undefined,
			clock: createClock(),
			random: createRandom(),
			log: nothing,
		});
	const functions = open();
	const bare = startBare();
	try {
		const call = async ({ invoke }: typeof functions) => {
			const outcome = await invoke("arn:aws:lambda:us-east-1:000000000000:function:Empty", event, { wait: true });
			if (outcome.kind !== "answered") throw new Error(`the empty function gave no answer: ${JSON.stringify(outcome)}`);
		};
		const calls: number[] = [];
		const trips: number[] = [];
		for (let turn = 0; turn < warmUpTurns; turn++) {
			await measure(() => call(functions), []);
			await measure(bare.roundTrip, []);
		}
		const end = performance.now() + options.seconds * 1_000;
		while (performance.now() < end) {
			await measure(() => call(functions), calls);
			await measure(bare.roundTrip, trips);
		}
		const cold: number[] = [];
		for (let i = 0; i < coldStarts; i++) {
			const fresh = open();
			const before = performance.now();
			await call(fresh);
			cold.push(1_000 * (performance.now() - before));
			await fresh.close();
		}
		const row = (name: string, times: number[]) => [
			name,
			String(times.length),
			...[0.5, 0.99].map((share) => (times.sort((a, b) => a - b)[Math.floor(times.length * share)] ?? 0).toFixed(0)),
		];
		console.log(`\nan empty function, an event of ${JSON.stringify(event).length} bytes, one call at a time`);
		const rows = [row("bare round trip to a process", trips), row("warm call of a function", calls), row("first call of a function", cold)];
		printTable(["", "calls", "median µs", "99 % µs"], rows);
		console.log(`a warm call costs ${(Number(rows[1]?.[2]) / Number(rows[0]?.[2])).toFixed(1)} times the bare round trip`);
	} finally {
		bare.stop();
		await functions.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Microseconds of each call of one turn, one after the other. */
async function measure(call: () => Promise<void>, times: number[]): Promise<void> {
	for (let i = 0; i < callsPerTurn; i++) {
		const before = performance.now();
		await call();
		times.push(1_000 * (performance.now() - before));
	}
}

function startBare(): { roundTrip(): Promise<void>; stop(): void } {
	const child = spawn(process.execPath, ["--eval", bareChild], { stdio: ["ignore", "inherit", "inherit", "pipe"] });
	const channel = child.stdio[3] as Socket;
	let answered = (_: Buffer) => {};
	channel.on("data", (chunk: Buffer) => answered(chunk));
	return {
		roundTrip: () =>
			new Promise((resolve) => {
				answered = (chunk) => {
					JSON.parse(chunk.toString());
					resolve();
				};
				channel.write(JSON.stringify(event));
			}),
		stop: () => void child.kill("SIGKILL"),
	};
}
