/** What a new release does to the database of the one before. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import pg from "pg";
import type { Database } from "../../src/storage/open.ts";
import { insert } from "../../src/storage/store.ts";
import { createDatabase, engines, openTestStore } from "../support/stores.ts";

/** Runs statements that no store would. */
async function run(database: Database, statements: readonly string[]): Promise<void> {
	if (database.engine === "sqlite") {
		const file = new DatabaseSync(database.path);
		for (const text of statements) file.exec(text);
		file.close();
		return;
	}
	const client = new pg.Client({ connectionString: database.url });
	await client.connect();
	for (const text of statements) await client.query(text);
	await client.end();
}

const user = {
	pool_id: "p",
	id: "u",
	username: "ada",
	status: "CONFIRMED",
	enabled: 1,
	version: 1,
	epoch: 0,
	created_at: 1,
	modified_at: 1,
	attributes: "{}",
	lockout_key: new Uint8Array([1]),
};

async function users(t: TestContext, database: Database) {
	const store = await openTestStore(t, database);
	const rows = await store.db.selectFrom("users").select(["id", "groups"]).execute();
	await store.close();
	return rows;
}

for (const engine of engines) {
	test(`a column that a migration adds has its default in the rows that were there, and a run that was cut off is finished (${engine})`, async (t) => {
		const database = await createDatabase(t, engine);
		const first = await openTestStore(t, database);
		assert.equal(await first.write([insert("users", { ...user, groups: '[["g","1"]]', factors: "{}" })]), "done");
		await first.close();
		// As the release before left it.
		await run(database, ["alter table users drop column groups", "drop table groups", "delete from migrations where id = '0002-groups'"]);
		assert.deepEqual(await users(t, database), [{ id: "u", groups: "[]" }]);
		// Stopped after the statements and before they were noted.
		await run(database, ['update users set groups = \'[["g","2"]]\'', "delete from migrations where id = '0002-groups'"]);
		assert.deepEqual(await users(t, database), [{ id: "u", groups: '[["g","2"]]' }]);
	});
}
