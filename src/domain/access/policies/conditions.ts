/**
 * Conditions, compiled: one operator, one key and its values become a test of the request's context.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
import { unreachable } from "../../../kernel/assert.ts";
import { arnConditionMatcher } from "./arns.ts";
import type { Condition } from "./document.ts";
import type { Operator } from "./operators.ts";
import { addressOf, addressRangeOf, booleanOf, bytesOf, dateOf, isInRange, numberOf } from "./values.ts";
import { type Context, isVariable, resolve, type TemplatePart, templateOf } from "./variables.ts";
import { type GlobPart, globOf, matchesGlob } from "./wildcards.ts";

export type ConditionTest = (context: Context) => boolean;

/** Whether a value of the request matches one of the policy's: "evaluated using a logical OR". */
type ValueTest = (value: string, context: Context) => boolean;

/** `variables`: of version 2012-10-17. */
export function compileCondition(condition: Condition, variables: boolean): ConditionTest {
	const { operator, set, ifExists, values } = condition;
	const key = condition.key.toLowerCase();
	if (operator === "Null") {
		const wanted = values.map(booleanOf);
		return (context) => wanted.includes(isNull(context.get(key)));
	}
	const { positive, negated } = comparisonOf(operator);
	const test = compileValues(positive, values, variables);
	return (context) => {
		const given = context.get(key);
		if (given === undefined) return ifExists || set === "ForAllValues" || (set === undefined && negated);
		// Values of a negated operator are a NOR: none of them may match.
		switch (set) {
			case "ForAllValues":
				return isNull(given) || given.every((value) => test(value, context) !== negated);
			case "ForAnyValue":
				return given.some((value) => test(value, context) !== negated);
			case undefined:
				return given.some((value) => test(value, context)) !== negated;
			default:
				return unreachable(set);
		}
	};
}

/** "no context keys in the request or … a null dataset, such as an empty string" */
const isNull = (values: readonly string[] | undefined): boolean => values === undefined || values.every((value) => value === "");

type Comparison =
	| "StringEquals"
	| "StringEqualsIgnoreCase"
	| "StringLike"
	| "Bool"
	| "BinaryEquals"
	| "IpAddress"
	| "ArnLike"
	| `${"Numeric" | "Date"}${"Equals" | "LessThan" | "LessThanEquals" | "GreaterThan" | "GreaterThanEquals"}`;

function comparisonOf(operator: Exclude<Operator, "Null">): { readonly positive: Comparison; readonly negated: boolean } {
	switch (operator) {
		case "StringNotEquals":
			return { positive: "StringEquals", negated: true };
		case "StringNotEqualsIgnoreCase":
			return { positive: "StringEqualsIgnoreCase", negated: true };
		case "StringNotLike":
			return { positive: "StringLike", negated: true };
		case "NumericNotEquals":
			return { positive: "NumericEquals", negated: true };
		case "DateNotEquals":
			return { positive: "DateEquals", negated: true };
		case "NotIpAddress":
			return { positive: "IpAddress", negated: true };
		case "ArnEquals":
			return { positive: "ArnLike", negated: false };
		case "ArnNotEquals":
		case "ArnNotLike":
			return { positive: "ArnLike", negated: true };
		default:
			return { positive: operator, negated: false };
	}
}

function compileValues(comparison: Comparison, values: readonly string[], variables: boolean): ValueTest {
	switch (comparison) {
		case "StringEquals":
			return equalTexts(values, variables, (text) => text);
		case "StringEqualsIgnoreCase":
			return equalTexts(values, variables, (text) => text.toLowerCase());
		case "StringLike":
			return anyOf(values.map((value) => likeText(templateOf(value, { variables, wildcards: true }))));
		case "ArnLike": {
			const matchers = values.map((value) => arnConditionMatcher(templateOf(value, { variables, wildcards: true })));
			return anyOf(matchers.map((matcher) => (value, context) => matcher(value, context) === true));
		}
		case "Bool": {
			// The operators' page supports variables here.
			const templates = values.map((value) => templateOf(value, { variables, wildcards: false }));
			return (value, context) => {
				const given = booleanOf(value);
				return given !== undefined && templates.some((each) => booleanOf(textOf(each, context) ?? "") === given);
			};
		}
		case "BinaryEquals":
			return inSet(values.map(bytesOf), bytesOf);
		case "IpAddress": {
			const ranges = values.map(addressRangeOf).filter((range) => range !== undefined);
			return (value) => {
				const address = addressOf(value);
				return address !== undefined && ranges.some((range) => isInRange(address, range));
			};
		}
		default: {
			const read = comparison.startsWith("Date") ? dateOf : numberOf;
			const compare = orders[comparison.replace(/^(?:Date|Numeric)/, "") as keyof typeof orders];
			const bounds = values.map(read).filter((bound) => bound !== undefined);
			return (value) => {
				const given = read(value);
				return given !== undefined && bounds.some((bound) => compare(given, bound));
			};
		}
	}
}

const orders = {
	Equals: (given: number, bound: number) => given === bound,
	LessThan: (given: number, bound: number) => given < bound,
	LessThanEquals: (given: number, bound: number) => given <= bound,
	GreaterThan: (given: number, bound: number) => given > bound,
	GreaterThanEquals: (given: number, bound: number) => given >= bound,
};

const anyOf =
	(tests: readonly ValueTest[]): ValueTest =>
	(value, context) =>
		tests.some((test) => test(value, context));

function inSet<T>(values: readonly (T | undefined)[], read: (value: string) => T | undefined): ValueTest {
	const known = new Set(values.filter((value) => value !== undefined));
	return (value) => {
		const given = read(value);
		return given !== undefined && known.has(given);
	};
}

function equalTexts(values: readonly string[], variables: boolean, fold: (text: string) => string): ValueTest {
	const templates = values.map((value) => templateOf(value, { variables, wildcards: false }));
	const fixed = new Set(templates.filter((template) => !template.some(isVariable)).map((template) => fold(template.join(""))));
	const changing = templates.filter((template) => template.some(isVariable));
	return (value, context) => {
		const given = fold(value);
		if (fixed.has(given)) return true;
		return changing.some((template) => {
			const text = textOf(template, context);
			return text !== undefined && fold(text) === given;
		});
	};
}

/** Text with its variables replaced; there are no wildcards in it. */
const textOf = (template: readonly TemplatePart[], context: Context): string | undefined => resolve(template, context)?.join("");

function likeText(template: readonly TemplatePart[]): ValueTest {
	if (!template.some(isVariable)) {
		const glob = globOf(template as readonly GlobPart[]);
		return (value) => matchesGlob(glob, value);
	}
	return (value, context) => {
		const resolved = resolve(template, context);
		return resolved !== undefined && matchesGlob(globOf(resolved), value);
	};
}
