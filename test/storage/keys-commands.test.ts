/** `gatehouse keys status`, `keys rewrap` and `keys reseal` as an operator runs them, beside a server that serves the same file. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Database } from "../../src/storage/open.ts";
import { keysStatus } from "../../src/storage/reseal.ts";
import { sealedContext } from "../../src/storage/sealed-columns.ts";
import { insert } from "../../src/storage/store.ts";
import { createVault } from "../../src/storage/vault.ts";
import { type Ended, type Running, runGatehouse } from "../support/command-line.ts";
import { environmentOf } from "../support/moves.ts";
import { until } from "../support/outbox.ts";
import { freePort } from "../support/ports.ts";
import { systemClock as clock, createDatabase, openTestStore, systemRandom as random } from "../support/stores.ts";

const pool = "us-east-1_AAAAAAAAA";
const people = 4_000;

/** A pool with many passwords; its database is closed again. */
async function fill(t: TestContext, database: Database, masterKey: Buffer): Promise<void> {
	const store = await openTestStore(t, database);
	const vault = await createVault(store, [masterKey], random, clock);
	const { keyrings, verbs } = vault.create(pool, clock.now());
	await store.write([
		insert("user_pools", { id: pool, region: "us-east-1", name: "", version: 1, created_at: 1, modified_at: 1, settings: "{}" }),
		...verbs,
	]);
	for (let at = 0; at < people; at += 500) {
		const rows = Array.from({ length: 500 }, (_, n) => {
			const key = { pool_id: pool, user_id: `user-${at + n}` };
			const verifier = keyrings.password.seal(sealedContext("passwords", "verifier", key), Buffer.alloc(384, n));
			return insert("passwords", { ...key, scheme: "srp-6a", salt: Buffer.alloc(16), verifier, created_at: 1, expires_at: null });
		});
		await store.write(rows);
	}
	await store.close();
}

interface Server {
	readonly process: Running;
	advance(seconds: number): Promise<void>;
}

async function serve(t: TestContext, env: Record<string, string>): Promise<Server> {
	const port = `${await freePort()}`;
	const process = runGatehouse(["start"], { ...env, GATEHOUSE_PORT: port });
	t.after(() => process.child.kill("SIGKILL"));
	await process.says("gatehouse ready");
	return {
		process,
		async advance(seconds) {
			const body = JSON.stringify({ advanceSeconds: seconds });
			const headers = { "Content-Type": "application/json" };
			const answer = await fetch(`http://127.0.0.1:${port}/_gatehouse/clock`, { method: "POST", headers, body });
			assert.equal(answer.status, 200, await answer.text());
		},
	};
}

async function kill({ process }: Server): Promise<void> {
	process.child.kill("SIGKILL");
	await process.ended;
}

test("Keys are changed beside a server, whose kill -9 in the middle loses nothing", async (t) => {
	const database = await createDatabase(t, "sqlite");
	const [old, fresh] = [random.bytes(32), random.bytes(32)];
	await fill(t, database, old);
	const run = (words: string, ...masterKeys: Buffer[]): Promise<Ended> =>
		runGatehouse(words.split(" "), environmentOf({ database, masterKeys })).ended;
	const left = async () => (await keysStatus(database)).left;

	const first = await serve(t, environmentOf({ database, masterKeys: [fresh, old] }));
	const [refused, before] = await Promise.all([run("keys rewrap", random.bytes(32)), run("keys status", fresh, old)]);
	assert.deepEqual([refused.code, refused.stdout], [1, ""]);
	assert.match(refused.stderr, /^gatehouse: the database holds secrets under master key \w{8}, which GATEHOUSE_MASTER_KEY does not have\./);
	assert.equal(before.code, 1, before.stderr);
	assert.match(before.stdout, /^master key \w{8} \(known\): 12 data keys\nsecrets under older data keys: 0\n/);
	const rewrapped = await run("keys rewrap", fresh, old);
	assert.equal(rewrapped.code, 0, rewrapped.stderr);
	assert.match(
		rewrapped.stdout,
		/^12 data keys wrapped under master key \w{8} now; 12 of 12 are under it\nthe other master keys can leave GATEHOUSE_MASTER_KEY\n$/,
	);
	const made = await run("keys reseal", fresh);
	assert.equal(made.code, 0, made.stderr);
	assert.match(made.stdout, /^10 new data keys made, for 1 user pool and for the server itself\. /);
	const again = await run("keys reseal", fresh);
	assert.deepEqual([again.code, again.stdout], [1, ""]);
	assert.match(again.stderr, /^gatehouse: the data keys are being replaced already/);

	await first.advance(100);
	await until("some secrets are sealed anew", async () => (await left()) < people);
	await kill(first);

	const second = await serve(t, environmentOf({ database, masterKeys: [fresh] }));
	// It has the real time again, and the killed one's lease is of the time that was moved.
	await second.advance(300);
	await until("all secrets are sealed anew", async () => {
		const { left, replaced } = await keysStatus(database);
		return left === 0 && replaced === 0;
	});
	await kill(second);
	const after = await run("keys status", fresh);
	assert.equal(after.code, 0, after.stderr);
	assert.match(
		after.stdout,
		/^master key \w{8} \(current\): 22 data keys\nsecrets under older data keys: 0\nolder data keys that are being replaced: 0\nolder data keys that are kept for what clients hold: 10, the last until \S+\n$/,
	);

	const store = await openTestStore(t, database);
	const keyrings = await (await createVault(store, [fresh], random, clock)).keyrings(pool);
	const rows = await store.db.selectFrom("passwords").selectAll().execute();
	const opened = rows.filter((row) => keyrings?.password.open(sealedContext("passwords", "verifier", row), row.verifier) !== undefined);
	assert.equal(opened.length, people);
});
