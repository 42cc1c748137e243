/** Other master keys, on stores alone; and that every sealed column is known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { definedTables } from "../../src/storage/migrations/index.ts";
import { rewrap } from "../../src/storage/rewrap.ts";
import { sealedColumns } from "../../src/storage/sealed-columns.ts";
import { update } from "../../src/storage/store.ts";
import { createVault, purposes } from "../../src/storage/vault.ts";
import { context, eachPlace, newKey, secret } from "../support/key-places.ts";
import { systemRandom as random } from "../support/stores.ts";

eachPlace(
	"The master key is changed while pools are made under both, and then the new one is enough",
	async ({ database, store, clock }) => {
		const [old, fresh] = [newKey(), newKey()];
		const before = await createVault(store, [old], random, clock);
		const pool = before.create("pool", 1);
		await store.write(pool.verbs);
		const box = pool.keyrings.password.seal(context, secret);
		const mac = pool.keyrings.mac.mac("label", "x");
		await assert.rejects(rewrap(database, [fresh, old], random), /^DataRefusal: no server has been started with the first master key/);

		const between = await createVault(store, [fresh, old], random, clock);
		await store.write(between.create("new pool", 2).verbs);
		// Each of the two has something that only it opens.
		await assert.rejects(createVault(store, [old], random, clock), /does not have/);
		await assert.rejects(createVault(store, [fresh], random, clock), /does not have/);
		await assert.rejects(rewrap(database, [fresh], random), /^DataRefusal: the database holds secrets under master key \w{8}, which/);
		await assert.rejects(rewrap(database, [newKey()], random), /^DataRefusal: the database holds secrets under master key \w{8}, which/);
		// A node that still has the old one as its current.
		const late = await createVault(store, [old, fresh], random, clock);
		await store.write(late.create("old pool", 3).verbs);

		const keys = 4 * purposes.length;
		const { current, ...summary } = await rewrap(database, [fresh, old], random);
		assert.deepEqual(summary, { rewrapped: 3 * purposes.length, keys, left: [] });
		assert.deepEqual(await rewrap(database, [fresh, old], random), { current, rewrapped: 0, keys, left: [] });
		const after = await createVault(store, [fresh], random, clock);
		const keyrings = await after.keyrings("pool");
		assert.deepEqual(keyrings?.password.open(context, box), secret);
		assert.deepEqual(keyrings?.mac.mac("label", "x"), mac);
		assert.ok((await after.keyrings("new pool")) !== undefined && (await after.keyrings("old pool")) !== undefined);
		await assert.rejects(createVault(store, [old], random, clock), /does not have/);

		// That node again: what it wraps now nobody could open with the new one alone, so that the old one must be given once more.
		await store.write(late.create("late pool", 4).verbs);
		await assert.rejects(createVault(store, [fresh], random, clock), /does not have/);
		await createVault(store, [fresh, old], random, clock);
		assert.equal((await rewrap(database, [fresh, old], random)).rewrapped, purposes.length);
		await createVault(store, [fresh], random, clock);
	},
);

eachPlace("A data key that no given master key opens is named, and stays as it is", async ({ database, store, clock }) => {
	const [old, fresh] = [newKey(), newKey()];
	const vault = await createVault(store, [old], random, clock);
	await store.write(vault.create("pool", 1).verbs);
	await createVault(store, [fresh, old], random, clock);
	const of = { scope: "pool", purpose: "factor", id: 1 };
	const [row] = await store.db.selectFrom("data_keys").selectAll().where("scope", "=", "pool").where("purpose", "=", "factor").execute();
	const wrapped = Buffer.from(row?.wrapped ?? []);
	wrapped[wrapped.length - 1] = (wrapped.at(-1) ?? 0) ^ 1;
	await store.write([update("data_keys", of, { wrapped })]);

	const { rewrapped, left, current } = await rewrap(database, [fresh, old], random);
	assert.equal(rewrapped, 2 * purposes.length - 1);
	assert.deepEqual(
		left.map(({ masterKey: _, ...key }) => key),
		[of],
	);
	assert.ok(left[0]?.masterKey !== undefined && left[0].masterKey !== current);
	const [same] = await store.db
		.selectFrom("data_keys")
		.select("wrapped")
		.where("scope", "=", "pool")
		.where("purpose", "=", "factor")
		.execute();
	assert.deepEqual(Buffer.from(same?.wrapped ?? []), wrapped);
	// Its master key is still asked for.
	await assert.rejects(createVault(store, [fresh], random, clock), /does not have/);
});

/** Columns of bytes that are no boxes. */
const unsealed: readonly string[] = [
	"branding_images.data",
	"browser_sessions.key",
	"call_counts.key",
	"codes.mac",
	// Under a master key.
	"data_keys.wrapped",
	"server_facts.value",
	"devices.salt",
	"passkeys.public_key",
	"passwords.salt",
	"sign_in_failures.key",
	"signing_certificates.certificate",
	"users.lockout_key",
];

test("Every column of bytes is known to be sealed or not to be", () => {
	const bytes = definedTables().flatMap(([table, { columns }]) =>
		Object.entries(columns)
			.filter(([, type]) => type.startsWith("bytes"))
			.map(([column]) => `${table}.${column}`),
	);
	const sealed = Object.entries(sealedColumns).flatMap(([table, columns]) => Object.keys(columns).map((column) => `${table}.${column}`));
	assert.deepEqual(bytes.toSorted(), [...sealed, ...unsealed].toSorted());
});
