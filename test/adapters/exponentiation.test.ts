import assert from "node:assert/strict";
import { createHash, getDiffieHellman, randomBytes } from "node:crypto";
import { once } from "node:events";
import { describe, test } from "node:test";
import type { Worker } from "node:worker_threads";
import { createExponentiation } from "../../src/adapters/exponentiation.ts";
import { Overloaded } from "../../src/kernel/overloaded.ts";

const n = number(getDiffieHellman("modp15").getPrime());

function number(bytes: Uint8Array): bigint {
	return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function bytes(value: bigint): Buffer {
	return Buffer.from(value.toString(16).padStart(768, "0"), "hex");
}

function modPow(base: bigint, exponent: bigint): bigint {
	let result = 1n;
	for (let b = base % n, e = exponent; e > 0n; e >>= 1n, b = (b * b) % n) if (e & 1n) result = (result * b) % n;
	return result;
}

describe("exponentiation", () => {
	test("computes base^exponent mod N, in 384 bytes", async (t) => {
		const exponentiation = createExponentiation({ threads: 1 });
		t.after(() => exponentiation.close());
		await exponentiation.ready;
		const cases: [string, Uint8Array, Uint8Array][] = [
			["small numbers", Buffer.from([2]), Buffer.from([8])],
			["zeros in front", bytes(3n), Buffer.from([0, 0, 5])],
			["exponent 0", Buffer.from([2]), Buffer.from([0])],
			["empty exponent", Buffer.from([2]), Buffer.alloc(0)],
			["exponent 1", randomBytes(383), Buffer.from([1])],
			["base 0", Buffer.from([0]), Buffer.from([5])],
			["empty base", Buffer.alloc(0), Buffer.from([5])],
			["base 0, exponent 0", bytes(0n), Buffer.alloc(1)],
			["base 1", bytes(1n), randomBytes(32)],
			["base N - 1, odd exponent", bytes(n - 1n), Buffer.from([7])],
			["base N - 1, even exponent", bytes(n - 1n), Buffer.from([8])],
			["base N", bytes(n), Buffer.from([5])],
			["base N + 2", bytes(n + 2n), Buffer.from([5])],
			["256-bit exponent", randomBytes(383), randomBytes(32)],
			["exponent above N", randomBytes(383), Buffer.concat([Buffer.from([1]), bytes(n - 1n)])],
			["Uint8Array views", new Uint8Array(randomBytes(300)).subarray(7, 200), new Uint8Array(randomBytes(40)).subarray(3)],
		];
		for (const [what, base, exponent] of cases) {
			const answer = await exponentiation.power(base, exponent);
			assert.equal(answer.length, 384, what);
			assert.equal(number(answer), modPow(number(base), number(exponent)), what);
		}
	});

	test("gives each of many callers its own answer, over several threads", async (t) => {
		const exponentiation = createExponentiation({ threads: 2 });
		t.after(() => exponentiation.close());
		const exponents = Array.from({ length: 300 }, (_, i) => i);
		const answers = await Promise.all(exponents.map((i) => exponentiation.power(Buffer.from([2]), Buffer.from([i >> 8, i]))));
		for (const i of exponents) assert.equal(number(answers[i] as Uint8Array), modPow(2n, BigInt(i)), `2^${i}`);
	});

	test("refuses more than may wait with Overloaded, and serves again afterwards", async (t) => {
		const exponentiation = createExponentiation({ threads: 1, waitingMax: 20 });
		t.after(() => exponentiation.close());
		const base = Buffer.from([2]);
		const results = await Promise.allSettled(Array.from({ length: 50 }, () => exponentiation.power(base, base)));
		assert.equal(results.filter(({ status }) => status === "fulfilled").length, 20);
		for (const result of results) if (result.status === "rejected") assert.ok(result.reason instanceof Overloaded);
		assert.equal(number(await exponentiation.power(base, base)), 4n);
	});

	test("refuses lengths that nothing in SRP has", async (t) => {
		const exponentiation = createExponentiation({ threads: 1 });
		t.after(() => exponentiation.close());
		await assert.rejects(exponentiation.power(Buffer.alloc(385), Buffer.alloc(1)), { name: "AssertionFailure" });
		await assert.rejects(exponentiation.power(Buffer.alloc(1), Buffer.alloc(513)), { name: "AssertionFailure" });
	});

	test("refuses what is under way when it is closed, and everything after", async () => {
		const exponentiation = createExponentiation({ threads: 1 });
		const base = Buffer.from([2]);
		const pending = Array.from({ length: 40 }, () => exponentiation.power(base, randomBytes(512)));
		const settled = Promise.allSettled(pending);
		await exponentiation.close();
		for (const { status } of await settled) assert.equal(status, "rejected");
		await assert.rejects(exponentiation.power(base, base));
		await assert.rejects(exponentiation.ready);
	});

	test("replaces a thread that ended, and refuses only what that thread had", async (t) => {
		const workers: Worker[] = [];
		const started: Promise<unknown>[] = [];
		const collect = (worker: Worker) => {
			workers.push(worker);
			started.push(once(worker, "message"));
		};
		process.on("worker", collect);
		t.after(() => process.off("worker", collect));
		const exponentiation = createExponentiation({ threads: 2 });
		t.after(() => exponentiation.close());
		await exponentiation.ready;
		await Promise.all(started);
		// One for each thread, slow enough not to be done yet.
		const underWay = Promise.allSettled([0, 1].map(() => exponentiation.power(Buffer.from([2]), Buffer.alloc(512, 255))));
		await workers[0]?.terminate();
		const results = await underWay;
		assert.deepEqual(results.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
		for (const result of results) if (result.status === "rejected") assert.equal(result.reason.name, "AssertionFailure");
		assert.equal(workers.length, 3);
		assert.equal(number(await exponentiation.power(Buffer.from([2]), Buffer.from([2]))), 4n);
	});

	test("starts no thread before it is needed", async () => {
		const workers: Worker[] = [];
		const collect = (worker: Worker) => workers.push(worker);
		process.on("worker", collect);
		const exponentiation = createExponentiation({ threads: 2 });
		await exponentiation.close();
		process.off("worker", collect);
		assert.equal(workers.length, 0);
	});
});

test("the group is the 3072-bit one of RFC 3526", () => {
	// SHA-256 of the 768 upper-case hexadecimal digits that RFC 3526 §5 prints.
	const digits = n.toString(16).toUpperCase();
	assert.equal(createHash("sha256").update(digits).digest("hex"), "2b2c15e1523695d748a2f56b3b81d59d23467b300f1879585be61f0addacdc45");
});
