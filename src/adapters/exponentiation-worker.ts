/**
 * One thread of `exponentiation.ts`. OpenSSL's Diffie-Hellman computes base^exponent mod N in constant time in the exponent,
 * about five times as fast as BigInt.
 */
import { createDiffieHellman, DiffieHellman, type DiffieHellmanGroup, getDiffieHellman } from "node:crypto";
import { parentPort } from "node:worker_threads";

const groupBytes = 384;
const group = getDiffieHellman("modp15");
const prime = group.getPrime();
const n = bigInt(prime);

const fast = groupWorks() ? group : createDiffieHellman(prime, Buffer.from([2]));

/**
 * Whether the group object takes a private key, which Node does not document: its class lacks the method, the object behind it has it.
 * Without it an object of the documented class is made, which checks that N is prime and takes over a second.
 */
function groupWorks(): boolean {
	const base = bytes(n / 3n);
	const exponent = Buffer.from("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "hex");
	try {
		return compute(group, base, exponent).equals(bytes(power(bigInt(base), bigInt(exponent))));
	} catch {
		return false;
	}
}

function compute(group: DiffieHellman | DiffieHellmanGroup, base: Uint8Array, exponent: Uint8Array): Buffer {
	DiffieHellman.prototype.setPrivateKey.call(group, exponent);
	const answer = group.computeSecret(base);
	return answer.length === groupBytes ? answer : Buffer.concat([Buffer.alloc(groupBytes - answer.length), answer]);
}

function answer(base: Uint8Array, exponent: Uint8Array): Uint8Array {
	const given = bigInt(base);
	const b = given % n;
	// OpenSSL refuses 0, 1, N − 1 and what is above as a public key (NIST SP 800-56A §5.6.2.3.1); as bases they are well defined.
	// So is the exponent 0, at which it fails.
	if (b === 0n || b === 1n || b === n - 1n || exponent.every((byte) => byte === 0)) return bytes(power(b, bigInt(exponent)));
	return compute(fast, b === given ? base : bytes(b), exponent);
}

function power(base: bigint, exponent: bigint): bigint {
	let result = 1n;
	for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % n) {
		if (rest & 1n) result = (result * square) % n;
	}
	return result;
}

function bigInt(number: Uint8Array): bigint {
	return number.length === 0 ? 0n : BigInt(`0x${Buffer.from(number.buffer, number.byteOffset, number.length).toString("hex")}`);
}

function bytes(number: bigint): Buffer {
	return Buffer.from(number.toString(16).padStart(2 * groupBytes, "0"), "hex");
}

/** A request is base length, exponent length (2 bytes each), base, exponent, once or more; the reply has 384 bytes for each. */
parentPort?.on("message", (request: Uint8Array) => {
	const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
	const answers: Uint8Array[] = [];
	for (let at = 0; at < request.length; ) {
		const exponentAt = at + 4 + view.getUint16(at);
		const end = exponentAt + view.getUint16(at + 2);
		answers.push(answer(request.subarray(at + 4, exponentAt), request.subarray(exponentAt, end)));
		at = end;
	}
	parentPort?.postMessage(packed(answers));
});
parentPort?.postMessage("ready");

/** In a buffer of its own: posting a view copies all of the buffer behind it. */
function packed(answers: readonly Uint8Array[]): Uint8Array {
	const all = new Uint8Array(answers.length * groupBytes);
	for (const [i, answer] of answers.entries()) all.set(answer, i * groupBytes);
	return all;
}
