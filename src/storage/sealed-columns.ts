/**
 * Every column that holds sealed boxes, with the purpose of its key: what is sealed under a data key and lives in a row is named here.
 * A box is bound to its table, its column and the row's key. What is sealed and lives elsewhere (refresh tokens, sessions of challenges,
 * cookies, temporary credentials) is all of the purpose `session`.
 */
import { present } from "../kernel/assert.ts";
import { definedTables } from "./migrations/index.ts";
import type { Table, Value } from "./store.ts";
import { type Purpose, serverScope } from "./vault.ts";

export const sealedColumns: { readonly [T in Table]?: Readonly<Record<string, Purpose>> } = {
	client_secrets: { sealed: "client-secret" },
	signing_keys: { private_sealed: "signing" },
	signing_certificates: { private_sealed: "signing" },
	passwords: { verifier: "password" },
	password_history: { earlier: "password" },
	user_import_chunks: { data: "password" },
	software_tokens: { secret_sealed: "factor", pending_sealed: "factor" },
	devices: { verifier: "factor" },
	custom_challenges: { sealed: "session" },
	outbox: { sealed: "session" },
	// The server's own.
	identity_token_keys: { private_sealed: "signing" },
	iam_access_keys: { secret_sealed: "signing" },
	kms_keys: { material_sealed: "signing" },
};

/** Which columns name a row in its boxes' context, where they aren't its primary key. */
const named: { readonly [T in Table]?: readonly string[] } = { identity_token_keys: ["kid"] };

const definitions = new Map(definedTables());

/** The columns of a table's primary key. */
export function keyColumns(table: Table): readonly string[] {
	return present(definitions.get(table), "a sealed table is defined").key;
}

/** The columns that a box of the table is bound to. */
export function contextColumns(table: Table): readonly string[] {
	return named[table] ?? keyColumns(table);
}

/** What a row's box in a column is bound to. */
export function sealedContext(table: Table, column: string, row: Readonly<Record<string, Value>>): string[] {
	return [table, column, ...contextColumns(table).map((name) => String(row[name]))];
}

/** The column that says whose keys a table's boxes are under; undefined where they are the server's own. */
export function scopeColumn(table: Table): string | undefined {
	return "pool_id" in present(definitions.get(table), "a sealed table is defined").columns ? "pool_id" : undefined;
}

/** Whose data keys a row is sealed under. */
export function scopeOf(table: Table, row: Readonly<Record<string, Value>>): string {
	const column = scopeColumn(table);
	return column === undefined ? serverScope : String(row[column]);
}
