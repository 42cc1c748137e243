/**
 * AWS Query: a form becomes an operation's input, an operation's output and errors become XML.
 *
 * A member is the parameter of its name, a structure's member `A.B`, a list's items `A.member.1`, a map's `A.entry.1.key` and
 * `A.entry.1.value`. Within the process timestamps are milliseconds since the epoch and blobs are bytes.
 */
import { html } from "hono/html";
import { assert, present, unreachable } from "../kernel/assert.ts";
import { AwsError, type EncodedError } from "./errors.ts";
import { type OperationModel, type ServiceName, type ShapeModel, type StructureModel, serviceModel } from "./model.ts";

/** A form's parameters. More than any operation has; AWS's own limit is not published. */
const parametersMax = 4096;
/** The parts of a parameter's name. */
const partsMax = 32;

/** A form's parameters by name; of two with one name the last counts. Refuses a form that is too long with MalformedInput. */
export function readForm(body: Uint8Array | string): ReadonlyMap<string, string> {
	const form = new Map<string, string>();
	const text = typeof body === "string" ? body : new TextDecoder().decode(body);
	// Counted before they are read: for a million names without values URLSearchParams takes ten seconds.
	let parameters = 1;
	for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) {
		if (++parameters > parametersMax) throw malformed("Too many parameters");
	}
	for (const [name, value] of new URLSearchParams(text)) {
		if (name.includes("\0") || value.includes("\0")) throw malformed("A parameter holds U+0000");
		form.set(name, value);
	}
	return form;
}

const malformed = (message: string): AwsError => new AwsError("MalformedInput", message);

/** The operation's input. Parameters that the model does not know are ignored; refuses values of another type with MalformedInput. */
export function decodeQuery(operation: OperationModel, form: ReadonlyMap<string, string>): object {
	if (!operation.input) return {};
	const root = newNode();
	for (const [name, value] of form) {
		const parts = name.split(".", partsMax + 1);
		if (parts.length > partsMax) throw malformed("A parameter's name is too long");
		let node = root;
		for (const part of parts) {
			let child = node.children.get(part);
			if (!child) {
				child = newNode();
				node.children.set(part, child);
			}
			node = child;
		}
		node.value = value;
	}
	return decodeStructure(operation.input, root);
}

/** A form as a tree: `A.member.1` is the value of A's child `member`'s child `1`. */
interface Node {
	value: string | undefined;
	readonly children: Map<string, Node>;
}

const newNode = (): Node => ({ value: undefined, children: new Map() });

function decodeStructure(shape: StructureModel, node: Node): object {
	const structure: Record<string, unknown> = {};
	for (const member of shape.members) {
		const child = node.children.get(member.name);
		const value = child && decode(member.shape, child);
		if (value !== undefined) structure[member.name] = value;
	}
	return structure;
}

function decode(shape: ShapeModel, node: Node): unknown {
	switch (shape.type) {
		case "structure":
			return decodeStructure(shape, node);
		case "list": {
			const items = node.children.get("member");
			// `A=` is how SDKs send an empty list.
			if (!items) return node.value === "" ? [] : undefined;
			return numbered(items)
				.map((item) => decode(shape.member, item))
				.filter((item) => item !== undefined);
		}
		case "map": {
			const entries = node.children.get("entry");
			if (!entries) return node.value === "" ? Object.create(null) : undefined;
			const map: Record<string, unknown> = Object.create(null);
			for (const entry of numbered(entries)) {
				const key = entry.children.get("key")?.value;
				const held = entry.children.get("value");
				const value = held && decode(shape.value, held);
				if (key !== undefined && value !== undefined) map[key] = value;
			}
			return map;
		}
		default:
			return node.value === undefined ? undefined : decodeScalar(shape, node.value);
	}
}

/** The children whose names are numbers, in their order. */
const numbered = (node: Node): Node[] =>
	[...node.children]
		.filter(([name]) => /^[0-9]{1,9}$/.test(name))
		.sort(([a], [b]) => Number(a) - Number(b))
		.map(([, child]) => child);

function decodeScalar(shape: Exclude<ShapeModel, { type: "structure" | "list" | "map" }>, text: string): unknown {
	switch (shape.type) {
		case "string":
			return text.toWellFormed();
		case "integer":
		case "long": {
			const number = Number(text);
			if (!/^[+-]?[0-9]+$/.test(text) || !Number.isSafeInteger(number)) throw malformed(`Invalid ${shape.type}`);
			return number;
		}
		case "float":
		case "double": {
			const number = Number(text);
			if (text.trim() === "" || !Number.isFinite(number)) throw malformed(`Invalid ${shape.type}`);
			return number;
		}
		case "boolean":
			if (!/^(?:true|false)$/i.test(text)) throw malformed("Invalid boolean");
			return text.toLowerCase() === "true";
		case "timestamp": {
			// ISO 8601 with a zone; a bare number of seconds is what some clients send.
			const instant = /^[0-9]{1,12}$/.test(text)
				? Number(text) * 1000
				: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text)
					? Date.parse(text)
					: Number.NaN;
			if (!Number.isFinite(instant)) throw malformed("Invalid timestamp");
			return instant;
		}
		case "blob": {
			const bytes = Buffer.from(text, "base64");
			if (bytes.toString("base64") !== text) throw malformed("Invalid blob");
			return new Uint8Array(bytes);
		}
		default:
			return unreachable(shape);
	}
}

/** The answer: `<OpResponse><OpResult>…</OpResult><ResponseMetadata>…`. */
export function encodeQuery(operation: OperationModel, output: unknown, requestId: string): string {
	const namespace = present(serviceModel(operation.service).xmlNamespace, `${operation.service} has no namespace`);
	const members = operation.output ? encodeMembers(operation.output, (output ?? {}) as object) : "";
	const result = operation.resultWrapper === undefined ? members : element(operation.resultWrapper, members);
	return `<${operation.name}Response xmlns="${namespace}">${result}<ResponseMetadata>${element("RequestId", text(requestId))}</ResponseMetadata></${operation.name}Response>\n`;
}

/** The answer for an error of a Query service. */
export function encodeQueryError(service: ServiceName, error: AwsError, requestId: string): EncodedError {
	const namespace = present(serviceModel(service).xmlNamespace, `${service} has no namespace`);
	const type = element("Type", error.status >= 500 ? "Receiver" : "Sender");
	const body = `<ErrorResponse xmlns="${namespace}"><Error>${type}${element("Code", text(error.code))}${element("Message", text(error.message))}</Error>${element("RequestId", text(requestId))}</ErrorResponse>\n`;
	return { status: error.status, headers: { "content-type": "text/xml", "x-amzn-RequestId": requestId }, body };
}

const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** Characters that XML 1.0 §2.2 does not have, even escaped, become U+FFFD; a carriage return would be read as a line feed (§2.11). */
const text = (value: string): string =>
	String(
		html`${value.toWellFormed().replaceAll(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\u{fffd}")}`,
	).replaceAll("\r", "&#xD;");

function encodeMembers(shape: StructureModel, structure: object): string {
	const source = structure as Readonly<Record<string, unknown>>;
	return shape.members
		.map((member) => (source[member.name] === undefined ? "" : element(member.name, encode(member.shape, source[member.name]))))
		.join("");
}

function encode(shape: ShapeModel, value: unknown): string {
	switch (shape.type) {
		case "structure":
			assert(typeof value === "object" && value !== null, `an answer's ${shape.name} is no structure`);
			return encodeMembers(shape, value);
		case "list":
			assert(Array.isArray(value), `an answer's ${shape.name} is no list`);
			return value.map((item) => element("member", encode(shape.member, item))).join("");
		case "map":
			assert(typeof value === "object" && value !== null, `an answer's ${shape.name} is no map`);
			return Object.entries(value)
				.filter(([, item]) => item !== undefined)
				.map(([key, item]) => element("entry", element("key", text(key)) + element("value", encode(shape.value, item))))
				.join("");
		case "timestamp":
			assert(Number.isFinite(value), `an answer's ${shape.name} is no timestamp`);
			return new Date(value as number).toISOString().replace(".000Z", "Z");
		case "blob":
			assert(value instanceof Uint8Array, `an answer's ${shape.name} is no blob`);
			return Buffer.from(value).toString("base64");
		case "string":
		case "boolean":
		case "integer":
		case "long":
		case "float":
		case "double":
			assert(["string", "boolean", "number"].includes(typeof value), `an answer's ${shape.name} is no ${shape.type}`);
			return text(String(value));
		default:
			return unreachable(shape);
	}
}
