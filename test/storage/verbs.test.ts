import assert from "node:assert/strict";
import { test } from "node:test";
import { migrations } from "../../src/storage/migrations/index.ts";
import { consume, insert, insertRows, put, require, statement, update } from "../../src/storage/store.ts";
import type { Tables } from "../../src/storage/tables.ts";
import { eachStore } from "../support/stores.ts";

const session = (id: string, more: Partial<Tables["sessions"]> = {}): Tables["sessions"] => ({
	pool_id: "pool",
	user_id: "user",
	id,
	client_id: "client",
	epoch: 1,
	generation: 1,
	rotated_at: 0,
	revoked: 0,
	event_id: "event",
	auth_time: 1,
	expires_at: 100,
	device_key: "",
	device_confirmed: 0,
	scopes: "",
	audience: "",
	...more,
});
const key = (id: string) => ({ pool_id: "pool", user_id: "user", id });
const findSession = statement<{ id: string }>()("findSession", (db, param) =>
	db.selectFrom("sessions").selectAll().where("pool_id", "=", "pool").where("user_id", "=", "user").where("id", "=", param("id")),
);
const findCount = statement<{ key: Uint8Array }>()("findCount", (db, param) =>
	db.selectFrom("call_counts").selectAll().where("pool_id", "=", "pool").where("key", "=", param("key")),
);

test("insert", (t) =>
	eachStore(t, "adds a row once and answers taken the second time, leaving the row as it is", async (store) => {
		assert.equal(await store.write([insert("sessions", session("a"), "taken")]), "done");
		assert.equal(await store.write([insert("sessions", session("a", { client_id: "other" }), "taken")]), "taken");
		assert.equal(await store.write([insert("sessions", session("a", { client_id: "other" }))]), "done");
		assert.deepEqual(await store.read(findSession, { id: "a" }), [session("a")]);
	}));

test("insertRows", (t) =>
	eachStore(t, "adds all rows or, where one is there, none; and without taken those that are not there", async (store) => {
		const all = async () => (await store.db.selectFrom("sessions").select("id").orderBy("id").execute()).map(({ id }) => id);
		const some = (...ids: string[]) => ids.map((id) => session(id));
		assert.equal(await store.write([insertRows("sessions", some("a", "b", "c"), "taken")]), "done");
		const other = insert("spent", { pool_id: "pool", id: "other", expires_at: 1 });
		assert.equal(await store.write([other, insertRows("sessions", some("d", "b", "e"), "taken")]), "taken");
		assert.deepEqual(await all(), ["a", "b", "c"]);
		assert.deepEqual(await store.db.selectFrom("spent").selectAll().execute(), []);
		assert.equal(await store.write([insertRows("sessions", some("d", "b", "e")), other]), "done");
		assert.deepEqual(await all(), ["a", "b", "c", "d", "e"]);
	}));

test("values in rows", (t) =>
	eachStore(t, "are stored as they are in a single row", async (store) => {
		const texts = ["", "\"\\ ' {},\n\u2028 ä 😀", "x".repeat(100_000), "a\ud800b", "a\0b"];
		const password = {
			pool_id: "pool",
			scheme: "s",
			salt: new Uint8Array(),
			verifier: new Uint8Array([0, 92, 255]),
			created_at: 2 ** 53 - 1,
		};
		const rows = texts.map((scheme, i) => ({ ...password, user_id: `many-${i}`, scheme, expires_at: i === 0 ? null : i }));
		assert.equal(await store.write([insertRows("passwords", rows, "taken")]), "done");
		assert.equal(await store.write(rows.map((row, i) => insert("passwords", { ...row, user_id: `one-${i}` }))), "done");
		const stored = async (prefix: string) =>
			(
				await store.db
					.selectFrom("passwords")
					.selectAll()
					.where("user_id", ">=", prefix)
					.where("user_id", "<", `${prefix}x`)
					.orderBy("user_id")
					.execute()
			).map(({ user_id: _, ...row }) => row);
		const many = await stored("many-");
		assert.equal(many.length, texts.length);
		assert.deepEqual(many, await stored("one-"));
		assert.deepEqual(many[1], { ...password, scheme: texts[1], expires_at: 1 });
	}));

test("put", (t) =>
	eachStore(t, "adds a row, then sets its columns and adds to those that say so", async (store) => {
		const bytes = new Uint8Array([0, 1, 255]);
		const count = (window_starts_at: number, add: number) =>
			put("call_counts", ["pool_id", "key"], { pool_id: "pool", key: bytes, window_starts_at, calls: { add } });
		assert.equal(await store.write([count(5, 2)]), "done");
		assert.deepEqual(await store.read(findCount, { key: bytes }), [{ pool_id: "pool", key: bytes, window_starts_at: 5, calls: 2 }]);
		assert.equal(await store.write([count(6, 3)]), "done");
		assert.deepEqual(await store.read(findCount, { key: bytes }), [{ pool_id: "pool", key: bytes, window_starts_at: 6, calls: 5 }]);
	}));

test("put with a condition", (t) =>
	eachStore(t, "counts up to a limit, which two hundred at once do not exceed", async (store) => {
		const count = () =>
			store.write([
				insert("spent", { pool_id: "pool", id: "always", expires_at: 1 }),
				put(
					"call_counts",
					["pool_id", "key"],
					{ pool_id: "pool", key: new Uint8Array(1), window_starts_at: 0, calls: { add: 1 } },
					{ calls: { below: 15 }, window_starts_at: 0 },
					"limited",
				),
			]);
		const outcomes = await Promise.all(Array.from({ length: 200 }, count));
		assert.equal(outcomes.filter((outcome) => outcome === "done").length, 15);
		assert.equal(outcomes.filter((outcome) => outcome === "limited").length, 185);
		assert.deepEqual(await store.db.selectFrom("call_counts").select("calls").execute(), [{ calls: 15 }]);
	}));

test("update", (t) =>
	eachStore(t, "changes the rows that it finds and answers stale where it finds none", async (store) => {
		await store.write([insert("sessions", session("a"))]);
		const rotate = (from: number) =>
			update("sessions", { ...key("a"), generation: from }, { generation: { add: 1 }, rotated_at: 7 }, "stale");
		assert.equal(await store.write([rotate(1)]), "done");
		assert.equal(await store.write([rotate(1)]), "stale");
		assert.equal(await store.write([update("sessions", { ...key("a"), generation: 1 }, { revoked: 1 })]), "done");
		assert.deepEqual(await store.read(findSession, { id: "a" }), [session("a", { generation: 2, rotated_at: 7 })]);
	}));

test("conditions", (t) =>
	eachStore(t, "compare with below, atLeast and null", async (store) => {
		const password = { pool_id: "pool", scheme: "s", salt: new Uint8Array(), verifier: new Uint8Array(2), created_at: 10 };
		await store.write([
			insert("passwords", { ...password, user_id: "temporary", expires_at: 50 }),
			insert("passwords", { ...password, user_id: "permanent", expires_at: null }),
		]);
		const touch = (where: Parameters<typeof update<"passwords">>[1]) =>
			store.write([update("passwords", { pool_id: "pool", ...where }, { scheme: "t" }, "none")]);
		assert.equal(await touch({ user_id: "temporary", expires_at: { below: 50 } }), "none");
		assert.equal(await touch({ user_id: "temporary", expires_at: { below: 51 } }), "done");
		assert.equal(await touch({ user_id: "temporary", expires_at: { atLeast: 50 } }), "done");
		assert.equal(await touch({ user_id: "temporary", expires_at: { atLeast: 51 } }), "none");
		assert.equal(await touch({ user_id: "temporary", expires_at: null }), "none");
		assert.equal(await touch({ user_id: "permanent", expires_at: null }), "done");
		assert.equal(await touch({ user_id: "permanent", expires_at: { below: 1000 } }), "none");
		assert.equal(await store.write([update("passwords", { pool_id: "pool", user_id: "temporary" }, { expires_at: null }, "none")]), "done");
		assert.equal(await touch({ user_id: "temporary", expires_at: null }), "done");
	}));

test("consume", (t) =>
	eachStore(t, "deletes what it finds and answers gone where it finds nothing", async (store) => {
		await store.write([insert("sessions", session("a")), insert("sessions", session("b")), insert("sessions", session("c"))]);
		assert.equal(await store.write([consume("sessions", key("a"), "gone")]), "done");
		assert.equal(await store.write([consume("sessions", key("a"), "gone")]), "gone");
		assert.equal(await store.write([consume("sessions", key("a"))]), "done");
		assert.equal(await store.write([consume("sessions", { pool_id: "pool", user_id: "user" }, "gone")]), "done");
		assert.deepEqual(await store.db.selectFrom("sessions").selectAll().execute(), []);
	}));

test("require", (t) =>
	eachStore(t, "lets a batch pass only where its rows are there, or are not", async (store) => {
		await store.write([insert("sessions", session("a"))]);
		const spend = (id: string) => insert("spent", { pool_id: "pool", id, expires_at: 1 }, "spent");
		assert.equal(await store.write([require("sessions", key("a"), "some", "no session"), spend("1")]), "done");
		assert.equal(await store.write([require("sessions", key("b"), "some", "no session"), spend("2")]), "no session");
		assert.equal(await store.write([spend("2"), require("sessions", key("b"), "none", "session")]), "done");
		assert.equal(await store.write([spend("3"), require("sessions", key("a"), "none", "session")]), "session");
		assert.equal(await store.write([require("sessions", key("a"), "some", "no session")]), "done");
		assert.equal(await store.write([require("sessions", key("a"), "none", "session")]), "session");
		const spent = await store.db.selectFrom("spent").select("id").orderBy("id").execute();
		assert.deepEqual(spent, [{ id: "1" }, { id: "2" }]);
	}));

test("a batch", (t) =>
	eachStore(t, "does all of its verbs or none, and answers the label of the first that fails", async (store) => {
		await store.write([insert("sessions", session("taken")), insert("sessions", session("here"))]);
		const before = await store.db.selectFrom("sessions").selectAll().orderBy("id").execute();
		const outcome = await store.write([
			insert("sessions", session("new"), "first"),
			put("call_counts", ["pool_id", "key"], { pool_id: "pool", key: new Uint8Array(1), window_starts_at: 0, calls: { add: 1 } }),
			consume("sessions", key("here"), "second"),
			insert("sessions", session("taken"), "third"),
			update("sessions", key("absent"), { revoked: 1 }, "fourth"),
		]);
		assert.equal(outcome, "third");
		assert.deepEqual(await store.db.selectFrom("sessions").selectAll().orderBy("id").execute(), before);
		assert.deepEqual(await store.db.selectFrom("call_counts").selectAll().execute(), []);
		const failing = { ...session("bad"), client_id: null as unknown as string };
		await assert.rejects(store.write([insert("sessions", session("new"), "first"), insert("sessions", failing)]), { name: "StoreFailure" });
		assert.deepEqual(await store.read(findSession, { id: "new" }), []);
		assert.equal(await store.write([insert("sessions", session("new"), "first")]), "done");
		assert.equal(await store.write([]), "done");
	}));

test("two hundred at once", (t) =>
	eachStore(t, "have one winner for an insert, a consume, an update, and as many as fit for a count", async (store) => {
		const racers = Array.from({ length: 200 }, (_, i) => i);
		const wins = (outcomes: string[]) => outcomes.filter((outcome) => outcome === "done").length;
		const inserts = await Promise.all(racers.map((i) => store.write([insert("sessions", session("a", { client_id: `${i}` }), "taken")])));
		assert.equal(wins(inserts), 1);
		const winner = inserts.indexOf("done");
		assert.deepEqual(await store.read(findSession, { id: "a" }), [session("a", { client_id: `${winner}` })]);
		const pairs = await Promise.all(
			racers.map((i) =>
				store.write([insert("spent", { pool_id: "pool", id: "once", expires_at: 1 }, "spent"), insert("sessions", session(`pair ${i}`))]),
			),
		);
		assert.equal(wins(pairs), 1);
		const rotations = await Promise.all(
			racers.map(() => store.write([update("sessions", { ...key("a"), generation: 1 }, { generation: { add: 1 } }, "stale")])),
		);
		assert.equal(wins(rotations), 1);
		const attempts = { pool_id: "pool", user_id: "user", purpose: "p" };
		await store.write([
			insert("codes", { ...attempts, mac: new Uint8Array(), attribute: "email", attempts: 0, created_at: 0, expires_at: 9 }),
		]);
		const counts = await Promise.all(
			racers.map(() => store.write([update("codes", { ...attempts, attempts: { below: 5 } }, { attempts: { add: 1 } }, "too many")])),
		);
		assert.equal(wins(counts), 5);
		const consumes = await Promise.all(racers.map(() => store.write([consume("sessions", key("a"), "gone")])));
		assert.equal(wins(consumes), 1);
		const shard = { pool_id: "pool", shard: 0, users: { add: 1 } };
		assert.equal(wins(await Promise.all(racers.map(() => store.write([put("user_counts", ["pool_id", "shard"], shard)])))), 200);
		assert.deepEqual(await store.db.selectFrom("user_counts").selectAll().execute(), [{ pool_id: "pool", shard: 0, users: 200 }]);
	}));

test("names", (t) =>
	eachStore(t, "compare and sort bytewise, whatever the language", async (store) => {
		// In the order of their UTF-8 bytes; "é" is there composed and decomposed.
		const names = ["", "A", "B", "Zoe", "a", "a%", "a_", "e\u0301", "ss", "z", "Ä", "ß", "ä", "é", "İ", "ı", "名前", "\uffff", "😀", "😁"];
		const shuffled = [...names].sort((a, b) => (a + 7 < b ? 1 : -1));
		await Promise.all(
			shuffled.map((folded) => store.write([insert("user_names", { pool_id: "p", folded, kind: "username", user_id: folded }, "taken")])),
		);
		const sorted = await store.db.selectFrom("user_names").select("folded").where("pool_id", "=", "p").orderBy("folded").execute();
		assert.deepEqual(
			sorted.map(({ folded }) => folded),
			names,
		);
		const after = await store.db
			.selectFrom("user_names")
			.select("folded")
			.where("pool_id", "=", "p")
			.where("folded", ">=", "Ä")
			.orderBy("folded")
			.execute();
		assert.deepEqual(
			after.map(({ folded }) => folded),
			names.slice(names.indexOf("Ä")),
		);
	}));

test("text that an engine can't hold", (t) =>
	eachStore(t, "is stored and found with U+FFFD instead, and is no error", async (store) => {
		for (const [i, folded] of ["a\0b", "lone \ud800 surrogate"].entries()) {
			assert.equal(await store.write([insert("user_names", { pool_id: `${i}`, folded, kind: "username", user_id: "u" }, "taken")]), "done");
			const found = await store.db
				.selectFrom("user_names")
				.select("folded")
				.where("pool_id", "=", `${i}`)
				.where("folded", "=", folded)
				.execute();
			assert.deepEqual(found, [{ folded: i === 0 ? "a\ufffdb" : "lone \ufffd surrogate" }]);
		}
	}));

test("numbers", (t) =>
	eachStore(t, "keep every whole number that JavaScript has, and refuse others", async (store) => {
		for (const at of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER])
			await store.write([insert("batches", { id: `n${at}`, at })]);
		const { rows } = { rows: await store.db.selectFrom("batches").select("at").where("id", "like", "n%").orderBy("at").execute() };
		assert.deepEqual(
			rows.map(({ at }) => at),
			[Number.MIN_SAFE_INTEGER, -1, 0, Number.MAX_SAFE_INTEGER],
		);
		await assert.rejects(store.write([insert("batches", { id: "half", at: 0.5 })]), { name: "AssertionFailure" });
		await assert.rejects(store.write([insert("batches", { id: "nan", at: Number.NaN })]), { name: "AssertionFailure" });
	}));

test("a verb without a condition", (t) =>
	eachStore(t, "is a defect, not a change of the whole table", async (store) => {
		await assert.rejects(store.write([consume("sessions", {})]), { name: "AssertionFailure" });
		await assert.rejects(store.write([update("sessions", {}, { revoked: 1 })]), { name: "AssertionFailure" });
		await assert.rejects(store.write([consume("sessions", { id: undefined as unknown as string })]), { name: "AssertionFailure" });
	}));

test("the store's db", (t) =>
	eachStore(t, "reads and can't write", async (store) => {
		await assert.rejects(store.db.deleteFrom("sessions").execute(), { name: "AssertionFailure" });
		await assert.rejects(store.db.insertInto("sessions").values(session("a")).execute(), { name: "AssertionFailure" });
		await assert.rejects(
			store.db.transaction().execute(async () => {}),
			{ name: "AssertionFailure" },
		);
		assert.deepEqual(await store.db.selectFrom("sessions").selectAll().execute(), []);
	}));

test("a read", (t) =>
	eachStore(t, "sees every write that was acknowledged before it", async (store) => {
		await Promise.all(
			Array.from({ length: 100 }, async (_, i) => {
				await store.write([insert("sessions", session(`${i}`), "taken")]);
				assert.equal((await store.read(findSession, { id: `${i}` })).length, 1);
				await store.write([consume("sessions", key(`${i}`), "gone")]);
				assert.equal((await store.read(findSession, { id: `${i}` })).length, 0);
			}),
		);
	}));

test("reset", (t) =>
	eachStore(t, "empties every table but of the server's own keys, and leaves the store usable", async (store) => {
		const dataKey = (scope: string) =>
			insert("data_keys", { scope, purpose: "mac", id: 1, wrapped: Buffer.from("k"), created_at: 1, kept_until: 0 });
		const fact = insert("server_facts", { name: "master-key:1", value: Buffer.from("f") });
		await store.write([
			insert("sessions", session("a")),
			insert("deleted_pools", { id: "p", at: 1 }),
			dataKey("p"),
			dataKey("server"),
			fact,
		]);
		await store.reset();
		assert.deepEqual(await store.db.selectFrom("data_keys").select("scope").execute(), [{ scope: "server" }]);
		assert.equal((await store.db.selectFrom("server_facts").selectAll().execute()).length, 1);
		assert.deepEqual(await store.db.selectFrom("sessions").selectAll().execute(), []);
		assert.deepEqual(await store.db.selectFrom("deleted_pools").selectAll().execute(), []);
		assert.equal((await store.db.selectFrom("migrations").selectAll().execute()).length, migrations.length);
		assert.equal(await store.write([insert("sessions", session("a"), "taken")]), "done");
		await store.check();
	}));
