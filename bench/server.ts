/** A Gatehouse of its own process, started as a user starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../test/support/ports.ts";
import { Connection } from "./connection.ts";
import { plainRequest, region, request, rootKey } from "./requests.ts";

const main = join(import.meta.dirname, "../src/main.ts");
/** As `npm start` has it: compiled code is kept from one start to the next. */
const compileCache = join(import.meta.dirname, "../node_modules/.cache/gatehouse");
/** Every database of the benchmarks is sealed under this key, so that a seeded one can be kept. */
export const masterKey = Buffer.alloc(32, 7);
/** Production's `iss` and links. Nobody asks for it. */
export const publicUrl = "https://bench.example";
const readyMilliseconds = 30_000;
const stopMilliseconds = 30_000;
/** How much of the log an error shows. */
const logCharacters = 1_000;

export interface ServerOptions {
	/** The data folder: the log goes there too. */
	readonly folder: string;
	/** `sqlite:PATH` or `postgres://…`. */
	readonly databaseUrl: string;
	/** Production verifies signatures; development has the clock. */
	readonly mode?: "production" | "development";
	/** Further settings. */
	readonly env?: Readonly<Record<string, string>>;
	/** What the server runs under, such as a tracer and its arguments. */
	readonly under?: readonly string[];
}

export interface RunningServer {
	readonly pid: number;
	readonly port: number;
	/** From the start of the process to its word that it is ready. */
	readonly readyMilliseconds: number;
	/** Values of `/_gatehouse/metrics` by name, without labels. */
	metrics(): Promise<ReadonlyMap<string, number>>;
	/** What a GET of `path` answers, as JSON. */
	get(path: string): Promise<unknown>;
	/** One call of the AWS API. */
	call(operation: string, input: object, signed?: "signed" | "unsigned"): Promise<Record<string, unknown>>;
	/** Asks it to stop, and waits for it. */
	stop(): Promise<void>;
	/** Ends it at once, as a crash would. */
	kill(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
	for (const child of running) child.kill("SIGKILL");
});

/** Starts a server and waits until it is ready. It ends with this process at the latest. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
	const port = await freePort();
	const adminPort = await freePort();
	const production = (options.mode ?? "production") === "production";
	const env: NodeJS.ProcessEnv = {
		...process.env,
		NODE_COMPILE_CACHE: compileCache,
		GATEHOUSE_HOST: "127.0.0.1",
		GATEHOUSE_PORT: String(port),
		GATEHOUSE_DATA_DIR: options.folder,
		GATEHOUSE_DATABASE_URL: options.databaseUrl,
		GATEHOUSE_MASTER_KEY: masterKey.toString("base64"),
		GATEHOUSE_REGION: region,
		// What is measured is the server.
		GATEHOUSE_REQUEST_QUOTAS: "off",
		...(production && {
			GATEHOUSE_PUBLIC_URL: publicUrl,
			GATEHOUSE_ADMIN_PORT: String(adminPort),
			GATEHOUSE_ROOT_ACCESS_KEY_ID: rootKey.accessKeyId,
			GATEHOUSE_ROOT_SECRET_ACCESS_KEY: rootKey.secretAccessKey,
		}),
		...options.env,
	};
	const startedAt = performance.now();
	const [program = process.execPath, ...args] = [...(options.under ?? []), process.execPath, main];
	const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
	running.add(child);
	child.once("exit", () => running.delete(child));
	const log = join(options.folder, "server.log");
	child.stderr?.pipe(createWriteStream(log, { flags: "a" }));
	await saysReady(child).catch((error: Error) => {
		throw new Error(`${error.message}; its log ends with ${readFileSync(log, "utf8").slice(-logCharacters)}`);
	});
	const tookMilliseconds = performance.now() - startedAt;
	const pid = child.pid as number;

	/** Waits for the end that was asked for. */
	async function end(signal: NodeJS.Signals): Promise<void> {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const ended = once(child, "exit");
		child.kill(signal);
		const impatient = setTimeout(() => child.kill("SIGKILL"), stopMilliseconds);
		await ended;
		clearTimeout(impatient);
	}

	/** One request over a connection of its own. */
	async function ask(toPort: number, text: string) {
		const connection = await Connection.open(toPort);
		try {
			return await connection.send(text);
		} finally {
			connection.close();
		}
	}

	return {
		pid,
		port,
		readyMilliseconds: tookMilliseconds,
		async metrics() {
			const { body } = await ask(production ? adminPort : port, plainRequest("/_gatehouse/metrics"));
			const lines = [...body.matchAll(/^(\w+) (\S+)$/gm)];
			return new Map(lines.map(([, name, value]) => [name as string, Number(value)]));
		},
		async get(path) {
			return JSON.parse((await ask(port, plainRequest(path))).body);
		},
		async call(operation, input, signed = "signed") {
			const { status, body } = await ask(port, request(operation, input, signed));
			if (status !== 200) throw new Error(`${operation}: ${status} ${body}`);
			return body === "" ? {} : JSON.parse(body);
		},
		stop: () => end("SIGTERM"),
		kill: () => end("SIGKILL"),
	};
}

async function saysReady(child: ChildProcess): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	try {
		await Promise.race([
			new Promise<void>((resolve) => {
				child.stdout?.on("data", (text: Buffer) => {
					if (text.includes("gatehouse ready at")) resolve();
				});
			}),
			once(child, "exit").then(() => Promise.reject(new Error("the server ended before it was ready"))),
			new Promise<void>((_, reject) => {
				timer = setTimeout(() => reject(new Error("the server was not ready in time")), readyMilliseconds);
			}),
		]);
	} catch (error) {
		child.kill("SIGKILL");
		throw error;
	} finally {
		clearTimeout(timer);
	}
}
