/**
 * The shape of the code, held by reading it: which layer imports which, what only the ports may do, how files are named,
 * and that the operations, the model and the list of what is not there yet agree. ARCHITECTURE.md says why.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { NOT_YET } from "../src/api/not-yet.ts";
import type { Auth } from "../src/api/operation.ts";
import { operations } from "../src/api/registry.ts";
import { findOperation, type OperationModel, serviceModel, serviceNames } from "../src/aws/model.ts";

interface Source {
	/** Relative to `src/`. */
	readonly path: string;
	readonly text: string;
	/** Without types and comments. */
	readonly code: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));

function list(folder: string, ending: RegExp): string[] {
	return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile() && ending.test(entry.name))
		.map((entry) => join(entry.parentPath, entry.name).slice(root.length))
		.sort();
}

async function source(path: string, text: string): Promise<Source> {
	return { path, text, code: (await transform(text, { loader: "ts", target: "esnext", legalComments: "none" })).code };
}

const sources = await Promise.all(
	list("src", /\.ts$/).map((path) => source(path.slice("src/".length), readFileSync(join(root, path), "utf8"))),
);
assert.ok(sources.length > 50, "the sources were found");

// --- Layers ---

const doors = ["api", "oauth", "federation", "pages", "console", "gateway", "access-proxy"];
/** Each may import itself and what stands before it. */
const order = ["kernel", "crypto", "aws", "storage", "domain", "http", ...doors, "app", "server", "main"];
/** Files of `src/` itself. */
const rootFiles = ["main.ts", "server.ts", "app.ts", "config.ts"];

function layerOf(path: string): string {
	return path.includes("/") ? (path.split("/")[0] ?? "") : path.replace(/\.ts$/, "");
}

/** The layers that a file may import, its own left out. */
function allowedLayers(layer: string): readonly string[] {
	if (layer === "config") return ["kernel"];
	if (layer === "adapters") return ["kernel", "crypto", "aws"];
	const lower = order.slice(0, order.indexOf(layer)).filter((each) => !(doors.includes(layer) && doors.includes(each)));
	return ["app", "server", "main"].includes(layer) ? [...lower, "adapters"] : lower;
}

/** Who may know the configuration's types. Its reading is for `main.ts` alone; the domain has `Settings` of its own. */
const configTypes = ["adapters", "storage", "http", ...doors, "app", "server"];

interface Import {
	readonly specifier: string;
	/** Relative to `src/`; undefined for a package. */
	readonly target: string | undefined;
	readonly typeOnly: boolean;
}

/** What a file imports, relative paths resolved against `src/`, workers included. */
function importsOf({ path, text }: Pick<Source, "path" | "text">): Import[] {
	const patterns = [
		/^\s*(?:import|export)\s+(type\s)?[^"';]*?\bfrom\s*["']([^"']+)["']/gm,
		/^\s*import\s*()["']([^"']+)["']/gm,
		/\bimport\(\s*()["']([^"']+)["']\s*\)/g,
		/\bnew URL\(\s*()["'](\.[^"']+\.ts)["'],\s*import\.meta\.url\s*\)/g,
	];
	return patterns
		.flatMap((pattern) => [...text.matchAll(pattern)])
		.map(([, type, specifier = ""]) => ({
			specifier,
			target: specifier.startsWith(".") ? normalize(join(dirname(path), specifier)) : undefined,
			typeOnly: Boolean(type),
		}));
}

/** Packages that belong to one part of the code: the rest must not depend on them. */
const packageHomes: Readonly<Record<string, readonly string[]>> = {
	kysely: ["storage", "domain"],
	pg: ["storage"],
	"node:sqlite": ["storage"],
	hono: ["http", ...doors, "app"],
	// A template that escapes by itself, which knows nothing of HTTP.
	"hono/html": ["aws", "domain", ...doors],
	"@hono/node-server": ["http", "app", "server"],
	nodemailer: ["adapters"],
	"@aws-sdk/client-cognito-identity-provider": ["adapters"],
	"@aws-crypto/encrypt-node": ["crypto"],
	"@aws-crypto/material-management-node": ["crypto"],
	"@aws-sdk/client-kms": ["adapters"],
	"@aws-sdk/client-lambda": ["adapters"],
	"@aws-sdk/client-sesv2": ["adapters"],
	"@aws-sdk/client-sns": ["adapters"],
	pino: ["adapters"],
	"@simplewebauthn/server": ["crypto"],
	bcryptjs: ["adapters"],
	"prom-client": ["adapters"],
};

function layerFaults(file: Pick<Source, "path" | "text">): string[] {
	const layer = layerOf(file.path);
	if (!file.path.includes("/") && !rootFiles.includes(file.path)) return [`${file.path}: src/ itself holds ${rootFiles.join(", ")} only`];
	if (file.path.includes("/") && !["adapters", "config", ...order].includes(layer)) return [`${file.path}: ${layer} is no layer`];
	return importsOf(file).flatMap(({ specifier, target, typeOnly }) => {
		if (target === undefined) {
			const name = specifier.startsWith("@") ? specifier.split("/", 2).join("/") : (specifier.split("/", 1)[0] ?? "");
			const homes = packageHomes[specifier] ?? packageHomes[name];
			return homes !== undefined && !homes.includes(layer) ? [`${file.path} imports ${name}, which belongs to ${homes.join(", ")}`] : [];
		}
		// What lies outside of src/ is the package's own facts, such as its version.
		if (target === "../package.json" && !file.path.includes("/")) return [];
		const other = layerOf(target);
		if (other === "config" && (layer === "main" || (typeOnly && configTypes.includes(layer)))) return [];
		if (target.startsWith("..") || (other !== layer && !allowedLayers(layer).includes(other))) return [`${file.path} imports ${target}`];
		return [];
	});
}

test("imports go one way: kernel, crypto, aws, storage, domain, http, doors, app, main", () => {
	assert.deepEqual(sources.flatMap(layerFaults), []);
});

test("the check of imports sees every kind of import that points the wrong way", () => {
	const faulty: readonly (readonly [string, string])[] = [
		["domain/user-pools/users.ts", 'import { idp } from "../../api/operation.ts";'],
		["domain/user-pools/users.ts", 'import type { Operation } from "../../api/operation.ts";'],
		["domain/user-pools/users.ts", 'import {\n\ta,\n\tb,\n} from "../../http/request.ts";'],
		["storage/store.ts", 'export * from "../domain/call.ts";'],
		["crypto/srp.ts", 'const aws = await import("../aws/errors.ts");'],
		["kernel/ports.ts", 'import "../crypto/srp.ts";'],
		["aws/json.ts", 'new Worker(new URL("../storage/writer.ts", import.meta.url))'],
		["oauth/token.ts", 'import { operations } from "../api/registry.ts";'],
		["adapters/mail.ts", 'import { x } from "../domain/call.ts";'],
		["domain/call.ts", 'import type { Config } from "../config.ts";'],
		["http/edge.ts", 'import { readConfig } from "../config.ts";'],
		["domain/call.ts", 'import { x } from "../../test/support/x.ts";'],
		["domain/call.ts", 'import pg from "pg";'],
		["http/request.ts", 'import { createApp } from "../app.ts";'],
		["services/x.ts", ""],
		["listener.ts", ""],
	];
	for (const [path, text] of faulty) assert.equal(layerFaults({ path, text }).length, 1, `${path}: ${text}`);
	assert.deepEqual(layerFaults({ path: "api/dispatch.ts", text: 'import type { Call } from "../domain/call.ts";' }), []);
	assert.deepEqual(layerFaults({ path: "app.ts", text: 'import { mail } from "./adapters/mail.ts";' }), []);
});

// --- What only the ports may do ---

interface Ban {
	readonly token: RegExp;
	readonly instead: string;
	/** Layers that may; `everywhere` else it is banned. */
	readonly allowed: readonly string[];
}

const edges = ["adapters", "app", "server", "main"];
const bans: readonly Ban[] = [
	{ token: /\bDate\.now\b/, instead: "call.now, or ports.clock.now()", allowed: ["adapters"] },
	{ token: /\bnew Date(?:\(\)|(?!\())|(?<!new )\bDate\(\)/, instead: "call.now, or ports.clock.now()", allowed: ["adapters"] },
	{ token: /\bperformance\b|\bhrtime\b/, instead: "ports.clock.monotonic()", allowed: ["adapters"] },
	{
		token: /\bMath\.random\b|\brandom(?:Bytes|UUID|Int|Fill|FillSync)\b|\bgetRandomValues\b/,
		instead: "ports.random and crypto/random-text.ts",
		allowed: ["adapters"],
	},
	{ token: /\bgenerateKeyPair(?:Sync)?\b/, instead: "ports.keyPairs", allowed: ["adapters"] },
	{
		token: /(?<![.\w])fetch\((?![^()]*\)\s*\{)|\bglobalThis\.fetch\b|["']node:https?["']|["']undici["']/,
		instead: "ports.outbound",
		allowed: [...edges, "http"],
	},
	{
		token: /\bset(?:Timeout|Interval)\b|["']node:timers/,
		instead: "a deadline in the data, or a timer in storage, http or app",
		allowed: [...edges, "storage", "http"],
	},
	{ token: /\bconsole\s*\./, instead: "ports.log", allowed: ["adapters", "main"] },
	{ token: /\bprocess\.(?:exit|exitCode|abort)\b/, instead: "an error that main.ts turns into a status", allowed: ["main"] },
	{ token: /\bprocess\.kill\b/, instead: "a port", allowed: ["adapters", "main"] },
	{ token: /\bprocess\.(?:env|argv)\b/, instead: "config.ts, which main.ts hands both to", allowed: ["config", "main"] },
	{
		token: /["']node:(?:child_process|dgram|dns|dns\/promises|tls|vm|inspector)["']/,
		instead: "a port",
		allowed: [...edges, "http"],
	},
	{
		token: /["']node:fs(?:\/promises)?["']/,
		instead: "a port, or the store",
		allowed: [...edges, "config", "aws", "storage", "http", "pages"],
	},
	{ token: /\beval\(|\bnew Function\(/, instead: "code", allowed: [] },
];

function bannedTokens({ path, code }: Pick<Source, "path" | "code">): string[] {
	const layer = layerOf(path);
	return bans
		.filter((ban) => !ban.allowed.includes(layer) && ban.token.test(code))
		.map((ban) => `${path}: ${ban.token.exec(code)?.[0]}; use ${ban.instead}`);
}

test("time, chance, the network, the environment and the process's end are reached through ports", () => {
	assert.deepEqual(sources.flatMap(bannedTokens), []);
});

test("the check of banned tokens sees each of them in code and none in comments or types", async () => {
	const faulty: readonly string[] = [
		"const t = Date.now();",
		"const t = new Date();",
		"const t = new Date;",
		"const t = performance.now();",
		"const r = Math.random();",
		'import { randomBytes } from "node:crypto"; randomBytes(8);',
		"await fetch(url);",
		'import http from "node:http"; http.get(url);',
		"setTimeout(() => {}, 1);",
		'console.log("x");',
		"process.exit(1);",
		"process.exitCode = 1;",
		"const home = process.env.HOME;",
		'import { readFileSync } from "node:fs"; readFileSync("x");',
		'eval("1");',
	];
	for (const text of faulty) assert.equal(bannedTokens(await source("domain/x.ts", text)).length, 1, text);
	const innocent = `
		// Date.now() and Math.random() are for adapters.
		/** Never fetch(url) here. */
		export const at = (ms: number) => new Date(ms).toISOString();
		export const app = { fetch(request: Request) { return app.fetch(request); } };
		export function create(): { fetch(request: Request): Promise<Response> } { return undefined as never; }
	`;
	assert.deepEqual(bannedTokens(await source("domain/x.ts", innocent)), []);
	assert.deepEqual(bannedTokens(await source("adapters/clock.ts", "export const now = () => Date.now();")), []);
});

// --- Files ---

const isOperationFile = (path: string) => /^api\/.+\/[A-Z]\w*\.ts$/.test(path);
const isGenerated = (text: string) => text.startsWith("// Generated");
/** Files that are one list or table, which gains nothing from being cut. */
const lists = ["api/not-yet.ts", "domain/refusals.ts"];
const linesMax = 400;

test("no file is named utils, helpers or common, and none leaves a note for later", () => {
	const all = ["src", "test", "scripts", "bench", "docs"].flatMap((folder) => list(folder, /\.(?:ts|cjs|md|sh|py)$/));
	assert.deepEqual(
		all.filter((path) => /(?:^|[/.-])(?:utils?|helpers?|common|misc)(?=[/.-])/.test(path)),
		[],
	);
	const later = new RegExp(`\\b(?:${["TO", "FIX"].map((start, i) => start + ["DO", "ME"][i]).join("|")}|X{3})\\b`);
	assert.deepEqual(
		all.filter((path) => later.test(readFileSync(join(root, path), "utf8"))),
		[],
	);
});

test(`a source file has at most ${linesMax} lines, unless it is generated or one list`, () => {
	const long = sources.filter(({ path, text }) => text.split("\n").length > linesMax + 1 && !isGenerated(text) && !lists.includes(path));
	assert.deepEqual(
		long.map(({ path }) => path),
		[],
	);
});

test("each source file opens with a comment that says what it is for, or holds one commented thing after its imports", () => {
	const silent = sources.filter(({ text }) => !/^(?:import [^;]*;\s*)*\/[/*]/.test(text.replace(/^#!.*\n/, "")));
	assert.deepEqual(
		silent.map(({ path }) => path),
		[],
	);
});

test("each layer has a file that opens with what the layer must not know", () => {
	const layers = new Set(sources.filter(({ path }) => path.includes("/")).map(({ path }) => layerOf(path)));
	const says = (text: string) =>
		/must not know|imports nothing of ours|it knows no|nothing of /i.test(
			/^\/\*\*[\s\S]*?\*\//.exec(text)?.[0].replace(/\s*\n \* ?/g, " ") ?? "",
		);
	assert.deepEqual(
		[...layers].filter((layer) => !sources.some(({ path, text }) => layerOf(path) === layer && says(text))),
		[],
	);
});

// --- Operations ---

test("the operations that are registered and those that are not there yet are the whole model, and no operation is both", () => {
	for (const service of serviceNames) {
		const built = operations.filter((operation) => operation.service === service).map(({ name }) => name);
		assert.deepEqual([...built, ...NOT_YET[service]].sort(), [...serviceModel(service).operations.keys()].sort(), service);
	}
});

/** What an operation of the model demands of `auth`; undefined where the model leaves a choice that the file must argue. */
function expectedAuth(model: OperationModel): Auth {
	if (model.auth === "sigv4") return "iam";
	if (model.token === undefined) return "public";
	return model.token.required ? "accessToken" : "accessTokenOrSession";
}

test("each operation authorises its caller as the model says", () => {
	for (const { service, name, auth } of operations) {
		const model = findOperation(service, name);
		assert.ok(model, `${service} has no ${name}`);
		assert.equal(auth, expectedAuth(model), name);
	}
});

test("the authorisation that the model demands is told apart by its facts", () => {
	const auth = (service: "cognito-idp" | "sts", name: string) => {
		const model = findOperation(service, name);
		assert.ok(model);
		return expectedAuth(model);
	};
	assert.equal(auth("cognito-idp", "CreateUserPool"), "iam");
	assert.equal(auth("cognito-idp", "GetUser"), "accessToken");
	assert.equal(auth("cognito-idp", "AssociateSoftwareToken"), "accessTokenOrSession");
	assert.equal(auth("cognito-idp", "SignUp"), "public");
	// SDKs sign GetClientToken, AWS does not ask for it: a signature there is let pass and not relied on.
	assert.equal(auth("cognito-idp", "GetClientToken"), "public");
	assert.equal(auth("sts", "GetCallerIdentity"), "iam");
});

test("each operation has one file of its name in its service's folder, and is registered", () => {
	const files = sources.filter(({ path }) => isOperationFile(path));
	const inFiles = files.map(({ path, text }) => {
		const [, service = ""] = path.split("/");
		const name = path.split("/").at(-1)?.replace(/\.ts$/, "") ?? "";
		assert.match(text, new RegExp(`^export const ${name} = \\w+\\("${name}", `, "m"), `${path} defines ${name}`);
		return `${service} ${name}`;
	});
	assert.deepEqual(inFiles.sort(), operations.map(({ service, name }) => `${service} ${name}`).sort());
});

/** Errors that AWS's common layer answers, which no operation's model lists. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html */
const commonErrors = new Set([
	"AccessDenied",
	"AccessDeniedException",
	"IncompleteSignature",
	"IncompleteSignatureException",
	"InvalidAction",
	"InvalidClientTokenId",
	"InvalidParameterValue",
	"InvalidSignatureException",
	"MissingAction",
	"MissingAuthenticationTokenException",
	"SerializationException",
	"SignatureDoesNotMatch",
	"UnknownOperationException",
	"UnrecognizedClientException",
	"ValidationError",
	"ValidationException",
]);

test("the domain refuses with error codes that the model has", () => {
	const known = new Set(
		serviceNames
			.flatMap((service) => [...serviceModel(service).shapes.values()])
			.flatMap((shape) => (shape.type === "structure" && shape.error !== undefined ? [shape.error.code] : [])),
	);
	const thrown = sources
		.filter(({ path }) => layerOf(path) === "domain")
		.flatMap(({ path, code }) => [...code.matchAll(/new AwsError\(\s*"(\w+)"/g)].map(([, name = ""]) => ({ path, name })));
	assert.ok(thrown.length > 5);
	assert.deepEqual(
		thrown.filter(({ name }) => !known.has(name) && !commonErrors.has(name)),
		[],
	);
});
