/** Reads on either engine: a Kysely that can only select, and statements that are compiled once. */
import {
	type CompiledQuery,
	type DatabaseConnection,
	type Dialect,
	Kysely,
	PostgresAdapter,
	PostgresIntrospector,
	PostgresQueryCompiler,
	type QueryResult,
	RawNode,
	SelectQueryNode,
	SqliteAdapter,
	SqliteIntrospector,
	SqliteQueryCompiler,
} from "kysely";
import { assert } from "../kernel/assert.ts";
import { cleanValue } from "./engine.ts";
import type { Statement, Store, Value } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Runs one select of an engine. */
export type Query = (sql: string, params: readonly Value[]) => Promise<unknown[]>;

/** Kysely over `query`, without transactions and without anything that writes: writes are batches. */
export function createReadingKysely(engine: Store["engine"], query: Query): Kysely<Tables> {
	const connection: DatabaseConnection = {
		async executeQuery<R>(compiled: CompiledQuery): Promise<QueryResult<R>> {
			assert(isRead(compiled), "the store's db only reads: writes go through Store.write");
			return { rows: (await query(compiled.sql, (compiled.parameters as Value[]).map(cleanValue))) as R[] };
		},
		async *streamQuery<R>(compiled: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
			// Never a cursor: an open one would hold an old snapshot.
			yield await this.executeQuery<R>(compiled);
		},
	};
	const refuse = async () => assert(false, "the store's db has no transactions: one statement sees one state");
	const dialect: Dialect = {
		createDriver: () => ({
			init: async () => {},
			acquireConnection: async () => connection,
			releaseConnection: async () => {},
			beginTransaction: refuse,
			commitTransaction: refuse,
			rollbackTransaction: refuse,
			destroy: async () => {},
		}),
		createQueryCompiler: () => (engine === "sqlite" ? new SqliteQueryCompiler() : new PostgresQueryCompiler()),
		createAdapter: () => (engine === "sqlite" ? new SqliteAdapter() : new PostgresAdapter()),
		createIntrospector: (db) => (engine === "sqlite" ? new SqliteIntrospector(db) : new PostgresIntrospector(db)),
	};
	return new Kysely<Tables>({ dialect });
}

function isRead(compiled: CompiledQuery): boolean {
	return SelectQueryNode.is(compiled.query) || (RawNode.is(compiled.query) && /^\s*(select|explain)\b/i.test(compiled.sql));
}

export interface CompiledRead {
	readonly sql: string;
	/** The values of the placeholders, in their order. */
	bind(params: Readonly<Record<string, Value>>): Value[];
}

/** Stands for a parameter while a statement is compiled. */
class Placeholder {
	readonly name: string;

	constructor(name: string) {
		this.name = name;
	}
}

/** Compiles a statement by building it with placeholders in the place of its parameters. */
export function compileRead<P, R>(db: Kysely<Tables>, statement: Statement<P, R>): CompiledRead {
	const { sql, parameters } = statement.build(db, (name) => new Placeholder(name) as never).compile();
	const sources = parameters.map((value) => (value instanceof Placeholder ? value : cleanValue(value as Value)));
	return {
		sql,
		bind: (params) =>
			sources.map((source) => {
				if (!(source instanceof Placeholder)) return source;
				const value = params[source.name];
				assert(value !== undefined, "a statement's parameter is missing");
				return cleanValue(value);
			}),
	};
}
