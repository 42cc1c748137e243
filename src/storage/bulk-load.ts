/** One transaction that takes many rows: all of them are there once it is committed, or none. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import pg from "pg";
import type { Database } from "./open.ts";
import { withoutValues } from "./postgres-errors.ts";
import type { Table, Value } from "./store.ts";
import type { TableRows } from "./table-lines.ts";
import { quote } from "./verbs.ts";

export interface BulkLoad {
	isEmpty(table: Table): Promise<boolean>;
	/** Inserts the rows but those whose key is there already; returns how many it inserted. */
	insert(table: Table, columns: Readonly<Record<string, string>>, rows: TableRows["rows"]): Promise<number>;
	/** Runs a statement of the engine's own compiling; returns how many rows it changed. */
	run(statement: { readonly sql: string; readonly parameters: readonly unknown[] }): Promise<number>;
	commit(): Promise<void>;
	/** Ends the connection; what was not committed is undone. */
	close(): Promise<void>;
}

/** Begins. On SQLite nobody else writes until it is over; on PostgreSQL nobody touches the tables in `locked`, and others are as free as ever. */
export async function openBulkLoad(database: Database, locked: readonly Table[]): Promise<BulkLoad> {
	return database.engine === "sqlite"
		? openSqliteLoad(database.path, "; pragma wal_checkpoint(truncate)")
		: await openPostgresLoad(database.url, locked);
}

/** The same for a few changes, while servers may run. */
export async function openChange(database: Database): Promise<Pick<BulkLoad, "insert" | "run" | "commit" | "close">> {
	return database.engine === "sqlite" ? openSqliteLoad(database.path, "") : await openPostgresLoad(database.url, []);
}

/** `afterwards` goes with the commit. */
function openSqliteLoad(path: string, afterwards: string): BulkLoad {
	const connection = new DatabaseSync(path);
	connection.exec("pragma busy_timeout = 5000; pragma synchronous = full; pragma trusted_schema = off; begin immediate");
	return {
		isEmpty: async (table) => connection.prepare(`select 1 from ${quote(table)} limit 1`).get() === undefined,
		async insert(table, columns, rows) {
			const names = Object.keys(columns);
			const insert = connection.prepare(
				`insert into ${quote(table)} (${names.map(quote).join(", ")}) values (${names.map(() => "?").join(", ")}) on conflict do nothing`,
			);
			return rows.reduce((inserted, row) => inserted + Number(insert.run(...(row as SQLInputValue[])).changes), 0);
		},
		run: async ({ sql, parameters }) => Number(connection.prepare(sql).run(...(parameters as SQLInputValue[])).changes),
		// Where the log has grown to the size of the database, what is committed goes into the file itself.
		commit: async () => connection.exec(`commit${afterwards}`),
		close: async () => connection.close(),
	};
}

async function openPostgresLoad(url: string, locked: readonly Table[]): Promise<BulkLoad> {
	const client = new pg.Client({ connectionString: url, keepAlive: true });
	// What breaks between two statements is met again by the next one.
	client.on("error", () => {});
	const query = async (text: string, values: readonly unknown[] = []) => {
		try {
			return await client.query({ text, values: values as unknown[] });
		} catch (error) {
			throw withoutValues(error);
		}
	};
	try {
		await client.connect();
		await query("begin isolation level read committed");
		// A server that starts meanwhile waits here, before it writes its first row.
		if (locked.length > 0) await query(`lock table ${locked.map(quote).join(", ")} in access exclusive mode`);
	} catch (error) {
		await client.end();
		throw withoutValues(error);
	}
	return {
		isEmpty: async (table) => (await query(`select 1 from ${quote(table)} limit 1`)).rowCount === 0,
		async insert(table, columns, rows) {
			const names = Object.keys(columns);
			const arrays = Object.values(columns).map((type, i) => `$${i + 1}::${arrayType(type)}`);
			const { rowCount } = await query(
				`insert into ${quote(table)} (${names.map(quote).join(", ")}) select * from unnest(${arrays.join(", ")}) on conflict do nothing`,
				names.map((_, i) => rows.map((row) => row[i] as Value)),
			);
			return rowCount ?? 0;
		},
		run: async ({ sql, parameters }) => (await query(sql, parameters)).rowCount ?? 0,
		commit: async () => void (await query("commit")),
		close: () => client.end(),
	};
}

function arrayType(type: string): string {
	if (type.startsWith("integer")) return "bigint[]";
	return type.startsWith("bytes") ? "bytea[]" : "text[]";
}
