/**
 * What became of each line of a job's file, as AWS writes it to CloudWatch: no user data is in it. Neighbours that came to the same
 * are stored as one run: [first line, last line, outcome, reason].
 */
import { statement } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";

export type LineOutcome = "SUCCEEDED" | "SKIPPED" | "FAILED";

export interface LineResult {
	readonly line: number;
	readonly outcome: LineOutcome;
	readonly reason: string;
}

export const succeeded = "The import succeeded.";
/** Batches whose lines are read in one go. */
const pageRows = 50;

/** The row for lines that were done together, in their order; there is at least one. */
export function logRow(
	job: { readonly pool_id: string; readonly id: string },
	results: readonly LineResult[],
	now: number,
): Tables["user_import_log"] {
	const runs: { from: number; to: number; outcome: LineOutcome; reason: string }[] = [];
	for (const { line, outcome, reason } of results) {
		const last = runs.at(-1);
		if (last !== undefined && last.to + 1 === line && last.outcome === outcome && last.reason === reason) last.to = line;
		else runs.push({ from: line, to: line, outcome, reason });
	}
	const text = JSON.stringify(runs.map(({ from, to, outcome, reason }) => [from, to, outcome, reason]));
	return { pool_id: job.pool_id, import_id: job.id, line: results[0]?.line ?? 0, runs: text, at: now };
}

export const listLog = statement<{ pool: string; job: string; after: number; limit: number }>()("listImportLog", (db, param) =>
	db
		.selectFrom("user_import_log")
		.select(["line", "runs"])
		.where("pool_id", "=", param("pool"))
		.where("import_id", "=", param("job"))
		.where("line", ">", param("after"))
		.orderBy("line")
		.limit(param("limit")),
);

/** The lines of a job's log, some at a time. */
export async function* readImportLog(call: Pick<Call, "store">, poolId: string, jobId: string): AsyncGenerator<string> {
	let after = -1;
	for (;;) {
		const rows = await call.store.read(listLog, { pool: poolId, job: jobId, after, limit: pageRows });
		for (const { runs } of rows) yield linesOf(runs);
		const last = rows.at(-1);
		if (last === undefined || rows.length < pageRows) return;
		after = last.line;
	}
}

function linesOf(runs: string): string {
	let text = "";
	for (const [from, to, outcome, reason] of JSON.parse(runs) as [number, number, LineOutcome, string][]) {
		for (let line = from; line <= to; line++) text += `[${outcome}] Line Number ${line} - ${reason}\n`;
	}
	return text;
}
