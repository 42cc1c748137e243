/**
 * The facts of the AWS services that Gatehouse speaks: operations, shapes, constraints and errors, read once from `model/*.json`.
 * This folder (aws) is the wire, generic over these facts: codecs, validation and errors. It knows no operation by name, and nothing
 * of storage, domain or HTTP.
 *
 * The notation of `model/<service>.json` has one operation or shape a line. A member is `"Shape"`, followed by `!` where the member
 * is required, then by marks: `uri=NAME`, `querystring=NAME` or `header=NAME` (where it travels), `deprecated`, and `src=sdk` (known
 * from the SDK only). An error is `"CODE STATUS"`. `page` names a paginator's members, `token` the member that holds the access token
 * (`?` = optional), `unverified` the constraints of a shape that AWS's reference does not state.
 */
import { readFileSync } from "node:fs";
import { assert, present } from "../kernel/assert.ts";

export const serviceNames = ["cognito-idp", "cognito-identity", "cognito-sync", "sts", "iam", "kms"] as const;
export type ServiceName = (typeof serviceNames)[number];

interface ShapeFacts {
	readonly name: string;
	readonly sensitive: boolean;
	/** Constraints that AWS's reference does not state. */
	readonly unverified: readonly string[];
}

export interface MemberModel {
	readonly name: string;
	readonly shape: ShapeModel;
	readonly required: boolean;
	readonly deprecated: boolean;
	/** REST only: where the member travels, and by which name; absent means the body. */
	readonly location: { readonly in: "uri" | "querystring" | "header"; readonly name: string } | undefined;
}

export interface StructureModel extends ShapeFacts {
	readonly type: "structure";
	/** By name, sorted. */
	readonly members: readonly MemberModel[];
	/** Exactly one member is set. */
	readonly union: boolean;
	/** Free-form JSON in place of members. */
	readonly document: boolean;
	/** Exceptions: the wire's code and the HTTP status. */
	readonly error: { readonly code: string; readonly status: number } | undefined;
}

export interface ListModel extends ShapeFacts {
	readonly type: "list";
	readonly member: ShapeModel;
	readonly min: number | undefined;
	readonly max: number | undefined;
}

export interface MapModel extends ShapeFacts {
	readonly type: "map";
	readonly key: StringModel;
	readonly value: ShapeModel;
	readonly min: number | undefined;
	readonly max: number | undefined;
}

export interface StringModel extends ShapeFacts {
	readonly type: "string";
	/** Lengths in code points. */
	readonly min: number | undefined;
	readonly max: number | undefined;
	/** Java's syntax, as messages quote it; it must match the whole string. */
	readonly pattern: string | undefined;
	readonly enum: readonly string[] | undefined;
}

export interface NumberModel extends ShapeFacts {
	readonly type: "integer" | "long" | "float" | "double";
	readonly min: number | undefined;
	readonly max: number | undefined;
}

export interface BlobModel extends ShapeFacts {
	readonly type: "blob";
	/** Lengths in bytes. */
	readonly min: number | undefined;
	readonly max: number | undefined;
}

export interface PlainModel extends ShapeFacts {
	readonly type: "boolean" | "timestamp";
}

export type ShapeModel = StructureModel | ListModel | MapModel | StringModel | NumberModel | BlobModel | PlainModel;

export interface OperationModel {
	readonly service: ServiceName;
	readonly name: string;
	readonly input: StructureModel | undefined;
	readonly output: StructureModel | undefined;
	/** The error shapes that the operation declares. */
	readonly errors: readonly StructureModel[];
	/** `none`: the operation takes unsigned requests. */
	readonly auth: "none" | "sigv4";
	/** What SDK clients do where it differs from `auth`. */
	readonly sdkAuth: "none" | "sigv4" | undefined;
	/** The input member that holds the user's access token. */
	readonly token: { readonly member: string; readonly required: boolean } | undefined;
	/** Query: the element around the result. */
	readonly resultWrapper: string | undefined;
	/** REST. */
	readonly http: { readonly method: string; readonly uri: string; readonly status: number } | undefined;
	readonly page: PageModel | undefined;
	/** `sdk`: known from the SDK only. */
	readonly src: "sdk" | undefined;
}

/** The members that page through an operation's results. */
export interface PageModel {
	readonly in: string;
	readonly out: string;
	readonly limit: string;
	readonly result: string | readonly string[];
	readonly more?: string;
}

export interface ServiceModel {
	readonly name: ServiceName;
	readonly protocol: "json" | "rest-json" | "query";
	readonly apiVersion: string;
	/** The part of `X-Amz-Target` before the point. */
	readonly targetPrefix: string | undefined;
	/** Query: `Version`. */
	readonly version: string | undefined;
	readonly xmlNamespace: string | undefined;
	readonly endpointPrefix: string;
	readonly signingName: string;
	readonly operations: ReadonlyMap<string, OperationModel>;
	readonly shapes: ReadonlyMap<string, ShapeModel>;
}

/** The facts of a service. */
export function serviceModel(name: ServiceName): ServiceModel {
	let model = loaded.get(name);
	if (!model) {
		model = load(name);
		loaded.set(name, model);
	}
	return model;
}

/** The operation, if the service has it. */
export const findOperation = (service: ServiceName, operation: string): OperationModel | undefined =>
	serviceModel(service).operations.get(operation);

/** The operation of a REST service that a method and path belong to. A label of the template stands for one segment. */
export function findRestOperation(service: ServiceName, method: string, path: string): OperationModel | undefined {
	const segments = path.split("/");
	for (const operation of serviceModel(service).operations.values()) {
		const template = operation.http?.uri.split("?")[0]?.split("/");
		if (operation.http?.method !== method || template?.length !== segments.length) continue;
		if (template.every((part, at) => part.startsWith("{") || part === segments[at])) return operation;
	}
	return undefined;
}

/** The operation that `X-Amz-Target` names: the service alone where it has no such operation, undefined where the prefix is not known. */
export function findTarget(target: string): { service: ServiceName; operation: OperationModel | undefined } | undefined {
	const point = target.indexOf(".");
	const prefix = target.slice(0, point);
	for (const service of ["cognito-idp", "cognito-identity", "kms"] as const) {
		const model = serviceModel(service);
		if (model.targetPrefix === prefix) return { service, operation: model.operations.get(target.slice(point + 1)) };
	}
	return undefined;
}

const loaded = new Map<ServiceName, ServiceModel>();

interface ShapeNotation {
	readonly type: string;
	readonly error?: string;
	readonly members?: Readonly<Record<string, string>>;
	readonly member?: string;
	readonly key?: string;
	readonly value?: string;
	readonly min?: number;
	readonly max?: number;
	readonly pattern?: string;
	readonly enum?: readonly string[];
	readonly sensitive?: boolean;
	readonly union?: boolean;
	readonly document?: boolean;
	readonly unverified?: readonly string[];
}

interface OperationNotation {
	readonly auth: "none" | "sigv4";
	readonly token?: string;
	readonly sdkAuth?: "none" | "sigv4";
	readonly input?: string;
	readonly output?: string;
	readonly resultWrapper?: string;
	readonly http?: OperationModel["http"];
	readonly page?: PageModel;
	readonly errors: readonly string[];
	readonly src?: "sdk";
}

interface ServiceNotation {
	readonly service: ServiceName;
	readonly protocol: ServiceModel["protocol"];
	readonly apiVersion: string;
	readonly targetPrefix?: string;
	readonly version?: string;
	readonly xmlNamespace?: string;
	readonly endpointPrefix: string;
	readonly signingName: string;
	readonly operations: Readonly<Record<string, OperationNotation>>;
	readonly shapes: Readonly<Record<string, ShapeNotation>>;
}

function load(name: ServiceName): ServiceModel {
	const notation = JSON.parse(readFileSync(new URL(`./model/${name}.json`, import.meta.url), "utf8")) as ServiceNotation;
	const shapes = new Map<string, ShapeModel>();
	// Shapes name one another, so each is made before any is asked for its target.
	const shape = (target: string | undefined): ShapeModel => present(shapes.get(target ?? ""), `${name}: no shape ${target}`);
	const structure = (target: string): StructureModel => {
		const found = shape(target);
		assert(found.type === "structure", `${name}: ${target} is no structure`);
		return found;
	};
	for (const [shapeName, facts] of Object.entries(notation.shapes)) shapes.set(shapeName, readShape(shapeName, facts, shape));
	const operations = new Map<string, OperationModel>();
	for (const [operationName, facts] of Object.entries(notation.operations))
		operations.set(operationName, {
			service: name,
			name: operationName,
			input: facts.input === undefined ? undefined : structure(facts.input),
			output: facts.output === undefined ? undefined : structure(facts.output),
			errors: facts.errors.map(structure),
			auth: facts.auth,
			sdkAuth: facts.sdkAuth,
			token: facts.token === undefined ? undefined : { member: facts.token.replace("?", ""), required: !facts.token.endsWith("?") },
			resultWrapper: facts.resultWrapper,
			http: facts.http,
			page: facts.page,
			src: facts.src,
		});
	return {
		name,
		protocol: notation.protocol,
		apiVersion: notation.apiVersion,
		targetPrefix: notation.targetPrefix,
		version: notation.version,
		xmlNamespace: notation.xmlNamespace,
		endpointPrefix: notation.endpointPrefix,
		signingName: notation.signingName,
		operations,
		shapes,
	};
}

function readShape(name: string, notation: ShapeNotation, shape: (target: string | undefined) => ShapeModel): ShapeModel {
	const facts = { name, sensitive: notation.sensitive ?? false, unverified: notation.unverified ?? [] };
	const { min, max } = notation;
	switch (notation.type) {
		case "structure": {
			const [code, status] = notation.error?.split(" ") ?? [];
			return {
				...facts,
				type: "structure",
				union: notation.union ?? false,
				document: notation.document ?? false,
				error: code === undefined ? undefined : { code, status: Number(status) },
				get members() {
					return lazily(this, "members", readMembers(notation.members ?? {}, shape));
				},
			};
		}
		case "list":
			return {
				...facts,
				type: "list",
				min,
				max,
				get member() {
					return lazily(this, "member", shape(notation.member));
				},
			};
		case "map":
			return {
				...facts,
				type: "map",
				min,
				max,
				get key() {
					const key = shape(notation.key);
					assert(key.type === "string", `${name}: its key is no string`);
					return lazily(this, "key", key);
				},
				get value() {
					return lazily(this, "value", shape(notation.value));
				},
			};
		case "string":
			return { ...facts, type: "string", min, max, pattern: notation.pattern, enum: notation.enum };
		case "integer":
		case "long":
		case "float":
		case "double":
			return { ...facts, type: notation.type, min, max };
		case "blob":
			return { ...facts, type: "blob", min, max };
		case "boolean":
		case "timestamp":
			return { ...facts, type: notation.type };
		default:
			throw new TypeError(`${name} has the unknown type ${notation.type}`);
	}
}

/** Replaces a getter by its value. */
function lazily<T>(owner: object, property: string, value: T): T {
	Object.defineProperty(owner, property, { value, enumerable: true });
	return value;
}

function readMembers(notation: Readonly<Record<string, string>>, shape: (target: string) => ShapeModel): MemberModel[] {
	return Object.entries(notation).map(([name, words]) => {
		const [target = "", ...marks] = words.split(" ");
		const place = marks.map((mark) => /^(uri|querystring|header)=(.+)$/.exec(mark)).find((found) => found !== null);
		return {
			name,
			shape: shape(target.replace("!", "")),
			required: target.endsWith("!"),
			deprecated: marks.includes("deprecated"),
			location: place ? { in: place[1] as "uri" | "querystring" | "header", name: place[2] ?? name } : undefined,
		};
	});
}
