/** The command line in a process of its own, as an operator runs it. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

/** What of the environment a process of its own is given: where programs are, and where Node.js finds the code that it compiled before. */
export const bareEnvironment: Readonly<Record<string, string>> = Object.fromEntries(
	["PATH", "NODE_COMPILE_CACHE"].flatMap((name) => {
		const value = process.env[name];
		return value === undefined ? [] : [[name, value]];
	}),
);

export interface Ended {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface Running {
	readonly child: ChildProcess;
	/** Resolves once standard output has `text`; rejects where the process ends before. */
	says(text: string): Promise<void>;
	readonly ended: Promise<Ended>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
	for (const child of running) child.kill("SIGKILL");
});

/** Starts `gatehouse` with these arguments and, beside `env`, nothing that it is configured by. It ends with this process at the latest. */
export function runGatehouse(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
	const child = spawn(process.execPath, [main, ...args], { env: { ...bareEnvironment, ...env }, stdio: ["ignore", "pipe", "pipe"] });
	running.add(child);
	let stdout = "";
	let stderr = "";
	let look = () => {};
	child.stdout.on("data", (chunk) => {
		stdout += chunk;
		look();
	});
	child.stderr.on("data", (chunk) => {
		stderr += chunk;
	});
	const ended = new Promise<Ended>((resolve) => {
		child.on("close", (code) => {
			running.delete(child);
			resolve({ code, stdout, stderr });
		});
	});
	const says = async (text: string) => {
		const said = new Promise<void>((resolve) => {
			look = () => {
				if (stdout.includes(text)) resolve();
			};
			look();
		});
		await Promise.race([said, ended.then((end) => Promise.reject(new Error(`it ended: ${end.stderr}`)))]);
	};
	return { child, says, ended };
}
