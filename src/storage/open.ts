/** Opens the store that the configuration names, with its tables up to date. */
import type { EngineOptions } from "./engine.ts";
import { migrate } from "./migrate.ts";
import { openPostgres, type PostgresOptions } from "./postgres.ts";
import { openSqlite } from "./sqlite.ts";
import type { Store } from "./store.ts";

export type Database = { readonly engine: "sqlite"; readonly path: string } | { readonly engine: "postgres"; readonly url: string };

/** Opens a database and runs the migrations that it lacks. `options.postgres` is for that engine alone. */
export async function openStore(
	database: Database,
	options: EngineOptions & { readonly postgres?: Omit<PostgresOptions, keyof EngineOptions> },
): Promise<Store> {
	const { postgres, ...shared } = options;
	const engine =
		database.engine === "sqlite" ? await openSqlite(database.path, shared) : await openPostgres(database.url, { ...shared, ...postgres });
	try {
		await migrate(engine, options);
		return engine;
	} catch (error) {
		await engine.close();
		throw error;
	}
}
