/**
 * What the project says of its speed, its durability and its silence about who exists, as commands: `npm run bench -- --help`.
 * Everything runs on this machine's loopback address, as processes that end with this one.
 */
import { runCredentials } from "./credentials.ts";
import { runDurability } from "./durability.ts";
import { runFunctions } from "./functions.ts";
import { runImport } from "./import.ts";
import { runListUsers } from "./list-users.ts";
import { runOAuth } from "./oauth.ts";
import { runOperations } from "./operations.ts";
import { helpText, OptionError, type Options, readOptions } from "./options.ts";
import { runPolicies } from "./policies.ts";
import { runProxy } from "./proxy.ts";
import { printMachine } from "./report.ts";
import { runStrace } from "./strace.ts";
import { runTiming } from "./timing.ts";

const runs: Readonly<Record<Options["command"], (options: Options) => Promise<void>>> = {
	operations: runOperations,
	"list-users": runListUsers,
	timing: runTiming,
	durability: runDurability,
	strace: runStrace,
	functions: runFunctions,
	import: runImport,
	policies: runPolicies,
	oauth: runOAuth,
	proxy: runProxy,
	credentials: runCredentials,
};

// Ending this process ends what it has started: each starter says so for its own.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
	const options = readOptions(process.argv.slice(2));
	if (options === "help") process.stdout.write(helpText);
	else {
		printMachine();
		await runs[options.command](options);
	}
} catch (error) {
	const usage = error instanceof OptionError || (error instanceof TypeError && "code" in error);
	console.error(usage ? (error as Error).message : error);
	process.exitCode = 1;
}
