/**
 * Restores a backup into an empty database of either engine: all of its rows in one transaction, or none. A backup of an older
 * version goes into the tables of that version first, which are then brought up to date.
 */
import { type BackupHeader, type BackupSummary, backedUpTables, readBackupFile } from "./backup-file.ts";
import { type BulkLoad, openBulkLoad } from "./bulk-load.ts";
import { DataRefusal } from "./data-refusal.ts";
import { migrate } from "./migrate.ts";
import { type Database, type OpenOptions, openEngine } from "./open.ts";

/**
 * Restores a file that `createBackup` wrote. The file is read to its end and checked before the database is touched, and again
 * while it is restored.
 * @throws DataRefusal where the file is damaged or of a newer version, has two rows of one key, or the database is not empty
 */
export async function restoreBackup(database: Database, file: string, options: OpenOptions): Promise<BackupSummary> {
	const header = await checkFile(file);
	// Holds SQLite's lock of the one server, too: nobody serves the database meanwhile.
	const engine = await openEngine(database, options);
	try {
		await migrate(engine, options, header.migrations);
		const seen = await engine.db.selectFrom("migrations").select("id").execute();
		const newer = seen.find(({ id }) => header.migrations.every((migration) => migration.id !== id));
		if (newer !== undefined)
			throw new DataRefusal(`the database is not new: it has the tables of ${newer.id}, and the backup is older than those.`);
		const load = await openBulkLoad(
			database,
			backedUpTables(header.migrations).map(([name]) => name),
		);
		try {
			const summary = await copy(file, header, load);
			await load.commit();
			await migrate(engine, options);
			return summary;
		} finally {
			await load.close();
		}
	} finally {
		await engine.close();
	}
}

/** Reads the file to its end. */
async function checkFile(file: string): Promise<BackupHeader> {
	const parts = readBackupFile(file);
	const { value: header } = await parts.next();
	for (let part = await parts.next(); !part.done; part = await parts.next());
	return header as BackupHeader;
}

async function copy(file: string, { migrations }: BackupHeader, load: BulkLoad): Promise<BackupSummary> {
	const tables = new Map(backedUpTables(migrations));
	for (const table of tables.keys()) {
		if (!(await load.isEmpty(table)))
			throw new DataRefusal(`the database is not empty: it has rows in ${table}; restore into a database that no server has used.`);
	}
	const parts = readBackupFile(file);
	for (;;) {
		const part = await parts.next();
		if (part.done) return part.value;
		if (!("table" in part.value)) continue;
		const { table, rows } = part.value;
		if ((await load.insert(table, tables.get(table)?.columns ?? {}, rows)) !== rows.length)
			throw new DataRefusal(`${file} can't be restored: it has two rows of one key in ${table}.`);
	}
}
