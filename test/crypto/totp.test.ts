import assert from "node:assert/strict";
import { test } from "node:test";
import { base32, findTotpStep, hotp, totpStep } from "../../src/crypto/totp.ts";

// The secret of both RFCs' vectors.
const secret = Buffer.from("12345678901234567890");

test("HOTP gives the values of RFC 4226, appendix D", () => {
	const values = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
	assert.deepEqual(
		values.map((_, counter) => hotp(secret, counter)),
		values,
	);
});

test("TOTP gives the SHA-1 values of RFC 6238, appendix B, of which six digits are the last ones of eight", () => {
	const values = [
		[59, "94287082"],
		[1111111109, "07081804"],
		[1111111111, "14050471"],
		[1234567890, "89005924"],
		[2000000000, "69279037"],
		[20000000000, "65353130"],
	] as const;
	for (const [seconds, code] of values) assert.equal(hotp(secret, totpStep(seconds * 1000)), code.slice(2));
});

test("a code is taken in its own step and in the ones next to it, and its step is told", () => {
	const now = 1111111111_000;
	const step = totpStep(now);
	for (const drift of [-1, 0, 1]) assert.equal(findTotpStep(secret, hotp(secret, step + drift), now), step + drift);
	for (const drift of [-3, -2, 2, 3]) assert.equal(findTotpStep(secret, hotp(secret, step + drift), now), undefined);
	for (const code of ["", "0", "000000", "1234567", "¹²³⁴⁵⁶"]) assert.equal(findTotpStep(secret, code, now), undefined);
	assert.equal(findTotpStep(Buffer.from("another secret here!"), hotp(secret, step), now), undefined);
});

test("at the beginning of time there is no step before the first", () => {
	assert.equal(findTotpStep(secret, hotp(secret, 0), 0), 0);
	assert.equal(findTotpStep(secret, hotp(secret, 1), 0), 1);
	assert.equal(findTotpStep(secret, "000000", 0), undefined);
});

test("base32 is that of RFC 4648, §10, without padding", () => {
	const values = { "": "", f: "MY", fo: "MZXQ", foo: "MZXW6", foob: "MZXW6YQ", fooba: "MZXW6YTB", foobar: "MZXW6YTBOI" };
	for (const [text, encoded] of Object.entries(values)) assert.equal(base32(Buffer.from(text)), encoded);
	assert.equal(base32(Buffer.alloc(20, 0xff)), "7".repeat(32));
});
