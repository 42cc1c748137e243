/** What `gatehouse export` and `gatehouse import` refuse, and what is left where an import ends half-way. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import pg from "pg";
import { type Config, readCommand } from "../../src/config.ts";
import { definedTables, migrations } from "../../src/storage/migrations/index.ts";
import type { Migration } from "../../src/storage/migrations/migration.ts";
import { exportPools, poolsOf } from "../../src/storage/moving/export-pools.ts";
import { importPools } from "../../src/storage/moving/import-pools.ts";
import { openPoolFile, type PoolSource, writePoolFile } from "../../src/storage/moving/pool-file.ts";
import { leftTables, movedTables, poolColumn } from "../../src/storage/moving/pool-tables.ts";
import { openStore } from "../../src/storage/open.ts";
import { insert, type Store, type Verb } from "../../src/storage/store.ts";
import type { TableRows } from "../../src/storage/table-lines.ts";
import { createVault } from "../../src/storage/vault.ts";
import { startGatehouse } from "../support/gatehouse.ts";
import { type Installation, move, passphrase, refusedMove, setUpMoves, startMove } from "../support/moves.ts";
import { systemClock, systemRandom } from "../support/stores.ts";

const { folder, newInstallation, newFile } = setUpMoves();
const engines: readonly Config["database"]["engine"][] = ["sqlite", "postgres"];
const ports = { clock: systemClock, random: systemRandom };
const pool = "us-east-1_Moving001";
const client = "movingclient";

async function withStore<R>({ database }: Installation, run: (store: Store) => Promise<R>): Promise<R> {
	const store = await openStore(database, ports);
	try {
		return await run(store);
	} finally {
		await store.close();
	}
}

/** A database with a pool of one client and as many passwords as are asked for, of a kilobyte each that nothing compresses. */
async function createPool(passwords: number, id = pool, clientId = client): Promise<Installation> {
	const installation = await newInstallation("sqlite");
	await withStore(installation, async (store) => {
		const vault = await createVault(store, installation.masterKeys, systemRandom, systemClock);
		const now = systemClock.now();
		await store.write([
			insert("user_pools", { id, region: "us-east-1", name: "moving", version: 1, created_at: now, modified_at: now, settings: "{}" }),
			...vault.create(id, now).verbs,
			insert("app_clients", { id: clientId, pool_id: id, name: "app", version: 1, created_at: now, modified_at: now, settings: "{}" }),
			insert("codes", {
				pool_id: id,
				user_id: "0",
				purpose: "confirm-sign-up",
				mac: new Uint8Array(32),
				attribute: "email",
				attempts: 0,
				created_at: now,
				expires_at: now,
			}),
		]);
		for (let from = 0; from < passwords; from += 500)
			await store.write(
				Array.from(
					{ length: Math.min(500, passwords - from) },
					(_, i): Verb<never> =>
						insert<"passwords">("passwords", {
							pool_id: id,
							user_id: `${from + i}`.padStart(8, "0"),
							scheme: "srp-6a",
							salt: systemRandom.bytes(16),
							verifier: systemRandom.bytes(1000),
							created_at: now,
							expires_at: null,
						}),
				),
			);
	});
	return installation;
}

/** Rows of every table but those that an opened database always has. */
async function rowsIn(installation: Installation): Promise<Record<string, number>> {
	return withStore(installation, async (store) => {
		const counts: Record<string, number> = {};
		for (const [table] of definedTables()) {
			if (["batches", "leases", "migrations", "server_facts"].includes(table)) continue;
			const rows = await store.db.selectFrom(table).selectAll().execute();
			const others = table === "data_keys" ? rows.filter((row) => (row as { scope?: string }).scope !== "server") : rows;
			if (others.length > 0) counts[table] = others.length;
		}
		return counts;
	});
}

test("Every table that has rows of pools is either carried by an export or left behind on purpose", () => {
	const ofPools = definedTables()
		.filter(([table, { columns }]) => poolColumn(table) !== "pool_id" || "pool_id" in columns)
		.map(([table]) => table);
	assert.deepEqual([...movedTables, ...leftTables].sort(), ofPools.sort());
});

test("What is not a whole export under this passphrase is refused with a sentence, and nothing is written", async () => {
	const source = await createPool(300);
	const file = newFile();
	await exportCheaply(source, file);
	assert.equal(statSync(file).mode & 0o777, 0o600);
	const whole = readFileSync(file);
	for (const secret of [pool, client, "user_pools", "srp-6a"]) assert.ok(!whole.includes(secret), "nothing in it can be read");
	const target = await newInstallation("sqlite");
	const refuse = async (bytes: Uint8Array | string, why: RegExp, what: string) => {
		const path = typeof bytes === "string" ? bytes : newFile();
		if (typeof bytes !== "string") writeFileSync(path, bytes);
		const opened = openPoolFile(path, passphrase).then((pools) => importInto(target, pools));
		await assert.rejects(opened, (error: Error) => error.name === "DataRefusal" && why.test(error.message), what);
		if (target.database.engine === "sqlite") assert.ok(!existsSync(target.database.path), what);
	};
	const head = whole.indexOf("\n");
	const at = (position: number) => {
		const flipped = Uint8Array.from(whole);
		flipped[position] = (whole[position] as number) ^ 1;
		return flipped;
	};
	const damaged = /is not a whole export/;
	await refuse(at(2), /is not an export of Gatehouse/, "its first line");
	const salted = Uint8Array.from(whole);
	const inSalt = whole.indexOf("salt") + 10;
	salted[inSalt] = "AB".charCodeAt(whole[inSalt] === "A".charCodeAt(0) ? 1 : 0);
	await refuse(salted, /the passphrase does not open/, "the salt");
	await refuse(at(head + 20), /the passphrase does not open/, "the first chunk");
	await refuse(at(head + 100), damaged, "the second chunk's length or head");
	await refuse(at(Math.floor(whole.length / 2)), /a part of it was changed/, "the middle");
	await refuse(at(whole.length - 1), /a part of it was changed/, "the last byte");
	await refuse(whole.subarray(0, whole.length - 1), damaged, "all but one byte");
	await refuse(whole.subarray(0, Math.floor(whole.length / 2)), damaged, "one half");
	await refuse(whole.subarray(0, head + 1), /it is cut off/, "the first line alone");
	await refuse(whole.subarray(0, head), /is not an export/, "half of the first line");
	await refuse(Buffer.concat([whole, Buffer.from([0])]), damaged, "one byte more");
	const chunks = chunksAfter(whole, head + 1);
	assert.ok(chunks.length > 4);
	const join = (changed: readonly Uint8Array[]) => Buffer.concat([whole.subarray(0, head + 1), ...changed]);
	await refuse(join(chunks.slice(0, -1)), /it is cut off/, "without its last chunk");
	await refuse(join([...chunks, chunks.at(-1) as Buffer]), /something follows its end/, "its last chunk twice");
	await refuse(join(chunks.with(2, chunks[3] as Buffer).with(3, chunks[2] as Buffer)), /or is not in its place/, "two chunks swapped");
	const line = JSON.parse(whole.subarray(0, head).toString()) as Record<string, unknown>;
	const withHead = (changes: object) => Buffer.from(`${JSON.stringify({ ...line, ...changes })}\n`);
	await refuse(withHead({ format: 2 }), /made by a newer version \(format 2\)/, "a newer format");
	await refuse(withHead({ argon2id: { memoryKibibytes: 2 ** 40, passes: 1, parallelism: 1 } }), damaged, "a cost that nobody pays");
	await refuse(Buffer.from("plain text"), /is not an export/, "another file");
	await refuse(join([]).subarray(0, 0), /is not an export/, "an empty file");
	await refuse(newFile(), /can't be read \(ENOENT\)/, "no file");
	await refuse(folder, /can't be read \(EISDIR\)/, "a folder");

	await assert.rejects(
		openPoolFile(file, "another passphrase").then((pools) => importInto(target, pools)),
		new RegExp(`^DataRefusal: the passphrase does not open ${file}: it is another one, or the file's beginning was changed.$`),
	);
	assert.ok(target.database.engine === "sqlite" && !existsSync(target.database.path));
	assert.equal(await move(["import", file], target), `${pool}: 0 users and 1 app client are imported\n`);
	assert.deepEqual(await rowsIn(target), { user_pools: 1, data_keys: 6, app_clients: 1, passwords: 300 });
});

/** Brute force is of no concern to a test. */
const cheap = { memoryKibibytes: 64, passes: 1, parallelism: 1 };

async function exportCheaply({ database, masterKeys }: Installation, file: string): Promise<void> {
	const source = poolsOf({ database, pools: [], masterKeys: () => masterKeys, ...ports });
	async function* rows(): AsyncGenerator<TableRows> {
		for await (const part of source.read()) if (!("head" in part)) yield part;
	}
	await writePoolFile(file, passphrase, { at: 0, migrations, pools: [pool] }, rows(), systemRandom, cheap);
}

/** The chunks of a sealed stream, lengths included. */
function chunksAfter(bytes: Buffer, from: number): Buffer[] {
	const chunks: Buffer[] = [];
	for (let at = from; at < bytes.length; ) {
		const end = at + 4 + bytes.readUInt32BE(at);
		chunks.push(bytes.subarray(at, end));
		at = end;
	}
	return chunks;
}

function importInto(installation: Installation, source: PoolSource) {
	return importPools(source, {
		database: installation.database,
		masterKeys: () => installation.masterKeys,
		ports,
		open: { postgres: { acceptUnsafeCommits: true } },
	});
}

test("Rows that no export can hold are refused, though the passphrase is right", async () => {
	const source = await createPool(1);
	const target = await newInstallation("sqlite");
	const original = poolsOf({ database: source.database, pools: [], masterKeys: () => source.masterKeys, ...ports });
	const rewritten = async (change: (rows: TableRows) => TableRows | undefined, seen: readonly Migration[] = migrations) => {
		const file = newFile();
		async function* rows(): AsyncGenerator<TableRows> {
			for await (const part of original.read()) {
				const changed = "head" in part ? undefined : change(part);
				if (changed !== undefined) yield changed;
			}
		}
		await writePoolFile(file, passphrase, { at: 0, migrations: seen, pools: [pool] }, rows(), systemRandom, cheap);
		return importInto(target, await openPoolFile(file, passphrase));
	};
	const inTable = (table: string, change: (row: TableRows["rows"][number]) => TableRows["rows"]) => (part: TableRows) =>
		part.table === table ? { table: part.table, rows: part.rows.flatMap(change) } : part;
	await assert.rejects(rewritten(inTable("passwords", ([, ...row]) => [["us-east-1_Another01", ...row]])), /it has a row of another pool/);
	await assert.rejects(rewritten(inTable("user_pools", () => [])), /a pool is missing/);
	await assert.rejects(rewritten(inTable("passwords", (row) => [row, row])), /rows of passwords are there already/);
	await assert.rejects(
		rewritten((part) => part, [...migrations, { id: "9999-later", tables: {} }]),
		/made by a newer version \(9999-later\)/,
	);
	assert.deepEqual(await rowsIn(target), {});
	// Of an older version: what it lacks has its default, as after a migration.
	const before = migrations.slice(0, 1);
	const columns = new Map(definedTables(before).map(([table, definition]) => [table, Object.keys(definition.columns).length]));
	await rewritten((part) => {
		const count = columns.get(part.table);
		return count === undefined ? undefined : { table: part.table, rows: part.rows.map((row) => row.slice(0, count)) };
	}, before);
	assert.equal((await rowsIn(target))["passwords"], 1);
});

test("Ids that are taken, and those whose rows are still being removed, are refused before anything is written", async () => {
	const source = await createPool(1);
	const file = newFile();
	await exportCheaply(source, file);
	const [samePool, sameClient, leaving] = [
		await createPool(0, pool, "another"),
		await createPool(0, "us-east-1_Another01"),
		await newInstallation("sqlite"),
	];
	await withStore(leaving, (store) => store.write([insert("deleted_pools", { id: pool, at: 1 })]));
	for (const [installation, sentence] of [
		[samePool, `the user pool ${pool} is there already.`],
		[sameClient, `the app client ${client} is there already.`],
		[leaving, `the rows of a deleted user pool ${pool} are still being removed by the server; try again in some minutes.`],
	] as const) {
		const rows = await rowsIn(installation);
		await assert.rejects(importInto(installation, await openPoolFile(file, passphrase)), { name: "DataRefusal", message: sentence });
		assert.deepEqual(await rowsIn(installation), rows);
	}
});

for (const engine of engines) {
	test(`An import that is killed half-way leaves nothing, nobody sees a part of it, and it may be run again (${engine})`, async (t) => {
		const source = await createPool(engine === "sqlite" ? 8000 : 10);
		const file = newFile();
		await exportCheaply(source, file);
		const target = await newInstallation(engine);
		await withStore(target, async () => {});
		const importing = startMove(["import", file], target);
		await (engine === "sqlite" ? untilRowsAreWritten(target) : untilRowsWait(t, target));
		importing.child.kill("SIGKILL");
		assert.equal((await importing.ended).stdout, "");
		await releaseRows();
		assert.deepEqual(await rowsIn(target), {});
		await move(["import", file], target);
		assert.equal((await rowsIn(target))["passwords"], engine === "sqlite" ? 8000 : 10);
	});
}

/** SQLite writes rows into its log before their commit, once they are many. */
async function untilRowsAreWritten({ database }: Installation): Promise<void> {
	const log = `${(database as { path: string }).path}-wal`;
	while (!existsSync(log) || statSync(log).size < 2_000_000) await setImmediate();
	const reader = new DatabaseSync((database as { path: string }).path, { readOnly: true });
	assert.equal(reader.prepare("select count(*) as pools from user_pools").get()?.["pools"], 0);
	reader.close();
}

let releaseRows = async () => {};

/** Holds up an import at its passwords, when the pool is in. */
async function untilRowsWait(t: TestContext, { database }: Installation): Promise<void> {
	const { url } = database as { url: string };
	const [holder, reader] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
	await Promise.all([holder.connect(), reader.connect()]);
	releaseRows = async () => {
		releaseRows = async () => {};
		await Promise.all([holder.end(), reader.end()]);
	};
	t.after(() => releaseRows());
	await holder.query("begin; lock table passwords in access exclusive mode");
	for (;;) {
		const { rowCount } = await reader.query("select pg_sleep(0.01) from pg_locks where not granted and relation = 'passwords'::regclass");
		if ((rowCount ?? 0) > 0) break;
	}
	assert.equal((await reader.query("select 1 from user_pools")).rowCount, 0);
}

test("An export needs a new name in a folder that is there, pools that are there, and the master key", async () => {
	const source = await createPool(0);
	const file = newFile();
	const exportFrom = ({ database, masterKeys }: Installation, path: string, pools: readonly string[] = []) =>
		exportPools(path, async () => passphrase, { database, pools, masterKeys: () => masterKeys, ...ports });
	await exportFrom(source, file);
	const [none, empty] = [await newInstallation("sqlite"), await newInstallation("postgres")];
	await withStore(empty, async () => {});
	const another = newFile();
	for (const [run, sentence] of [
		[() => exportFrom(source, file), /is there already; give the export a name of its own\.$/],
		[() => exportFrom(source, join(folder, "nowhere", "x")), /^there is no folder /],
		[() => exportFrom(none, another), /^there is no database /],
		[() => exportFrom(empty, another), /^the database has no user pools\.$/],
		[() => exportFrom(source, another, ["us-east-1_Nobody001"]), /^there is no user pool us-east-1_Nobody001\.$/],
		[
			() => exportFrom({ ...source, masterKeys: none.masterKeys }, another),
			/^a data key can't be opened: master key \w+ is not known here\.$/,
		],
	] as const)
		await assert.rejects(run, (error: Error) => error.name === "DataRefusal" && sentence.test(error.message));
	assert.ok(!existsSync(another));
	assert.deepEqual(
		readdirSync(folder).filter((name) => name.endsWith(".partial")),
		[],
	);
});

test("The commands say in one sentence why they can't, before they touch anything", async (t) => {
	const source = await createPool(0);
	const file = newFile();
	await move(["export", file], source);
	const none = await newInstallation("sqlite");
	const serving = await newInstallation("sqlite");
	const gatehouse = await startGatehouse({ config: serving });
	t.after(() => gatehouse.stop());
	const production = {
		GATEHOUSE_PUBLIC_URL: "https://auth.example.com",
		GATEHOUSE_ROOT_ACCESS_KEY_ID: "ROOTKEYROOTKEY00",
		GATEHOUSE_ROOT_SECRET_ACCESS_KEY: "rootsecretrootsecret",
	};
	const another = newFile();
	const cases: [readonly string[], Installation, Record<string, string>, RegExp][] = [
		[
			["export", another],
			source,
			{ GATEHOUSE_EXPORT_PASSPHRASE: "short" },
			/^the passphrase is too short; .* use 12 characters or more\.$/,
		],
		[["export", another], source, { GATEHOUSE_EXPORT_PASSPHRASE: "" }, /^export needs a passphrase: GATEHOUSE_EXPORT_PASSPHRASE, /],
		[["import", file, "--as", "nonsense"], none, {}, /^nonsense can't be the id of a user pool; /],
		[["import", file, "--as", "eu-west-1_Elsewhere"], none, production, /^the server's region is us-east-1 \(GATEHOUSE_REGION\)/],
		[["import", file], serving, {}, /is in use by another server: .*\.$/],
		[
			["import", file],
			{ ...serving, masterKeys: none.masterKeys },
			{ GATEHOUSE_DATABASE_URL: urlOf(source) },
			/^the database holds secrets under /,
		],
	];
	for (const [args, installation, env, sentence] of cases)
		assert.match(await refusedMove(args, installation, env), sentence, args.join(" "));
	assert.ok(!existsSync(another));
	assert.ok(!existsSync(dirname((none.database as { path: string }).path)));
	for (const [args, sentence] of [
		[["export"], /^export needs one FILE: gatehouse export FILE$/],
		[["export", "x", "--as", pool], /^--as goes with import, not with export\.$/],
		[["--pool", pool], /^--pool goes with export or keys rotate-signing, not with start\.$/],
		[["migrate-from-cognito"], /^migrate-from-cognito needs --pool-id ID: /],
	] as const)
		assert.throws(
			() => readCommand(args),
			({ message }: Error) => sentence.test(message),
		);
});

test("Several pools go together, and the passphrase may come from a file", async () => {
	const [first, second, target] = [
		await createPool(0),
		await createPool(0, "us-east-1_Another01", "another"),
		await newInstallation("sqlite"),
	];
	const [one, both] = [newFile(), newFile()];
	const secret = join(folder, "passphrase");
	writeFileSync(secret, "a passphrase in a file\n");
	await move(["export", one], first);
	await importInto(second, await openPoolFile(one, passphrase));
	const fromFile = { GATEHOUSE_EXPORT_PASSPHRASE: "", GATEHOUSE_EXPORT_PASSPHRASE_FILE: secret };
	assert.match(await move(["export", both], second, fromFile), /^2 user pools with 0 users /);
	const source = await openPoolFile(both, "a passphrase in a file");
	const rename = async () => assert.fail("nothing is renamed");
	await assert.rejects(
		importPools(source, { database: target.database, masterKeys: () => target.masterKeys, ports, rename }),
		/^DataRefusal: there are 2 pools in it, and one of them can have another id: export that one by itself\.$/,
	);
	assert.deepEqual((await importInto(target, source)).pools, ["us-east-1_Another01", pool]);
});

function urlOf({ database }: Installation): string {
	return database.engine === "sqlite" ? `sqlite:${database.path}` : database.url;
}
