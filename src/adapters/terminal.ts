/** Questions to the person at the terminal. */

/** What is asked for of a terminal; the process's own standard input and standard error are such. */
export interface Terminal {
	readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown };
	readonly output: { write(text: string): unknown };
}

const enter = ["\r", "\n"];
const interrupt = "\u0003";
const endOfInput = "\u0004";
const backspaces = ["\u007f", "\b"];

/**
 * Asks for a line that is not shown while it is typed. Undefined where nobody sits there: input is no terminal.
 * @throws Error where it is interrupted
 */
export async function askSecret(
	question: string,
	{ input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string | undefined> {
	if (input.isTTY !== true || input.setRawMode === undefined) return undefined;
	output.write(question);
	// Raw: the terminal shows nothing by itself, and hands over each key as it is.
	input.setRawMode(true);
	try {
		return await readLine(input);
	} finally {
		input.setRawMode(false);
		output.write("\n");
	}
}

function readLine(input: NodeJS.ReadableStream): Promise<string> {
	return new Promise((resolve, reject) => {
		let typed: string[] = [];
		const end = (settle: () => void) => {
			input.off("data", take);
			input.pause();
			settle();
		};
		const take = (keys: string | Buffer) => {
			for (const key of keys.toString()) {
				if (enter.includes(key)) return end(() => resolve(typed.join("")));
				if (key === interrupt || key === endOfInput) return end(() => reject(new Error("interrupted")));
				typed = backspaces.includes(key) ? typed.slice(0, -1) : [...typed, key];
			}
		};
		input.setEncoding("utf8");
		input.on("data", take);
		input.resume();
	});
}
