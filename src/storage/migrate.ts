/** Brings a database's tables up to date, at start. Several nodes may start at once: a lease lets one of them do the work. */
import { setTimeout } from "node:timers/promises";
import { sql } from "kysely";
import type { Clock, Random } from "../kernel/ports.ts";
import { type Engine, StoreFailure } from "./engine.ts";
import { migrations } from "./migrations/index.ts";
import { type AddedColumn, type AnyTable, addedColumns, bootstrap, type ColumnType, type Migration } from "./migrations/migration.ts";
import { consume, insert, type Store, update } from "./store.ts";
import { quote } from "./verbs.ts";

/** How long a node that has stopped in the middle keeps the others waiting. */
const leaseMilliseconds = 30_000;
const pollMilliseconds = 50;
const bootstrapAttemptsMax = 5;

/** Runs the migrations (of `list`, else all) that this database has not seen. Refuses one that a newer version has migrated. */
export async function migrate(
	engine: Engine,
	ports: { readonly clock: Clock; readonly random: Random },
	list: readonly Migration[] = migrations,
): Promise<void> {
	await createBootstrapTables(engine);
	const holder = ports.random.bytes(16).toString("base64url");
	while ((await pending(engine, list)).length > 0) {
		if (!(await takeLease(engine, holder, ports.clock.now()))) {
			await setTimeout(pollMilliseconds);
			continue;
		}
		try {
			for (const migration of await pending(engine, list)) {
				await engine.execute([...renderMigration(migration, engine.engine), ...(await renderAdditions(engine, migration))]);
				await engine.write([insert("migrations", { id: migration.id, at: ports.clock.now() })]);
			}
		} finally {
			await engine.write([consume("leases", { name: "migrate", holder })]);
		}
	}
}

/** `create table if not exists` of two nodes at the same moment can still clash in PostgreSQL's catalogue. */
async function createBootstrapTables(engine: Engine): Promise<void> {
	for (let attempt = 1; ; attempt++) {
		try {
			await engine.execute(renderMigration(bootstrap, engine.engine));
			return;
		} catch (error) {
			if (attempt === bootstrapAttemptsMax || !(error instanceof StoreFailure)) throw error;
		}
	}
}

async function pending(engine: Engine, list: readonly Migration[]): Promise<readonly Migration[]> {
	const ran = new Set((await engine.db.selectFrom("migrations").select("id").execute()).map(({ id }) => id));
	for (const id of ran) {
		if (migrations.every((migration) => migration.id !== id))
			throw new StoreFailure(`the database was migrated by a newer version (${id}): this version can't serve it`);
	}
	return list.filter(({ id }) => !ran.has(id));
}

async function takeLease(engine: Engine, holder: string, now: number): Promise<boolean> {
	const lease = { name: "migrate", holder, expires_at: now + leaseMilliseconds };
	if ((await engine.write([insert("leases", lease, "taken")])) === "done") return true;
	return (
		(await engine.write([
			update("leases", { name: "migrate", expires_at: { below: now } }, { holder, expires_at: lease.expires_at }, "taken"),
		])) === "done"
	);
}

/** The statements that make a migration's tables. */
export function renderMigration(migration: Migration, engine: Store["engine"]): string[] {
	return (Object.entries(migration.tables) as [string, AnyTable][]).flatMap(([name, table]) => renderTable(name, table, engine));
}

/** The statements that add a migration's columns. One that is there already, from a run that was cut off, is left: SQLite has no `if not exists` here. */
async function renderAdditions(engine: Engine, migration: Migration): Promise<string[]> {
	const statements: string[] = [];
	for (const { table, column, added } of addedColumns(migration)) {
		if (await hasColumn(engine, table, column)) continue;
		statements.push(`alter table ${quote(table)} add column ${renderColumn(column, added.type, engine.engine)} default ${literal(added)}`);
	}
	return statements;
}

async function hasColumn(engine: Engine, table: string, column: string): Promise<boolean> {
	const query =
		engine.engine === "sqlite"
			? sql`select 1 from pragma_table_info(${table}) where name = ${column}`
			: sql`select 1 from information_schema.columns where table_schema = current_schema() and table_name = ${table} and column_name = ${column}`;
	return (await query.execute(engine.db)).rows.length > 0;
}

function literal({ default: value }: AddedColumn): string {
	return typeof value === "number" ? `${value}` : `'${value.replaceAll("'", "''")}'`;
}

function renderColumn(column: string, type: ColumnType, engine: Store["engine"]): string {
	const types =
		engine === "sqlite"
			? { text: "text", integer: "integer", bytes: "blob" }
			: // "C" compares bytewise, as SQLite does.
				{ text: 'text collate "C"', integer: "bigint", bytes: "bytea" };
	const plain = type.replace(" or null", "") as keyof typeof types;
	return `${quote(column)} ${types[plain]}${type === plain ? " not null" : ""}`;
}

function renderTable(name: string, { columns, key, indexes = {} }: AnyTable, engine: Store["engine"]): string[] {
	const lines = Object.entries(columns).map(([column, type]) => renderColumn(column, type, engine));
	lines.push(`primary key (${key.map(quote).join(", ")})`);
	// Without rowids a row is kept in its primary key's tree: one page to change instead of two.
	const suffix = engine === "sqlite" ? " strict, without rowid" : "";
	return [
		`create table if not exists ${quote(name)} (${lines.join(", ")})${suffix}`,
		...Object.entries(indexes).map(
			([index, on]) => `create index if not exists ${quote(index)} on ${quote(name)} (${on.map(quote).join(", ")})`,
		),
	];
}
