import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import {
	AdminConfirmSignUpCommand,
	AdminSetUserPasswordCommand,
	GetUserCommand,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	RevokeTokenCommand,
	SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { readDatabaseConfig } from "../../src/config.ts";
import { createBackup } from "../../src/storage/backup.ts";
import { definedTables } from "../../src/storage/migrations/index.ts";
import type { Database } from "../../src/storage/open.ts";
import { restoreBackup } from "../../src/storage/restore.ts";
import { insert, type Store } from "../../src/storage/store.ts";
import { linesOf, writeLines, writeSmallBackup } from "../support/backups.ts";
import { runGatehouse } from "../support/command-line.ts";
import { engines, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";
import { createDatabase, openTestStore, systemClock, systemRandom } from "../support/stores.ts";

const ports = { clock: systemClock, random: systemRandom };
const options = { ...ports, postgres: { acceptUnsafeCommits: true } };
const folder = mkdtempSync(join(tmpdir(), "gatehouse-backup-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `${++files}.backup`);
const urlOf = (database: Database) => (database.engine === "sqlite" ? `sqlite:${database.path}` : database.url);

/** Every row of every table that a backup holds, in the order of the primary keys. */
async function allRows(store: Store): Promise<Record<string, unknown[]>> {
	const rows: Record<string, unknown[]> = {};
	for (const [name, { key }] of definedTables()) {
		if (name === "batches" || name === "leases") continue;
		let query = store.db.selectFrom(name).selectAll();
		for (const column of key) query = query.orderBy(column as never);
		rows[name] = await query.execute();
	}
	return rows;
}

function newFileOf(lines: readonly string[]): string {
	const file = newFile();
	writeLines(file, lines);
	return file;
}

async function signInBySrp(place: Place, USERNAME: string): Promise<string | undefined> {
	const { client } = place.gatehouse;
	const srp = startSrp();
	const { ChallengeParameters = {} } = await client.send(
		new InitiateAuthCommand({ AuthFlow: "USER_SRP_AUTH", ClientId: place.ClientId, AuthParameters: { USERNAME, SRP_A: srp.SRP_A } }),
	);
	const { AuthenticationResult } = await client.send(
		new RespondToAuthChallengeCommand({
			ClientId: place.ClientId,
			ChallengeName: "PASSWORD_VERIFIER",
			ChallengeResponses: answerSrp(srp, ChallengeParameters, place.UserPoolId, password),
		}),
	);
	return AuthenticationResult?.AccessToken;
}

/** People who sign up and are confirmed, one after the other, and somebody whose password changes all the time. */
function keepBusy(place: Place) {
	const { gatehouse, UserPoolId, ClientId } = place;
	const signedUp: string[] = [];
	/** Passwords of `restless` that were acknowledged, and the one on its way. */
	const passwords = [password];
	let going = true;
	let reached = { count: Number.POSITIVE_INFINITY, resolve: () => {} };
	async function signUpOn(line: number): Promise<void> {
		for (let n = 0; going; n++) {
			const Username = `${line}-${n}`;
			const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
			await gatehouse.client.send(new SignUpCommand({ ClientId, Username, Password: password, UserAttributes }));
			await gatehouse.client.send(new AdminConfirmSignUpCommand({ UserPoolId, Username }));
			signedUp.push(Username);
			if (signedUp.length >= reached.count) reached.resolve();
		}
	}
	async function changeOn(): Promise<void> {
		while (going) {
			const Password = `${password}-${passwords.length}`;
			passwords.push(Password);
			await gatehouse.client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "restless", Password, Permanent: true }));
		}
	}
	const all = Promise.all([signUpOn(1), signUpOn(2), signUpOn(3), changeOn()]);
	return {
		signedUp,
		passwords,
		/** Waits until so many have signed up. */
		until: (count: number) => Promise.race([new Promise<void>((resolve) => (reached = { count, resolve })), all]),
		async stop() {
			going = false;
			await all;
		},
	};
}

/** Nobody's rows are missing, and none belongs to nobody. */
async function checkConsistency(store: Store): Promise<void> {
	const rows = (await allRows(store)) as Record<string, Record<string, unknown>[]>;
	const users = rows["users"] ?? [];
	const ids = new Set(users.map((user) => user["id"]));
	for (const table of ["user_names", "user_search", "passwords", "codes", "sessions"]) {
		const strangers = rows[table]?.filter((row) => !ids.has(row["user_id"]));
		assert.deepEqual(strangers, [], `${table} without a user`);
	}
	for (const table of ["user_names", "passwords"]) {
		const owners = new Set(rows[table]?.map((row) => row["user_id"]));
		assert.equal(owners.size, ids.size, `every user has ${table}`);
	}
	const searched = new Set(rows["user_search"]?.map((row) => `${row["attribute"]} ${row["folded"]} ${row["user_id"]}`));
	for (const user of users) {
		const { email } = JSON.parse(user["attributes"] as string) as { email: string };
		assert.ok(
			searched.has(`email ${email} ${user["id"]}`) &&
				searched.has(`cognito:user_status ${String(user["status"]).toLowerCase()} ${user["id"]}`),
		);
	}
	const counted = rows["user_counts"]?.reduce((sum, row) => sum + Number(row["users"]), 0);
	assert.equal(counted, users.length);
}

for (const engine of engines) {
	test(`A backup made while people sign up restores to one state of either engine, where all who had signed up sign in (from ${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const place = await createPlace(gatehouse, { AutoVerifiedAttributes: [] });
		await createUser(place, "restless", { email: "restless@example.com" });
		await createUser(place, "old", { email: "old@example.com" });
		const [kept, revoked] = [await signIn(place, "old"), await signIn(place, "old")];
		await gatehouse.client.send(new RevokeTokenCommand({ Token: revoked.RefreshToken, ClientId: place.ClientId }));
		const keys = await (await fetch(`${gatehouse.url}/${place.UserPoolId}/.well-known/jwks.json`)).json();

		const busy = keepBusy(place);
		await busy.until(60);
		const before = [...busy.signedUp];
		// The last of them may not be acknowledged yet.
		const passwordsBefore = busy.passwords.length - 2;
		const file = newFile();
		const { code, stdout, stderr } = await runGatehouse(["backup", file], { GATEHOUSE_DATABASE_URL: urlOf(gatehouse.config.database) })
			.ended;
		assert.equal(code, 0, stderr);
		await busy.until(busy.signedUp.length + 5);
		await busy.stop();
		assert.match(stdout, /^\d+ rows as of \d{4}-.* are in /);
		assert.equal(statSync(file).mode & 0o777, 0o600);
		assert.ok(busy.signedUp.length > before.length);

		for (const into of engines) {
			const database = await createDatabase(t, into);
			await restoreBackup(database, file, options);
			const restored = await startGatehouse({ config: { database } });
			try {
				await checkConsistency(restored.store);
				const there = { ...place, gatehouse: restored };
				await restored.client.send(new GetUserCommand({ AccessToken: kept.AccessToken }));
				assert.match(await refusal(restored.client.send(new GetUserCommand({ AccessToken: revoked.AccessToken }))), /revoked/);
				assert.deepEqual(await (await fetch(`${restored.url}/${place.UserPoolId}/.well-known/jwks.json`)).json(), keys);
				const missing: string[] = [];
				await Promise.all(before.map(async (name) => (await signIn(there, name).catch(() => undefined)) ?? missing.push(name)));
				assert.deepEqual(missing, [], `${into}: signed up before the backup began`);
				assert.ok(await signInBySrp(there, before.at(-1) ?? ""));
				// A password that was current when the backup began, or became so later: never an older one.
				const index = await passwordIndex(there, busy.passwords.slice(passwordsBefore));
				assert.ok(index >= 0, `${into}: none of the passwords since the backup began is right`);
				assert.match(await refusal(signIn(there, "restless", busy.passwords[0])), /^NotAuthorizedException/);
			} finally {
				await restored.stop();
			}
		}
	});
}

async function passwordIndex(place: Place, passwords: readonly string[]): Promise<number> {
	for (const [index, each] of passwords.entries()) {
		if ((await refusal(signIn(place, "restless", each))) === "not refused") return index;
		// Wrong ones in a row would lock the user.
		place.gatehouse.clock.advance(3600_000);
	}
	return -1;
}

for (const engine of engines) {
	test(`Either engine restores a backup to the very same rows, whatever they hold (from ${engine})`, async (t) => {
		const database = await createDatabase(t, engine);
		const store = await openTestStore(t, database);
		const texts = ["", "a", "Ä", "名😀", 'quote " and \\ and \n and \u2028', "NULL", "{}", "'", "\\x00"];
		const bytes = [new Uint8Array(), new Uint8Array([0]), new Uint8Array([0, 255, 92]), new TextEncoder().encode("text")];
		await store.write(texts.map((text, i) => insert("spent", { pool_id: "texts", id: text, expires_at: -i })));
		// More than a page, and a whole number of pages.
		for (let from = 0; from < 1024; from += 64)
			await store.write(
				Array.from({ length: 64 }, (_, i) =>
					insert("call_counts", { pool_id: "pages", key: Buffer.from(`${from + i}`), window_starts_at: 2 ** 53 - 1, calls: i }),
				),
			);
		await store.write(
			bytes.map((salt, i) =>
				insert("passwords", {
					pool_id: "p",
					user_id: `${i}`,
					scheme: "s",
					salt,
					verifier: salt,
					created_at: 0,
					expires_at: i === 0 ? null : i,
				}),
			),
		);
		const file = newFile();
		const { rows } = await createBackup(database, file, ports);
		assert.equal(rows, texts.length + 1024 + bytes.length);
		for (const into of engines) {
			const target = await createDatabase(t, into);
			assert.equal((await restoreBackup(target, file, options)).rows, rows);
			assert.deepEqual(await allRows(await openTestStore(t, target)), await allRows(store));
		}
	});

	test(`A backup is one state, though every table changes while it is read (from ${engine})`, async (t) => {
		const database = await createDatabase(t, engine);
		const store = await openTestStore(t, database);
		// Pages between the first table and the last, so that reading takes a while.
		const filler = (i: number) => insert("call_counts", { pool_id: "pages", key: Buffer.from(`${i}`), window_starts_at: i, calls: i });
		for (let from = 0; from < 6400; from += 64) await store.write(Array.from({ length: 64 }, (_, i) => filler(from + i)));
		let going = true;
		let pairs = 0;
		async function writePairs(): Promise<void> {
			for (; going; pairs++) {
				await store.write([
					insert("server_facts", { name: `pair ${pairs}`, value: Buffer.from("") }),
					insert("spent", { pool_id: "pairs", id: `pair ${pairs}`, expires_at: 0 }),
				]);
			}
		}
		const writing = writePairs();
		const file = newFile();
		await createBackup(database, file, ports);
		const pairsAtEnd = pairs;
		going = false;
		await writing;
		const target = await createDatabase(t, engine);
		await restoreBackup(target, file, options);
		const rows = await allRows(await openTestStore(t, target));
		const names = (rows["server_facts"] as { name: string }[]).map(({ name }) => name);
		const ids = (rows["spent"] as { id: string }[]).map(({ id }) => id);
		assert.deepEqual(ids, names);
		assert.ok(pairsAtEnd > ids.length, "writes went on while it was read");
	});

	test(`A restore that fails half-way leaves no row, and may be tried again; a database in use or with rows is refused (${engine})`, async (t) => {
		const file = await smallBackup(t);
		const lines = linesOf(file);
		const row = lines.findLastIndex((line) => line.startsWith("["));
		const twice = newFileOf(lines.toSpliced(row, 0, lines[row] as string));
		const database = await createDatabase(t, engine);
		const error = await restoreBackup(database, twice, options).catch((thrown: Error) => thrown);
		assert.equal((error as Error).message, `${twice} can't be restored: it has two rows of one key in spent.`);
		const store = await openTestStore(t, database);
		assert.ok(Object.values(await allRows(store)).every((rows) => rows.length === 0));
		if (engine === "sqlite") await assert.rejects(restoreBackup(database, file, options), /is in use by another server/);
		await store.close();
		await restoreBackup(database, file, options);
		await assert.rejects(restoreBackup(database, file, options), /the database is not empty: it has rows in server_facts/);
	});
}

async function smallBackup(t: TestContext): Promise<string> {
	const file = newFile();
	await writeSmallBackup(t, file);
	return file;
}

test("What is not a whole backup of this version is refused, and the database is not touched", async (t) => {
	const file = await smallBackup(t);
	const whole = readFileSync(file);
	const lines = linesOf(file);
	const database = await createDatabase(t, "sqlite");
	const refuse = async (bytes: Uint8Array | string, why: RegExp, what: string) => {
		const damaged = typeof bytes === "string" ? bytes : newFile();
		if (typeof bytes !== "string") writeFileSync(damaged, bytes);
		await assert.rejects(restoreBackup(database, damaged, options), why, what);
		if (database.engine === "sqlite") assert.ok(!existsSync(database.path), what);
	};
	const broken = /is not a whole backup|is not a backup of Gatehouse/;
	for (let length = 0; length < whole.length; length += 97) await refuse(whole.subarray(0, length), broken, `${length} bytes`);
	await refuse(whole.subarray(0, whole.length - 1), broken, "all but one byte");
	// The first ten bytes say when and on what system gzip ran.
	for (let at = 10; at < whole.length; at += 89) {
		const flipped = Uint8Array.from(whole);
		flipped[at] = (whole[at] as number) ^ 1;
		await refuse(flipped, broken, `byte ${at}`);
	}
	await refuse(gzipSync(lines.map((line) => `${line}\n`).join("")), /it is cut off/, "without its end");
	const changed = gunzipSync(whole).toString().replace('["pool","7",7]', '["pool","7",8]');
	await refuse(gzipSync(changed), /its checksum is another/, "a number changed before gzip");
	await refuse(gzipSync(`${gunzipSync(whole)}["x"]\n`), /something follows its end/, "with more");
	await refuse(Buffer.from("plain text"), broken, "no gzip");
	await refuse(gzipSync("{}\n"), /is not a backup of Gatehouse/, "another's");
	await refuse(gzipSync("x".repeat(20_000_000)), /a line is too long/, "one endless line");
	const [head = "", ...rest] = lines;
	await refuse(newFileOf([head.replace('"format":1', '"format":2'), ...rest]), /made by a newer version \(format 2\)/, "a newer format");
	await refuse(
		newFileOf([head.replace("0001-first", "9999-later"), ...rest]),
		/made by a newer version \(9999-later\)/,
		"a newer migration",
	);
	await refuse(newFileOf([head, ...rest.filter((line) => !line.startsWith('{"table":"users"'))]), broken, "a table less");
	await refuse(newFileOf(lines.map((line) => line.replace('"expires_at":"integer"', '"expires_at":"text"'))), broken, "another column");
	const row = lines.findIndex((line) => line.startsWith("["));
	for (const wrong of ["[]", '["a","b",null]', '["a","b","1"]', '["a","b",1.5]', '["a",2,3]', '["a","b",3,4]', "17", "[", '"x"'])
		await refuse(newFileOf(lines.with(row, wrong)), broken, wrong);
	await refuse(join(folder, "nothing"), /can't be read \(ENOENT\)/, "no file");
	await refuse(folder, /can't be read \(EISDIR\)/, "a folder");
	await restoreBackup(database, file, options);
});

test("A backup needs a new name in a folder that is there and a database of ours, and leaves nothing where it fails", async (t) => {
	const database = await createDatabase(t, "sqlite");
	const { path } = database as { path: string };
	const file = newFile();
	await assert.rejects(createBackup(database, file, ports), /there is no database/);
	const store = await openTestStore(t, database);
	await createBackup(database, file, ports);
	const made = readFileSync(file);
	await assert.rejects(createBackup(database, file, ports), /is there already/);
	assert.deepEqual(readFileSync(file), made);
	await assert.rejects(createBackup(database, path, ports), /is there already/);
	await assert.rejects(createBackup(database, join(folder, "nowhere", "x"), ports), /there is no folder/);
	await store.write([insert("migrations", { id: "9999-later", at: 1 })]);
	const another = newFile();
	await assert.rejects(createBackup(database, another, ports), /migrated by a newer version \(9999-later\)/);
	const empty = { engine: "sqlite", path: join(folder, "empty.db") } as const;
	writeFileSync(empty.path, "");
	await assert.rejects(createBackup(empty, another, ports), /none of Gatehouse's tables/);
	const foreign: Database = { engine: "postgres", url: ((await createDatabase(t, "postgres")) as { url: string }).url };
	await assert.rejects(createBackup(foreign, another, ports), /none of Gatehouse's tables/);
	assert.ok(!existsSync(another));
	assert.deepEqual(
		readdirSync(folder).filter((name) => name.endsWith(".partial")),
		[],
	);
});

test("The commands take one file, tell why they can't, and need no key of the server's", async (t) => {
	const file = await smallBackup(t);
	const target = join(dirname(file), "restored", "gatehouse.db");
	const env = { GATEHOUSE_DATABASE_URL: `sqlite:${target}` };
	const [restored, missing, none] = await Promise.all([
		runGatehouse(["restore", file], env).ended,
		runGatehouse(["restore"], env).ended,
		runGatehouse(["backup", newFile()], { GATEHOUSE_DATABASE_URL: `sqlite:${join(folder, "none.db")}` }).ended,
	]);
	assert.deepEqual([restored.code, restored.stderr], [0, ""]);
	assert.match(restored.stdout, /^61 rows as of .* are restored: start the server with the master key/);
	assert.equal(statSync(target).mode & 0o777, 0o600);
	assert.deepEqual([missing.code, missing.stderr], [1, "gatehouse: restore needs one FILE: gatehouse restore FILE\n"]);
	assert.deepEqual([none.code, none.stderr], [1, `gatehouse: there is no database ${join(folder, "none.db")}.\n`]);
	const remote = "postgres://gatehouse:secret@db.example.com/gatehouse";
	const sources = { argv: ["backup", "x"], env: { GATEHOUSE_DATABASE_URL: remote }, readFile: () => "" };
	assert.deepEqual(readDatabaseConfig(sources), { database: { engine: "postgres", url: remote } });
});
