/** What the SQLite engine and its writer thread say to each other. */
import type { SQLInputValue } from "node:sqlite";
import type { Value } from "./store.ts";
import type { CompiledVerb, Demand } from "./verbs.ts";

export type Request =
	| {
			readonly kind: "batches";
			readonly batches: number;
			/** SQL of the shapes that the writer has not seen yet, by shape id; true where it selects. */
			readonly shapes: readonly (readonly [id: number, sql: string, selects: boolean])[];
			/** The batches one after the other: number of verbs, then for each verb shape, demand, number of parameters, parameters. One flat array costs least to send. */
			readonly work: readonly SQLInputValue[];
	  }
	| { readonly kind: "execute"; readonly statements: readonly string[] }
	| { readonly kind: "close" };

export interface Failure {
	readonly message: string;
	/** SQLite's extended result code. */
	readonly code: number | undefined;
}

export type Answer =
	| { readonly kind: "ready" }
	/** For each batch `done`, `failed`, or the position of the verb whose demand was not met. */
	| {
			readonly kind: "committed";
			readonly outcomes: readonly number[];
			readonly failures: readonly (readonly [batch: number, failure: Failure])[];
	  }
	/** The transaction came to nothing. */
	| { readonly kind: "failed"; readonly failure: Failure };

export const done = -1;
export const failed = -2;

/** Rows are written one by one here, so that none is demanded `all` of. */
export const demandNumbers = { nothing: 0, some: 1, none: 2, all: 3 } as const satisfies Record<Demand, number>;

/** Makes the message for a group of batches. `sent` holds the ids of the shapes that the writer knows, and is added to. */
export function encodeBatches(batches: readonly (readonly CompiledVerb[])[], sent: Set<number>): Request {
	const shapes: [number, string, boolean][] = [];
	const work: SQLInputValue[] = [];
	for (const verbs of batches) {
		work.push(verbs.length);
		for (const { shape, demand, params } of verbs) {
			if (!sent.has(shape.id)) {
				sent.add(shape.id);
				shapes.push([shape.id, shape.parts.join("?"), shape.verb === "require"]);
			}
			work.push(shape.id, demandNumbers[demand], params.length);
			for (const value of params) work.push(compact(value));
		}
	}
	return { kind: "batches", batches: batches.length, shapes, work };
}

/** A message carries a view's whole buffer along, and a small Buffer is a view of a pool of 8 KiB and more. */
function compact(value: Value): SQLInputValue {
	return value instanceof Uint8Array && value.byteLength !== value.buffer.byteLength ? new Uint8Array(value) : value;
}
