/** A batch as one SQL statement, and how its outcome is told. */
import pg from "pg";
import type { CompiledVerb } from "./verbs.ts";

/** The outcome of a batch whose demands were all met; else it is the position of the first that was not. */
export const done = -1;

/**
 * The statement of a batch. Its parameters are those of the verbs, then the batch's id and time; its row has the column `outcome`.
 * The verbs are CTEs of one statement, and so are one transaction; PostgreSQL runs each of them to its end whether or not it is read.
 */
export function renderBatch(verbs: readonly CompiledVerb[]): string {
	let params = 0;
	const place = () => `$${++params}`;
	/** The placeholder of each verb's first parameter. */
	const firsts: string[] = [];
	const steps = verbs.map(({ shape, demand }, i) => {
		firsts.push(`$${params + 1}`);
		const sql = shape.parts.reduce((text, part) => text + place() + part);
		// A row that is required to be there is locked, so that READ COMMITTED keeps it there until the commit.
		if (shape.verb === "require") return `v${i} as (${sql} for share)`;
		return `v${i} as (${sql}${demand === "nothing" ? "" : " returning 1"})`;
	});
	const [id, at] = [place(), place()];
	if (verbs.length === 1 && verbs[0]?.demand === "some" && verbs[0].shape.verb !== "require") {
		// One step that may fail has nothing to undo. The id row tells of batches that changed something.
		const met = "exists (select 1 from v0)";
		const own = `own as (insert into batches (id, at) select cast(${id} as text), cast(${at} as bigint) where ${met})`;
		return `with ${steps[0]}, ${own} select case when ${met} then ${done} else 0 end as outcome`;
	}
	const refusals = verbs.flatMap(({ demand }, i) => {
		if (demand === "nothing") return [];
		const unmet = { some: "= 0", none: "> 0", all: `< json_array_length(cast(${firsts[i]} as json))` }[demand];
		return [`when (select count(*) from v${i}) ${unmet} then 'refused:${i}'`];
	});
	// Only casting the text that the rows have chosen can fail: the planner does not know it beforehand.
	const outcome = refusals.length === 0 ? `${done}` : `cast(case ${refusals.join(" ")} else '${done}' end as integer)`;
	return `with ${steps.join(", ")}, own as (insert into batches (id, at) values (${id}, ${at})) select ${outcome} as outcome`;
}

/** The position of the verb whose demand made the statement fail; undefined for any other error. */
export function refusedVerb(error: unknown): number | undefined {
	// invalid_text_representation; its message quotes the text, in whatever language it is.
	if (!(error instanceof pg.DatabaseError) || error.code !== "22P02") return undefined;
	const position = /refused:(\d+)/.exec(error.message)?.[1];
	return position === undefined ? undefined : Number(position);
}
