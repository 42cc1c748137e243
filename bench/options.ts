/** The command line of `npm run bench`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Engine, engines } from "./database.ts";
import { type WorkloadName, workloadNames } from "./workloads.ts";

export const commands = [
	"operations",
	"list-users",
	"timing",
	"durability",
	"strace",
	"functions",
	"import",
	"policies",
	"oauth",
	"credentials",
	"proxy",
] as const;
export type Command = (typeof commands)[number];

export interface Options {
	readonly command: Command;
	readonly users: readonly number[];
	readonly engines: readonly Engine[];
	readonly only: readonly WorkloadName[];
	readonly concurrency: number;
	readonly warmUpSecondsMax: number;
	readonly seconds: number;
	/** Where seeded databases are kept and every run's files go. */
	readonly folder: string;
	/** For `timing`: pairs of each kind of request. */
	readonly pairs: number;
	/** For `durability`: how often the server is ended, and how much is acknowledged meanwhile. */
	readonly kills: number;
	readonly acknowledged: number;
	/** For `import`: users of the file, and how many of them sign in. */
	readonly rows: number;
	readonly samples: number;
}

export const helpText = `npm run bench -- [COMMAND] [OPTION …]

Commands
  operations    what each operation costs, beside its bound (the default; about 25 minutes)
  list-users    walks all pages of ListUsers while users come and go
  timing        whether answers about existing and unknown users can be told apart by time
  durability    ends the server by kill -9 again and again: what was acknowledged must be there
  strace        no success is answered before the sync that follows its commit (needs strace)
  functions     what a warm call of a local function costs, beside a bare round trip to a process
  import        users with bcrypt hashes from a CSV file, beside the database's own rate; then some sign in
  policies      what a decision of IAM policies costs, beside the same decision written by hand
  oauth         client credentials beside oidc-provider, authorize → code → token, and the login page
  proxy         large bodies through the access proxy, beside a bare proxy that hashes them
  credentials   GetCredentialsForIdentity of a member and of a guest, beside a bare answer and a verification

Options
  --quick             1,000 users and phases of 3 seconds; fewer pairs and kills
  --users N,…         users in the database (1000,100000)
  --engine NAME,…     ${engines.join(", ")} (both)
  --only NAME,…       ${workloadNames.join(", ")} (all)
  --seconds N         how long each operation is measured (10)
  --concurrency N     requests at once (16)
  --pairs N           pairs of each kind, for timing (10000)
  --kills N           how often the server is ended, for durability (50)
  --acknowledged N    writes that are acknowledged meanwhile (5000)
  --rows N            users of the file, for import (100000)
  --samples N         how many of them sign in, for import (1000)
  --dir FOLDER        a folder on a disk (bench/data)
  --help
`;

export class OptionError extends Error {
	override readonly name = "OptionError";
}

export function readOptions(args: readonly string[]): Options | "help" {
	const { values, positionals } = parseArgs({
		args: [...args],
		allowPositionals: true,
		options: {
			quick: { type: "boolean", default: false },
			users: { type: "string" },
			engine: { type: "string" },
			only: { type: "string" },
			seconds: { type: "string" },
			concurrency: { type: "string" },
			pairs: { type: "string" },
			kills: { type: "string" },
			acknowledged: { type: "string" },
			rows: { type: "string" },
			samples: { type: "string" },
			dir: { type: "string" },
			help: { type: "boolean", default: false },
		},
	});
	if (values.help) return "help";
	const { quick } = values;
	const [command = "operations", ...rest] = positionals;
	if (rest.length > 0) throw new OptionError(`one command at a time: ${positionals.join(" ")}`);
	return {
		command: oneOf("command", command, commands),
		users: list(values.users)?.map((text) => number("users", text)) ?? (quick ? [1_000] : [1_000, 100_000]),
		engines: list(values.engine)?.map((text) => oneOf("engine", text, engines)) ?? engines,
		only: list(values.only)?.map((text) => oneOf("only", text, workloadNames)) ?? workloadNames,
		concurrency: number("concurrency", values.concurrency ?? "16"),
		warmUpSecondsMax: quick ? 3 : 25,
		seconds: number("seconds", values.seconds ?? (quick ? "3" : "10")),
		folder: resolve(values.dir ?? `${import.meta.dirname}/data`),
		pairs: number("pairs", values.pairs ?? (quick ? "1000" : "10000")),
		kills: number("kills", values.kills ?? (quick ? "5" : "50")),
		acknowledged: number("acknowledged", values.acknowledged ?? (quick ? "500" : "5000")),
		rows: number("rows", values.rows ?? (quick ? "2000" : "100000")),
		samples: number("samples", values.samples ?? (quick ? "50" : "1000")),
	};
}

const list = (text: string | undefined) => text?.split(",").filter((item) => item !== "");

function number(name: string, text: string): number {
	const value = Number(text);
	if (!Number.isSafeInteger(value) || value < 1) throw new OptionError(`--${name} must be a whole number above 0, not ${text}`);
	return value;
}

function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
	const found = allowed.find((each) => each === text);
	if (found === undefined) throw new OptionError(`${name} is one of ${allowed.join(", ")}, not ${text}`);
	return found;
}
