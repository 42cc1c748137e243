/**
 * The thread that owns the only connection that writes. Each message is a group of batches: it runs them as savepoints of one
 * transaction and answers after that transaction's commit, so that all of them share one sync of the disk.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { present } from "../kernel/assert.ts";
import { type Answer, demandNumbers, done, type Failure, failed, type Request } from "./sqlite-messages.ts";

const port = present(parentPort, "the writer runs in a thread of its own");
const db = new DatabaseSync((workerData as { path: string }).path);
// FULL syncs the write-ahead log at every commit: what is acknowledged survives a power cut.
db.exec(
	"pragma busy_timeout = 5000; pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off; pragma cache_size = -16384",
);
const begin = db.prepare("begin immediate");
const commit = db.prepare("commit");
const savepoint = db.prepare("savepoint batch");
const release = db.prepare("release batch");
const rollBackTo = db.prepare("rollback to batch");
const prepared = new Map<number, { readonly statement: StatementSync; readonly selects: boolean }>();

port.on("message", (request: Request) => {
	switch (request.kind) {
		case "batches":
			port.postMessage(
				inTransaction(() => {
					for (const [id, sql, selects] of request.shapes) prepared.set(id, { statement: db.prepare(sql), selects });
					return runBatches(request.work, request.batches);
				}),
			);
			break;
		case "execute":
			port.postMessage(
				inTransaction(() => {
					for (const statement of request.statements) db.exec(statement);
					return { kind: "committed", outcomes: [done], failures: [] };
				}),
			);
			break;
		case "close":
			db.close();
			port.close();
	}
});
port.postMessage({ kind: "ready" } satisfies Answer);

/** Answers only once the commit is on the disk. */
function inTransaction(run: () => Answer): Answer {
	try {
		begin.run();
		const answer = run();
		commit.run();
		return answer;
	} catch (error) {
		if (db.isTransaction) db.exec("rollback");
		return { kind: "failed", failure: failureOf(error) };
	}
}

function runBatches(work: readonly SQLInputValue[], batches: number): Answer {
	const outcomes: number[] = [];
	const failures: [number, Failure][] = [];
	let at = 0;
	for (let batch = 0; batch < batches; batch++) {
		const verbs = work[at++] as number;
		try {
			outcomes.push(runBatch(work, at, verbs));
		} catch (error) {
			// A disk that is full or fails ends the whole transaction by itself.
			if (!db.isTransaction) throw error;
			if (verbs > 1) undo();
			outcomes.push(failed);
			failures.push([batch, failureOf(error)]);
		}
		for (let verb = 0; verb < verbs; verb++) at += 3 + (work[at + 2] as number);
	}
	return { kind: "committed", outcomes, failures };
}

/** Runs the verbs of a batch. A single one needs no savepoint: a statement writes all or nothing by itself. */
function runBatch(work: readonly SQLInputValue[], start: number, verbs: number): number {
	if (verbs > 1) savepoint.run();
	let at = start;
	for (let verb = 0; verb < verbs; verb++) {
		const { statement, selects } = present(prepared.get(work[at] as number), "a verb's shape was sent before it");
		const demand = work[at + 1];
		const params = work.slice(at + 3, at + 3 + (work[at + 2] as number));
		const met = selects ? statement.get(...params) !== undefined : Number(statement.run(...params).changes) > 0;
		if ((demand === demandNumbers.some && !met) || (demand === demandNumbers.none && met)) {
			if (verbs > 1) undo();
			return verb;
		}
		at += 3 + params.length;
	}
	if (verbs > 1) release.run();
	return done;
}

function undo(): void {
	rollBackTo.run();
	release.run();
}

function failureOf(error: unknown): Failure {
	const { message, errcode } = error as { message: string; errcode?: number };
	return { message, code: errcode };
}
