/**
 * Secrets at rest. Each scope (a pool, or the server) has a data key per purpose; the master key wraps them all,
 * and deleting a scope's rows makes everything sealed under them unreadable.
 */
import { createHash, createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { sql } from "kysely";
import { createSealKey, deriveKey, frame, open, type SealKey, seal, sealedBoxNonceBytes } from "../crypto/sealed-box.ts";
import { assert, present } from "../kernel/assert.ts";
import type { Clock, Random } from "../kernel/ports.ts";
import { StoreFailure } from "./engine.ts";
import { consume, insert, type Store, statement, update, type Verb } from "./store.ts";
import type { Tables } from "./tables.ts";

export type Purpose = "password" | "signing" | "client-secret" | "factor" | "session" | "mac";
export const purposes: readonly Purpose[] = ["password", "signing", "client-secret", "factor", "session", "mac"];

/** The keys of one scope and purpose: the current one seals, each known one opens. */
export interface Keyring {
	/** Seals under the current key, bound to `context` (table, column, primary key, or the kind of token). */
	seal(context: readonly string[], plaintext: Uint8Array): Buffer;
	/** The plaintext; undefined where the box is not ours, is bound to another context, or has any byte changed. */
	open(context: readonly string[], box: Uint8Array): Buffer | undefined;
	/** HMAC-SHA-256 under a key of its own for `label`, over unambiguously framed parts. Only the oldest key of the ring is used: these values live in columns. */
	mac(label: string, ...parts: readonly (string | Uint8Array)[]): Buffer;
}

export type Keyrings = Readonly<Record<Purpose, Keyring>>;

export interface Vault {
	/** Every keyring of a scope, unwrapped; undefined where the scope has none. Not cached here: callers keep it with their cached pool. */
	keyrings(scope: string): Promise<Keyrings | undefined>;
	/** New data keys for a scope: the rows to insert and the keyrings that will be. */
	create(scope: string, now: number): { keyrings: Keyrings; verbs: Verb<never>[] };
	/** The server's own keyrings, ready since start. */
	readonly server: Keyrings;
}

const dataKeyBytes = 32;
const serverScope = "server";
/** Data keys that are rewrapped between two looks at the table. */
const rewrapPageRows = 100;

type DataKeyRow = Tables["data_keys"];

const findDataKeys = statement<{ scope: string }>()("findDataKeys", (db, param) =>
	db.selectFrom("data_keys").selectAll().where("scope", "=", param("scope")),
);
const findFact = statement<{ name: string }>()("findFact", (db, param) =>
	db.selectFrom("server_facts").select("value").where("name", "=", param("name")),
);

/**
 * Opens the vault: checks that each master key in use is among `masterKeys` (the first is current: it wraps new data keys) and
 * makes the server's own data keys at the first start. Refuses a wrong master key.
 */
export async function createVault(store: Store, masterKeys: readonly Uint8Array[], random: Random, clock: Clock): Promise<Vault> {
	const masters = createMasters(masterKeys, random);
	await checkMasterKeys(store, masters);

	function create(scope: string, now: number): { keyrings: Keyrings; verbs: Verb<never>[] } {
		const keys = purposes.map((purpose) => ({ purpose, id: 1, key: random.bytes(dataKeyBytes) }));
		return {
			keyrings: createKeyrings(keys, random),
			verbs: keys.map(({ purpose, id, key }) =>
				insert("data_keys", { scope, purpose, id, wrapped: masters.wrap({ scope, purpose, id }, key), created_at: now }),
			),
		};
	}

	async function keyrings(scope: string): Promise<Keyrings | undefined> {
		const rows = await store.read(findDataKeys, { scope });
		if (rows.length === 0) return undefined;
		return createKeyrings(
			rows.map((row) => ({ purpose: row.purpose, id: row.id, key: masters.unwrap(row) })),
			random,
		);
	}

	// Where two nodes start first at once, one's keys are inserted and the other's are left out, all of them: both read what is there.
	if ((await keyrings(serverScope)) === undefined) {
		const verbs: Verb<"taken">[] = create(serverScope, clock.now()).verbs.map((verb) => ({ ...verb, otherwise: "taken" }));
		await store.write(verbs);
	}
	return { keyrings, create, server: present(await keyrings(serverScope), "the server has data keys") };
}

/**
 * Wraps every data key with the current master key, so that the others can be taken away. All nodes must know the current one
 * before, and be started with it as the current one. Returns how many were wrapped anew. May be interrupted and run again.
 */
export async function rewrap(store: Store, masterKeys: readonly Uint8Array[], random: Random): Promise<number> {
	const masters = createMasters(masterKeys, random);
	await checkMasterKeys(store, masters);
	let rewrapped = 0;
	let after: Pick<DataKeyRow, "scope" | "purpose" | "id"> = { scope: "", purpose: "", id: 0 };
	for (;;) {
		const rows = await store.db
			.selectFrom("data_keys")
			.selectAll()
			.where(sql<boolean>`(scope, purpose, id) > (${after.scope}, ${after.purpose}, ${after.id})`)
			.orderBy("scope")
			.orderBy("purpose")
			.orderBy("id")
			.limit(rewrapPageRows)
			.execute();
		for (const row of rows) {
			if (masterKeyIdOf(row.wrapped) === masters.currentId) continue;
			const { scope, purpose, id } = row;
			const wrapped = masters.wrap(row, masters.unwrap(row));
			if ((await store.write([update("data_keys", { scope, purpose, id, wrapped: row.wrapped }, { wrapped }, "gone")])) === "done")
				rewrapped++;
		}
		const last = rows.at(-1);
		if (last === undefined) break;
		after = last;
	}
	for (const name of await masterKeyFacts(store)) {
		if (name !== factName(masters.currentId)) await store.write([consume("server_facts", { name })]);
	}
	return rewrapped;
}

interface Masters extends DataKeyWrapping {
	readonly currentId: number;
	find(id: number): SealKey | undefined;
	seal(context: readonly string[], plaintext: Uint8Array): Buffer;
}

/** How a scope's data keys come out of one installation and into another: what is sealed under them goes along as it is. */
export interface DataKeyWrapping {
	wrap(row: Pick<DataKeyRow, "scope" | "purpose" | "id">, dataKey: Uint8Array): Buffer;
	/** @throws StoreFailure where the master key is another */
	unwrap(row: Pick<DataKeyRow, "scope" | "purpose" | "id" | "wrapped">): Buffer;
}

/** For exports and imports alone: the domain sees keyrings, and never a key. */
export function createDataKeyWrapping(masterKeys: readonly Uint8Array[], random: Random): DataKeyWrapping {
	return createMasters(masterKeys, random);
}

function createMasters(masterKeys: readonly Uint8Array[], random: Random): Masters {
	const keys = new Map(masterKeys.map((key) => [masterKeyId(key), createSealKey(key)]));
	assert(keys.size === masterKeys.length && masterKeys[0] !== undefined, "there is a master key, and no two are the same");
	const currentId = masterKeyId(masterKeys[0]);
	const find = (id: number) => keys.get(id);
	const sealCurrent = (context: readonly string[], plaintext: Uint8Array) =>
		seal(present(find(currentId), "the current key is known"), currentId, random.bytes(sealedBoxNonceBytes), context, plaintext);
	const contextOf = ({ scope, purpose, id }: Pick<DataKeyRow, "scope" | "purpose" | "id">) => [
		"data_keys",
		"wrapped",
		scope,
		purpose,
		`${id}`,
	];
	return {
		currentId,
		find,
		seal: sealCurrent,
		wrap: (row, dataKey) => sealCurrent(contextOf(row), dataKey),
		unwrap(row) {
			const dataKey = open(find, contextOf(row), row.wrapped);
			if (dataKey === undefined)
				throw new StoreFailure(`a data key can't be opened: master key ${hex(masterKeyIdOf(row.wrapped))} is not known here`);
			return dataKey;
		},
	};
}

/** A master key's id tells nothing of the key: the first 4 bytes of a hash of it. */
function masterKeyId(key: Uint8Array): number {
	return createHash("sha256").update("gatehouse master key id\0").update(key).digest().readUInt32BE();
}

/** The id in a sealed box's header, after its version. */
function masterKeyIdOf(box: Uint8Array): number {
	return Buffer.from(box).readUInt32BE(1);
}

/**
 * Each master key that ever became current leaves a fact that only it opens, before it wraps anything; `rewrap` takes the old ones away.
 * So every key in use must be given at start, and a wrong one is noticed before it is used.
 */
async function checkMasterKeys(store: Store, masters: Masters): Promise<void> {
	const names = await masterKeyFacts(store);
	for (const name of names) {
		const [fact] = await store.read(findFact, { name });
		// Taken away by another node's rewrap just now.
		if (fact === undefined) continue;
		if (open(masters.find, ["server_facts", "value", name], fact.value) === undefined) {
			throw new StoreFailure(
				`the database holds secrets under master key ${name.slice(factPrefix.length)}, which GATEHOUSE_MASTER_KEY does not have. ` +
					"Give the key that the database was used with; while changing keys, give both, the new one first",
			);
		}
	}
	const current = factName(masters.currentId);
	if (!names.includes(current)) {
		await store.write([
			insert("server_facts", { name: current, value: masters.seal(["server_facts", "value", current], Buffer.from("gatehouse")) }),
		]);
	}
}

const factPrefix = "master-key:";
const hex = (id: number) => id.toString(16).padStart(8, "0");
const factName = (id: number) => `${factPrefix}${hex(id)}`;

async function masterKeyFacts(store: Store): Promise<string[]> {
	// ";" is the character after ":".
	const rows = await store.db
		.selectFrom("server_facts")
		.select("name")
		.where("name", ">=", factPrefix)
		.where("name", "<", "master-key;")
		.execute();
	return rows.map(({ name }) => name);
}

export interface DataKey {
	readonly purpose: string;
	readonly id: number;
	readonly key: Uint8Array;
}

/** The keyrings of a scope's data keys. */
export function createKeyrings(keys: readonly DataKey[], random: Random): Keyrings {
	const of = (purpose: Purpose) =>
		createKeyring(
			keys.filter((key) => key.purpose === purpose).sort((a, b) => a.id - b.id),
			random,
		);
	return {
		password: of("password"),
		signing: of("signing"),
		"client-secret": of("client-secret"),
		factor: of("factor"),
		session: of("session"),
		mac: of("mac"),
	};
}

function createKeyring(keys: readonly DataKey[], random: Random): Keyring {
	const oldest = present(keys[0], "a keyring has a key");
	const current = present(keys.at(-1), "a keyring has a key");
	const sealKeys = new Map(keys.map(({ id, key }) => [id, createSealKey(key)]));
	const currentSealKey = present(sealKeys.get(current.id), "the current key is known");
	// Labels are words of the code, so there are few. Key objects, since Node 24 takes 8 µs longer over a key in a Buffer.
	const macKeys = new Map<string, KeyObject>();
	return {
		seal: (context, plaintext) => seal(currentSealKey, current.id, random.bytes(sealedBoxNonceBytes), context, plaintext),
		open: (context, box) => open((id) => sealKeys.get(id), context, box),
		mac(label, ...parts) {
			let key = macKeys.get(label);
			if (key === undefined) {
				key = createSecretKey(deriveKey(oldest.key, `mac ${label}`));
				macKeys.set(label, key);
			}
			return createHmac("sha256", key).update(frame(parts)).digest();
		},
	};
}
