/**
 * The file of a backup, the same for every engine: gzip of lines of JSON, in the order of the tables' definitions.
 *
 *     {"backup":"gatehouse","format":1,"at":"2026-01-01T00:00:00.000Z","engine":"sqlite","migrations":["0001-first"]}
 *     {"table":"spent","columns":{"pool_id":"text","id":"text","expires_at":"integer"}}
 *     ["us-east-1_AAAAAAAAA","…",1767225600000]
 *     {"rows":1,"sha256":"…"}
 *
 * Bytes are base64. The last line has the number of rows and the SHA-256 of all that stands before it: a file without it is cut off.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type { Random } from "../kernel/ports.ts";
import { definedTables, migrations } from "./migrations/index.ts";
import { type AnyTable, bootstrap, type Migration } from "./migrations/migration.ts";
import type { Store, Table, Value } from "./store.ts";

/** Counts up when a file changes so that older versions can't read it. */
const formatCurrent = 1;
/** A row with every attribute at its longest is far below it: a longer line is no row of ours. */
const lineBytesMax = 16 * 1024 * 1024;
const newline = 0x0a;

/** A backup or restore that can't be done; its message is one sentence for the operator. */
export class BackupRefusal extends Error {
	override readonly name = "BackupRefusal";
}

export interface BackupHeader {
	/** Every write that was acknowledged before this instant is in the backup. Milliseconds since the epoch. */
	readonly at: number;
	readonly engine: Store["engine"];
	/** The migrations that the database has seen. */
	readonly migrations: readonly Migration[];
}

/** Rows of one table, as arrays in the order of its columns. */
export interface TableRows {
	readonly table: Table;
	readonly rows: readonly (readonly Value[])[];
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
 */
export async function writeBackupFile(
	path: string,
	header: BackupHeader,
	rows: AsyncIterable<TableRows>,
	random: Random,
): Promise<BackupSummary> {
	const temporary = `${path}.${random.bytes(6).toString("hex")}.partial`;
	let count = 0;

	async function* lines(): AsyncGenerator<Buffer> {
		const hash = createHash("sha256");
		const encode = (texts: readonly string[]): Buffer => {
			const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
			hash.update(bytes);
			return bytes;
		};
		const waiting = backedUpTables(header.migrations);
		/** The heads of the tables up to `table`, those without rows included. */
		const heads = (table?: Table): string[] => {
			const end = table === undefined ? waiting.length : waiting.findIndex(([name]) => name === table) + 1;
			return waiting.splice(0, end).map(([name, { columns }]) => JSON.stringify({ table: name, columns }));
		};
		const { at, engine, migrations: seen } = header;
		yield encode([
			JSON.stringify({
				backup: "gatehouse",
				format: formatCurrent,
				at: new Date(at).toISOString(),
				engine,
				migrations: seen.map(({ id }) => id),
			}),
		]);
		for await (const { table, rows: page } of rows) {
			count += page.length;
			yield encode([...heads(table), ...page.map(encodeRow)]);
		}
		yield encode(heads());
		yield Buffer.from(`${JSON.stringify({ rows: count, sha256: hash.digest("hex") })}\n`);
	}

	try {
		await pipeline(lines, createGzip(), createWriteStream(temporary, { flags: "wx", mode: 0o600, flush: true }));
		await rename(temporary, path);
		await syncFolder(dirname(path));
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	}
	return { at: header.at, rows: count };
}

function encodeRow(row: readonly Value[]): string {
	return JSON.stringify(row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value)));
}

/** A new name is on the disk once its folder is. Windows has no such call. */
async function syncFolder(folder: string): Promise<void> {
	if (process.platform === "win32") return;
	const handle = await open(folder, "r");
	try {
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/**
 * Reads a backup: its header first, then its rows; whoever reads to the end knows that it is whole. Memory does not grow with the file.
 * @throws BackupRefusal where it is damaged, cut off, or of a newer version
 */
export async function* readBackupFile(path: string): AsyncGenerator<BackupHeader | TableRows, BackupSummary> {
	const damaged = (what: string) => new BackupRefusal(`${path} is not a whole backup (${what}).`);
	const hash = createHash("sha256");
	let header: BackupHeader | undefined;
	let waiting: [Table, AnyTable][] = [];
	let table: Table | undefined;
	let types: readonly string[] = [];
	let count = 0;
	let end: { rows?: unknown; sha256?: unknown } | undefined;

	/** Takes a line that is not a row. */
	function take(line: Record<string, unknown>): void {
		if (header === undefined) {
			header = readHeader(path, line);
			waiting = backedUpTables(header.migrations);
		} else if ("table" in line) {
			const next = waiting.shift();
			if (next === undefined || line["table"] !== next[0] || JSON.stringify(line["columns"]) !== JSON.stringify(next[1].columns))
				throw damaged("it has a table that it should not have");
			table = next[0];
			types = Object.values(next[1].columns);
		} else {
			if (waiting.length > 0) throw damaged("a table is missing");
			end = line;
		}
	}

	for await (const lines of linesOf(path, damaged)) {
		let rows: Value[][] = [];
		for (const line of lines) {
			if (end !== undefined) throw damaged("something follows its end");
			const parsed = parseLine(line);
			if (parsed === undefined) throw damaged("a line can't be read");
			if (Array.isArray(parsed)) {
				const row = decodeRow(parsed, types);
				if (table === undefined || row === undefined) throw damaged("a row does not fit its table");
				rows.push(row);
				count++;
			} else {
				if (table !== undefined && rows.length > 0) yield { table, rows };
				rows = [];
				const first = header === undefined;
				take(parsed);
				if (first && header !== undefined) yield header;
			}
			if (end === undefined) hash.update(line).update("\n");
		}
		if (table !== undefined && rows.length > 0) yield { table, rows };
	}
	if (header === undefined || end === undefined) throw damaged("it is cut off");
	if (end.rows !== count || end.sha256 !== hash.digest("hex")) throw damaged("its checksum is another");
	return { at: (header as BackupHeader).at, rows: count };
}

/** The lines of a file, as many at once as were decompressed together. */
async function* linesOf(path: string, damaged: (what: string) => BackupRefusal): AsyncGenerator<Buffer[]> {
	const file = createReadStream(path);
	const gunzip = createGunzip();
	// Node ends neither stream for the other's error by `pipe`.
	file.on("error", (error) => gunzip.destroy(error));
	try {
		/** What has come of a line whose end has not. */
		let pieces: Buffer[] = [];
		let bytes = 0;
		for await (const chunk of file.pipe(gunzip) as AsyncIterable<Buffer>) {
			const lines: Buffer[] = [];
			let from = 0;
			for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
				const piece = chunk.subarray(from, end);
				lines.push(pieces.length === 0 ? piece : Buffer.concat([...pieces, piece]));
				pieces = [];
				bytes = 0;
				from = end + 1;
			}
			pieces.push(chunk.subarray(from));
			bytes += chunk.length - from;
			if (bytes > lineBytesMax) throw damaged("a line is too long");
			yield lines;
		}
		if (bytes > 0) throw damaged("it is cut off");
	} catch (error) {
		const { code = "" } = error as { code?: string };
		if (code === "Z_BUF_ERROR") throw damaged("it is cut off");
		if (code.startsWith("Z_")) throw damaged("it can't be decompressed");
		if ((error as { syscall?: string }).syscall !== undefined) throw new BackupRefusal(`${path} can't be read (${code}).`);
		throw error;
	} finally {
		file.destroy();
		gunzip.destroy();
	}
}

function parseLine(line: Buffer): unknown[] | Record<string, unknown> | undefined {
	try {
		const parsed: unknown = JSON.parse(line.toString("utf8"));
		return typeof parsed === "object" && parsed !== null ? (parsed as unknown[] | Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

function readHeader(path: string, line: Record<string, unknown>): BackupHeader {
	const { backup, format, at, engine, migrations: ids } = line;
	const instant = typeof at === "string" ? Date.parse(at) : Number.NaN;
	if (backup !== "gatehouse" || typeof format !== "number") throw new BackupRefusal(`${path} is not a backup of Gatehouse.`);
	if (format > formatCurrent)
		throw new BackupRefusal(`${path} was made by a newer version (format ${format}); restore it with that version or a later one.`);
	if (Number.isNaN(instant) || (engine !== "sqlite" && engine !== "postgres") || !Array.isArray(ids))
		throw new BackupRefusal(`${path} is not a whole backup (its first line can't be read).`);
	const unknown = ids.find((id) => migrations.every((migration) => migration.id !== id));
	if (unknown !== undefined)
		throw new BackupRefusal(`${path} was made by a newer version (${String(unknown)}); restore it with that version or a later one.`);
	return { at: instant, engine, migrations: migrations.filter(({ id }) => ids.includes(id)) };
}

/** The row's values by the types of its columns; undefined where one does not fit. */
function decodeRow(row: readonly unknown[], types: readonly string[]): Value[] | undefined {
	if (row.length !== types.length) return undefined;
	const values: Value[] = [];
	for (const [i, type] of types.entries()) {
		const value = decodeValue(row[i], type);
		if (value === undefined) return undefined;
		values.push(value);
	}
	return values;
}

function decodeValue(value: unknown, type: string): Value | undefined {
	if (value === null) return type.endsWith(" or null") ? null : undefined;
	const plain = type.replace(" or null", "");
	if (plain === "integer") return Number.isSafeInteger(value) ? (value as number) : undefined;
	if (typeof value !== "string") return undefined;
	return plain === "bytes" ? Buffer.from(value, "base64") : value;
}
