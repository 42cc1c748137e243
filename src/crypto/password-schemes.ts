/**
 * How passwords are kept. A scheme turns a password into a verifier and tells whether a password is the one behind it; its cost
 * does not depend on the answer, nor on whether the verifier is sound, so that a stand-in for an unknown user costs the same.
 */
import { argon2 } from "node:crypto";
import { promisify } from "node:util";
import { Overloaded } from "../kernel/overloaded.ts";
import type { Exponentiation } from "../kernel/ports.ts";
import { equalBytes } from "./equal-bytes.ts";
import { createVerifier, passwordExponent } from "./srp.ts";

export type PasswordSchemeName = "srp-6a" | "argon2id";

/** Whom the password belongs to. SRP binds its verifier to both. */
export interface PasswordOwner {
	/** The pool's id after `_`. */
	readonly poolShortId: string;
	/** What the SRP challenge names USER_ID_FOR_SRP. */
	readonly userIdForSrp: string;
}

export interface PasswordScheme {
	readonly name: PasswordSchemeName;
	/** The verifier to store beside `salt` (16 random bytes). */
	create(exponentiation: Exponentiation, owner: PasswordOwner, password: string, salt: Uint8Array): Promise<Buffer>;
	verify(
		exponentiation: Exponentiation,
		owner: PasswordOwner,
		password: string,
		salt: Uint8Array,
		verifier: Uint8Array,
	): Promise<"match" | "mismatch">;
	/**
	 * What to store a password under once it matched `verifier`, in a pool whose passwords are kept under `wanted`:
	 * undefined where it is well as it is.
	 */
	upgradeTo(verifier: Uint8Array, wanted: PasswordSchemeName): PasswordSchemeName | undefined;
}

const srp6a: PasswordScheme = {
	name: "srp-6a",
	create: (exponentiation, owner, password, salt) => srpVerifier(exponentiation, owner, password, salt),
	async verify(exponentiation, owner, password, salt, verifier) {
		return answer(equalBytes(await srpVerifier(exponentiation, owner, password, salt), verifier));
	},
	upgradeTo: (_verifier, wanted) => (wanted === "srp-6a" ? undefined : wanted),
};

function srpVerifier(exponentiation: Exponentiation, owner: PasswordOwner, password: string, salt: Uint8Array): Promise<Buffer> {
	const x = passwordExponent(owner.poolShortId, owner.userIdForSrp, password, salt);
	return createVerifier((base, exponent) => exponentiation.power(base, exponent), x);
}

interface Argon2Cost {
	readonly memoryKibibytes: number;
	readonly passes: number;
	readonly parallelism: number;
}

/** OWASP's password storage cheat sheet: argon2id with 19 MiB, two passes, one lane. */
const argon2Cost: Argon2Cost = { memoryKibibytes: 19 * 1024, passes: 2, parallelism: 1 };
const argon2TagBytes = 32;
const argon2Async = promisify(argon2);

/** The cost stands in front of the tag, so that it can rise without losing what is stored: `m=19456,t=2,p=1$` and 32 bytes. */
const argon2id: PasswordScheme = {
	name: "argon2id",
	async create(_exponentiation, _owner, password, salt) {
		return Buffer.concat([Buffer.from(costText(argon2Cost)), await argon2Tag(argon2Cost, password, salt)]);
	},
	async verify(_exponentiation, _owner, password, salt, verifier) {
		const cost = costOf(verifier);
		const tag = await argon2Tag(cost ?? argon2Cost, password, salt);
		return answer(cost !== undefined && equalBytes(tag, verifier.subarray(verifier.length - argon2TagBytes)));
	},
	upgradeTo(verifier, wanted) {
		const current = costText(costOf(verifier) ?? argon2Cost) === costText(argon2Cost);
		return wanted === "argon2id" && current ? undefined : wanted;
	},
};

const costText = ({ memoryKibibytes, passes, parallelism }: Argon2Cost) => `m=${memoryKibibytes},t=${passes},p=${parallelism}$`;

function costOf(verifier: Uint8Array): Argon2Cost | undefined {
	if (verifier.length < argon2TagBytes) return undefined;
	const text = Buffer.from(verifier.subarray(0, verifier.length - argon2TagBytes)).toString("latin1");
	const [, memory, passes, parallelism] = /^m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$$/.exec(text) ?? [];
	if (memory === undefined) return undefined;
	return { memoryKibibytes: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
}

/** Hashes that run or wait: a flood of them would hold up the tokens that the same threads sign. */
export const argon2UnderWayMax = 32;
let argon2UnderWay = 0;

/** Runs on libuv's threads, off the event loop. @throws Overloaded */
async function argon2Tag(
	{ memoryKibibytes: memory, passes, parallelism }: Argon2Cost,
	password: string,
	nonce: Uint8Array,
): Promise<Buffer> {
	if (argon2UnderWay >= argon2UnderWayMax) throw new Overloaded("too many passwords wait to be hashed");
	argon2UnderWay++;
	try {
		return await argon2Async("argon2id", { message: password, nonce, memory, passes, parallelism, tagLength: argon2TagBytes });
	} finally {
		argon2UnderWay--;
	}
}

const answer = (matches: boolean) => (matches ? "match" : "mismatch");

export const schemes: Readonly<Record<PasswordSchemeName, PasswordScheme>> = { "srp-6a": srp6a, argon2id };
