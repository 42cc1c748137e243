/**
 * What takes long to make and is the same for every test file: RSA key pairs, and databases with all tables. The runner (`test/run.ts`)
 * makes them once, into a folder; files that run without it make their own.
 */
import { createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { createClock } from "../../src/adapters/clock.ts";
import { createRandom } from "../../src/adapters/random.ts";
import type { RsaKeyPair } from "../../src/kernel/ports.ts";
import { type Database, openStore } from "../../src/storage/open.ts";
import { type PostgresServer, sharedPostgres } from "./postgres.ts";

/** Set by the runner: the folder. */
const folderVariable = "GATEHOUSE_TEST_MADE_ONCE";
const folder = process.env[folderVariable];
const names = { keyPairs: "key-pairs.json", sqlite: "tables.db", postgres: "postgres-template" } as const;
/** Pools of a test process take turns with them. */
const keyPairsMade = 4;
const rsa = { modulusLength: 2048 } as const;

/** Makes all of it in a folder; what it returns belongs into the environment of the test files. */
export async function makeOnce(into: string, postgres: PostgresServer): Promise<Record<string, string>> {
	const pairs = Promise.all(Array.from({ length: keyPairsMade }, () => promisify(generateKeyPair)("rsa", rsa)));
	const path = join(into, names.sqlite);
	const url = await postgres.createDatabase();
	await Promise.all([makeTables({ engine: "sqlite", path }), makeTables({ engine: "postgres", url })]);
	// All of it in the one file that is copied: what is in the write-ahead log goes over.
	const sqlite = new DatabaseSync(path);
	sqlite.exec("pragma wal_checkpoint(truncate)");
	sqlite.close();
	writeFileSync(join(into, names.postgres), new URL(url).pathname.slice(1));
	const texts = (await pairs).map(({ privateKey }) => privateKey.export({ type: "pkcs8", format: "pem" }));
	writeFileSync(join(into, names.keyPairs), JSON.stringify(texts));
	return { [folderVariable]: into };
}

async function makeTables(database: Database): Promise<void> {
	const store = await openStore(database, { clock: createClock(), random: createRandom(), postgres: { acceptUnsafeCommits: true } });
	await store.close();
}

/** A new database without rows, whose tables are there already where the runner made them. SQLite's file is in `dataDir`. */
export async function newDatabase(engine: Database["engine"], dataDir: string): Promise<Database> {
	if (engine === "postgres") {
		const template = folder === undefined ? undefined : readFileSync(join(folder, names.postgres), "utf8");
		return { engine, url: await (await sharedPostgres()).createDatabase(template) };
	}
	const path = join(dataDir, "gatehouse.db");
	if (folder !== undefined) copyFileSync(join(folder, names.sqlite), path);
	return { engine, path };
}

let made: RsaKeyPair[] | undefined;
let taken = 0;

/** One of a few real key pairs, in turns: making one takes longer than most tests. */
export function nextKeyPair(): RsaKeyPair {
	made ??= folder === undefined ? [] : readKeyPairs(join(folder, names.keyPairs));
	if (made.length < keyPairsMade) made.push(generateKeyPairSync("rsa", rsa));
	return made[taken++ % made.length] as RsaKeyPair;
}

function readKeyPairs(file: string): RsaKeyPair[] {
	return (JSON.parse(readFileSync(file, "utf8")) as string[]).map((text) => {
		const privateKey = createPrivateKey(text);
		return { privateKey, publicKey: createPublicKey(privateKey) };
	});
}
