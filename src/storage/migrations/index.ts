/** Every migration, oldest first. */
import type { Table } from "../store.ts";
import { first } from "./0001-first.ts";
import { groups } from "./0002-groups.ts";
import { resourceServers } from "./0003-resource-servers.ts";
import { passwordHistory } from "./0004-password-history.ts";
import { factors } from "./0005-factors.ts";
import { passkeys } from "./0006-passkeys.ts";
import { devices } from "./0007-devices.ts";
import { sessionManagement } from "./0008-session-management.ts";
import { userImports } from "./0009-user-imports.ts";
import { customChallenges } from "./0010-custom-challenges.ts";
import { kms } from "./0012-kms.ts";
import { outbox } from "./0013-outbox.ts";
import { domains } from "./0014-domains.ts";
import { branding } from "./0015-branding.ts";
import { iam } from "./0016-iam.ts";
import { identityPools } from "./0017-identity-pools.ts";
import { retiredKeys } from "./0018-retired-keys.ts";
import { provisionedLimits } from "./0019-provisioned-limits.ts";
import { lastUses } from "./0020-last-uses.ts";
import { signingKeySuccessions } from "./0021-signing-key-successions.ts";
import { type AnyTable, addedColumns, bootstrap, type Migration } from "./migration.ts";

export const migrations: readonly Migration[] = [
	first,
	groups,
	resourceServers,
	passwordHistory,
	factors,
	passkeys,
	devices,
	sessionManagement,
	userImports,
	customChallenges,
	kms,
	outbox,
	domains,
	branding,
	iam,
	identityPools,
	retiredKeys,
	provisionedLimits,
	lastUses,
	signingKeySuccessions,
];

/** Every table with its definition after some migrations, added columns included, but the one that says which migrations have run. */
export function definedTables(after: readonly Migration[] = migrations): [Table, AnyTable][] {
	const all = [bootstrap, ...after];
	const added = all.flatMap(addedColumns);
	return all
		.flatMap(({ tables }) => Object.entries(tables) as [Table, AnyTable][])
		.filter(([name]) => name !== "migrations")
		.map(([name, table]) => {
			const further = added.filter((each) => each.table === name).map((each) => [each.column, each.added.type] as const);
			return [name, { ...table, columns: { ...table.columns, ...Object.fromEntries(further) } }];
		});
}

/** The names of those tables. */
export function tableNames(): Table[] {
	return definedTables().map(([name]) => name);
}
