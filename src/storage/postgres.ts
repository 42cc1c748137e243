/**
 * The PostgreSQL engine, also for engines that speak its protocol. A batch is one statement, in one round trip.
 * Correct at READ COMMITTED and at SERIALIZABLE.
 */
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { assert } from "../kernel/assert.ts";
import { Overloaded } from "../kernel/overloaded.ts";
import { type Engine, type EngineOptions, StoreFailure, waitingMaxDefault } from "./engine.ts";
import { done, refusedVerb, renderBatch } from "./postgres-batch.ts";
import { isStalePlan, NotConnected, remedyOf, withoutValues } from "./postgres-errors.ts";
import { type CompiledRead, compileRead, createReadingKysely } from "./reads.ts";
import { resetStatements } from "./reset.ts";
import type { Statement, Value, Verb } from "./store.ts";
import { type CompiledVerb, createVerbCompiler } from "./verbs.ts";

export interface PostgresOptions extends EngineOptions {
	/** The isolation level of every connection; the server's default where it is not given. */
	readonly isolation?: "read committed" | "serializable";
	readonly connectionsMax?: number;
	readonly statementTimeoutMilliseconds?: number;
	/** Accepts a server that acknowledges commits before they are on its disk: for tests and throw-away data. */
	readonly acceptUnsafeCommits?: boolean;
	/** For tests: an error to meet before a statement is sent, or in the place of its answer. */
	readonly faults?: (phase: "before" | "after", work: Work) => Error | undefined;
}

export type Work = "read" | "batch" | "resolve";

const connectionsMaxDefault = 16;
const statementTimeoutMillisecondsDefault = 15_000;
/** How much longer than the server's own timeout an answer is waited for before the connection counts as lost. */
const answerGraceMilliseconds = 5_000;
const connectMilliseconds = 10_000;
/** How long a connection that nobody uses is kept: making one costs milliseconds of both sides' processors. */
const idleMilliseconds = 60_000;
/** Statements that get a name, so that a connection plans them once: more than the code has. */
const namedStatementsMax = 500;
/** How often something is tried that serialisation failures, deadlocks and lost connections prevent. */
const attemptsMax = 25;
const backOffMillisecondsMin = 2;
const backOffMillisecondsMax = 250;
/** How long the outcome of a commit whose answer was lost is asked for. */
const resolveMillisecondsMax = 30_000;

/** Connects to a server, checks that what it acknowledges is on its disk, and opens a store on it. */
export async function openPostgres(url: string, options: PostgresOptions): Promise<Engine> {
	const { clock, random, waitingMax = waitingMaxDefault, faults = () => undefined } = options;
	const pool = createPool(url, options);
	const counts = { statements: 0, batches: 0, commits: 0, retries: 0 };
	let closed: Promise<void> | undefined;

	/** Sends one statement; a connection that it has broken is given up. */
	async function send(work: Work, text: string, values: readonly Value[], name?: string): Promise<Record<string, unknown>[]> {
		assert(closed === undefined, "the store is closed");
		if (pool.waitingCount >= waitingMax) throw new Overloaded("too many statements are waiting for a connection");
		const client = await pool.connect().catch((cause) => {
			throw new NotConnected("no connection", { cause });
		});
		let broken: Error | undefined;
		try {
			counts.statements++;
			throwIfAny(faults("before", work));
			const { rows } = await client.query({ text, values: values as Value[], ...(name === undefined ? {} : { name }) });
			throwIfAny(faults("after", work));
			return rows;
		} catch (error) {
			const remedy = remedyOf(error);
			if (remedy === "lost" || remedy === "reconnect" || isStalePlan(error)) broken = error as Error;
			throw error;
		} finally {
			client.release(broken);
		}
	}

	/** Waits before a further attempt: longer each time, and by chance not as long as those that failed alongside. */
	async function backOff(attempt: number): Promise<void> {
		const ceiling = Math.min(backOffMillisecondsMax, backOffMillisecondsMin * 2 ** attempt);
		await setTimeout((ceiling * (1 + random.bytes(1).readUInt8())) / 256);
	}

	/** Runs what may be run any number of times until it works or is hopeless. */
	async function repeat<R>(run: () => Promise<R>): Promise<R> {
		for (let attempt = 0; ; attempt++) {
			try {
				return await run();
			} catch (error) {
				const remedy = remedyOf(error);
				if (remedy === "none" || remedy === "overloaded" || attempt + 1 === attemptsMax) throw withoutValues(error);
				counts.retries++;
				await backOff(attempt);
			}
		}
	}

	const names = new Map<string, string>();
	function nameOf(text: string): string | undefined {
		let name = names.get(text);
		if (name === undefined && names.size < namedStatementsMax) {
			name = `s${names.size}`;
			names.set(text, name);
		}
		return name;
	}

	// Reading.
	async function query(text: string, values: readonly Value[], name?: string): Promise<unknown[]> {
		return await repeat(async () => {
			try {
				return await send("read", text, values, name);
			} catch (error) {
				if (isStalePlan(error)) return await send("read", text, values);
				throw error;
			}
		});
	}
	const db = createReadingKysely("postgres", (text, values) => query(text, values));
	const reads = new Map<unknown, CompiledRead>();
	function prepareRead<P, R>(statement: Statement<P, R>): CompiledRead {
		const read = compileRead(db, statement);
		reads.set(statement, read);
		return read;
	}

	// Writing. The batch's id is one prefix for this process and a counter.
	const idPrefix = random.bytes(16).toString("base64url");
	let ids = 0;
	const compile = createVerbCompiler();
	const texts = new Map<string, string>();
	function textOf(verbs: readonly CompiledVerb[]): string {
		const key = verbs.map(({ shape, demand }) => `${shape.id} ${demand}`).join();
		let text = texts.get(key);
		if (text === undefined) {
			text = renderBatch(verbs);
			if (texts.size < namedStatementsMax) texts.set(key, text);
		}
		return text;
	}

	async function runBatch(text: string, params: readonly Value[]): Promise<number> {
		const [id, at] = [`${idPrefix}.${(ids++).toString(36)}`, clock.now()];
		try {
			const [row] = await send("batch", text, [...params, id, at], nameOf(text));
			return row?.["outcome"] as number;
		} catch (error) {
			const refused = refusedVerb(error);
			if (refused !== undefined) return refused;
			if (remedyOf(error) === "lost" && (await wasCommitted(id, at))) return done;
			throw error;
		}
	}

	/**
	 * Whether the batch whose answer was lost was committed, asked over another connection. If its row is not there, a row is put in
	 * its place that keeps it from being committed still: the server may be at work on it. The two differ in their time.
	 */
	async function wasCommitted(id: string, at: number): Promise<boolean> {
		const text = "insert into batches (id, at) values ($1, $2) on conflict (id) do update set at = batches.at returning at";
		const until = clock.monotonic() + resolveMillisecondsMax;
		for (let attempt = 0; ; attempt++) {
			try {
				const [row] = await send("resolve", text, [id, at + 1]);
				return row?.["at"] === at;
			} catch (error) {
				if (clock.monotonic() > until || remedyOf(error) === "none") {
					throw new StoreFailure("the connection was lost during a write, and whether it was done can't be found out", undefined, {
						cause: withoutValues(error),
					});
				}
				await backOff(attempt);
			}
		}
	}

	const engine: Engine = {
		engine: "postgres",
		db,
		counts,
		async read<P extends Record<string, Value>, R>(statement: Statement<P, R>, params: P): Promise<R[]> {
			const { sql, bind } = reads.get(statement) ?? prepareRead(statement);
			return (await query(sql, bind(params), nameOf(sql))) as R[];
		},
		async write<L extends string = never>(batch: readonly Verb<L>[]): Promise<"done" | L> {
			if (batch.length === 0) return "done";
			const verbs = batch.map(compile);
			const text = textOf(verbs);
			const params = verbs.flatMap((verb) => verb.params);
			counts.batches++;
			const outcome = await repeat(() => runBatch(text, params));
			if (outcome !== done) return batch[outcome]?.otherwise as L;
			counts.commits++;
			return "done";
		},
		async execute(statements) {
			// Without parameters several statements go in one message, and are one transaction.
			await repeat(() => send("batch", statements.join(";\n"), []));
		},
		async reset() {
			await engine.execute(resetStatements());
		},
		async check() {
			await send("read", "select 1", []).catch((error) => {
				throw withoutValues(error);
			});
		},
		close() {
			closed ??= pool.end();
			return closed;
		},
	};

	try {
		const settings = (await query("select name, setting from pg_settings where name in ('fsync', 'synchronous_commit')", [])) as {
			name: string;
			setting: string;
		}[];
		const doubt = doubtOfCommits(Object.fromEntries(settings.map(({ name, setting }) => [name, setting])));
		if (doubt !== undefined && options.acceptUnsafeCommits !== true) throw new StoreFailure(doubt);
	} catch (error) {
		await engine.close();
		throw error;
	}
	return engine;
}

/** Why a server with these settings can lose what it has acknowledged; undefined where it can't. Engines that lack a setting have no such mode. */
export function doubtOfCommits(settings: Readonly<Record<string, string>>): string | undefined {
	const { fsync = "on", synchronous_commit = "on" } = settings;
	if (fsync !== "on") return `PostgreSQL runs with fsync = ${fsync}: a power cut would lose what it has acknowledged. Set fsync = on`;
	if (synchronous_commit !== "on" && synchronous_commit !== "remote_apply") {
		return `PostgreSQL runs with synchronous_commit = ${synchronous_commit}: a failing server would lose what it has acknowledged. Set synchronous_commit = on`;
	}
	return undefined;
}

function createPool(url: string, options: PostgresOptions): pg.Pool {
	const timeout = options.statementTimeoutMilliseconds ?? statementTimeoutMillisecondsDefault;
	const isolation = options.isolation === undefined ? "" : `; set default_transaction_isolation = '${options.isolation}'`;
	const pool = new pg.Pool({
		connectionString: url,
		max: options.connectionsMax ?? connectionsMaxDefault,
		connectionTimeoutMillis: connectMilliseconds,
		idleTimeoutMillis: idleMilliseconds,
		query_timeout: timeout + answerGraceMilliseconds,
		keepAlive: true,
		types: { getTypeParser } as pg.CustomTypesConfig,
		onConnect: async (client) => {
			await client.query(`set statement_timeout = ${timeout}${isolation}`);
		},
	});
	// A connection that breaks while nobody uses it, or after the pool let it go: the next statement finds another.
	pool.on("error", () => {});
	pool.on("connect", (client) => client.on("error", () => {}));
	return pool;
}

/** Values as SQLite gives them: whole numbers as numbers (int8, and numeric, which `sum` of int8 is), bytes as Uint8Array. */
export function getTypeParser(oid: number, format?: "text" | "binary"): (value: string) => unknown {
	if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return Number;
	if (oid === pg.types.builtins.BYTEA) return (value) => Uint8Array.from(Buffer.from(value.slice(2), "hex"));
	return pg.types.getTypeParser(oid, format);
}

function throwIfAny(error: Error | undefined): void {
	if (error !== undefined) throw error;
}
