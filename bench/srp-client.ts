/** The client's half of SRP as Cognito's clients do it, as fast as OpenSSL allows: the load generator shares the machine with the server. */
import { createHash, createHmac, DiffieHellman, getDiffieHellman, hkdfSync, randomBytes } from "node:crypto";

const group = getDiffieHellman("modp15");
const prime = group.getPrime();
const N = toNumber(prime);
const generator = Buffer.from([2]);

/** base^exponent mod N. */
export function power(base: Uint8Array, exponent: Uint8Array): Buffer {
	DiffieHellman.prototype.setPrivateKey.call(group, exponent);
	return group.computeSecret(base);
}

const sha256 = (...parts: (Buffer | string)[]) => parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest();

function toNumber(bytes: Uint8Array): bigint {
	return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** As two's complement: no zeros in front but one where the top bit is set. */
function pad(number: bigint): Buffer {
	let hex = number.toString(16);
	if (hex.length % 2 === 1) hex = `0${hex}`;
	return Buffer.from(/^[89a-f]/.test(hex) ? `00${hex}` : hex, "hex");
}

const k = toNumber(sha256(pad(N), pad(2n)));

export interface SrpStart {
	readonly a: bigint;
	readonly A: bigint;
	readonly SRP_A: string;
}

export function startSrp(): SrpStart {
	const a = randomBytes(32);
	const A = toNumber(power(generator, a));
	return { a: toNumber(a), A, SRP_A: A.toString(16) };
}

function timestamp(at: Date): string {
	const [day, date, month, year] = at.toUTCString().replace(",", "").split(" ");
	return `${day} ${month} ${Number(date)} ${at.toISOString().slice(11, 19)} UTC ${year}`;
}

/** The responses to PASSWORD_VERIFIER. Two exponentiations. */
export function answerSrp(
	{ a, A }: SrpStart,
	challenge: Readonly<Record<string, string>>,
	userPoolId: string,
	password: string,
): Record<string, string> {
	const { SALT = "", SRP_B = "", SECRET_BLOCK = "", USER_ID_FOR_SRP = "" } = challenge;
	const pool = userPoolId.slice(userPoolId.indexOf("_") + 1);
	const B = BigInt(`0x${SRP_B}`);
	const u = toNumber(sha256(pad(A), pad(B)));
	const x = toNumber(sha256(pad(BigInt(`0x${SALT}`)), sha256(`${pool}${USER_ID_FOR_SRP}:${password}`)));
	const base = (B - ((k * toNumber(power(generator, pad(x)))) % N) + N) % N;
	const S = toNumber(power(pad(base), pad(a + u * x)));
	const key = Buffer.from(hkdfSync("sha256", pad(S), pad(u), "Caldera Derived Key", 16));
	const TIMESTAMP = timestamp(new Date());
	const claim = createHmac("sha256", key)
		.update(pool)
		.update(USER_ID_FOR_SRP)
		.update(Buffer.from(SECRET_BLOCK, "base64"))
		.update(TIMESTAMP);
	return {
		USERNAME: USER_ID_FOR_SRP,
		PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
		PASSWORD_CLAIM_SIGNATURE: claim.digest("base64"),
		TIMESTAMP,
	};
}
