/** Runs every test: makes what all test files share, such as one PostgreSQL server, starts Node's runner, and ends with its status. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { makeOnce } from "./support/made-once.ts";
import { startPostgres } from "./support/postgres.ts";

const root = join(import.meta.dirname, "..");
// What is named is run instead of everything: npm test -- test/storage/sqlite.test.ts
const files = process.argv.slice(2);
let runner: ChildProcess | undefined;
/** Before there is a runner, this process ends by itself and takes along what it has made. */
const stop = () => (runner === undefined ? process.exit(1) : runner.kill("SIGTERM"));
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
const server = await startPostgres({ fsync: false });
const folder = mkdtempSync(join(tmpdir(), "gatehouse-tests-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const madeOnce = await makeOnce(folder, server);
runner = spawn(
	process.execPath,
	[
		"--test",
		"--test-reporter=spec",
		`--import=${import.meta.resolve("./support/lean-runner.ts")}`,
		// Every core has a test file to run: a collector with threads of its own would only take turns with them.
		"--single-threaded-gc",
		`--test-concurrency=${Math.max(2, availableParallelism())}`,
		...(files.length > 0 ? files : ["test/**/*.test.ts"]),
	],
	{
		cwd: root,
		stdio: "inherit",
		env: {
			...process.env,
			...madeOnce,
			GATEHOUSE_TEST_POSTGRES: server.url,
			NODE_COMPILE_CACHE: join(root, "node_modules/.cache/gatehouse-tests"),
		},
	},
);
const [status, signal] = (await once(runner, "exit")) as [number | null, NodeJS.Signals | null];
await server.stop();
process.exitCode = status ?? (signal === null ? 0 : 1);
