/** What `gatehouse backup` and `gatehouse restore` refuse, on the command line as an operator meets it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, before, mock, type TestContext, test } from "node:test";
import pg from "pg";
import { createBackup } from "../../src/storage/backup.ts";
import { backedUpTables } from "../../src/storage/backup-file.ts";
import { definedTables, migrations } from "../../src/storage/migrations/index.ts";
import type { Database } from "../../src/storage/open.ts";
import { restoreBackup } from "../../src/storage/restore.ts";
import { linesOf, smallBackupRows, writeLines, writeSmallBackup } from "../support/backups.ts";
import { type Ended, runGatehouse } from "../support/command-line.ts";
import { engines } from "../support/gatehouse.ts";
import { type PostgresServer, startPostgres } from "../support/postgres.ts";
import { createDatabase as createTestDatabase, openTestStore, systemClock, systemRandom } from "../support/stores.ts";

const ports = { clock: systemClock, random: systemRandom };
let postgres: PostgresServer;
const folder = mkdtempSync(join(tmpdir(), "gatehouse-backup-"));
before(async () => {
	// The command refuses a server that would lose commits.
	postgres = await startPostgres({ fsync: true });
});
after(async () => {
	await postgres.stop();
	rmSync(folder, { recursive: true, force: true });
});

let files = 0;
const newFile = () => join(folder, `${++files}.backup`);

async function createDatabase(t: TestContext, engine: (typeof engines)[number]): Promise<Database> {
	return engine === "sqlite" ? await createTestDatabase(t, engine) : { engine, url: await postgres.createDatabase() };
}

function run(command: "backup" | "restore", file: string, database: Database): Promise<Ended> {
	const GATEHOUSE_DATABASE_URL = database.engine === "sqlite" ? `sqlite:${database.path}` : database.url;
	return runGatehouse([command, file], { GATEHOUSE_DATABASE_URL }).ended;
}

/** Runs statements beside Gatehouse, as somebody with the database's own tools would. */
async function execute(database: Database, statement: string): Promise<Record<string, unknown>[]> {
	if (database.engine === "sqlite") {
		const connection = new DatabaseSync(database.path);
		try {
			return connection.prepare(statement).all();
		} finally {
			connection.close();
		}
	}
	const client = new pg.Client({ connectionString: database.url });
	await client.connect();
	try {
		return (await client.query(statement)).rows as Record<string, unknown>[];
	} finally {
		await client.end();
	}
}

/** Nothing has come to be in the database: no table, and of SQLite no file. */
async function isUntouched(database: Database): Promise<boolean> {
	if (database.engine === "sqlite") return !existsSync(database.path);
	return (await execute(database, "select 1 from pg_tables where schemaname = 'public'")).length === 0;
}

const refused = (why: string): Ended => ({ code: 1, stdout: "", stderr: `gatehouse: ${why}\n` });

/** A whole backup without rows that names these migrations, and has the tables that those of them make which are known. */
function writeBackupNaming(ids: readonly unknown[]): string {
	const file = newFile();
	const head = { backup: "gatehouse", format: 1, at: new Date(0).toISOString(), engine: "sqlite", migrations: ids };
	const tables = backedUpTables(migrations.filter(({ id }) => ids.includes(id)));
	writeLines(file, [JSON.stringify(head), ...tables.map(([table, { columns }]) => JSON.stringify({ table, columns }))]);
	return file;
}

const names = migrations.map(({ id }) => id);
const [first = "", second = ""] = names;

for (const engine of engines) {
	test(`A file whose migrations no database can have seen is refused, and nothing comes to be (${engine})`, async (t) => {
		const database = await createDatabase(t, engine);
		const [none, withoutFirst] = [writeBackupNaming([]), writeBackupNaming(names.slice(1))];
		const ends = await Promise.all([run("restore", none, database), run("restore", withoutFirst, database)]);
		assert.deepEqual(ends, [
			refused(`${none} has none of Gatehouse's tables.`),
			refused(`${withoutFirst} is of no version: its migration ${second} is out of turn.`),
		]);
		for (const [ids, why] of [
			[[first, ...names.slice(2)], /is of no version: its migration 0003-resource-servers is out of turn\.$/],
			[[second, first], /is of no version: its migration 0002-groups is out of turn\.$/],
			[[first, first], /is of no version: its migration 0001-first is out of turn\.$/],
			[[...names, names.at(-1)], / is out of turn\.$/],
			[[...names, "9999-later"], /was made by a newer version \(9999-later\)/],
			[["9999-later"], /was made by a newer version \(9999-later\)/],
			[[...names, { id: "x" }], /its first line can't be read/],
			[["\u001b[2J"], /its first line can't be read/],
		] as const) {
			const error = await restoreBackup(database, writeBackupNaming(ids), ports).catch((thrown: Error) => thrown);
			assert.equal((error as Error).name, "DataRefusal", JSON.stringify(ids));
			assert.match((error as Error).message, why);
		}
		assert.ok(await isUntouched(database));
		// The other side: the same file is taken with all migrations, and with the first alone.
		assert.equal((await run("restore", writeBackupNaming(names), database)).code, 0);
		assert.equal((await restoreBackup(await createDatabase(t, engine), writeBackupNaming([first]), ports)).rows, 0);
	});

	test(`A database that no version can have left is not backed up (${engine})`, async (t) => {
		const database = await createDatabase(t, engine);
		await (await openTestStore(t, database)).close();
		await execute(database, "delete from migrations where id = '0002-groups'");
		const file = newFile();
		assert.deepEqual(
			await run("backup", file, database),
			refused("the database is of no version: its migration 0003-resource-servers is out of turn."),
		);
		await execute(database, "delete from migrations");
		assert.deepEqual(await run("backup", file, database), refused("the database has none of Gatehouse's tables."));
		assert.ok(!existsSync(file));
	});

	test(`A file with two rows of one key is refused by the table's name, and leaves no row (${engine})`, async (t) => {
		const [whole, twice] = [newFile(), newFile()];
		await writeSmallBackup(t, whole);
		const lines = linesOf(whole);
		const fact = lines.find((line) => line.startsWith('["fact"')) as string;
		writeLines(twice, lines.toSpliced(lines.indexOf(fact), 0, fact.replace(/"[^"]*"\]$/, '"b3RoZXI="]')));
		const database = await createDatabase(t, engine);
		assert.deepEqual(
			await run("restore", twice, database),
			refused(`${twice} can't be restored: it has two rows of one key in server_facts.`),
		);
		for (const [table] of definedTables())
			if (!["batches", "leases"].includes(table)) assert.deepEqual(await execute(database, `select * from ${table}`), [], table);
		const { code, stdout } = await run("restore", whole, database);
		assert.equal(code, 0);
		assert.match(stdout, new RegExp(`^${smallBackupRows} rows as of `));
		assert.equal((await execute(database, "select * from spent")).length, smallBackupRows - 1);
	});

	test(`A file with U+0000 in its text is refused, and nothing comes to be (${engine})`, async (t) => {
		const [whole, holding] = [newFile(), newFile()];
		await writeSmallBackup(t, whole);
		writeLines(
			holding,
			linesOf(whole).map((line) => line.replace('["pool","7",7]', '["pool","\\u0000",7]')),
		);
		const database = await createDatabase(t, engine);
		assert.deepEqual(await run("restore", holding, database), refused(`${holding} is not a whole backup (a row does not fit its table).`));
		assert.ok(await isUntouched(database));
	});

	test(`A backup takes no name that is taken meanwhile, and no link's (${engine})`, async (t) => {
		const database = await createDatabase(t, engine);
		await (await openTestStore(t, database)).close();
		// A link to nothing: nothing seems to be there, as when another takes the name a moment later.
		const linked = newFile();
		symlinkSync("nothing", linked);
		assert.deepEqual(await run("backup", linked, database), refused(`${linked} is there already; give the backup a name of its own.`));
		assert.equal(readlinkSync(linked), "nothing");

		for (const hasLinks of [true, false]) {
			if (!hasLinks) withoutLinks(t);
			const raced = newFile();
			// Chance is asked for once the name was looked at, and before the file gets it.
			const takeName = (length: number) => {
				writeFileSync(raced, "another's");
				return randomBytes(length);
			};
			await assert.rejects(
				createBackup(database, raced, { ...ports, random: { bytes: takeName } }),
				/is there already; give the backup a name/,
			);
			assert.equal(readFileSync(raced, "utf8"), "another's");
			const free = newFile();
			await createBackup(database, free, ports);
			assert.deepEqual([statSync(free).mode & 0o777, statSync(free).nlink], [0o600, 1]);
			assert.equal((await restoreBackup(await createDatabase(t, engine), free, ports)).rows, 0);
		}
		assert.deepEqual(
			readdirSync(folder).filter((name) => name.endsWith(".partial")),
			[],
		);
	});
}

test("Text with U+0000 that somebody has put into an SQLite file is not backed up in silence", async (t) => {
	const database = await createDatabase(t, "sqlite");
	await (await openTestStore(t, database)).close();
	await execute(database, "insert into spent (pool_id, id, expires_at) values ('pool', 'a' || char(0) || 'b', 1)");
	const file = newFile();
	assert.deepEqual(
		await run("backup", file, database),
		refused("the database has text with U+0000 in spent, which Gatehouse never writes: correct those rows first."),
	);
	assert.ok(!readdirSync(folder).some((name) => join(folder, name).startsWith(file)));
	await execute(database, "delete from spent");
	assert.equal((await run("backup", file, database)).code, 0);
});

/** For the rest of the test the file system has no hard links, as FAT has none. */
function withoutLinks(t: TestContext): void {
	const link = mock.method(fs, "link", async () => {
		throw Object.assign(new Error("EPERM: operation not permitted, link"), { code: "EPERM", syscall: "link" });
	});
	syncBuiltinESMExports();
	t.after(() => {
		assert.ok(link.mock.callCount() > 0);
		link.mock.restore();
		syncBuiltinESMExports();
	});
}
