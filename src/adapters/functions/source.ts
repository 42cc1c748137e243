/**
 * Where a function's code is in the functions folder: `NAME.mjs`, `NAME.ts`, or `NAME/index.mjs`, `.js`, `.cjs`, `.ts`; what its process may
 * read; and a fingerprint that tells when any of it changed. Names come checked (`arn.ts`).
 */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import { parseEnv } from "node:util";

export interface FunctionSource {
	readonly name: string;
	/** The module, links resolved. */
	readonly file: string;
	/** The working directory of its process. */
	readonly folder: string;
	/** Files and folders that its process may read. */
	readonly readable: readonly string[];
	/** A file of variables for its environment, which may be absent. */
	readonly environmentFile: string;
	/** Differs once anything of it changed. */
	readonly fingerprint: string;
	/** How many files were looked at for it. */
	readonly lookedAt: number;
}

/** Files of a function's folder that are looked at for changes. */
const lookedAtMax = 2_000;
const flat = [".mjs", ".ts"];
const indexes = ["index.mjs", "index.js", "index.cjs", "index.ts"];

/** The function of that name in the folder; undefined where there is none, or where a link leads out of the folder. */
export function findSource(functionsFolder: string, name: string): FunctionSource | undefined {
	if (name === "node_modules") return undefined;
	const root = realPath(functionsFolder);
	if (root === undefined) return undefined;
	const shared = join(root, "node_modules");
	for (const ending of flat) {
		const file = fileWithin(root, join(root, `${name}${ending}`));
		if (file === undefined) continue;
		const environmentFile = join(root, `${name}.env`);
		const stamps = [file, environmentFile, shared, join(root, "package.json")].map(stamp);
		return { name, file, folder: root, readable: [file, ...modules(shared)], environmentFile, ...facts(stamps) };
	}
	const own = realPath(join(root, name));
	if (own === undefined || !own.startsWith(root + sep)) return undefined;
	for (const index of indexes) {
		const file = fileWithin(root, join(own, index));
		if (file === undefined) continue;
		const stamps = [file, shared, join(root, "package.json")].map(stamp);
		stampFolder(own, stamps);
		const readable = [own, ...modules(join(own, "node_modules")), ...modules(shared)];
		return { name, file, folder: own, readable, environmentFile: join(own, ".env"), ...facts(stamps) };
	}
	return undefined;
}

const facts = (stamps: readonly string[]) => ({ fingerprint: stamps.join("\n"), lookedAt: stamps.length });

/** Installed packages may lie elsewhere and be linked to. */
function modules(path: string): string[] {
	const real = realPath(path);
	return real === undefined ? [] : [...new Set([path, real])];
}

function realPath(path: string): string | undefined {
	try {
		return realpathSync.native(path);
	} catch (error) {
		if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
		throw error;
	}
}

function fileWithin(root: string, path: string): string | undefined {
	if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return undefined;
	const real = realPath(path);
	return real?.startsWith(root + sep) ? real : undefined;
}

function stamp(path: string): string {
	const stats = statSync(path, { throwIfNoEntry: false });
	return stats === undefined ? `${path} -` : `${path} ${stats.mtimeMs} ${stats.size} ${stats.ino}`;
}

/** Everything below, but of installed packages only what an installation changes. */
function stampFolder(folder: string, stamps: string[]): void {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		if (stamps.length >= lookedAtMax) return;
		const path = join(folder, entry.name);
		stamps.push(stamp(path));
		if (entry.name === "node_modules") stamps.push(stamp(join(path, ".package-lock.json")));
		else if (entry.isDirectory()) stampFolder(path, stamps);
	}
}

export interface EnvironmentFacts {
	readonly region: string;
	readonly memoryMegabytes: string;
	/** Gatehouse's own address, for the SDK clients of a function. */
	readonly endpoint: string;
	readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
	readonly logStreamName: string;
}

/** All that a function's process has in its environment: nothing of Gatehouse's own, which holds keys. */
export function environmentOf(source: FunctionSource, facts: EnvironmentFacts): Record<string, string> {
	const { region, memoryMegabytes, endpoint, credentials, logStreamName } = facts;
	return {
		TZ: "UTC",
		LANG: "en_US.UTF-8",
		AWS_REGION: region,
		AWS_DEFAULT_REGION: region,
		AWS_ENDPOINT_URL: endpoint,
		// Without credentials an SDK would ask the machine's cloud for the machine's own.
		AWS_EC2_METADATA_DISABLED: "true",
		...(credentials && { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey }),
		AWS_EXECUTION_ENV: `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`,
		AWS_LAMBDA_FUNCTION_NAME: source.name,
		AWS_LAMBDA_FUNCTION_VERSION: functionVersion,
		AWS_LAMBDA_FUNCTION_MEMORY_SIZE: memoryMegabytes,
		AWS_LAMBDA_LOG_GROUP_NAME: logGroupName(source.name),
		AWS_LAMBDA_LOG_STREAM_NAME: logStreamName,
		AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
		LAMBDA_TASK_ROOT: source.folder,
		_HANDLER: "index.handler",
		...readEnvironmentFile(source.environmentFile),
	};
}

export const functionVersion = "$LATEST";
export const logGroupName = (name: string) => `/aws/lambda/${name}`;

function readEnvironmentFile(path: string): Record<string, string> {
	const real = realPath(path);
	return real === undefined ? {} : (parseEnv(readFileSync(real, "utf8")) as Record<string, string>);
}
