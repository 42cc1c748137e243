/**
 * Removes what is over: rows whose time has passed, and everything of pools that were deleted. It walks each table's primary key
 * in small pages and deletes by exact keys, so that no table needs an index on time and no statement is long.
 * Several nodes may sweep at once.
 */
import { setImmediate } from "node:timers/promises";
import { type RawBuilder, sql } from "kysely";
import type { Clock, Log } from "../kernel/ports.ts";
import { definedTables } from "./migrations/index.ts";
import { type Condition, consume, require, type Store, type Table, type Value, type Verb } from "./store.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

/** Tables whose rows pass: the column of time, and how long after it a row is kept. */
const passing: readonly { readonly table: Table; readonly column: string; readonly keptMilliseconds: number }[] = [
	// A session ends with its refresh token; the last access token that this gave lives up to a day longer.
	{ table: "sessions", column: "expires_at", keptMilliseconds: day },
	{ table: "token_sessions", column: "expires_at", keptMilliseconds: 0 },
	{ table: "tracked_sign_ins", column: "expires_at", keptMilliseconds: minute },
	{ table: "browser_sessions", column: "expires_at", keptMilliseconds: 0 },
	{ table: "codes", column: "expires_at", keptMilliseconds: 0 },
	// The outbox itself removes what it gives up, and says so.
	{ table: "outbox", column: "expires_at", keptMilliseconds: 60 * minute },
	// As long as what is spent: a challenge must not get its tries again.
	{ table: "challenge_attempts", column: "expires_at", keptMilliseconds: minute },
	{ table: "custom_challenges", column: "expires_at", keptMilliseconds: 0 },
	// What is spent stays so for requests under way, and on nodes whose clock is behind.
	{ table: "spent", column: "expires_at", keptMilliseconds: minute },
	// Cognito's lock-out lasts at most 15 minutes: after as many quiet ones the count starts again.
	{ table: "sign_in_failures", column: "last_at", keptMilliseconds: 15 * minute },
	// No window of calls is longer than a day.
	{ table: "call_counts", column: "window_starts_at", keptMilliseconds: day },
	// What an import said of each line of its file: docs/operating/import.md.
	{ table: "user_import_log", column: "at", keptMilliseconds: 30 * day },
	{ table: "signing_keys", column: "verifies_until", keptMilliseconds: 0 },
	{ table: "identity_token_keys", column: "verifies_until", keptMilliseconds: 0 },
	{ table: "batches", column: "at", keptMilliseconds: day },
];

/** Rows that are looked at in one go. */
const pageRows = 256;
/** Rows that one batch deletes. */
const batchRows = 32;
/** Clients that one batch deletes, with their secrets. */
const clientBatchRows = 16;
/** Steps of one tick at most: it bounds how much of a second the sweep takes. */
const stepsMax = 32;
const tickMilliseconds = 1000;
/** How long a table that was walked to its end is left alone. */
const restMilliseconds = minute;
/** How long after its deletion a pool's rows are removed: requests that had begun, or know the pool from a cache, are over by then. */
const deletedPoolKeptMilliseconds = minute;

export interface Sweep {
	/** Does one small piece of work: `now` is the wall-clock time. Answers how many rows it deleted, and whether more work is known of. */
	step(now: number): Promise<{ readonly deleted: number; readonly more: boolean }>;
	/** Steps on from time to time, until `stop`. The timer keeps no process alive. */
	start(log: Log): void;
	stop(): Promise<void>;
}

type Key = readonly Value[];

/** Where the walk through one table is. */
interface Walk {
	readonly rule: (typeof passing)[number];
	after: Key | undefined;
	/** Not before this time: the walk is at rest. */
	restsUntil: number;
}

/** `further` are steps over rows whose meaning the domain alone knows. */
export function createSweep(store: Store, clock: Clock, further: readonly Sweep["step"][] = []): Sweep {
	const walks = passing.map((rule): Walk => ({ rule, after: undefined, restsUntil: Number.NEGATIVE_INFINITY }));

	async function step(now: number): Promise<{ deleted: number; more: boolean }> {
		let deleted = 0;
		let more = false;
		for (const part of [sweepPassed, sweepDeletedPool, ...further]) {
			const done = await part(now);
			deleted += done.deleted;
			more ||= done.more;
		}
		return { deleted, more };
	}

	/** Looks at the next page of one table, the tables taking turns. */
	async function sweepPassed(now: number): Promise<{ deleted: number; more: boolean }> {
		// A clock that was set back ends the rest too.
		const isResting = ({ restsUntil }: Walk) => restsUntil > now && restsUntil <= now + restMilliseconds;
		const walk = walks.find((walk) => !isResting(walk));
		if (walk === undefined) return { deleted: 0, more: false };
		walks.push(...walks.splice(walks.indexOf(walk), 1));
		const { table, column, keptMilliseconds } = walk.rule;
		const { rows, keys } = await page(store, table, walk.after, undefined, column);
		const before = now - keptMilliseconds;
		const over = keys.filter((_, row) => (rows[row]?.[column] as number) < before);
		// On PostgreSQL each batch leaves a row in `batches` itself: deleting them in ones and twos would go on for ever.
		const deletable = table === "batches" ? over.slice(0, over.length - (over.length % batchRows)) : over;
		const deleted = await remove(store, table, deletable, { [column]: { below: before } });
		const atEnd = rows.length < pageRows;
		walk.after = atEnd ? undefined : keys.at(-1);
		walk.restsUntil = atEnd ? now + restMilliseconds : Number.NEGATIVE_INFINITY;
		return { deleted, more: walks.some((walk) => !isResting(walk)) };
	}

	/** Removes a page of rows of a pool that was deleted some time ago. */
	async function sweepDeletedPool(now: number): Promise<{ deleted: number; more: boolean }> {
		const pool = await store.db
			.selectFrom("deleted_pools")
			.select("id")
			.where("at", "<", now - deletedPoolKeptMilliseconds)
			.orderBy("id")
			.limit(1)
			.executeTakeFirst();
		if (pool === undefined) return { deleted: 0, more: false };
		return { deleted: await removePoolRows(store, pool.id), more: true };
	}

	let timer: NodeJS.Timeout | undefined;
	let underWay: Promise<void> = Promise.resolve();
	let stopped = false;

	async function tick(log: Log): Promise<void> {
		try {
			for (let steps = 0; steps < stepsMax && !stopped; steps++) {
				if (!(await step(clock.now())).more) break;
				// Requests come first.
				await setImmediate();
			}
		} catch (error) {
			// The database may be away for a while: the next tick tries again.
			log.warn({ error: (error as Error).message }, "the sweep failed");
		}
	}

	function schedule(log: Log): void {
		timer = setTimeout(() => {
			underWay = tick(log).finally(() => {
				if (!stopped) schedule(log);
			});
		}, tickMilliseconds);
		timer.unref();
	}

	return {
		step,
		start: schedule,
		async stop() {
			stopped = true;
			clearTimeout(timer);
			await underWay;
		},
	};
}

/**
 * Removes a page of a deleted pool's rows, and its mark once none are left. Answers how many rows; 0 where the pool has no mark.
 * What is under way elsewhere removes nothing of a later pool of that id: each batch demands the mark.
 */
export async function removePoolRows(store: Store, pool: string): Promise<number> {
	for (const { table, column } of poolTables) {
		if (table === "app_clients") {
			const clients = await removePoolClients(store, pool);
			if (clients > 0) return clients;
			continue;
		}
		const { keys } = await page(store, table, undefined, { column, value: pool });
		if (keys.length > 0) return remove(store, table, keys, {}, markOf(pool));
	}
	return (await store.write([consume("deleted_pools", { id: pool }, "gone")])) === "done" ? 1 : 0;
}

/** Removes a page of a deleted pool's clients together with their secrets, which are found by their client. Answers how many clients. */
export async function removePoolClients(store: Store, pool: string): Promise<number> {
	const { keys } = await page(store, "app_clients", undefined, { column: "pool_id", value: pool });
	for (let at = 0; at < keys.length; at += clientBatchRows) {
		const batch = keys.slice(at, at + clientBatchRows).flatMap(([key]): Verb<"gone">[] => {
			const id = key as string;
			return [consume("client_secrets", { client_id: id }), consume("app_clients", { id, pool_id: pool })];
		});
		if ((await store.write([markOf(pool), ...batch])) === "gone") return 0;
	}
	return keys.length;
}

/** That the pool is still being removed. */
function markOf(pool: string): Verb<"gone"> {
	return require("deleted_pools", { id: pool }, "some", "gone");
}

/** Deletes rows by their keys, where `and` still holds, and while `mark`, where one is given, is met. Answers how many. */
async function remove(
	store: Store,
	table: Table,
	keys: readonly Key[],
	and: Readonly<Record<string, Condition<Value>>>,
	mark?: Verb<"gone">,
): Promise<number> {
	for (let at = 0; at < keys.length; at += batchRows) {
		const rows = keys.slice(at, at + batchRows).map((key): Verb<"gone"> => {
			const where = Object.fromEntries(keyOf(table).map((column, i) => [column, key[i] as Value]));
			return { verb: "consume", table, where: { ...where, ...and }, otherwise: undefined };
		});
		if ((await store.write(mark === undefined ? rows : [mark, ...rows])) === "gone") return at;
	}
	return keys.length;
}

/** A page of a table in the order of its key: the rows after `after`, or those whose `of.column` has a value. */
async function page(
	store: Store,
	table: Table,
	after: Key | undefined,
	of?: { readonly column: string; readonly value: string },
	further?: string,
): Promise<{ rows: Record<string, Value>[]; keys: Key[] }> {
	const key = keyOf(table);
	const columns = sql.join([...key, ...(further === undefined ? [] : [further])].map((column) => sql.ref(column)));
	const order = sql.join(key.map((column) => sql.ref(column)));
	let where: RawBuilder<unknown> = sql``;
	if (of !== undefined) where = sql`where ${sql.ref(of.column)} = ${of.value}`;
	else if (after !== undefined) where = sql`where (${order}) > (${sql.join([...after])})`;
	const { rows } = await sql<
		Record<string, Value>
	>`select ${columns} from ${sql.table(table)} ${where} order by ${order} limit ${pageRows}`.execute(store.db);
	return { rows, keys: rows.map((row) => key.map((column) => row[column] as Value)) };
}

const keys = new Map(definedTables().map(([name, { key }]) => [name, key]));
const keyOf = (table: Table): readonly string[] => keys.get(table) ?? [];

/** The tables that hold rows of pools, and the column with the pool's id. Secrets of clients go with their client. */
const poolTables: readonly { readonly table: Table; readonly column: string }[] = [
	// First: what is sealed under them can't be read any more.
	{ table: "data_keys", column: "scope" },
	...definedTables()
		.filter(([name, { columns }]) => "pool_id" in columns && name !== "client_secrets")
		.map(([table]) => ({ table, column: "pool_id" })),
];
