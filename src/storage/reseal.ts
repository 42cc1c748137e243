/**
 * New data keys: they are made here, by a tool beside the servers, and the serving nodes seal every row anew under them (`resealer.ts`).
 * An old key stays until nothing that it sealed can still be met, in a row or in a client's hands.
 */
import { type Kysely, sql } from "kysely";
import type { Clock, Random } from "../kernel/ports.ts";
import { openChange } from "./bulk-load.ts";
import { DataRefusal } from "./data-refusal.ts";
import { checkMasterKeyFacts, createMasterKeys, keyIdOf } from "./master-keys.ts";
import { definedTables } from "./migrations/index.ts";
import type { Database } from "./open.ts";
import { refuse } from "./rewrap.ts";
import { scopeColumn, sealedColumns } from "./sealed-columns.ts";
import { openCurrentSnapshot } from "./snapshot.ts";
import type { Table } from "./store.ts";
import type { Tables } from "./tables.ts";
import { dataKeyBytes, type Purpose, serverScope } from "./vault.ts";

type DataKeyRow = Tables["data_keys"];

/** Nothing is sealed under its keys: what they make are MACs, which nobody could make anew without what went into them. */
const unsealing = "mac" satisfies Purpose;

export interface NewDataKeys {
	readonly pools: number;
	readonly keys: number;
}

/**
 * Makes a new data key for each scope and purpose that seals anything. Pools' versions change with it, so that every node reads the keys
 * anew within a second. All of it or nothing.
 * @throws DataRefusal for a wrong master key, and while the keys before are still being replaced
 */
export async function makeDataKeys(
	database: Database,
	masterKeys: readonly Uint8Array[],
	{ random, clock }: { readonly random: Random; readonly clock: Pick<Clock, "now"> },
): Promise<NewDataKeys> {
	const masters = createMasterKeys(masterKeys, random);
	const { db, close } = await openCurrentSnapshot(database);
	try {
		await checkMasterKeyFacts(db, masters).catch(refuse);
		const rows = await dataKeys(db);
		if (rows.some(isBeingReplaced(newestOf(rows))))
			throw new DataRefusal("the data keys are being replaced already; `gatehouse keys status` says how far the servers are.");
		const made: DataKeyRow[] = [...newestOf(rows).values()]
			.filter(({ purpose }) => purpose !== unsealing)
			.map(({ scope, purpose, id }) => {
				const row = { scope, purpose, id: id + 1 };
				return { ...row, wrapped: masters.wrap(row, random.bytes(dataKeyBytes)), created_at: clock.now(), kept_until: 0 };
			});
		const pools = [...new Set(made.map(({ scope }) => scope))].filter((scope) => scope !== serverScope).sort();
		const change = await openChange(database);
		try {
			const there = new Set([serverScope]);
			for (const id of pools)
				if ((await change.run(sql`update user_pools set version = version + 1 where id = ${id}`.compile(db))) === 1) there.add(id);
			const inserted = made.filter(({ scope }) => there.has(scope));
			const columns = new Map(definedTables()).get("data_keys")?.columns ?? {};
			const values = inserted.map((row) => Object.keys(columns).map((column) => row[column as keyof DataKeyRow]));
			// Another run may have been quicker.
			if ((await change.insert("data_keys", columns, values)) !== inserted.length)
				throw new DataRefusal("the data keys are being replaced already; `gatehouse keys status` says how far the servers are.");
			await change.commit();
			return { pools: there.size - 1, keys: inserted.length };
		} finally {
			await change.close();
		}
	} finally {
		await close();
	}
}

export interface KeysStatus {
	/** How many data keys each master key wraps, by the master key's id. */
	readonly wrapped: ReadonlyMap<number, number>;
	/** Boxes in rows that are not under the newest data key. */
	readonly left: number;
	/** Data keys that rows are still being sealed away from, and those that are kept for what clients hold. */
	readonly replaced: number;
	readonly kept: number;
	/** When the last of the kept ones goes: milliseconds since the epoch. */
	readonly keptUntil: number | undefined;
}

/** Where the keys are. It reads every table that has sealed columns. @throws DataRefusal */
export async function keysStatus(database: Database): Promise<KeysStatus> {
	const { db, close } = await openCurrentSnapshot(database);
	try {
		const rows = await dataKeys(db);
		const wrapped = new Map<number, number>();
		for (const row of rows) {
			const master = keyIdOf(row.wrapped) ?? 0;
			wrapped.set(master, (wrapped.get(master) ?? 0) + 1);
		}
		const newest = newestOf(rows);
		const kept = rows.filter(({ kept_until }) => kept_until > 0);
		return {
			wrapped,
			left: await countLeft(db, newest),
			replaced: rows.filter(isBeingReplaced(newest)).length,
			kept: kept.length,
			keptUntil: kept.length === 0 ? undefined : Math.max(...kept.map(({ kept_until }) => kept_until)),
		};
	} finally {
		await close();
	}
}

async function dataKeys(db: Kysely<Tables>): Promise<DataKeyRow[]> {
	return db.selectFrom("data_keys").selectAll().orderBy("scope").orderBy("purpose").orderBy("id").execute();
}

/** The newest key of each scope and purpose. */
function newestOf(rows: readonly DataKeyRow[]): ReadonlyMap<string, DataKeyRow> {
	const newest = new Map<string, DataKeyRow>();
	for (const row of rows) {
		const at = ringOf(row.scope, row.purpose);
		if (row.id > (newest.get(at)?.id ?? 0)) newest.set(at, row);
	}
	return newest;
}

const ringOf = (scope: string, purpose: string) => `${purpose} ${scope}`;

const isBeingReplaced = (newest: ReadonlyMap<string, DataKeyRow>) => (row: DataKeyRow) =>
	row.kept_until === 0 && row.id !== newest.get(ringOf(row.scope, row.purpose))?.id;

async function countLeft(db: Kysely<Tables>, newest: ReadonlyMap<string, DataKeyRow>): Promise<number> {
	let left = 0;
	for (const [table, columns] of Object.entries(sealedColumns) as [Table, Readonly<Record<string, Purpose>>][]) {
		const own = scopeColumn(table);
		const scope = own === undefined ? sql`${serverScope}` : sql.ref(own);
		for (const [column, purpose] of Object.entries(columns)) {
			const box = sql.ref(column);
			const { rows } = await sql<{ scope: string; header: Uint8Array; boxes: number }>`
				select ${scope} as scope, header, count(*) as boxes from
				(select ${sql.join([...(own === undefined ? [] : [sql.ref(own)]), sql`substr(${box}, 1, 5) as header`])} from ${sql.table(table)} where ${box} is not null) as boxes
				group by ${sql.join([...(own === undefined ? [] : [sql.ref(own)]), sql`header`])}`.execute(db);
			for (const row of rows) {
				const current = newest.get(ringOf(row.scope, purpose));
				// Rows of deleted pools have no keys any more, and go.
				if (current !== undefined && keyIdOf(row.header) !== current.id) left += row.boxes;
			}
		}
	}
	return left;
}
