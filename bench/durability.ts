/** What was acknowledged survives kill -9 of the server and, with PostgreSQL, of the database. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CrashOutcome, crashAndLook } from "./crashes.ts";
import { createDatabases } from "./database.ts";
import { checkDisk } from "./disk.ts";
import type { Options } from "./options.ts";

/** With PostgreSQL the database is ended too. */
const killsPerDatabaseKill = 10;

export async function runDurability(options: Options): Promise<void> {
	checkDisk(options.folder);
	const databases = createDatabases(options.folder);
	try {
		for (const engine of options.engines) {
			const folder = mkdtempSync(join(options.folder, "run-"));
			try {
				const outcome = await crashAndLook({
					server: { folder, databaseUrl: await databases.open(engine, folder) },
					kills: options.kills,
					acknowledged: options.acknowledged,
					...(engine === "postgres" && { crashDatabase: { every: killsPerDatabaseKill, crash: databases.crashPostgres } }),
					log: (line) => console.log(`  ${line}`),
				});
				console.log(`${engine}: ${describe(outcome)}`);
				if (outcome.lost.length > 0) process.exitCode = 1;
			} finally {
				rmSync(folder, { recursive: true, force: true });
			}
		}
	} finally {
		await databases.close();
	}
}

function describe({ kills, databaseKills, signUps, passwordChanges, unanswered, lost }: CrashOutcome): string {
	const ends = `${kills} kill -9 of the server${databaseKills > 0 ? ` and ${databaseKills} of the database` : ""}`;
	const writes = `${signUps} sign-ups and ${passwordChanges} password changes acknowledged, ${unanswered} under way at a kill`;
	return `${ends}; ${writes}; ${lost.length === 0 ? "none lost" : `LOST ${lost.length}: ${lost.slice(0, 10).join(", ")}`}`;
}
