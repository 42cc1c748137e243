/** The bound of operations that only read: an answer of the same size from a bare HTTP server, under the same load. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Generator } from "./load.ts";
import { cpuSeconds } from "./processes.ts";

const rounds = 3;
const roundSeconds = 2;

/** CPU milliseconds of an answer of so many bytes: the least of three rounds. */
export async function measureEcho(generator: Generator, bytes: number, concurrency: number): Promise<number> {
	const body = "x".repeat(bytes);
	const child = spawn(process.execPath, [join(import.meta.dirname, "echo-server.ts"), body], { stdio: ["ignore", "pipe", "inherit"] });
	try {
		const [port] = (await once(child.stdout, "data")) as [Buffer];
		await generator.connect({ kind: "echo", port: Number(port), body }, concurrency);
		const costs: number[] = [];
		for (let round = 0; round < rounds; round++) {
			const options = { concurrency, warmUpSecondsMax: 3, seconds: roundSeconds };
			const { before, after, operations } = await generator.run("get-user", options, () => cpuSeconds(child.pid as number));
			costs.push(((after - before) * 1000) / operations);
		}
		return Math.min(...costs);
	} finally {
		child.kill("SIGKILL");
	}
}
