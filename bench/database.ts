/** The databases of both engines: a PostgreSQL server with fsync on where one is needed, and seeded databases on either. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { type PostgresServer, startPostgres } from "../test/support/postgres.ts";
import { copyForSqlite, copyIntoPostgres } from "./seed.ts";

export type Engine = "sqlite" | "postgres";
export const engines: readonly Engine[] = ["sqlite", "postgres"];

export interface Databases {
	/** An empty database, or a copy of a seeded one. `folder` is for this run's files. */
	open(engine: Engine, folder: string, seedPath?: string): Promise<string>;
	/** The PostgreSQL server's own process; it is started by `open`. */
	postmaster(): Promise<number>;
	/** Ends the PostgreSQL server as a crash would, and starts it again. */
	crashPostgres(): Promise<void>;
	/** Syncs of the write-ahead log so far. */
	postgresSyncs(): Promise<number>;
	close(): Promise<void>;
}

/** `folder` is where PostgreSQL's data goes. `under` makes the command that PostgreSQL runs under, from the folder that is its own. */
export function createDatabases(folder: string, under: (folder: string) => readonly string[] = () => []): Databases {
	let server: PostgresServer | undefined;
	let place: string | undefined;

	async function ensurePostgres(): Promise<PostgresServer> {
		if (server !== undefined) return server;
		place = mkdtempSync(join(folder, "postgres-"));
		// Its account may be another one, which has to get through to its own folder below.
		chmodSync(place, 0o755);
		server = await startPostgres({ fsync: true, parent: place, under });
		return server;
	}

	async function ask<R>(sql: string): Promise<R> {
		const client = new pg.Client({ connectionString: (await ensurePostgres()).url });
		await client.connect();
		try {
			return (await client.query(sql)).rows[0] as R;
		} finally {
			await client.end();
		}
	}

	return {
		async open(engine, runFolder, seedPath) {
			if (engine === "sqlite")
				return seedPath === undefined ? `sqlite:${join(runFolder, "gatehouse.db")}` : copyForSqlite(seedPath, runFolder);
			const url = await (await ensurePostgres()).createDatabase();
			if (seedPath !== undefined) await copyIntoPostgres(seedPath, url);
			return url;
		},
		async postmaster() {
			const { folder } = await ask<{ folder: string }>("select setting as folder from pg_settings where name = 'data_directory'");
			return Number(readFileSync(join(folder, "postmaster.pid"), "utf8").split("\n")[0]);
		},
		crashPostgres: async () => (await ensurePostgres()).crash(),
		async postgresSyncs() {
			const { syncs } = await ask<{ syncs: string }>("select coalesce(sum(fsyncs), 0) as syncs from pg_stat_io where object = 'wal'");
			return Number(syncs);
		},
		async close() {
			await server?.stop();
			if (place !== undefined) rmSync(place, { recursive: true, force: true });
		},
	};
}
