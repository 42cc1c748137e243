/** The names of condition operators. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */

export const operators = [
	"StringEquals",
	"StringNotEquals",
	"StringEqualsIgnoreCase",
	"StringNotEqualsIgnoreCase",
	"StringLike",
	"StringNotLike",
	"NumericEquals",
	"NumericNotEquals",
	"NumericLessThan",
	"NumericLessThanEquals",
	"NumericGreaterThan",
	"NumericGreaterThanEquals",
	"DateEquals",
	"DateNotEquals",
	"DateLessThan",
	"DateLessThanEquals",
	"DateGreaterThan",
	"DateGreaterThanEquals",
	"Bool",
	"BinaryEquals",
	"IpAddress",
	"NotIpAddress",
	"ArnEquals",
	"ArnNotEquals",
	"ArnLike",
	"ArnNotLike",
	"Null",
] as const;
export type Operator = (typeof operators)[number];

export interface OperatorUse {
	readonly operator: Operator;
	/** The set operator before it. */
	readonly set: "ForAllValues" | "ForAnyValue" | undefined;
	readonly ifExists: boolean;
}

const byLowerCaseName = new Map(operators.map((operator) => [operator.toLowerCase(), operator]));

/** Undefined where there is no such operator. Null has neither a set operator nor `IfExists`. */
export function findOperator(written: string): OperatorUse | undefined {
	const match = /^(?:(ForAllValues|ForAnyValue):)?([A-Z]+?)(IfExists)?$/i.exec(written);
	const operator = byLowerCaseName.get(match?.[2]?.toLowerCase() ?? "");
	if (match === null || operator === undefined) return undefined;
	const set = match[1] === undefined ? undefined : match[1].toLowerCase() === "forallvalues" ? "ForAllValues" : "ForAnyValue";
	const ifExists = match[3] !== undefined;
	return operator === "Null" && (set !== undefined || ifExists) ? undefined : { operator, set, ifExists };
}
