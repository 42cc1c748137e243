/** Chance: the operating system's cryptographic source. */
import { randomFillSync } from "node:crypto";
import type { Random } from "../kernel/ports.ts";

/** Bytes drawn at once: a request asks for a few ten times over, and a draw costs the same whatever its size. */
const stockBytes = 4096;

export function createRandom(): Random {
	const stock = Buffer.alloc(stockBytes);
	let used = stockBytes;
	return {
		bytes(length) {
			if (length > stockBytes) return randomFillSync(Buffer.alloc(length));
			if (used + length > stockBytes) {
				randomFillSync(stock);
				used = 0;
			}
			const bytes = Buffer.from(stock.subarray(used, used + length));
			// What was given out is kept nowhere else.
			stock.fill(0, used, used + length);
			used += length;
			return bytes;
		},
	};
}
