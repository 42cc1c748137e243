/**
 * The store's contract. Domain code reads first, then hands over one closed batch of verbs: all of them or none.
 * A batch runs no domain code, so an engine may run it again. No two verbs of a batch may touch the same row.
 * The engines are `sqlite.ts` and `postgres.ts`; this folder must not know what a pool or a user means.
 */
import type { Compilable, Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** What a column holds: booleans are 0 and 1, instants are milliseconds since the epoch. */
export type Value = string | number | null | Uint8Array;
export type Table = keyof Tables;
type Row<T extends Table> = Tables[T];
/** A condition on one column: equal to a value (null is "is null"), or compared with it. */
export type Condition<V> = V | { readonly below: number } | { readonly atLeast: number };
export type Where<T extends Table> = { readonly [C in keyof Row<T>]?: Condition<Row<T>[C]> };
/** A new value for a column, or an amount added to the one that is there. */
export type Assignment<V> = V | { readonly add: number };
export type Changes<T extends Table> = { readonly [C in keyof Row<T>]?: Assignment<Row<T>[C]> };

/** One step of a batch. `L` is the outcome that the batch ends with, changing nothing, when the step's demand is not met. */
export type Verb<L extends string = string> = {
	readonly table: Table;
	readonly otherwise: L | undefined;
} & (
	| { readonly verb: "insert"; readonly row: Readonly<Record<string, Value>> }
	| { readonly verb: "insertRows"; readonly rows: readonly Readonly<Record<string, Value>>[] }
	| {
			readonly verb: "put";
			readonly key: readonly string[];
			readonly row: Readonly<Record<string, Assignment<Value>>>;
			readonly where: Readonly<Record<string, Condition<Value>>>;
	  }
	| {
			readonly verb: "update";
			readonly set: Readonly<Record<string, Assignment<Value>>>;
			readonly where: Readonly<Record<string, Condition<Value>>>;
	  }
	| { readonly verb: "consume"; readonly where: Readonly<Record<string, Condition<Value>>> }
	| { readonly verb: "require"; readonly where: Readonly<Record<string, Condition<Value>>>; readonly rows: "none" | "some" }
);

/** Inserts a row. A row with its key (or a unique column) already there ends the batch with `taken`; without `taken` it is left as it is. */
export function insert<T extends Table, L extends string = never>(table: T, row: Row<T>, taken?: L): Verb<L> {
	return { verb: "insert", table, row: row as Readonly<Record<string, Value>>, otherwise: taken };
}

/**
 * Inserts many rows at once, all of them with the same columns and no two with the same key. If one of them is there already the
 * batch ends with `taken`; without `taken` that one is left as it is.
 */
export function insertRows<T extends Table, L extends string = never>(table: T, rows: readonly Row<T>[], taken?: L): Verb<L> {
	return { verb: "insertRows", table, rows: rows as readonly Readonly<Record<string, Value>>[], otherwise: taken };
}

/**
 * Inserts a row or, where `key` is there already, sets its other columns; `{ add: n }` starts at n and adds n. With `where`, a row
 * that is there is changed only if it fits, else the batch ends with `otherwise`: so a counter has a limit that no race exceeds.
 */
export function put<T extends Table, L extends string = never>(
	table: T,
	key: readonly (keyof Row<T> & string)[],
	row: { readonly [C in keyof Row<T>]: Assignment<Row<T>[C]> },
	where: Where<T> = {},
	otherwise?: L,
): Verb<L> {
	return {
		verb: "put",
		table,
		key,
		row: row as Readonly<Record<string, Assignment<Value>>>,
		where: where as Record<string, Condition<Value>>,
		otherwise,
	};
}

/** Changes the rows that `where` finds. If it finds none the batch ends with `stale`; without `stale` that is no matter. */
export function update<T extends Table, L extends string = never>(table: T, where: Where<T>, set: Changes<T>, stale?: L): Verb<L> {
	return {
		verb: "update",
		table,
		where: where as Record<string, Condition<Value>>,
		set: set as Record<string, Assignment<Value>>,
		otherwise: stale,
	};
}

/** Deletes the rows that `where` finds. If it finds none the batch ends with `gone`; without `gone` that is no matter. */
export function consume<T extends Table, L extends string = never>(table: T, where: Where<T>, gone?: L): Verb<L> {
	return { verb: "consume", table, where: where as Record<string, Condition<Value>>, otherwise: gone };
}

/**
 * Demands that `where` finds no row, or some. Rows that are found stay as they are until the batch is done. That there are none is
 * decided by what was committed when the batch began: a race between two batches is decided by `insert`, or `put` with a condition.
 */
export function require<T extends Table, L extends string>(table: T, where: Where<T>, rows: "none" | "some", otherwise: L): Verb<L> {
	return { verb: "require", table, where: where as Record<string, Condition<Value>>, rows, otherwise };
}

/** A read compiled once for each store: hot paths use these, and a test explains every one of them. */
export interface Statement<P, R> {
	readonly name: string;
	readonly build: (db: Kysely<Tables>, param: <K extends keyof P & string>(name: K) => P[K]) => Compilable<R>;
}

/** `const findUser = statement<{ pool: string; id: string }>()("findUser", (db, param) => db.selectFrom(…).where("pool_id", "=", param("pool")))` */
export function statement<P extends Record<string, Value>>() {
	return <R>(name: string, build: Statement<P, R>["build"]): Statement<P, R> => ({ name, build });
}

export interface StoreCounts {
	readonly statements: number;
	readonly batches: number;
	readonly commits: number;
	/** Batches that an engine ran again after a serialisation failure or deadlock. */
	readonly retries: number;
}

export interface Store {
	readonly engine: "sqlite" | "postgres";
	/** For reads that are built anew each time (filters, lists). It can't write. */
	readonly db: Kysely<Tables>;
	/** Runs a compiled read with its parameters. */
	read<P extends Record<string, Value>, R>(statement: Statement<P, R>, params: P): Promise<R[]>;
	/** Runs a batch: `done` when every demand was met and the commit is on the disk, else the label of the first that was not, and nothing is changed. */
	write<L extends string = never>(batch: readonly Verb<L>[]): Promise<"done" | L>;
	readonly counts: StoreCounts;
	/** Deletes every row of every table but the migrations' and the server's own keys. Development only. */
	reset(): Promise<void>;
	/** Answers if the engine does: for readiness. */
	check(): Promise<void>;
	close(): Promise<void>;
}
