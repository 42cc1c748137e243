/** Which rows are a pool's and go with it when it moves. A new table of pools is named here. */
import { definedTables } from "../migrations/index.ts";
import type { AnyTable, Migration } from "../migrations/migration.ts";
import type { Table } from "../store.ts";

/** Where the pool's id stands, in the tables where it isn't `pool_id`. */
const poolColumns: { readonly [T in Table]?: string } = { user_pools: "id", data_keys: "scope" };

export function poolColumn(table: Table): string {
	return poolColumns[table] ?? "pool_id";
}

/** What goes along. The pool comes first and its clients soon: whether their ids are free decides whether it can move. */
export const movedTables: readonly Table[] = [
	"user_pools",
	"data_keys",
	"app_clients",
	"client_secrets",
	"signing_keys",
	"signing_certificates",
	"user_pool_domains",
	"resource_servers",
	"branding_versions",
	"managed_login_branding",
	"ui_customizations",
	"branding_images",
	"terms",
	"groups",
	"deleted_groups",
	"users",
	"user_counts",
	"user_names",
	"user_search",
	"group_members",
	"passwords",
	"password_history",
	"pending_attributes",
	"software_tokens",
	"passkeys",
	"devices",
	// Who is signed in stays so, and what was used up does not come back.
	"sessions",
	"token_sessions",
	"tracked_sign_ins",
	"spent",
	"challenge_attempts",
	"custom_challenges",
];

/** Rows of pools that stay behind: what passes within the hour or the day, counts attempts, or is a job of the one installation. */
export const leftTables: readonly Table[] = [
	"codes",
	"outbox",
	"browser_sessions",
	"sign_in_failures",
	"call_counts",
	"user_imports",
	"user_import_chunks",
	"user_import_log",
	"user_import_data",
	"active_user_import",
	// Of identity pools, which stay where they are.
	"identities",
	"identity_logins",
];

/** Tokens, sessions, domains and what belongs to them are the pool's of that id: under another id they are nothing. */
export const tablesOfTheId: readonly Table[] = [
	"signing_keys",
	"signing_certificates",
	"user_pool_domains",
	"sessions",
	"token_sessions",
	"tracked_sign_ins",
	"spent",
	"challenge_attempts",
	"custom_challenges",
];

/** Rows that each process caches by their version: a new one must not be taken for an earlier one of its id. */
export const versionedTables: readonly Table[] = ["user_pools", "app_clients", "groups", "branding_versions", "user_pool_domains"];

/** The moved tables as they are after some migrations, in the order of `movedTables`. */
export function tablesAfter(seen: readonly Migration[]): [Table, AnyTable][] {
	const defined = new Map(definedTables(seen));
	return movedTables.flatMap((table): [Table, AnyTable][] => {
		const definition = defined.get(table);
		return definition === undefined ? [] : [[table, definition]];
	});
}
