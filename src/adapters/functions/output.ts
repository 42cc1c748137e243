/** What a function prints: lines for the log, as many as fit, and an end to a flood. */
import type { Log } from "../../kernel/ports.ts";
import type { FunctionLimits } from "./limits.ts";

export interface Output {
	/** Takes a chunk of standard output or standard error. */
	take(stream: "stdout" | "stderr", chunk: Buffer): void;
	/** What comes from now on belongs to another call, whose id the lines get. */
	begin(requestId: string): void;
	/** Writes lines that have no end yet. */
	flush(): void;
	/** V8 said in its last words that the heap was full. */
	readonly heapWasFull: boolean;
}

/** `flooded` is called once a call has printed more than it may. */
export function createOutput(name: string, log: Log, limits: FunctionLimits, flooded: () => void): Output {
	let requestId: string | undefined;
	let bytes = 0;
	let lines = 0;
	let loggedBytes = 0;
	let logFull = false;
	let heapWasFull = false;
	const partial = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

	function write(stream: "stdout" | "stderr", line: Buffer): void {
		const text = line.toString("utf8", 0, Math.min(line.length, limits.loggedLineBytesMax)).trimEnd();
		if (stream === "stderr" && text.startsWith("FATAL ERROR:") && text.includes("heap")) heapWasFull = true;
		if (text === "" || logFull) return;
		const facts = { function: name, requestId };
		lines++;
		loggedBytes += line.length;
		logFull = lines > limits.loggedLinesMax || loggedBytes > limits.loggedBytesMax;
		if (logFull) log.warn(facts, "the function prints more than the log takes; the rest of this call's output is left out");
		else if (stream === "stdout") log.info(facts, text);
		else log.warn(facts, text);
	}

	return {
		take(stream, chunk) {
			const before = bytes;
			bytes += chunk.length;
			if (bytes > limits.outputBytesMax) {
				if (before <= limits.outputBytesMax) flooded();
				return;
			}
			let from = 0;
			for (let end = chunk.indexOf(10); end >= 0; from = end + 1, end = chunk.indexOf(10, from)) {
				write(stream, Buffer.concat([partial[stream], chunk.subarray(from, end)]));
				partial[stream] = Buffer.alloc(0);
			}
			// Of a line without end no more is kept than is ever shown.
			const rest = chunk.subarray(from, from + Math.max(0, limits.loggedLineBytesMax - partial[stream].length));
			if (rest.length > 0) partial[stream] = Buffer.concat([partial[stream], rest]);
		},
		begin(id) {
			requestId = id;
			bytes = lines = loggedBytes = 0;
			logFull = false;
		},
		flush() {
			for (const stream of ["stdout", "stderr"] as const) {
				write(stream, partial[stream]);
				partial[stream] = Buffer.alloc(0);
			}
		},
		get heapWasFull() {
			return heapWasFull;
		},
	};
}
