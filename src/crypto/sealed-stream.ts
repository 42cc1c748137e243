/**
 * A stream of bytes sealed under a passphrase, of any length in constant memory. The passphrase becomes a key by Argon2id; under that
 * each chunk is a sealed box, bound to the stream's head, to its number and to whether it is the last. So a stream that is cut off,
 * continued, put into another order or mixed with another one does not open.
 *
 * On the wire a chunk is its length (4 bytes, big-endian) and the box. The first chunk is empty: it tells a wrong passphrase from damage.
 */
import { argon2 } from "node:crypto";
import { promisify } from "node:util";
import type { Random } from "../kernel/ports.ts";
import { createSealKey, open, type SealKey, seal, sealedBoxNonceBytes, sealedBoxOverheadBytes } from "./sealed-box.ts";

/** What turns a passphrase into a key. It stands in the open beside the stream, so that it can rise. */
export interface PassphraseCost {
	readonly memoryKibibytes: number;
	readonly passes: number;
	readonly parallelism: number;
}

/** RFC 9106 §4, the second recommended option: 64 MiB, three passes, four lanes. */
export const passphraseCost: PassphraseCost = { memoryKibibytes: 64 * 1024, passes: 3, parallelism: 4 };
/** Beyond these a stream would rather be a trap than a stream: 1 GiB, 16 passes, 16 lanes. */
const passphraseCostMax: PassphraseCost = { memoryKibibytes: 1024 * 1024, passes: 16, parallelism: 16 };
export const passphraseSaltBytes = 16;
const keyBytes = 32;
const chunkBytes = 64 * 1024;
const lengthBytes = 4;
/** All chunks of a stream are under one key, which is its own. */
const keyId = 0;

export type StreamFault =
	/** Another passphrase, or the stream's first bytes or its head were changed. */
	| "passphrase"
	/** A chunk was changed, or is not in its place. */
	| "damaged"
	| "cut off"
	/** Something stands behind the last chunk. */
	| "continued";

/** A stream that does not open. */
export class StreamFailure extends Error {
	override readonly name = "StreamFailure";
	readonly fault: StreamFault;

	constructor(fault: StreamFault) {
		super(`a sealed stream does not open: ${fault}`);
		this.fault = fault;
	}
}

/** Whether a cost that stands beside a stream is one to be paid. RFC 9106 §3.1: 8 KiB for each lane at least. */
export function isPassphraseCost(
	cost: {
		readonly [K in keyof PassphraseCost]?: unknown;
	},
): cost is PassphraseCost {
	const { memoryKibibytes: memory, passes, parallelism: lanes } = cost;
	const within = (value: unknown, max: number): value is number =>
		Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
	return (
		within(lanes, passphraseCostMax.parallelism) &&
		within(passes, passphraseCostMax.passes) &&
		within(memory, passphraseCostMax.memoryKibibytes) &&
		memory >= 8 * lanes
	);
}

const argon2Async = promisify(argon2);

/** The key of a stream. Takes a good part of a second, off the event loop. */
export async function deriveStreamKey(passphrase: string, salt: Uint8Array, cost: PassphraseCost): Promise<SealKey> {
	const key = await argon2Async("argon2id", {
		// RFC 8265 §4.2.2: the same passphrase typed on another system may come in another composition.
		message: passphrase.normalize("NFC"),
		nonce: salt,
		memory: cost.memoryKibibytes,
		passes: cost.passes,
		parallelism: cost.parallelism,
		tagLength: keyBytes,
	});
	return createSealKey(key);
}

/** Seals a stream. `head` is what it is bound to: the text that says how to open it. */
export async function* sealStream(key: SealKey, head: string, source: AsyncIterable<Uint8Array>, random: Random): AsyncGenerator<Buffer> {
	let number = 0;
	const chunk = (place: Place, plaintext: Uint8Array): Buffer => {
		const box = seal(key, keyId, random.bytes(sealedBoxNonceBytes), contextOf(head, number++, place), plaintext);
		const length = Buffer.alloc(lengthBytes);
		length.writeUInt32BE(box.length);
		return Buffer.concat([length, box]);
	};
	yield chunk("more", Buffer.alloc(0));
	let pieces: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of source) {
		pieces.push(piece);
		bytes += piece.length;
		if (bytes <= chunkBytes) continue;
		const all = Buffer.concat(pieces);
		let from = 0;
		// One byte at least is kept back, so that the last chunk can say that it is.
		for (; all.length - from > chunkBytes; from += chunkBytes) yield chunk("more", all.subarray(from, from + chunkBytes));
		pieces = [all.subarray(from)];
		bytes = all.length - from;
	}
	yield chunk("last", Buffer.concat(pieces));
}

/** What `sealStream` sealed. @throws StreamFailure, at the latest where the stream ends */
export async function* openStream(key: SealKey, head: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
	let number = 0;
	const find = () => key;
	const opened = (place: Place, box: Uint8Array): Buffer => {
		const plaintext = open(find, contextOf(head, number, place), box);
		if (plaintext === undefined) throw new StreamFailure(faultOf(place, box));
		number++;
		return plaintext;
	};
	const faultOf = (place: Place, box: Uint8Array): StreamFault => {
		const other: Place = place === "more" ? "last" : "more";
		if (open(find, contextOf(head, number, other), box) !== undefined) return other === "more" ? "cut off" : "continued";
		return number === 0 ? "passphrase" : "damaged";
	};
	// Whether a chunk is the last is known once another one follows, or none.
	let held: Uint8Array | undefined;
	for await (const box of boxesOf(source)) {
		if (held !== undefined) yield opened("more", held);
		held = box;
	}
	if (held === undefined) throw new StreamFailure("cut off");
	yield opened("last", held);
}

type Place = "more" | "last";

function contextOf(head: string, number: number, place: Place): readonly string[] {
	return ["sealed stream", head, `${number}`, place];
}

async function* boxesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let rest = Buffer.alloc(0);
	for await (const piece of source) {
		rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece]);
		while (rest.length >= lengthBytes) {
			const length = rest.readUInt32BE();
			if (length > chunkBytes + sealedBoxOverheadBytes) throw new StreamFailure("damaged");
			if (rest.length < lengthBytes + length) break;
			yield rest.subarray(lengthBytes, lengthBytes + length);
			rest = rest.subarray(lengthBytes + length);
		}
	}
	if (rest.length > 0) throw new StreamFailure("cut off");
}
