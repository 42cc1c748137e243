/**
 * How a job gets its file: a URL that is good for 15 minutes, and the pieces in which the file is stored, sealed, so that any node can
 * read it and a crash loses nothing. A job takes one file at a time, and another one in its place until it is started.
 */
import { equalBytes } from "../../../crypto/equal-bytes.ts";
import { randomUuid } from "../../../crypto/random-text.ts";
import { consume, insertRows, require, type Store, statement, update } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";
import type { UserPool } from "../pools.ts";
import { findImport, type ImportRow, statusOf } from "./stored.ts";

/** Where files are uploaded to: below it the pool's id and the job's. */
export const importsPath = "/_gatehouse/imports";

export const uploadLimits = {
	/** "The PRE_SIGNED_URL returned in the response is valid for 15 minutes." */
	urlMilliseconds: 15 * 60 * 1000,
	/** "The maximum CSV file size is 100 MB." */
	bytesMax: 100 * 1024 * 1024,
} as const;

/** Each piece but the last has this size. Backups read hundreds of rows at a time. */
export const chunkBytes = 32 * 1024;
/** Pieces that are written, read or removed in one go: they bound the memory, and how long other writes wait. */
export const chunksAtOnce = 8;

type Job = Pick<ImportRow, "pool_id" | "id">;

const chunkContext = ({ pool_id, id }: Job, uploadId: string, number: number) =>
	["user_import_chunks", "data", pool_id, id, uploadId, `${number}`] as const;

/** The same for as long as the job is there; its signature stands for the right to upload until it expires. */
export function uploadUrl(call: Pick<Call, "settings" | "vault">, job: Job & Pick<ImportRow, "created_at">): string {
	const expires = job.created_at + uploadLimits.urlMilliseconds;
	return `${call.settings.publicUrl}${importsPath}/${job.pool_id}/${job.id}?expires=${expires}&signature=${signatureOf(call, job, expires).toString("base64url")}`;
}

function signatureOf(call: Pick<Call, "vault">, { pool_id, id }: Job, expires: number): Buffer {
	return call.vault.server.mac.mac("import-upload", pool_id, id, `${expires}`);
}

export type UploadRight = "valid" | "expired" | "invalid";

/** Whether a URL allows an upload now. */
export function checkUploadUrl(call: Call, job: Job, expires: string, signature: string): UploadRight {
	const at = /^\d{1,16}$/.test(expires) ? Number(expires) : Number.NaN;
	if (Number.isNaN(at)) return "invalid";
	const given = Buffer.from(signature, "base64url");
	if (!equalBytes(signatureOf(call, job, at), given)) return "invalid";
	return at <= call.now ? "expired" : "valid";
}

export type UploadOutcome =
	| "stored"
	/** The job has begun, is over, or another upload has taken this one's place. */
	| "closed"
	| "too large";

/** Stores a file while it arrives. Where the stream breaks off nothing of it is kept, and the error goes on to the caller. */
export async function receiveUpload(call: Call, pool: UserPool, jobId: string, body: AsyncIterable<Uint8Array>): Promise<UploadOutcome> {
	const [row] = await call.store.read(findImport, { pool: pool.id, id: jobId });
	if (row === undefined || statusOf(row, call.now) !== "Created") return "closed";
	const uploadId = randomUuid(call.ports.random);
	const open = { pool_id: pool.id, id: jobId, status: "Created" };
	if ((await call.store.write([update("user_imports", open, { uploading: uploadId }, "closed")])) === "closed") return "closed";
	if ((await discardEarlier(call, row, uploadId)) === "closed") return "closed";
	let outcome: UploadOutcome | undefined;
	try {
		outcome = await storeUpload(call, pool, row, uploadId, body);
		return outcome;
	} finally {
		// Its own pieces alone: another upload may have taken its place, and what that one has stored stays.
		if (outcome !== "stored") await discardUpload(call.store, row, uploadId);
	}
}

async function storeUpload(
	call: Call,
	pool: UserPool,
	job: Job,
	uploadId: string,
	body: AsyncIterable<Uint8Array>,
): Promise<UploadOutcome> {
	const where = { pool_id: job.pool_id, id: job.id, status: "Created", uploading: uploadId };
	const file = createChunks();
	let stored = 0;
	const write = async (chunks: readonly Uint8Array[]) => {
		if (chunks.length === 0) return "done";
		const rows = chunks.map((data, i): Tables["user_import_chunks"] => ({
			pool_id: job.pool_id,
			import_id: job.id,
			upload_id: uploadId,
			number: stored + i,
			data: pool.keyrings.password.seal(chunkContext(job, uploadId, stored + i), data),
		}));
		stored += chunks.length;
		return call.store.write([require("user_imports", where, "some", "closed"), insertRows("user_import_chunks", rows)]);
	};
	for await (const bytes of body) {
		file.add(bytes);
		if (file.bytes > uploadLimits.bytesMax) return "too large";
		while (file.whole() >= chunksAtOnce) if ((await write(file.take(chunksAtOnce))) === "closed") return "closed";
	}
	while (file.left()) if ((await write(file.take(chunksAtOnce))) === "closed") return "closed";
	const replaced = await call.store.read(findImport, { pool: job.pool_id, id: job.id });
	const uploaded = { uploading: "", upload_id: uploadId, upload_bytes: file.bytes, upload_lines: file.lines };
	if ((await call.store.write([update("user_imports", where, uploaded, "closed")])) === "closed") return "closed";
	for (const { upload_id } of replaced) if (upload_id !== "") await discardUpload(call.store, job, upload_id);
	return "stored";
}

const newline = 0x0a;

/** Cuts a stream of bytes into pieces of one size, and counts its lines. */
function createChunks() {
	let held: Buffer = Buffer.alloc(0);
	let bytes = 0;
	let ended = 0;
	/** Bytes of the line that has no end yet. */
	let ofLine = 0;
	return {
		get bytes() {
			return bytes;
		},
		/** Lines that hold anything, the last one included that has no end. */
		get lines() {
			return ended + (ofLine > 0 ? 1 : 0);
		},
		add(part: Uint8Array) {
			if (part.length === 0) return;
			bytes += part.length;
			let start = 0;
			for (let at = part.indexOf(newline); at >= 0; at = part.indexOf(newline, start)) {
				const length = ofLine + at - start;
				// A carriage return alone is nothing.
				if (length > 1 || (length === 1 && part[at - 1] !== 0x0d)) ended++;
				ofLine = 0;
				start = at + 1;
			}
			ofLine += part.length - start;
			held = held.length === 0 ? Buffer.from(part) : Buffer.concat([held, part]);
		},
		/** How many whole pieces wait. */
		whole: () => Math.floor(held.length / chunkBytes),
		left: () => held.length > 0,
		/** The next pieces, at the end with one that is not whole. */
		take(count: number): Uint8Array[] {
			const pieces: Uint8Array[] = [];
			while (pieces.length < count && held.length > 0) {
				pieces.push(held.subarray(0, chunkBytes));
				held = held.subarray(chunkBytes);
			}
			return pieces;
		},
	};
}

export const listChunks = statement<{ pool: string; job: string; upload: string; from: number; before: number }>()(
	"listChunks",
	(db, param) =>
		db
			.selectFrom("user_import_chunks")
			.select(["number", "data"])
			.where("pool_id", "=", param("pool"))
			.where("import_id", "=", param("job"))
			.where("upload_id", "=", param("upload"))
			.where("number", ">=", param("from"))
			.where("number", "<", param("before"))
			.orderBy("number"),
);

/** Some pieces of a job's file from `number` on, in one; empty at its end. @throws where one is missing or damaged */
export async function readUpload(store: Store, pool: UserPool, job: ImportRow, number: number): Promise<Buffer> {
	const before = Math.min(number + chunksAtOnce, Math.ceil(job.upload_bytes / chunkBytes));
	if (number >= before) return Buffer.alloc(0);
	const rows = await store.read(listChunks, { pool: job.pool_id, job: job.id, upload: job.upload_id, from: number, before });
	const pieces = rows.map((row) => pool.keyrings.password.open(chunkContext(job, job.upload_id, row.number), row.data));
	const whole = pieces.filter((piece) => piece !== undefined);
	if (whole.length !== before - number) throw new FileGone("the file of an import is not whole");
	return Buffer.concat(whole);
}

/** The file of a job, or a piece of it, is not there: it was removed, or is damaged. */
export class FileGone extends Error {
	override readonly name = "FileGone";
}

export const listOtherChunks = statement<{ pool: string; job: string; one: string; other: string; limit: number }>()(
	"listOtherChunks",
	(db, param) =>
		db
			.selectFrom("user_import_chunks")
			.select(["upload_id", "number"])
			.where("pool_id", "=", param("pool"))
			.where("import_id", "=", param("job"))
			.where("upload_id", "!=", param("one"))
			.where("upload_id", "!=", param("other"))
			.limit(param("limit")),
);

export const listUploadChunks = statement<{ pool: string; job: string; upload: string; limit: number }>()("listUploadChunks", (db, param) =>
	db
		.selectFrom("user_import_chunks")
		.select(["upload_id", "number"])
		.where("pool_id", "=", param("pool"))
		.where("import_id", "=", param("job"))
		.where("upload_id", "=", param("upload"))
		.limit(param("limit")),
);

type ChunkKey = Pick<Tables["user_import_chunks"], "upload_id" | "number">;
const consumeChunks = (job: Job, keys: readonly ChunkKey[]) =>
	keys.map(({ upload_id, number }) => consume("user_import_chunks", { pool_id: job.pool_id, import_id: job.id, upload_id, number }));

/** Removes what is there of one upload. */
async function discardUpload(store: Store, job: Job, upload: string): Promise<void> {
	for (;;) {
		const keys = await store.read(listUploadChunks, { pool: job.pool_id, job: job.id, upload, limit: chunksAtOnce });
		if (keys.length === 0) return;
		await store.write(consumeChunks(job, keys));
	}
}

/** Removes what uploads left that broke off before `uploadId`, for as long as no later one has taken its place. */
async function discardEarlier({ store }: Call, job: Job, uploadId: string): Promise<"done" | "closed"> {
	// Read only now: an upload that was under way until then may have become the job's file.
	const [now] = await store.read(findImport, { pool: job.pool_id, id: job.id });
	for (;;) {
		const but = { one: now?.upload_id ?? "", other: uploadId };
		const keys = await store.read(listOtherChunks, { pool: job.pool_id, job: job.id, ...but, limit: chunksAtOnce });
		if (keys.length === 0) return "done";
		const stillThis = require("user_imports", { pool_id: job.pool_id, id: job.id, uploading: uploadId }, "some", "closed");
		if ((await store.write([stillThis, ...consumeChunks(job, keys)])) === "closed") return "closed";
	}
}

/** Removes a few pieces of a job that is over, and answers how many. */
export async function discardSomeChunks(store: Store, job: Job): Promise<number> {
	const keys = await store.read(listOtherChunks, { pool: job.pool_id, job: job.id, one: "", other: "", limit: chunksAtOnce });
	await store.write(consumeChunks(job, keys));
	return keys.length;
}
