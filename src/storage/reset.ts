/**
 * What the development reset deletes: all rows but the server's own data keys and the facts of its master keys. Every process has those
 * keys in its memory and goes on sealing under them, so that without their rows nothing made afterwards would open after a restart.
 */
import { tableNames } from "./migrations/index.ts";
import type { Table } from "./store.ts";
import { serverScope } from "./vault.ts";
import { quote } from "./verbs.ts";

/** The rows that stay, of the tables that keep any. */
const kept: { readonly [T in Table]?: string } = { server_facts: "true", data_keys: `"scope" = '${serverScope}'` };

export function resetStatements(): string[] {
	return tableNames().map((table) => `delete from ${quote(table)} where not (${kept[table] ?? "false"})`);
}
