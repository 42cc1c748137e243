/** What a migration is: tables as data, from which both engines' statements are made. */
import type { Table } from "../store.ts";
import type { Tables } from "../tables.ts";

/** `integer` holds what a JavaScript number holds exactly; text compares bytewise. Columns are never null unless they say so. */
export type ColumnType = PlainType | `${PlainType} or null`;
type PlainType = "text" | "integer" | "bytes";
type PlainTypeOf<V> = V extends number ? "integer" : V extends string ? "text" : "bytes";
type ColumnTypeOf<V> = null extends V ? `${PlainTypeOf<NonNullable<V>>} or null` : PlainTypeOf<V>;

/** A table of any migration, as those see it who make statements of it. */
export interface AnyTable {
	readonly columns: Readonly<Record<string, ColumnType>>;
	readonly key: readonly string[];
	/** The columns whose hash places a row, for engines that shard by hash; empty where rows must stay in order. */
	readonly scatter: readonly string[];
	readonly indexes?: Readonly<Record<string, readonly string[]>>;
}

export interface TableDefinition<T extends Table> extends AnyTable {
	readonly columns: { readonly [C in keyof Tables[T]]-?: ColumnTypeOf<Tables[T][C]> };
	readonly key: readonly (keyof Tables[T] & string)[];
	readonly scatter: readonly (keyof Tables[T] & string)[];
	readonly indexes?: Readonly<Record<string, readonly (keyof Tables[T] & string)[]>>;
}

/** Migrations go forward only, in the order of their ids. Each runs in one transaction and may safely be run twice. */
export interface Migration {
	readonly id: string;
	readonly tables: { readonly [T in Table]?: TableDefinition<T> };
}

/** The tables that migrating itself needs. */
export const bootstrap: Migration = {
	id: "0000-bootstrap",
	tables: {
		migrations: { columns: { id: "text", at: "integer" }, key: ["id"], scatter: ["id"] },
		batches: { columns: { id: "text", at: "integer" }, key: ["id"], scatter: ["id"] },
		leases: { columns: { name: "text", holder: "text", expires_at: "integer" }, key: ["name"], scatter: ["name"] },
	},
};
