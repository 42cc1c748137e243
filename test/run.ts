/** Runs every test: starts one PostgreSQL server that all test files share, then Node's runner, and ends with its status. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { startPostgres } from "./support/postgres.ts";

const root = join(import.meta.dirname, "..");
// What is named is run instead of everything: npm test -- test/storage/sqlite.test.ts
const files = process.argv.slice(2);
const server = await startPostgres({ fsync: false });
const runner = spawn(
	process.execPath,
	[
		"--test",
		"--test-reporter=spec",
		`--test-concurrency=${Math.max(2, availableParallelism())}`,
		...(files.length > 0 ? files : ["test/**/*.test.ts"]),
	],
	{
		cwd: root,
		stdio: "inherit",
		env: { ...process.env, GATEHOUSE_TEST_POSTGRES: server.url, NODE_COMPILE_CACHE: join(root, "node_modules/.cache/gatehouse-tests") },
	},
);
const stop = () => runner.kill("SIGTERM");
process.on("SIGINT", stop);
process.on("SIGTERM", stop);
const [status, signal] = (await once(runner, "exit")) as [number | null, NodeJS.Signals | null];
await server.stop();
process.exitCode = status ?? (signal === null ? 0 : 1);
