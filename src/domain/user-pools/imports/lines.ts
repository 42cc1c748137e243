/** Reads the lines of a job's file from where the job is, holding no more of it than one line and a few of its pieces. */
import type { Store } from "../../../storage/store.ts";
import type { UserPool } from "../pools.ts";
import type { ImportRow } from "./stored.ts";
import { chunkBytes, readUpload } from "./upload.ts";

/** "The maximum row length is 16,000 characters." */
export const lineCharactersMax = 16_000;
/** A character takes at most three bytes of UTF-8 for each of its UTF-16 units. */
const lineBytesMax = 3 * lineCharactersMax;

export interface Line {
	/** As editors count: the header is 1. */
	readonly number: number;
	/** Undefined where the line is too long or no UTF-8. */
	readonly text: string | undefined;
	readonly problem: "too long" | "not UTF-8" | undefined;
	/** Where in the file the next line begins, in bytes. */
	readonly end: number;
}

export interface LineReader {
	/** The next lines that hold anything, at most so many. They may be fewer, or none, before the end: other work comes first then. */
	next(count: number): Promise<{ readonly lines: readonly Line[]; readonly atEnd: boolean }>;
}

const newline = 0x0a;
/** What one call looks at, at most: a file may be all blank lines, or one long one. */
const linesLookedAtMax = 2_000;
const readsMax = 4;
// The byte order mark stays: AWS wants none.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Begins behind the lines that the job has done. */
export function createLineReader(store: Store, pool: UserPool, job: ImportRow): LineReader {
	let number = job.line;
	/** What was read and is not used up, and where in the file it begins. */
	let held: Buffer = Buffer.alloc(0);
	let heldAt = job.position;
	let nextChunk = Math.floor(job.position / chunkBytes);
	/** How much of `held` has no newline, and whether some of its line was dropped already. */
	let searched = 0;
	let isTooLong = false;
	let atEnd = false;

	async function readOn(): Promise<void> {
		const read = await readUpload(store, pool, job, nextChunk);
		if (read.length === 0) atEnd = true;
		const overlap = heldAt + held.length - nextChunk * chunkBytes;
		held = Buffer.concat([held, read.subarray(overlap)]);
		nextChunk += Math.ceil(read.length / chunkBytes);
	}

	/** The next line of what is held; undefined where more has to be read for it. */
	function nextLine(): Line | undefined {
		const at = held.indexOf(newline, searched);
		if (at >= 0) return take(at, at + 1);
		if (atEnd) return held.length > 0 || isTooLong ? take(held.length, held.length) : undefined;
		isTooLong ||= held.length > lineBytesMax;
		if (isTooLong) {
			// Its bytes are of no use any more.
			heldAt += held.length;
			held = Buffer.alloc(0);
		}
		searched = held.length;
		return undefined;
	}

	/** Takes the line that ends at `length`, with what ends it. */
	function take(length: number, whole: number): Line {
		const bytes = held.subarray(0, held[length - 1] === 0x0d ? length - 1 : length);
		const wasTooLong = isTooLong;
		held = held.subarray(whole);
		heldAt += whole;
		searched = 0;
		isTooLong = false;
		number++;
		const line = { number, end: heldAt };
		if (wasTooLong) return { ...line, text: undefined, problem: "too long" };
		if (bytes.length === 0) return { ...line, text: "", problem: undefined };
		let text: string;
		try {
			text = decoder.decode(bytes);
		} catch {
			return { ...line, text: undefined, problem: "not UTF-8" };
		}
		return text.length > lineCharactersMax ? { ...line, text: undefined, problem: "too long" } : { ...line, text, problem: undefined };
	}

	return {
		async next(count) {
			const lines: Line[] = [];
			let reads = 0;
			for (let lookedAt = 0; lines.length < count && lookedAt < linesLookedAtMax; ) {
				const line = nextLine();
				if (line !== undefined) {
					lookedAt++;
					if (line.text === undefined || line.text.trim() !== "") lines.push(line);
				} else if (atEnd || ++reads > readsMax) break;
				else await readOn();
			}
			return { lines, atEnd: atEnd && held.length === 0 && !isTooLong };
		},
	};
}
