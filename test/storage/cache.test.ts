import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigurationCache } from "../../src/storage/cache.ts";

/** A source of configuration whose reads end when the test says so, and a clock that it moves. */
function createSource(entriesMax = 100) {
	const rows = new Map<string, { version: number; value: string }>();
	const reads: string[] = [];
	const gates: (() => void)[] = [];
	const clock = { milliseconds: 0, now: () => assert.fail("wall-clock time can be moved"), monotonic: (): number => clock.milliseconds };
	const source = {
		rows,
		reads,
		clock,
		held: false,
		failure: undefined as Error | undefined,
		/** Lets the reads that are held go on, the last first. */
		release() {
			source.held = false;
			for (const open of gates.splice(0).reverse()) open();
		},
		cache: new ConfigurationCache<string>({
			clock,
			entriesMax,
			version: async (id) => (await read(`version ${id}`, id))?.version,
			load: (id) => read(`load ${id}`, id),
		}),
	};
	async function read(name: string, id: string) {
		reads.push(name);
		const row = rows.get(id);
		if (source.held) await new Promise<void>((resolve) => gates.push(resolve));
		if (source.failure !== undefined) throw source.failure;
		return row;
	}
	return source;
}

test("an entry is used for a second after the read that confirmed it began, and then confirmed by its version alone", async () => {
	const source = createSource();
	source.rows.set("a", { version: 1, value: "one" });
	assert.equal(source.cache.peek("a"), undefined);
	assert.equal(await source.cache.get("a"), "one");
	source.clock.milliseconds = 1000;
	assert.equal(await source.cache.get("a"), "one");
	assert.equal(source.cache.peek("a"), "one");
	assert.deepEqual(source.reads, ["load a"]);
	source.clock.milliseconds = 1001;
	assert.equal(source.cache.peek("a"), undefined);
	assert.equal(await source.cache.get("a"), "one");
	assert.deepEqual(source.reads, ["load a", "version a"]);
	assert.equal(source.cache.peek("a"), "one");
	source.rows.set("a", { version: 2, value: "two" });
	source.clock.milliseconds = 2002;
	assert.equal(await source.cache.get("a"), "two");
	assert.deepEqual(source.reads, ["load a", "version a", "version a", "load a"]);
	source.rows.delete("a");
	source.clock.milliseconds = 3003;
	assert.equal(await source.cache.get("a"), undefined);
	assert.equal(source.cache.peek("a"), undefined);
});

test("freshness counts from the beginning of a slow read, not from its end", async () => {
	const source = createSource();
	source.rows.set("a", { version: 1, value: "one" });
	source.held = true;
	const slow = source.cache.get("a");
	source.rows.set("a", { version: 2, value: "two" });
	source.clock.milliseconds = 900;
	source.release();
	assert.equal(await slow, "one");
	assert.equal(await source.cache.get("a"), "one");
	source.clock.milliseconds = 1001;
	assert.equal(await source.cache.get("a"), "two");
	source.clock.milliseconds = 2002;
	source.held = true;
	const confirming = source.cache.get("a");
	source.rows.set("a", { version: 3, value: "three" });
	source.clock.milliseconds = 2902;
	source.release();
	assert.equal(await confirming, "two");
	source.clock.milliseconds = 3003;
	assert.equal(await source.cache.get("a"), "three");
});

test("requests for one id share a read, unless it began more than a second ago", async () => {
	const source = createSource();
	source.rows.set("a", { version: 1, value: "one" });
	source.held = true;
	const first = Promise.all(Array.from({ length: 50 }, () => source.cache.get("a")));
	source.clock.milliseconds = 1001;
	source.rows.set("a", { version: 2, value: "two" });
	const late = Promise.all(Array.from({ length: 50 }, () => source.cache.get("a")));
	assert.deepEqual(source.reads, ["load a", "load a"]);
	source.release();
	assert.deepEqual(new Set(await first), new Set(["one"]));
	assert.deepEqual(new Set(await late), new Set(["two"]));
	assert.equal(await source.cache.get("a"), "two");
});

test("where the confirming read fails the request fails, and the next one asks again", async () => {
	const source = createSource();
	source.rows.set("a", { version: 1, value: "one" });
	await source.cache.get("a");
	source.clock.milliseconds = 1001;
	source.failure = new Error("no database");
	const requests = await Promise.allSettled([source.cache.get("a"), source.cache.get("a")]);
	for (const request of requests) assert.equal(request.status === "rejected" && request.reason, source.failure);
	assert.equal(source.cache.peek("a"), undefined);
	source.failure = undefined;
	assert.equal(await source.cache.get("a"), "one");
});

test("what this process has changed is read anew, even while an older read is under way", async () => {
	const source = createSource();
	source.rows.set("a", { version: 1, value: "one" });
	source.held = true;
	const older = source.cache.get("a");
	source.rows.set("a", { version: 2, value: "two" });
	source.cache.forget("a");
	const newer = source.cache.get("a");
	source.release();
	assert.equal(await older, "one");
	assert.equal(await newer, "two");
	assert.equal(source.cache.peek("a"), "two");
	source.cache.clear();
	assert.equal(source.cache.peek("a"), undefined);
});

test("ids that do not exist take no place, and of the others the one confirmed longest ago goes first", async () => {
	const source = createSource(2);
	for (const id of ["a", "b", "c"]) source.rows.set(id, { version: 1, value: id });
	await source.cache.get("a");
	await source.cache.get("b");
	for (let i = 0; i < 10; i++) assert.equal(await source.cache.get(`absent ${i}`), undefined);
	assert.equal(source.cache.peek("a"), "a");
	source.clock.milliseconds = 1001;
	await source.cache.get("b");
	await source.cache.get("a");
	await source.cache.get("c");
	assert.equal(source.cache.peek("b"), undefined);
	assert.equal(source.cache.peek("a"), "a");
	assert.equal(source.cache.peek("c"), "c");
});

test("a value that time alone changes is loaded anew when its time has come, the version being the same", async () => {
	const clock = { at: 1000, now: () => clock.at, elapsed: 0, monotonic: () => clock.elapsed };
	const reads: string[] = [];
	const cache = new ConfigurationCache<string>({
		clock,
		entriesMax: 10,
		version: async () => {
			reads.push("version");
			return 1;
		},
		load: async () => {
			reads.push("load");
			return { version: 1, value: clock.at < 5000 ? "before" : "after", changesAt: clock.at < 5000 ? 5000 : undefined };
		},
	});
	assert.equal(await cache.get("a"), "before");
	[clock.at, clock.elapsed] = [4999, 2000];
	assert.equal(await cache.get("a"), "before");
	[clock.at, clock.elapsed] = [5000, 4000];
	assert.equal(await cache.get("a"), "after");
	[clock.at, clock.elapsed] = [9000, 6000];
	assert.equal(await cache.get("a"), "after");
	assert.deepEqual(reads, ["load", "version", "load", "version"]);
});
