import assert from "node:assert/strict";
import { createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { after, describe, test } from "node:test";
import { createExponentiation } from "../../src/adapters/exponentiation.ts";
import { equalBytes } from "../../src/crypto/equal-bytes.ts";
import {
	claimSignature,
	createVerifier,
	groupPrime,
	isValidClientPublic,
	parseTimestamp,
	passwordExponent,
	serverKey,
	serverPublic,
} from "../../src/crypto/srp.ts";

const exponentiation = createExponentiation({ threads: 2 });
after(() => exponentiation.close());
let exponentiations = 0;
const power = (base: Uint8Array, exponent: Uint8Array) => {
	exponentiations++;
	return exponentiation.power(base, exponent);
};

const pool = "AbCdEfGhI";
const user = "user-1";
const password = "Pässw0rd! ";
const timestamp = "Fri Nov 20 12:00:00 UTC 2026";
const secretBlock = Buffer.from("secret block");

/** Bytes that are the same each time. */
function seeded(seed: string, length: number): Buffer {
	const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => createHash("sha256").update(`${seed}${i}`).digest());
	return Buffer.concat(blocks).subarray(0, length);
}

const sha256 = (...parts: (string | Uint8Array)[]) => {
	const hash = createHash("sha256");
	for (const part of parts) hash.update(part);
	return hash.digest();
};

/** A client as the developer guide describes it, in BigInt: nothing in it is the server's code. */
function client(smallA: Uint8Array) {
	// RFC 3526 §5: 2^3072 - 2^3008 - 1 + 2^64 * ([2^2942 pi] + 1690314), checked below against the published digits.
	const n = BigInt(`0x${groupPrime.toString("hex")}`);
	const modPow = (base: bigint, exponent: bigint) => {
		let result = 1n;
		for (let b = ((base % n) + n) % n, e = exponent; e > 0n; e >>= 1n, b = (b * b) % n) if (e & 1n) result = (result * b) % n;
		return result;
	};
	const pad = (value: bigint) => {
		const hex = value.toString(16);
		const even = hex.length % 2 ? `0${hex}` : hex;
		return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, "hex");
	};
	const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
	const a = number(smallA);
	const A = modPow(2n, a);
	return {
		A: A.toString(16),
		key(saltHex: string, serverHex: string, password: string): Buffer {
			const B = BigInt(`0x${serverHex}`);
			const k = number(sha256(pad(n), pad(2n)));
			const u = number(sha256(pad(A), pad(B)));
			const x = number(sha256(pad(BigInt(`0x${saltHex}`)), sha256(`${pool}${user}:${password}`)));
			const S = modPow(B - k * modPow(2n, x), a + u * x);
			return Buffer.from(hkdfSync("sha256", pad(S), pad(u), "Caldera Derived Key", 16));
		},
	};
}

/** What the server sends and keeps for one sign-in. */
async function challenge(salt: Uint8Array, b: Uint8Array) {
	const verifier = await createVerifier(power, passwordExponent(pool, user, password, salt));
	const B = await serverPublic(power, verifier, b);
	return { b, B, verifier, saltHex: Buffer.from(salt).toString("hex") };
}

/** What `amazon-cognito-identity-js` publishes without types. */
interface Library {
	AuthenticationHelper: new (
		pool: string,
	) => {
		smallAValue: unknown;
		largeAValue: { toString(radix: 16): string } | undefined;
		getLargeAValue(done: (error: unknown, A: { toString(radix: 16): string }) => void): void;
		getPasswordAuthenticationKey(
			user: string,
			password: string,
			B: unknown,
			salt: unknown,
			done: (error: unknown, key: Uint8Array) => void,
		): void;
	};
	DateHelper: new () => { getNowString(): string };
}
const require = createRequire(import.meta.url);
const { AuthenticationHelper, DateHelper }: Library = require("amazon-cognito-identity-js");
const BigInteger: new (text: string, radix: number) => unknown = require("amazon-cognito-identity-js/lib/BigInteger").default;

// The salt begins with zeros, B with one zero byte, A with one before a high bit: each is hashed differently if padded carelessly.
const fixed = {
	salt: Buffer.from("00007f80a1b2c3d4e5f60718293a4b5c", "hex"),
	a: seeded("a374", 128),
	b: seeded("b428", 32),
	key: "ee6b12dc71f9c457c02cae9d3f032365",
};

describe("SRP", () => {
	test("uses the 3072-bit group of RFC 3526", () => {
		assert.equal(groupPrime.length, 384);
		assert.equal(groupPrime.subarray(0, 12).toString("hex"), "ffffffffffffffffc90fdaa2");
		assert.equal(groupPrime.subarray(-12).toString("hex"), "a93ad2caffffffffffffffff");
	});

	test("gives the numbers pinned here, on which a client in BigInt and Amazon's own agree", async () => {
		const x = passwordExponent(pool, user, password, fixed.salt);
		assert.equal(x.toString("hex"), "acf51c377531fbb77abbfa7d4d1a04d1598997dcc174f0726180cbf24ac961f7");
		const { b, B, verifier, saltHex } = await challenge(fixed.salt, fixed.b);
		assert.equal(sha256(verifier).toString("hex"), "813d941fdd210295a023d3f5c902048db12d19269f62215a2ce004e904638ab0");
		assert.equal(sha256(B).toString("hex"), "926750f940baba9bd9a5f053e0e9d0895b4e60c277582fd497166ba11d307600");
		assert.deepEqual([B.length, B[0]], [384, 0]);
		const { A, key } = client(fixed.a);
		assert.equal(A.length, 766);
		const ours = await serverKey(power, { A, B, b, verifier });
		assert.equal(ours.toString("hex"), fixed.key);
		assert.equal(key(saltHex, B.toString("hex"), password).toString("hex"), fixed.key);

		const amazons = new AuthenticationHelper(pool);
		amazons.smallAValue = new BigInteger(fixed.a.toString("hex"), 16);
		amazons.largeAValue = undefined;
		const theirA = await new Promise<string>((resolve, reject) =>
			amazons.getLargeAValue((error, value) => (error ? reject(error) : resolve(value.toString(16)))),
		);
		assert.equal(theirA, A);
		const theirKey = await new Promise<Uint8Array>((resolve, reject) =>
			amazons.getPasswordAuthenticationKey(
				user,
				password,
				new BigInteger(B.toString("hex"), 16),
				new BigInteger(saltHex, 16),
				(error, value) => (error ? reject(error) : resolve(value)),
			),
		);
		assert.equal(Buffer.from(theirKey).toString("hex"), fixed.key);

		const signature = claimSignature(ours, pool, user, secretBlock, timestamp);
		assert.equal(signature.toString("base64"), "gz29xTDJJLtOf2wzEzG3ZpbZhjRGkUc7U139whOY/eM=");
		const expected = createHmac("sha256", theirKey).update(`${pool}${user}`).update(secretBlock).update(timestamp).digest();
		assert.ok(equalBytes(signature, expected));
	});

	test("agrees on a key with a client for random numbers and salts", async () => {
		for (const [first, length] of [
			[0x00, 16],
			[0x7f, 16],
			[0x80, 16],
			[0xff, 32],
		] as const) {
			const salt = randomBytes(length);
			salt[0] = first;
			const { saltHex, ...state } = await challenge(salt, randomBytes(32));
			const { A, key } = client(randomBytes(32));
			assert.deepEqual(await serverKey(power, { A, ...state }), key(saltHex, state.B.toString("hex"), password));
		}
	});

	test("gives another key for another password, user, pool or salt", async () => {
		const { saltHex, ...state } = await challenge(fixed.salt, fixed.b);
		const { A, key } = client(fixed.a);
		const ours = await serverKey(power, { A, ...state });
		assert.notDeepEqual(key(saltHex, state.B.toString("hex"), "Pässw0rd!"), ours);
		const right = passwordExponent(pool, user, password, fixed.salt);
		for (const other of [
			passwordExponent(pool, "user-2", password, fixed.salt),
			passwordExponent("AbCdEfGhJ", user, password, fixed.salt),
			passwordExponent(pool, user, password, Buffer.from("01007f80a1b2c3d4e5f60718293a4b5c", "hex")),
		]) {
			assert.notDeepEqual(other, right);
		}
	});

	test("costs one exponentiation for the verifier, one for B and two for the key", async () => {
		const count = async (work: () => Promise<unknown>) => {
			const before = exponentiations;
			await work();
			return exponentiations - before;
		};
		const { b, B, verifier } = await challenge(fixed.salt, fixed.b);
		assert.equal(await count(() => createVerifier(power, fixed.b)), 1);
		assert.equal(await count(() => serverPublic(power, verifier, b)), 1);
		assert.equal(await count(() => serverKey(power, { A: "2", B, b, verifier })), 2);
	});

	test("refuses an SRP_A that is no hexadecimal number between 0 and N", () => {
		const n = groupPrime.toString("hex");
		const number = BigInt(`0x${n}`);
		for (const fine of ["1", "02", "aBc", (number - 1n).toString(16), `00${(number - 1n).toString(16)}`]) {
			assert.equal(isValidClientPublic(fine), true, fine);
		}
		const tooLong = "1".padStart(1025, "0");
		for (const bad of ["", "0", "000", n, (number + 1n).toString(16), (2n * number).toString(16), "0x1", "-1", "1 ", "g", tooLong]) {
			assert.equal(isValidClientPublic(bad), false, bad);
		}
	});

	test("gives a key for the least and the greatest A, which nobody without the password can use", async () => {
		const { saltHex: _, ...state } = await challenge(fixed.salt, fixed.b);
		const greatest = (BigInt(`0x${groupPrime.toString("hex")}`) - 1n).toString(16);
		for (const A of ["1", greatest]) assert.equal((await serverKey(power, { A, ...state })).length, 16);
	});
});

describe("a claim's timestamp", () => {
	test("is read as Amazon's clients write it", () => {
		assert.equal(parseTimestamp("Tue May 7 00:09:40 UTC 2025"), Date.UTC(2025, 4, 7, 0, 9, 40));
		assert.equal(parseTimestamp(timestamp), Date.UTC(2026, 10, 20, 12));
		assert.equal(parseTimestamp("Thu Feb 29 23:59:59 UTC 2024"), Date.UTC(2024, 1, 29, 23, 59, 59));
		const at = parseTimestamp(new DateHelper().getNowString());
		assert.ok(at !== undefined && Math.abs(at - Date.now()) < 5000);
	});

	test("is refused in any other form", () => {
		for (const text of [
			"",
			"2026-11-20T12:00:00Z",
			"Fri Nov 20 12:00:00 GMT 2026",
			"Fri Nov 20 12:00:00 UTC 26",
			"Fri Nov 31 12:00:00 UTC 2026",
			"Sat Feb 29 12:00:00 UTC 2025",
			"Fri Nov 20 24:00:00 UTC 2026",
			"Fri Nov 20 12:60:00 UTC 2026",
			"Fri Nov 20 12:00:60 UTC 2026",
			"Fr. Nov 20 12:00:00 UTC 2026",
			"Fri nov 20 12:00:00 UTC 2026",
			" Fri Nov 20 12:00:00 UTC 2026",
			"Fri Nov 20 12:00:00 UTC 2026\n",
		]) {
			assert.equal(parseTimestamp(text), undefined, text);
		}
	});
});
