/**
 * Checks an operation's input against the model's constraints and says every failure in one message, in AWS's words.
 *
 * The order is members by name, and of one member its pattern before its length: as captured from Cognito, for example
 * `2 validation errors detected: Value '' at 'confirmationCode' failed to satisfy constraint: Member must satisfy regular expression
 * pattern: [\S]+; Value '' at 'confirmationCode' failed to satisfy constraint: Member must have length greater than or equal to 1`.
 */

import { present } from "../kernel/assert.ts";
import { AwsError } from "./errors.ts";
import {
	type BlobModel,
	type ListModel,
	type MapModel,
	type NumberModel,
	type OperationModel,
	type ServiceName,
	type ShapeModel,
	type StringModel,
	type StructureModel,
	serviceModel,
} from "./model.ts";
import { compilePattern } from "./pattern.ts";

/** Failures reported at once; the framework behind AWS's services stops at ten. */
const failuresMax = 10;
/** Characters of a value that a message repeats. AWS repeats all of it. */
const valueCharactersMax = 2048;
/** Characters of a map's key that a path repeats. */
const keyCharactersMax = 128;
/** Longer values are not tried against a pattern and don't satisfy it. It is more than the largest maximum of a string that has a pattern: the longest access token has none. */
const patternCharactersMax = 163_840;
/** Values beyond their maximum and this are not tried against the pattern either; the message then has the length alone. */
const overlongPatternCharactersMax = 4096;

/** Refuses an input that breaks a constraint, with the service's code for it. */
export function checkInput(operation: OperationModel, input: unknown): void {
	if (!operation.input) return;
	const message = failuresOf(operation.input, input);
	if (message !== undefined) throw new AwsError(validationCode[operation.service], message);
}

/**
 * Refuses U+0000 anywhere in an input that satisfies its constraints: PostgreSQL's text can't hold it. Most patterns of the model don't
 * allow it either; this is for members that have none, documents and the keys of maps.
 */
export function checkText(operation: OperationModel, input: object): void {
	const member = Object.entries(input).find(([, value]) => holdsNul(value))?.[0];
	if (member === undefined) return;
	throw new AwsError(
		validationCode[operation.service],
		`1 validation error detected: Value at '${camelCase(member)}' failed to satisfy constraint: Member must not contain U+0000`,
	);
}

function holdsNul(value: unknown): boolean {
	if (typeof value === "string") return value.includes("\0");
	if (typeof value !== "object" || value === null || value instanceof Uint8Array) return false;
	if (Array.isArray(value)) return value.some(holdsNul);
	return Object.entries(value).some(([key, item]) => key.includes("\0") || holdsNul(item));
}

/** The message about all constraints that the value breaks, undefined if it breaks none. The value has the shape's JSON types. */
export const validate = (service: ServiceName, shape: string, value: unknown): string | undefined =>
	failuresOf(present(serviceModel(service).shapes.get(shape), `${service}: no shape ${shape}`), value);

const validationCode: Readonly<Record<ServiceName, string>> = {
	"cognito-idp": "InvalidParameterException",
	"cognito-identity": "ValidationException",
	"cognito-sync": "ValidationException",
	sts: "ValidationError",
	iam: "ValidationError",
	kms: "ValidationException",
};

function failuresOf(shape: ShapeModel, value: unknown): string | undefined {
	const failures: string[] = [];
	checker(shape)(value, "", "", failures);
	if (failures.length === 0) return undefined;
	return `${failures.length} validation error${failures.length === 1 ? "" : "s"} detected: ${failures.join("; ")}`;
}

/** Appends what the value at `parent` + `name` breaks. */
type Check = (value: unknown, parent: string, name: string, failures: string[]) => void;
const checkers = new WeakMap<ShapeModel, Check>();

function checker(shape: ShapeModel): Check {
	let check = checkers.get(shape);
	if (!check) {
		check = makeChecker(shape);
		checkers.set(shape, check);
	}
	return check;
}

function makeChecker(shape: ShapeModel): Check {
	switch (shape.type) {
		case "structure":
			return structureChecker(shape);
		case "list":
			return listChecker(shape);
		case "map":
			return mapChecker(shape);
		case "string":
		case "blob":
		case "integer":
		case "long":
		case "float":
		case "double":
			return ownChecker(shape, constraintsOf(shape));
		default:
			return () => {};
	}
}

function structureChecker(shape: StructureModel): Check {
	let members: { key: string; name: string; required: boolean; shape: ShapeModel; check: Check }[] | undefined;
	return (value, parent, name, failures) => {
		// Not sooner, since a structure may hold itself.
		members ??= shape.members.map((member) => ({
			key: member.name,
			name: camelCase(member.name),
			required: member.required,
			shape: member.shape,
			check: checker(member.shape),
		}));
		const within = name === "" ? parent : `${parent}${name}.`;
		for (const member of members) {
			const held = (value as Readonly<Record<string, unknown>>)[member.key];
			if (held !== undefined) member.check(held, within, member.name, failures);
			else if (member.required) report(failures, member.shape, undefined, within + member.name, "Member must not be null");
		}
	};
}

function listChecker(shape: ListModel): Check {
	const checkOwn = ownChecker(
		shape,
		lengthConstraints(shape, (value: readonly unknown[]) => value.length),
	);
	let members: { check: Check } | { constraints: readonly Constraint[]; text: string } | undefined;
	return (value, parent, name, failures) => {
		checkOwn(value, parent, name, failures);
		members ??= isScalar(shape.member)
			? together(shape.member, "Member must satisfy constraint", shape.name === notNullList && isOfIam(shape))
			: { check: checker(shape.member) };
		const items = value as readonly unknown[];
		if ("check" in members) {
			for (let at = 0; at < items.length && failures.length < failuresMax; at++)
				members.check(items[at], `${parent}${name}.${at + 1}.`, "member", failures);
		} else if (!items.every(satisfying(members.constraints))) {
			report(failures, shape, value, parent + name, members.text);
		}
	};
}

function mapChecker(shape: MapModel): Check {
	const checkOwn = ownChecker(
		shape,
		lengthConstraints(shape, (value: object) => Object.keys(value).length),
	);
	const keys = together(shape.key, "Map keys must satisfy constraint");
	let values: { check: Check } | { constraints: readonly Constraint[]; text: string } | undefined;
	return (value, parent, name, failures) => {
		checkOwn(value, parent, name, failures);
		values ??= isScalar(shape.value) ? together(shape.value, "Map value must satisfy constraint") : { check: checker(shape.value) };
		const map = value as Readonly<Record<string, unknown>>;
		if (keys.constraints.length > 0 && !Object.keys(map).every(satisfying(keys.constraints)))
			report(failures, shape, value, parent + name, keys.text);
		if ("check" in values) {
			for (const [key, item] of Object.entries(map))
				if (failures.length < failuresMax) values.check(item, `${parent}${name}.${key.slice(0, keyCharactersMax)}.`, "member", failures);
		} else if (values.constraints.length > 0 && !Object.values(map).every(satisfying(values.constraints))) {
			report(failures, shape, value, parent + name, values.text);
		}
	};
}

interface Constraint {
	readonly text: string;
	readonly holds: (value: never) => boolean;
}

const satisfying =
	(constraints: readonly Constraint[]) =>
	(value: unknown): boolean =>
		constraints.every((constraint) => constraint.holds(value as never));

type ScalarModel = StringModel | NumberModel | BlobModel;

const isScalar = (shape: ShapeModel): shape is ScalarModel => !["structure", "list", "map", "boolean", "timestamp"].includes(shape.type);

/** The constraints on every entry of a list or map: AWS names the whole list, and all of the constraints whichever was broken. */
function together(shape: ScalarModel, sentence: string, notNull = false): { constraints: readonly Constraint[]; text: string } {
	const constraints = constraintsOf(shape);
	const texts = [...constraints.map(({ text }) => text), ...(notNull ? ["Member must not be null"] : [])];
	return { constraints, text: `${sentence}: [${texts.join(", ")}]` };
}

/** In the order of a bracketed list: the longest, the shortest, the pattern, the enumeration. */
function constraintsOf(shape: ScalarModel): readonly Constraint[] {
	switch (shape.type) {
		case "string":
			return [...stringLengthConstraints(shape), ...patternConstraint(shape), ...enumConstraint(shape)];
		case "blob":
			return lengthConstraints(shape, (value: Uint8Array) => value.byteLength);
		default: {
			const { min, max } = shape;
			return [
				...(max === undefined
					? []
					: [{ text: `Member must have value less than or equal to ${max}`, holds: (value: number) => value <= max }]),
				...(min === undefined
					? []
					: [{ text: `Member must have value greater than or equal to ${min}`, holds: (value: number) => value >= min }]),
			];
		}
	}
}

const longest = (max: number): string => `Member must have length less than or equal to ${max}`;
const shortest = (min: number): string => `Member must have length greater than or equal to ${min}`;

const lengthConstraints = <T>({ min, max }: { min: number | undefined; max: number | undefined }, length: (value: T) => number) => [
	...(max === undefined ? [] : [{ text: longest(max), holds: (value: T) => length(value) <= max }]),
	...(min === undefined ? [] : [{ text: shortest(min), holds: (value: T) => length(value) >= min }]),
];

/** Lengths of strings count code points; they are counted only where the number of UTF-16 units leaves it open. */
const stringLengthConstraints = ({ min, max }: StringModel): Constraint[] => [
	...(max === undefined
		? []
		: [{ text: longest(max), holds: (value: string) => value.length <= max || (value.length <= 2 * max && codePoints(value) <= max) }]),
	...(min === undefined
		? []
		: [{ text: shortest(min), holds: (value: string) => value.length >= min && (value.length >= 2 * min || codePoints(value) >= min) }]),
];

function codePoints(value: string): number {
	let count = 0;
	for (const _ of value) count++;
	return count;
}

function patternConstraint({ pattern, max }: StringModel): Constraint[] {
	if (pattern === undefined) return [];
	let expression: RegExp | undefined;
	return [
		{
			text: `Member must satisfy regular expression pattern: ${pattern}`,
			holds: (value: string) => {
				if (max !== undefined && value.length > max && value.length > overlongPatternCharactersMax) return true;
				expression ??= compilePattern(pattern);
				return value.length <= patternCharactersMax && expression.test(value);
			},
		},
	];
}

function enumConstraint({ enum: values }: StringModel): Constraint[] {
	if (values === undefined) return [];
	const set = new Set(values);
	return [{ text: `Member must satisfy enum value set: [${values.join(", ")}]`, holds: (value: string) => set.has(value) }];
}

function ownChecker(shape: ShapeModel, constraints: readonly Constraint[]): Check {
	if (constraints.length === 0) return () => {};
	// What the value is comes before how long it is.
	const ordered = [...constraints].sort((a, b) => Number(isLength(a)) - Number(isLength(b)));
	return (value, parent, name, failures) => {
		for (const constraint of ordered) if (!constraint.holds(value as never)) report(failures, shape, value, parent + name, constraint.text);
	};
}

const isLength = ({ text }: Constraint): boolean => text.startsWith("Member must have length");

function report(failures: string[], shape: ShapeModel, value: unknown, path: string, constraint: string): void {
	if (failures.length >= failuresMax) return;
	const shown = holdsSecret(shape) ? "" : value === undefined ? " null" : ` '${shorten(render(shape, value))}'`;
	failures.push(`Value${shown} at '${path}' failed to satisfy constraint: ${constraint}`);
}

/**
 * IAM repeats no value, as its answers of February 2026 show: `Value at 'tags' failed to satisfy constraint: …` (localstack/localstack,
 * tests/aws/services/iam/test_iam_roles.snapshot.json). STS still does.
 */
const isOfIam = (shape: ShapeModel): boolean => serviceModel("iam").shapes.get(shape.name) === shape;
/** Of this list alone IAM also says that an entry must not be null (the same place). */
const notNullList = "tagKeyListType";

/** The model calls a client id sensitive, but Cognito repeats it: `Value 'ap-northeast-1_xxxxxxxxx' at 'clientId'` (boto/boto3#3581). */
const shownNevertheless: readonly string[] = ["ClientIdType"];

const secrets = new WeakMap<ShapeModel, boolean>();

/** Whether the shape, or anything in it, is sensitive: then no message repeats its value. */
function holdsSecret(shape: ShapeModel): boolean {
	let secret = secrets.get(shape);
	if (secret === undefined) {
		secrets.set(shape, false);
		secret =
			isOfIam(shape) ||
			(shape.sensitive && !shownNevertheless.includes(shape.name)) ||
			(shape.type === "structure" && shape.members.some((member) => holdsSecret(member.shape))) ||
			(shape.type === "list" && holdsSecret(shape.member)) ||
			(shape.type === "map" && (holdsSecret(shape.key) || holdsSecret(shape.value)));
		secrets.set(shape, secret);
	}
	return secret;
}

const shorten = (text: string): string =>
	text.length <= valueCharactersMax ? text : `${text.slice(0, valueCharactersMax).toWellFormed()}...`;

/** As Java prints it: `[a, b]`, `{k=v}`, `TagType(key=a, value=null)`. Not much longer than what `shorten` keeps. */
function render(shape: ShapeModel, value: unknown): string {
	if (value === undefined) return "null";
	switch (shape.type) {
		case "structure": {
			if (shape.document) return "...";
			const source = value as Readonly<Record<string, unknown>>;
			return `${shape.name}(${shape.members.map((member) => `${camelCase(member.name)}=${render(member.shape, source[member.name])}`).join(", ")})`;
		}
		case "list":
			return `[${joined(value as readonly unknown[], (item) => render(shape.member, item))}]`;
		case "map":
			return `{${joined(Object.entries(value as object), ([key, item]) => `${key}=${render(shape.value, item)}`)}}`;
		case "blob": {
			const { byteLength } = value as Uint8Array;
			return `java.nio.HeapByteBuffer[pos=0 lim=${byteLength} cap=${byteLength}]`;
		}
		case "timestamp":
			return new Date(value as number).toISOString();
		default:
			return String(value);
	}
}

function joined<T>(items: readonly T[], text: (item: T) => string): string {
	let all = "";
	for (const [at, item] of items.entries()) {
		if (all.length > valueCharactersMax) break;
		all += `${at === 0 ? "" : ", "}${text(item)}`;
	}
	return all;
}

/** `UserPoolId` is `userPoolId` and `SAMLMetadataDocument` is `sAMLMetadataDocument`. */
const camelCase = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
