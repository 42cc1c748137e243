/** Other data keys: made by a tool, and what the resealer of the serving nodes does then, on stores alone. */
import assert from "node:assert/strict";
import { keyIdOf } from "../../src/storage/master-keys.ts";
import { definedTables } from "../../src/storage/migrations/index.ts";
import type { AnyTable } from "../../src/storage/migrations/migration.ts";
import { keysStatus, makeDataKeys } from "../../src/storage/reseal.ts";
import { createResealer, type Resealer } from "../../src/storage/resealer.ts";
import { scopeColumn, sealedColumns, sealedContext } from "../../src/storage/sealed-columns.ts";
import { insert, type Store, type Table, update, type Value, type Verb } from "../../src/storage/store.ts";
import { createVault, type Keyrings, purposes, type Vault } from "../../src/storage/vault.ts";
import { context, eachPlace, newKey, type Place, secret } from "../support/key-places.ts";
import { systemRandom as random } from "../support/stores.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const pools = ["us-east-1_AAAAAAAAA", "us-east-1_BBBBBBBBB"];

/** A row with a value in each column; sealed ones hold the name of their place. */
function rowOf(table: Table, { columns }: AnyTable, scope: string, n: number, keyrings: Keyrings): Record<string, Value> {
	const row: Record<string, Value> = {};
	for (const [column, type] of Object.entries(columns))
		row[column] = type.startsWith("integer") ? n : type.startsWith("bytes") ? Buffer.from([n]) : `${column}${n}`;
	if ("pool_id" in columns) row["pool_id"] = scope;
	for (const [column, purpose] of Object.entries(sealedColumns[table] ?? {}))
		row[column] = keyrings[purpose].seal(sealedContext(table, column, row), Buffer.from(`${table} ${column} ${n}`));
	return row;
}

interface Boxes {
	readonly byKeyId: Record<number, number>;
	/** Boxes that hold something else than their place's name. */
	readonly wrong: number;
}

async function boxesOf(store: Store, vault: Vault): Promise<Boxes> {
	const byKeyId: Record<number, number> = {};
	let wrong = 0;
	const opened = new Map(await Promise.all(pools.map(async (id) => [id, await vault.keyrings(id)] as const)));
	for (const [table, columns] of Object.entries(sealedColumns) as [Table, Record<string, keyof Keyrings>][]) {
		for (const row of (await store.db.selectFrom(table).selectAll().execute()) as unknown as Record<string, Value>[]) {
			const keyrings = scopeColumn(table) === undefined ? vault.server : opened.get(row["pool_id"] as string);
			for (const [column, purpose] of Object.entries(columns)) {
				const box = row[column] as Uint8Array;
				byKeyId[keyIdOf(box) ?? 0] = (byKeyId[keyIdOf(box) ?? 0] ?? 0) + 1;
				const text = keyrings?.[purpose].open(sealedContext(table, column, row), box)?.toString() ?? "";
				if (!text.startsWith(`${table} ${column} `)) wrong++;
			}
		}
	}
	return { byKeyId, wrong };
}

const logged: string[] = [];
const log = {
	debug() {},
	info() {},
	warn() {},
	error: (facts: object, message: string) => void logged.push(`${JSON.stringify(facts)} ${message}`),
};

/** Steps until there is nothing to do. */
async function resealAll(resealer: Resealer): Promise<void> {
	while ((await resealer.step()).more);
}

/** Two pools, and so many rows in each table of boxes for each of them. */
async function fill({ store, clock }: Place, masterKeys: readonly Uint8Array[], rows: number): Promise<{ vault: Vault; boxes: number }> {
	const vault = await createVault(store, masterKeys, random, clock);
	const definitions = new Map(definedTables());
	for (const id of pools)
		await store.write([
			insert("user_pools", { id, region: "us-east-1", name: "", version: 7, created_at: 1, modified_at: 1, settings: "{}" }),
			...vault.create(id, clock.now()).verbs,
		]);
	let boxes = 0;
	for (const table of Object.keys(sealedColumns) as Table[]) {
		const definition = definitions.get(table) as AnyTable;
		const scopes = scopeColumn(table) === undefined ? ["server"] : pools;
		for (const [at, scope] of scopes.entries()) {
			const keyrings = scope === "server" ? vault.server : ((await vault.keyrings(scope)) as Keyrings);
			const verbs = Array.from({ length: rows }, (_, n): Verb<never> => {
				// Client secrets of two pools have one key.
				const row = rowOf(table, definition, scope, n + at * rows, keyrings);
				return { verb: "insert", table, row, otherwise: undefined };
			});
			await store.write(verbs);
			boxes += rows * Object.keys(sealedColumns[table] ?? {}).length;
		}
	}
	return { vault, boxes };
}

eachPlace("New data keys seal after a minute, and then every box of every table is sealed anew under them", async (place) => {
	const { database, store, clock } = place;
	const master = newKey();
	const { vault, boxes } = await fill(place, [master], 33);
	const resealer = createResealer(store, vault, { clock, random, log });
	await resealAll(resealer);
	assert.deepEqual((await boxesOf(store, vault)).byKeyId, { 1: boxes });
	const ofBefore = await vault.keyrings(pools[0] as string);
	const refreshToken = ofBefore?.session.seal(["refresh-token"], secret) as Buffer;
	const mac = ofBefore?.mac.mac("lockout", "ada");

	await assert.rejects(makeDataKeys(database, [newKey()], { random, clock }), /^DataRefusal: the database holds secrets under master key/);
	const purposesSealing = purposes.length - 1;
	assert.deepEqual(await makeDataKeys(database, [master], { random, clock }), { pools: 2, keys: 3 * purposesSealing });
	await assert.rejects(makeDataKeys(database, [master], { random, clock }), /^DataRefusal: the data keys are being replaced already/);
	const versions = await store.db.selectFrom("user_pools").select("version").execute();
	assert.deepEqual(
		versions.map(({ version }) => version),
		[8, 8],
	);

	// Known, and not used yet.
	clock.at += minute - 1;
	const fresh = await createVault(store, [master], random, clock);
	const keyrings = await fresh.keyrings(pools[0] as string);
	assert.equal(keyIdOf(keyrings?.password.seal(context, secret) as Buffer), 1);
	await resealAll(resealer);
	assert.deepEqual((await boxesOf(store, fresh)).byKeyId, { 1: boxes });
	const { left, replaced, kept } = await keysStatus(database);
	assert.deepEqual({ left, replaced, kept }, { left: boxes, replaced: 3 * purposesSealing, kept: 0 });

	clock.at += 1;
	const first = keyrings?.password.seal(context, secret) as Buffer;
	assert.equal(keyIdOf(first), 2);
	assert.equal(keyIdOf(vault.server.signing.seal(context, secret)), 2, "the resealer has told its vault");
	clock.at += minute;
	await resealAll(resealer);
	assert.deepEqual(await boxesOf(store, fresh), { byKeyId: { 2: boxes }, wrong: 0 });
	assert.deepEqual(logged, []);

	const retired = await keysStatus(database);
	assert.deepEqual(
		{ ...retired, wrapped: undefined, keptUntil: undefined },
		{ wrapped: undefined, left: 0, replaced: 0, kept: 15, keptUntil: undefined },
	);
	assert.equal(retired.keptUntil, clock.at + 48 * hour);
	const after = await vault.keyrings(pools[0] as string);
	assert.deepEqual(after?.session.open(["refresh-token"], refreshToken), secret);
	assert.deepEqual(after?.mac.mac("lockout", "ada"), mac);
	// And once more, under a third.
	assert.deepEqual(await makeDataKeys(database, [master], { random, clock }), { pools: 2, keys: 15 });
	clock.at += 2 * minute;
	await resealAll(resealer);
	assert.deepEqual(await boxesOf(store, vault), { byKeyId: { 3: boxes }, wrong: 0 });
});

eachPlace(
	"An old data key goes a day after the last row under it, and one that sealed refresh tokens with the last of their sessions",
	async (place) => {
		const { database, store, clock } = place;
		const master = newKey();
		const { vault } = await fill(place, [master], 1);
		const began = clock.at;
		const session = (pool_id: string, id: string, auth_time: number, expires_at: number) =>
			insert("sessions", {
				pool_id,
				user_id: "u",
				id,
				client_id: "c",
				epoch: 0,
				generation: 0,
				rotated_at: 0,
				revoked: 0,
				event_id: "",
				auth_time,
				expires_at,
				device_key: "",
				device_confirmed: 0,
				scopes: "",
				audience: "",
			});
		const [one, other] = pools as [string, string];
		await store.write([
			session(one, "old", began, began + 30 * day),
			// Of after the change: under the new key.
			session(one, "new", began + 3 * minute, began + 90 * day),
			session(other, "short", began, began + hour),
		]);
		await makeDataKeys(database, [master], { random, clock });
		clock.at += 2 * minute;
		const resealer = createResealer(store, vault, { clock, random, log });
		await resealAll(resealer);
		const oldKeys = async () => {
			const rows = await store.db
				.selectFrom("data_keys")
				.select(["scope", "purpose"])
				.where("id", "=", 1)
				.where("purpose", "<>", "mac")
				.execute();
			return rows.map(({ scope, purpose }) => `${scope} ${purpose}`).sort();
		};
		assert.equal((await oldKeys()).length, 15);
		clock.at += day - minute;
		await resealAll(resealer);
		assert.equal((await oldKeys()).length, 15);
		clock.at += 2 * minute;
		const before = await store.db.selectFrom("user_pools").select("version").where("id", "=", one).executeTakeFirst();
		await resealAll(resealer);
		assert.deepEqual(await oldKeys(), [...pools, "server"].map((scope) => `${scope} session`).sort());
		// So that no node goes on with them.
		const after = await store.db.selectFrom("user_pools").select("version").where("id", "=", one).executeTakeFirst();
		assert.ok((after?.version ?? 0) > (before?.version ?? 0));
		clock.at += day;
		await resealAll(resealer);
		assert.deepEqual(await oldKeys(), [`${one} session`]);
		clock.at = began + 30 * day - minute;
		await resealAll(resealer);
		assert.deepEqual(await oldKeys(), [`${one} session`]);
		clock.at += 2 * minute;
		await resealAll(resealer);
		assert.deepEqual(await oldKeys(), []);
		assert.deepEqual((await boxesOf(store, await createVault(store, [master], random, clock))).wrong, 0);
	},
);

eachPlace("Whoever writes a row while it is being sealed anew wins", async (place) => {
	const { database, store, clock } = place;
	const master = newKey();
	const { vault, boxes } = await fill(place, [master], 3);
	await makeDataKeys(database, [master], { random, clock });
	clock.at += 2 * minute;
	await vault.refresh();
	const pool_id = pools[0] as string;
	const key = { pool_id, user_id: "user_id1" };
	const keyrings = (await vault.keyrings(pool_id)) as Keyrings;
	const written = keyrings.password.seal(["passwords", "verifier", pool_id, key.user_id], Buffer.from("passwords verifier by a user"));
	let raced = 0;
	const racing: Store = {
		...store,
		async write(batch) {
			// Between the reading and the writing of that row.
			if (batch.some((verb) => verb.table === "passwords") && raced++ === 0)
				await store.write([update("passwords", key, { verifier: written })]);
			return store.write(batch);
		},
	};
	await resealAll(createResealer(racing, vault, { clock, random, log }));
	assert.ok(raced > 0);
	const [row] = await store.db
		.selectFrom("passwords")
		.select("verifier")
		.where("pool_id", "=", pool_id)
		.where("user_id", "=", key.user_id)
		.execute();
	assert.deepEqual(Buffer.from(row?.verifier ?? []), written);
	assert.deepEqual(await boxesOf(store, vault), { byKeyId: { 2: boxes }, wrong: 0 });
});

eachPlace("A node that stops in the middle keeps the others waiting for a minute, and then they go on", async (place) => {
	const { database, store, clock } = place;
	const master = newKey();
	const { vault, boxes } = await fill(place, [master], 33);
	await makeDataKeys(database, [master], { random, clock });
	clock.at += 2 * minute;
	const stopped = createResealer(store, vault, { clock, random, log });
	for (let steps = 0; steps < 8; steps++) await stopped.step();
	const middle = (await boxesOf(store, vault)).byKeyId;
	assert.ok((middle[1] ?? 0) > 0 && (middle[2] ?? 0) > 0);

	const other = createResealer(store, vault, { clock, random, log });
	assert.deepEqual(await other.step(), { more: false });
	assert.deepEqual((await boxesOf(store, vault)).byKeyId, middle);
	clock.at += minute + 1;
	await resealAll(other);
	assert.deepEqual(await boxesOf(store, vault), { byKeyId: { 2: boxes }, wrong: 0 });
	// It comes back, and has lost its turn.
	clock.at += minute;
	await resealAll(stopped);
	assert.equal((await keysStatus(database)).left, 0);
	assert.deepEqual(await store.db.selectFrom("leases").selectAll().execute(), []);

	// Whoever stops as it should lets the next one go on at once.
	await makeDataKeys(database, [master], { random, clock });
	clock.at += 2 * minute;
	for (let steps = 0; steps < 8; steps++) await stopped.step();
	await stopped.release();
	await resealAll(other);
	assert.deepEqual(await boxesOf(store, vault), { byKeyId: { 3: boxes }, wrong: 0 });
});

eachPlace("A box that does not open stays, is reported, and keeps its data key", async (place) => {
	const { database, store, clock } = place;
	const master = newKey();
	const { vault, boxes } = await fill(place, [master], 2);
	const key = { pool_id: pools[1] as string, user_id: "user_id2" };
	const [row] = await store.db
		.selectFrom("devices")
		.selectAll()
		.where("pool_id", "=", key.pool_id)
		.where("user_id", "=", key.user_id)
		.execute();
	const verifier = Buffer.from(row?.verifier ?? []);
	verifier[40] = (verifier[40] ?? 0) ^ 1;
	await store.write([update("devices", key, { verifier })]);
	await makeDataKeys(database, [master], { random, clock });
	clock.at += 2 * minute;
	logged.length = 0;
	await resealAll(createResealer(store, vault, { clock, random, log }));
	assert.deepEqual(
		new Set(logged),
		new Set(['{"table":"devices","boxes":1} what can\'t be opened can\'t be sealed anew, and its data key stays']),
	);
	logged.length = 0;
	assert.deepEqual((await boxesOf(store, vault)).byKeyId, { 1: 1, 2: boxes - 1 });
	const { left, replaced } = await keysStatus(database);
	assert.deepEqual({ left, replaced }, { left: 1, replaced: 1 });
	const [same] = await store.db
		.selectFrom("devices")
		.select("verifier")
		.where("pool_id", "=", key.pool_id)
		.where("user_id", "=", key.user_id)
		.execute();
	assert.deepEqual(Buffer.from(same?.verifier ?? []), verifier);
});
