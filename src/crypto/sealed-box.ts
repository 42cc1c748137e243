/**
 * Cryptography over bytes and strings. This folder must not know AWS's error classes, pools, users or the store.
 *
 * A sealed box keeps a secret at rest or in a client's hands: version (1 byte), id of the key (4), nonce (24), ciphertext, tag (16).
 * It is bound to a context (table, column and key of the row; or the kind of token), so that no box serves in another's place.
 */
import { hkdfSync } from "node:crypto";
import { assert } from "../kernel/assert.ts";
import { createXaesKey, decrypt, encrypt, keyBytes, nonceBytes, tagBytes, type XaesKey } from "./xaes-256-gcm.ts";

const version = 1;
const headerBytes = 5;
/** How much longer a box is than what it holds. */
export const sealedBoxOverheadBytes = headerBytes + nonceBytes + tagBytes;
export const sealedBoxNonceBytes = nonceBytes;

export type SealKey = XaesKey;

/** A key for `seal` and `open`, from 32 secret bytes. Make it once and keep it. */
export const createSealKey: (key: Uint8Array) => SealKey = createXaesKey;

/** Seals `plaintext`. `keyId` is a uint32 that `open` finds the key by; `nonce` is 24 random bytes. */
export function seal(key: SealKey, keyId: number, nonce: Uint8Array, context: readonly string[], plaintext: Uint8Array): Buffer {
	const header = Buffer.alloc(headerBytes);
	header[0] = version;
	header.writeUInt32BE(keyId, 1);
	return Buffer.concat([header, nonce, encrypt(key, nonce, additionalData(header, context), plaintext)]);
}

/** What was sealed; undefined for anything else than a whole box under a known key and the same context. Never throws. */
export function open(find: (keyId: number) => SealKey | undefined, context: readonly string[], box: Uint8Array): Buffer | undefined {
	if (box.length < sealedBoxOverheadBytes || box[0] !== version) return undefined;
	const header = Buffer.from(box.buffer, box.byteOffset, headerBytes);
	const key = find(header.readUInt32BE(1));
	if (key === undefined) return undefined;
	const body = box.subarray(headerBytes + nonceBytes);
	return decrypt(key, box.subarray(headerBytes, headerBytes + nonceBytes), additionalData(header, context), body);
}

function additionalData(header: Uint8Array, context: readonly string[]): Buffer {
	return Buffer.concat([header, frame(context)]);
}

/**
 * Parts as one byte string that no other list of parts gives: each with its length (4 bytes, big-endian) in front.
 * A string counts as its UTF-8 bytes.
 */
export function frame(parts: readonly (string | Uint8Array)[]): Buffer {
	const lengths = parts.map((part) => (typeof part === "string" ? Buffer.byteLength(part) : part.length));
	const framed = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + 4 + length, 0));
	let at = 0;
	for (const [i, part] of parts.entries()) {
		at = framed.writeUInt32BE(lengths[i] as number, at);
		if (typeof part === "string") framed.write(part, at);
		else framed.set(part, at);
		at += lengths[i] as number;
	}
	return framed;
}

/** 32 bytes derived from a 32-byte key for the use that `label` names (HKDF-SHA-256, RFC 5869). Make it once and keep it. */
export function deriveKey(key: Uint8Array, label: string): Buffer {
	assert(key.length === keyBytes, "keys are derived from 32 bytes");
	return Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), label, keyBytes));
}
