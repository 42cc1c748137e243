/** What tests ask of the outbox. */
import assert from "node:assert/strict";
import type { Gatehouse } from "./gatehouse.ts";

const patienceMilliseconds = 30_000;

/** Waits until something holds. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
	const end = performance.now() + patienceMilliseconds;
	while (!(await holds())) {
		assert.ok(performance.now() < end, `${what}, within ${patienceMilliseconds} ms`);
		await new Promise((resolve) => setImmediate(resolve));
	}
}

/** The rows of the outbox. */
export const rowsOf = ({ store }: Pick<Gatehouse, "store">) => store.db.selectFrom("outbox").selectAll().execute();

/** Waits until every message that was taken has lost its row. */
export function emptied(gatehouse: Pick<Gatehouse, "store">): Promise<void> {
	return until("the outbox is empty", async () => (await rowsOf(gatehouse)).length === 0);
}
