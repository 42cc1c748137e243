/** What the two engines share: the options, the errors that leave them, and the clean-up of values on their way in. */
import { assert } from "../kernel/assert.ts";
import type { Clock, Random } from "../kernel/ports.ts";
import type { Store, Value } from "./store.ts";

/** A store as migrations see it: it also runs schema statements. Nobody else gets to. */
export interface Engine extends Store {
	/** Runs statements without parameters in one transaction. */
	execute(statements: readonly string[]): Promise<void>;
}

export interface EngineOptions {
	readonly clock: Clock;
	readonly random: Random;
	/** Batches that may wait; a further one is refused with `Overloaded`. */
	readonly waitingMax?: number;
}

export const waitingMaxDefault = 10_000;

/** The database failed, or refused a statement that should have been fine: a defect or an outage. The text never holds a value of a row. */
export class StoreFailure extends Error {
	override readonly name = "StoreFailure";
	/** The engine's own code: an SQLSTATE, or SQLite's number. */
	readonly code: string | undefined;

	constructor(message: string, code?: string, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
	}
}

/**
 * A value as both engines take it. PostgreSQL's text can't hold U+0000 (an error that a caller could provoke), so it becomes U+FFFD,
 * as UTF-8 encoding does with lone surrogates on both engines. Numbers must be whole: columns are integers.
 */
export function cleanValue(value: Value): Value {
	if (typeof value === "string") return value.includes("\0") ? value.replaceAll("\0", "\ufffd") : value;
	if (typeof value === "number") {
		assert(Number.isSafeInteger(value), "a number in a statement must be a whole one");
		return value;
	}
	assert(value === null || value instanceof Uint8Array, "a value in a statement must be text, a number, bytes or null");
	return value;
}
