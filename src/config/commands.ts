/** The commands, what each takes, and how the words and options of a command line become one of them. */
import { ConfigError } from "./values.ts";

export type Command =
	| "start"
	| "backup"
	| "restore"
	| "export"
	| "import"
	| "migrate-from-cognito"
	| "keys status"
	| "keys rewrap"
	| "keys reseal"
	| "keys rotate-signing"
	| "tls ca"
	| "help"
	| "version";

/** An option of some commands. Unlike settings these are flags alone, and no variables. */
interface Option {
	readonly flag: string;
	/** Empty for a switch. */
	readonly value: string;
	readonly meaning: string;
	readonly multiple?: true;
	readonly required?: true;
}

interface CommandForm {
	readonly words: string;
	readonly command: Command;
	readonly meaning: string;
	/** Names the word that the command needs after its own. */
	readonly operand?: string;
	readonly options?: readonly Option[];
}

const commands: readonly CommandForm[] = [
	{ words: "start", command: "start", meaning: "serve (the default)" },
	{ words: "backup", operand: "FILE", command: "backup", meaning: "write all data into a new file, also while servers run" },
	{ words: "restore", operand: "FILE", command: "restore", meaning: "fill an empty database from a backup" },
	{
		words: "export",
		operand: "FILE",
		command: "export",
		meaning: "write user pools into a new file, sealed under a passphrase, also while servers run",
		options: [{ flag: "pool", value: "ID", meaning: "a pool to export; may be given several times, and all without it", multiple: true }],
	},
	{
		words: "import",
		operand: "FILE",
		command: "import",
		meaning: "add the user pools of an export to a database",
		options: [{ flag: "as", value: "ID", meaning: "give the one pool another id: passwords bound to the old one must be set anew" }],
	},
	{
		words: "migrate-from-cognito",
		command: "migrate-from-cognito",
		meaning: "make a user pool like one of Amazon Cognito's, with the credentials that AWS's tools find",
		options: [
			{ flag: "pool-id", value: "ID", meaning: "the pool to read", required: true },
			{ flag: "endpoint", value: "URL", meaning: "where to read it, if not at Amazon's" },
			{ flag: "users", value: "", meaning: "take over the users as well, without their passwords" },
			{ flag: "keep-id", value: "", meaning: "give the new pool the same id" },
		],
	},
	{
		words: "keys status",
		command: "keys status",
		meaning: "say which master keys are in use, and how far servers are with new data keys; fails while there is anything left to do",
	},
	{
		words: "keys rewrap",
		command: "keys rewrap",
		meaning: "wrap every data key under the first master key, so that the others can be taken away, also while servers run",
	},
	{
		words: "keys reseal",
		command: "keys reseal",
		meaning: "make new data keys, under which the servers then seal every secret anew, also while they run",
	},
	{
		words: "keys rotate-signing",
		command: "keys rotate-signing",
		meaning: "make new keys that tokens are signed with, also while servers run; the old ones stay until their tokens have expired",
		options: [
			{ flag: "pool", value: "ID", meaning: "a user pool; may be given several times", multiple: true },
			{ flag: "identity-pools", value: "", meaning: "the key of identity pools' OpenID tokens" },
			{ flag: "all", value: "", meaning: "every user pool, and identity pools" },
			{ flag: "now", value: "", meaning: "after a theft: sign with the new ones at once, and refuse every token from before" },
		],
	},
	{ words: "tls ca", command: "tls ca", meaning: "print the certificate of the development CA, to be trusted by browsers and clients" },
];

/** Every option of every command, as `parseArgs` takes them. */
export const commandFlags: Readonly<Record<string, { readonly type: "string" | "boolean"; readonly multiple: boolean }>> =
	Object.fromEntries(
		commands
			.flatMap(({ options = [] }) => options)
			.map(({ flag, value, multiple }) => [flag, { type: value === "" ? "boolean" : "string", multiple: multiple === true }]),
	);

/** The lines of `gatehouse --help`. */
export function commandsHelp(): string[] {
	const heads = commands.map(({ words, operand = "" }) => `${words} ${operand}`.trimEnd());
	const width = Math.max(...heads.map(({ length }) => length)) + 2;
	return commands.flatMap(({ meaning, options = [] }, at) => [
		`  ${(heads[at] ?? "").padEnd(width)}${meaning}`,
		...options.map(({ flag, value, meaning }) => `  ${"".padEnd(width)}${`--${flag} ${value}`.trimEnd()}: ${meaning}`),
	]);
}

/** The command that these words and options ask for. @throws ConfigError where there is none, or it takes others */
export function readCommandForm(words: readonly string[], options: ReadonlySet<string>): Command {
	const found = commands.find((each) => each.words === (each.operand === undefined ? words.join(" ") : words[0]));
	if (words.length > 0 && found === undefined)
		throw new ConfigError(`there is no command "${words.join(" ")}"; gatehouse --help lists them.`);
	const name = found?.words ?? "start";
	if (found?.operand !== undefined && words.length !== 2)
		throw new ConfigError(`${name} needs one ${found.operand}: gatehouse ${name} ${found.operand}`);
	const taken = found?.options ?? [];
	for (const flag of options) {
		if (flag in commandFlags && !taken.some((option) => option.flag === flag)) {
			const owners = commands.filter((each) => each.options?.some((option) => option.flag === flag)).map((each) => each.words);
			throw new ConfigError(`--${flag} goes with ${owners.join(" or ")}, not with ${name}.`);
		}
	}
	const missing = taken.find((option) => option.required === true && !options.has(option.flag));
	if (missing !== undefined) throw new ConfigError(`${name} needs --${missing.flag} ${missing.value}: ${missing.meaning}.`);
	return found?.command ?? "start";
}
