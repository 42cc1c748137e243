import assert from "node:assert/strict";
import { test } from "node:test";
import { consume } from "../../src/storage/store.ts";
import { createVault, purposes } from "../../src/storage/vault.ts";
import { systemClock as clock, createDatabase, eachStore, openTestStore, systemRandom as random } from "../support/stores.ts";

const context = ["signing_keys", "private_sealed", "pool", "kid"];
const secret = Buffer.from("secret");

test("the vault", async (t) => {
	await eachStore(
		t,
		"opens what it sealed after a restart, and nothing of another context, scope, purpose or changed by a byte",
		async (store) => {
			const master = random.bytes(32);
			const vault = await createVault(store, [master], random, clock);
			const pool = vault.create("pool", clock.now());
			await store.write([...pool.verbs, ...vault.create("other", clock.now()).verbs]);
			const box = pool.keyrings.signing.seal(context, secret);
			const mac = pool.keyrings.mac.mac("lockout", "name");
			const serverBox = vault.server.session.seal(["token"], secret);

			const again = await createVault(store, [master], random, clock);
			const keyrings = await again.keyrings("pool");
			assert.deepEqual(keyrings?.signing.open(context, box), secret);
			assert.deepEqual(keyrings?.mac.mac("lockout", "name"), mac);
			assert.deepEqual(again.server.session.open(["token"], serverBox), secret);
			assert.notDeepEqual(keyrings?.signing.seal(context, secret), box);

			assert.equal(keyrings?.signing.open([...context.slice(0, 3), "other kid"], box), undefined);
			assert.equal(keyrings?.signing.open(["signing_keys", "private_sealed", "poolkid"], box), undefined);
			assert.equal(keyrings?.password.open(context, box), undefined);
			assert.equal((await again.keyrings("other"))?.signing.open(context, box), undefined);
			assert.equal(again.server.signing.open(context, box), undefined);
			for (let at = 0; at < box.length; at++) {
				const changed = Buffer.from(box);
				changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
				assert.equal(keyrings?.signing.open(context, changed), undefined);
			}
			assert.equal(keyrings?.signing.open(context, Buffer.alloc(0)), undefined);
			assert.equal(await again.keyrings("absent"), undefined);
		},
	);

	await eachStore(t, "makes MACs that differ by scope, purpose, label and how the parts are cut", async (store) => {
		const vault = await createVault(store, [random.bytes(32)], random, clock);
		const { keyrings } = vault.create("pool", 1);
		const macs = [
			keyrings.mac.mac("a", "b", "c"),
			keyrings.mac.mac("a", "bc"),
			keyrings.mac.mac("a", "", "bc"),
			keyrings.mac.mac("b", "b", "c"),
			keyrings.session.mac("a", "b", "c"),
			vault.server.mac.mac("a", "b", "c"),
		].map((mac) => mac.toString("hex"));
		assert.equal(new Set(macs).size, macs.length);
		assert.deepEqual(keyrings.mac.mac("a", Buffer.from("b"), "c"), keyrings.mac.mac("a", "b", "c"));
		assert.equal(macs[0]?.length, 64);
	});

	await eachStore(t, "keeps no data key in the database as it is, and none after its scope is deleted", async (store) => {
		const keys: Buffer[] = [];
		const recording = {
			bytes(length: number) {
				const bytes = random.bytes(length);
				if (length === 32) keys.push(bytes);
				return bytes;
			},
		};
		const vault = await createVault(store, [random.bytes(32)], recording, clock);
		await store.write(vault.create("pool", 1).verbs);
		assert.equal(keys.length, 2 * purposes.length);
		const stored = Buffer.concat((await store.db.selectFrom("data_keys").select("wrapped").execute()).map(({ wrapped }) => wrapped));
		for (const key of keys) assert.ok(!stored.includes(key));
		await store.write([consume("data_keys", { scope: "pool" })]);
		assert.equal(await vault.keyrings("pool"), undefined);
	});

	await eachStore(t, "refuses a wrong master key at start, even before there is any pool", async (store) => {
		const [right, wrong] = [random.bytes(32), random.bytes(32)];
		await createVault(store, [right], random, clock);
		await assert.rejects(createVault(store, [wrong], random, clock), /GATEHOUSE_MASTER_KEY does not have/);
		await assert.rejects(createVault(store, [], random, clock), { name: "AssertionFailure" });
		await createVault(store, [right], random, clock);
	});
});

test("nodes that start first at once have the same server keys", async (t) => {
	const database = await createDatabase(t, "postgres");
	const stores = await Promise.all([1, 2, 3, 4].map(() => openTestStore(t, database)));
	const master = random.bytes(32);
	const vaults = await Promise.all(stores.map((store) => createVault(store, [master], random, clock)));
	const box = vaults[0]?.server.session.seal(["token"], secret) as Buffer;
	for (const vault of vaults) assert.deepEqual(vault.server.session.open(["token"], box), secret);
	assert.equal((await stores[0]?.db.selectFrom("data_keys").selectAll().execute())?.length, purposes.length);
});
