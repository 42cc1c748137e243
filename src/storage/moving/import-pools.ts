/**
 * Puts pools into a database that may have others: all of their rows in one transaction, so that everybody sees all of it or nothing,
 * whatever happens on the way. Ids are kept, since passwords are bound to them, unless the one pool gets another id (`renaming.ts`).
 */
import type { Clock, Random } from "../../kernel/ports.ts";
import { type BulkLoad, openBulkLoad } from "../bulk-load.ts";
import { DataRefusal } from "../data-refusal.ts";
import { StoreFailure } from "../engine.ts";
import { createMasterKeys, type DataKeyWrapping } from "../master-keys.ts";
import { migrations } from "../migrations/index.ts";
import { addedColumns, type Migration } from "../migrations/migration.ts";
import { type Database, type OpenOptions, openStore } from "../open.ts";
import type { Store, Table, Value } from "../store.ts";
import type { TableRows } from "../table-lines.ts";
import { createVault, type Vault } from "../vault.ts";
import type { MoveHead, PoolSource } from "./pool-file.ts";
import { poolColumn, tablesAfter, versionedTables } from "./pool-tables.ts";
import { createRenamed, type Renaming } from "./renaming.ts";

/** A row by its columns. */
export type NamedRow = Readonly<Record<string, Value>>;

export interface ImportOptions {
	readonly database: Database;
	readonly masterKeys: () => readonly Uint8Array[];
	readonly ports: { readonly clock: Clock; readonly random: Random };
	/** What the database is opened with beside the ports. */
	readonly open?: Partial<OpenOptions>;
	/** Refuses ids of pools that nobody would reach here. */
	readonly checkPool?: (id: string) => void;
	/** Makes what the pool needs under another id; absent where ids are kept. */
	readonly rename?: (vault: Vault) => Promise<Renaming>;
}

export interface ImportSummary {
	readonly pools: readonly string[];
	readonly users: number;
	readonly clients: number;
	readonly rows: number;
	/** Clients that got another id, with the one that they had: only under another id of the pool. */
	readonly renamedClients: ReadonlyMap<string, string>;
	/** How many rows each of the renaming's last statements changed. */
	readonly changed: readonly number[];
}

/** What is known of a source once it was read to its end. */
interface Contents {
	readonly head: MoveHead;
	readonly clients: readonly string[];
	readonly users: number;
	/** The data keys, opened; few. */
	readonly keys: readonly NamedRow[];
}

/**
 * Imports all pools of a source. It is read to its end and checked before the database is touched, and again while it goes in.
 * @throws DataRefusal where the source is not whole, an id is taken, or the database is in use by a server that shares it with nobody
 */
export async function importPools(source: PoolSource, options: ImportOptions): Promise<ImportSummary> {
	const contents = await readThrough(source);
	const { pools } = contents.head;
	if (options.rename !== undefined && pools.length !== 1)
		throw new DataRefusal(`there are ${pools.length} pools in it, and one of them can have another id: export that one by itself.`);
	if (options.rename === undefined) for (const id of pools) options.checkPool?.(id);
	const { clock, random } = options.ports;
	const { store, vault, masterKeys } = await openTarget(options);
	try {
		const renaming = await options.rename?.(vault);
		await checkPoolsFree(store, renaming === undefined ? pools : [renaming.id]);
		const taken = await takenClients(store, contents.clients);
		if (renaming === undefined && taken[0] !== undefined) throw new DataRefusal(`the app client ${taken[0]} is there already.`);
		const renamed = renaming && createRenamed(renaming, contents.keys, taken, options.ports, source);
		const load = await openBulkLoad(options.database, []);
		try {
			const target: Target = { load, wrapping: createMasterKeys(masterKeys, random), now: clock.now(), renamed };
			const rows = await copy(source, contents, target);
			const changed: number[] = [];
			for (const statement of renaming?.last ?? []) changed.push(await load.run(statement.compile(store.db)));
			await load.commit();
			const { clients, users } = contents;
			return {
				pools: renaming === undefined ? pools : [renaming.id],
				users,
				clients: clients.length,
				rows,
				renamedClients: renamed?.clients ?? new Map(),
				changed,
			};
		} finally {
			await load.close();
		}
	} finally {
		await store.close();
	}
}

/** Refuses what an import would refuse in the end, before the source is made: a database in use, another master key, ids that are taken. */
export async function checkImportable(options: ImportOptions, ids: readonly string[]): Promise<void> {
	const { store } = await openTarget(options);
	try {
		await checkPoolsFree(store, ids);
	} finally {
		await store.close();
	}
}

/** Opens the database with its keys. On SQLite this holds the lock of the one server, too: nobody serves it meanwhile. */
async function openTarget({ database, masterKeys: keysOf, ports, open }: ImportOptions) {
	let store: Store | undefined;
	try {
		store = await openStore(database, { ...open, ...ports });
		const masterKeys = keysOf();
		return { store, masterKeys, vault: await createVault(store, masterKeys, ports.random, ports.clock) };
	} catch (error) {
		await store?.close();
		throw error instanceof StoreFailure ? new DataRefusal(`${error.message}.`) : error;
	}
}

/** Reads a source to its end, and checks that its rows are those of its pools. */
async function readThrough(source: PoolSource): Promise<Contents> {
	const clients: string[] = [];
	const keys: NamedRow[] = [];
	const pools = new Set<Value>();
	let head: MoveHead | undefined;
	let columns = columnsAfter([]);
	let users = 0;
	for await (const part of source.read()) {
		if ("head" in part) {
			head = part.head;
			columns = columnsAfter(head.migrations);
			continue;
		}
		for (const row of namedRows(part, columns)) {
			if (!head?.pools.includes(row[poolColumn(part.table)] as string)) throw source.damaged("it has a row of another pool");
			if (part.table === "user_pools") pools.add(row["id"] as Value);
			if (part.table === "app_clients") clients.push(row["id"] as string);
			if (part.table === "data_keys") keys.push(row);
			if (part.table === "client_secrets" && !clients.includes(row["client_id"] as string))
				throw source.damaged("it has a secret of another client");
		}
		if (part.table === "users") users += part.rows.length;
	}
	if (head === undefined || pools.size !== head.pools.length || pools.size === 0) throw source.damaged("a pool is missing");
	return { head, clients, users, keys };
}

function namedRows({ table, rows }: TableRows, columns: ReadonlyMap<Table, readonly string[]>): NamedRow[] {
	const names = columns.get(table) ?? [];
	return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] as Value])));
}

function columnsAfter(seen: readonly Migration[]): ReadonlyMap<Table, readonly string[]> {
	return new Map(tablesAfter(seen).map(([table, { columns }]) => [table, Object.keys(columns)]));
}

/** @throws DataRefusal */
async function checkPoolsFree({ db }: Store, ids: readonly string[]): Promise<void> {
	if (ids.length === 0) return;
	const [there] = await db.selectFrom("user_pools").select("id").where("id", "in", ids).execute();
	if (there !== undefined) throw new DataRefusal(`the user pool ${there.id} is there already.`);
	const [leaving] = await db.selectFrom("deleted_pools").select("id").where("id", "in", ids).execute();
	if (leaving !== undefined)
		throw new DataRefusal(
			`the rows of a deleted user pool ${leaving.id} are still being removed by the server; try again in some minutes.`,
		);
}

/** In parts, since a statement takes a limited number of values. */
async function takenClients({ db }: Store, ids: readonly string[]): Promise<string[]> {
	const taken: string[] = [];
	for (let at = 0; at < ids.length; at += clientsPerQuery) {
		const some = ids.slice(at, at + clientsPerQuery);
		taken.push(...(await db.selectFrom("app_clients").select("id").where("id", "in", some).execute()).map(({ id }) => id));
	}
	return taken;
}
const clientsPerQuery = 500;

interface Target {
	readonly load: BulkLoad;
	readonly wrapping: DataKeyWrapping;
	readonly now: number;
	readonly renamed: ReturnType<typeof createRenamed> | undefined;
}

/** Copies the rows, as they are to be here. Answers how many. */
async function copy(
	source: PoolSource,
	{ head: { migrations: seen } }: Contents,
	{ load, wrapping, now, renamed }: Target,
): Promise<number> {
	const tables = new Map(tablesAfter(migrations));
	const columnsThere = columnsAfter(seen);
	let count = 0;
	async function insertAll(table: Table, rows: readonly NamedRow[]): Promise<void> {
		const columns = tables.get(table)?.columns ?? {};
		const values = rows.map((row) =>
			Object.keys(columns).map((column) => (column in row ? (row[column] as Value) : defaultOf(table, column))),
		);
		if ((await load.insert(table, columns, values)) !== rows.length)
			throw new DataRefusal(
				`rows of ${table} are there already: the pool's or a client's id was taken meanwhile, or a row is in it twice.`,
			);
		count += rows.length;
	}
	for (const { table, row } of renamed?.rows ?? []) await insertAll(table, [row]);
	for await (const part of source.read()) {
		if ("head" in part) continue;
		const { table } = part;
		let rows = namedRows(part, columnsThere);
		if (renamed !== undefined) rows = renamed.rowsOf(table, rows);
		else if (table === "data_keys") rows = rows.map((row) => wrapped(row, wrapping));
		if (versionedTables.includes(table)) rows = rows.map((row) => ({ ...row, version: now }));
		if (rows.length > 0) await insertAll(table, rows);
	}
	return count;
}

function wrapped(row: NamedRow, wrapping: DataKeyWrapping): NamedRow {
	const place = row as unknown as { scope: string; purpose: string; id: number; wrapped: Uint8Array };
	return { ...row, wrapped: wrapping.wrap(place, place.wrapped) };
}

/** What a column holds in rows of before it was added. */
function defaultOf(table: Table, column: string): Value {
	const found = migrations.flatMap(addedColumns).find((each) => each.table === table && each.column === column);
	return found?.added.default ?? null;
}
