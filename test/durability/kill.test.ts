/** A small version of `npm run bench -- durability`: a real server process, ended by kill -9 while it writes. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { type CrashOptions, crashAndLook } from "../../bench/crashes.ts";
import { startPostgres } from "../support/postgres.ts";

const kills = 2;
const acknowledged = 60;

async function crash(databaseUrl: string, folder: string, crashDatabase?: CrashOptions["crashDatabase"]) {
	const outcome = await crashAndLook({ server: { folder, databaseUrl }, kills, acknowledged, ...(crashDatabase && { crashDatabase }) });
	assert.deepEqual(outcome.lost, []);
	assert.ok(outcome.signUps > 0 && outcome.passwordChanges > 0 && outcome.signUps + outcome.passwordChanges >= acknowledged);
	return outcome;
}

test("Sign-ups and passwords that were acknowledged survive kill -9 of the server (sqlite)", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-durability-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	const outcome = await crash(`sqlite:${join(folder, "gatehouse.db")}`, folder);
	assert.equal(outcome.kills, kills);
});

test("Sign-ups and passwords that were acknowledged survive kill -9 of the server and of the database (postgres)", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-durability-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	// A server of its own: the one that tests share does not sync, and Gatehouse refuses such a one.
	const postgres = await startPostgres({ fsync: true });
	t.after(() => postgres.stop());
	const outcome = await crash(await postgres.createDatabase(), folder, { every: kills, crash: postgres.crash });
	assert.deepEqual({ kills: outcome.kills, databaseKills: outcome.databaseKills }, { kills, databaseKills: 1 });
});
