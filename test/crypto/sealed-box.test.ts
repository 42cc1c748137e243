import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { createSealKey, deriveKey, frame, open, seal, sealedBoxOverheadBytes } from "../../src/crypto/sealed-box.ts";
import { createXaesKey, decrypt, encrypt } from "../../src/crypto/xaes-256-gcm.ts";

describe("XAES-256-GCM", () => {
	const nonce = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWX");
	const plaintext = Buffer.from("XAES-256-GCM");

	// https://c2sp.org/XAES-256-GCM, "Test vectors"
	test("gives the published ciphertexts", () => {
		for (const [byte, additional, expected] of [
			[1, "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"],
			[3, "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"],
		] as const) {
			const key = createXaesKey(Buffer.alloc(32, byte));
			const sealed = encrypt(key, nonce, Buffer.from(additional), plaintext);
			assert.equal(sealed.toString("hex"), expected);
			assert.deepEqual(decrypt(key, nonce, Buffer.from(additional), sealed), plaintext);
		}
	});

	// The same document, "Accumulated randomized tests"
	test("gives the published hash over 10,000 random messages, and opens each of them", () => {
		const iterations = 10_000;
		const stream = createHash("shake128", { outputLength: iterations * 570 }).digest();
		let at = 0;
		const take = (length: number) => {
			at += length;
			return stream.subarray(at - length, at);
		};
		const hash = createHash("shake128", { outputLength: 32 });
		for (let i = 0; i < iterations; i++) {
			const key = createXaesKey(take(32));
			const nonce = take(24);
			const plaintext = take(take(1)[0] as number);
			const additional = take(take(1)[0] as number);
			const sealed = encrypt(key, nonce, additional, plaintext);
			hash.update(sealed);
			assert.ok(decrypt(key, nonce, additional, sealed)?.equals(plaintext));
		}
		assert.equal(hash.digest("hex"), "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
	});
});

describe("a sealed box", () => {
	const key = createSealKey(randomBytes(32));
	const find = (keyId: number) => (keyId === 7 ? key : undefined);
	const context = ["passwords", "verifier", "us-east-1_abc", "a user"];
	const secret = Buffer.from("a secret");
	const box = seal(key, 7, randomBytes(24), context, secret);

	test("opens under its key and context", () => {
		assert.deepEqual(open(find, context, box), secret);
		assert.equal(box.length, secret.length + sealedBoxOverheadBytes);
		assert.equal(open(find, context, seal(key, 7, randomBytes(24), context, Buffer.alloc(0)))?.length, 0);
		assert.deepEqual(open(find, context, new Uint8Array(box)), secret);
	});

	test("does not open with any bit changed, any byte missing or added", () => {
		for (let bit = 0; bit < box.length * 8; bit++) {
			const changed = Buffer.from(box);
			changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
			assert.equal(
				open(() => key, context, changed),
				undefined,
				`bit ${bit}`,
			);
		}
		for (let length = 0; length < box.length; length++) assert.equal(open(find, context, box.subarray(0, length)), undefined);
		assert.equal(open(find, context, Buffer.concat([box, Buffer.alloc(1)])), undefined);
	});

	test("does not open under another key, key id or context", () => {
		assert.equal(
			open(() => createSealKey(randomBytes(32)), context, box),
			undefined,
		);
		assert.equal(
			open(() => undefined, context, box),
			undefined,
		);
		for (const other of [
			["passwords", "verifier", "us-east-1_abc", "b user"],
			["passwords", "verifier", "us-east-1_abca user"],
			["passwords", "verifier", "us-east-1_abc", "a user", ""],
			["passwordsverifier", "us-east-1_abc", "a user"],
			[],
		]) {
			assert.equal(open(find, other, box), undefined, other.join());
		}
	});

	test("holds key ids up to the largest uint32", () => {
		const found: number[] = [];
		for (const keyId of [0, 1, 0x80000000, 0xffffffff]) {
			const sealed = seal(key, keyId, randomBytes(24), [], secret);
			const findAny = (id: number) => {
				found.push(id);
				return key;
			};
			assert.deepEqual(open(findAny, [], sealed), secret);
		}
		assert.deepEqual(found, [0, 1, 0x80000000, 0xffffffff]);
	});
});

test("frames of different parts differ", () => {
	const frames = [[], [""], ["", ""], ["a"], ["a", ""], ["", "a"], ["ab"], ["a", "b"], ["\0\0\0\u0001a"], ["é"], ["e\u0301"]].map((parts) =>
		frame(parts).toString("hex"),
	);
	assert.equal(new Set(frames).size, frames.length);
	assert.equal(frame(["é", Buffer.from([1])]).toString("hex"), "00000002c3a90000000101");
});

test("keys derived for different labels differ and are the same each time", () => {
	const key = Buffer.alloc(32, 1);
	assert.deepEqual(deriveKey(key, "a"), deriveKey(key, "a"));
	assert.notDeepEqual(deriveKey(key, "a"), deriveKey(key, "b"));
	assert.notDeepEqual(deriveKey(key, "a"), deriveKey(Buffer.alloc(32, 2), "a"));
	assert.equal(deriveKey(key, "a").length, 32);
	assert.throws(() => deriveKey(Buffer.alloc(31), "a"));
});
