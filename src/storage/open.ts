/** Opens the store that the configuration names, with its tables up to date. */
import type { Engine, EngineOptions } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { openPostgres, type PostgresOptions } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";

export type Database = { readonly engine: "sqlite"; readonly path: string } | { readonly engine: "postgres"; readonly url: string };

/** `postgres` is for that engine alone. */
export type OpenOptions = EngineOptions & { readonly postgres?: Omit<PostgresOptions, keyof EngineOptions> };

/** Opens a database and runs the migrations that it lacks. */
export async function openStore(database: Database, options: OpenOptions): Promise<Store> {
	const engine = await openEngine(database, options);
	try {
		await migrate(engine, options);
		return engine;
	} catch (error) {
		await engine.close();
		throw error;
	}
}

/** Opens a database as it is, for who brings its tables up to date. */
export async function openEngine(database: Database, { postgres, ...shared }: OpenOptions): Promise<Engine> {
	if (database.engine === "sqlite") return await openSqlite(database.path, shared);
	return await openPostgres(database.url, { ...shared, ...postgres });
}
