/**
 * Who works on the job that is active: the process that holds its lease, a batch at a time. Each batch renews the lease and demands it,
 * so that after a crash another process, or the same one started again, goes on where the last commit was.
 */
import { randomUuid } from "../../../crypto/random-text.ts";
import { consume, type Store, update } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";
import type { UserPool } from "../pools.ts";
import { readHeader } from "./csv.ts";
import { createLineReader, type LineReader } from "./lines.ts";
import { addLines, type Batch, emptyBatch } from "./prepare.ts";
import { type Written, writeBatch } from "./run.ts";
import { activeName, endImport, findActiveImport, findImport, type ImportRow, type ImportStatus, importLimits } from "./stored.ts";
import { discardSomeChunks, FileGone } from "./upload.ts";

export const runLimits = {
	/** "The maximum number of rows (users) in the file is 500,000. This maximum doesn't include the header row." */
	rowsMax: 500_000,
	/** Lines of one batch: they bound how long other writes wait. */
	linesAtOnce: 200,
	/** Lines that are prepared in one go: they bound how long requests wait. */
	linesPrepared: 40,
	/** How long a process that has crashed keeps the others from going on. One that is slower than this is overtaken, and does no harm. */
	leaseMilliseconds: 5_000,
} as const;

export interface ImportRunner {
	/** Does one small piece of work, if there is any for this process: then `more`. */
	step(): Promise<{ readonly more: boolean }>;
	/** Lets another process go on at once. No step may be under way. */
	release(): Promise<void>;
}

/** The job that this process works on: while one batch is written the next is prepared. */
interface Current {
	readonly pool: UserPool;
	/** As of the last batch that was written. */
	job: ImportRow;
	readonly reader: LineReader;
	/** Undefined until the header was read. */
	readonly columns: readonly string[] | undefined;
	/** What is being prepared, and whether the file has no more lines for it. */
	batch: Batch;
	atEnd: boolean;
	underWay: { readonly batch: Batch; readonly writing: Promise<Written> } | undefined;
}

/** `base` is what all calls of the process share. */
export function createImportRunner(base: Pick<Call, "store" | "vault" | "caches" | "ports" | "settings">): ImportRunner {
	const { store, caches, ports } = base;
	const holder = randomUuid(ports.random);
	let current: Current | undefined;

	const callNow = (): Call => ({
		...base,
		now: ports.clock.now(),
		requestId: `import ${holder}`,
		region: undefined,
		sourceIp: undefined,
		userAgent: undefined,
	});

	async function step(): Promise<{ more: boolean }> {
		try {
			const call = callNow();
			current ??= await takeUp(call);
			if (current === undefined) return { more: false };
			await work(call, current);
			return { more: true };
		} catch (error) {
			// What was committed is found in the database again.
			current = undefined;
			throw error;
		}
	}

	/** The active job, if no other process works on it. */
	async function takeUp(call: Call): Promise<Current | undefined> {
		const [active] = await store.read(findActiveImport, { name: activeName });
		if (active === undefined || !(await lease(call, active))) return undefined;
		const { pool_id, import_id: id } = active;
		await store.write([update("user_imports", { pool_id, id, status: "Pending" }, { status: "InProgress" })]);
		const [job] = await store.read(findImport, { pool: pool_id, id });
		const pool = await caches.userPools.get(pool_id);
		if (job?.status !== "InProgress" || pool === undefined) {
			// Its pool was deleted, and with it the job: the place is free.
			await store.write([consume("active_user_import", { name: activeName, import_id: id, holder })]);
			return undefined;
		}
		ports.log.info({ poolId: pool_id, jobId: id, line: job.line }, job.line === 0 ? "an import begins" : "an import goes on");
		// The header is read again, from the beginning.
		const reader = createLineReader(store, pool, { ...job, position: 0, line: 0 });
		return { pool, job, reader, columns: undefined, batch: emptyBatch(), atEnd: false, underWay: undefined };
	}

	/** Whether this process may work on the job from now on. */
	async function lease(call: Call, active: Tables["active_user_import"]): Promise<boolean> {
		// A database file has one process: who held the lease before is gone.
		const isFree = active.lease_expires_at <= call.now || active.holder === holder || store.engine === "sqlite";
		if (!isFree) return false;
		const taken = { holder, lease_expires_at: call.now + runLimits.leaseMilliseconds };
		return (await store.write([update("active_user_import", { ...active }, taken, "raced")])) === "done";
	}

	async function work(call: Call, now: Current): Promise<void> {
		try {
			if (now.columns === undefined) await begin(call, now);
			else if (!now.atEnd && now.batch.lines.length < runLimits.linesAtOnce) await prepareSome(call, now, now.columns);
			else await writeNext(call, now, now.columns);
		} catch (error) {
			if (!(error instanceof FileGone)) throw error;
			await end(call, now, failed("The CSV file is not there any more."));
		}
	}

	async function prepareSome(call: Call, now: Current, columns: readonly string[]): Promise<void> {
		const { lines, atEnd } = await now.reader.next(runLimits.linesPrepared);
		now.atEnd = atEnd;
		if (lines.length > 0) await addLines(call, now.pool, now.job, columns, now.batch, lines, now.underWay?.batch);
	}

	/** Waits until the batch before is written, and lets this one be. */
	async function writeNext(call: Call, now: Current, columns: readonly string[]): Promise<void> {
		const { underWay, batch } = now;
		now.underWay = undefined;
		const written = await underWay?.writing;
		const pool = await caches.userPools.get(now.pool.id);
		if ((written !== undefined && written.job === undefined) || pool === undefined) {
			current = undefined;
			return;
		}
		now.job = written?.job ?? now.job;
		if (batch.lines.length === 0) return end(call, now, outcomeOf(now.job));
		if (written?.isAsPrepared === false) {
			// It counted on users who were not imported after all.
			now.batch = emptyBatch();
			return addLines(call, pool, now.job, columns, now.batch, batch.lines, undefined);
		}
		const running = { job: now.job, columns, holder, leaseMilliseconds: runLimits.leaseMilliseconds };
		const writing = writeBatch(call, pool, running, batch);
		// A failure is met where it is waited for.
		writing.catch(() => {});
		now.underWay = { batch, writing };
		now.batch = emptyBatch();
	}

	/** Reads the header, and goes to where the job is. */
	async function begin(call: Call, now: Current): Promise<void> {
		const { pool, job, reader } = now;
		if (job.upload_lines > runLimits.rowsMax + 1) return end(call, now, failed(`The CSV file has more than ${runLimits.rowsMax} rows.`));
		const { lines, atEnd } = await reader.next(1);
		const [first] = lines;
		if (first === undefined) {
			if (atEnd) await end(call, now, failed("The CSV file is empty."));
			return;
		}
		if (first.text === undefined) return end(call, now, failed("The header of the CSV file can't be read."));
		const header = readHeader(pool, job.algorithm !== null, first.text);
		if ("problem" in header) return end(call, now, failed(header.problem));
		const isFurther = job.line > first.number;
		current = { ...now, columns: header.columns, ...(isFurther && { reader: createLineReader(store, pool, job) }) };
	}

	/** Ends the job, if it runs still: who has stopped it has ended it. */
	async function end(call: Call, { job }: Current, ending: Ending): Promise<void> {
		const { pool_id, id, position, imported, skipped, failed } = job;
		const { status, message } = ending;
		const outcome = await store.write(endImport(call, { pool_id, id, status: "InProgress", position }, status, message));
		if (outcome === "done") ports.log.info({ poolId: pool_id, jobId: id, status, imported, skipped, failed }, "an import ended");
		current = undefined;
	}

	return {
		step,
		async release() {
			await current?.underWay?.writing.catch(() => {});
			current = undefined;
			const free = { holder: "", lease_expires_at: 0 };
			// Where the database is away the lease ends by itself.
			await store.write([update("active_user_import", { name: activeName, holder }, free)]).catch(() => {});
		},
	};
}

interface Ending {
	readonly status: ImportStatus;
	readonly message: string;
}

const failed = (message: string): Ending => ({ status: "Failed", message });

/** What a job came to that has done all its lines. AWS doesn't say how many "too many" are; here it is more than half. */
function outcomeOf(job: ImportRow): Ending {
	if (job.skipped + job.failed > job.imported) return failed("Too many users have failed or been skipped during the import.");
	return { status: "Succeeded", message: "Import Job Completed Successfully." };
}

/**
 * One step of the sweep: removes some of the file of a job that is over, and lets a job expire that nobody has started. The job itself,
 * and for a while its log, stay.
 */
export async function sweepImportData(store: Store, now: number): Promise<{ readonly deleted: number; readonly more: boolean }> {
	const due = await store.db
		.selectFrom("user_import_data")
		.selectAll()
		.where("discard_at", "<=", now)
		.orderBy("pool_id")
		.orderBy("import_id")
		.limit(1)
		.executeTakeFirst();
	if (due === undefined) return { deleted: 0, more: false };
	const { pool_id, import_id: id, discard_at } = due;
	const mark = { pool_id, import_id: id, discard_at };
	const [job] = await store.read(findImport, { pool: pool_id, id });
	if (job?.status === "Created") {
		await store.write([update("user_imports", { pool_id, id, status: "Created" }, { status: "Expired", completed_at: now })]);
		return { deleted: 0, more: true };
	}
	if (job?.status === "InProgress" || job?.status === "Pending") {
		await store.write([update("user_import_data", mark, { discard_at: now + importLimits.runningMilliseconds })]);
		return { deleted: 0, more: true };
	}
	const deleted = await discardSomeChunks(store, { pool_id, id });
	if (deleted > 0) return { deleted, more: true };
	await store.write([consume("user_import_data", mark)]);
	return { deleted: 1, more: true };
}
