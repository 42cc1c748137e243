import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import pg from "pg";
import { migrations } from "../../src/storage/migrations/index.ts";
import { openStore } from "../../src/storage/open.ts";
import { doubtOfCommits, openPostgres } from "../../src/storage/postgres.ts";
import { insert, put, require, statement, update } from "../../src/storage/store.ts";
import { createDatabase, openTestStore, systemClock, systemRandom } from "../support/stores.ts";

const options = { clock: systemClock, random: systemRandom };
const spend = (id: string) => insert("spent", { pool_id: "pool", id, expires_at: 1 }, "spent");
const addUser = () => put("user_counts", ["pool_id", "shard"], { pool_id: "p", shard: 0, users: { add: 1 } });

async function createUrl(t: TestContext): Promise<string> {
	return ((await createDatabase(t, "postgres")) as { url: string }).url;
}

async function openClient(t: TestContext, url: string): Promise<pg.Client> {
	const client = new pg.Client({ connectionString: url });
	client.on("error", () => {});
	await client.connect();
	t.after(() => client.end());
	return client;
}

/** Waits until something holds. */
async function until(holds: () => Promise<boolean>): Promise<void> {
	while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
}

/** A way to the server that can be cut without the server's noticing. */
async function startProxy(t: TestContext, url: string): Promise<{ url: string; cut(): void }> {
	const { port, hostname } = new URL(url);
	const sockets = new Set<[Socket, Socket]>();
	const server = createServer((near) => {
		const far = connect(Number(port), hostname);
		sockets.add([near, far]);
		for (const socket of [near, far]) socket.on("error", () => {});
		near.pipe(far);
		far.pipe(near);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.close();
		for (const pair of sockets) for (const socket of pair) socket.destroy();
	});
	return {
		url: Object.assign(new URL(url), { port: `${(server.address() as { port: number }).port}` }).href,
		cut() {
			for (const [near, far] of sockets) {
				far.unpipe(near);
				near.unpipe(far);
				near.destroy();
			}
		},
	};
}

test("a batch is one statement in one round trip", async (t) => {
	const store = await openTestStore(t, { engine: "postgres", url: await createUrl(t) });
	const before = store.counts.statements;
	await store.write([spend("a"), spend("b"), addUser(), require("spent", { pool_id: "pool", id: "z" }, "none", "z")]);
	assert.equal(store.counts.statements - before, 1);
});

// The statement waits for a row that somebody else has locked: before it has left the row of its id, or after.
for (const leftItsId of [false, true]) {
	test(`a write whose connection is lost while the server is at work on it happens once (its id ${leftItsId ? "left" : "not left"})`, async (t) => {
		const url = await createUrl(t);
		const proxy = await startProxy(t, url);
		const store = await openTestStore(t, { engine: "postgres", url: proxy.url });
		await store.write([addUser()]);
		const holder = await openClient(t, url);
		const observer = await openClient(t, url);
		const waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
		const waiters = async () => Number((await observer.query(waiting)).rows[0].count);
		await holder.query("begin; update user_counts set users = users");
		const few = update("user_counts", { pool_id: "p", shard: 0, users: { below: 9 } }, { users: { add: 1 } }, "many");
		const write = store.write(leftItsId ? [addUser(), spend("a")] : [few]);
		await until(async () => (await waiters()) === 1);
		proxy.cut();
		// The server does not know that nobody listens to the first any more. The second asks for its outcome, or is the batch again.
		await until(async () => (await waiters()) === 2);
		await holder.query("commit");
		assert.equal(await write, "done");
		await until(async () => (await waiters()) === 0);
		assert.deepEqual(await store.db.selectFrom("user_counts").select("users").execute(), [{ users: 2 }]);
		assert.equal(store.counts.retries, leftItsId ? 0 : 1);
	});
}

test("a row that a batch requires can't go before the batch is done", async (t) => {
	const url = await createUrl(t);
	const store = await openTestStore(t, { engine: "postgres", url });
	await store.write([spend("needed")]);
	const holder = await openClient(t, url);
	const remove = "delete from spent where id = 'needed'";
	await holder.query(`begin; ${remove}`);
	const write = store.write([require("spent", { pool_id: "pool", id: "needed" }, "some", "gone"), addUser()]);
	const observer = await openClient(t, url);
	await until(async () => (await observer.query("select 1 from pg_locks where not granted")).rows.length > 0);
	await holder.query("commit");
	assert.equal(await write, "gone");
	assert.deepEqual(await store.db.selectFrom("user_counts").selectAll().execute(), []);
});

test("reads and writes survive their connections being ended by the server", async (t) => {
	const url = await createUrl(t);
	const store = await openTestStore(t, { engine: "postgres", url });
	const killer = await openClient(t, url);
	let writing = true;
	const killing = (async () => {
		while (writing)
			await killer.query(
				"select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and random() < 0.2",
			);
	})();
	for (let round = 0; round < 10; round++) {
		await Promise.all(Array.from({ length: 20 }, () => store.write([addUser()])));
		await store.db.selectFrom("user_counts").select("users").execute();
	}
	writing = false;
	await killing;
	assert.deepEqual(await store.db.selectFrom("user_counts").select("users").execute(), [{ users: 200 }]);
});

test("a plan that a migration has made stale is replaced", async (t) => {
	const url = await createUrl(t);
	const store = await openTestStore(t, { engine: "postgres", url }, { connectionsMax: 1 });
	const findSpent = statement<{ id: string }>()("findSpent", (db, param) =>
		db.selectFrom("spent").selectAll().where("pool_id", "=", "pool").where("id", "=", param("id")),
	);
	await store.write([spend("a")]);
	for (let i = 0; i < 2; i++) assert.equal((await store.read(findSpent, { id: "a" })).length, 1);
	await (await openClient(t, url)).query("alter table spent add column note text");
	for (let i = 0; i < 2; i++) {
		assert.deepEqual(await store.read(findSpent, { id: "a" }), [{ pool_id: "pool", id: "a", expires_at: 1, note: null }]);
		assert.equal(await store.write([spend("a")]), "spent");
	}
});

test("a server that may lose what it acknowledges is refused, with the reason", async (t) => {
	const url = await createUrl(t);
	await assert.rejects(openPostgres(url, options), /fsync = off/);
	assert.match(doubtOfCommits({ fsync: "off", synchronous_commit: "on" }) ?? "", /fsync = off/);
	for (const weak of ["off", "local", "remote_write"])
		assert.match(doubtOfCommits({ fsync: "on", synchronous_commit: weak }) ?? "", new RegExp(`= ${weak}`));
	for (const strong of ["on", "remote_apply"]) assert.equal(doubtOfCommits({ fsync: "on", synchronous_commit: strong }), undefined);
	assert.equal(doubtOfCommits({}), undefined);
});

test("a failure's text and members hold no value of a row", async (t) => {
	const store = await openTestStore(t, { engine: "postgres", url: await createUrl(t) });
	const name = (folded: string) => insert("user_names", { pool_id: "p", folded, kind: "username", user_id: "secret-user" });
	await store.write([name("secret-a"), name("secret-b")]);
	const failures = await Promise.allSettled([
		store.write([update("user_names", { pool_id: "p", folded: "secret-a" }, { folded: "secret-b" })]),
		store.write([insert("spent", { pool_id: "p", id: "secret-id", expires_at: "secret-time" as unknown as number })]),
		store.write([insert("spent", { pool_id: "secret-pool", id: null as unknown as string, expires_at: 1 })]),
	]);
	for (const failure of failures) {
		assert.equal(failure.status, "rejected");
		const { reason } = failure as PromiseRejectedResult;
		assert.equal(reason.name, "StoreFailure");
		assert.match(reason.code, /^2[23]/);
		assert.doesNotMatch(JSON.stringify({ ...reason, message: reason.message, stack: reason.stack, cause: reason.cause }), /secret/);
	}
});

test("a statement that takes too long is Overloaded, and changes nothing", async (t) => {
	const url = await createUrl(t);
	const store = await openTestStore(t, { engine: "postgres", url }, { statementTimeoutMilliseconds: 100 });
	await store.write([addUser()]);
	const holder = await openClient(t, url);
	await holder.query("begin; update user_counts set users = users");
	await assert.rejects(store.write([addUser()]), { name: "Overloaded" });
	await holder.query("rollback");
	assert.deepEqual(await store.db.selectFrom("user_counts").select("users").execute(), [{ users: 1 }]);
});

test("a server that can't be reached, or refuses the password, fails the start", async (t) => {
	const url = new URL(await createUrl(t));
	url.password = "wrong";
	await assert.rejects(openStore({ engine: "postgres", url: url.href }, options), { name: "StoreFailure", code: "28P01" });
});

test("nodes that migrate at once leave one set of tables, and a newer version's database is refused", async (t) => {
	const database = { engine: "postgres", url: await createUrl(t) } as const;
	const stores = await Promise.all(Array.from({ length: 4 }, () => openTestStore(t, database)));
	const [first] = stores;
	assert.deepEqual(
		await first?.db.selectFrom("migrations").select("id").execute(),
		migrations.map(({ id }) => ({ id })),
	);
	assert.deepEqual(await first?.db.selectFrom("leases").selectAll().execute(), []);
	for (const [i, store] of stores.entries()) assert.equal(await store.write([spend(`${i}`)]), "done");
	await first?.write([insert("migrations", { id: "9999-newer", at: 1 })]);
	await assert.rejects(openTestStore(t, database), /migrated by a newer version \(9999-newer\)/);
});
