/** Real functions for tests: the server's own runner over a folder of fixtures, with every event that it is given written down. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createClock } from "../../src/adapters/clock.ts";
import { createFunctions, type FunctionsOptions } from "../../src/adapters/functions/functions.ts";
import { createRandom } from "../../src/adapters/random.ts";
import type { Functions } from "../../src/kernel/ports.ts";

const fixtures = fileURLToPath(new URL("../fixtures", import.meta.url));

/** An event as a function reads it. */
export interface SeenEvent {
	readonly triggerSource: string;
	readonly userName: string;
	// biome-ignore lint/suspicious/noExplicitAny: tests look into it
	readonly request: any;
}

export interface TestFunctions extends Functions {
	/** The events since they were last taken, oldest first. */
	take(): SeenEvent[];
	/** Runs `work` while the next function of that trigger source is called. */
	during(triggerSource: string, work: () => Promise<unknown>): void;
	close(): Promise<void>;
}

export const functionArn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** Functions of a folder of `test/fixtures`. They start when they are called, and are shared by all servers that are given them. */
export function startFunctions(folder: string, options: Partial<FunctionsOptions> = {}): TestFunctions {
	const quiet = { debug() {}, info() {}, warn() {}, error() {} };
	const functions = createFunctions({
		folder: `${fixtures}/${folder}`,
		lambdaEndpoint: undefined,
		ownEndpoint: () => "http://127.0.0.1:9400",
		credentials: undefined,
		clock: createClock(),
		random: createRandom(),
		log: quiet,
		...options,
	});
	let seen: SeenEvent[] = [];
	const works = new Map<string, () => Promise<unknown>>();
	return {
		async invoke(arn, event, options) {
			const read = JSON.parse(JSON.stringify(event)) as SeenEvent;
			seen.push(read);
			const work = works.get(read.triggerSource);
			works.delete(read.triggerSource);
			await work?.();
			return functions.invoke(arn, event, options);
		},
		take() {
			const taken = seen;
			seen = [];
			return taken;
		},
		during: (triggerSource, work) => void works.set(triggerSource, work),
		close: () => functions.close(),
	};
}

/** Holds that an event is exactly that of `test/fixtures/events/NAME.json`, where `names` stand for what differs from run to run. */
export function assertEvent(name: string, event: unknown, names: Readonly<Record<string, string>>): void {
	let text = JSON.stringify(event);
	for (const [standIn, value] of Object.entries(names)) text = text.replaceAll(value, `<${standIn}>`);
	assert.deepEqual(JSON.parse(text), JSON.parse(readFileSync(`${fixtures}/events/${name}.json`, "utf8")), name);
}
