/**
 * Inputs made from the model: valid ones at random from a seed, and for every constraint one that breaks it and nothing else.
 * Values are as the domain sees them (milliseconds, bytes); `jsonBody` writes them as a client of the JSON services does.
 */

import {
	findOperation,
	type OperationModel,
	type ServiceName,
	type ShapeModel,
	type StringModel,
	type StructureModel,
} from "../../src/aws/model.ts";
import { compilePattern } from "../../src/aws/pattern.ts";
import { present } from "../../src/kernel/assert.ts";

/** An input that breaks exactly one constraint. */
export interface Violation {
	/** The path as messages name it, such as `userAttributes.1.member.name`. */
	readonly path: string;
	/** What AWS's message says of it, such as `Member must not be null`. */
	readonly constraint: string;
	readonly input: Readonly<Record<string, unknown>>;
}

const operationOf = (service: ServiceName, operation: string): OperationModel =>
	present(findOperation(service, operation), `${service} has no operation ${operation}`);

/** A valid input: required members always, the others by chance. The same seed gives the same input. */
export function validInput(service: ServiceName, operation: string, seed: number): Record<string, unknown> {
	const { input } = operationOf(service, operation);
	return input ? structure(input, chance(seed), true) : {};
}

/** A valid input of the required members alone. */
export function leastInput(service: ServiceName, operation: string): Record<string, unknown> {
	const { input } = operationOf(service, operation);
	return input ? structure(input, chance(1), false) : {};
}

/**
 * For every constraint of the operation's input that can be broken alone, an input that breaks it. Left out are those that can't:
 * an empty string where the pattern wants a character too, a maximum that is the type's own, lengths that no pattern allows.
 */
export function violations(service: ServiceName, operation: string): Violation[] {
	const { input } = operationOf(service, operation);
	return input
		? structureViolations(input, "", []).map(({ value, ...rest }) => ({ ...rest, input: value as Record<string, unknown> }))
		: [];
}

/** The body of a request to a JSON service. */
export function jsonBody(service: ServiceName, operation: string, input: object): string {
	const shape = operationOf(service, operation).input;
	return JSON.stringify(shape ? wireValue(shape, input) : {});
}

function wireValue(shape: ShapeModel, value: unknown): unknown {
	switch (shape.type) {
		case "structure":
			if (shape.document) return value;
			return Object.fromEntries(
				shape.members
					.map((member) => [member, (value as Record<string, unknown>)[member.name]] as const)
					.filter(([, held]) => held !== undefined)
					.map(([member, held]) => [member.name, wireValue(member.shape, held)]),
			);
		case "list":
			return (value as unknown[]).map((item) => wireValue(shape.member, item));
		case "map":
			return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, wireValue(shape.value, item)]));
		case "timestamp":
			return (value as number) / 1000;
		case "blob":
			return Buffer.from(value as Uint8Array).toString("base64");
		default:
			return value;
	}
}

/** A generator of numbers from 0 to below `below`. */
type Chance = (below: number) => number;

/** mulberry32. */
export function chance(seed: number): Chance {
	let state = seed >>> 0;
	return (below) => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
	};
}

function structure(shape: StructureModel, random: Chance, optional: boolean): Record<string, unknown> {
	const one = shape.union ? random(shape.members.length) : undefined;
	const chosen = shape.members.filter((member, at) => (one === undefined ? member.required || (optional && random(2) === 0) : at === one));
	return Object.fromEntries(chosen.map((member) => [member.name, valid(member.shape, random, optional)]));
}

/** A value of the shape that breaks no constraint. */
export function valid(shape: ShapeModel, random: Chance, optional: boolean): unknown {
	switch (shape.type) {
		case "structure":
			return shape.document ? { any: [1, "two", { three: null }] } : structure(shape, random, optional);
		case "list":
			return Array.from({ length: size(shape, random, optional) }, () => valid(shape.member, random, optional));
		case "map": {
			const entries: [string, unknown][] = [];
			for (let at = 0; at < size(shape, random, optional); at++)
				entries.push([text(shape.key, random), valid(shape.value, random, optional)]);
			// No prototype, like the decoded ones.
			return Object.assign(Object.create(null), Object.fromEntries(entries));
		}
		case "string":
			return text(shape, random);
		case "integer":
		case "long":
		case "float":
		case "double": {
			const min = shape.min ?? 0;
			return min + random(Math.min(shape.max ?? min + 1000, min + 1_000_000) - min + 1);
		}
		case "boolean":
			return random(2) === 0;
		case "timestamp":
			return 1_700_000_000_000 + random(1_000_000) * 1000;
		case "blob":
			return Uint8Array.from({ length: Math.max(shape.min ?? 0, 1 + random(8)) }, () => random(256));
		default:
			throw new TypeError("unknown shape");
	}
}

const size = ({ min = 0, max }: { min: number | undefined; max: number | undefined }, random: Chance, optional: boolean): number =>
	optional ? Math.min(max ?? min + 3, min + random(3)) : min;

function text(shape: StringModel, random: Chance): string {
	if (shape.enum) return present(shape.enum[random(shape.enum.length)], shape.name);
	const shortest = shape.min ?? 0;
	const longest = Math.max(Math.min(shape.max ?? shortest + 24, shortest + 24), 1);
	for (let length = Math.max(shortest, 1) + random(longest - Math.max(shortest, 1) + 1); length >= shortest; length--) {
		const found = ofLength(shape, length, random);
		if (found !== undefined) return found;
	}
	return present(
		examples(shape, shape.max ?? 64, random).find((example) => fits(shape, example)),
		`no example of ${shape.name}`,
	);
}

const letters = "abcdefghijklmnopqrstuvwxyz";
/** Random at the beginning, repeated after that: long ones are needed only for their length. */
function characters(alphabet: string, length: number, random: Chance): string {
	const block = Array.from({ length: Math.min(length, 64) }, () => alphabet.charAt(random(alphabet.length))).join("");
	return block.repeat(Math.ceil(length / 64)).slice(0, length);
}

/** Beginnings that patterns ask for; what follows is filled up with letters or digits. */
const beginnings = [
	"us-east-1_",
	"us-east-1:",
	"arn:aws:iam::123456789012:role/",
	"arn:aws:s3:::",
	"arn:aws:sns:us-east-1:123456789012:app/GCM/",
	"mail@",
	"Your code is {####}",
	"Follow {##this##}",
	"tkn",
	"import-",
	"Level1",
	"terms-of-use",
	"authenticated",
	"cognito:default",
	"v1",
	"/",
	"dc1f1d9b-7a1c-4b5e-9d0c-0123456789ab",
] as const;

const kinds = [`${letters}0123456789`, "0123456789", "0123456789abcdef", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", letters] as const;

/** Texts of this length, or shorter, that some pattern may take. Mostly the first will do: each is made when it is asked for. */
function* examples(shape: StringModel, length: number, random: Chance): Generator<string, undefined> {
	for (const alphabet of kinds) yield characters(alphabet, length, random);
	if (shape.pattern === undefined) return;
	for (const beginning of beginnings.filter((beginning) => beginning.length <= length)) {
		for (const alphabet of kinds) yield beginning + characters(alphabet, length - beginning.length, random);
		yield `${beginning}${characters(letters, length - beginning.length - 1, random)}/`;
		yield beginning;
	}
}

const matches = (shape: StringModel, example: string): boolean =>
	shape.pattern === undefined || compilePattern(shape.pattern).test(example);

const fits = (shape: StringModel, example: string): boolean =>
	matches(shape, example) && example.length >= (shape.min ?? 0) && example.length <= (shape.max ?? Number.POSITIVE_INFINITY);

/** A text of exactly this length that matches the pattern, if one was found. */
const ofLength = (shape: StringModel, length: number, random: Chance): string | undefined =>
	examples(shape, length, random).find((example) => example.length === length && matches(shape, example));

interface Broken {
	readonly path: string;
	readonly constraint: string;
	readonly value: unknown;
}

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function broken(shape: ShapeModel, path: string, within: readonly ShapeModel[]): Broken[] {
	// A shape that holds itself is followed once.
	if (within.includes(shape)) return [];
	const here = [...within, shape];
	const random = chance(7);
	switch (shape.type) {
		case "structure":
			return structureViolations(shape, `${path}.`, here);
		case "list": {
			const items = (length: number): unknown[] => Array.from({ length }, () => valid(shape.member, random, false));
			const scalar = isScalar(shape.member);
			const inner = broken(shape.member, scalar ? path : `${path}.1.member`, here);
			return [
				...lengths(shape, path, items),
				...inner.map((one) => ({
					path: one.path,
					constraint: scalar ? "Member must satisfy constraint: [" : one.constraint,
					value: [one.value, ...items(Math.max((shape.min ?? 0) - 1, 0))],
				})),
			];
		}
		case "map": {
			const entries = (length: number): Record<string, unknown> => {
				const map: Record<string, unknown> = {};
				for (let tries = 0; Object.keys(map).length < length && tries < 10 * length + 100; tries++)
					map[text(shape.key, random)] = valid(shape.value, random, false);
				return map;
			};
			const scalar = isScalar(shape.value);
			const key = text(shape.key, random);
			return [
				...lengths(shape, path, entries).filter(({ value, constraint }) => constraint.endsWith(` ${countedFor(constraint, value)}`)),
				...broken(shape.key, path, here).map((one) => ({
					path,
					constraint: "Map keys must satisfy constraint: [",
					value: { [one.value as string]: valid(shape.value, random, false) },
				})),
				...broken(shape.value, scalar ? path : `${path}.${key}.member`, here).map((one) => ({
					path: one.path,
					constraint: scalar ? "Map value must satisfy constraint: [" : one.constraint,
					value: { [key]: one.value },
				})),
			];
		}
		case "string":
			return stringViolations(shape, path);
		case "integer":
		case "long":
		case "float":
		case "double": {
			// The codec takes what is larger than the type for the type's largest.
			const largest = shape.type === "integer" ? 2 ** 31 - 1 : Number.MAX_SAFE_INTEGER;
			return [
				...(shape.max === undefined || shape.max >= largest
					? []
					: [{ path, constraint: `Member must have value less than or equal to ${shape.max}`, value: shape.max + 1 }]),
				...(shape.min === undefined || shape.min <= -largest
					? []
					: [{ path, constraint: `Member must have value greater than or equal to ${shape.min}`, value: shape.min - 1 }]),
			];
		}
		case "blob":
			return lengths(shape, path, (length) => new Uint8Array(length));
		default:
			return [];
	}
}

/** Values longer than this make no test that a server's limit of the body would let through. */
const lengthMax = 200_000;

const longer = (max: number): string => `Member must have length less than or equal to ${max}`;
const shorter = (min: number): string => `Member must have length greater than or equal to ${min}`;

function lengths(
	{ min, max }: { min: number | undefined; max: number | undefined },
	path: string,
	ofSize: (length: number) => unknown,
): Broken[] {
	return [
		...(max === undefined || max > lengthMax ? [] : [{ path, constraint: longer(max), value: ofSize(max + 1) }]),
		...(min === undefined || min === 0 ? [] : [{ path, constraint: shorter(min), value: ofSize(min - 1) }]),
	];
}

/** Whether as many keys were found as the violation needs: keys of an enumeration run out. */
const countedFor = (constraint: string, map: unknown): number => {
	const size = Object.keys(map as object).length;
	return constraint.includes("less than") ? size - 1 : size + 1;
};

const stringsMade = new Map<StringModel, Omit<Broken, "path">[]>();

function stringViolations(shape: StringModel, path: string): Broken[] {
	const made = stringsMade.get(shape) ?? makeStringViolations(shape);
	stringsMade.set(shape, made);
	return made.map((one) => ({ ...one, path }));
}

function makeStringViolations(shape: StringModel): Omit<Broken, "path">[] {
	if (shape.enum) return [{ constraint: `Member must satisfy enum value set: [${shape.enum.join(", ")}]`, value: "NOT_A_VALUE" }];
	const random = chance(11);
	const { min = 0, max, pattern } = shape;
	const found: Omit<Broken, "path">[] = [];
	const tooLong = max === undefined || max > lengthMax ? undefined : ofLength(shape, max + 1, random);
	if (max !== undefined && tooLong !== undefined) found.push({ constraint: longer(max), value: tooLong });
	const tooShort = min === 0 ? undefined : ofLength(shape, min - 1, random);
	if (tooShort !== undefined) found.push({ constraint: shorter(min), value: tooShort });
	if (pattern !== undefined) {
		const length = Math.max(min, 1);
		const wrong = ["\u0001", " ", "\n", "!", "\u{1f600}", "é", "-"]
			.map((character) => character.repeat(length))
			.find((one) => !matches(shape, one));
		if (wrong !== undefined) found.push({ constraint: `Member must satisfy regular expression pattern: ${pattern}`, value: wrong });
	}
	return found;
}

const isScalar = (shape: ShapeModel): boolean => !["structure", "list", "map"].includes(shape.type);

function structureViolations(shape: StructureModel, prefix: string, within: readonly ShapeModel[]): Broken[] {
	const base = structure(shape, chance(3), false);
	return shape.members.flatMap((member) => {
		const path = prefix + lowerFirst(member.name);
		const { [member.name]: _, ...others } = base;
		return [
			...(member.required ? [{ path, constraint: "Member must not be null", value: others }] : []),
			...broken(member.shape, path, within).map((one) => ({ ...one, value: { ...(shape.union ? {} : others), [member.name]: one.value } })),
		];
	});
}
