/**
 * Restores a backup into an empty database of either engine: all of its rows in one transaction, or none. A backup of an older
 * version goes into the tables of that version first, which are then brought up to date.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import pg from "pg";
import { type BackupHeader, BackupRefusal, type BackupSummary, backedUpTables, readBackupFile, type TableRows } from "./backup-file.ts";
import { migrate } from "./migrate.ts";
import type { Migration } from "./migrations/migration.ts";
import { type Database, type OpenOptions, openEngine } from "./open.ts";
import { withoutValues } from "./postgres-errors.ts";
import type { Table, Value } from "./store.ts";
import { quote } from "./verbs.ts";

/** The transaction that takes the rows. */
interface Target {
	isEmpty(table: Table): Promise<boolean>;
	insert(table: Table, columns: Readonly<Record<string, string>>, rows: TableRows["rows"]): Promise<void>;
	commit(): Promise<void>;
	/** Ends the connection; what was not committed is undone. */
	close(): Promise<void>;
}

/**
 * Restores a file that `createBackup` wrote. The file is read to its end and checked before the database is touched, and again
 * while it is restored.
 * @throws BackupRefusal where the file is damaged or of a newer version, or the database is not empty
 */
export async function restoreBackup(database: Database, file: string, options: OpenOptions): Promise<BackupSummary> {
	const header = await checkFile(file);
	// Holds SQLite's lock of the one server, too: nobody serves the database meanwhile.
	const engine = await openEngine(database, options);
	try {
		await migrate(engine, options, header.migrations);
		const seen = await engine.db.selectFrom("migrations").select("id").execute();
		const newer = seen.find(({ id }) => header.migrations.every((migration) => migration.id !== id));
		if (newer !== undefined)
			throw new BackupRefusal(`the database is not new: it has the tables of ${newer.id}, and the backup is older than those.`);
		const target =
			database.engine === "sqlite" ? openSqliteTarget(database.path) : await openPostgresTarget(database.url, header.migrations);
		try {
			const summary = await copy(file, header, target);
			await target.commit();
			await migrate(engine, options);
			return summary;
		} finally {
			await target.close();
		}
	} finally {
		await engine.close();
	}
}

/** Reads the file to its end. */
async function checkFile(file: string): Promise<BackupHeader> {
	const parts = readBackupFile(file);
	const { value: header } = await parts.next();
	for (let part = await parts.next(); !part.done; part = await parts.next());
	return header as BackupHeader;
}

async function copy(file: string, { migrations }: BackupHeader, target: Target): Promise<BackupSummary> {
	const tables = new Map(backedUpTables(migrations));
	for (const table of tables.keys()) {
		if (!(await target.isEmpty(table)))
			throw new BackupRefusal(`the database is not empty: it has rows in ${table}; restore into a database that no server has used.`);
	}
	const parts = readBackupFile(file);
	for (;;) {
		const part = await parts.next();
		if (part.done) return part.value;
		if (!("table" in part.value)) continue;
		const { table, rows } = part.value;
		await target.insert(table, tables.get(table)?.columns ?? {}, rows);
	}
}

function openSqliteTarget(path: string): Target {
	const connection = new DatabaseSync(path);
	connection.exec("pragma busy_timeout = 5000; pragma synchronous = full; pragma trusted_schema = off; begin immediate");
	return {
		isEmpty: async (table) => connection.prepare(`select 1 from ${quote(table)} limit 1`).get() === undefined,
		async insert(table, columns, rows) {
			const names = Object.keys(columns);
			const insert = connection.prepare(
				`insert into ${quote(table)} (${names.map(quote).join(", ")}) values (${names.map(() => "?").join(", ")})`,
			);
			for (const row of rows) insert.run(...(row as SQLInputValue[]));
		},
		// The log has grown to the size of the database: what is committed goes into the file itself.
		commit: async () => connection.exec("commit; pragma wal_checkpoint(truncate)"),
		close: async () => connection.close(),
	};
}

async function openPostgresTarget(url: string, migrations: readonly Migration[]): Promise<Target> {
	const client = new pg.Client({ connectionString: url, keepAlive: true });
	// What breaks between two statements is met again by the next one.
	client.on("error", () => {});
	const query = async (text: string, values: readonly unknown[] = []) => {
		try {
			return (await client.query({ text, values: values as unknown[] })).rows as unknown[];
		} catch (error) {
			throw withoutValues(error);
		}
	};
	try {
		await client.connect();
		await query("begin");
		// A server that starts meanwhile waits here, before it writes its first row.
		const tables = backedUpTables(migrations).map(([name]) => quote(name));
		await query(`lock table ${tables.join(", ")} in access exclusive mode`);
	} catch (error) {
		await client.end();
		throw withoutValues(error);
	}
	return {
		isEmpty: async (table) => (await query(`select 1 from ${quote(table)} limit 1`)).length === 0,
		async insert(table, columns, rows) {
			const names = Object.keys(columns);
			const arrays = Object.values(columns).map((type, i) => `$${i + 1}::${arrayType(type)}`);
			await query(
				`insert into ${quote(table)} (${names.map(quote).join(", ")}) select * from unnest(${arrays.join(", ")})`,
				names.map((_, i) => rows.map((row) => row[i] as Value)),
			);
		},
		commit: async () => void (await query("commit")),
		close: () => client.end(),
	};
}

function arrayType(type: string): string {
	if (type.startsWith("integer")) return "bigint[]";
	return type.startsWith("bytes") ? "bytea[]" : "text[]";
}
