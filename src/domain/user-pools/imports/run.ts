/**
 * Writes some lines of a job's file in one batch: the users, what is logged of each line, and how far the job has come are committed
 * together, and only while the job runs and this process works on it. So no line is done twice or lost, whoever crashes.
 */
import { insert, insertRows, update, type Verb } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";
import type { NameTaken } from "../names.ts";
import { countUser, type UserPool } from "../pools.ts";
import type { Line } from "./lines.ts";
import { type LineResult, logRow } from "./log.ts";
import { addLines, type Batch, emptyBatch, failure } from "./prepare.ts";
import { activeName, type ImportRow } from "./stored.ts";

/** What of a job the next batch goes by. */
export interface Running {
	readonly job: ImportRow;
	readonly columns: readonly string[];
	/** Who works on the job, and until when nobody else may. */
	readonly holder: string;
	readonly leaseMilliseconds: number;
}

export interface Written {
	/** The job as it is then; undefined where it was stopped or is another's by now. */
	readonly job: ImportRow | undefined;
	/** False where somebody took one of the names meanwhile, and not all users of the batch were imported. */
	readonly isAsPrepared: boolean;
}

type Outcome = "taken" | "over";

/** How often lines are looked at again whose names somebody else takes meanwhile. */
const roundsMax = 5;

export async function writeBatch(call: Call, pool: UserPool, running: Running, batch: Batch): Promise<Written> {
	const { outcome, job } = await commit(call, pool, running, batch);
	if (outcome !== "taken") return { job, isAsPrepared: true };
	return { job: await writeAnew(call, pool, running, batch.lines), isAsPrepared: false };
}

/** Looks at the lines again until nobody takes one of their names in between; where that goes on and on, at each line alone. */
async function writeAnew(call: Call, pool: UserPool, running: Running, lines: readonly Line[]): Promise<ImportRow | undefined> {
	for (let round = 1; round < roundsMax; round++) {
		const batch = emptyBatch();
		await addLines(call, pool, running.job, running.columns, batch, lines, undefined);
		const { outcome, job } = await commit(call, pool, running, batch);
		if (outcome !== "taken") return job;
	}
	if (lines.length === 1) {
		const results = lines.map(({ number }) => failure(number, "The user was being created by somebody else at the same time."));
		return (await commit(call, pool, running, { ...emptyBatch(), lines: [...lines], results })).job;
	}
	let job: ImportRow | undefined = running.job;
	for (const line of lines) {
		if (job !== undefined) job = await writeAnew(call, pool, { ...running, job }, [line]);
	}
	return job;
}

async function commit(
	call: Call,
	pool: UserPool,
	{ job, holder, leaseMilliseconds }: Running,
	{ lines, results, users }: Batch,
): Promise<{ readonly outcome: "done" | Outcome; readonly job: ImportRow | undefined }> {
	const last = lines.at(-1);
	const count = (outcome: LineResult["outcome"]) => results.filter((result) => result.outcome === outcome).length;
	const [imported, skipped, failed] = [count("SUCCEEDED"), count("SKIPPED"), count("FAILED")];
	const done = { position: last?.end ?? job.position, line: last?.number ?? job.line };
	const outcome = await call.store.write<Outcome>([
		// First: who is not to write gets no further.
		update(
			"active_user_import",
			{ name: activeName, import_id: job.id, holder },
			{ lease_expires_at: call.now + leaseMilliseconds },
			"over",
		),
		update(
			"user_imports",
			{ pool_id: job.pool_id, id: job.id, status: "InProgress", position: job.position },
			{ ...done, imported: { add: imported }, skipped: { add: skipped }, failed: { add: failed } },
			"over",
		),
		insert("user_import_log", logRow(job, results, call.now)),
		...inRows(users.flatMap(({ verbs }) => verbs)),
		...passwordRows(users.flatMap(({ imported: { password } }) => password ?? [])),
		...(users.length > 0 ? [countUser(pool, call.ports.random, users.length)] : []),
	]);
	if (outcome !== "done") return { outcome, job: undefined };
	call.ports.meters.count("user_import_lines", results.length);
	return {
		outcome,
		job: { ...job, ...done, imported: job.imported + imported, skipped: job.skipped + skipped, failed: job.failed + failed },
	};
}

/** The same as the verbs, with one for all rows of a table. */
function inRows(verbs: readonly Verb<NameTaken | "stale">[]): Verb<"taken">[] {
	const rows = new Map<string, { table: Verb["table"]; rows: Readonly<Record<string, unknown>>[]; otherwise: "taken" | undefined }>();
	const others: Verb<"taken">[] = [];
	for (const verb of verbs) {
		const otherwise = verb.otherwise === undefined ? undefined : "taken";
		if (verb.verb !== "insert") {
			others.push({ ...verb, otherwise });
			continue;
		}
		const key = `${verb.table} ${otherwise}`;
		const group = rows.get(key) ?? { table: verb.table, rows: [], otherwise };
		group.rows.push(verb.row);
		rows.set(key, group);
	}
	return [
		...others,
		...[...rows.values()].map(
			({ table, rows, otherwise }): Verb<"taken"> => ({ verb: "insertRows", table, otherwise, rows: rows as never }),
		),
	];
}

function passwordRows(rows: readonly Tables["passwords"][]): Verb<never>[] {
	return rows.length === 0 ? [] : [insertRows("passwords", rows)];
}
