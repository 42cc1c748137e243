/** What the tests of master and data keys begin with: an empty database of each engine, and a clock that stands still. */
import { type TestContext, test } from "node:test";
import type { Database } from "../../src/storage/open.ts";
import type { Store } from "../../src/storage/store.ts";
import { createDatabase, engines, openTestStore, systemRandom as random } from "./stores.ts";

export const context = ["signing_keys", "private_sealed", "pool", "kid"];
export const secret = Buffer.from("secret");

export interface Place {
	readonly database: Database;
	readonly store: Store;
	readonly clock: { now(): number; monotonic(): number; at: number };
}

/** Runs a test on a new database of each engine, with a clock that stands still. */
export function eachPlace(name: string, run: (place: Place, t: TestContext) => Promise<void>): void {
	for (const engine of engines) {
		test(`${name} (${engine})`, async (t) => {
			const database = await createDatabase(t, engine);
			const clock = { at: 1_800_000_000_000, now: () => clock.at, monotonic: () => clock.at };
			await run({ database, store: await openTestStore(t, database), clock }, t);
		});
	}
}

export const newKey = () => random.bytes(32);
