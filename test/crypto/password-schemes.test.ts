import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, describe, test } from "node:test";
import { createExponentiation } from "../../src/adapters/exponentiation.ts";
import { argon2UnderWayMax, schemes } from "../../src/crypto/password-schemes.ts";
import { Overloaded } from "../../src/kernel/overloaded.ts";

const exponentiation = createExponentiation({ threads: 1 });
after(() => exponentiation.close());
const owner = { poolShortId: "AbCdEfGhI", userIdForSrp: "user-1" };
const salt = randomBytes(16);

for (const scheme of Object.values(schemes)) {
	describe(scheme.name, () => {
		test("matches the password that the verifier was made from, and no other", async () => {
			const verifier = await scheme.create(exponentiation, owner, "pässword", salt);
			const verify = (password: string, otherSalt = salt) => scheme.verify(exponentiation, owner, password, otherSalt, verifier);
			assert.equal(await verify("pässword"), "match");
			for (const other of ["passwort", "", "pässword ", "Pässword"]) assert.equal(await verify(other), "mismatch");
			assert.equal(await verify("pässword", randomBytes(16)), "mismatch");
		});

		test("answers mismatch for a verifier that is not one", async () => {
			for (const bad of [Buffer.alloc(0), randomBytes(16), randomBytes(384), Buffer.alloc(384)]) {
				assert.equal(await scheme.verify(exponentiation, owner, "password", salt, bad), "mismatch");
			}
		});

		test("wants no upgrade where it is the pool's scheme, and the pool's scheme where it is not", async () => {
			const verifier = await scheme.create(exponentiation, owner, "password", salt);
			for (const wanted of ["srp-6a", "argon2id"] as const) {
				assert.equal(scheme.upgradeTo(verifier, wanted), wanted === scheme.name ? undefined : wanted);
			}
		});
	});
}

test("argon2id refuses more at once than its threads get done in about a second, and takes passwords again after", async () => {
	const hash = () => schemes.argon2id.create(exponentiation, owner, "password", salt);
	const all = await Promise.allSettled(Array.from({ length: argon2UnderWayMax + 3 }, hash));
	const refused = all.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
	assert.equal(refused.length, 3);
	for (const reason of refused) assert.ok(reason instanceof Overloaded);
	await hash();
});

test("srp-6a binds the verifier to pool and user", async () => {
	const verifier = await schemes["srp-6a"].create(exponentiation, owner, "password", salt);
	assert.equal(verifier.length, 384);
	for (const other of [
		{ ...owner, userIdForSrp: "user-2" },
		{ ...owner, poolShortId: "AbCdEfGhJ" },
	]) {
		assert.equal(await schemes["srp-6a"].verify(exponentiation, other, "password", salt, verifier), "mismatch");
	}
});

test("argon2id keeps its cost beside the tag: a cheaper one still matches and wants an upgrade", async () => {
	// From the tests of the reference implementation (https://github.com/P-H-C/phc-winner-argon2, src/test.c): 256 KiB, two passes, one lane.
	const tag = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe";
	const cheap = Buffer.concat([Buffer.from("m=256,t=2,p=1$"), Buffer.from(tag, "hex")]);
	const cheapSalt = Buffer.from("somesalt");
	assert.equal(await schemes.argon2id.verify(exponentiation, owner, "password", cheapSalt, cheap), "match");
	assert.equal(await schemes.argon2id.verify(exponentiation, owner, "passwork", cheapSalt, cheap), "mismatch");
	assert.equal(schemes.argon2id.upgradeTo(cheap, "argon2id"), "argon2id");
	const verifier = await schemes.argon2id.create(exponentiation, owner, "password", salt);
	assert.match(verifier.toString("latin1"), /^m=19456,t=2,p=1\$/);
});
