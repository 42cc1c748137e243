/**
 * The file of a backup: every table in the order of its definition, in the form of `table-lines.ts`, compressed. Its head says what it is:
 *
 *     {"backup":"gatehouse","format":1,"at":"2026-01-01T00:00:00.000Z","engine":"sqlite","migrations":["0001-first"]}
 */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { Random } from "../kernel/ports.ts";
import { DataRefusal } from "./data-refusal.ts";
import { definedTables } from "./migrations/index.ts";
import { type AnyTable, bootstrap, type Migration } from "./migrations/migration.ts";
import { writeNewFile } from "./new-file.ts";
import type { Store, Table } from "./store.ts";
import { decodeTables, encodeTables, isMigrationIds, migrationsOf, type TableRows, unknownMigration } from "./table-lines.ts";

/** Counts up when a file changes so that older versions can't read it. */
const formatCurrent = 1;

export interface BackupHeader {
	/** Every write that was acknowledged before this instant is in the backup. Milliseconds since the epoch. */
	readonly at: number;
	readonly engine: Store["engine"];
	/** The migrations that the database has seen. */
	readonly migrations: readonly Migration[];
}

export interface BackupSummary {
	readonly at: number;
	readonly rows: number;
}

/** The tables of a backup with the columns that they have after these migrations: all but those that migrating itself needs. */
export function backedUpTables(seen: readonly Migration[]): [Table, AnyTable][] {
	return definedTables(seen).filter(([name]) => !(name in bootstrap.tables));
}

/**
 * Writes a backup under a temporary name and, once all of it is on the disk, gives it its own; only the owner may read it. The rows
 * must come in the order of the tables.
 * @throws DataRefusal where the name is taken by then, or a row holds what a backup can't
 */
export async function writeBackupFile(
	path: string,
	{ at, engine, migrations: seen }: BackupHeader,
	rows: AsyncIterable<TableRows>,
	random: Random,
): Promise<BackupSummary> {
	const head = {
		backup: "gatehouse",
		format: formatCurrent,
		at: new Date(at).toISOString(),
		engine,
		migrations: seen.map(({ id }) => id),
	};
	let count = 0;
	async function* lines(): AsyncGenerator<Buffer> {
		count = yield* encodeTables(head, backedUpTables(seen), rows);
	}
	await writeNewFile(path, "backup", random, (file) => pipeline(lines, createGzip(), file));
	return { at, rows: count };
}

/**
 * Reads a backup: its header first, then its rows; whoever reads to the end knows that it is whole. Memory does not grow with the file.
 * @throws DataRefusal where it is damaged, cut off, or of a newer version
 */
export async function* readBackupFile(path: string): AsyncGenerator<BackupHeader | TableRows, BackupSummary> {
	const parts = decodeTables(createReadStream(path), {
		readHead: (line) => readHeader(path, line),
		tablesOf: (head) => backedUpTables(head.migrations),
		damaged: (what) => new DataRefusal(`${path} is not a whole backup (${what}).`),
	});
	let at = 0;
	try {
		for (;;) {
			const part = await parts.next();
			if (part.done) return { at, rows: part.value };
			if ("head" in part.value) ({ at } = part.value.head);
			yield "head" in part.value ? part.value.head : part.value;
		}
	} catch (error) {
		const { code = "", syscall } = error as { code?: string; syscall?: string };
		throw syscall === undefined ? error : new DataRefusal(`${path} can't be read (${code}).`);
	} finally {
		await parts.return(0);
	}
}

function readHeader(path: string, line: Readonly<Record<string, unknown>>): BackupHeader {
	const { backup, format, at, engine, migrations: ids } = line;
	const instant = typeof at === "string" ? Date.parse(at) : Number.NaN;
	if (backup !== "gatehouse" || typeof format !== "number") throw new DataRefusal(`${path} is not a backup of Gatehouse.`);
	if (format > formatCurrent)
		throw new DataRefusal(`${path} was made by a newer version (format ${format}); restore it with that version or a later one.`);
	if (Number.isNaN(instant) || (engine !== "sqlite" && engine !== "postgres") || !isMigrationIds(ids))
		throw new DataRefusal(`${path} is not a whole backup (its first line can't be read).`);
	const unknown = unknownMigration(ids);
	if (unknown !== undefined)
		throw new DataRefusal(`${path} was made by a newer version (${unknown}); restore it with that version or a later one.`);
	return { at: instant, engine, migrations: migrationsOf(ids, path) };
}
