/** Stores for tests: a new, empty one of each engine, and what the engines think of a statement. */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { sql } from "kysely";
import pg from "pg";
import type { Clock, Random } from "../../src/kernel/ports.ts";
import { type Database, openStore } from "../../src/storage/open.ts";
import type { PostgresOptions } from "../../src/storage/postgres.ts";
import { compileRead } from "../../src/storage/reads.ts";
import type { Statement, Store, Verb } from "../../src/storage/store.ts";
import { createVerbCompiler } from "../../src/storage/verbs.ts";
import { sharedPostgres } from "./postgres.ts";

export const engines: readonly Store["engine"][] = ["sqlite", "postgres"];

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
export const systemRandom: Random = { bytes: (length) => randomBytes(length) };

/** A new, empty database, removed when the test is over. */
export async function createDatabase(t: TestContext, engine: Store["engine"]): Promise<Database> {
	if (engine === "postgres") return { engine, url: await (await sharedPostgres()).createDatabase() };
	const folder = await mkdtemp(join(tmpdir(), "gatehouse-store-"));
	t.after(() => rm(folder, { recursive: true, force: true }));
	return { engine, path: join(folder, "gatehouse.db") };
}

/** Opens a database with its tables; it is closed when the test is over. */
export async function openTestStore(t: TestContext, database: Database, postgres: Partial<PostgresOptions> = {}): Promise<Store> {
	const store = await openStore(database, {
		clock: systemClock,
		random: systemRandom,
		postgres: { acceptUnsafeCommits: true, connectionsMax: 8, ...postgres },
	});
	if (database.engine === "postgres") urls.set(store, database.url);
	t.after(() => store.close());
	return store;
}

/** Runs a test on a new store of each engine. */
export async function eachStore(t: TestContext, name: string, run: (store: Store, t: TestContext) => Promise<void>): Promise<void> {
	for (const engine of engines) {
		await t.test(`${name} (${engine})`, async (sub) => run(await openTestStore(sub, await createDatabase(sub, engine)), sub));
	}
}

const urls = new WeakMap<Store, string>();

export interface Plan {
	readonly text: string;
	/** True where rows are found by an index search: no table and no whole index is read from end to end. */
	readonly isIndexSearch: boolean;
}

/** How the engine would run a statement of the store. */
export async function explain<P, R>(store: Store, statement: Statement<P, R>): Promise<Plan> {
	return await explainSql(store, compileRead(store.db, statement).sql);
}

/** How the engine would run one verb of a batch. */
export async function explainVerb(store: Store, verb: Verb): Promise<Plan> {
	const { parts } = createVerbCompiler()(verb).shape;
	return await explainSql(
		store,
		parts.reduce((text, part, i) => `${text}${store.engine === "sqlite" ? "?" : `$${i}`}${part}`),
	);
}

async function explainSql(store: Store, text: string): Promise<Plan> {
	if (store.engine === "sqlite") {
		const { rows } = await sql.raw<{ detail: string }>(`explain query plan ${text}`).execute(store.db);
		const details = rows.map(({ detail }) => detail);
		return { text: details.join("\n"), isIndexSearch: details.every((detail) => !detail.startsWith("SCAN")) };
	}
	const client = new pg.Client({ connectionString: urls.get(store) as string });
	await client.connect();
	try {
		// A small table is quicker to read whole: what matters is whether there is another way.
		await client.query("set enable_seqscan = off");
		const { rows } = await client.query<{ "QUERY PLAN": string }>(`explain (generic_plan, costs off) ${text}`);
		const lines = rows.map((row) => row["QUERY PLAN"]);
		const first = await client.query<{ index: string; column: string }>(
			"select i.relname as index, a.attname as column from pg_index x join pg_class i on i.oid = x.indexrelid join pg_attribute a on a.attrelid = x.indrelid and a.attnum = x.indkey[0]",
		);
		const firstColumns = new Map(first.rows.map(({ index, column }) => [index, column]));
		const searches = lines.every((line, i) => {
			if (!/ Scan\b/.test(line) || /(CTE|Subquery|Bitmap Heap) Scan/.test(line)) return true;
			// Without a condition on its first column an index is read from end to end. The condition is on the line below.
			const index = /Index (?:Only )?Scan (?:Backward )?(?:using|on) (\w+)/.exec(line)?.[1] ?? "";
			const column = firstColumns.get(index);
			const condition = /Index Cond: (.*)/.exec(lines[i + 1] ?? "")?.[1] ?? "";
			return column !== undefined && new RegExp(`\\b${column}\\b`).test(condition);
		});
		return { text: lines.join("\n"), isIndexSearch: searches };
	} finally {
		await client.end();
	}
}
