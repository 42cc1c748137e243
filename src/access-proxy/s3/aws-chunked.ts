/**
 * A body in chunks of S3's own (`Content-Encoding: aws-chunked`): `SIZE;chunk-signature=…`, the bytes, and after the last one a checksum.
 * Bytes of a signed chunk go on once its signature is verified.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 */
import { createHash, type Hash } from "node:crypto";
import { type ChecksumName, createChecksum } from "../../crypto/checksums.ts";
import type { ChunkVerifier } from "../../crypto/sigv4-chunks.ts";
import type { BodyCheck } from "../relay.ts";
import { badDigest, entityTooLarge, incompleteBody, invalidChunk, signatureMismatch } from "./refusals.ts";

/** A signed chunk is kept until it is verified; SDKs send 64 KiB to 1 MiB. */
const signedChunkBytesMax = 8 * 1024 * 1024;
const lineBytesMax = 256;
const trailerBytesMax = 4096;

export interface ChunkedBody {
	/** Bytes of all chunks together. */
	readonly length: number;
	readonly signed: boolean;
	/** Undefined: signatures are believed. */
	readonly chunks: ChunkVerifier | undefined;
	readonly hasTrailer: boolean;
	readonly checksum: ChecksumName | undefined;
}

const [carriageReturn, lineFeed] = [13, 10];

export function createChunkedCheck({ length, signed, chunks, hasTrailer, checksum: checksumName }: ChunkedBody): BodyCheck {
	const checksum = checksumName === undefined ? undefined : createChecksum(checksumName);
	let state: "size" | "data" | "dataEnd" | "trailer" = "size";
	let text = "";
	let decoded = 0;
	/** Bytes of the current chunk that are still to come, or of the line end after it. */
	let remaining = 0;
	let chunk: { readonly signature: string; readonly hash: Hash; readonly pieces: Buffer[] } | undefined;

	function beginChunk(line: string, pass: (bytes: Buffer) => void): void {
		const [, size = "", signature] = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i.exec(line) ?? [];
		if (size === "" || (signature !== undefined) !== signed) throw invalidChunk();
		remaining = Number.parseInt(size, 16);
		decoded += remaining;
		if (decoded > length) throw incompleteBody();
		if (signed && remaining > signedChunkBytesMax) throw entityTooLarge();
		chunk = signature === undefined ? undefined : { signature, hash: createHash("sha256"), pieces: [] };
		if (remaining > 0) {
			state = "data";
			return;
		}
		finishChunk(pass);
		state = "trailer";
		text = "";
	}

	function finishChunk(pass: (bytes: Buffer) => void): void {
		if (chunk === undefined) return;
		if (chunks !== undefined && !chunks.verifyChunk(chunk.hash, chunk.signature)) throw signatureMismatch();
		for (const piece of chunk.pieces) pass(piece);
		chunk = undefined;
	}

	function take(bytes: Buffer, pass: (bytes: Buffer) => void): void {
		checksum?.update(bytes);
		remaining -= bytes.length;
		if (chunk === undefined) pass(bytes);
		else {
			chunk.hash.update(bytes);
			chunk.pieces.push(bytes);
		}
		if (remaining > 0) return;
		state = "dataEnd";
		remaining = 2;
	}

	return {
		push(bytes, pass) {
			let at = 0;
			while (at < bytes.length) {
				if (state === "data") {
					const end = Math.min(bytes.length, at + remaining);
					take(bytes.subarray(at, end), pass);
					at = end;
				} else if (state === "dataEnd") {
					if (bytes[at++] !== (remaining === 2 ? carriageReturn : lineFeed)) throw invalidChunk();
					if (--remaining > 0) continue;
					finishChunk(pass);
					state = "size";
					text = "";
				} else if (state === "size") {
					const found = bytes.indexOf(lineFeed, at);
					const end = found < 0 ? bytes.length : found + 1;
					text += bytes.toString("latin1", at, end);
					at = end;
					if (text.length > lineBytesMax) throw invalidChunk();
					if (found < 0) continue;
					if (!text.endsWith("\r\n")) throw invalidChunk();
					beginChunk(text.slice(0, -2), pass);
				} else {
					text += bytes.toString("latin1", at);
					at = bytes.length;
					if (text.length > trailerBytesMax) throw invalidChunk();
				}
			}
		},
		end() {
			if (state !== "trailer" || decoded !== length) throw incompleteBody();
			checkTrailer();
		},
	};

	function checkTrailer(): void {
		// Some signers end a trailer's line with a line feed alone, as AWS's own example does.
		const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
		const fields = new Map<string, string>();
		for (const line of lines) {
			if (line === "") continue;
			const [, name = "", value = ""] = /^([a-z0-9-]+):\s*([!-~]*)\s*$/i.exec(line) ?? [];
			if (!hasTrailer || name === "" || fields.has(name.toLowerCase())) throw invalidChunk();
			fields.set(name.toLowerCase(), value);
		}
		if (!text.endsWith("\n")) throw incompleteBody();
		const signature = fields.get("x-amz-trailer-signature");
		fields.delete("x-amz-trailer-signature");
		if ([...fields.keys()].some((name) => name !== `x-amz-checksum-${checksumName}`)) throw invalidChunk();
		if (signed && hasTrailer && chunks !== undefined) {
			const signedLines = [...fields].map(([name, value]) => `${name}:${value}\n`).join("");
			if (signature === undefined || !chunks.verifyTrailer(signedLines, signature)) throw signatureMismatch();
		}
		if (checksum === undefined) return;
		const claimed = fields.get(`x-amz-checksum-${checksumName}`);
		if (claimed === undefined) throw incompleteBody();
		if (claimed !== checksum.digest()) throw badDigest(String(checksumName).toUpperCase());
	}
}
