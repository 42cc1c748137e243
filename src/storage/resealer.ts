/**
 * Seals rows anew after new data keys were made (`reseal.ts`), in the background of a serving node: a page of a table at a time, each box
 * only if it is still the one that was read, so that whoever writes meanwhile wins. One node does it; if that one stops, another begins
 * anew, and what is done already is only read. A walk through all tables that meets no box under an old key retires that key, and a
 * further one, once nothing outside of rows is sealed under it either, deletes it.
 */
import { type RawBuilder, sql } from "kysely";
import type { Clock, Log, Random } from "../kernel/ports.ts";
import { keyIdOf } from "./master-keys.ts";
import { contextColumns, keyColumns, scopeColumn, scopeOf, sealedColumns, sealedContext } from "./sealed-columns.ts";
import { consume, insert, type Store, type Table, update, type Value, type Verb } from "./store.ts";
import { type Keyrings, knownEverywhereMilliseconds, type Purpose, serverScope, type Vault } from "./vault.ts";

const minute = 60_000;
const hour = 60 * minute;

/** After it seals, a new key's predecessor has this much longer: clocks differ, and requests are under way. */
const settlingMilliseconds = 30_000;
/** How long a key is kept after the last row under it was sealed anew. */
const keptMilliseconds = 24 * hour;
/** The same for what clients hold: temporary credentials live up to 36 hours, all else but refresh tokens is shorter. */
const keptForClientsMilliseconds = 48 * hour;
/** Rows that are read, and at most sealed, in one step. */
const pageRows = 32;
/** Sessions that are looked at in one step. */
const sessionPageRows = 256;
const leaseMilliseconds = minute;
const leaseName = "reseal";
/** Between two looks at whether there is anything to do. */
const restMilliseconds = 30_000;
/** Where only boxes are left that nobody can open. */
const longRestMilliseconds = hour;

export interface Resealer {
	/** Does one small piece of work; `more` says whether there is more. */
	step(): Promise<{ readonly more: boolean }>;
	/** Lets another node go on at once. */
	release(): Promise<void>;
}

type Row = Readonly<Record<string, Value>>;

/** The keys of one scope and purpose. */
interface Ring {
	readonly scope: string;
	readonly purpose: Purpose;
	readonly newest: { readonly id: number; readonly createdAt: number };
	readonly older: readonly { readonly id: number; readonly keptUntil: number }[];
	/** Boxes under other keys that this walk has met. */
	met: number;
	/** When the last session ends whose refresh token may be sealed under an older key. */
	sessionsEnd: number;
}

/** A walk through all tables that have boxes of the rings. */
interface Walk {
	readonly rings: ReadonlyMap<string, Ring>;
	/** Still to be walked through; the first is under way. */
	readonly tables: Table[];
	after: readonly Value[] | undefined;
	readonly keyrings: Map<string, Keyrings | undefined>;
	resealed: number;
	/** Boxes that did not open, by table. */
	readonly unopened: Map<Table, number>;
	leasedUntil: number;
}

const ringKey = (scope: string, purpose: string) => `${purpose} ${scope}`;

export function createResealer(
	store: Store,
	vault: Vault,
	{ clock, random, log }: { readonly clock: Pick<Clock, "now">; readonly random: Random; readonly log: Log },
): Resealer {
	const holder = random.bytes(16).toString("base64url");
	let walk: Walk | undefined;
	let restsUntil = Number.NEGATIVE_INFINITY;

	async function step(): Promise<{ more: boolean }> {
		const now = clock.now();
		if (walk === undefined) {
			await vault.refresh();
			// A clock that was set back ends the rest too.
			if (restsUntil > now && restsUntil <= now + longRestMilliseconds) return { more: false };
			restsUntil = now + restMilliseconds;
			walk = await begin(now);
			return { more: walk !== undefined };
		}
		if (walk.leasedUntil - now < leaseMilliseconds / 2) {
			await vault.refresh();
			if (!(await renewLease(walk, now))) {
				walk = undefined;
				return { more: false };
			}
		}
		const [table] = walk.tables;
		if (table !== undefined) {
			await walkPage(walk, table);
			return { more: true };
		}
		const ended = walk;
		walk = undefined;
		await end(ended, now);
		await store.write([consume("leases", { name: leaseName, holder })]);
		return { more: true };
	}

	async function begin(now: number): Promise<Walk | undefined> {
		const rings = await ringsToDo(now);
		if (rings.size === 0 || !(await takeLease(now))) return undefined;
		const all = [...rings.values()];
		const tables = (Object.keys(sealedColumns) as Table[]).filter((table) =>
			all.some(
				({ scope, purpose }) =>
					Object.values(sealedColumns[table] ?? {}).includes(purpose) && (scope === serverScope) === (scopeColumn(table) === undefined),
			),
		);
		// What clients hold: only the refresh tokens live as long as their pool likes.
		if (all.some(({ scope, purpose }) => scope !== serverScope && purpose === "session")) tables.push("sessions");
		return {
			rings,
			tables,
			after: undefined,
			keyrings: new Map(),
			resealed: 0,
			unopened: new Map(),
			leasedUntil: now + leaseMilliseconds,
		};
	}

	/** Those with a key that is to be retired or deleted, once its successor has been sealing for a while. */
	async function ringsToDo(now: number): Promise<Map<string, Ring>> {
		const sealing = now - knownEverywhereMilliseconds - settlingMilliseconds;
		const { rows: due } = await sql<{ scope: string; purpose: string }>`
			select scope, purpose from data_keys where kept_until <= ${now} group by scope, purpose
			having count(*) > 1 and max(created_at) <= ${sealing}`.execute(store.db);
		const rings = new Map<string, Ring>();
		if (due.length === 0) return rings;
		const wanted = new Set(due.map(({ scope, purpose }) => ringKey(scope, purpose)));
		const keys = await store.db.selectFrom("data_keys").select(["scope", "purpose", "id", "created_at", "kept_until"]).execute();
		const grouped = Map.groupBy(keys, ({ scope, purpose }) => ringKey(scope, purpose));
		for (const [key, of] of grouped) {
			const [newest, ...older] = of.sort((a, b) => b.id - a.id);
			if (!wanted.has(key) || newest === undefined || older.length === 0) continue;
			rings.set(key, {
				scope: newest.scope,
				purpose: newest.purpose as Purpose,
				newest: { id: newest.id, createdAt: newest.created_at },
				older: older.map(({ id, kept_until }) => ({ id, keptUntil: kept_until })),
				met: 0,
				sessionsEnd: 0,
			});
		}
		return rings;
	}

	async function takeLease(now: number): Promise<boolean> {
		const expires_at = now + leaseMilliseconds;
		if ((await store.write([insert("leases", { name: leaseName, holder, expires_at }, "taken")])) === "done") return true;
		const free = update("leases", { name: leaseName, expires_at: { below: now } }, { holder, expires_at }, "taken");
		return (await store.write([free])) === "done";
	}

	async function renewLease(of: Walk, now: number): Promise<boolean> {
		const expires_at = now + leaseMilliseconds;
		const outcome = await store.write([update("leases", { name: leaseName, holder }, { expires_at }, "lost")]);
		of.leasedUntil = expires_at;
		return outcome === "done";
	}

	async function walkPage(of: Walk, table: Table): Promise<void> {
		const limit = table === "sessions" ? sessionPageRows : pageRows;
		const rows = await readPage(table, of.after, limit);
		if (table === "sessions") noteSessions(of, rows);
		else await resealRows(of, table, rows);
		const last = rows.at(-1);
		if (last === undefined || rows.length < limit) {
			of.tables.shift();
			of.after = undefined;
		} else of.after = keyColumns(table).map((column) => last[column] as Value);
	}

	/** The rows after a key, in the order of the key. */
	async function readPage(table: Table, after: readonly Value[] | undefined, limit: number): Promise<Row[]> {
		const key = keyColumns(table);
		const scope = scopeColumn(table);
		const read =
			table === "sessions"
				? ["auth_time", "expires_at"]
				: [...contextColumns(table), ...(scope === undefined ? [] : [scope]), ...Object.keys(sealedColumns[table] ?? {})];
		const columns = sql.join([...new Set([...key, ...read])].map((column) => sql.ref(column)));
		const order = sql.join(key.map((column) => sql.ref(column)));
		const where: RawBuilder<unknown> = after === undefined ? sql`` : sql`where (${order}) > (${sql.join([...after])})`;
		const { rows } = await sql<Row>`select ${columns} from ${sql.table(table)} ${where} order by ${order} limit ${limit}`.execute(store.db);
		return rows;
	}

	function noteSessions(of: Walk, rows: readonly Row[]): void {
		for (const row of rows) {
			const ring = of.rings.get(ringKey(row["pool_id"] as string, "session"));
			if (ring === undefined) continue;
			const before = ring.newest.createdAt + knownEverywhereMilliseconds + settlingMilliseconds;
			if ((row["auth_time"] as number) < before) ring.sessionsEnd = Math.max(ring.sessionsEnd, row["expires_at"] as number);
		}
	}

	async function resealRows(of: Walk, table: Table, rows: readonly Row[]): Promise<void> {
		const verbs: Verb<never>[] = [];
		for (const row of rows) {
			const changed = await resealRow(of, table, row);
			if (Object.keys(changed).length === 0) continue;
			const where: Record<string, Value> = {};
			for (const column of keyColumns(table)) where[column] = row[column] as Value;
			// Whoever has written meanwhile has sealed under the new key.
			for (const column of Object.keys(changed)) where[column] = row[column] as Value;
			verbs.push({ verb: "update", table, where, set: changed, otherwise: undefined });
			of.resealed += Object.keys(changed).length;
		}
		await store.write(verbs);
	}

	/** The row's boxes that are under another key than the newest, sealed anew. */
	async function resealRow(of: Walk, table: Table, row: Row): Promise<Record<string, Value>> {
		const changed: Record<string, Value> = {};
		const scope = scopeOf(table, row);
		for (const [column, purpose] of Object.entries(sealedColumns[table] ?? {})) {
			const box = row[column];
			const ring = of.rings.get(ringKey(scope, purpose));
			// A newer key than the walk knows: it goes on from there another time.
			if (ring === undefined || !(box instanceof Uint8Array) || (keyIdOf(box) ?? 0) >= ring.newest.id) continue;
			if (!of.keyrings.has(scope)) of.keyrings.set(scope, await vault.keyrings(scope));
			const keyring = of.keyrings.get(scope)?.[purpose];
			// Of a pool that was deleted meanwhile: the row goes, too.
			if (keyring === undefined) continue;
			ring.met++;
			const context = sealedContext(table, column, row);
			const plaintext = keyring.open(context, box);
			if (plaintext === undefined) of.unopened.set(table, (of.unopened.get(table) ?? 0) + 1);
			else changed[column] = keyring.seal(context, plaintext);
		}
		return changed;
	}

	/** Retires and deletes the keys that nothing was met of. */
	async function end(of: Walk, now: number): Promise<void> {
		for (const [table, boxes] of of.unopened)
			log.error({ table, boxes }, "what can't be opened can't be sealed anew, and its data key stays");
		if (of.resealed > 0) log.info({ boxes: of.resealed }, "secrets are sealed under new data keys");
		for (const ring of of.rings.values()) if (ring.met === 0) await retire(ring, now);
		// A walk that has sealed anything is followed by one that looks whether that was all.
		const hasStuck = [...of.rings.values()].some(({ met }) => met > 0) && of.resealed === 0;
		restsUntil = hasStuck ? now + longRestMilliseconds : Number.NEGATIVE_INFINITY;
	}

	async function retire({ scope, purpose, older, sessionsEnd }: Ring, now: number): Promise<void> {
		const least = now + (purpose === "session" ? keptForClientsMilliseconds : keptMilliseconds);
		for (const { id, keptUntil } of older) {
			if (keptUntil > now) continue;
			if (keptUntil === 0 || sessionsEnd > now) {
				const kept_until = Math.max(least, sessionsEnd);
				await store.write([update("data_keys", { scope, purpose, id, kept_until: keptUntil }, { kept_until })]);
				continue;
			}
			await store.write([
				consume("data_keys", { scope, purpose, id, kept_until: keptUntil }),
				update("user_pools", { id: scope }, { version: { add: 1 } }),
			]);
			log.info({ scope, purpose, id }, "a data key that nothing is sealed under any more is deleted");
		}
	}

	return {
		step,
		async release() {
			if (walk === undefined) return;
			walk = undefined;
			// Where the database is away the lease ends by itself.
			await store.write([consume("leases", { name: leaseName, holder })]).catch(() => undefined);
		},
	};
}
