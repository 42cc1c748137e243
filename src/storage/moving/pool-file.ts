/**
 * The file of an export: the tables of `pool-tables.ts` in the form of `table-lines.ts`, compressed and sealed under a passphrase
 * (`crypto/sealed-stream.ts`). Only its first line can be read without that:
 *
 *     {"gatehouse":"export","format":1,"argon2id":{"memoryKibibytes":65536,"passes":3,"parallelism":4},"salt":"…"}
 *
 * and the first line inside says what it holds:
 *
 *     {"at":"2026-01-01T00:00:00.000Z","migrations":["0001-first"],"pools":["us-east-1_AAAAAAAAA"]}
 *
 * In `data_keys` the column `wrapped` has the key itself. docs/operating/moving.md describes the format for others.
 */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import {
	deriveStreamKey,
	isPassphraseCost,
	openStream,
	type PassphraseCost,
	passphraseCost,
	passphraseSaltBytes,
	StreamFailure,
	type StreamFault,
	sealStream,
} from "../../crypto/sealed-stream.ts";
import { parseObject } from "../../kernel/json.ts";
import type { Random } from "../../kernel/ports.ts";
import { DataRefusal } from "../data-refusal.ts";
import type { Migration } from "../migrations/migration.ts";
import { writeNewFile } from "../new-file.ts";
import { decodeTables, encodeTables, isMigrationIds, migrationsOf, type TableRows, unknownMigration } from "../table-lines.ts";
import { tablesAfter } from "./pool-tables.ts";

/** Counts up when a file changes so that older versions can't read it. */
const formatCurrent = 1;
/** Of a first line: longer ones are not ours. */
const headBytesMax = 1024;
const newline = 0x0a;

/** What an export says of itself. */
export interface MoveHead {
	/** Every write that was acknowledged before this instant is in it. Milliseconds since the epoch. */
	readonly at: number;
	readonly migrations: readonly Migration[];
	readonly pools: readonly string[];
}

/** Pools on their way, which may be read several times. */
export interface PoolSource {
	/** The head, then all rows; whoever reads to the end knows that they are whole. Returns how many rows there were. */
	read(): AsyncGenerator<{ readonly head: MoveHead } | TableRows, number>;
	/** The refusal of what no Gatehouse can have written, for a reason. */
	damaged(what: string): DataRefusal;
}

/**
 * Writes an export into a new file, which is whole or not there. Answers how many rows are in it.
 * @throws DataRefusal where the name is taken
 */
export async function writePoolFile(
	path: string,
	passphrase: string,
	head: MoveHead,
	rows: AsyncIterable<TableRows>,
	random: Random,
	cost: PassphraseCost = passphraseCost,
): Promise<number> {
	const salt = random.bytes(passphraseSaltBytes);
	const line = JSON.stringify({ gatehouse: "export", format: formatCurrent, argon2id: cost, salt: salt.toString("base64") });
	const key = await deriveStreamKey(passphrase, salt, cost);
	const inner = { at: new Date(head.at).toISOString(), migrations: head.migrations.map(({ id }) => id), pools: head.pools };
	let count = 0;
	async function* lines(): AsyncGenerator<Buffer> {
		count = yield* encodeTables(inner, tablesAfter(head.migrations), rows);
	}
	async function* sealed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
		yield Buffer.from(`${line}\n`);
		yield* sealStream(key, line, source, random);
	}
	await writeNewFile(path, "export", random, (file) => pipeline(lines, createGzip(), sealed, file));
	return count;
}

/** Opens an export with its passphrase. @throws DataRefusal where it is none, or of a newer version */
export async function openPoolFile(path: string, passphrase: string): Promise<PoolSource> {
	const { line, salt, cost } = await readFirstLine(path);
	const key = await deriveStreamKey(passphrase, salt, cost);
	const damaged = (what: string) => new DataRefusal(`${path} is not a whole export (${what}).`);
	return {
		damaged,
		async *read() {
			const file = createReadStream(path, { start: Buffer.byteLength(line) + 1 });
			const parts = decodeTables(Readable.from(openStream(key, line, file)), {
				readHead: (inner) => readHead(path, inner),
				tablesOf: ({ migrations }) => tablesAfter(migrations),
				damaged,
			});
			try {
				return yield* parts;
			} catch (error) {
				if (error instanceof StreamFailure) throw refusalOf(path, error.fault);
				throw unreadable(path, error);
			} finally {
				file.destroy();
			}
		},
	};
}

function refusalOf(path: string, fault: StreamFault): DataRefusal {
	switch (fault) {
		case "passphrase":
			return new DataRefusal(`the passphrase does not open ${path}: it is another one, or the file's beginning was changed.`);
		case "damaged":
			return new DataRefusal(`${path} is not a whole export (a part of it was changed, or is not in its place).`);
		case "cut off":
			return new DataRefusal(`${path} is not a whole export (it is cut off).`);
		case "continued":
			return new DataRefusal(`${path} is not a whole export (something follows its end).`);
	}
}

function unreadable(path: string, error: unknown): unknown {
	const { code = "", syscall } = error as { code?: string; syscall?: string };
	return syscall === undefined ? error : new DataRefusal(`${path} can't be read (${code}).`);
}

async function readFirstLine(path: string): Promise<{ line: string; salt: Uint8Array; cost: PassphraseCost }> {
	const pieces: Buffer[] = [];
	try {
		for await (const piece of createReadStream(path, { end: headBytesMax })) pieces.push(piece as Buffer);
	} catch (error) {
		throw unreadable(path, error);
	}
	const bytes = Buffer.concat(pieces);
	const line = bytes.subarray(0, Math.max(0, bytes.indexOf(newline))).toString("utf8");
	const { gatehouse, format, argon2id, salt } = parseObject(line) ?? {};
	if (gatehouse !== "export" || typeof format !== "number") throw new DataRefusal(`${path} is not an export of Gatehouse.`);
	if (format > formatCurrent)
		throw new DataRefusal(`${path} was made by a newer version (format ${format}); import it with that version or a later one.`);
	const saltBytes = typeof salt === "string" ? Buffer.from(salt, "base64") : Buffer.alloc(0);
	if (!isPassphraseCost(Object(argon2id)) || saltBytes.length !== passphraseSaltBytes)
		throw new DataRefusal(`${path} is not a whole export (its first line can't be read).`);
	return { line, salt: saltBytes, cost: argon2id as PassphraseCost };
}

function readHead(path: string, { at, migrations: ids, pools }: Readonly<Record<string, unknown>>): MoveHead {
	const instant = typeof at === "string" ? Date.parse(at) : Number.NaN;
	const named = Array.isArray(pools) && pools.every((id) => typeof id === "string");
	if (Number.isNaN(instant) || !isMigrationIds(ids) || !named) throw new DataRefusal(`${path} is not an export of Gatehouse.`);
	const unknown = unknownMigration(ids);
	if (unknown !== undefined)
		throw new DataRefusal(`${path} was made by a newer version (${unknown}); import it with that version or a later one.`);
	return { at: instant, migrations: migrationsOf(ids, path), pools: pools as string[] };
}
