/**
 * Secrets at rest. Each scope (a pool, or the server) has a data key per purpose; the master key wraps them all,
 * and deleting a scope's rows makes everything sealed under them unreadable.
 */
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import { createSealKey, deriveKey, frame, open, seal, sealedBoxNonceBytes } from "../crypto/sealed-box.ts";
import { present } from "../kernel/assert.ts";
import type { Clock, Random } from "../kernel/ports.ts";
import { checkMasterKeyFacts, checkWrappings, createMasterKeys } from "./master-keys.ts";
import { insert, type Store, statement, type Verb } from "./store.ts";

export type Purpose = "password" | "signing" | "client-secret" | "factor" | "session" | "mac";
export const purposes: readonly Purpose[] = ["password", "signing", "client-secret", "factor", "session", "mac"];

/**
 * How old a data key is before it takes its predecessor's place: by then every node knows it, so that none meets a box that it can't
 * open. A scope's first key seals at once.
 */
export const knownEverywhereMilliseconds = 60_000;

/** The keys of one scope and purpose: the current one seals, each known one opens. */
export interface Keyring {
	/** Seals under the current key, bound to `context` (table, column, primary key, or the kind of token). */
	seal(context: readonly string[], plaintext: Uint8Array): Buffer;
	/** The plaintext; undefined where the box is not ours, is bound to another context, or has any byte changed. */
	open(context: readonly string[], box: Uint8Array): Buffer | undefined;
	/** HMAC-SHA-256 under a key of its own for `label`, over unambiguously framed parts. Only the oldest key of the ring is used: these values live in columns, so that the purpose `mac` never gets another. */
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
	/** Learns of new keys of the server's own: serving nodes do it once a second. Pools' come with the pool. */
	refresh(): Promise<void>;
}

export const dataKeyBytes = 32;
export const serverScope = "server";

const findDataKeys = statement<{ scope: string }>()("findDataKeys", (db, param) =>
	db.selectFrom("data_keys").selectAll().where("scope", "=", param("scope")),
);

/**
 * Opens the vault: checks that each master key in use is among `masterKeys` (the first is current: it wraps new data keys) and
 * makes the server's own data keys at the first start. Refuses a wrong master key.
 */
export async function createVault(store: Store, masterKeys: readonly Uint8Array[], random: Random, clock: Clock): Promise<Vault> {
	const masters = createMasterKeys(masterKeys, random);
	await checkMasterKeyFacts(store.db, masters);
	await checkWrappings(store.db, masters);
	// Before anything is wrapped under it. Where it is there already it stays.
	await store.write([insert("server_facts", masters.fact())]);

	function create(scope: string, now: number): { keyrings: Keyrings; verbs: Verb<never>[] } {
		const keys = purposes.map((purpose) => ({ purpose, id: 1, key: random.bytes(dataKeyBytes) }));
		return {
			keyrings: createKeyrings(keys, random),
			verbs: keys.map(({ purpose, id, key }) =>
				insert("data_keys", { scope, purpose, id, wrapped: masters.wrap({ scope, purpose, id }, key), created_at: now, kept_until: 0 }),
			),
		};
	}

	async function keyrings(scope: string): Promise<Keyrings | undefined> {
		const rows = await store.read(findDataKeys, { scope });
		if (rows.length === 0) return undefined;
		return createKeyrings(
			rows.map((row) => ({ purpose: row.purpose, id: row.id, key: masters.unwrap(row), createdAt: row.created_at })),
			random,
			clock,
		);
	}

	// Where two nodes start first at once, one's keys are inserted and the other's are left out, all of them: both read what is there.
	if ((await keyrings(serverScope)) === undefined) {
		const verbs: Verb<"taken">[] = create(serverScope, clock.now()).verbs.map((verb) => ({ ...verb, otherwise: "taken" }));
		await store.write(verbs);
	}
	let server = present(await keyrings(serverScope), "the server has data keys");
	let known = await serverKeyIds();

	async function serverKeyIds(): Promise<string> {
		const rows = await store.read(findDataKeys, { scope: serverScope });
		return JSON.stringify(rows.map(({ purpose, id }) => `${purpose} ${id}`).sort());
	}

	return {
		keyrings,
		create,
		get server() {
			return server;
		},
		async refresh() {
			const found = await serverKeyIds();
			if (found === known) return;
			server = present(await keyrings(serverScope), "the server has data keys");
			known = found;
		},
	};
}

export interface DataKey {
	readonly purpose: string;
	readonly id: number;
	readonly key: Uint8Array;
	/** Milliseconds since the epoch. */
	readonly createdAt?: number;
}

/** The keyrings of a scope's data keys. With a clock the newest that has been known long enough seals, else the newest. */
export function createKeyrings(keys: readonly DataKey[], random: Random, clock?: Pick<Clock, "now">): Keyrings {
	const of = (purpose: Purpose) =>
		createKeyring(
			keys.filter((key) => key.purpose === purpose).sort((a, b) => a.id - b.id),
			random,
			clock,
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

function createKeyring(keys: readonly DataKey[], random: Random, clock: Pick<Clock, "now"> | undefined): Keyring {
	const oldest = present(keys[0], "a keyring has a key");
	const ring = keys.map(({ id, key, createdAt = 0 }) => ({
		id,
		key: createSealKey(key),
		sealsFrom: createdAt + knownEverywhereMilliseconds,
	}));
	const sealKeys = new Map(ring.map(({ id, key }) => [id, key]));
	const newest = present(ring.at(-1), "a keyring has a key");
	const current = () => {
		if (clock === undefined || ring.length === 1) return newest;
		const now = clock.now();
		return ring.findLast(({ sealsFrom }, at) => at === 0 || sealsFrom <= now) ?? newest;
	};
	// Labels are words of the code, so there are few. Key objects, since Node 24 takes 8 µs longer over a key in a Buffer.
	const macKeys = new Map<string, KeyObject>();
	return {
		seal(context, plaintext) {
			const { key, id } = current();
			return seal(key, id, random.bytes(sealedBoxNonceBytes), context, plaintext);
		},
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
