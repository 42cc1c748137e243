/** The client's half of SRP as Cognito's clients do it, step by step, so that a test can get each step wrong. */
import { createHash, createHmac, DiffieHellman, getDiffieHellman, hkdfSync, randomBytes } from "node:crypto";

const group = getDiffieHellman("modp15");
const N = BigInt(`0x${group.getPrime("hex")}`);
const g = 2n;

/** As two's complement: an even number of digits, and a zero byte in front of a set top bit. */
function pad(number: bigint): Buffer {
	let hex = number.toString(16);
	if (hex.length % 2 === 1) hex = `0${hex}`;
	return Buffer.from(/^[89a-f]/.test(hex) ? `00${hex}` : hex, "hex");
}

const sha256 = (...parts: (Buffer | string)[]) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const toNumber = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);

/** By OpenSSL, five times as fast as with BigInt: the group takes a private key, though its class lacks the method. */
function power(base: bigint, exponent: bigint): bigint {
	DiffieHellman.prototype.setPrivateKey.call(group, pad(exponent));
	return toNumber(group.computeSecret(pad(base)));
}

export interface SrpStart {
	readonly a: bigint;
	readonly SRP_A: string;
}

export function startSrp(): SrpStart {
	const a = toNumber(randomBytes(32));
	return { a, SRP_A: power(g, a).toString(16) };
}

export function timestamp(at: Date): string {
	const [day, date, month, year] = at.toUTCString().replace(",", "").split(" ");
	return `${day} ${month} ${Number(date)} ${at.toISOString().slice(11, 19)} UTC ${year}`;
}

/** The responses to PASSWORD_VERIFIER. */
export function answerSrp(
	start: SrpStart,
	challenge: Readonly<Record<string, string>>,
	userPoolId: string,
	password: string,
	at = new Date(),
): Record<string, string> {
	const { USER_ID_FOR_SRP = "" } = challenge;
	const pool = userPoolId.slice(userPoolId.indexOf("_") + 1);
	return { USERNAME: USER_ID_FOR_SRP, ...claim(start, challenge, pool, USER_ID_FOR_SRP, password, at) };
}

/** The proof of a secret that belongs to `name` in `group`: a user's password in a pool, or a device's secret in its group. */
function claim(
	{ a, SRP_A }: SrpStart,
	{ SALT = "", SRP_B = "", SECRET_BLOCK = "" }: Readonly<Record<string, string>>,
	group: string,
	name: string,
	secret: string,
	at: Date,
): Record<string, string> {
	const B = BigInt(`0x${SRP_B}`);
	const u = toNumber(sha256(pad(BigInt(`0x${SRP_A}`)), pad(B)));
	const k = toNumber(sha256(pad(N), pad(g)));
	const x = exponent(BigInt(`0x${SALT}`), group, name, secret);
	const base = (B - ((k * power(g, x)) % N) + N * N) % N;
	const S = power(base, a + u * x);
	const key = Buffer.from(hkdfSync("sha256", pad(S), pad(u), "Caldera Derived Key", 16));
	const TIMESTAMP = timestamp(at);
	const signature = createHmac("sha256", key).update(group).update(name).update(Buffer.from(SECRET_BLOCK, "base64")).update(TIMESTAMP);
	return { PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK, PASSWORD_CLAIM_SIGNATURE: signature.digest("base64"), TIMESTAMP };
}

const exponent = (salt: bigint, group: string, name: string, secret: string) =>
	toNumber(sha256(pad(salt), sha256(`${group}${name}:${secret}`)));

/** A device as its client keeps it. */
export interface ClientDevice {
	readonly key: string;
	readonly groupKey: string;
	readonly secret: string;
}

/** A secret for a device that was offered, and what ConfirmDevice is told of it. */
export function createDevice({
	DeviceKey = "",
	DeviceGroupKey = "",
}: {
	readonly DeviceKey?: string | undefined;
	readonly DeviceGroupKey?: string | undefined;
}): {
	readonly device: ClientDevice;
	readonly config: { readonly PasswordVerifier: string; readonly Salt: string };
} {
	const device = { key: DeviceKey, groupKey: DeviceGroupKey, secret: randomBytes(40).toString("base64") };
	const salt = toNumber(randomBytes(16));
	const verifier = power(g, exponent(salt, device.groupKey, device.key, device.secret));
	return { device, config: { PasswordVerifier: pad(verifier).toString("base64"), Salt: pad(salt).toString("base64") } };
}

/** The responses to DEVICE_PASSWORD_VERIFIER. */
export function answerDeviceSrp(
	start: SrpStart,
	challenge: Readonly<Record<string, string>>,
	{ key, groupKey, secret }: ClientDevice,
	at = new Date(),
): Record<string, string> {
	return { USERNAME: challenge["USERNAME"] ?? "", DEVICE_KEY: key, ...claim(start, challenge, groupKey, key, secret, at) };
}
