import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import pg from "pg";
import type { PostgresOptions } from "../../src/storage/postgres.ts";
import { consume, insert, put, require, type Store, update, type Verb } from "../../src/storage/store.ts";
import { createDatabase, openTestStore } from "../support/stores.ts";

const seed = 20261121;
const batchesCount = 1000;

/** Numbers that look random and are the same each time (mulberry32). */
function createDice(state: number): (sides: number) => number {
	return (sides) => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % sides;
	};
}

/** Verbs over few keys, so that about half of the demands fail. Each verb of a batch has a table to itself. */
function randomBatches(): Verb[][] {
	const roll = createDice(seed);
	const pick = <T>(choices: readonly T[]): T => choices[roll(choices.length)] as T;
	const text = () => pick(["", "a", "A", "Ä", "ä", "ß", "ss", "e\u0301", "é", "😀", "名", "a\0", "%", "_"]);
	const bytes = () => pick([new Uint8Array(), new Uint8Array([0]), new Uint8Array([255, 0]), Buffer.from("pooled")]);
	const label = () => pick(["no", undefined]) as string;
	const makers: (() => Verb)[] = [
		() =>
			insert(
				"user_names",
				{ pool_id: pick(["p", "q"]), folded: text(), kind: pick(["username", "email"]), user_id: `${roll(5)}` },
				label(),
			),
		() => consume("user_names", { pool_id: pick(["p", "q"]), folded: text() }, label()),
		() => require("user_names", { pool_id: "p", folded: text(), user_id: `${roll(5)}` }, pick(["some", "none"]), "required"),
		() => {
			const row = { pool_id: "p", key: bytes(), window_starts_at: roll(4), calls: { add: 1 + roll(3) } };
			return roll(2) === 0
				? put("call_counts", ["pool_id", "key"], row)
				: put("call_counts", ["pool_id", "key"], row, { calls: { below: 30 } }, label());
		},
		() => consume("call_counts", { pool_id: "p", calls: { atLeast: 5 + roll(30) } }, label()),
		() => update("call_counts", { pool_id: "p", key: bytes(), calls: { below: 20 } }, { calls: { add: -1 }, window_starts_at: 9 }, label()),
		() =>
			insert(
				"passwords",
				{
					pool_id: "p",
					user_id: `${roll(6)}`,
					scheme: text(),
					salt: bytes(),
					verifier: bytes(),
					created_at: roll(9),
					expires_at: pick([null, roll(9)]),
				},
				label(),
			),
		() =>
			update(
				"passwords",
				{ pool_id: "p", expires_at: pick([null, { below: roll(9) }, { atLeast: roll(9) }, roll(9)]) },
				{ expires_at: pick([null, roll(9)]), salt: bytes() },
				label(),
			),
		() => consume("passwords", { pool_id: "p", user_id: `${roll(6)}`, expires_at: pick([null, roll(9)]) }, label()),
	];
	return Array.from({ length: batchesCount }, () => {
		const verbs = new Map<string, Verb>();
		for (let verb = roll(4); verb >= 0; verb--) {
			const made = pick(makers)();
			verbs.set(made.table, made);
		}
		return [...verbs.values()];
	});
}

async function run(store: Store): Promise<{ outcomes: string[]; rows: unknown[] }> {
	const outcomes: string[] = [];
	for (const batch of randomBatches()) outcomes.push(await store.write(batch));
	const rows = [
		await store.db.selectFrom("user_names").selectAll().orderBy("pool_id").orderBy("folded").orderBy("kind").execute(),
		await store.db.selectFrom("call_counts").selectAll().orderBy("pool_id").orderBy("key").execute(),
		await store.db.selectFrom("passwords").selectAll().orderBy("pool_id").orderBy("user_id").execute(),
	];
	return { outcomes, rows };
}

/** Every few statements an error: a serialisation failure, or a connection that is lost before or after the commit. */
function createFaults(): NonNullable<PostgresOptions["faults"]> & { readonly counts: Record<string, number> } {
	const roll = createDice(seed + 1);
	const counts: Record<string, number> = {};
	const lost = () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
	const serialisation = () => Object.assign(new pg.DatabaseError("could not serialize access", 0, "error"), { code: "40001" });
	const faults: NonNullable<PostgresOptions["faults"]> = (phase, work) => {
		// Asking for a lost outcome is rare, and so fails more often.
		const kind = roll(work === "resolve" ? 4 : 40);
		const error = kind === 0 ? lost() : kind === 1 && phase === "before" ? serialisation() : undefined;
		if (error !== undefined) {
			const name = `${work} ${phase} ${kind === 0 ? "lost" : "40001"}`;
			counts[name] = (counts[name] ?? 0) + 1;
		}
		return error;
	};
	return Object.assign(faults, { counts });
}

test("random batches from one seed have equal outcomes and leave equal rows on every engine, whatever fails in between", async (t: TestContext) => {
	const faults = [createFaults(), createFaults()] as const;
	const stores = await Promise.all([
		openTestStore(t, await createDatabase(t, "sqlite")),
		openTestStore(t, await createDatabase(t, "postgres"), { isolation: "read committed" }),
		openTestStore(t, await createDatabase(t, "postgres"), { isolation: "read committed", faults: faults[0] }),
		openTestStore(t, await createDatabase(t, "postgres"), { isolation: "serializable", faults: faults[1] }),
	]);
	const [sqlite, ...others] = await Promise.all(stores.map(run));
	const met = sqlite?.outcomes.filter((outcome) => outcome === "done").length ?? 0;
	assert.ok(met > batchesCount / 4 && met < (batchesCount * 3) / 4, `${met} of ${batchesCount} batches met their demands`);
	assert.ok(sqlite?.rows.every((rows) => (rows as unknown[]).length > 0));
	for (const other of others) assert.deepEqual(other, sqlite);
	for (const { counts } of faults) {
		for (const name of ["batch before lost", "batch after lost", "batch before 40001", "resolve before lost", "resolve after lost"]) {
			assert.ok((counts[name] ?? 0) > 0, `${name} was met`);
		}
	}
});

for (const isolation of ["read committed", "serializable"] as const) {
	test(`racing batches at ${isolation} lose and double nothing while connections break`, async (t) => {
		const store = await openTestStore(t, await createDatabase(t, "postgres"), { isolation, faults: createFaults() });
		await store.write([insert("user_counts", { pool_id: "p", shard: 0, users: 1000 })]);
		const move = (to: number) =>
			store.write([
				update("user_counts", { pool_id: "p", shard: 0, users: { atLeast: 10 } }, { users: { add: -10 } }, "empty"),
				put("user_counts", ["pool_id", "shard"], { pool_id: "p", shard: to, users: { add: 10 } }),
			]);
		const outcomes = await Promise.all(Array.from({ length: 160 }, (_, i) => move(1 + (i % 4))));
		const counts = await store.db.selectFrom("user_counts").select(["shard", "users"]).orderBy("shard").execute();
		assert.equal(outcomes.filter((outcome) => outcome === "done").length, 100);
		assert.equal(
			counts.reduce((sum, { users }) => sum + users, 0),
			1000,
		);
		assert.equal(counts[0]?.users, 0);
		assert.ok(store.counts.retries > 0);
	});
}
