/** A client of the services that speak AWS Query, made from the model: it sends what the SDKs would refuse to. */

import type { Iam } from "../../src/aws/model/iam.types.ts";
import type { Sts } from "../../src/aws/model/sts.types.ts";
import { findOperation, type ShapeModel, type StructureModel, serviceModel } from "../../src/aws/model.ts";
import { type SigningCredentials, sign } from "../../src/crypto/sigv4-sign.ts";

interface Services {
	iam: Iam;
	sts: Sts;
}

/** As an SDK throws it. */
export class QueryError extends Error {
	readonly status: number;

	constructor(code: string, message: string, status: number) {
		super(message);
		this.name = code;
		this.status = status;
	}
}

/** Calls operations, signed with those credentials at `now` (milliseconds since the epoch). */
export function queryClient<S extends keyof Services>(
	service: S,
	url: string,
	credentials: SigningCredentials = { accessKeyId: "any", secretAccessKey: "any" },
	now: () => number = Date.now,
) {
	return async <N extends keyof Services[S] & string>(
		name: N,
		input: Services[S][N] extends { input: infer I } ? I : never,
	): Promise<Services[S][N] extends { output: infer O } ? O : never> => {
		const { version = "" } = serviceModel(service);
		const form = new URLSearchParams({ Action: name, Version: version });
		for (const [key, value] of Object.entries(input as object)) write(form, key, value);
		const body = Buffer.from(form.toString());
		const headers: [string, string][] = [
			["host", new URL(url).host],
			["content-type", "application/x-www-form-urlencoded"],
		];
		const signed = sign({ method: "POST", target: "/", headers, body }, credentials, { region: "us-east-1", service, now: now() });
		const response = await fetch(url, { method: "POST", headers: [...headers.slice(1), ...signed], body });
		const root = parse(await response.text());
		if (!response.ok) {
			const error = child(root, "Error");
			throw new QueryError(child(error, "Code").text, child(error, "Message").text, response.status);
		}
		const operation = findOperation(service, name);
		const result = operation?.resultWrapper === undefined ? root : child(root, operation.resultWrapper);
		return (operation?.output === undefined ? undefined : read(operation.output, result)) as never;
	};
}

function write(form: URLSearchParams, key: string, value: unknown): void {
	if (value === undefined) return;
	if (Array.isArray(value)) {
		if (value.length === 0) form.append(key, "");
		for (const [i, item] of value.entries()) write(form, `${key}.member.${i + 1}`, item);
	} else if (typeof value === "object" && value !== null) {
		for (const [name, item] of Object.entries(value)) write(form, `${key}.${name}`, item);
	} else form.append(key, String(value));
}

interface Element {
	readonly name: string;
	readonly children: Element[];
	text: string;
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#xD": "\r" };

/** The XML that Gatehouse writes: elements and text, no more. */
function parse(xml: string): Element {
	const top: Element = { name: "", children: [], text: "" };
	const open = [top];
	for (const [, close, name = "", text] of xml.matchAll(/<(\/?)([\w]+)[^>]*>([^<]*)/g)) {
		if (close !== "") open.pop();
		else {
			const element: Element = { name, children: [], text: (text ?? "").replaceAll(/&([#\w]+);/g, (_, entity) => entities[entity] ?? "?") };
			open.at(-1)?.children.push(element);
			open.push(element);
		}
	}
	const [root] = top.children;
	if (root === undefined) throw new Error(`no XML: ${xml}`);
	return root;
}

function child(element: Element, name: string): Element {
	const found = element.children.find((each) => each.name === name);
	if (found === undefined) throw new Error(`${element.name} has no ${name}`);
	return found;
}

function readStructure(shape: StructureModel, element: Element): object {
	const structure: Record<string, unknown> = {};
	for (const { name, text, children } of element.children) {
		const member = shape.members.find((each) => each.name === name);
		if (member === undefined) throw new Error(`${shape.name} has no member ${name}`);
		structure[name] = read(member.shape, { name, text, children });
	}
	return structure;
}

function read(shape: ShapeModel, element: Element): unknown {
	switch (shape.type) {
		case "structure":
			return readStructure(shape, element);
		case "list":
			return element.children.map((item) => read(shape.member, item));
		case "map":
			return Object.fromEntries(element.children.map((entry) => [child(entry, "key").text, read(shape.value, child(entry, "value"))]));
		case "timestamp":
			return Date.parse(element.text);
		case "boolean":
			return element.text === "true";
		case "string":
			return element.text;
		default:
			return Number(element.text);
	}
}
