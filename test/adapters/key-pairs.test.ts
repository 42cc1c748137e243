import assert from "node:assert/strict";
import { sign, verify } from "node:crypto";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createKeyPairs, keyPairLimits } from "../../src/adapters/key-pairs.ts";
import { Overloaded } from "../../src/kernel/overloaded.ts";
import type { RsaKeyPair } from "../../src/kernel/ports.ts";

const modulus = (pair: RsaKeyPair) => pair.publicKey.export({ format: "jwk" }).n;

test("key pairs are RSA-2048, fit together and are never given twice", async (t) => {
	const keyPairs = createKeyPairs({ stock: 1 });
	t.after(() => keyPairs.close());
	const pairs = await Promise.all([keyPairs.take(), keyPairs.take(), keyPairs.take()]);
	for (const { privateKey, publicKey } of pairs) {
		assert.equal(publicKey.asymmetricKeyType, "rsa");
		assert.deepEqual(publicKey.asymmetricKeyDetails, { modulusLength: 2048, publicExponent: 65537n });
		const data = Buffer.from("data");
		assert.equal(verify("sha256", data, publicKey, sign("sha256", data, privateKey)), true);
	}
	assert.equal(new Set(pairs.map(modulus)).size, 3);
});

test("a stock is filled once it is warmed; from it a pair comes at once, and another takes its place", async (t) => {
	const keyPairs = createKeyPairs({ stock: 2 });
	t.after(() => keyPairs.close());
	await keyPairs.take();
	assert.equal(keyPairs.stocked, 0);
	const filled = async () => {
		while (keyPairs.stocked < 2) await setImmediate();
	};
	keyPairs.warm();
	await filled();
	let taken: RsaKeyPair | undefined;
	keyPairs.take().then((pair) => {
		taken = pair;
	});
	await Promise.resolve();
	assert.ok(taken);
	await filled();
	assert.equal(keyPairs.stocked, 2);
});

test("more callers than may wait are refused with Overloaded; closing refuses the rest", async () => {
	const keyPairs = createKeyPairs({ stock: 0 });
	const takes = Array.from({ length: keyPairLimits.waitingMax + 3 }, () => keyPairs.take());
	const settled = Promise.allSettled(takes);
	keyPairs.close();
	const reasons = (await settled).map((result) => (result.status === "rejected" ? result.reason : undefined));
	assert.equal(reasons.filter((reason) => reason instanceof Overloaded).length, 3);
	assert.equal(reasons.filter((reason) => reason?.name === "AssertionFailure").length, keyPairLimits.waitingMax);
	await assert.rejects(keyPairs.take());
});
