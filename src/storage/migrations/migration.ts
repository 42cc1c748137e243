/** What a migration is: tables as data, from which both engines' statements are made. */
import type { Table } from "../store.ts";
import type { Tables } from "../tables.ts";

/** `integer` holds what a JavaScript number holds exactly; text compares bytewise. Columns are never null unless they say so. */
export type ColumnType = PlainType | `${PlainType} or null`;
export type PlainType = "text" | "integer" | "bytes";
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

/** The columns that later migrations added to a table: what made the table doesn't have them. */
interface Added {
	readonly data_keys: "kept_until";
	readonly iam_access_keys: "last_used_at" | "last_used_service" | "last_used_region";
	readonly iam_entities: "last_used_at" | "last_used_region";
	readonly identity_token_keys: "signs_from" | "verifies_until";
	readonly signing_keys: "signs_from" | "verifies_until";
	readonly users: "groups" | "factors";
	readonly sessions: "device_key" | "device_confirmed" | "scopes" | "audience";
}
type AddedTo<T extends Table> = T extends keyof Added ? Added[T] : never;

export interface TableDefinition<T extends Table> extends AnyTable {
	readonly columns: { readonly [C in Exclude<keyof Tables[T], AddedTo<T>>]-?: ColumnTypeOf<Tables[T][C]> };
	readonly key: readonly (keyof Tables[T] & string)[];
	readonly scatter: readonly (keyof Tables[T] & string)[];
	readonly indexes?: Readonly<Record<string, readonly (keyof Tables[T] & string)[]>>;
}

/** Migrations go forward only, in the order of their ids. Each runs in one transaction and may safely be run twice. */
export interface Migration {
	readonly id: string;
	readonly tables: { readonly [T in Table]?: TableDefinition<T> };
	/** Columns added to tables of earlier migrations, with what they hold in the rows that are there. */
	readonly columns?: {
		readonly [T in keyof Added]?: {
			readonly [C in Added[T] & keyof Tables[T]]?: {
				readonly type: ColumnTypeOf<Tables[T][C]>;
				readonly default: Tables[T][C] & (string | number);
			};
		};
	};
}

/** An added column of any migration. */
export interface AddedColumn {
	readonly type: ColumnType;
	readonly default: string | number;
}

/** The columns that a migration adds, each with its table. */
export function addedColumns(migration: Migration): { readonly table: Table; readonly column: string; readonly added: AddedColumn }[] {
	return Object.entries(migration.columns ?? {}).flatMap(([table, columns]) =>
		Object.entries(columns as Readonly<Record<string, AddedColumn>>).map(([column, added]) => ({ table: table as Table, column, added })),
	);
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
