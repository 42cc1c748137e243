/**
 * The master keys: they wrap the data keys and nothing else. Several may be known while one takes another's place; the first is current.
 * Each that ever became current leaves a fact in the database that only it opens, so that a wrong one is noticed before it is used.
 */
import { createHash } from "node:crypto";
import { type Kysely, sql } from "kysely";
import { createSealKey, open, type SealKey, seal, sealedBoxNonceBytes } from "../crypto/sealed-box.ts";
import { assert, present } from "../kernel/assert.ts";
import type { Random } from "../kernel/ports.ts";
import { StoreFailure } from "./engine.ts";
import type { Tables } from "./tables.ts";

type DataKeyRow = Tables["data_keys"];
type DataKeyId = Pick<DataKeyRow, "scope" | "purpose" | "id">;

/** How a scope's data keys come out of one installation and into another: what is sealed under them goes along as it is. */
export interface DataKeyWrapping {
	wrap(row: DataKeyId, dataKey: Uint8Array): Buffer;
	/** @throws StoreFailure where the master key is another */
	unwrap(row: DataKeyId & Pick<DataKeyRow, "wrapped">): Buffer;
}

export interface MasterKeys extends DataKeyWrapping {
	readonly currentId: number;
	knows(id: number): boolean;
	/** The row that says that the current key is in use. */
	fact(): Tables["server_facts"];
	/** Whether a fact is of a key that is known. */
	opens(fact: Tables["server_facts"]): boolean;
}

/** For the vault, and for tools beside the server: the domain sees keyrings, and never a key. */
export function createMasterKeys(masterKeys: readonly Uint8Array[], random: Random): MasterKeys {
	const keys = new Map<number, SealKey>(masterKeys.map((key) => [masterKeyId(key), createSealKey(key)]));
	assert(keys.size === masterKeys.length && masterKeys[0] !== undefined, "there is a master key, and no two are the same");
	const currentId = masterKeyId(masterKeys[0]);
	const current = present(keys.get(currentId), "the current key is known");
	const find = (id: number) => keys.get(id);
	const sealCurrent = (context: readonly string[], plaintext: Uint8Array) =>
		seal(current, currentId, random.bytes(sealedBoxNonceBytes), context, plaintext);
	const contextOf = ({ scope, purpose, id }: DataKeyId) => ["data_keys", "wrapped", scope, purpose, `${id}`];
	const factContext = (name: string) => ["server_facts", "value", name];
	return {
		currentId,
		knows: (id) => keys.has(id),
		fact() {
			const name = factName(currentId);
			return { name, value: sealCurrent(factContext(name), Buffer.from("gatehouse")) };
		},
		opens: ({ name, value }) => open(find, factContext(name), value) !== undefined,
		wrap: (row, dataKey) => sealCurrent(contextOf(row), dataKey),
		unwrap(row) {
			const dataKey = open(find, contextOf(row), row.wrapped);
			if (dataKey !== undefined) return dataKey;
			const id = keyIdOf(row.wrapped);
			throw new StoreFailure(
				id === undefined || keys.has(id)
					? "a data key can't be opened: it is damaged"
					: `a data key can't be opened: master key ${masterKeyName(id)} is not known here`,
			);
		},
	};
}

/** A master key's id tells nothing of the key: the first 4 bytes of a hash of it. */
function masterKeyId(key: Uint8Array): number {
	return createHash("sha256").update("gatehouse master key id\0").update(key).digest().readUInt32BE();
}

/** The id of the key that sealed a box, from its header, after the version; undefined for what is too short to be one. */
export function keyIdOf(box: Uint8Array): number | undefined {
	return box.length < headerBytes ? undefined : Buffer.from(box.buffer, box.byteOffset, headerBytes).readUInt32BE(1);
}
const headerBytes = 5;

/** As logs, refusals and facts name a master key. */
export const masterKeyName = (id: number): string => id.toString(16).padStart(8, "0");

const factPrefix = "master-key:";

/** The name of the fact that a master key is in use. */
export const factName = (id: number): string => `${factPrefix}${masterKeyName(id)}`;

/** The facts of all master keys that are in use. */
export async function masterKeyFacts(db: Kysely<Tables>): Promise<Tables["server_facts"][]> {
	// ";" is the character after ":".
	return db.selectFrom("server_facts").selectAll().where("name", ">=", factPrefix).where("name", "<", "master-key;").execute();
}

/** Every master key in use must be known. @throws StoreFailure */
export async function checkMasterKeyFacts(db: Kysely<Tables>, masters: MasterKeys): Promise<void> {
	const unknown = (await masterKeyFacts(db)).find((fact) => !masters.opens(fact));
	if (unknown !== undefined) throw notGiven(unknown.name.slice(factPrefix.length));
}

/**
 * The same by what is wrapped: a node that still had an old master key as its first may have wrapped a data key under it after all
 * others were wrapped anew. @throws StoreFailure
 */
export async function checkWrappings(db: Kysely<Tables>, masters: MasterKeys): Promise<void> {
	const { rows } = await sql<{ header: Uint8Array }>`select distinct substr(wrapped, 1, 5) as header from data_keys`.execute(db);
	const unknown = rows.map(({ header }) => keyIdOf(header)).find((id) => id !== undefined && !masters.knows(id));
	if (unknown !== undefined) throw notGiven(masterKeyName(unknown));
}

function notGiven(name: string): StoreFailure {
	return new StoreFailure(
		`the database holds secrets under master key ${name}, which GATEHOUSE_MASTER_KEY does not have. ` +
			"Give the key that the database was used with; while changing keys, give both, the new one first",
	);
}
