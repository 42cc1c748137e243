/**
 * The only reader of flags and of the environment. `gatehouse --help` lists what is here. It must not know what anything is used for:
 * it turns text into one checked value, or refuses with a sentence that says what is wrong and what to do.
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { accessSettings, readAccess } from "./config/access.ts";
import { type Command, commandFlags, commandsHelp, readCommandForm } from "./config/commands.ts";
import { productionRefusal, whatIsNotLocal, whatProductionLacks } from "./config/mode.ts";
import { type RequestQuotas, readRequestQuotas } from "./config/request-quotas.ts";
import {
	amazonIssuer,
	ConfigError,
	mailHost,
	readAccessKey,
	readAwsEndpoint,
	readBaseUrl,
	readCidrs,
	readCount,
	readDatabase,
	readDomainSuffix,
	readHosts,
	readIssuer,
	readMailFrom,
	readMasterKeys,
	readOrigins,
	readPattern,
	readPort,
	readPublicUrl,
	readSwitch,
	readTls,
	readUrl,
	variable,
} from "./config/values.ts";

export type { Command } from "./config/commands.ts";
export { ConfigError } from "./config/values.ts";

export interface Config {
	readonly mode: "development" | "production";
	/** True where GATEHOUSE_DEVELOPMENT=1 says so: a banner is printed and peers that are not loopback are let in. */
	readonly developmentForced: boolean;
	/** Addresses to listen on; the default is both loopback addresses. */
	readonly hosts: readonly string[];
	readonly port: number;
	readonly publicUrl: string;
	readonly tls: { readonly port: number; readonly source: "dev" | { readonly folder: string } } | undefined;
	readonly adminPort: number;
	readonly trustedProxies: readonly string[];
	readonly corsOrigins: readonly string[];
	readonly dataDir: string;
	readonly database: { readonly engine: "sqlite"; readonly path: string } | { readonly engine: "postgres"; readonly url: string };
	readonly region: string;
	readonly accountId: string;
	/** Template with {publicUrl}, {region}, {userPoolId}. */
	readonly issuer: string;
	/** Where the APIs of the public identity providers are; no URL ends with a slash. */
	readonly publicProviderUrls: Readonly<Record<"facebook" | "google" | "amazon" | "apple", string>>;
	readonly domainSuffix: string;
	/** Whether a prefix domain's URL is a path of the public URL: in development, where no suffix was set. Hosts are answered either way. */
	readonly domainsByPath: boolean;
	/** Current key first. Empty in development: one is made and kept in the data folder. */
	readonly masterKeys: readonly Uint8Array[];
	readonly rootKey: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
	readonly smtpUrl: string | undefined;
	readonly mailFrom: string;
	readonly smsUrl: string | undefined;
	/** SES and SNS for pools that are to send through them: a URL, or `aws`; undefined where all send alike. */
	readonly sesEndpoint: string | undefined;
	readonly snsEndpoint: string | undefined;
	/** Folder of local Lambda functions, which may be absent. */
	readonly functionsDir: string;
	/** Processes that all local functions have together. */
	readonly functionsWorkers: number;
	/** What local functions sign their own calls with; undefined gives them nothing. */
	readonly functionsKey: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
	/** Lambda Invoke API for functions that are not local: a URL, or `aws`. */
	readonly lambdaEndpoint: string | undefined;
	/** KMS of custom senders: a URL, or `aws`; undefined for the built-in one. */
	readonly kmsEndpoint: string | undefined;
	/** STS that gives identity pools' credentials: a URL, or `aws`; undefined for the built-in one. */
	readonly stsEndpoint: string | undefined;
	readonly limits: boolean;
	/** They hold where limits are on. */
	readonly requestQuotas: RequestQuotas;
	/** The access proxy and what is behind it; undefined where nothing is. */
	readonly access:
		| { readonly port: number; readonly s3: AccessUpstreamConfig | undefined; readonly dynamodb: AccessUpstreamConfig | undefined }
		| undefined;
}

export interface AccessUpstreamConfig {
	/** An origin. */
	readonly url: string;
	readonly region: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

interface Setting {
	readonly flag: string;
	readonly value: string;
	readonly meaning: string;
	readonly initial?: string;
	/** May also be read from a file that `…_FILE` or `--…-file` names. */
	readonly secret?: true;
}

const dataDirDefault = "./.gatehouse";
/** Any key will do in development. */
const developmentFunctionsKey = { accessKeyId: "GATEHOUSEFUNCTION", secretAccessKey: "development" };

/** Every setting: a flag, and a variable named GATEHOUSE_ and the flag in capitals. */
const settings = [
	{ flag: "host", value: "ADDRESS", meaning: "address to listen on; several separated by commas", initial: "127.0.0.1,::1" },
	{ flag: "port", value: "PORT", meaning: "port of HTTP", initial: "9400" },
	{ flag: "public-url", value: "URL", meaning: "base of issuer, discovery document and links", initial: "http://localhost:PORT" },
	{ flag: "tls-port", value: "PORT", meaning: "port of HTTPS, beside HTTP; goes with --tls" },
	{ flag: "tls", value: "dev|FOLDER", meaning: "dev makes a local CA and certificate; else a folder of NAME.crt and NAME.key" },
	{ flag: "admin-port", value: "PORT", meaning: "production: health, readiness and metrics, on loopback only", initial: "9490" },
	{ flag: "trusted-proxies", value: "CIDRS", meaning: "proxies whose X-Forwarded-For and -Proto are believed" },
	{ flag: "cors-origins", value: "ORIGINS", meaning: "further web origins that may send signed operations" },
	{ flag: "data-dir", value: "FOLDER", meaning: "embedded database and keys", initial: dataDirDefault },
	{ flag: "database-url", value: "URL", meaning: "sqlite:PATH or postgres://…", initial: "SQLite in the data folder", secret: true },
	{ flag: "region", value: "REGION", meaning: "region of ids and ARNs", initial: "us-east-1" },
	{ flag: "account-id", value: "DIGITS", meaning: "account of ARNs", initial: "000000000000" },
	{
		flag: "issuer",
		value: "TEMPLATE",
		meaning: "template of iss with {publicUrl}, {region}, {userPoolId}; aws gives Amazon's own form",
		initial: "{publicUrl}/{userPoolId}",
	},
	{ flag: "facebook-url", value: "URL", meaning: "Facebook's Graph API, or what stands in for it", initial: "https://graph.facebook.com" },
	{ flag: "google-url", value: "URL", meaning: "Google's OpenID provider, or what stands in", initial: "https://accounts.google.com" },
	{ flag: "amazon-url", value: "URL", meaning: "Login with Amazon's API, or what stands in", initial: "https://api.amazon.com" },
	{ flag: "apple-url", value: "URL", meaning: "Apple's OpenID provider, or what stands in", initial: "https://appleid.apple.com" },
	{ flag: "domain-suffix", value: "NAME", meaning: "prefix domains are PREFIX.NAME", initial: "auth.localhost" },
	{ flag: "master-key", value: "BASE64", meaning: "32 bytes; several separated by commas, the first is current", secret: true },
	{ flag: "export-passphrase", value: "TEXT", meaning: "what an export is sealed under; asked for if left out", secret: true },
	{ flag: "root-access-key-id", value: "ID", meaning: "access key of the first administrator", secret: true },
	{ flag: "root-secret-access-key", value: "SECRET", meaning: "its secret", secret: true },
	{ flag: "smtp-url", value: "URL", meaning: "smtp:// or smtps:// server for e-mail; in development the inbox", secret: true },
	{ flag: "mail-from", value: "ADDRESS", meaning: "sender of e-mail", initial: "no-reply@ the public URL's host" },
	{ flag: "sms-url", value: "URL", meaning: "receives POST {to, text} for each SMS; in development the inbox", secret: true },
	{ flag: "ses-endpoint", value: "URL|aws", meaning: "SES for pools whose EmailConfiguration is DEVELOPER" },
	{ flag: "sns-endpoint", value: "URL|aws", meaning: "SNS for pools with an SmsConfiguration" },
	{
		flag: "functions-dir",
		value: "FOLDER",
		meaning: "local Lambda functions: NAME.mjs, NAME.ts or NAME/index.*",
		initial: "functions in the data folder",
	},
	{ flag: "functions-workers", value: "NUMBER", meaning: "processes of all local functions together, 1 to 256", initial: "8" },
	{ flag: "functions-access-key-id", value: "ID", meaning: "access key that local functions sign their own calls with", secret: true },
	{ flag: "functions-secret-access-key", value: "SECRET", meaning: "its secret", secret: true },
	{ flag: "lambda-endpoint", value: "URL|aws", meaning: "Lambda Invoke API for functions that are not local" },
	{ flag: "sts-endpoint", value: "URL|aws", meaning: "STS that gives identity pools' credentials", initial: "the built-in one" },
	{ flag: "kms-endpoint", value: "URL|aws", meaning: "KMS whose keys encrypt the codes of custom senders", initial: "the built-in one" },
	...accessSettings,
	{ flag: "limits", value: "on|off", meaning: "request quotas and hourly limits per user", initial: "on in production" },
	{
		flag: "request-quotas",
		value: "NAME=RATE,…|off",
		meaning: "requests a second of a quota, where limits are on",
		initial: "Cognito's own",
	},
	{ flag: "development", value: "", meaning: "=1: development mode although an address, URL or database is not local (containers)" },
] as const satisfies readonly Setting[];

type Flag = (typeof settings)[number]["flag"];

/** The text of `gatehouse --help`. */
export function helpText(): string {
	const lines = (settings as readonly Setting[]).flatMap((setting) => [
		`  --${setting.flag} ${setting.value}`.trimEnd(),
		`      ${setting.meaning}${setting.initial === undefined ? "" : ` (default: ${setting.initial})`}`,
		`      ${variable(setting.flag)}${setting.secret === true ? `, or ${variable(setting.flag)}_FILE or --${setting.flag}-file` : ""}`,
	]);
	return [
		"gatehouse: Amazon Cognito that you run yourself",
		"",
		"Usage: gatehouse [COMMAND] [--FLAG VALUE …]",
		"",
		"Commands:",
		...commandsHelp(),
		"",
		"Flags, each also as a variable of the environment (the flag wins):",
		...lines,
		"  --help, --version",
		"",
	].join("\n");
}

/** What the command line asks for. Refuses flags and commands that do not exist. */
export function readCommand(argv: readonly string[] = processSources.argv): Command {
	const { flags, lists, words } = readFlags(argv);
	if (flags.has("help")) return "help";
	if (flags.has("version")) return "version";
	return readCommandForm(words, new Set([...flags.keys(), ...lists.keys()]));
}

/** The path that follows a command which needs one. */
export function readOperand(argv: readonly string[] = processSources.argv): string {
	return resolve(readFlags(argv).words.at(-1) ?? "");
}

export interface ConfigSources {
	readonly argv: readonly string[];
	readonly env: Readonly<Record<string, string | undefined>>;
	/** The text of a file, for `…_FILE`. */
	readonly readFile: (path: string) => string;
}

const processSources: ConfigSources = { argv: process.argv.slice(2), env: process.env, readFile: (path) => readFileSync(path, "utf8") };

/** The whole configuration, checked; throws ConfigError with a sentence that says what is wrong and what to do. */
export function readConfig(sources: ConfigSources = processSources): Config {
	const { flags } = readFlags(sources.argv);
	const read = (flag: Flag) => readSetting(flag, flags, sources);

	const hosts = readHosts(read("host"));
	const port = readPort("port", read("port")) ?? 9400;
	const publicUrl = readPublicUrl(read("public-url")) ?? `http://localhost:${port}`;
	const tls = readTls(read("tls"), readPort("tls-port", read("tls-port")));
	const adminPort = readPort("admin-port", read("admin-port")) ?? 9490;
	const trustedProxies = readCidrs(read("trusted-proxies"));
	const dataDir = resolve(read("data-dir") ?? dataDirDefault);
	const database = readDatabase(read("database-url"), dataDir);
	const issuerSetting = read("issuer") ?? "{publicUrl}/{userPoolId}";
	const domainSuffix = readDomainSuffix(read("domain-suffix"));
	const masterKeys = readMasterKeys(read("master-key"));
	const rootKey = readAccessKey("root-", read("root-access-key-id"), read("root-secret-access-key"));
	const functionsKey = readAccessKey("functions-", read("functions-access-key-id"), read("functions-secret-access-key"));
	const developmentForced = readSwitch("development", read("development"), ["1", "0"]) ?? false;

	const issuer = issuerSetting === "aws" ? amazonIssuer : readIssuer(issuerSetting);
	const outside = whatIsNotLocal({ hosts, publicUrl, issuer: issuerSetting, domainSuffix, database, env: sources.env });
	const mode = developmentForced || (outside.length === 0 && rootKey === undefined) ? "development" : "production";
	if (mode === "production") {
		const lacking = whatProductionLacks({ masterKeys, rootKey, publicUrl, trustedProxies });
		if (lacking.length > 0) throw new ConfigError(productionRefusal(outside, lacking));
	}
	const region = readPattern("region", read("region"), /^[a-z]{2}(-[a-z]+){1,3}-\d{1,2}$/, "a region such as us-east-1") ?? "us-east-1";
	const access = readAccess(read, region);
	const ports = [port, tls?.port, mode === "production" ? adminPort : undefined, access?.port].filter((each) => each !== undefined);
	if (new Set(ports).size !== ports.length)
		throw new ConfigError(
			`${variable("port")}, ${variable("tls-port")}, ${variable("admin-port")} and ${variable("access-port")} must differ.`,
		);

	return {
		mode,
		developmentForced,
		hosts,
		port,
		publicUrl,
		tls,
		adminPort,
		trustedProxies,
		corsOrigins: readOrigins(read("cors-origins")),
		dataDir,
		database,
		region,
		accountId: readPattern("account-id", read("account-id"), /^\d{12}$/, "12 digits") ?? "000000000000",
		issuer,
		publicProviderUrls: {
			facebook: readBaseUrl("facebook-url", read("facebook-url")) ?? "https://graph.facebook.com",
			google: readBaseUrl("google-url", read("google-url")) ?? "https://accounts.google.com",
			amazon: readBaseUrl("amazon-url", read("amazon-url")) ?? "https://api.amazon.com",
			apple: readBaseUrl("apple-url", read("apple-url")) ?? "https://appleid.apple.com",
		},
		domainSuffix,
		domainsByPath: mode === "development" && read("domain-suffix") === undefined,
		masterKeys,
		rootKey,
		smtpUrl: readUrl("smtp-url", read("smtp-url"), ["smtp:", "smtps:"]),
		mailFrom: readMailFrom(read("mail-from")) ?? `no-reply@${mailHost(publicUrl)}`,
		smsUrl: readUrl("sms-url", read("sms-url"), ["http:", "https:"]),
		sesEndpoint: readAwsEndpoint("ses-endpoint", read("ses-endpoint")),
		snsEndpoint: readAwsEndpoint("sns-endpoint", read("sns-endpoint")),
		functionsDir: resolve(read("functions-dir") ?? resolve(dataDir, "functions")),
		functionsWorkers: readCount("functions-workers", read("functions-workers"), 256) ?? 8,
		functionsKey: functionsKey ?? (mode === "development" ? developmentFunctionsKey : undefined),
		lambdaEndpoint: readAwsEndpoint("lambda-endpoint", read("lambda-endpoint")),
		kmsEndpoint: readAwsEndpoint("kms-endpoint", read("kms-endpoint")),
		stsEndpoint: readAwsEndpoint("sts-endpoint", read("sts-endpoint")),
		access,
		limits: readSwitch("limits", read("limits"), ["on", "off"]) ?? mode === "production",
		requestQuotas: readRequestQuotas(read("request-quotas")),
	};
}

/** What is told to `export`, `import` and `migrate-from-cognito` beside the server's configuration. */
export interface MoveOptions {
	readonly pools: readonly string[];
	readonly as: string | undefined;
	readonly passphrase: string | undefined;
	readonly poolId: string;
	readonly endpoint: string | undefined;
	readonly withUsers: boolean;
	readonly keepId: boolean;
	/** The region of a new pool, where one is set. */
	readonly region: string | undefined;
}

export function readMoveOptions(sources: ConfigSources = processSources): MoveOptions {
	const { flags, lists } = readFlags(sources.argv);
	const endpoint = flags.get("endpoint");
	if (endpoint !== undefined && !/^https?:/.test(URL.parse(endpoint)?.protocol ?? ""))
		throw new ConfigError("--endpoint must be a URL that begins with http:// or https://.");
	return {
		pools: lists.get("pool") ?? [],
		as: flags.get("as"),
		passphrase: readSetting("export-passphrase", flags, sources),
		poolId: flags.get("pool-id") ?? "",
		endpoint,
		withUsers: flags.has("users"),
		keepId: flags.has("keep-id"),
		region: readSetting("region", flags, sources),
	};
}

/** Whose keys `keys rotate-signing` is for: some user pools', those of identity pools, or all. */
export function readRotationOptions({ argv }: Pick<ConfigSources, "argv"> = processSources) {
	const { flags, lists } = readFlags(argv);
	const [pools, all] = [lists.get("pool") ?? [], flags.has("all")];
	if (all === (pools.length > 0 || flags.has("identity-pools")))
		throw new ConfigError("keys rotate-signing needs --pool ID or --identity-pools, or --all for every one of them.");
	return { pools, all, identityPools: all || flags.has("identity-pools"), atOnce: flags.has("now") };
}

/** Where the data is: all that a tool beside the server needs. The server's keys are not asked for. */
export function readDatabaseConfig(sources: ConfigSources = processSources): Pick<Config, "database"> {
	const { flags } = readFlags(sources.argv);
	const dataDir = resolve(readSetting("data-dir", flags, sources) ?? dataDirDefault);
	return { database: readDatabase(readSetting("database-url", flags, sources), dataDir) };
}

interface CommandLine {
	readonly flags: ReadonlyMap<string, string>;
	/** Options that may be given several times. */
	readonly lists: ReadonlyMap<string, readonly string[]>;
	readonly words: readonly string[];
}

function readFlags(argv: readonly string[]): CommandLine {
	const options: Record<string, { type: "string" | "boolean"; short?: string; multiple?: boolean }> = {
		...commandFlags,
		help: { type: "boolean", short: "h" },
		version: { type: "boolean" },
	};
	for (const setting of settings as readonly Setting[]) {
		options[setting.flag] = { type: setting.value === "" ? "boolean" : "string" };
		if (setting.secret === true) options[`${setting.flag}-file`] = { type: "string" };
	}
	try {
		const { values, positionals } = parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
		const flags = new Map<string, string>();
		const lists = new Map<string, readonly string[]>();
		for (const [name, value] of Object.entries(values)) {
			if (Array.isArray(value)) lists.set(name, value.map(String));
			else flags.set(name, value === true ? "1" : String(value));
		}
		return { flags, lists, words: positionals };
	} catch (error) {
		// parseArgs names the option and never its value.
		const reason = error instanceof Error ? error.message.split(". ")[0] : "the command line can't be read";
		throw new ConfigError(`${reason}; gatehouse --help lists what there is.`);
	}
}

/** A flag, else its file, else the variable, else the variable's file; an empty one counts as absent, as compose files leave it. */
function readSetting(flag: Flag, flags: ReadonlyMap<string, string>, { env, readFile }: ConfigSources): string | undefined {
	const secret = (settings as readonly Setting[]).find((setting) => setting.flag === flag)?.secret === true;
	const places = [
		{ name: `--${flag}`, value: flags.get(flag), fileName: `--${flag}-file`, file: flags.get(`${flag}-file`) },
		{ name: variable(flag), value: env[variable(flag)], fileName: `${variable(flag)}_FILE`, file: env[`${variable(flag)}_FILE`] },
	];
	for (const { name, value, fileName, file } of places) {
		const given = value !== undefined && value.trim() !== "";
		const inFile = secret && file !== undefined && file !== "";
		if (given && inFile) throw new ConfigError(`${name} and ${fileName} are both set; keep one of them.`);
		if (given) return value.trim();
		if (!inFile) continue;
		let text: string;
		try {
			text = readFile(file).trim();
		} catch (error) {
			const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
			throw new ConfigError(`${fileName} names ${file}, which can't be read${code}.`);
		}
		if (text === "") throw new ConfigError(`${fileName} names ${file}, which is empty.`);
		return text;
	}
	return undefined;
}
