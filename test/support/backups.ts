/** Backup files for tests: a small one, and others made of its lines. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { createBackup } from "../../src/storage/backup.ts";
import { insert } from "../../src/storage/store.ts";
import { createDatabase, openTestStore, systemClock, systemRandom } from "./stores.ts";

/** The rows of a small backup. */
export const smallBackupRows = 61;

/** Writes a backup of a few rows. */
export async function writeSmallBackup(t: TestContext, file: string): Promise<void> {
	const database = await createDatabase(t, "sqlite");
	const store = await openTestStore(t, database);
	await store.write([
		insert("server_facts", { name: "fact", value: Buffer.from("sealed-looking") }),
		...Array.from({ length: smallBackupRows - 1 }, (_, i) => insert("spent", { pool_id: "pool", id: `${i}`, expires_at: i })),
	]);
	await createBackup(database, file, { clock: systemClock, random: systemRandom });
}

/** The lines of a backup without its end. */
export function linesOf(file: string): string[] {
	return gunzipSync(readFileSync(file)).toString().trimEnd().split("\n").slice(0, -1);
}

/** Writes a backup of other lines whose end is right. */
export function writeLines(file: string, lines: readonly string[]): void {
	const text = lines.map((line) => `${line}\n`).join("");
	const rows = lines.filter((line) => line.startsWith("[")).length;
	const end = JSON.stringify({ rows, sha256: createHash("sha256").update(text).digest("hex") });
	writeFileSync(file, gzipSync(`${text}${end}\n`));
}
