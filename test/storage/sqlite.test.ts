import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { openSqlite } from "../../src/storage/sqlite.ts";
import { consume, insert, type Store } from "../../src/storage/store.ts";
import { createDatabase, openTestStore, systemClock, systemRandom } from "../support/stores.ts";

const spend = (id: string) => insert("spent", { pool_id: "pool", id, expires_at: 1 }, "spent");
const options = { clock: systemClock, random: systemRandom };

async function spentIds(store: Store): Promise<string[]> {
	return (await store.db.selectFrom("spent").select("id").orderBy("id").execute()).map(({ id }) => id);
}

test("batches that wait together share a commit, and each has its own outcome", async (t) => {
	const store = await openTestStore(t, await createDatabase(t, "sqlite"));
	const before = store.counts;
	const [commits, batches] = [before.commits, before.batches];
	const bad = insert("spent", { pool_id: "pool", id: null as unknown as string, expires_at: 1 });
	const outcomes = await Promise.allSettled(
		Array.from({ length: 600 }, async (_, i) => {
			if (i % 100 === 50) return await store.write([spend(`bad ${i}`), bad]);
			return await store.write(i % 2 === 0 ? [spend(`${i % 400}`)] : [spend(`${i % 400}`), spend(`second ${i % 400}`)]);
		}),
	);
	assert.equal(outcomes.filter(({ status }) => status === "rejected").length, 6);
	assert.equal(store.counts.batches - batches, 600);
	assert.ok(store.counts.commits - commits <= 4, `${store.counts.commits - commits} commits`);
	const ids = await spentIds(store);
	assert.ok(ids.every((id) => !id.startsWith("bad")));
	const done = outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value === "done").length;
	assert.equal(done, ids.filter((id) => !id.startsWith("second")).length);
	assert.equal(done + 6 + outcomes.filter((outcome) => outcome.status === "fulfilled" && outcome.value === "spent").length, 600);
});

test("a second server on the same file is refused, in this process and in another, until the first is gone", async (t) => {
	const database = await createDatabase(t, "sqlite");
	assert.equal(database.engine, "sqlite");
	const { path } = database as { path: string };
	const store = await openSqlite(path, options);
	await assert.rejects(openSqlite(path, options), /is in use by another server/);
	const stranger = startWriting(path);
	t.after(() => stranger.kill("SIGKILL"));
	assert.match(await text(stranger.stderr), /is in use by another server/);
	await store.check();
	await store.close();
	const again = await openSqlite(path, options);
	await again.close();
});

test("a server that is killed loses no acknowledged write, and leaves no lock", async (t) => {
	const database = await createDatabase(t, "sqlite");
	const child = startWriting((database as { path: string }).path);
	const acknowledged: string[] = [];
	for await (const line of createInterface(child.stdout)) {
		acknowledged.push(line);
		if (acknowledged.length === 200) child.kill("SIGKILL");
	}
	const store = await openTestStore(t, database);
	const ids = new Set(await spentIds(store));
	assert.ok(acknowledged.length >= 200);
	assert.deepEqual(
		acknowledged.filter((id) => !ids.has(id)),
		[],
	);
});

/** A server of its own that writes rows and prints each id once it is acknowledged. */
function startWriting(path: string) {
	const program = `
		import { randomBytes } from "node:crypto";
		import { openStore } from "./src/storage/open.ts";
		import { insert } from "./src/storage/store.ts";
		const clock = { now: () => Date.now(), monotonic: () => performance.now() };
		const store = await openStore({ engine: "sqlite", path: process.argv[1] }, { clock, random: { bytes: randomBytes } });
		let ids = 0;
		await Promise.all(Array.from({ length: 8 }, async () => {
			for (;;) {
				const id = "id " + ids++;
				await store.write([insert("spent", { pool_id: "pool", id, expires_at: 1 }, "spent")]);
				process.stdout.write(id + "\\n");
			}
		}));`;
	return spawn(process.execPath, ["--input-type=module-typescript", "-e", program, path], {
		cwd: dirname(dirname(import.meta.dirname)),
		stdio: ["ignore", "pipe", "pipe"],
	});
}

test("the files are their owner's alone", async (t) => {
	const { path } = (await createDatabase(t, "sqlite")) as { path: string };
	const folder = `${dirname(path)}/data`;
	const store = await openSqlite(`${folder}/gatehouse.db`, options);
	t.after(() => store.close());
	await store.execute(["create table t (a text)"]);
	assert.equal(statSync(folder).mode & 0o777, 0o700);
	for (const suffix of ["", "-wal", "-shm", "-lock"]) assert.equal(statSync(`${folder}/gatehouse.db${suffix}`).mode & 0o777, 0o600, suffix);
});

test("more writes than may wait are refused with Overloaded, and the others are done", async (t) => {
	const { path } = (await createDatabase(t, "sqlite")) as { path: string };
	const store = await openSqlite(path, { ...options, waitingMax: 10 });
	t.after(() => store.close());
	await store.execute(["create table spent (pool_id text, id text, expires_at integer, primary key (pool_id, id))"]);
	const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, i) => store.write([spend(`${i}`)])));
	assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 10);
	for (const outcome of outcomes) if (outcome.status === "rejected") assert.equal(outcome.reason.name, "Overloaded");
	assert.equal((await spentIds(store)).length, 10);
});

test("close finishes what waits, and nothing can be written afterwards", async (t) => {
	const database = await createDatabase(t, "sqlite");
	const store = await openTestStore(t, database);
	const writes = Array.from({ length: 1500 }, (_, i) => store.write([spend(`${i}`)]));
	await store.close();
	assert.deepEqual(new Set(await Promise.all(writes)), new Set(["done"]));
	await assert.rejects(store.write([consume("spent", { pool_id: "pool" })]), { name: "AssertionFailure" });
	await assert.rejects(store.check(), { name: "AssertionFailure" });
	assert.equal((await spentIds(await openTestStore(t, database))).length, 1500);
});
