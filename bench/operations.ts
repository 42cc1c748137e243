/**
 * The table of operations: what each costs the server, beside what it would cost at least. Only ratios are judged, since two numbers
 * of one run share the machine that they were measured on.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Bounds, best, measureBounds } from "./bound.ts";
import { createDatabases, type Databases, type Engine } from "./database.ts";
import { checkDisk, syncMilliseconds } from "./disk.ts";
import { measureEcho } from "./echo.ts";
import { type Generator, type Run, startGenerator } from "./load.ts";
import type { Options } from "./options.ts";
import { cpuSeconds, cpuSecondsByThread, mainThread, memoryMegabytes } from "./processes.ts";
import { printTable } from "./report.ts";
import { emailOf, type Seed, seedOf, usernameOf } from "./seed.ts";
import { type RunningServer, startServer } from "./server.ts";
import type { Jwks, WorkloadName } from "./workloads.ts";

/** What the server is judged by: the share of its CPU time that can't be saved. */
export const aims: Partial<Record<WorkloadName, number>> = { "sign-in": 0.6, "srp-sign-in": 0.5, refresh: 0.6 };
export const mainThreadAim = 0.4;

/** Threads for exponentiation start behind; memory is looked at when they have. */
const restMilliseconds = 3_000;
const needTokens: readonly WorkloadName[] = ["refresh", "get-user"];

/** What a server has used up so far, and its database. */
export interface Observation {
	readonly cpu: number;
	readonly main: number;
	readonly database: number;
	readonly databaseSyncs: number | undefined;
	readonly counts: ReadonlyMap<string, number>;
}

interface Measured {
	readonly name: WorkloadName;
	readonly run: Run<Observation>;
	/** CPU milliseconds of an echo of the same size, for what only reads. */
	readonly echo: number | undefined;
}

export async function runOperations(options: Options): Promise<void> {
	checkDisk(options.folder);
	console.log(`disk: ${syncMilliseconds(options.folder).toFixed(2)} ms for an fsync of 4 KiB appended (median)`);
	const databases = createDatabases(options.folder);
	const generator = startGenerator();
	const echoes = new Map<number, number>();
	try {
		for (const engine of options.engines) {
			for (const users of options.users) await runOn(options, databases, generator, echoes, engine, users);
		}
	} finally {
		generator.close();
		await databases.close();
	}
}

async function runOn(
	options: Options,
	databases: Databases,
	generator: Generator,
	echoes: Map<number, number>,
	engine: Engine,
	users: number,
): Promise<void> {
	const { concurrency } = options;
	const { seed, path } = await seedOf(join(options.folder, "seeds"), users, console.log);
	const folder = mkdtempSync(join(options.folder, "run-"));
	let server: RunningServer | undefined;
	try {
		const databaseUrl = await databases.open(engine, folder, path);
		server = await startServer({ folder, databaseUrl });
		await setTimeout(restMilliseconds);
		console.log(`\n${engine}, ${users} users, ${concurrency} requests at once`);
		console.log(`ready after ${server.readyMilliseconds.toFixed(0)} ms; memory at rest ${memoryMegabytes(server.pid).toFixed(0)} MB`);
		const jwks = (await server.get(`/${seed.userPoolId}/.well-known/jwks.json`)) as Jwks;
		const needsTokens = options.only.some((name) => needTokens.includes(name));
		const bounds: Bounds[] = [];
		const measured: Measured[] = [];
		const measureBound = async () => bounds.push(await measureBounds({ concurrency, keyPairs: options.only.includes("create-user-pool") }));
		await measureBound();
		for (const [i, name] of options.only.entries()) {
			const bytes = await answerBytes(server, seed, name);
			if (bytes !== undefined && !echoes.has(bytes)) echoes.set(bytes, await measureEcho(generator, bytes, concurrency));
			await generator.connect({ kind: "gatehouse", port: server.port, seed, jwks, needsTokens }, concurrency);
			const observed = server;
			const run = await generator.run(name, options, () => observe(databases, engine, observed));
			measured.push({ name, run, echo: bytes === undefined ? undefined : echoes.get(bytes) });
			if (i === Math.floor(options.only.length / 2)) await measureBound();
		}
		await measureBound();
		report(engine, measured, best(bounds));
	} finally {
		await server?.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** How long the answer of an operation is, where the bound is a bare answer. */
async function answerBytes(server: RunningServer, seed: Seed, name: WorkloadName): Promise<number | undefined> {
	const user = { UserPoolId: seed.userPoolId, Username: usernameOf(0) };
	const size = async (operation: string, input: object) => JSON.stringify(await server.call(operation, input)).length;
	switch (name) {
		// GetUser answers what AdminGetUser does less dates and states.
		case "get-user":
		case "admin-get-user":
			return size("AdminGetUser", user);
		case "list-users":
			return size("ListUsers", { UserPoolId: seed.userPoolId, Filter: `email = "${emailOf(0)}"` });
		default:
			return undefined;
	}
}

export async function observe(
	databases: Databases,
	engine: Engine,
	{ pid, metrics }: Pick<RunningServer, "pid" | "metrics">,
): Promise<Observation> {
	return {
		counts: await metrics(),
		databaseSyncs: engine === "postgres" ? await databases.postgresSyncs() : undefined,
		database: engine === "postgres" ? cpuSeconds(await databases.postmaster()) : 0,
		cpu: cpuSeconds(pid),
		main: cpuSecondsByThread(pid).get(mainThread) ?? 0,
	};
}

/** What an operation costs at least, in CPU milliseconds. */
function boundOf({ name, echo }: Measured, bounds: Bounds): number {
	switch (name) {
		case "sign-in":
			return 2 * bounds.signature + bounds.exponentiation;
		case "srp-sign-in":
			return 2 * bounds.signature + 3 * bounds.exponentiation;
		case "refresh":
			return 2 * bounds.signature;
		case "sign-up":
			return bounds.exponentiation;
		case "create-user-pool":
			return 2 * bounds.keyPair;
		default:
			return echo ?? Number.NaN;
	}
}

function report(engine: Engine, measured: readonly Measured[], bounds: Bounds): void {
	printBounds(bounds);
	printTable(
		columns,
		measured.map((each) => rowOf(engine, { ...each, bound: boundOf(each, bounds), aim: aims[each.name] })),
	);
}

const us = (milliseconds: number) => (milliseconds * 1000).toFixed(0);

export function printBounds(bounds: Bounds): void {
	console.log(
		`bound: signature ${us(bounds.signature)} µs, exponentiation ${us(bounds.exponentiation)} µs${Number.isFinite(bounds.keyPair) ? `, key pair ${bounds.keyPair.toFixed(0)} ms` : ""} (CPU; best of three)`,
	);
}

export const columns: readonly string[] = [
	"operation",
	"per s",
	"CPU µs",
	"bound µs",
	"bound ÷ CPU",
	"aim",
	"main",
	"database µs",
	"p50 ms",
	"p99 ms",
	"statements",
	"batches",
	"commits",
	"syncs",
];

export interface Row {
	readonly name: string;
	readonly run: Run<Observation>;
	/** CPU milliseconds that can't be saved. */
	readonly bound: number;
	readonly aim: number | undefined;
}

/** The cells of `columns`. */
export function rowOf(engine: Engine, { name, run, bound, aim }: Row): string[] {
	const { before, after, operations } = run;
	const cpu = ((after.cpu - before.cpu) * 1000) / operations;
	const counted = (count: string) => ((after.counts.get(count) ?? 0) - (before.counts.get(count) ?? 0)) / operations;
	const commits = counted("gatehouse_store_commits");
	// The embedded engine syncs once a commit; `npm run bench -- strace` shows it.
	const syncs = engine === "sqlite" ? commits : ((after.databaseSyncs ?? 0) - (before.databaseSyncs ?? 0)) / operations;
	return [
		name,
		(operations / run.seconds).toFixed(0),
		us(cpu),
		us(bound),
		(bound / cpu).toFixed(2),
		aim === undefined ? "" : aim.toFixed(1),
		((after.main - before.main) / (after.cpu - before.cpu)).toFixed(2),
		engine === "sqlite" ? "in CPU" : us(((after.database - before.database) * 1000) / operations),
		run.median.toFixed(1),
		run.percentile99.toFixed(1),
		counted("gatehouse_store_statements").toFixed(2),
		counted("gatehouse_store_batches").toFixed(2),
		commits.toFixed(2),
		syncs.toFixed(2),
	];
}
