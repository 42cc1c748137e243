/**
 * New keys to sign tokens with, made by a tool beside the servers: for user pools, and for the OpenID tokens of identity pools. Rows are
 * all that it writes; what they mean, and when, is `key-succession.ts`.
 */
import { type RawBuilder, sql } from "kysely";
import type { Ports } from "../kernel/ports.ts";
import { openChange } from "../storage/bulk-load.ts";
import { DataRefusal } from "../storage/data-refusal.ts";
import { checkMasterKeyFacts, createMasterKeys } from "../storage/master-keys.ts";
import { definedTables } from "../storage/migrations/index.ts";
import type { Database } from "../storage/open.ts";
import { refuse } from "../storage/rewrap.ts";
import { openCurrentSnapshot, type Snapshot } from "../storage/snapshot.ts";
import type { Succession, Tables } from "../storage/tables.ts";
import { createKeyrings, type Keyring, serverScope } from "../storage/vault.ts";
import { makeOpenIdKeyRow } from "./identity-pools/open-id-keys.ts";
import { firstKey, nextKey, noEnd, waitsUntil } from "./key-succession.ts";
import { makeSigningKeyRows } from "./user-pools/keys.ts";

export interface RotationOptions {
	readonly database: Database;
	readonly masterKeys: readonly Uint8Array[];
	readonly ports: Pick<Ports, "clock" | "random" | "keyPairs">;
	/** The new keys sign at once, and those before are believed no more. */
	readonly atOnce: boolean;
}

/** What became of the keys: instants are milliseconds since the epoch. */
export type Rotation =
	/** New ones are published. */
	| { readonly done: "published"; readonly signsFrom: number; readonly previousUntil: number }
	/** New ones were published before, here or by another run, and do not sign yet. */
	| { readonly done: "waiting"; readonly signsFrom: number }
	/** New ones sign, and no others are there. */
	| { readonly done: "replaced" }
	/** There are no keys: the pool was deleted, or no OpenID token was ever made. */
	| { readonly done: "nothing" };

/** Others may change a pool while it is read here: so often that is begun anew. */
const attemptsMax = 10;

type Db = Snapshot["db"];
type Statement = RawBuilder<unknown>;
type Row = Tables["signing_keys"] | Tables["identity_token_keys"];

/** The ids of all user pools. @throws DataRefusal for a wrong master key, or a database of another version */
export async function listPoolsToRotate({ database, masterKeys, ports }: Omit<RotationOptions, "atOnce">): Promise<string[]> {
	return reading(database, async (db) => {
		await checkMasterKeyFacts(db, createMasterKeys(masterKeys, ports.random)).catch(refuse);
		const rows = await db.selectFrom("user_pools").select("id").orderBy("id").execute();
		return rows.map(({ id }) => id);
	});
}

/** New keys for a user pool. Its version changes with them, so that every node reads them within a second. */
export async function rotatePoolKeys(options: RotationOptions, id: string): Promise<Rotation> {
	return rotate(options, id, {
		table: "signing_keys",
		async read(db) {
			const pool = await db.selectFrom("user_pools").select("version").where("id", "=", id).executeTakeFirst();
			return pool && { version: pool.version, rows: await db.selectFrom("signing_keys").selectAll().where("pool_id", "=", id).execute() };
		},
		make: (keyring, succession) => makeSigningKeyRows(options.ports, id, keyring, succession),
		claim: (version) => sql`update user_pools set version = version + 1 where id = ${id} and version = ${version}`,
		isOwned: sql`pool_id = ${id}`,
	});
}

/** A new key for the OpenID tokens of identity pools. Its number is what nodes know it by, and what decides between two runs. */
export async function rotateOpenIdKey(options: RotationOptions): Promise<Rotation> {
	return rotate(options, serverScope, {
		table: "identity_token_keys",
		async read(db) {
			const rows = await db.selectFrom("identity_token_keys").selectAll().execute();
			return { version: Math.max(...rows.map(({ number }) => number)), rows };
		},
		make: async (keyring, succession, version) => [await makeOpenIdKeyRow(options.ports, version + 1, keyring, succession)],
		isOwned: sql`1 = 1`,
	});
}

/** Whose keys they are. */
interface Owner {
	readonly table: "signing_keys" | "identity_token_keys";
	/** `version` is by what a change of another is told; undefined where the owner is gone. */
	read(db: Db): Promise<{ readonly version: number; readonly rows: readonly Row[] } | undefined>;
	make(keyring: Keyring, succession: Succession, version: number): Promise<Row[]>;
	/** Changes one row where the version is still that one. */
	readonly claim?: (version: number) => Statement;
	/** The condition for all of its rows. */
	readonly isOwned: Statement;
}

async function rotate(options: RotationOptions, scope: string, owner: Owner): Promise<Rotation> {
	let kidsAtFirst: ReadonlySet<string> | undefined;
	for (let attempt = 0; attempt < attemptsMax; attempt++) {
		const outcome = await reading(options.database, async (db) => {
			const { version = 0, rows = [] } = (await owner.read(db)) ?? {};
			const keyring = await signingKeyring(options, db, scope).catch(refuse);
			if (rows.length === 0 || keyring === undefined) return { done: "nothing" } as const;
			kidsAtFirst ??= new Set(rows.map(({ kid }) => kid));
			return rotateOnce(options, db, owner, { version, rows, keyring, kidsAtFirst });
		});
		if (outcome !== "stale") return outcome;
	}
	throw new DataRefusal("the keys are being changed by others all the time; try again.");
}

interface Found {
	readonly version: number;
	readonly rows: readonly Row[];
	readonly keyring: Keyring;
	/** The keys that were there when the run began. */
	readonly kidsAtFirst: ReadonlySet<string>;
}

async function rotateOnce(
	{ database, ports, atOnce }: RotationOptions,
	db: Db,
	owner: Owner,
	{ version, rows, keyring, kidsAtFirst }: Found,
): Promise<Rotation | "stale"> {
	const now = ports.clock.now();
	const waiting = waitsUntil(rows, now);
	if (!atOnce && waiting !== undefined) return { done: "waiting", signsFrom: waiting };
	// Another run has been quicker, and left nothing of what there was.
	if (atOnce && !rows.some(({ kid }) => kidsAtFirst.has(kid))) return { done: "replaced" };
	const { next, previousUntil } = nextKey(now);
	const made = await owner.make(keyring, atOnce ? firstKey(now) : next, version);
	const change = await openChange(database);
	try {
		const run = (statement: Statement) => change.run(statement.compile(db));
		if (owner.claim !== undefined && (await run(owner.claim(version))) !== 1) return "stale";
		const columns = new Map(definedTables()).get(owner.table)?.columns ?? {};
		const values = made.map((row) => Object.keys(columns).map((column) => row[column as keyof Row]));
		if ((await change.insert(owner.table, columns, values)) !== made.length) return "stale";
		const before = sql`${owner.isOwned} and kid not in (${sql.join(made.map(({ kid }) => kid))})`;
		await run(
			atOnce
				? sql`delete from ${sql.table(owner.table)} where ${before}`
				: sql`update ${sql.table(owner.table)} set verifies_until = ${previousUntil} where ${before} and verifies_until = ${noEnd}`,
		);
		await change.commit();
		return atOnce ? { done: "replaced" } : { done: "published", signsFrom: next.signs_from, previousUntil };
	} finally {
		await change.close();
	}
}

/** What seals a scope's signing keys; undefined where the scope is gone. */
async function signingKeyring({ masterKeys, ports }: RotationOptions, db: Db, scope: string): Promise<Keyring | undefined> {
	const masters = createMasterKeys(masterKeys, ports.random);
	const rows = await db.selectFrom("data_keys").selectAll().where("scope", "=", scope).execute();
	if (rows.length === 0) return undefined;
	const keys = rows.map((row) => ({ purpose: row.purpose, id: row.id, key: masters.unwrap(row), createdAt: row.created_at }));
	return createKeyrings(keys, ports.random, ports.clock).signing;
}

/** Reads one state of the database. */
async function reading<T>(database: Database, read: (db: Db) => Promise<T>): Promise<T> {
	const { db, close } = await openCurrentSnapshot(database);
	try {
		return await read(db);
	} finally {
		await close();
	}
}
