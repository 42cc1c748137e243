/**
 * A pool under another id: what it needs of its own there. Tokens, sessions and SRP verifiers are bound to a pool's id, so that it
 * gets new signing keys, nobody is signed in, and whoever has a password by SRP must set a new one.
 */
import { sql } from "kysely";
import type { Ports } from "../../kernel/ports.ts";
import { DataRefusal } from "../../storage/data-refusal.ts";
import type { Renaming } from "../../storage/moving/renaming.ts";
import type { Vault } from "../../storage/vault.ts";
import { makeSigningKeys } from "./keys.ts";
import { foldCase } from "./names.ts";
import { isUserPoolId, regionOf } from "./pools.ts";
import type { UserStatus } from "./users.ts";

/** @throws DataRefusal for what can't be a pool's id */
export function checkUserPoolId(id: string): void {
	if (!isUserPoolId(id)) throw new DataRefusal(`${id} can't be the id of a user pool; it must be like us-east-1_AbCdEfGhI.`);
}

/**
 * What the pool needs under `id`. Its last statements answer how many users must set a new password, and how many lost the password
 * that they signed up with and were never confirmed by.
 */
export async function renamingOf(ports: Pick<Ports, "clock" | "random" | "keyPairs">, vault: Vault, id: string): Promise<Renaming> {
	const now = ports.clock.now();
	const { keyrings, verbs } = vault.create(id, now);
	return {
		id,
		region: regionOf(id),
		keyrings,
		rows: [...verbs, ...(await makeSigningKeys(ports, id, keyrings, now))],
		last: withoutSrpPasswords(id),
	};
}

/** What the last statements changed, in numbers of users. */
export function outcomeOfRenaming([, resetRequired = 0, passwords = 0]: readonly number[]): {
	/** Users that must set a new password. */
	readonly resetRequired: number;
	/** Users that were never confirmed and have no password any more. */
	readonly unconfirmed: number;
} {
	return { resetRequired, unconfirmed: passwords - resetRequired };
}

/** Statements that end every password which is bound to the id, in an order in which each can still see whose they were. */
function withoutSrpPasswords(pool: string): Renaming["last"] {
	const required: UserStatus = "RESET_REQUIRED";
	const unconfirmed: UserStatus = "UNCONFIRMED";
	const withPassword = sql`select user_id from passwords where pool_id = ${pool} and scheme = 'srp-6a'`;
	const confirmed = sql`select id from users where pool_id = ${pool} and status <> ${unconfirmed}`;
	return [
		// ListUsers finds users by what their status says.
		sql`update user_search set folded = ${foldCase(required)} where pool_id = ${pool} and attribute = 'cognito:user_status' and user_id in (${withPassword}) and user_id in (${confirmed})`,
		sql`update users set status = ${required}, version = version + 1 where pool_id = ${pool} and status <> ${unconfirmed} and id in (${withPassword})`,
		sql`delete from passwords where pool_id = ${pool} and scheme = 'srp-6a'`,
	];
}
