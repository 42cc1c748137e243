/**
 * Backups of a database that a server serves meanwhile, each of one state. Secrets stay sealed as they are in the rows, and the master
 * key is not in the backup.
 */
import type { Kysely } from "kysely";
import type { Clock, Random } from "../kernel/ports.ts";
import { type BackupSummary, backedUpTables, writeBackupFile } from "./backup-file.ts";
import type { Migration } from "./migrations/migration.ts";
import { checkNewFile } from "./new-file.ts";
import type { Database } from "./open.ts";
import { openSnapshot, pagesOf, seenMigrations } from "./snapshot.ts";
import type { TableRows } from "./table-lines.ts";
import type { Tables } from "./tables.ts";

/**
 * Writes a backup of a database into a new file. Every write that was acknowledged before it began is in it.
 * @throws DataRefusal where the file is there already or the database is none of ours
 */
export async function createBackup(
	database: Database,
	file: string,
	ports: { readonly clock: Clock; readonly random: Random },
): Promise<BackupSummary> {
	checkNewFile(file, "backup");
	const at = ports.clock.now();
	const snapshot = await openSnapshot(database);
	try {
		const seen = await seenMigrations(snapshot.db, "back it up");
		return await writeBackupFile(file, { at, engine: database.engine, migrations: seen }, rowsOf(snapshot.db, seen), ports.random);
	} finally {
		await snapshot.close();
	}
}

async function* rowsOf(db: Kysely<Tables>, seen: readonly Migration[]): AsyncGenerator<TableRows> {
	for (const [table, definition] of backedUpTables(seen)) {
		for await (const rows of pagesOf(db, table, definition)) yield { table, rows };
	}
}
