/**
 * The embedded engine: node:sqlite on one file. This thread reads, the writer thread (`sqlite-writer.ts`) writes.
 * Batches that wait while the writer is busy go to it together and share one commit.
 */
import { once } from "node:events";
import { chmodSync, closeSync, mkdirSync, openSync, realpathSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { assert } from "../kernel/assert.ts";
import { Overloaded } from "../kernel/overloaded.ts";
import { type Engine, type EngineOptions, StoreFailure, waitingMaxDefault } from "./engine.ts";
import { compileRead, createReadingKysely } from "./reads.ts";
import { resetStatements } from "./reset.ts";
import { type Answer, done, encodeBatches, type Failure, type Request } from "./sqlite-messages.ts";
import type { Statement, Value, Verb } from "./store.ts";
import { type CompiledVerb, createVerbCompiler, oneByOne } from "./verbs.ts";

/** Batches of one commit: bounds how long the first of them waits for the last. */
const groupBatchesMax = 512;
/** Prepared statements kept for reads that are built anew each time. */
const builtStatementsMax = 200;
/** How long a read may wait for a lock, since it holds up the event loop. Only tools beside the server take such locks. */
const readLockMilliseconds = 1000;
/** SQLITE_BUSY: the primary code is the low byte of an extended one. */
const busyCode = 5;

/** Opens the database file, made if need be, and starts its writer. Refuses a file that another server has open. */
export async function openSqlite(path: string, options: EngineOptions): Promise<Engine> {
	mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
	makePrivate(path);
	const file = realpathSync(path);
	makePrivate(`${file}-lock`);
	const unlock = lock(file);
	try {
		return createStore(file, await startWriter(file), unlock, options.waitingMax ?? waitingMaxDefault);
	} catch (error) {
		unlock();
		throw error;
	}
}

/**
 * Makes a file that its owner alone may read; SQLite gives `-wal` and `-shm` the mode of the database. A file that is there is not
 * opened: closing it again would end every lock that this process holds on it (POSIX.1, fcntl), and another server could start.
 */
function makePrivate(file: string): void {
	try {
		closeSync(openSync(file, "wx", 0o600));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
		chmodSync(file, 0o600);
	}
}

/** Holds a lock of the operating system on a file beside the database: it ends with the process, however that ends. */
function lock(path: string): () => void {
	const db = new DatabaseSync(`${path}-lock`);
	try {
		db.exec("pragma busy_timeout = 0; pragma journal_mode = delete; begin exclusive");
	} catch (error) {
		db.close();
		if (((error as { errcode?: number }).errcode ?? 0) % 256 !== busyCode) throw error;
		throw new StoreFailure(`${path} is in use by another server: a database file serves one server at a time`);
	}
	return () => db.close();
}

async function startWriter(path: string): Promise<Worker> {
	// Without this process's own arguments: --eval and its like are not for the thread.
	const writer = new Worker(new URL("./sqlite-writer.ts", import.meta.url), { name: "sqlite-writer", workerData: { path }, execArgv: [] });
	await once(writer, "message"); // ready; rejects where the writer fails instead
	return writer;
}

interface Member {
	readonly resolve: (outcome: number) => void;
	readonly reject: (error: Error) => void;
}

/** What goes to the writer at once, and who waits for it. */
interface Group {
	readonly request: Request;
	readonly members: readonly Member[];
}

function createStore(path: string, writer: Worker, unlock: () => void, waitingMax: number): Engine {
	const counts = { statements: 0, batches: 0, commits: 0, retries: 0 };

	// Reading: synchronous under its promise, since a row costs less than handing the question to another thread.
	const reader = new DatabaseSync(path, { readOnly: true });
	reader.exec(
		`pragma query_only = 1; pragma busy_timeout = ${readLockMilliseconds}; pragma trusted_schema = off; pragma cache_size = -32768`,
	);
	const built = new Map<string, Rows>();
	const db = createReadingKysely("sqlite", async (sql, params) => {
		let rows = built.get(sql);
		if (rows === undefined) {
			if (built.size >= builtStatementsMax) built.delete(built.keys().next().value as string);
			rows = prepareRows(reader, sql);
			built.set(sql, rows);
		}
		counts.statements++;
		return rows(params);
	});
	const reads = new Map<unknown, (params: Readonly<Record<string, Value>>) => unknown[]>();
	function prepareRead<P, R>(statement: Statement<P, R>): (params: Readonly<Record<string, Value>>) => unknown[] {
		const { sql, bind } = compileRead(db, statement);
		const rows = prepareRows(reader, sql);
		const read = (params: Readonly<Record<string, Value>>) => rows(bind(params));
		reads.set(statement, read);
		return read;
	}

	// Writing: what waits goes to the writer once it has answered the group before.
	const compile = createVerbCompiler();
	const shapesSent = new Set<number>();
	let waiting: (Member & { readonly verbs: readonly CompiledVerb[] })[] = [];
	const executions: Group[] = [];
	let underWay: Group | undefined;
	let closed: Promise<void> | undefined;
	let broken: StoreFailure | undefined;

	function flush(): void {
		if (underWay !== undefined) return;
		underWay = nextBatches() ?? executions.shift();
		if (underWay !== undefined) writer.postMessage(underWay.request);
	}

	function nextBatches(): Group | undefined {
		if (waiting.length === 0) return undefined;
		const members = waiting.slice(0, groupBatchesMax);
		waiting = waiting.slice(groupBatchesMax);
		return {
			members,
			request: encodeBatches(
				members.map(({ verbs }) => verbs),
				shapesSent,
			),
		};
	}

	writer.on("message", (answer: Answer) => {
		const members = underWay?.members ?? [];
		underWay = undefined;
		flush();
		if (answer.kind === "failed") for (const { reject } of members) reject(storeFailure(answer.failure));
		if (answer.kind !== "committed") return;
		counts.commits++;
		for (const [batch, failure] of answer.failures) members[batch]?.reject(storeFailure(failure));
		for (const [batch, outcome] of answer.outcomes.entries()) members[batch]?.resolve(outcome);
	});
	writer.on("error", (error) => breakDown(new StoreFailure("the database's writer has failed", undefined, { cause: error })));
	writer.on("exit", () => {
		if (closed === undefined) breakDown(new StoreFailure("the database's writer has stopped"));
	});

	function breakDown(failure: StoreFailure): void {
		broken ??= failure;
		const members = [underWay?.members ?? [], waiting, ...executions.map((group) => group.members)].flat();
		waiting = [];
		executions.length = 0;
		for (const { reject } of members) reject(broken);
	}

	function checkOpen(): void {
		if (broken !== undefined) throw broken;
		assert(closed === undefined, "the store is closed");
	}

	async function execute(statements: readonly string[]): Promise<void> {
		await new Promise<number>((resolve, reject) => {
			executions.push({ request: { kind: "execute", statements }, members: [{ resolve, reject }] });
			flush();
		});
	}

	async function close(): Promise<void> {
		if (broken === undefined) {
			await execute([]); // comes after everything that waits
			const exited = once(writer, "exit");
			writer.postMessage({ kind: "close" } satisfies Request);
			await exited;
		}
		reader.close();
		unlock();
	}

	return {
		engine: "sqlite",
		db,
		counts,
		async read<P extends Record<string, Value>, R>(statement: Statement<P, R>, params: P): Promise<R[]> {
			counts.statements++;
			return (reads.get(statement) ?? prepareRead(statement))(params) as R[];
		},
		async write<L extends string = never>(given: readonly Verb<L>[]): Promise<"done" | L> {
			checkOpen();
			if (given.length === 0) return "done";
			if (waiting.length >= waitingMax) throw new Overloaded("too many writes are waiting");
			const batch = oneByOne(given);
			const verbs = batch.map(compile);
			counts.batches++;
			counts.statements += verbs.length;
			const outcome = await new Promise<number>((resolve, reject) => {
				waiting.push({ verbs, resolve, reject });
				// What else can run now may add to the group first.
				if (underWay === undefined && waiting.length === 1) queueMicrotask(flush);
			});
			return outcome === done ? "done" : (batch[outcome]?.otherwise as L);
		},
		async execute(statements) {
			checkOpen();
			await execute(statements);
		},
		async reset() {
			checkOpen();
			await execute(resetStatements());
		},
		async check() {
			checkOpen();
			reader.exec("select 1");
		},
		close() {
			closed ??= close();
			return closed;
		},
	};
}

type Rows = (params: readonly Value[]) => unknown[];

/** Prepares a select. Its rows are made from arrays: plain objects of one form are quicker to use than what node:sqlite makes itself. */
function prepareRows(reader: DatabaseSync, sql: string): Rows {
	const statement = reader.prepare(sql);
	statement.setReturnArrays(true);
	const names = statement.columns().map(({ name }) => name);
	return (params) =>
		(statement.all(...(params as SQLInputValue[])) as unknown as Value[][]).map((values) => {
			const row: Record<string, Value> = {};
			for (let i = 0; i < names.length; i++) row[names[i] as string] = values[i] as Value;
			return row;
		});
}

function storeFailure({ message, code }: Failure): StoreFailure {
	return new StoreFailure(`SQLite: ${message}`, code === undefined ? undefined : String(code));
}
