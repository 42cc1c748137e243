/**
 * Backups of a database that a server serves meanwhile. All of it is read in one snapshot, on a connection of its own that only
 * reads: SQLite's lock of the one server (`sqlite.ts`) is neither needed nor taken. Secrets stay sealed as they are in the rows, and
 * the master key is not in the backup.
 */
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type Kysely, sql } from "kysely";
import pg from "pg";
import type { Clock, Random } from "../kernel/ports.ts";
import { BackupRefusal, type BackupSummary, backedUpTables, type TableRows, writeBackupFile } from "./backup-file.ts";
import { StoreFailure } from "./engine.ts";
import { migrations } from "./migrations/index.ts";
import type { AnyTable, Migration } from "./migrations/migration.ts";
import type { Database } from "./open.ts";
import { getTypeParser } from "./postgres.ts";
import { withoutValues } from "./postgres-errors.ts";
import { createReadingKysely } from "./reads.ts";
import type { Table, Value } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Rows that are read in one go: they bound the memory. */
const pageRows = 512;

/** One state of a database, however long the reading takes. */
interface Snapshot {
	readonly db: Kysely<Tables>;
	close(): Promise<void>;
}

/**
 * Writes a backup of a database into a new file. Every write that was acknowledged before it began is in it.
 * @throws BackupRefusal where the file is there already or the database is none of ours
 */
export async function createBackup(
	database: Database,
	file: string,
	ports: { readonly clock: Clock; readonly random: Random },
): Promise<BackupSummary> {
	if (existsSync(file)) throw new BackupRefusal(`${file} is there already; give the backup a name of its own.`);
	if (!existsSync(dirname(file))) throw new BackupRefusal(`there is no folder ${dirname(file)}.`);
	const at = ports.clock.now();
	const snapshot = database.engine === "sqlite" ? openSqliteSnapshot(database.path) : await openPostgresSnapshot(database.url);
	try {
		const seen = await seenMigrations(snapshot.db);
		return await writeBackupFile(file, { at, engine: database.engine, migrations: seen }, rowsOf(snapshot.db, seen), ports.random);
	} finally {
		await snapshot.close();
	}
}

/** The migrations that the database has seen. Refuses one that a newer version has migrated: it has what is not known here. */
async function seenMigrations(db: Kysely<Tables>): Promise<Migration[]> {
	const ids = await db
		.selectFrom("migrations")
		.select("id")
		.execute()
		.then((rows) => new Set(rows.map(({ id }) => id)))
		.catch((error: unknown) => {
			// SQLite has no code of its own for a missing table; PostgreSQL's is undefined_table.
			const missing = error instanceof StoreFailure ? error.code === "42P01" : /no such table/.test((error as Error).message);
			throw missing ? new BackupRefusal("the database has none of Gatehouse's tables.") : error;
		});
	for (const id of ids) {
		if (migrations.every((migration) => migration.id !== id))
			throw new BackupRefusal(`the database was migrated by a newer version (${id}); back it up with that version.`);
	}
	return migrations.filter(({ id }) => ids.has(id));
}

async function* rowsOf(db: Kysely<Tables>, seen: readonly Migration[]): AsyncGenerator<TableRows> {
	for (const [table, definition] of backedUpTables(seen)) {
		for await (const rows of pagesOf(db, table, definition)) yield { table, rows };
	}
}

/** The rows of a table in pages, in the order of its primary key: a search in its index for each. */
async function* pagesOf(db: Kysely<Tables>, table: Table, { columns, key }: AnyTable): AsyncGenerator<Value[][]> {
	const names = Object.keys(columns);
	const list = sql.join(names.map((name) => sql.ref(name)));
	const order = sql.join(key.map((name) => sql.ref(name)));
	const positions = key.map((name) => names.indexOf(name));
	let after: Value[] | undefined;
	for (;;) {
		const where = after === undefined ? sql`` : sql`where (${order}) > (${sql.join(after)})`;
		const { rows } = await sql<
			Record<string, Value>
		>`select ${list} from ${sql.table(table)} ${where} order by ${order} limit ${pageRows}`.execute(db);
		const page = rows.map((row) => names.map((name) => row[name] as Value));
		if (page.length > 0) yield page;
		const last = page.at(-1);
		if (last === undefined || page.length < pageRows) return;
		after = positions.map((position) => last[position] as Value);
	}
}

/** A read transaction keeps its state while the server writes on; SQLite can only not start its log anew until it is over. */
function openSqliteSnapshot(path: string): Snapshot {
	if (!existsSync(path)) throw new BackupRefusal(`there is no database ${path}.`);
	const connection = new DatabaseSync(path, { readOnly: true });
	connection.exec("pragma query_only = 1; pragma busy_timeout = 5000; pragma trusted_schema = off; begin");
	return {
		db: createReadingKysely("sqlite", async (text, params) => connection.prepare(text).all(...(params as SQLInputValue[]))),
		close: async () => connection.close(),
	};
}

async function openPostgresSnapshot(url: string): Promise<Snapshot> {
	const client = new pg.Client({ connectionString: url, keepAlive: true, types: { getTypeParser } as pg.CustomTypesConfig });
	// What breaks between two statements is met again by the next one.
	client.on("error", () => {});
	const fail = (error: unknown): never => {
		throw withoutValues(error);
	};
	try {
		await client.connect();
		// The first read decides which state that is.
		await client.query("begin isolation level repeatable read, read only");
	} catch (error) {
		await client.end();
		fail(error);
	}
	return {
		db: createReadingKysely("postgres", async (text, params) => {
			const { rows } = await client.query({ text, values: params as Value[] }).catch(fail);
			return rows;
		}),
		close: () => client.end(),
	};
}
