/**
 * AWS JSON 1.1: a request's body becomes the operation's input, the operation's output becomes an answer's body.
 *
 * Within the process timestamps are milliseconds since the epoch (on the wire: seconds, three decimals) and blobs are bytes (on the
 * wire: base64). Constraints are not looked at here, see `validate.ts`.
 */
import { assert, unreachable } from "../kernel/assert.ts";
import { AwsError } from "./errors.ts";
import type { NumberModel, OperationModel, ShapeModel, StructureModel } from "./model.ts";

/** How deep values may be nested. The deepest input of the models has 6 levels; documents are free. */
const depthMax = 64;

/** The farthest instants that a Date holds, in milliseconds. */
const instantMax = 8.64e15;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The operation's input. Members that the model does not know, and members that are null, are dropped, as AWS does.
 * Refuses what is not JSON, or has values of other types than the model's, with SerializationException.
 */
export function decodeJson(operation: OperationModel, body: Uint8Array): object {
	let parsed: unknown;
	try {
		parsed = JSON.parse(utf8.decode(body));
	} catch {
		throw notSerialized();
	}
	if (Array.isArray(parsed)) throw notSerialized(listNotExpected);
	if (typeof parsed !== "object" || parsed === null) throw notSerialized();
	return operation.input ? (decoder(operation.input)(parsed, 0) as object) : {};
}

/** The body of the answer: only members that the model knows. Empty for an operation without an output. */
export function encodeJson(operation: OperationModel, output: unknown): string {
	return operation.output ? JSON.stringify(encoder(operation.output)(output ?? {})) : "";
}

// Texts that AWS sends, as measured at services of the same framework.
const listNotExpected = "Start of list found where not expected";
const structureNotExpected = "Start of structure or map found where not expected.";

/** AWS sends most of these without a message. */
const notSerialized = (message = ""): AwsError => new AwsError("SerializationException", message);

type Decode = (value: unknown, depth: number) => unknown;
const decoders = new WeakMap<ShapeModel, Decode>();

function decoder(shape: ShapeModel): Decode {
	let decode = decoders.get(shape);
	if (!decode) {
		decode = makeDecoder(shape);
		decoders.set(shape, decode);
	}
	return decode;
}

function makeDecoder(shape: ShapeModel): Decode {
	switch (shape.type) {
		case "structure":
			return shape.document ? decodeDocument : structureDecoder(shape);
		case "list": {
			const item = later(() => decoder(shape.member));
			return (value, depth) => {
				if (!Array.isArray(value)) throw notSerialized(typeof value === "object" ? structureNotExpected : "Expected list or null");
				checkDepth(depth);
				const items: unknown[] = [];
				// AWS drops nulls from lists.
				for (const entry of value) if (entry !== null) items.push(item()(entry, depth + 1));
				return items;
			};
		}
		case "map": {
			const entry = later(() => decoder(shape.value));
			return (value, depth) => {
				if (Array.isArray(value)) throw notSerialized(listNotExpected);
				if (typeof value !== "object" || value === null) throw notSerialized("Expected map or null");
				checkDepth(depth);
				// Without a prototype, so that no key, `__proto__` included, finds or becomes anything else.
				const map: Record<string, unknown> = Object.create(null);
				for (const [key, item] of Object.entries(value)) if (item !== null) map[decodeString(key)] = entry()(item, depth + 1);
				return map;
			};
		}
		case "string":
			return decodeString;
		case "integer":
		case "long":
		case "float":
		case "double":
			return numberDecoder(shape);
		case "boolean":
			return (value) => {
				if (typeof value !== "boolean") throw notSerialized(mismatch(value, "a Boolean"));
				return value;
			};
		case "timestamp":
			return (value) => {
				if (typeof value !== "number") throw notSerialized(mismatch(value, "milliseconds since epoch"));
				const instant = Math.round(value * 1000);
				if (!(Math.abs(instant) <= instantMax)) throw notSerialized();
				return instant;
			};
		case "blob":
			return decodeBlob;
		default:
			return unreachable(shape);
	}
}

function structureDecoder(shape: StructureModel): Decode {
	const members = later(() =>
		shape.members.map(({ name, shape: target }) => {
			assert(!(name in Object.prototype), `${shape.name}.${name} is a name of every object`);
			return { name, decode: decoder(target) };
		}),
	);
	return (value, depth) => {
		if (Array.isArray(value)) throw notSerialized(listNotExpected);
		if (typeof value !== "object" || value === null) throw notSerialized("Expected null");
		checkDepth(depth);
		const source = value as Readonly<Record<string, unknown>>;
		const structure: Record<string, unknown> = {};
		for (const { name, decode } of members()) {
			const member = source[name];
			if (member !== undefined && member !== null) structure[name] = decode(member, depth + 1);
		}
		return structure;
	};
}

function decodeString(value: unknown): string {
	if (typeof value !== "string") throw notSerialized(mismatch(value, "a String"));
	// No lone surrogate survives UTF-8.
	return value.isWellFormed() ? value : value.toWellFormed();
}

function numberDecoder(shape: NumberModel): Decode {
	const target = { integer: "an Integer", long: "a Long", float: "a Float", double: "a Double" }[shape.type];
	// As AWS does: decimals are cut off and what is too large becomes the largest.
	const limit = { integer: 2 ** 31 - 1, long: Number.MAX_SAFE_INTEGER, float: Number.MAX_VALUE, double: Number.MAX_VALUE }[shape.type];
	const whole = shape.type === "integer" || shape.type === "long";
	return (value) => {
		if (typeof value !== "number") throw notSerialized(mismatch(value, target));
		const number = Math.max(-limit, Math.min(limit, value));
		return (whole ? Math.trunc(number) : number) + 0;
	};
}

function decodeBlob(value: unknown): Uint8Array {
	if (typeof value !== "string") throw notSerialized(mismatch(value, "a Blob"));
	if (value.length % 4 !== 0) throw notSerialized(`Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`);
	const bytes = Buffer.from(value, "base64");
	// Buffer skips what is not base64; encoding again shows it.
	if (bytes.toString("base64") !== value) throw notSerialized("Invalid Base64 character");
	return new Uint8Array(bytes);
}

/** Free-form JSON is taken as it is, save for keys that would set a prototype when the object is copied. */
function decodeDocument(value: unknown, depth: number): unknown {
	if (typeof value === "string") return decodeString(value);
	if (typeof value !== "object" || value === null) return value;
	checkDepth(depth);
	if (Array.isArray(value)) return value.map((item) => decodeDocument(item, depth + 1));
	return Object.fromEntries(
		Object.entries(value)
			.filter(([key]) => key !== "__proto__")
			.map(([key, item]) => [decodeString(key), decodeDocument(item, depth + 1)]),
	);
}

function checkDepth(depth: number): void {
	if (depth > depthMax) throw notSerialized();
}

function mismatch(value: unknown, target: string): string {
	if (Array.isArray(value)) return listNotExpected;
	if (typeof value === "object") return structureNotExpected;
	const found = typeof value === "boolean" ? String(value).toUpperCase() : (typeof value).toUpperCase();
	return `${found}_VALUE can not be converted to ${target}`;
}

type Encode = (value: unknown) => unknown;
const encoders = new WeakMap<ShapeModel, Encode>();

function encoder(shape: ShapeModel): Encode {
	let encode = encoders.get(shape);
	if (!encode) {
		encode = makeEncoder(shape);
		encoders.set(shape, encode);
	}
	return encode;
}

function makeEncoder(shape: ShapeModel): Encode {
	const expected = (condition: boolean): void => assert(condition, `an answer's ${shape.name} is no ${shape.type}`);
	switch (shape.type) {
		case "structure": {
			if (shape.document) return (value) => value;
			const members = later(() => shape.members.map(({ name, shape: target }) => ({ name, encode: encoder(target) })));
			return (value) => {
				expected(typeof value === "object" && value !== null && !Array.isArray(value));
				const source = value as Readonly<Record<string, unknown>>;
				const structure: Record<string, unknown> = {};
				for (const { name, encode } of members()) {
					const member = source[name];
					if (member !== undefined) structure[name] = encode(member);
				}
				return structure;
			};
		}
		case "list": {
			const item = later(() => encoder(shape.member));
			return (value) => {
				expected(Array.isArray(value));
				return (value as unknown[]).map((entry) => item()(entry));
			};
		}
		case "map": {
			const entry = later(() => encoder(shape.value));
			return (value) => {
				expected(typeof value === "object" && value !== null && !Array.isArray(value));
				const map: Record<string, unknown> = Object.create(null);
				for (const [key, item] of Object.entries(value as object)) if (item !== undefined) map[key] = entry()(item);
				return map;
			};
		}
		case "string":
			return (value) => {
				expected(typeof value === "string");
				return value;
			};
		case "integer":
		case "long":
		case "float":
		case "double":
			return (value) => {
				expected(Number.isFinite(value));
				return value;
			};
		case "boolean":
			return (value) => {
				expected(typeof value === "boolean");
				return value;
			};
		case "timestamp":
			return (value) => {
				expected(Number.isFinite(value));
				return Math.round(value as number) / 1000;
			};
		case "blob":
			return (value) => {
				expected(value instanceof Uint8Array);
				return Buffer.from(value as Uint8Array).toString("base64");
			};
		default:
			return unreachable(shape);
	}
}

/** Asked for when first used, since shapes may hold themselves. */
function later<T>(make: () => T): () => T {
	let made: T | undefined;
	return () => (made ??= make());
}
