/** Installations with keys of their own, and the commands that move pools between them. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import type { Config } from "../../src/config.ts";
import { type Ended, type Running, runGatehouse } from "./command-line.ts";
import { type PostgresServer, startPostgres } from "./postgres.ts";

export const passphrase = "a passphrase for tests";

/** As much of a configuration as tells one installation from another. */
export type Installation = Pick<Config, "database" | "masterKeys">;

export interface Moves {
	/** A database that is not there yet, or empty, and a master key of its own. */
	newInstallation(engine: Config["database"]["engine"]): Promise<Installation>;
	/** A path that nothing has. */
	newFile(): string;
}

/** `postgres` must be one that the commands accept. */
export function createMoves(folder: string, postgres: () => PostgresServer): Moves {
	let made = 0;
	return {
		async newInstallation(engine) {
			const n = ++made;
			const database: Config["database"] =
				engine === "postgres" ? { engine, url: await postgres().createDatabase() } : { engine, path: join(folder, `${n}`, "gatehouse.db") };
			return { database, masterKeys: [new Uint8Array(32).fill(100 + n)] };
		},
		newFile: () => join(folder, `${++made}.export`),
	};
}

/** As `createMoves`, with a folder and a PostgreSQL that are there while the tests of the file run. */
export function setUpMoves(): Moves & { readonly folder: string } {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-moving-"));
	let postgres: PostgresServer;
	before(async () => {
		// The commands refuse a server that would lose commits.
		postgres = await startPostgres({ fsync: true });
	});
	after(async () => {
		await postgres.stop();
		rmSync(folder, { recursive: true, force: true });
	});
	return { folder, ...createMoves(folder, () => postgres) };
}

/** The environment of a command on an installation. */
export function environmentOf({ database, masterKeys }: Installation): Record<string, string> {
	return {
		GATEHOUSE_DATABASE_URL: database.engine === "sqlite" ? `sqlite:${database.path}` : database.url,
		GATEHOUSE_MASTER_KEY: masterKeys.map((key) => Buffer.from(key).toString("base64")).join(),
	};
}

export function startMove(args: readonly string[], installation: Installation, env: Readonly<Record<string, string>> = {}): Running {
	return runGatehouse(args, { ...environmentOf(installation), GATEHOUSE_EXPORT_PASSPHRASE: passphrase, ...env });
}

/** What the command wrote; it must succeed. */
export async function move(args: readonly string[], installation: Installation, env?: Readonly<Record<string, string>>): Promise<string> {
	const { code, stdout, stderr }: Ended = await startMove(args, installation, env).ended;
	assert.equal(code, 0, stderr);
	return stdout;
}

/** The sentence that the command refuses with. */
export async function refusedMove(
	args: readonly string[],
	installation: Installation,
	env?: Readonly<Record<string, string>>,
): Promise<string> {
	const { code, stdout, stderr } = await startMove(args, installation, env).ended;
	assert.deepEqual([code, stdout], [1, ""], stderr);
	const lines = stderr.split("\n").filter((line) => line !== "");
	assert.equal(lines.length, 1, stderr);
	return (lines[0] ?? "").replace(/^gatehouse: /, "");
}
