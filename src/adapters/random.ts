/** Chance: the operating system's cryptographic source. */
import { randomBytes } from "node:crypto";
import type { Random } from "../kernel/ports.ts";

export function createRandom(): Random {
	return { bytes: (length) => randomBytes(length) };
}
