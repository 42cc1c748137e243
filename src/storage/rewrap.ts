/**
 * Another master key: every data key is wrapped anew under the current one, so that the old ones can be taken away. A tool beside the
 * servers, on either engine, in one transaction.
 */
import { sql } from "kysely";
import type { Random } from "../kernel/ports.ts";
import { openChange } from "./bulk-load.ts";
import { DataRefusal } from "./data-refusal.ts";
import { StoreFailure } from "./engine.ts";
import { checkMasterKeyFacts, createMasterKeys, factName, keyIdOf, type MasterKeys, masterKeyFacts, masterKeyName } from "./master-keys.ts";
import type { Database } from "./open.ts";
import { openCurrentSnapshot } from "./snapshot.ts";
import type { Tables } from "./tables.ts";

type DataKeyRow = Tables["data_keys"];

export interface RewrapSummary {
	/** The current master key, as facts and refusals name it. */
	readonly current: string;
	readonly rewrapped: number;
	/** Data keys in all. */
	readonly keys: number;
	/** Those that are under another master key still: nobody could open them, or they came to be meanwhile. */
	readonly left: readonly (Pick<DataKeyRow, "scope" | "purpose" | "id"> & { readonly masterKey: string | undefined })[];
}

/**
 * Wraps what is under other master keys under the current one. What can't be opened stays as it is, and so does its master key's fact.
 * @throws DataRefusal for a wrong master key, or one that no server was started with
 */
export async function rewrap(database: Database, masterKeys: readonly Uint8Array[], random: Random): Promise<RewrapSummary> {
	const masters = createMasterKeys(masterKeys, random);
	const rewrapped = await rewrapKnown(database, masters);
	const snapshot = await openCurrentSnapshot(database);
	try {
		const rows = await snapshot.db.selectFrom("data_keys").selectAll().execute();
		const left = rows
			.filter(({ wrapped }) => keyIdOf(wrapped) !== masters.currentId)
			.map(({ scope, purpose, id, wrapped }) => {
				const master = keyIdOf(wrapped);
				return { scope, purpose, id, masterKey: master === undefined ? undefined : masterKeyName(master) };
			});
		return { current: masterKeyName(masters.currentId), rewrapped, keys: rows.length, left };
	} finally {
		await snapshot.close();
	}
}

async function rewrapKnown(database: Database, masters: MasterKeys): Promise<number> {
	const { db, close } = await openCurrentSnapshot(database);
	try {
		await checkMasterKeyFacts(db, masters).catch(refuse);
		const facts = await masterKeyFacts(db);
		const current = factName(masters.currentId);
		if (!facts.some(({ name }) => name === current))
			throw new DataRefusal(
				"no server has been started with the first master key of GATEHOUSE_MASTER_KEY: restart all of them with both, the new one first, and run this again.",
			);
		const rows = (await db.selectFrom("data_keys").selectAll().execute()).filter(({ wrapped }) => keyIdOf(wrapped) !== masters.currentId);
		const change = await openChange(database);
		try {
			let rewrapped = 0;
			const stuck = new Set<number | undefined>();
			for (const row of rows) {
				const dataKey = unwrapped(masters, row);
				if (dataKey === undefined) {
					stuck.add(keyIdOf(row.wrapped));
					continue;
				}
				const { scope, purpose, id } = row;
				const update = sql`update data_keys set wrapped = ${masters.wrap(row, dataKey)} where scope = ${scope} and purpose = ${purpose} and id = ${id} and wrapped = ${row.wrapped}`;
				rewrapped += await change.run(update.compile(db));
			}
			const kept = new Set([current, ...[...stuck].filter((id) => id !== undefined).map((id) => factName(id))]);
			for (const { name } of facts) if (!kept.has(name)) await change.run(sql`delete from server_facts where name = ${name}`.compile(db));
			await change.commit();
			return rewrapped;
		} finally {
			await change.close();
		}
	} finally {
		await close();
	}
}

function unwrapped(masters: MasterKeys, row: DataKeyRow): Buffer | undefined {
	try {
		return masters.unwrap(row);
	} catch (error) {
		if (error instanceof StoreFailure) return undefined;
		throw error;
	}
}

/** What the database says of the master keys as an operator is told it. */
export function refuse(error: unknown): never {
	throw error instanceof StoreFailure ? new DataRefusal(`${error.message}.`) : error;
}
