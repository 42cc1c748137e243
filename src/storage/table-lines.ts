/**
 * Rows of tables as gzip of lines of JSON, the same for every engine: a head, then each table's columns and its rows, then the end.
 *
 *     {…, "migrations":["0001-first"]}
 *     {"table":"spent","columns":{"pool_id":"text","id":"text","expires_at":"integer"}}
 *     ["us-east-1_AAAAAAAAA","…",1767225600000]
 *     {"rows":1,"sha256":"…"}
 *
 * Bytes are base64. The last line has the number of rows and the SHA-256 of all that stands before it: lines without it are cut off.
 * Whoever calls says what the head is and which tables there are, and refuses in words of its own.
 */
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DataRefusal } from "./data-refusal.ts";
import { migrations } from "./migrations/index.ts";
import type { AnyTable, Migration } from "./migrations/migration.ts";
import type { Table, Value } from "./store.ts";

/** A row with every attribute at its longest is far below it: a longer line is no row of ours. */
const lineBytesMax = 16 * 1024 * 1024;
/** Rows that are handed on together, unless their table ends before. */
const pageRows = 512;
const newline = 0x0a;
const migrationId = /^\d{4}-[a-z0-9-]{1,64}$/;

/** Rows of one table, as arrays in the order of its columns. */
export interface TableRows {
	readonly table: Table;
	readonly rows: readonly (readonly Value[])[];
}

export interface TableLines<H> {
	/** Reads the head, which is the first line. Throws where it is none. */
	readonly readHead: (line: Readonly<Record<string, unknown>>) => H;
	/** The tables that must follow, in their order. */
	readonly tablesOf: (head: H) => [Table, AnyTable][];
	/** The refusal of lines that are not whole or not ours, for a reason. */
	readonly damaged: (what: string) => Error;
}

/**
 * The lines of some tables, not compressed. The rows must come in the order of the tables. Returns how many there were.
 * @throws DataRefusal for text that lines can't hold
 */
export async function* encodeTables(
	head: object,
	tables: readonly [Table, AnyTable][],
	rows: AsyncIterable<TableRows>,
): AsyncGenerator<Buffer, number> {
	const hash = createHash("sha256");
	let count = 0;
	const encode = (texts: readonly string[]): Buffer => {
		const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
		hash.update(bytes);
		return bytes;
	};
	const waiting = [...tables];
	/** The heads of the tables up to `table`, those without rows included. */
	const heads = (table?: Table): string[] => {
		const end = table === undefined ? waiting.length : waiting.findIndex(([name]) => name === table) + 1;
		return waiting.splice(0, end).map(([name, { columns }]) => JSON.stringify({ table: name, columns }));
	};
	yield encode([JSON.stringify(head)]);
	for await (const { table, rows: page } of rows) {
		if (!page.every((row) => row.every(isPlain)))
			throw new DataRefusal(`the database has text with U+0000 in ${table}, which Gatehouse never writes: correct those rows first.`);
		count += page.length;
		yield encode([...heads(table), ...page.map(encodeRow)]);
	}
	yield encode(heads());
	yield Buffer.from(`${JSON.stringify({ rows: count, sha256: hash.digest("hex") })}\n`);
	return count;
}

/**
 * The head, then the rows, of what `encodeTables` and gzip made; whoever reads to the end knows that it is whole. Memory does not
 * grow with it. Returns the number of rows.
 */
export async function* decodeTables<H>(
	source: Readable,
	{ readHead, tablesOf, damaged }: TableLines<H>,
): AsyncGenerator<{ readonly head: H } | TableRows, number> {
	const hash = createHash("sha256");
	let begun = false;
	let waiting: [Table, AnyTable][] = [];
	let table: Table | undefined;
	let types: readonly string[] = [];
	let rows: Value[][] = [];
	let count = 0;
	let end: { rows?: unknown; sha256?: unknown } | undefined;

	/** Takes a line that is neither a row nor the head. */
	function take(line: Record<string, unknown>): void {
		if ("table" in line) {
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
	function* handOn(): Generator<TableRows> {
		if (table !== undefined && rows.length > 0) yield { table, rows };
		rows = [];
	}

	for await (const lines of linesOf(source, damaged)) {
		for (const line of lines) {
			if (end !== undefined) throw damaged("something follows its end");
			const parsed = parseLine(line);
			if (parsed === undefined) throw damaged("a line can't be read");
			if (Array.isArray(parsed)) {
				const row = decodeRow(parsed, types);
				if (table === undefined || row === undefined) throw damaged("a row does not fit its table");
				rows.push(row);
				count++;
				if (rows.length === pageRows) yield* handOn();
			} else if (begun) {
				yield* handOn();
				take(parsed);
			} else {
				const head = readHead(parsed);
				waiting = [...tablesOf(head)];
				begun = true;
				yield { head };
			}
			if (end === undefined) hash.update(line).update("\n");
		}
	}
	if (!begun || end === undefined) throw damaged("it is cut off");
	if (end.rows !== count || end.sha256 !== hash.digest("hex")) throw damaged("its checksum is another");
	return count;
}

/** The lines of a compressed source, as many at once as were decompressed together. */
async function* linesOf(source: Readable, damaged: (what: string) => Error): AsyncGenerator<Buffer[]> {
	const gunzip = createGunzip();
	// Node ends neither stream for the other's error by `pipe`.
	source.on("error", (error) => gunzip.destroy(error));
	try {
		/** What has come of a line whose end has not. */
		let pieces: Buffer[] = [];
		let bytes = 0;
		for await (const chunk of source.pipe(gunzip) as AsyncIterable<Buffer>) {
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
		throw error;
	} finally {
		source.destroy();
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

/** PostgreSQL's text can't hold U+0000, so no engine's does: see `cleanValue`. */
function isPlain(value: Value): boolean {
	return typeof value !== "string" || !value.includes("\0");
}

function encodeRow(row: readonly Value[]): string {
	return JSON.stringify(row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value)));
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
	if (typeof value !== "string" || !isPlain(value)) return undefined;
	return plain === "bytes" ? Buffer.from(value, "base64") : value;
}

/**
 * The migrations that a file or database (`what`) names. They run in their order, so they are all those up to one of them.
 * @throws DataRefusal where they are not
 */
export function migrationsOf(ids: readonly string[], what: string): readonly Migration[] {
	if (ids.length === 0) throw new DataRefusal(`${what} has none of Gatehouse's tables.`);
	const stray = ids.find((id, at) => id !== migrations[at]?.id);
	if (stray !== undefined) throw new DataRefusal(`${what} is of no version: its migration ${stray} is out of turn.`);
	return migrations.slice(0, ids.length);
}

/** A list of migrations as a head may have it. */
export function isMigrationIds(ids: unknown): ids is string[] {
	return Array.isArray(ids) && ids.every((id) => typeof id === "string" && migrationId.test(id));
}

/** The first of these migrations that this version does not know. */
export function unknownMigration(ids: readonly string[]): string | undefined {
	return ids.find((id) => migrations.every((migration) => migration.id !== id));
}
