/** That something of a pool's looks changes: each batch that changes it counts on, and the caches go by the count. */
import { consume, put, type Store, statement, type Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import type { UserPool } from "../pools.ts";

export const brandingVersionStatement = statement<{ pool: string }>()("brandingVersion", (db, param) =>
	db.selectFrom("branding_versions").select("version").where("pool_id", "=", param("pool")),
);

/** 0 where nothing was ever set. */
export async function brandingVersionOf(store: Store, poolId: string): Promise<number> {
	const [row] = await store.read(brandingVersionStatement, { pool: poolId });
	return row?.version ?? 0;
}

/** Writes what changes a pool's looks, counts the change, and lets this process's pages see it at once. */
export async function writeBranding<L extends string>(
	call: Call,
	pool: Pick<UserPool, "id">,
	batch: readonly Verb<L>[],
): Promise<"done" | L> {
	const outcome = await call.store.write<L>([...batch, countChange(call, pool)]);
	call.caches.branding.clear();
	return outcome;
}

/** By a step of chance, so that a later pool of the same id is not taken for this one. 2^31 steps of 22 bits fit into a number. */
function countChange(call: Call, pool: Pick<UserPool, "id">): Verb<never> {
	const step = 1 + (call.ports.random.bytes(4).readUInt32BE() >>> 10);
	return put("branding_versions", ["pool_id"], { pool_id: pool.id, version: { add: step } });
}

/** What goes with an app client. */
export function deleteClientBranding(call: Call, pool: Pick<UserPool, "id">, clientId: string): Verb<never>[] {
	const rows = { pool_id: pool.id, client_id: clientId };
	return [
		consume("managed_login_branding", rows),
		consume("ui_customizations", rows),
		consume("branding_images", rows),
		consume("terms", rows),
		countChange(call, pool),
	];
}
