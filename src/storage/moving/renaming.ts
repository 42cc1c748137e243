/**
 * What becomes of a pool's rows under another id. Everything that is sealed is opened and sealed again under keys of its own, bound to
 * the new ids, so that a copy can't read or forge what is the original's; what belongs to the old id alone stays behind.
 */
import type { RawBuilder } from "kysely";
import { randomText } from "../../crypto/random-text.ts";
import { present } from "../../kernel/assert.ts";
import type { Random } from "../../kernel/ports.ts";
import { sealedColumns, sealedContext } from "../sealed-columns.ts";
import type { Table, Value, Verb } from "../store.ts";
import { createKeyrings, type Keyrings } from "../vault.ts";
import type { NamedRow } from "./import-pools.ts";
import type { PoolSource } from "./pool-file.ts";
import { poolColumn, tablesOfTheId } from "./pool-tables.ts";

/** As Cognito's: 26 lower-case letters and digits. */
const clientIdLength = 26;
const clientIdAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

export interface Renaming {
	readonly id: string;
	readonly region: string;
	/** The pool's new keyrings. */
	readonly keyrings: Keyrings;
	/** What the new pool has from the start: the rows of its data keys and signing keys. Inserts. */
	readonly rows: readonly Verb[];
	/** What happens to the rows once they are in, in the same transaction. */
	readonly last: readonly RawBuilder<unknown>[];
}

interface RenamedRows {
	readonly rows: readonly { readonly table: Table; readonly row: NamedRow }[];
	/** The rows of the pool under its new id; those that stay behind are left out. */
	rowsOf(table: Table, rows: readonly NamedRow[]): NamedRow[];
	/** New ids of clients by their old ones. */
	readonly clients: ReadonlyMap<string, string>;
}

/** `dataKeys` are the source's, open; `takenClients` are ids that are not free here. */
export function createRenamed(
	{ id, region, keyrings, rows }: Renaming,
	dataKeys: readonly NamedRow[],
	takenClients: readonly string[],
	{ random }: { readonly random: Random },
	source: PoolSource,
): RenamedRows {
	const opening = createKeyrings(
		dataKeys.map((row) => ({ purpose: row["purpose"] as string, id: row["id"] as number, key: row["wrapped"] as Uint8Array })),
		random,
	);
	const clients = new Map(takenClients.map((client) => [client, randomText(random, clientIdAlphabet, clientIdLength)]));

	function renamed(table: Table, row: NamedRow): NamedRow {
		const after: Record<string, Value> = { ...row, [poolColumn(table)]: id };
		if (table === "user_pools") {
			after["region"] = region;
			// Its domains stay the original's.
			const { Domain: _domain, CustomDomain: _custom, ...settings } = JSON.parse(row["settings"] as string) as Record<string, unknown>;
			after["settings"] = JSON.stringify(settings);
		}
		const clientColumn = table === "app_clients" ? "id" : "client_id" in row ? "client_id" : undefined;
		if (clientColumn !== undefined) after[clientColumn] = clients.get(row[clientColumn] as string) ?? (row[clientColumn] as string);
		for (const [column, purpose] of Object.entries(sealedColumns[table] ?? {})) {
			const box = row[column];
			if (!(box instanceof Uint8Array)) continue;
			const plain = opening[purpose].open(sealedContext(table, column, row), box);
			if (plain === undefined) throw source.damaged(`a secret in ${table} does not open`);
			after[column] = keyrings[purpose].seal(sealedContext(table, column, after), plain);
		}
		return after;
	}

	return {
		clients,
		rows: rows.map((verb) => ({
			table: verb.table,
			row: present(verb.verb === "insert" ? verb.row : undefined, "a new pool's rows are inserted"),
		})),
		rowsOf: (table, of) => (table === "data_keys" || tablesOfTheId.includes(table) ? [] : of.map((row) => renamed(table, row))),
	};
}
