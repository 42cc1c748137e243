/** How much a function may take, of time, memory and everything else. `docs/functions.md` tells them to its author. */

export const functionLimits = {
	/** From the call to its answer, a process's start included: Cognito waits for its triggers this long. */
	callMilliseconds: 5_000,
	/** For events whose answer nobody waits for. */
	eventMilliseconds: 60_000,
	/** A process that doesn't even take a call within this time is busy with something that an earlier call left behind. */
	takeMilliseconds: 1_000,
	/** A process that had nothing to do for this long ends. */
	idleMilliseconds: 120_000,
	/** What runs when Gatehouse stops may go on for this long. */
	closeMilliseconds: 3_000,
	/** Processes of all functions, unless the configuration says otherwise. */
	workersMax: 8,
	/** Processes of one function, and so its calls at once: a quarter of all. */
	workersPerFunctionMax: 2,
	/** Calls of one function that wait for a process. */
	waitingPerFunctionMax: 64,
	/** Memory that a process has in RAM, Buffers and Node.js itself (about 60 MB) included. */
	residentBytesMax: 256 * 1024 * 1024,
	/** V8's old generation. */
	heapMegabytesMax: 160,
	/** How often the memory of processes is looked at while they work. */
	memoryLookMilliseconds: 50,
	/** How often processes that wait for work are looked at. */
	idleLookMilliseconds: 1_000,
	/** Lambda's own limits on both ways: 6 MB, and a little more for the answer. */
	eventBytesMax: 6 * 1024 * 1024,
	answerBytesMax: 6 * 1024 * 1024 + 100,
	/** Past this much output of one call its process is ended. */
	outputBytesMax: 1024 * 1024,
	/** This much of it comes into the log. */
	loggedBytesMax: 64 * 1024,
	loggedLinesMax: 500,
	loggedLineBytesMax: 4_000,
	/** Calls that are under way to the Invoke API. */
	remoteCallsMax: 256,
} as const;

export type FunctionLimits = { readonly [Name in keyof typeof functionLimits]: number };

/** What a frame holds beside an event or an answer. */
export const frameOverheadBytes = 64 * 1024;
