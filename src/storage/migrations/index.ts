/** Every migration, oldest first. */
import type { Table } from "../store.ts";
import { first } from "./0001-first.ts";
import { type AnyTable, bootstrap, type Migration } from "./migration.ts";

export const migrations: readonly Migration[] = [first];

/** Every table with its definition, but the one that says which migrations have run. */
export function definedTables(): [Table, AnyTable][] {
	return [bootstrap, ...migrations]
		.flatMap(({ tables }) => Object.entries(tables) as [Table, AnyTable][])
		.filter(([name]) => name !== "migrations");
}

/** The names of those tables. */
export function tableNames(): Table[] {
	return definedTables().map(([name]) => name);
}
