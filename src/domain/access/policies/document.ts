/**
 * Policy documents: from their text to typed statements, or to the refusal that IAM and STS send.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
import type { AwsError } from "../../../aws/errors.ts";
import { checkActions, checkPrincipals, checkResources, hasResourceOfOldForm } from "./document-checks.ts";
import { JsonFault, type JsonValue, readJson } from "./json-reader.ts";
import { documentCharactersMax } from "./limits.ts";
import { findOperator, type OperatorUse } from "./operators.ts";
import {
	policyFailedLegacyParsing,
	policyMissingField,
	policyNotJson,
	policyProhibitedField,
	policySidInvalid,
	policySidsTwice,
	policySyntax,
	policyVersionOld,
	policyWithPrincipal,
} from "./refusals.ts";
import { dateOf } from "./values.ts";

/**
 * Where a document is used, which decides what it must have and may not have: `managed` and `inline` are identity-based policies (and
 * boundaries, which are managed ones), `session` is passed to STS, `trust` is a role's, `resource` any other resource's.
 */
export type PolicyKind = "managed" | "inline" | "session" | "trust" | "resource";
export type PolicyVersion = "2008-10-17" | "2012-10-17";

export interface PolicyDocument {
	readonly kind: PolicyKind;
	/** Without a Version the older one, which has no variables. */
	readonly version: PolicyVersion;
	readonly id: string | undefined;
	readonly statements: readonly Statement[];
}

/** Counted from 1, as SimulateCustomPolicy does. */
export interface Position {
	readonly line: number;
	readonly column: number;
}

export interface Statement {
	readonly sid: string | undefined;
	readonly effect: "Allow" | "Deny";
	readonly principals: PrincipalElement | undefined;
	readonly actions: ListElement;
	/** Undefined in trust policies: they stand for the role that they belong to. */
	readonly resources: ListElement | undefined;
	readonly conditions: readonly Condition[];
	/** Of the statement's first brace, and of what follows its last one. */
	readonly start: Position;
	readonly end: Position;
}

/** Action, Resource: one of these. NotAction, NotResource: anything but these. */
export interface ListElement {
	readonly not: boolean;
	readonly values: readonly string[];
}

export const principalTypes = ["AWS", "Federated", "Service", "CanonicalUser"] as const;
export type PrincipalType = (typeof principalTypes)[number];
export interface PrincipalElement {
	readonly not: boolean;
	/** `"*"` itself, rather than a map of types. */
	readonly everyone: boolean;
	readonly names: Readonly<Record<PrincipalType, readonly string[]>>;
}

export interface Condition extends OperatorUse {
	/** As it is written; names of keys are not case-sensitive. */
	readonly key: string;
	readonly values: readonly string[];
}

/** The document of a text; throws MalformedPolicyDocument with IAM's text. Lengths are `limits.ts`'s, except for what is read at all. */
export function parsePolicy(text: string, kind: PolicyKind): PolicyDocument {
	const syntax = kind === "trust" ? policyNotJson : policySyntax;
	const root = text.length > documentCharactersMax ? undefined : readOrUndefined(text);
	if (root === undefined) throw syntax();
	const { Version, Id, Statement: written } = membersOf(root, ["Version", "Id", "Statement"]);
	const version = Version === undefined ? undefined : textOf(Version);
	if (version !== undefined && version !== "2008-10-17" && version !== "2012-10-17") throw policySyntax();
	const id = Id === undefined ? undefined : textOf(Id);
	if (written === undefined) throw policySyntax();
	const places = positionsIn(text);
	const read = (written.type === "array" ? written.items : [written]).map((each) => statementOf(each, places));
	const statements = read.map(({ statement }) => statement);
	if (statements.length === 0) throw policySyntax();
	if (kind === "managed" && version !== "2012-10-17") throw policyVersionOld();
	const isOldForm = read.some((each) => each.isOldForm) || hasResourceOfOldForm(statements);
	const fault = isOldForm ? policyFailedLegacyParsing() : faultOf(statements, kind);
	if (fault !== undefined) throw fault;
	return { kind, version: version ?? "2008-10-17", id, statements };
}

function readOrUndefined(text: string): JsonValue | undefined {
	try {
		return readJson(text);
	} catch (error) {
		if (error instanceof JsonFault) return undefined;
		throw error;
	}
}

/** The first fault in the order in which IAM names them, each over all statements. */
function faultOf(statements: readonly Statement[], kind: PolicyKind): AwsError | undefined {
	const sids = statements.flatMap(({ sid }) => (sid === undefined || sid === "" ? [] : [sid]));
	// Other services allow more. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
	if (kind !== "resource" && sids.some((sid) => !/^[0-9A-Za-z]*$/.test(sid))) return policySidInvalid();
	if (new Set(sids).size < sids.length) return policySidsTwice();
	return (
		fieldFaultOf(statements, kind) ?? checkResources(statements, kind) ?? checkActions(statements, kind) ?? checkPrincipals(statements)
	);
}

function fieldFaultOf(statements: readonly Statement[], kind: PolicyKind): AwsError | undefined {
	const withPrincipal = kind === "trust" || kind === "resource";
	for (const { principals, resources, effect } of statements) {
		if (!withPrincipal && principals !== undefined) return policyWithPrincipal();
		if (withPrincipal && principals === undefined) return policyMissingField("Principal");
		if (kind === "trust" && resources !== undefined) return policyProhibitedField(resources.not ? "NotResource" : "Resource");
		// "NotPrincipal must be used with "Effect":"Deny"", and not "in an IAM role trust policy".
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
		if (principals?.not === true && (kind === "trust" || effect === "Allow")) return policyProhibitedField("NotPrincipal");
	}
	return undefined;
}

const statementFields = [
	"Sid",
	"Effect",
	"Principal",
	"NotPrincipal",
	"Action",
	"NotAction",
	"Resource",
	"NotResource",
	"Condition",
] as const;

interface ReadStatement {
	readonly statement: Statement;
	/** What IAM's older parser fails at, before anything else is judged. */
	readonly isOldForm: boolean;
}

function statementOf(value: JsonValue, places: (offset: number) => Position): ReadStatement {
	const fields = membersOf(value, statementFields);
	if (fields.Effect === undefined) throw policySyntax();
	const effect = textOf(fields.Effect);
	if (!/^(?:allow|deny)$/i.test(effect)) throw policySyntax();
	const either = <T>(
		plain: JsonValue | undefined,
		not: JsonValue | undefined,
		read: (value: JsonValue, not: boolean) => T,
	): T | undefined => {
		if (plain !== undefined && not !== undefined) throw policySyntax();
		return plain !== undefined ? read(plain, false) : not !== undefined ? read(not, true) : undefined;
	};
	const list = (value: JsonValue, not: boolean): ListElement => ({ not, values: textsOf(value) });
	const conditions = fields.Condition === undefined ? [] : conditionsOf(fields.Condition);
	const resources = either(fields.Resource, fields.NotResource, list);
	const hasInvalidDate = conditions.some(
		({ operator, values }) => operator.startsWith("Date") && values.some((value) => dateOf(value) === undefined),
	);
	const statement: Statement = {
		sid: fields.Sid === undefined ? undefined : textOf(fields.Sid),
		effect: effect as "Allow" | "Deny",
		principals: either(fields.Principal, fields.NotPrincipal, principalsOf),
		// What is not there is refused by `checkActions`, in its turn.
		actions: either(fields.Action, fields.NotAction, list) ?? { not: false, values: [] },
		resources,
		conditions,
		start: places(value.start),
		end: places(value.end),
	};
	return { statement, isOldForm: !["Allow", "Deny"].includes(effect) || hasInvalidDate };
}

function principalsOf(value: JsonValue, not: boolean): PrincipalElement {
	const everyone = value.type === "string" && value.text === "*";
	const written: { readonly [T in PrincipalType]?: JsonValue } = everyone ? {} : membersOf(value, principalTypes);
	const namesOf = (type: PrincipalType) => (written[type] === undefined ? [] : textsOf(written[type]));
	const names = {
		AWS: namesOf("AWS"),
		Federated: namesOf("Federated"),
		Service: namesOf("Service"),
		CanonicalUser: namesOf("CanonicalUser"),
	};
	return { not, everyone, names };
}

function conditionsOf(value: JsonValue): Condition[] {
	if (value.type !== "object") throw policySyntax();
	return [...value.members].flatMap(([name, keys]) => {
		if (keys.type !== "object") throw policySyntax();
		// An operator without a key says nothing, whatever it is called.
		if (keys.members.size === 0) return [];
		const use = findOperator(name);
		if (use === undefined) throw policySyntax();
		return [...keys.members].map(([key, values]) => ({ ...use, key, values: textsOf(values, ["string", "number", "boolean"]) }));
	});
}

/** The members of an object that has no others. */
function membersOf<K extends string>(value: JsonValue, names: readonly K[]): { readonly [N in K]?: JsonValue } {
	if (value.type !== "object") throw policySyntax();
	const members: { [N in K]?: JsonValue } = {};
	for (const [name, member] of value.members) {
		const known = names.find((each) => each === name);
		if (known === undefined) throw policySyntax();
		members[known] = member;
	}
	return members;
}

function textOf(value: JsonValue): string {
	if (value.type !== "string") throw policySyntax();
	return value.text;
}

/** A single value or a list of them. "Quotation marks are optional for numeric and Boolean values." */
function textsOf(value: JsonValue, types: readonly JsonValue["type"][] = ["string"]): string[] {
	return (value.type === "array" ? value.items : [value]).map((item) => {
		if (!("text" in item) || !types.includes(item.type)) throw policySyntax();
		return item.text;
	});
}

/** Line and column of offsets that only grow, in one walk over the text. */
function positionsIn(text: string): (offset: number) => Position {
	let [line, lineStart, lineEnd] = [1, 0, text.indexOf("\n")];
	return (offset) => {
		for (; lineEnd !== -1 && lineEnd < offset; lineEnd = text.indexOf("\n", lineStart)) {
			line++;
			lineStart = lineEnd + 1;
		}
		return { line, column: offset - lineStart + 1 };
	};
}
