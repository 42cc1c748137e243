/**
 * What the hardware needs at least: the CPU time of the cryptography alone, by the calls that the server uses. Run by itself it
 * measures in a process of its own and prints JSON; `measureBounds` does that.
 */
import { spawn } from "node:child_process";
import { DiffieHellman, generateKeyPair, generateKeyPairSync, getDiffieHellman, randomBytes, sign } from "node:crypto";
import { once } from "node:events";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

/** CPU milliseconds of one of each. */
export interface Bounds {
	/** RS256 with a 2048-bit key, on the thread pool. */
	readonly signature: number;
	/** g^x mod N, 3072 bits, with a 256-bit exponent. */
	readonly exponentiation: number;
	/** An RSA-2048 key pair. Its cost differs from pair to pair: this is a mean. */
	readonly keyPair: number;
}

const roundMilliseconds = 1_000;
/** As long as a token's signing input. */
const signedBytes = 700;

/** Measures for a few seconds, with so many operations under way. */
export async function measureBounds(options: { readonly concurrency: number; readonly keyPairs: boolean }): Promise<Bounds> {
	const child = spawn(process.execPath, [import.meta.filename, String(options.concurrency), String(options.keyPairs)], {
		stdio: ["ignore", "pipe", "inherit"],
	});
	let text = "";
	child.stdout.on("data", (chunk) => {
		text += chunk;
	});
	await once(child, "close");
	return JSON.parse(text) as Bounds;
}

/** Least of each: what disturbed one measurement need not have disturbed the others. */
export function best(measured: readonly Bounds[]): Bounds {
	const least = (pick: (bounds: Bounds) => number) => Math.min(...measured.map(pick).filter((value) => value > 0));
	return { signature: least((b) => b.signature), exponentiation: least((b) => b.exponentiation), keyPair: least((b) => b.keyPair) };
}

/** CPU milliseconds of the whole process for each operation; so many are under way at once. */
async function cost(concurrency: number, operation: () => Promise<unknown>): Promise<number> {
	let count = 0;
	const until = performance.now() + roundMilliseconds;
	const before = process.cpuUsage();
	const loop = async () => {
		do {
			await operation();
			count++;
		} while (performance.now() < until);
	};
	await Promise.all(Array.from({ length: concurrency }, loop));
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000 / count;
}

async function measureHere(concurrency: number, keyPairs: boolean): Promise<Bounds> {
	const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
	const data = randomBytes(signedBytes);
	const signOnce = () =>
		new Promise<void>((resolve, reject) => sign("sha256", data, privateKey, (error) => (error ? reject(error) : resolve())));
	await cost(concurrency, signOnce);
	const signature = await cost(concurrency, signOnce);
	// On a thread like the server's; its own clock of CPU time leaves out how the answers travel.
	const worker = new Worker(new URL(import.meta.url), { argv: ["exponentiation"] });
	const [exponentiation] = (await once(worker, "message")) as [number];
	const makePair = promisify(generateKeyPair);
	const keyPair = keyPairs ? await cost(4, () => makePair("rsa", { modulusLength: 2048 })) : 0;
	return { signature, exponentiation, keyPair };
}

function measureExponentiation(): number {
	const group = getDiffieHellman("modp15");
	const generator = Buffer.from([2]);
	let count = 0;
	const until = performance.now() + roundMilliseconds;
	const before = process.threadCpuUsage();
	while (performance.now() < until) {
		DiffieHellman.prototype.setPrivateKey.call(group, randomBytes(32));
		group.computeSecret(generator);
		count++;
	}
	const { user, system } = process.threadCpuUsage(before);
	return (user + system) / 1000 / count;
}

if (process.argv.at(-1) === "exponentiation") {
	const { parentPort } = await import("node:worker_threads");
	parentPort?.postMessage(measureExponentiation());
} else if (import.meta.main) {
	process.stdout.write(JSON.stringify(await measureHere(Number(process.argv[2]), process.argv[3] === "true")));
}
