/**
 * What the database alone needs for an import: the rows that it left, inserted once more into an empty database with the same tables,
 * by the same number of users in each commit, each commit synced.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import pg from "pg";
import { createClock } from "../src/adapters/clock.ts";
import { createRandom } from "../src/adapters/random.ts";
import { readDatabaseConfig } from "../src/config.ts";
import { definedTables } from "../src/storage/migrations/index.ts";
import { openStore } from "../src/storage/open.ts";
import type { Databases, Engine } from "./database.ts";

const tables = [
	{ table: "users", user: "id" },
	{ table: "user_names", user: "user_id" },
	{ table: "user_search", user: "user_id" },
	{ table: "passwords", user: "user_id" },
] as const;

type Row = Readonly<Record<string, unknown>>;
/** Inserts the rows of some users, a list for each table, in one transaction. */
type Insert = (rows: readonly (readonly Row[])[]) => void | Promise<void>;

/** Users a second. */
export async function insertAgain(
	databases: Databases,
	engine: Engine,
	folder: string,
	fromUrl: string,
	poolId: string,
	usersAtOnce: number,
): Promise<number> {
	const again = join(folder, "again");
	mkdirSync(again);
	const toUrl = await databases.open(engine, again);
	const databaseOf = (url: string) => readDatabaseConfig({ argv: [], env: { GATEHOUSE_DATABASE_URL: url }, readFile: () => "" }).database;
	const source = await openStore(databaseOf(fromUrl), { clock: createClock(), random: createRandom() });
	const byUser = new Map<string, Row[][]>();
	let users: Row[];
	try {
		users = (await source.db.selectFrom("users").selectAll().where("pool_id", "=", poolId).orderBy("username").execute()) as Row[];
		for (const [at, { table, user }] of tables.entries()) {
			const rows = (await source.db.selectFrom(table).selectAll().where("pool_id", "=", poolId).execute()) as Row[];
			for (const row of rows) {
				const id = String(row[user]);
				const lists = byUser.get(id) ?? tables.map(() => []);
				lists[at]?.push(row);
				byUser.set(id, lists);
			}
		}
	} finally {
		await source.close();
	}
	// Makes the tables.
	await (await openStore(databaseOf(toUrl), { clock: createClock(), random: createRandom() })).close();
	const { insert, close } = engine === "sqlite" ? openSqlite(join(again, "gatehouse.db")) : await openPostgres(toUrl);
	let milliseconds = 0;
	try {
		for (let at = 0; at < users.length; at += usersAtOnce) {
			const some = users.slice(at, at + usersAtOnce).map(({ id }) => byUser.get(String(id)) ?? []);
			const rows = tables.map((_, table) => some.flatMap((lists) => lists[table] ?? []));
			const startedAt = performance.now();
			await insert(rows);
			milliseconds += performance.now() - startedAt;
		}
	} finally {
		await close();
	}
	return (users.length / milliseconds) * 1000;
}

const columnsOf = new Map(definedTables().map(([name, { columns }]) => [name, columns]));

function openSqlite(path: string): { insert: Insert; close: () => void } {
	const db = new DatabaseSync(path);
	// As the writer has it.
	db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -16384");
	const statements = tables.map(({ table }) => {
		const columns = Object.keys(columnsOf.get(table) ?? {});
		const places = columns.map(() => "?").join(", ");
		return { columns, insert: db.prepare(`insert into ${table} (${columns.join(", ")}) values (${places})`) };
	});
	return {
		insert(rows) {
			db.exec("begin immediate");
			for (const [i, { columns, insert }] of statements.entries()) {
				for (const row of rows[i] ?? []) insert.run(...columns.map((column) => row[column] as SQLInputValue));
			}
			db.exec("commit");
		},
		close: () => db.close(),
	};
}

async function openPostgres(url: string): Promise<{ insert: Insert; close: () => Promise<void> }> {
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	const types = { text: "text", integer: "bigint", bytes: "bytea" } as const;
	const statements = tables.map(({ table }) => {
		const columns = Object.entries(columnsOf.get(table) ?? {});
		const arrays = columns.map(([, type], i) => `$${i + 1}::${types[type.replace(" or null", "") as keyof typeof types]}[]`);
		const names = columns.map(([name]) => name);
		return { names, name: table, text: `insert into ${table} (${names.join(", ")}) select * from unnest(${arrays.join(", ")})` };
	});
	const parameterOf = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value) : value);
	return {
		async insert(rows) {
			await client.query("begin");
			for (const [i, { names, name, text }] of statements.entries()) {
				await client.query({ name, text, values: names.map((column) => (rows[i] ?? []).map((row) => parameterOf(row[column]))) });
			}
			await client.query("commit");
		},
		close: () => client.end(),
	};
}
