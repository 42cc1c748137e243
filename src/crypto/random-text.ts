/** Random text from the Random port: ids, codes, client secrets. */
import { assert } from "../kernel/assert.ts";
import type { Random } from "../kernel/ports.ts";

const roundsMax = 1000;

/** `length` characters of `alphabet` (2 to 256 different ones), each as likely as any other. */
export function randomText(random: Random, alphabet: string, length: number): string {
	assert(alphabet.length >= 2 && alphabet.length <= 256, "an alphabet has 2 to 256 characters");
	// Bytes from the last, incomplete run of the alphabet are thrown away: they would make its first characters likelier.
	const bound = 256 - (256 % alphabet.length);
	let text = "";
	for (let round = 0; text.length < length; round++) {
		assert(round < roundsMax, "the source of chance gives nothing usable");
		for (const byte of random.bytes(Math.ceil(((length - text.length) * 256) / bound))) {
			if (byte < bound && text.length < length) text += alphabet[byte % alphabet.length];
		}
	}
	return text;
}

/** `length` decimal digits; leading zeros are as likely as others. */
export function randomDigits(random: Random, length: number): string {
	return randomText(random, "0123456789", length);
}

/** A version 4 UUID (RFC 9562 §5.4), in lower case. */
export function randomUuid(random: Random): string {
	const bytes = random.bytes(16);
	bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
	const hex = bytes.toString("hex");
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
