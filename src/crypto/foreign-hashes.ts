/**
 * Password hashes that other systems made, as they are brought along by an import: bcrypt, scrypt, argon2id and PBKDF2 with SHA-256, in
 * the texts that the common libraries write. A password is verified by such a hash until its owner has given it once.
 * What a hash may cost is bounded: somebody else has chosen it, and every wrong password costs it too.
 */
import { argon2, pbkdf2, scrypt } from "node:crypto";
import { promisify } from "node:util";
import { Overloaded } from "../kernel/overloaded.ts";
import type { Bcrypt } from "../kernel/ports.ts";
import { equalBytes } from "./equal-bytes.ts";

/** As the API names them. */
export type ForeignAlgorithm = "BCRYPT" | "SCRYPT" | "ARGON2ID" | "PBKDF2_SHA256";

export const foreignHashLimits = {
	/** Each one more doubles the time: 14 takes bcryptjs about a second. */
	bcryptCostMax: 14,
	/** OWASP's cheat sheets ask for at most 128 MiB of scrypt, and common libraries for 64 MiB of argon2id. */
	memoryBytesMax: 128 * 1024 * 1024,
	/** Memory times passes (argon2id) or lanes (scrypt): what it costs in time. */
	memoryWorkBytesMax: 512 * 1024 * 1024,
	parallelismMax: 16,
	/** OWASP asks for 600,000, Django 6 for 1,200,000. */
	pbkdf2IterationsMax: 2_000_000,
	saltBytesMax: 64,
	tagBytesMin: 16,
	tagBytesMax: 64,
	/** Longer texts are none of these hashes. */
	textCharactersMax: 512,
} as const;

type ForeignHash =
	| { readonly algorithm: "BCRYPT"; readonly text: string }
	| {
			readonly algorithm: "SCRYPT";
			readonly cost: number;
			readonly blockSize: number;
			readonly parallelism: number;
			readonly salt: Buffer;
			readonly tag: Buffer;
	  }
	| {
			readonly algorithm: "ARGON2ID";
			readonly memoryKibibytes: number;
			readonly passes: number;
			readonly parallelism: number;
			readonly salt: Buffer;
			readonly tag: Buffer;
	  }
	| { readonly algorithm: "PBKDF2_SHA256"; readonly iterations: number; readonly salt: Buffer; readonly tag: Buffer };

/** Why a hash can't be taken, as a sentence without the hash; undefined for one that can. */
export function foreignHashProblem(algorithm: ForeignAlgorithm, text: string): string | undefined {
	const hash = text.length > foreignHashLimits.textCharactersMax ? undefined : parse(text);
	if (hash === undefined || hash.algorithm !== algorithm) return `The password hash is not one of ${algorithm} in a form that is known.`;
	return isAffordable(hash) ? undefined : "The password hash asks for more work or memory than is allowed.";
}

const hashesAtOnce = 2;
/** Passwords that wait to be hashed: what does not fit is refused. */
const hashesWaitingMax = 32;
let underWay = 0;
const waiting: (() => void)[] = [];

/** Whether `password` is the one behind the hash; never for a text that `foreignHashProblem` would refuse. @throws Overloaded */
export async function verifyForeignHash(bcrypt: Bcrypt, text: string, password: string): Promise<boolean> {
	const hash = parse(text);
	if (hash === undefined || !isAffordable(hash)) return false;
	// It has threads and a queue of its own.
	if (hash.algorithm === "BCRYPT") return bcrypt.verify(password, hash.text);
	if (underWay < hashesAtOnce) underWay++;
	else {
		if (waiting.length >= hashesWaitingMax) throw new Overloaded("too many passwords wait to be hashed");
		await new Promise<void>((resolve) => waiting.push(resolve));
	}
	try {
		return equalBytes(await tagOf(hash, password), hash.tag);
	} finally {
		// Who waits takes over the place.
		const next = waiting.shift();
		if (next === undefined) underWay--;
		else next();
	}
}

const scryptAsync = promisify<string, Uint8Array, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
const pbkdf2Async = promisify(pbkdf2);
const argon2Async = promisify(argon2);

/** Runs on libuv's threads, off the event loop. */
function tagOf(hash: Exclude<ForeignHash, { algorithm: "BCRYPT" }>, password: string): Promise<Buffer> {
	const { salt, tag } = hash;
	switch (hash.algorithm) {
		case "SCRYPT": {
			const { cost: N, blockSize: r, parallelism: p } = hash;
			// OpenSSL counts a little beside the blocks.
			return scryptAsync(password, salt, tag.length, { N, r, p, maxmem: 2 * foreignHashLimits.memoryBytesMax });
		}
		case "ARGON2ID": {
			const { memoryKibibytes: memory, passes, parallelism } = hash;
			return argon2Async("argon2id", { message: password, nonce: salt, memory, passes, parallelism, tagLength: tag.length });
		}
		case "PBKDF2_SHA256":
			return pbkdf2Async(password, salt, hash.iterations, tag.length, "sha256");
	}
}

function isAffordable(hash: ForeignHash): boolean {
	const { memoryBytesMax, memoryWorkBytesMax, parallelismMax } = foreignHashLimits;
	switch (hash.algorithm) {
		case "BCRYPT":
			return Number(hash.text.slice(4, 6)) <= foreignHashLimits.bcryptCostMax;
		case "SCRYPT": {
			const memory = 128 * hash.cost * hash.blockSize;
			return memory <= memoryBytesMax && memory * hash.parallelism <= memoryWorkBytesMax && hash.parallelism <= parallelismMax;
		}
		case "ARGON2ID": {
			const memory = hash.memoryKibibytes * 1024;
			return memory <= memoryBytesMax && memory * hash.passes <= memoryWorkBytesMax && hash.parallelism <= parallelismMax;
		}
		case "PBKDF2_SHA256":
			return hash.iterations <= foreignHashLimits.pbkdf2IterationsMax;
	}
}

function parse(text: string): ForeignHash | undefined {
	return parseBcrypt(text) ?? parseScrypt(text) ?? parseArgon2id(text) ?? parsePbkdf2(text);
}

/** `$2b$12$` with 22 characters of salt and 31 of hash; `$2a$` and PHP's `$2y$` are the same. `$2x$` marks hashes of a faulty implementation. */
function parseBcrypt(text: string): ForeignHash | undefined {
	const [, cost] = /^\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/.exec(text) ?? [];
	return cost === undefined || Number(cost) < 4 ? undefined : { algorithm: "BCRYPT", text };
}

/** `$scrypt$ln=17,r=8,p=1$salt$hash`, where ln is the binary logarithm of the cost. */
function parseScrypt(text: string): ForeignHash | undefined {
	const [, ln, r, p, salt = "", tag = ""] = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,4}),p=(\d{1,4})\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
	const bytes = saltAndTag(base64(salt), tag);
	if (bytes === undefined || Number(ln) < 1 || Number(r) < 1 || Number(p) < 1) return undefined;
	// RFC 7914 §2: the cost is less than 2^(128 * r / 8), and libraries compute nothing else.
	if (Number(ln) >= 16 * Number(r)) return undefined;
	return { algorithm: "SCRYPT", cost: 2 ** Number(ln), blockSize: Number(r), parallelism: Number(p), ...bytes };
}

/** `$argon2id$v=19$m=65536,t=3,p=4$salt$hash` (RFC 9106's version, the only one that is taken). */
function parseArgon2id(text: string): ForeignHash | undefined {
	const [, m, t, p, salt = "", tag = ""] = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,4}),p=(\d{1,4})\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
	const bytes = saltAndTag(base64(salt), tag);
	const [memoryKibibytes, passes, parallelism] = [Number(m), Number(t), Number(p)];
	// RFC 9106 §3.1: at least 8 blocks a lane; and OpenSSL takes no shorter salt.
	if (bytes === undefined || bytes.salt.length < 8 || passes < 1 || parallelism < 1 || memoryKibibytes < 8 * parallelism) return undefined;
	return { algorithm: "ARGON2ID", memoryKibibytes, passes, parallelism, ...bytes };
}

/** `$pbkdf2-sha256$i=600000,l=32$salt$hash`, passlib's `$pbkdf2-sha256$29000$salt$hash`, and Django's `pbkdf2_sha256$1200000$text$hash`. */
function parsePbkdf2(text: string): ForeignHash | undefined {
	const [, i, salt = "", tag = ""] = /^\$pbkdf2-sha256\$(?:i=)?(\d{1,8})(?:,l=\d{1,3})?\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
	const [, djangoI, djangoSalt = "", djangoTag = ""] = /^pbkdf2_sha256\$(\d{1,8})\$([^$]+)\$([^$]+)$/.exec(text) ?? [];
	const bytes = i === undefined ? saltAndTag(Buffer.from(djangoSalt), djangoTag) : saltAndTag(base64(salt), tag);
	const iterations = Number(i ?? djangoI);
	if (bytes === undefined || iterations < 1) return undefined;
	return { algorithm: "PBKDF2_SHA256", iterations, ...bytes };
}

function saltAndTag(salt: Buffer | undefined, tagText: string): { readonly salt: Buffer; readonly tag: Buffer } | undefined {
	const { saltBytesMax, tagBytesMin, tagBytesMax } = foreignHashLimits;
	const tag = base64(tagText);
	if (salt === undefined || tag === undefined || salt.length === 0 || salt.length > saltBytesMax) return undefined;
	return tag.length < tagBytesMin || tag.length > tagBytesMax ? undefined : { salt, tag };
}

/** Base64, padded or not; passlib writes a full stop for the plus. */
function base64(text: string): Buffer | undefined {
	const plain = text.replaceAll(".", "+").replace(/={1,2}$/, "");
	return /^[A-Za-z0-9+/]+$/.test(plain) && plain.length % 4 !== 1 ? Buffer.from(plain, "base64") : undefined;
}
