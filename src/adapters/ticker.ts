/** Lets background work go on: step by step while there is some, with requests in between, and else once a second. */
import { setImmediate } from "node:timers/promises";

const tickMilliseconds = 1000;

export interface Ticker {
	start(): void;
	/** Resolves once no step is under way; none follows. */
	stop(): Promise<void>;
}

/** `step` does one small piece of work and says whether there is more. Where it fails, it is tried again a second later. */
export function createTicker(step: () => Promise<{ readonly more: boolean }>, onFailure: (error: Error) => void): Ticker {
	let timer: NodeJS.Timeout | undefined;
	let underWay: Promise<void> = Promise.resolve();
	let stopped = false;

	async function tick(): Promise<void> {
		try {
			// Requests come first.
			while (!stopped && (await step()).more) await setImmediate();
		} catch (error) {
			onFailure(error as Error);
		}
	}

	function start(): void {
		timer = setTimeout(() => {
			underWay = tick().finally(() => {
				if (!stopped) start();
			});
		}, tickMilliseconds);
		timer.unref();
	}

	return {
		start,
		async stop() {
			stopped = true;
			clearTimeout(timer);
			await underWay;
		},
	};
}
