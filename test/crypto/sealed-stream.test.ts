import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { deriveStreamKey, isPassphraseCost, openStream, passphraseCost, sealStream } from "../../src/crypto/sealed-stream.ts";
import { systemRandom } from "../support/stores.ts";

const cheap = { memoryKibibytes: 64, passes: 1, parallelism: 1 };
const salt = Buffer.alloc(16, 1);
const key = await deriveStreamKey("a passphrase", salt, cheap);
const head = '{"head":1}';

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const pieces: Uint8Array[] = [];
	for await (const piece of source) pieces.push(piece);
	return Buffer.concat(pieces);
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const sealAll = (bytes: Uint8Array, piece = 10_000) => collect(sealStream(key, head, inPieces(bytes, piece), systemRandom));

/** What opening it ends with: `opened`, or the fault. */
async function outcome(sealed: Uint8Array, { under = key, bound = head } = {}): Promise<string> {
	return collect(openStream(under, bound, inPieces(sealed, 7777))).then(
		() => "opened",
		(error: { fault?: string }) => error.fault ?? String(error),
	);
}

/** The chunks of a sealed stream, lengths included. */
function chunksOf(sealed: Buffer): Buffer[] {
	const chunks: Buffer[] = [];
	for (let at = 0; at < sealed.length; ) {
		const end = at + 4 + sealed.readUInt32BE(at);
		chunks.push(sealed.subarray(at, end));
		at = end;
	}
	return chunks;
}

test("A stream of any length, in pieces of any size, opens to what was sealed", async () => {
	for (const length of [0, 1, 65_535, 65_536, 65_537, 131_072, 300_001]) {
		const bytes = randomBytes(length);
		for (const piece of [1000, 65_536, 400_000]) {
			const sealed = await sealAll(bytes, piece);
			assert.deepEqual(await collect(openStream(key, head, inPieces(sealed, 4097))), bytes, `${length} bytes`);
		}
	}
});

test("Chunks that are missing, moved, doubled, changed or another stream's don't open", async () => {
	const bytes = randomBytes(300_000);
	const chunks = chunksOf(await sealAll(bytes));
	const others = chunksOf(await sealAll(bytes));
	assert.equal(chunks.length, 6);
	const expect = async (changed: readonly (Uint8Array | undefined)[], fault: string, what: string) =>
		assert.equal(await outcome(Buffer.concat(changed.filter((chunk) => chunk !== undefined))), fault, what);
	await expect(chunks, "opened", "as it was");
	for (let length = 1; length < chunks.length; length++) await expect(chunks.slice(0, length), "cut off", `${length} chunks`);
	await expect([], "cut off", "nothing");
	await expect([...chunks, chunks[5]], "continued", "the last one twice");
	await expect([...chunks, others[5]], "continued", "another one's last");
	await expect(chunks.with(2, chunks[3] as Buffer).with(3, chunks[2] as Buffer), "damaged", "two chunks swapped");
	await expect(chunks.toSpliced(2, 1), "damaged", "one left out");
	await expect(chunks.toSpliced(2, 0, chunks[2] as Buffer), "damaged", "one twice");
	await expect(chunks.slice(1), "passphrase", "without the first");
	// The same key seals one stream only; even so, what stands elsewhere in another does not pass.
	await expect(chunks.with(2, others[3] as Buffer), "damaged", "another one's chunk in another place");
	const sealed = Buffer.concat(chunks);
	for (let at = 0; at < sealed.length; at += 9973) {
		const flipped = Uint8Array.from(sealed);
		flipped[at] = (sealed[at] as number) ^ 1;
		assert.notEqual(await outcome(flipped), "opened", `byte ${at}`);
	}
	for (let length = 0; length < sealed.length; length += 9973)
		assert.notEqual(await outcome(sealed.subarray(0, length)), "opened", `${length} bytes`);
});

test("Another passphrase, salt, cost or head is told from damage", async () => {
	const sealed = await sealAll(randomBytes(1000));
	for (const under of [
		await deriveStreamKey("another passphrase", salt, cheap),
		await deriveStreamKey("a passphrase", Buffer.alloc(16, 2), cheap),
		await deriveStreamKey("a passphrase", salt, { ...cheap, passes: 2 }),
	])
		assert.equal(await outcome(sealed, { under }), "passphrase");
	assert.equal(await outcome(sealed, { bound: '{"head":2}' }), "passphrase");
	// The same text in another composition is the same passphrase.
	const composed = await deriveStreamKey("Ku\u0308che", salt, cheap);
	const stream = await collect(sealStream(composed, head, inPieces(Buffer.from("x"), 1), systemRandom));
	assert.equal(await outcome(stream, { under: await deriveStreamKey("K\u00fcche", salt, cheap) }), "opened");
});

test("A cost that nobody would pay is none", () => {
	assert.ok(isPassphraseCost(passphraseCost));
	for (const wrong of [
		{},
		{ ...passphraseCost, memoryKibibytes: 2 ** 31 },
		{ ...passphraseCost, memoryKibibytes: 16 },
		{ ...passphraseCost, passes: 0 },
		{ ...passphraseCost, passes: 1.5 },
		{ ...passphraseCost, parallelism: 1000 },
		{ ...passphraseCost, parallelism: "4" },
	])
		assert.ok(!isPassphraseCost(wrong), JSON.stringify(wrong));
});
