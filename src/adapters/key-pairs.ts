/**
 * The KeyPairs port: RSA-2048 key pairs. Making one takes a core some 50 to 500 ms, so that a stock is kept for those who can't wait.
 */
import { generateKeyPair } from "node:crypto";
import { promisify } from "node:util";
import { AssertionFailure } from "../kernel/assert.ts";
import { Overloaded } from "../kernel/overloaded.ts";
import type { KeyPairs, RsaKeyPair } from "../kernel/ports.ts";

export const keyPairLimits = {
	/** Pairs made at once for those who wait. The stock is filled by one at a time. libuv has four threads, which sign tokens and read files too. */
	atOnceMax: 2,
	/** Callers that wait for a pair. */
	waitingMax: 256,
} as const;

const generate = promisify(generateKeyPair);

interface Waiter {
	readonly resolve: (pair: RsaKeyPair) => void;
	readonly reject: (error: unknown) => void;
}

/** The port. `stock` is how many pairs are kept ready; none is made before `warm` or `take`. */
export function createKeyPairs({ stock }: { readonly stock: number }): KeyPairs & {
	/** Begins to fill the stock in the background, and keeps it filled from now on. */
	warm(): void;
	/** How many pairs are ready. */
	readonly stocked: number;
	/** Makes no more pairs; those who wait are refused. */
	close(): void;
} {
	const pairs: RsaKeyPair[] = [];
	const waiters: Waiter[] = [];
	let underWay = 0;
	let warmed = false;
	let closed = false;
	let pause: NodeJS.Timeout | undefined;

	function work(): void {
		if (closed) return;
		const refilling = warmed && pairs.length < stock && pause === undefined;
		while (underWay < Math.min(keyPairLimits.atOnceMax, waiters.length) || (refilling && underWay === 0)) void make();
	}

	async function make(): Promise<void> {
		underWay++;
		const startedAt = performance.now();
		try {
			const pair = await generate("rsa", { modulusLength: 2048 });
			const waiter = waiters.shift();
			if (waiter) waiter.resolve(pair);
			else if (!closed) pairs.push(pair);
		} catch (error) {
			waiters.shift()?.reject(error);
		} finally {
			underWay--;
			rest(performance.now() - startedAt);
			work();
		}
	}

	/** Filling the stock leaves the core to others for as long as it took it: start-up and sign-ins come first. */
	function rest(milliseconds: number): void {
		if (closed) return;
		clearTimeout(pause);
		pause = setTimeout(() => {
			pause = undefined;
			work();
		}, milliseconds);
		pause.unref();
	}

	return {
		warm() {
			warmed = true;
			work();
		},
		get stocked() {
			return pairs.length;
		},
		take() {
			return new Promise((resolve, reject) => {
				if (closed) throw new AssertionFailure("key pairs are closed");
				const pair = pairs.pop();
				if (pair) resolve(pair);
				else if (waiters.length >= keyPairLimits.waitingMax) throw new Overloaded("too many wait for key pairs");
				else waiters.push({ resolve, reject });
				work();
			});
		},
		close() {
			closed = true;
			clearTimeout(pause);
			for (const waiter of waiters.splice(0)) waiter.reject(new AssertionFailure("key pairs are closed"));
		},
	};
}
