/**
 * Takes pools out of a database that a server serves meanwhile, in one state. Their data keys leave their master key's wrapping, and
 * what is sealed under them goes along as it is.
 */
import type { Kysely } from "kysely";
import { present } from "../../kernel/assert.ts";
import type { Clock, Random } from "../../kernel/ports.ts";
import { DataRefusal } from "../data-refusal.ts";
import { StoreFailure } from "../engine.ts";
import { createMasterKeys, type DataKeyWrapping } from "../master-keys.ts";
import { checkNewFile } from "../new-file.ts";
import type { Database } from "../open.ts";
import { openSnapshot, pagesOf, seenMigrations } from "../snapshot.ts";
import type { Value } from "../store.ts";
import type { TableRows } from "../table-lines.ts";
import type { Tables } from "../tables.ts";
import { type MoveHead, type PoolSource, writePoolFile } from "./pool-file.ts";
import { poolColumn, tablesAfter } from "./pool-tables.ts";

interface ExportOptions {
	readonly database: Database;
	/** All pools where it is empty. */
	readonly pools: readonly string[];
	/** Asked for once there is something to open. */
	readonly masterKeys: () => readonly Uint8Array[];
	readonly clock: Clock;
	readonly random: Random;
}

export interface ExportSummary {
	readonly at: number;
	readonly pools: readonly string[];
	readonly users: number;
	readonly rows: number;
}

/**
 * Writes pools into a new file, sealed under a passphrase. Every write that was acknowledged before it began is in it.
 * @throws DataRefusal where a pool or the database is not there, the master key is another, or the file is there already
 */
export async function exportPools(file: string, passphrase: () => Promise<string>, options: ExportOptions): Promise<ExportSummary> {
	checkNewFile(file, "export");
	const sealedUnder = await passphrase();
	const parts = poolsOf(options).read();
	try {
		const first = await parts.next();
		const head = present(!first.done && "head" in first.value ? first.value.head : undefined, "a source begins with its head");
		let users = 0;
		async function* rows(): AsyncGenerator<TableRows> {
			for await (const part of parts) {
				if ("head" in part) continue;
				if (part.table === "users") users += part.rows.length;
				yield part;
			}
		}
		const count = await writePoolFile(file, sealedUnder, head, rows(), options.random);
		return { at: head.at, pools: head.pools, users, rows: count };
	} finally {
		await parts.return(0);
	}
}

/** The pools of a database, in one state each time that they are read. */
export function poolsOf(options: ExportOptions): PoolSource {
	return {
		damaged: (what) => new DataRefusal(`the database's rows can't be taken over (${what}).`),
		async *read() {
			const at = options.clock.now();
			const snapshot = await openSnapshot(options.database);
			try {
				const head = await headOf(snapshot.db, options, at);
				yield { head };
				let count = 0;
				for await (const page of rowsOf(snapshot.db, head, createMasterKeys(options.masterKeys(), options.random))) {
					count += page.rows.length;
					yield page;
				}
				return count;
			} finally {
				await snapshot.close();
			}
		},
	};
}

async function headOf(db: Kysely<Tables>, { pools }: ExportOptions, at: number): Promise<MoveHead> {
	const migrations = await seenMigrations(db, "export it");
	const there = (await db.selectFrom("user_pools").select("id").orderBy("id").execute()).map(({ id }) => id);
	if (there.length === 0) throw new DataRefusal("the database has no user pools.");
	const missing = pools.find((id) => !there.includes(id));
	if (missing !== undefined) throw new DataRefusal(`there is no user pool ${missing}.`);
	return { at, migrations, pools: pools.length === 0 ? there : [...new Set(pools)] };
}

async function* rowsOf(db: Kysely<Tables>, { migrations, pools }: MoveHead, wrapping: DataKeyWrapping): AsyncGenerator<TableRows> {
	for (const [table, definition] of tablesAfter(migrations)) {
		for (const pool of pools) {
			for await (const rows of pagesOf(db, table, definition, { column: poolColumn(table), value: pool }))
				yield { table, rows: table === "data_keys" ? rows.map((row) => unwrapped(row, Object.keys(definition.columns), wrapping)) : rows };
		}
	}
}

function unwrapped(row: readonly Value[], columns: readonly string[], wrapping: DataKeyWrapping): Value[] {
	const named = Object.fromEntries(columns.map((column, i) => [column, row[i]])) as unknown as Tables["data_keys"];
	try {
		const key = wrapping.unwrap(named);
		return row.map((value, i) => (columns[i] === "wrapped" ? key : value));
	} catch (error) {
		throw error instanceof StoreFailure ? new DataRefusal(`${error.message}.`) : error;
	}
}
