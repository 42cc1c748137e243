/** What becomes of lines: the users that they describe, and why others can't be imported. Nothing is written here. */
import { sql } from "kysely";
import type { ForeignAlgorithm } from "../../../crypto/foreign-hashes.ts";
import type { Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { aliasExists } from "../../refusals.ts";
import { kindTaken, type NameKind, type NameTaken } from "../names.ts";
import type { UserPool } from "../pools.ts";
import { insertUser } from "../users.ts";
import type { Line } from "./lines.ts";
import { type LineResult, succeeded } from "./log.ts";
import type { ImportRow } from "./stored.ts";
import { type ImportedUser, userOfLine } from "./users.ts";

/** Lines that are written together, with what becomes of each. */
export interface Batch {
	readonly lines: Line[];
	readonly results: LineResult[];
	readonly users: { readonly imported: ImportedUser; readonly verbs: readonly Verb<NameTaken | "stale">[] }[];
	/** The names that its users take, as kind and name. */
	readonly names: Set<string>;
}

export const emptyBatch = (): Batch => ({ lines: [], results: [], users: [], names: new Set() });

export const failure = (line: number, reason: string): LineResult => ({ line, outcome: "FAILED", reason });

/** Names that are looked up in one read: always as many, so that the statement stays the same. */
const namesAtOnce = 128;

/** Adds lines to a batch, by what is stored now and by the batch that is being written, if there is one. */
export async function addLines(
	call: Call,
	pool: UserPool,
	job: ImportRow,
	columns: readonly string[],
	batch: Batch,
	lines: readonly Line[],
	before: Batch | undefined,
): Promise<void> {
	const algorithm = (job.algorithm ?? undefined) as ForeignAlgorithm | undefined;
	const read = lines.map((line) => {
		try {
			const user = userOfLine(call, pool, columns, algorithm, line);
			if ("reason" in user) return { line, reason: user.reason, names: [] };
			const verbs = insertUser(pool, user.user);
			return { line, imported: user, verbs, names: verbs.flatMap((verb) => nameOf(verb) ?? []) };
		} catch (error) {
			call.ports.log.error({ err: error, poolId: pool.id, jobId: job.id, line: line.number }, "a line of an import failed");
			return { line, reason: "The user could not be imported due to an internal error.", names: [] };
		}
	});
	const taken = await takenNames(
		call,
		pool,
		read.flatMap(({ names }) => names),
	);
	for (const { line, reason, imported, verbs, names } of read) {
		batch.lines.push(line);
		if (imported === undefined) {
			batch.results.push(failure(line.number, reason));
			continue;
		}
		const isTaken = (key: string) => taken.has(key) || batch.names.has(key) || before?.names.has(key) === true;
		const lost = names.find(({ folded, rowKind }) => isTaken(`${rowKind} ${folded}`));
		if (lost !== undefined) {
			batch.results.push({ line: line.number, ...refusalOf(pool, lost.kind) });
			continue;
		}
		for (const { folded, rowKind } of names) batch.names.add(`${rowKind} ${folded}`);
		batch.results.push({ line: line.number, outcome: "SUCCEEDED", reason: succeeded });
		batch.users.push({ imported, verbs });
	}
}

interface ClaimedName {
	readonly folded: string;
	/** Of the row: `claim` is one too. */
	readonly rowKind: string;
	/** Which of the user's names it stands for. */
	readonly kind: NameKind;
}

/** The name that a verb takes, or demands to be free. A sub that is new is nobody's. */
function nameOf(verb: Verb<NameTaken | "stale">): ClaimedName | undefined {
	if (verb.table !== "user_names" || verb.otherwise === undefined || verb.otherwise === "stale") return undefined;
	if (verb.otherwise === "sub taken") return undefined;
	const row = verb.verb === "insert" ? verb.row : verb.verb === "require" ? verb.where : undefined;
	if (row === undefined) return undefined;
	return { folded: String(row["folded"]), rowKind: String(row["kind"]), kind: kindTaken(verb.otherwise) };
}

/** Who has the user's name already is the user; an alias of somebody else's is a fault of the file. */
function refusalOf(pool: UserPool, kind: NameKind): Pick<LineResult, "outcome" | "reason"> {
	const isUser =
		kind === "username" || kind === "sub" || (kind !== "preferred_username" && pool.settings.UsernameAttributes?.includes(kind));
	return isUser ? { outcome: "SKIPPED", reason: "The user already exists." } : { outcome: "FAILED", reason: aliasExists(kind).message };
}

/** Which of the names somebody has, as kind and name. */
async function takenNames(call: Call, pool: UserPool, claimed: readonly ClaimedName[]): Promise<Set<string>> {
	const taken = new Set<string>();
	const names = [...new Map(claimed.map((name) => [`${name.rowKind} ${name.folded}`, name])).values()];
	for (let at = 0; at < names.length; at += namesAtOnce) {
		const some = names.slice(at, at + namesAtOnce);
		const padded = [...some, ...Array.from({ length: namesAtOnce - some.length }, () => some[0] as ClaimedName)];
		const list = sql.join(padded.map(({ folded, rowKind }) => sql`(${folded}, ${rowKind})`));
		// Each by its whole key. Of a list PostgreSQL makes a read of all the pool's names, while it has no statistics of what grows here.
		const owner = sql<string | null>`(select user_id from user_names where pool_id = ${pool.id} and folded = column1 and kind = column2)`;
		const rows = await call.store.db
			.selectFrom(sql<{ column1: string; column2: string }>`(values ${list})`.as("wanted"))
			.select(["wanted.column1 as folded", "wanted.column2 as kind"])
			.where(owner, "is not", null)
			.execute();
		for (const { folded, kind } of rows) taken.add(`${kind} ${folded}`);
	}
	return taken;
}
