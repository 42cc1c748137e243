/**
 * SRP-6a as Cognito's clients do it, server's side. Group: the 3072-bit one of RFC 3526 §5 with generator 2; hash: SHA-256;
 * numbers are hashed as the shortest two's complement, so with a zero byte in front where the top bit is set.
 * What differs from RFC 5054: the identity is pool ‖ user, the salt and the hashes are numbers, the key is 16 bytes of HKDF, and
 * the proof is an HMAC over the pool, the user, the server's secret block and a timestamp.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html gives the formulas.
 */
import { createHash, createHmac, createSecretKey, getDiffieHellman, hkdfSync } from "node:crypto";

/** base^exponent mod N: the Exponentiation port's method. */
export type Power = (base: Uint8Array, exponent: Uint8Array) => Promise<Uint8Array>;

/** N of the group, big-endian: RFC 3526 §5. */
export const groupPrime: Buffer = getDiffieHellman("modp15").getPrime();
export const groupBytes = 384;
const n = bigInt(groupPrime);
const generator = Buffer.from([2]);
/** k of B = k·v + g^b. */
const multiplier = bigInt(createHash("sha256").update(padded(groupPrime)).update(padded(generator)).digest());
const keyInfo = "Caldera Derived Key";
export const srpKeyBytes = 16;
/** Clients may send A with zeros in front: Java's two's complement has 770 digits. */
const clientPublicDigitsMax = 1024;

/** x: what the password comes to. `poolShortId` is the pool's id after `_`; `userIdForSrp` is what the challenge names USER_ID_FOR_SRP. */
export function passwordExponent(poolShortId: string, userIdForSrp: string, password: string, salt: Uint8Array): Buffer {
	const identity = createHash("sha256").update(`${poolShortId}${userIdForSrp}:${password}`).digest();
	return createHash("sha256").update(padded(salt)).update(identity).digest();
}

/** v = g^x, which is stored (384 bytes). One exponentiation. */
export async function createVerifier(power: Power, x: Uint8Array): Promise<Buffer> {
	return toBuffer(await power(generator, x));
}

export const serverPrivateBytes = 32;

/** B = k·v + g^b (384 bytes). `b` is `serverPrivateBytes` random bytes or more, new for each sign-in. One exponentiation. */
export async function serverPublic(power: Power, verifier: Uint8Array, b: Uint8Array): Promise<Buffer> {
	return bytes((multiplier * bigInt(verifier) + bigInt(await power(generator, b))) % n);
}

/** Whether SRP_A is hex digits of a number above 0 and below N. RFC 5054 §2.5.4 demands A mod N ≠ 0. */
export function isValidClientPublic(hex: string): boolean {
	if (hex.length > clientPublicDigitsMax || !/^[0-9a-f]+$/i.test(hex)) return false;
	const a = BigInt(`0x${hex}`);
	return a > 0n && a < n;
}

/** Whether a verifier in bytes is a number above 0 and below N, as every power of the generator is. */
export function isGroupElement(number: Uint8Array): boolean {
	const value = bigInt(number);
	return value > 0n && value < n;
}

/**
 * K, which a client that knows the password derives too. `A` is SRP_A, checked by `isValidClientPublic`; `B` and `b` belong together.
 * Two exponentiations, whatever the input.
 */
export async function serverKey(
	power: Power,
	{ A, B, b, verifier }: { readonly A: string; readonly B: Uint8Array; readonly b: Uint8Array; readonly verifier: Uint8Array },
): Promise<Buffer> {
	const a = BigInt(`0x${A}`);
	const u = createHash("sha256")
		.update(padded(bytes(a)))
		.update(padded(B))
		.digest();
	const base = bytes((a * bigInt(await power(verifier, u))) % n);
	const secret = await power(base, b);
	return Buffer.from(hkdfSync("sha256", createSecretKey(padded(secret)), padded(u), keyInfo, srpKeyBytes));
}

/**
 * PASSWORD_CLAIM_SIGNATURE, which the client sends in base64. `timestamp` is signed as it was sent. Compare with `equalBytes`.
 * A device signs its group's key in place of the pool's short id, and its own key in place of the user's id.
 */
export function claimSignature(
	key: Uint8Array,
	poolShortId: string,
	userIdForSrp: string,
	secretBlock: Uint8Array,
	timestamp: string,
): Buffer {
	return createHmac("sha256", createSecretKey(key)).update(poolShortId).update(userIdForSrp).update(secretBlock).update(timestamp).digest();
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const timestampForm = /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat) ([A-Z][a-z]{2}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2}) UTC (\d{4})$/;

/** TIMESTAMP, `EEE MMM d HH:mm:ss UTC yyyy` in English, as milliseconds since the epoch; undefined where it is not one. */
export function parseTimestamp(text: string): number | undefined {
	const [, monthName = "", ...numbers] = timestampForm.exec(text) ?? [];
	const month = months.indexOf(monthName);
	if (month < 0) return undefined;
	const [day, hour, minute, second, year] = numbers.map(Number) as [number, number, number, number, number];
	const at = Date.UTC(year, month, day, hour, minute, second);
	const date = new Date(at);
	// Date.UTC carries over what does not fit: 31 April, 25 o'clock.
	const fits =
		date.getUTCDate() === day && date.getUTCHours() === hour && date.getUTCMinutes() === minute && date.getUTCSeconds() === second;
	return fits && date.getUTCFullYear() === year ? at : undefined;
}

/** A number's bytes as clients hash them: no zeros in front, but for one where the top bit is set. */
function padded(number: Uint8Array): Uint8Array {
	let start = 0;
	while (start < number.length - 1 && number[start] === 0) start++;
	if ((number[start] ?? 0) < 0x80) return number.subarray(start);
	if (start > 0) return number.subarray(start - 1);
	return Buffer.concat([Buffer.alloc(1), number]);
}

function bigInt(number: Uint8Array): bigint {
	return BigInt(`0x${toBuffer(number).toString("hex")}`);
}

function bytes(number: bigint): Buffer {
	return Buffer.from(number.toString(16).padStart(2 * groupBytes, "0"), "hex");
}

function toBuffer(data: Uint8Array): Buffer {
	return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}
