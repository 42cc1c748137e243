/**
 * Loaded before each test file (`test/run.ts`). To name the test in which an error began that nobody heard, Node's runner follows every
 * promise, and the end of each: a tenth of the time of all tests. Here it follows everything but promises. A rejection that nobody hears
 * fails its file all the same, and is shown with its stack.
 */
import { createHook } from "node:async_hooks";
import { isMainThread } from "node:worker_threads";

type Hook = ReturnType<typeof createHook> & Record<symbol, unknown>;

const withoutPromises = createHook({ trackPromises: false }) as Hook;
const prototype = Object.getPrototypeOf(withoutPromises) as Hook;
const { enable } = prototype;
/** What `trackPromises: false` sets. Where a later Node.js keeps that otherwise, hooks stay as they are. */
const mark = Object.getOwnPropertySymbols(withoutPromises).find((symbol) => withoutPromises[symbol] === true);
if (mark !== undefined) {
	prototype.enable = function (this: Hook) {
		this[mark] = true;
		return enable.call(this);
	};
}

if (isMainThread) {
	process.on("unhandledRejection", (reason) => {
		console.error("a rejection that nobody heard:", reason);
		process.exitCode = 1;
	});
}
