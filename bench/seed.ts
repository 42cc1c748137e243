/**
 * Databases full of users: made once through Gatehouse's own functions, kept in `bench/data`, and copied for each run.
 * PostgreSQL gets the same rows, read from the kept SQLite file.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import pg from "pg";
import { createClock } from "../src/adapters/clock.ts";
import { createExponentiation } from "../src/adapters/exponentiation.ts";
import { createMeters } from "../src/adapters/meters.ts";
import { createPatience } from "../src/adapters/patience.ts";
import { createRandom } from "../src/adapters/random.ts";
import { createUnavailable, noFunctions, noUpstream } from "../src/adapters/unavailable.ts";
import { settingsOf } from "../src/app.ts";
import { randomUuid } from "../src/crypto/random-text.ts";
import type { Call } from "../src/domain/call.ts";
import { newPassword } from "../src/domain/user-pools/passwords.ts";
import { countUser, loadUserPool, type UserPool } from "../src/domain/user-pools/pools.ts";
import { insertUser, newUser } from "../src/domain/user-pools/users.ts";
import { present } from "../src/kernel/assert.ts";
import { openStore } from "../src/storage/open.ts";
import { createVault } from "../src/storage/vault.ts";
import { region } from "./requests.ts";
import { masterKey, publicUrl, startServer } from "./server.ts";

/** What a seeded database holds. */
export interface Seed {
	readonly users: number;
	readonly userPoolId: string;
	readonly clientId: string;
	/** A pool without users whose SignUp sends no message, and its client. */
	readonly signUpClientId: string;
}

/** Kept databases with another version are made anew. */
const version = 1;
/** Users that are on their way at once: enough that many share a commit. */
const usersAtOnce = 400;
/** Access tokens that phases use are still valid when they do. */
const tokenHours = 24;
const rowsPerInsert = 2_000;

export const usernameOf = (user: number) => `user-${String(user).padStart(7, "0")}`;
export const emailOf = (user: number) => `${usernameOf(user)}@people.example`;
export const passwordOf = (user: number) => `Correct-horse-${user}`;

/** The seed with this many users, made if it is not kept yet. `log` says what takes its time. */
export async function seedOf(folder: string, users: number, log: (line: string) => void): Promise<{ seed: Seed; path: string }> {
	mkdirSync(folder, { recursive: true });
	const name = join(folder, `users-${users}-v${version}`);
	const path = `${name}.db`;
	if (existsSync(`${name}.json`)) return { seed: JSON.parse(readFileSync(`${name}.json`, "utf8")) as Seed, path };
	log(`making a database of ${users} users; it is kept in ${folder}`);
	const making = mkdtempSync(join(folder, "making-"));
	try {
		const file = join(making, "gatehouse.db");
		const seed = { users, ...(await createPools(making, file)) };
		await createUsers(file, seed);
		renameSync(file, path);
		writeFileSync(`${name}.json`, JSON.stringify(seed));
		return { seed, path };
	} finally {
		rmSync(making, { recursive: true, force: true });
	}
}

/** Pools and clients, through the API. */
async function createPools(folder: string, file: string): Promise<Omit<Seed, "users">> {
	const server = await startServer({ folder, databaseUrl: `sqlite:${file}` });
	try {
		const create = async (PoolName: string) => {
			const { UserPool } = (await server.call("CreateUserPool", { PoolName })) as { UserPool: { Id: string } };
			const { UserPoolClient } = (await server.call("CreateUserPoolClient", {
				UserPoolId: UserPool.Id,
				ClientName: "bench",
				ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
				PreventUserExistenceErrors: "ENABLED",
				AccessTokenValidity: tokenHours,
				IdTokenValidity: tokenHours,
				TokenValidityUnits: { AccessToken: "hours", IdToken: "hours" },
			})) as { UserPoolClient: { ClientId: string } };
			return { userPoolId: UserPool.Id, clientId: UserPoolClient.ClientId };
		};
		const people = await create("people");
		return { ...people, signUpClientId: (await create("sign-ups")).clientId };
	} finally {
		await server.stop();
	}
}

/** Confirmed users with an e-mail address and a password, as sign-ups leave them. */
async function createUsers(path: string, seed: Seed): Promise<void> {
	const clock = createClock();
	const random = createRandom();
	const exponentiation = createExponentiation();
	const store = await openStore({ engine: "sqlite", path }, { clock, random });
	try {
		const vault = await createVault(store, [masterKey], random, clock);
		const settings = settingsOf({
			mode: "production",
			publicUrl,
			accountId: "000000000000",
			region,
			issuer: "{publicUrl}/{userPoolId}",
			limits: false,
			requestQuotas: {},
			developmentForced: false,
			domainSuffix: "auth.localhost",
			domainsByPath: false,
			publicProviderUrls: { facebook: "", google: "", amazon: "", apple: "" },
			trustedProxies: [],
			corsOrigins: [],
			rootKey: undefined,
		});
		const pool = present(await loadUserPool(store, vault, settings, seed.userPoolId, Date.now()), "the pool is there").value;
		const nothing = { debug() {}, info() {}, warn() {}, error() {} };
		const unavailable = createUnavailable("nothing");
		const call: Omit<Call, "caches"> = {
			store,
			vault,
			settings,
			now: clock.now(),
			requestId: "",
			region,
			sourceIp: undefined,
			userAgent: undefined,
			ports: {
				clock,
				patience: createPatience(),
				random,
				exponentiation,
				bcrypt: { verify: () => Promise.reject(new Error("nobody is imported here")) },
				keyPairs: { take: () => Promise.reject(new Error("no keys are made here")) },
				mail: unavailable,
				sms: unavailable,
				functions: noFunctions,
				upstream: noUpstream,
				outbound: { request: () => Promise.reject(new Error("nothing is sent from here")) },
				log: nothing,
				meters: createMeters(),
			},
		};
		for (let from = 0; from < seed.users; from += usersAtOnce) {
			const count = Math.min(usersAtOnce, seed.users - from);
			await Promise.all(Array.from({ length: count }, (_, i) => createUser(call as Call, pool, from + i)));
		}
	} finally {
		await store.close();
		await exponentiation.close();
	}
	// One file: what is in the write-ahead log goes into it.
	const db = new DatabaseSync(path);
	db.exec("pragma wal_checkpoint(truncate)");
	db.close();
}

async function createUser(call: Call, pool: UserPool, number: number): Promise<void> {
	const username = usernameOf(number);
	const attributes = { email: emailOf(number), email_verified: "true" };
	const user = newUser(call, pool, { id: randomUuid(call.ports.random), username, status: "CONFIRMED", attributes });
	const password = await newPassword(call, pool, { userId: user.id, username, password: passwordOf(number), expiresAt: undefined });
	const outcome = await call.store.write([...insertUser(pool, user), password, countUser(pool, call.ports.random, 1)]);
	if (outcome !== "done") throw new Error(`${username}: ${outcome}`);
}

/** A fresh copy for one run of the embedded engine. */
export function copyForSqlite(seedPath: string, folder: string): string {
	const path = join(folder, "gatehouse.db");
	copyFileSync(seedPath, path);
	return `sqlite:${path}`;
}

/** Copies every row of a seeded file into an empty database of PostgreSQL. */
export async function copyIntoPostgres(seedPath: string, url: string): Promise<void> {
	// Both with the newest tables: the seed may be older than they are.
	for (const database of [
		{ engine: "postgres", url },
		{ engine: "sqlite", path: seedPath },
	] as const) {
		const store = await openStore(database, { clock: createClock(), random: createRandom() });
		await store.close();
	}
	const source = new DatabaseSync(seedPath, { readOnly: true });
	const target = new pg.Client({ connectionString: url });
	await target.connect();
	try {
		const tables = source.prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'").all() as {
			name: string;
		}[];
		for (const { name } of tables) {
			if (name !== "migrations" && name !== "leases") await copyTable(source, target, name);
		}
		await target.query("vacuum analyze");
		await target.query("checkpoint");
	} finally {
		await target.end();
		source.close();
	}
}

async function copyTable(source: DatabaseSync, target: pg.Client, table: string): Promise<void> {
	const { rows: columns } = await target.query<{ column_name: string; data_type: string }>(
		"select column_name, data_type from information_schema.columns where table_schema = 'public' and table_name = $1 order by ordinal_position",
		[table],
	);
	const names = columns.map(({ column_name }) => `"${column_name}"`).join(", ");
	const arrays = columns.map(({ data_type }, i) => `$${i + 1}::${data_type}[]`).join(", ");
	const insert = `insert into "${table}" (${names}) select * from unnest(${arrays})`;
	let batch: unknown[][] = columns.map(() => []);
	const flush = async () => {
		if (batch[0]?.length) await target.query(insert, batch);
		batch = columns.map(() => []);
	};
	for (const row of source.prepare(`select ${names} from "${table}"`).iterate() as Iterable<Record<string, unknown>>) {
		for (const [i, { column_name }] of columns.entries()) {
			const value = row[column_name];
			(batch[i] as unknown[]).push(value instanceof Uint8Array ? Buffer.from(value) : value);
		}
		if ((batch[0] as unknown[]).length >= rowsPerInsert) await flush();
	}
	await flush();
}
