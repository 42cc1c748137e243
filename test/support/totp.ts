/** An authenticator app: RFC 6238 over HMAC-SHA-1, six digits, steps of thirty seconds, written apart from the server's. */
import { createHmac } from "node:crypto";

const stepMilliseconds = 30_000;
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** The code at a time in milliseconds since the epoch; `secret` is base32 (RFC 4648 §6). */
export function totpCode(secret: string, at: number): string {
	const counter = Buffer.alloc(8);
	counter.writeBigUInt64BE(BigInt(Math.floor(at / stepMilliseconds)));
	const mac = createHmac("sha1", fromBase32(secret)).update(counter).digest();
	// RFC 4226 §5.3, dynamic truncation
	const offset = (mac.at(-1) ?? 0) & 0x0f;
	return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

function fromBase32(text: string): Buffer {
	const bits = [...text.replace(/=+$/, "")].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
	return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
