/**
 * Codes of authenticator apps: HOTP (RFC 4226) counted by time (RFC 6238). SHA-1, six digits, steps of 30 seconds: what apps take for
 * granted, and the only kind that Cognito accepts.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
 */
import { createHmac, createSecretKey } from "node:crypto";
import { equalBytes } from "./equal-bytes.ts";

/** RFC 4226 §4: "we recommend a shared secret length of 160 bits". */
export const totpSecretBytes = 20;
const digits = 6;
const stepMilliseconds = 30_000;
/** "Within 30 seconds before or after the attempt": one step each way. */
const driftSteps = 1;

/** The code for a counter: RFC 4226 §5.3. */
export function hotp(secret: Uint8Array, counter: number): string {
	const message = Buffer.alloc(8);
	message.writeBigUInt64BE(BigInt(counter));
	const mac = createHmac("sha1", createSecretKey(secret)).update(message).digest();
	const offset = (mac[mac.length - 1] as number) & 0x0f;
	const number = mac.readUInt32BE(offset) & 0x7fff_ffff;
	return String(number % 10 ** digits).padStart(digits, "0");
}

/** The number of the time step at `now` (milliseconds since the epoch): RFC 6238 §4.2, T0 = 0. */
export function totpStep(now: number): number {
	return Math.floor(now / stepMilliseconds);
}

/**
 * The time step that `code` belongs to: the one at `now` or a neighbour, the latest where there are several; undefined where it belongs
 * to none. All are looked at whatever the code, so that the time it takes tells nothing.
 */
export function findTotpStep(secret: Uint8Array, code: string, now: number): number | undefined {
	const given = Buffer.from(code);
	let found: number | undefined;
	for (let drift = -driftSteps; drift <= driftSteps; drift++) {
		const step = totpStep(now) + drift;
		if (step >= 0 && equalBytes(Buffer.from(hotp(secret, step)), given)) found = step;
	}
	return found;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Base32 (RFC 4648 §6) without padding, the form in which authenticator apps take secrets. */
export function base32(bytes: Uint8Array): string {
	let text = "";
	let bits = 0;
	let held = 0;
	for (const byte of bytes) {
		held = (held << 8) | byte;
		bits += 8;
		for (; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31];
		held &= (1 << bits) - 1;
	}
	return bits === 0 ? text : text + alphabet[(held << (5 - bits)) & 31];
}
