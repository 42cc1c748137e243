import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { bcryptLimits, createBcrypt } from "../../src/adapters/bcrypt.ts";
import { type ForeignAlgorithm, foreignHashLimits, foreignHashProblem, verifyForeignHash } from "../../src/crypto/foreign-hashes.ts";
import { Overloaded } from "../../src/kernel/overloaded.ts";

const bcrypt = createBcrypt();
after(() => bcrypt.close());

const rfc7914Scrypt =
	"fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
const rfc7914Pbkdf2 =
	"4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d";
const b64 = (hex: string) => Buffer.from(hex, "hex").toString("base64").replace(/=+$/, "");
const nacl = Buffer.from("NaCl").toString("base64").replace(/=+$/, "");

/** Made by other implementations: their test vectors, RFC 7914, Python's hashlib and libxcrypt. */
const hashes: readonly (readonly [from: string, ForeignAlgorithm, password: string, hash: string])[] = [
	["jBCrypt", "BCRYPT", "abc", "$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i"],
	["libxcrypt", "BCRYPT", "pässword", "$2b$05$abcdefghijklmnopqrstuucZGbUxuMlEqps0qcu2pjhO7vaatQZIC"],
	["PHP, by its name alone", "BCRYPT", "pässword", "$2y$05$abcdefghijklmnopqrstuucZGbUxuMlEqps0qcu2pjhO7vaatQZIC"],
	[
		"the reference argon2",
		"ARGON2ID",
		"password",
		"$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
	],
	["passlib", "SCRYPT", "password", "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E"],
	["RFC 7914", "SCRYPT", "password", `$scrypt$ln=10,r=8,p=16$${nacl}$${b64(rfc7914Scrypt)}`],
	["RFC 7914", "PBKDF2_SHA256", "Password", `$pbkdf2-sha256$i=80000,l=64$${nacl}$${b64(rfc7914Pbkdf2)}`],
	["passlib", "PBKDF2_SHA256", "pässword", "$pbkdf2-sha256$29000$AAECAwQFBgcICQoLDA0ODw$LtNEuTh68R4hz6LXkeDELgL1KV7BIMY9fzBSZc5m7eM"],
	["Django", "PBKDF2_SHA256", "pässword", "pbkdf2_sha256$1000$c2FsdHNhbHQ$4Ept4RGRSafu4IAn0tDetUCHPdg7cRTtNmXt7epqSu8="],
];

describe("a hash of another system", () => {
	for (const [from, algorithm, password, hash] of hashes) {
		test(`of ${from} by ${algorithm} is matched by its password alone`, async () => {
			assert.equal(foreignHashProblem(algorithm, hash), undefined);
			assert.equal(await verifyForeignHash(bcrypt, hash, password), true);
			for (const other of ["", `${password} `, password.toUpperCase()]) assert.equal(await verifyForeignHash(bcrypt, hash, other), false);
		});
	}

	test("is refused where it is of another algorithm than the one that was named", () => {
		for (const [, algorithm, , hash] of hashes) {
			for (const other of ["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"] as const) {
				assert.equal(foreignHashProblem(other, hash) === undefined, other === algorithm, `${other} ${hash}`);
			}
		}
	});

	test("is refused where it is cut, garbled or of a kind that is not known", async () => {
		const [bcryptHash, argonHash] = [hashes[0]?.[3] ?? "", hashes[3]?.[3] ?? ""];
		const bad: readonly (readonly [ForeignAlgorithm, string])[] = [
			["BCRYPT", ""],
			["BCRYPT", bcryptHash.slice(0, -1)],
			["BCRYPT", `${bcryptHash}x`],
			["BCRYPT", bcryptHash.replace("$2a$", "$2x$")],
			["BCRYPT", bcryptHash.replace("$06$", "$03$")],
			["ARGON2ID", argonHash.replace("argon2id", "argon2i")],
			["ARGON2ID", argonHash.replace("v=19", "v=16")],
			["ARGON2ID", argonHash.replace("c29tZXNhbHQ", "c29t")],
			["ARGON2ID", argonHash.replace("m=65536", "m=4")],
			["ARGON2ID", argonHash.replace("t=2", "t=0")],
			["ARGON2ID", argonHash.slice(0, -30)],
			["SCRYPT", `$scrypt$ln=0,r=8,p=1$${nacl}$${b64(rfc7914Scrypt)}`],
			["SCRYPT", `$scrypt$ln=10,r=8,p=1$${nacl}$not base64`],
			["PBKDF2_SHA256", `$pbkdf2-sha256$i=0$${nacl}$${b64(rfc7914Pbkdf2)}`],
			["PBKDF2_SHA256", `$pbkdf2-sha256$i=1$${nacl}$${"A".repeat(600)}`],
		];
		for (const [algorithm, hash] of bad) {
			assert.match(foreignHashProblem(algorithm, hash) ?? "", /not one of/, `${algorithm} ${hash}`);
			assert.equal(await verifyForeignHash(bcrypt, hash, "password"), false);
		}
	});

	test("is refused where it asks for absurd work or memory, and never computed", async () => {
		const { bcryptCostMax, pbkdf2IterationsMax } = foreignHashLimits;
		const absurd: readonly (readonly [ForeignAlgorithm, string])[] = [
			["BCRYPT", (hashes[0]?.[3] ?? "").replace("$06$", `$${bcryptCostMax + 1}$`)],
			["BCRYPT", (hashes[0]?.[3] ?? "").replace("$06$", "$31$")],
			["SCRYPT", `$scrypt$ln=18,r=8,p=1$${nacl}$${b64(rfc7914Scrypt)}`],
			["SCRYPT", `$scrypt$ln=99,r=9999,p=9999$${nacl}$${b64(rfc7914Scrypt)}`],
			["SCRYPT", `$scrypt$ln=17,r=8,p=8$${nacl}$${b64(rfc7914Scrypt)}`],
			["ARGON2ID", (hashes[3]?.[3] ?? "").replace("m=65536", "m=2097152")],
			["ARGON2ID", (hashes[3]?.[3] ?? "").replace("t=2", "t=9999")],
			["ARGON2ID", (hashes[3]?.[3] ?? "").replace("p=1", "p=200")],
			["PBKDF2_SHA256", `$pbkdf2-sha256$${pbkdf2IterationsMax + 1}$${nacl}$${b64(rfc7914Pbkdf2)}`],
		];
		for (const [algorithm, hash] of absurd) {
			assert.match(foreignHashProblem(algorithm, hash) ?? "", /more work or memory/, hash);
			assert.equal(await verifyForeignHash(bcrypt, hash, "password"), false);
		}
	});
});

test("passwords that would wait too long for a hash are refused, and others are taken again after", async () => {
	for (const [, , password, hash] of [hashes[1], hashes[8]] as (typeof hashes)[number][]) {
		const all = await Promise.allSettled(
			Array.from({ length: bcryptLimits.waitingMax + 10 }, () => verifyForeignHash(bcrypt, hash, password)),
		);
		const refused = all.filter((each) => each.status === "rejected");
		assert.ok(refused.length > 0 && refused.every(({ reason }) => reason instanceof Overloaded));
		assert.ok(all.every((each) => each.status === "rejected" || each.value));
		assert.equal(await verifyForeignHash(bcrypt, hash, password), true);
	}
});

test("the event loop goes on while bcrypt computes", async () => {
	let turns = 0;
	const computing = verifyForeignHash(bcrypt, "$2b$09$abcdefghijklmnopqrstuucZGbUxuMlEqps0qcu2pjhO7vaatQZIC", "x");
	const count = () => {
		turns++;
		immediate = setImmediate(count);
	};
	let immediate = setImmediate(count);
	await computing;
	clearImmediate(immediate);
	assert.ok(turns > 100, `${turns} turns`);
});
