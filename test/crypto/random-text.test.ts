import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { randomDigits, randomText, randomUuid } from "../../src/crypto/random-text.ts";

const random = { bytes: (length: number) => randomBytes(length) };

test("random text has the length and the characters asked for", () => {
	for (const length of [0, 1, 6, 300]) assert.match(randomText(random, "xyz", length), new RegExp(`^[xyz]{${length}}$`));
	assert.match(randomDigits(random, 6), /^\d{6}$/);
});

test("every character is as likely as any other", () => {
	// 200 characters: with a plain remainder the first 56 would come twice as often as the others.
	const alphabet = String.fromCharCode(...Array.from({ length: 200 }, (_, i) => 0x100 + i));
	const counts = new Map<string, number>();
	for (const character of randomText(random, alphabet, 200_000)) counts.set(character, (counts.get(character) ?? 0) + 1);
	assert.equal(counts.size, 200);
	// Chi-squared with 199 degrees of freedom: mean 199, deviation 20; 340 is seven deviations off.
	const chiSquared = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
	assert.ok(chiSquared < 340, `chi-squared ${chiSquared}`);
});

test("a source of chance that gives nothing usable is found out", () => {
	assert.throws(() => randomText({ bytes: (length) => Buffer.alloc(length, 255) }, "0123456789", 6), /nothing usable/);
});

test("random UUIDs are version 4", () => {
	const uuids = new Set(Array.from({ length: 1000 }, () => randomUuid(random)));
	assert.equal(uuids.size, 1000);
	for (const uuid of uuids) assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
