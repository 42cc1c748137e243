/** Brings a database's tables up to date, at start. Several nodes may start at once: a lease lets one of them do the work. */
import { setTimeout } from "node:timers/promises";
import type { Clock, Random } from "../kernel/ports.ts";
import { type Engine, StoreFailure } from "./engine.ts";
import { migrations } from "./migrations/index.ts";
import { type AnyTable, bootstrap, type Migration } from "./migrations/migration.ts";
import { consume, insert, type Store, update } from "./store.ts";
import { quote } from "./verbs.ts";

/** How long a node that has stopped in the middle keeps the others waiting. */
const leaseMilliseconds = 30_000;
const pollMilliseconds = 50;
const bootstrapAttemptsMax = 5;

/** Runs the migrations that this database has not seen. Refuses one that a newer version has migrated. */
export async function migrate(engine: Engine, ports: { readonly clock: Clock; readonly random: Random }): Promise<void> {
	await createBootstrapTables(engine);
	const holder = ports.random.bytes(16).toString("base64url");
	while ((await pending(engine)).length > 0) {
		if (!(await takeLease(engine, holder, ports.clock.now()))) {
			await setTimeout(pollMilliseconds);
			continue;
		}
		try {
			for (const migration of await pending(engine)) {
				await engine.execute(renderMigration(migration, engine.engine));
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

async function pending(engine: Engine): Promise<readonly Migration[]> {
	const ran = new Set((await engine.db.selectFrom("migrations").select("id").execute()).map(({ id }) => id));
	for (const id of ran) {
		if (migrations.every((migration) => migration.id !== id))
			throw new StoreFailure(`the database was migrated by a newer version (${id}): this version can't serve it`);
	}
	return migrations.filter(({ id }) => !ran.has(id));
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

/** The statements of a migration for an engine. */
export function renderMigration(migration: Migration, engine: Store["engine"]): string[] {
	return (Object.entries(migration.tables) as [string, AnyTable][]).flatMap(([name, table]) => renderTable(name, table, engine));
}

function renderTable(name: string, { columns, key, indexes = {} }: AnyTable, engine: Store["engine"]): string[] {
	const types =
		engine === "sqlite"
			? { text: "text", integer: "integer", bytes: "blob" }
			: // "C" compares bytewise, as SQLite does.
				{ text: 'text collate "C"', integer: "bigint", bytes: "bytea" };
	const lines = Object.entries(columns as Record<string, string>).map(([column, type]) => {
		const plain = type.replace(" or null", "") as keyof typeof types;
		return `${quote(column)} ${types[plain]}${type === plain ? " not null" : ""}`;
	});
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
