/** The frame of a benchmark that asks one server: for each engine a server of its own, with a seed, and nothing left behind. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createDatabases, type Databases, type Engine } from "./database.ts";
import { checkDisk } from "./disk.ts";
import { type Generator, startGenerator } from "./load.ts";
import type { Options } from "./options.ts";
import { type Seed, seedOf } from "./seed.ts";
import { type RunningServer, startServer } from "./server.ts";

/** Threads for exponentiation start behind. */
const restMilliseconds = 3_000;

export interface Bench {
	readonly engine: Engine;
	readonly databases: Databases;
	readonly generator: Generator;
	readonly gatehouse: RunningServer;
	readonly seed: Seed;
}

/** Runs `measure` with as many users as `options` first says, a thousand by default. */
export async function onEachEngine(options: Options, measure: (bench: Bench) => Promise<void>): Promise<void> {
	checkDisk(options.folder);
	const databases = createDatabases(options.folder);
	const generator = startGenerator();
	try {
		for (const engine of options.engines) await onEngine(options, databases, generator, engine, measure);
	} finally {
		generator.close();
		await databases.close();
	}
}

async function onEngine(
	options: Options,
	databases: Databases,
	generator: Generator,
	engine: Engine,
	measure: (bench: Bench) => Promise<void>,
): Promise<void> {
	const [users = 1_000] = options.users;
	const { seed, path } = await seedOf(join(options.folder, "seeds"), users, console.log);
	const folder = mkdtempSync(join(options.folder, "run-"));
	let gatehouse: RunningServer | undefined;
	try {
		const databaseUrl = await databases.open(engine, folder, path);
		gatehouse = await startServer({ folder, databaseUrl });
		await setTimeout(restMilliseconds);
		console.log(`\n${engine}, ${users} users, ${options.concurrency} requests at once`);
		await measure({ engine, databases, generator, gatehouse, seed });
	} finally {
		await gatehouse?.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
