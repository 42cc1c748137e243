/**
 * Compiles the verbs of `store.ts` to SQL. What depends on a verb's form (verb, table, columns) is made once and kept;
 * each further verb of that form only collects its parameters. The text is the same for both engines but for the placeholders.
 */
import { assert, unreachable } from "../kernel/assert.ts";
import { cleanValue } from "./engine.ts";
import { definedTables } from "./migrations/index.ts";
import type { PlainType } from "./migrations/migration.ts";
import type { Assignment, Condition, Value, Verb } from "./store.ts";

/** The SQL of every verb of one form: `parts` stand around the placeholders. Forms are numbered from 0 in the order they are met. */
export interface Shape {
	readonly id: number;
	readonly verb: Verb["verb"];
	readonly parts: readonly string[];
}

export interface CompiledVerb {
	readonly shape: Shape;
	readonly params: readonly Value[];
	readonly demand: Demand;
}

/** What must be true of the rows that a verb wrote or found. `all` is of many rows at once: each was written. */
export type Demand = "nothing" | "some" | "none" | "all";

/** Returns the compiler of one store; it keeps the shapes that it has met, of which there are as many as the code has forms of verbs. */
export function createVerbCompiler(): (verb: Verb) => CompiledVerb {
	const shapes = new Map<string, Shape>();
	return (verb) => {
		const params: Value[] = [];
		const key = `${verb.verb} ${verb.table} ${describe(verb, params)}`;
		let shape = shapes.get(key);
		if (shape === undefined) {
			shape = { id: shapes.size, verb: verb.verb, parts: render(verb).split("?") };
			assert(shape.parts.length === params.length + 1, "a statement has one placeholder for each parameter");
			shapes.set(key, shape);
		}
		return { shape, params, demand: demandOf(verb) };
	};
}

function demandOf(verb: Verb): Demand {
	if (verb.otherwise === undefined) return "nothing";
	if (verb.verb === "require") return verb.rows;
	return verb.verb === "insertRows" ? "all" : "some";
}

/** A batch without verbs of many rows, for an engine that inserts one row at a time as quickly. */
export function oneByOne<L extends string>(batch: readonly Verb<L>[]): Verb<L>[] {
	return batch.flatMap((verb): Verb<L>[] => {
		if (verb.verb !== "insertRows") return [verb];
		const { table, otherwise } = verb;
		return verb.rows.map((row) => ({ verb: "insert", table, otherwise, row }));
	});
}

/** Collects the parameters, in the order of the placeholders, and returns what tells this form from others of the verb and table. */
function describe(verb: Verb, params: Value[]): string {
	switch (verb.verb) {
		case "insert": {
			let form = "";
			for (const column in verb.row) {
				params.push(cleanValue(verb.row[column] as Value));
				form += `${column} `;
			}
			return form;
		}
		case "insertRows":
			params.push(jsonOf(verb.rows));
			return Object.keys(verb.rows[0] ?? {}).join(" ");
		case "put":
			return `${verb.key.join(" ")}:${describeAssignments(verb.row, params)}:${describeConditions(verb.where, params)}`;
		case "update": {
			const set = describeAssignments(verb.set, params);
			return `${set}:${describeConditions(verb.where, params)}`;
		}
		case "consume":
		case "require":
			return describeConditions(verb.where, params);
		default:
			return unreachable(verb);
	}
}

function describeAssignments(row: Readonly<Record<string, Assignment<Value>>>, params: Value[]): string {
	let form = "";
	for (const column in row) {
		const value = row[column] as Assignment<Value>;
		if (isAddition(value)) {
			params.push(cleanValue(value.add));
			form += `${column}+ `;
		} else {
			params.push(cleanValue(value));
			form += `${column} `;
		}
	}
	return form;
}

function describeConditions(where: Readonly<Record<string, Condition<Value>>>, params: Value[]): string {
	let form = "";
	for (const column in where) {
		const value = where[column] as Condition<Value>;
		if (value === null) form += `${column}0 `;
		else if (isBelow(value)) {
			params.push(cleanValue(value.below));
			form += `${column}< `;
		} else if (isAtLeast(value)) {
			params.push(cleanValue(value.atLeast));
			form += `${column}> `;
		} else {
			params.push(cleanValue(value));
			form += `${column} `;
		}
	}
	return form;
}

function render(verb: Verb): string {
	const table = quote(verb.table);
	switch (verb.verb) {
		case "insert":
			return `${renderInsert(table, Object.keys(verb.row))} on conflict do nothing`;
		case "insertRows": {
			const columns = Object.keys(verb.rows[0] ?? {});
			assert(columns.length > 0, "rows to insert have columns");
			const names = columns.map(quote).join(", ");
			const typed = columns.map((column) => `${quote(column)} ${sqlType(verb.table, column)}`).join(", ");
			return `insert into ${table} (${names}) select ${names} from json_to_recordset(cast(? as json)) as r(${typed}) on conflict do nothing`;
		}
		case "put": {
			const others = Object.keys(verb.row).filter((column) => !verb.key.includes(column));
			assert(others.length > 0, "put needs a column besides its key");
			assert(
				verb.key.length > 0 && verb.key.every((column) => verb.row[column] !== undefined && !isAddition(verb.row[column])),
				"put needs a value for each column of its key",
			);
			const set = others.map((column) => {
				const name = quote(column);
				return isAddition(verb.row[column] as Assignment<Value>)
					? `${name} = ${table}.${name} + excluded.${name}`
					: `${name} = excluded.${name}`;
			});
			const where = Object.keys(verb.where).length === 0 ? "" : ` where ${renderConditions(verb.where, `${table}.`)}`;
			return `${renderInsert(table, Object.keys(verb.row))} on conflict (${verb.key.map(quote).join(", ")}) do update set ${set.join(", ")}${where}`;
		}
		case "update": {
			const set = Object.entries(verb.set).map(([column, value]) =>
				isAddition(value) ? `${quote(column)} = ${quote(column)} + ?` : `${quote(column)} = ?`,
			);
			assert(set.length > 0, "update needs a column to set");
			return `update ${table} set ${set.join(", ")} where ${renderConditions(verb.where)}`;
		}
		case "consume":
			return `delete from ${table} where ${renderConditions(verb.where)}`;
		case "require":
			return `select 1 from ${table} where ${renderConditions(verb.where)} limit 1`;
		default:
			return unreachable(verb);
	}
}

/** Rows as one parameter, however many there are: so the statement stays the same. Bytes are written as PostgreSQL reads them. */
function jsonOf(rows: readonly Readonly<Record<string, Value>>[]): string {
	return JSON.stringify(
		rows.map((row) =>
			Object.fromEntries(
				Object.entries(row).map(([column, given]) => {
					const value = cleanValue(given);
					if (typeof value === "string") return [column, value.toWellFormed()];
					if (value instanceof Uint8Array)
						return [column, `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`];
					return [column, value];
				}),
			),
		),
	);
}

const sqlTypes = { text: "text", integer: "bigint", bytes: "bytea" } as const satisfies Record<PlainType, string>;
const definitions = new Map(definedTables());

function sqlType(table: Verb["table"], column: string): string {
	const type = definitions.get(table)?.columns[column]?.replace(" or null", "");
	assert(type !== undefined, "a row to insert has its table's columns");
	return sqlTypes[type as PlainType];
}

function renderInsert(table: string, columns: readonly string[]): string {
	return `insert into ${table} (${columns.map(quote).join(", ")}) values (${columns.map(() => "?").join(", ")})`;
}

function renderConditions(where: Readonly<Record<string, Condition<Value>>>, prefix = ""): string {
	const conditions = Object.entries(where).map(([column, value]) => {
		const name = `${prefix}${quote(column)}`;
		if (value === null) return `${name} is null`;
		if (isBelow(value)) return `${name} < ?`;
		if (isAtLeast(value)) return `${name} >= ?`;
		return `${name} = ?`;
	});
	// A forgotten condition would change the whole table.
	assert(conditions.length > 0, "a verb needs a condition");
	return conditions.join(" and ");
}

/** A name of a table or column, which comes from the code and is plain. */
export function quote(name: string): string {
	assert(/^[a-z][a-z0-9_]*$/.test(name), "a table or column has a plain name");
	return `"${name}"`;
}

function isAddition(value: unknown): value is { readonly add: number } {
	return typeof value === "object" && value !== null && "add" in value;
}

function isBelow(value: Condition<Value>): value is { readonly below: number } {
	return typeof value === "object" && value !== null && "below" in value;
}

function isAtLeast(value: Condition<Value>): value is { readonly atLeast: number } {
	return typeof value === "object" && value !== null && "atLeast" in value;
}
