import assert from "node:assert/strict";
import { test } from "node:test";
import { definedTables, tableNames } from "../../src/storage/migrations/index.ts";
import { insert, type Store, type Table, type Verb } from "../../src/storage/store.ts";
import { createSweep } from "../../src/storage/sweep.ts";
import { createVault } from "../../src/storage/vault.ts";
import { eachStore, systemClock, systemRandom } from "../support/stores.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const now = 100 * day;

async function ids(store: Store, table: "spent" | "batches" | "sessions"): Promise<string[]> {
	return (await store.db.selectFrom(table).select("id").orderBy("id").execute()).map(({ id }) => id);
}

/** Steps until nothing more is known to be done. */
async function sweepAll(store: Store, at: number): Promise<number> {
	const sweep = createSweep(store, systemClock);
	let deleted = 0;
	for (;;) {
		const step = await sweep.step(at);
		deleted += step.deleted;
		if (!step.more) return deleted;
	}
}

test("the sweep", async (t) => {
	await eachStore(t, "removes what has passed and leaves the rest, over many pages", async (store) => {
		const verbs: Verb[] = [];
		const passed = new Set<string>();
		for (let i = 0; i < 900; i++) {
			const id = `${i}`.padStart(4, "0");
			const expires_at = i % 3 === 0 ? now - minute - 1 : now - minute;
			if (i % 3 === 0) passed.add(id);
			verbs.push(insert("spent", { pool_id: `pool ${i % 7}`, id, expires_at }));
		}
		for (let i = 0; i < verbs.length; i += 100) await store.write(verbs.slice(i, i + 100));
		const failures = (key: number, last_at: number) =>
			insert("sign_in_failures", { pool_id: "p", key: new Uint8Array([key]), failures: 9, last_at });
		const calls = (key: number, window_starts_at: number) =>
			insert("call_counts", { pool_id: "p", key: new Uint8Array([key]), window_starts_at, calls: 1 });
		await store.write([
			failures(1, now - 15 * minute - 1),
			failures(2, now - 15 * minute),
			calls(1, now - day - 1),
			calls(2, now - day),
			insert("passwords", {
				pool_id: "p",
				user_id: "u",
				scheme: "",
				salt: new Uint8Array(),
				verifier: new Uint8Array(),
				created_at: 0,
				expires_at: 1,
			}),
		]);
		assert.equal(await sweepAll(store, now), 300 + 2);
		const left = await ids(store, "spent");
		assert.equal(left.length, 600);
		assert.ok(left.every((id) => !passed.has(id)));
		const keys = async (table: "sign_in_failures" | "call_counts") =>
			(await store.db.selectFrom(table).select("key").execute()).map(({ key }) => key[0]);
		assert.deepEqual(await keys("sign_in_failures"), [2]);
		assert.deepEqual(await keys("call_counts"), [2]);
		// A temporary password that has expired still tells its user so.
		assert.equal((await store.db.selectFrom("passwords").selectAll().execute()).length, 1);
	});

	await eachStore(t, "removes the ids of old batches and comes to rest", async (store) => {
		for (let i = 0; i < 5; i++) {
			await store.write(Array.from({ length: 64 }, (_, n) => insert("batches", { id: `old ${i} ${n}`, at: now - day - 1 })));
		}
		let passes = 0;
		while ((await sweepAll(store, now)) > 0) passes++;
		assert.ok(passes <= 3);
		const old = (await ids(store, "batches")).filter((id) => id.startsWith("old"));
		assert.ok(old.length < 32, `${old.length} are left`);
	});

	await eachStore(t, "removes every row of a deleted pool, a minute later, and no other pool's", async (store) => {
		const vault = await createVault(store, [systemRandom.bytes(32)], systemRandom, systemClock);
		for (const pool of ["gone", "kept"]) await store.write([...(vault.create(pool, 1).verbs as Verb[]), ...rowsOf(pool)]);
		await store.write(Array.from({ length: 300 }, (_, i) => insert("spent", { pool_id: "gone", id: `${i}`, expires_at: now * 2 })));
		await store.write([insert("deleted_pools", { id: "gone", at: now })]);
		const before = await countRows(store);
		assert.equal(await sweepAll(store, now + minute), 0);
		assert.deepEqual(await countRows(store), before);
		await sweepAll(store, now + minute + 1);
		const after = await countRows(store);
		for (const [table, { columns }] of definedTables()) {
			const rows = after.get(table) ?? [];
			assert.ok(
				rows.every((row) => !row.includes("gone")),
				`${table} has no row of the pool`,
			);
			if ("pool_id" in columns) assert.equal(rows.length, 1, `${table} has its row of the other pool`);
		}
		assert.ok((await vault.keyrings("kept")) !== undefined);
		assert.equal(await vault.keyrings("gone"), undefined);
	});

	await eachStore(t, "looks at one page in a step", async (store) => {
		for (let i = 0; i < 10; i++)
			await store.write(Array.from({ length: 100 }, (_, n) => insert("spent", { pool_id: "p", id: `${i} ${n}`, expires_at: 1 })));
		const sweep = createSweep(store, systemClock);
		for (let step = 0; step < 30; step++) {
			const { deleted } = await sweep.step(now);
			assert.ok(deleted <= 256);
		}
		assert.deepEqual(await ids(store, "spent"), []);
	});
});

/** One row in every table that has rows of pools. */
function rowsOf(pool: string): Verb[] {
	return definedTables()
		.filter(([, { columns }]) => "pool_id" in columns)
		.map(([table, { columns }]): Verb => {
			const row = Object.fromEntries(
				Object.entries(columns).map(([column, type]) => {
					if (column === "pool_id") return [column, pool];
					if (table === "client_secrets" && column === "client_id") return [column, `client of ${pool}`];
					if (table === "app_clients" && column === "id") return [column, `client of ${pool}`];
					if (table === "identities" && column === "id") return [column, `identity of ${pool}`];
					if (table === "user_pool_domains" && column === "name") return [column, `domain of ${pool}`];
					if (table === "active_user_import" && column === "name") return [column, `import of ${pool}`];
					return [column, type.startsWith("text") ? column : type.startsWith("integer") ? now * 2 : new Uint8Array([1])];
				}),
			);
			return { verb: "insert", table, row, otherwise: "taken" };
		});
}

async function countRows(store: Store): Promise<Map<Table, string[]>> {
	const rows = new Map<Table, string[]>();
	for (const table of tableNames()) {
		if (table !== "batches")
			rows.set(table, (await store.db.selectFrom(table).selectAll().execute()).map((row) => JSON.stringify(row)).sort());
	}
	return rows;
}
