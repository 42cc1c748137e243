/**
 * XAES-256-GCM (https://c2sp.org/XAES-256-GCM): AES-256-GCM with a 192-bit nonce, so that nonces may be random without a count of them.
 * Half of the nonce derives a key for this one message, the other half is its GCM nonce.
 */
import { type Cipheriv, createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from "node:crypto";
import { assert } from "../kernel/assert.ts";

export const keyBytes = 32;
export const nonceBytes = 24;
export const tagBytes = 16;
const blockBytes = 16;

export interface XaesKey {
	/** AES-256-ECB under the key. ECB keeps nothing from one block to the next, so that one object serves every message. */
	readonly blockCipher: Cipheriv;
	/** What both KDF blocks are XORed with: M1 and M2 less the nonce, XOR K1. */
	readonly mask: Buffer;
}

/** Prepares a 32-byte key: what does not depend on the message is computed once. */
export function createXaesKey(key: Uint8Array): XaesKey {
	assert(key.length === keyBytes, "an XAES-256-GCM key has 32 bytes");
	const blockCipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
	const l = blockCipher.update(Buffer.alloc(blockBytes));
	// K1 is L doubled in GF(2^128): NIST SP 800-38B §6.1.
	const k1 = Buffer.alloc(blockBytes);
	for (let i = 0; i < blockBytes; i++) k1[i] = ((l[i] as number) << 1) | ((l[i + 1] ?? 0) >> 7);
	k1[blockBytes - 1] = (k1[blockBytes - 1] as number) ^ (((l[0] as number) >> 7) * 0x87);
	const mask = Buffer.concat([k1, k1]);
	for (const block of [0, 1]) {
		mask[block * blockBytes + 1] = (mask[block * blockBytes + 1] as number) ^ (block + 1); // the KDF's counter
		mask[block * blockBytes + 2] = (mask[block * blockBytes + 2] as number) ^ 0x58; // "X"
	}
	return { blockCipher, mask };
}

/** Ciphertext and tag. `nonce` has 24 random bytes. */
export function encrypt(key: XaesKey, nonce: Uint8Array, additional: Uint8Array, plaintext: Uint8Array): Buffer {
	assert(nonce.length === nonceBytes, "an XAES-256-GCM nonce has 24 bytes");
	const cipher = createCipheriv("aes-256-gcm", messageKey(key, nonce), nonce.subarray(12), { authTagLength: tagBytes });
	cipher.setAAD(additional);
	const ciphertext = cipher.update(plaintext);
	cipher.final();
	return Buffer.concat([ciphertext, cipher.getAuthTag()]);
}

/** The plaintext; undefined where anything differs from what was encrypted. `sealed` is ciphertext and tag. */
export function decrypt(key: XaesKey, nonce: Uint8Array, additional: Uint8Array, sealed: Uint8Array): Buffer | undefined {
	if (nonce.length !== nonceBytes || sealed.length < tagBytes) return undefined;
	const decipher = createDecipheriv("aes-256-gcm", messageKey(key, nonce), nonce.subarray(12), { authTagLength: tagBytes });
	decipher.setAAD(additional);
	decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
	const plaintext = decipher.update(sealed.subarray(0, sealed.length - tagBytes));
	try {
		decipher.final();
	} catch {
		return undefined;
	}
	return plaintext;
}

/** A key object, since Node 24 takes 8 µs longer over a key in a Buffer. */
function messageKey({ blockCipher, mask }: XaesKey, nonce: Uint8Array): KeyObject {
	const blocks = Buffer.from(mask);
	for (let i = 0; i < 12; i++) {
		const half = nonce[i] as number;
		blocks[i + 4] = (blocks[i + 4] as number) ^ half;
		blocks[i + 4 + blockBytes] = (blocks[i + 4 + blockBytes] as number) ^ half;
	}
	return createSecretKey(blockCipher.update(blocks));
}
