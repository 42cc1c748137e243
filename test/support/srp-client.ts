/** The client's half of SRP as Cognito's clients do it, step by step, so that a test can get each step wrong. */
import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes } from "node:crypto";

const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`);
const g = 2n;

/** As two's complement: an even number of digits, and a zero byte in front of a set top bit. */
function pad(number: bigint): Buffer {
	let hex = number.toString(16);
	if (hex.length % 2 === 1) hex = `0${hex}`;
	return Buffer.from(/^[89a-f]/.test(hex) ? `00${hex}` : hex, "hex");
}

const sha256 = (...parts: (Buffer | string)[]) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();
const toNumber = (bytes: Buffer) => BigInt(`0x${bytes.toString("hex")}`);

function power(base: bigint, exponent: bigint): bigint {
	let result = 1n;
	let square = base % N;
	for (let rest = exponent; rest > 0n; rest >>= 1n) {
		if (rest & 1n) result = (result * square) % N;
		square = (square * square) % N;
	}
	return result;
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
	{ a, SRP_A }: SrpStart,
	challenge: Readonly<Record<string, string>>,
	userPoolId: string,
	password: string,
	at = new Date(),
): Record<string, string> {
	const { SALT = "", SRP_B = "", SECRET_BLOCK = "", USER_ID_FOR_SRP = "" } = challenge;
	const pool = userPoolId.slice(userPoolId.indexOf("_") + 1);
	const B = BigInt(`0x${SRP_B}`);
	const u = toNumber(sha256(pad(BigInt(`0x${SRP_A}`)), pad(B)));
	const k = toNumber(sha256(pad(N), pad(g)));
	const x = toNumber(sha256(pad(BigInt(`0x${SALT}`)), sha256(`${pool}${USER_ID_FOR_SRP}:${password}`)));
	const base = (B - ((k * power(g, x)) % N) + N * N) % N;
	const S = power(base, a + u * x);
	const key = Buffer.from(hkdfSync("sha256", pad(S), pad(u), "Caldera Derived Key", 16));
	const TIMESTAMP = timestamp(at);
	const signature = createHmac("sha256", key)
		.update(pool)
		.update(USER_ID_FOR_SRP)
		.update(Buffer.from(SECRET_BLOCK, "base64"))
		.update(TIMESTAMP);
	return {
		USERNAME: USER_ID_FOR_SRP,
		PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
		PASSWORD_CLAIM_SIGNATURE: signature.digest("base64"),
		TIMESTAMP,
	};
}
