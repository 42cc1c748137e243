/**
 * The code of `worker.ts` as plain JavaScript, made once. A process that had to strip types itself would take 60 ms longer to start and
 * 10 MB more of memory: functions that are JavaScript need nothing of that.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";

let code: string | undefined;

/** A module that imports nothing but Node's own modules. */
export function workerCode(): string {
	code ??= strip(new URL("./worker.ts", import.meta.url)).replace('"./messages.ts"', () => {
		const messages = Buffer.from(strip(new URL("./messages.ts", import.meta.url)));
		return JSON.stringify(`data:text/javascript;base64,${messages.toString("base64")}`);
	});
	return code;
}

function strip(file: URL): string {
	const { emitWarning } = process;
	// Node.js calls this function experimental, once in each process: nothing that an operator could do anything about.
	process.emitWarning = () => {};
	try {
		return stripTypeScriptTypes(readFileSync(file, "utf8"));
	} finally {
		process.emitWarning = emitWarning;
	}
}
