/**
 * One state of a database that a server serves meanwhile, however long the reading takes: on a connection of its own that only reads.
 * SQLite's lock of the one server (`sqlite.ts`) is neither needed nor taken.
 */
import { existsSync } from "node:fs";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type Kysely, sql } from "kysely";
import pg from "pg";
import { DataRefusal } from "./data-refusal.ts";
import { StoreFailure } from "./engine.ts";
import { migrations } from "./migrations/index.ts";
import type { AnyTable, Migration } from "./migrations/migration.ts";
import type { Database } from "./open.ts";
import { getTypeParser } from "./postgres.ts";
import { withoutValues } from "./postgres-errors.ts";
import { createReadingKysely } from "./reads.ts";
import type { Table, Value } from "./store.ts";
import { migrationsOf, unknownMigration } from "./table-lines.ts";
import type { Tables } from "./tables.ts";

/** Rows that are read in one go: they bound the memory. */
const pageRows = 512;

export interface Snapshot {
	readonly db: Kysely<Tables>;
	close(): Promise<void>;
}

/** @throws DataRefusal where there is no such database file */
export async function openSnapshot(database: Database): Promise<Snapshot> {
	return database.engine === "sqlite" ? openSqliteSnapshot(database.path) : await openPostgresSnapshot(database.url);
}

/**
 * The same of a database that this version has migrated, for tools that also write.
 * @throws DataRefusal where another version has
 */
export async function openCurrentSnapshot(database: Database): Promise<Snapshot> {
	const snapshot = await openSnapshot(database);
	try {
		if ((await seenMigrations(snapshot.db, "do it")).length < migrations.length)
			throw new DataRefusal("the database was last served by an older version: start a server of this version first.");
		return snapshot;
	} catch (error) {
		await snapshot.close();
		throw error;
	}
}

/**
 * The migrations that the database has seen. Refuses one that a newer version has migrated: it has what is not known here. `doing` is
 * what that version is for, such as `back it up`.
 */
export async function seenMigrations(db: Kysely<Tables>, doing: string): Promise<readonly Migration[]> {
	const ids = await db
		.selectFrom("migrations")
		.select("id")
		.orderBy("id")
		.execute()
		.then((rows) => rows.map(({ id }) => id))
		.catch((error: unknown) => {
			// SQLite has no code of its own for a missing table; PostgreSQL's is undefined_table.
			const missing = error instanceof StoreFailure ? error.code === "42P01" : /no such table/.test((error as Error).message);
			throw missing ? new DataRefusal("the database has none of Gatehouse's tables.") : error;
		});
	const unknown = unknownMigration(ids);
	if (unknown !== undefined)
		throw new DataRefusal(`the database was migrated by a newer version (${unknown}); ${doing} with that version.`);
	return migrationsOf(ids, "the database");
}

/** The rows of a table in pages, in the order of its primary key: a search in its index for each. With `of`, those that have a value. */
export async function* pagesOf(
	db: Kysely<Tables>,
	table: Table,
	{ columns, key }: AnyTable,
	of?: { readonly column: string; readonly value: Value },
): AsyncGenerator<Value[][]> {
	const names = Object.keys(columns);
	const list = sql.join(names.map((name) => sql.ref(name)));
	// What has one value alone is left out, so that the rest is a range of the index: SQLite would read it from its start each time.
	const others = key.filter((name) => name !== of?.column);
	const ordering = others.length > 0 ? others : key;
	const order = sql.join(ordering.map((name) => sql.ref(name)));
	const positions = ordering.map((name) => names.indexOf(name));
	const only = of === undefined ? [] : [sql`${sql.ref(of.column)} = ${of.value}`];
	let after: Value[] | undefined;
	for (;;) {
		const conditions = [...only, ...(after === undefined ? [] : [sql`(${order}) > (${sql.join(after)})`])];
		const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
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
	if (!existsSync(path)) throw new DataRefusal(`there is no database ${path}.`);
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
