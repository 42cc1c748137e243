/** What Gatehouse and the process of a function say to one another, as JSON in frames over a socket of their own. */

export interface FunctionError {
	readonly errorType: string;
	readonly errorMessage: string;
	readonly trace: readonly string[];
}

export interface CallFacts {
	readonly functionName: string;
	readonly functionVersion: string;
	readonly invokedFunctionArn: string;
	readonly memoryLimitInMB: string;
	readonly awsRequestId: string;
	readonly logGroupName: string;
	readonly logStreamName: string;
}

export type ToWorker =
	| { readonly kind: "load"; readonly file: string; readonly answerBytesMax: number }
	| {
			readonly kind: "call";
			readonly id: number;
			readonly remainingMilliseconds: number;
			readonly facts: CallFacts;
			readonly event: unknown;
	  };

export type FromWorker =
	| { readonly kind: "ready" }
	| { readonly kind: "unloadable"; readonly error: FunctionError }
	/** The call was read, and what follows is the function's own time. */
	| { readonly kind: "taken"; readonly id: number }
	| { readonly kind: "answered"; readonly id: number; readonly payload: unknown }
	/** `last` where the process ends with it. */
	| { readonly kind: "failed"; readonly id: number; readonly error: FunctionError; readonly last?: true };

/** One frame: the length of what follows, in 4 bytes, and UTF-8 text. */
export function frame(text: string): Buffer {
	const length = Buffer.byteLength(text);
	const bytes = Buffer.allocUnsafe(4 + length);
	bytes.writeUInt32BE(length);
	bytes.write(text, 4);
	return bytes;
}

/** Puts frames together from chunks. What it returns takes a chunk, and is false for a frame longer than `bytesMax`: then nothing more can be read. */
export function createFrameReader(bytesMax: number, receive: (text: string) => void): (chunk: Buffer) => boolean {
	let chunks: Buffer[] = [];
	let size = 0;
	/** Bytes to wait for before looking again: of the next frame, its length included. */
	let wanted = 4;
	return (chunk) => {
		chunks.push(chunk);
		size += chunk.length;
		if (size < wanted) return true;
		let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks);
		for (wanted = 4; rest.length >= 4; rest = rest.subarray(wanted), wanted = 4) {
			const length = rest.readUInt32BE();
			if (length > bytesMax) return false;
			wanted = 4 + length;
			if (rest.length < wanted) break;
			receive(rest.toString("utf8", 4, wanted));
		}
		chunks = [rest];
		size = rest.length;
		return true;
	};
}
