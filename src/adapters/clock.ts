/**
 * Adapters: the real ports. Each file holds one, knows the world outside, and nothing of pools, users or requests.
 *
 * This file: the clock, which development can move forward.
 */
import type { Clock } from "../kernel/ports.ts";

export interface MovableClock extends Clock {
	/** Moves the clock forward by milliseconds. */
	advance(milliseconds: number): void;
	/** Back to the real time. */
	reset(): void;
}

/** The system's clock, and by how much it was moved. */
export function createClock(): MovableClock {
	let offset = 0;
	return {
		now: () => Date.now() + offset,
		monotonic: () => performance.now(),
		advance(milliseconds) {
			offset += milliseconds;
		},
		reset() {
			offset = 0;
		},
	};
}
