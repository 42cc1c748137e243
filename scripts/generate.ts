/**
 * Writes the TypeScript types of each service's operations from the facts in `src/aws/model/<service>.json`.
 * Run with `npm run generate` after a change to a model; a test fails while the two differ.
 */
import { readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../src/aws/model/", import.meta.url);

/** Each service, and the name of the interface that lists its operations. */
const interfaces = {
	"cognito-idp": "CognitoIdp",
	"cognito-identity": "CognitoIdentity",
	"cognito-sync": "CognitoSync",
	sts: "Sts",
	iam: "Iam",
	kms: "Kms",
} as const;

export type Service = keyof typeof interfaces;
export const services = Object.keys(interfaces) as readonly Service[];

interface Shape {
	readonly type: string;
	readonly members?: Readonly<Record<string, string>>;
	readonly member?: string;
	readonly value?: string;
	readonly enum?: readonly string[];
	readonly document?: true;
}

interface Model {
	readonly operations: Readonly<Record<string, { readonly input?: string; readonly output?: string }>>;
	readonly shapes: Readonly<Record<string, Shape>>;
}

export const typesFile = (service: Service): URL => new URL(`${service}.types.ts`, folder);

/** The text of `<service>.types.ts`. */
export function typesOf(service: Service): string {
	const model = JSON.parse(readFileSync(new URL(`${service}.json`, folder), "utf8")) as Model;

	/** Shapes with a type of their own are named; plain scalars are written in place. */
	const reference = (name: string): string => {
		const shape = model.shapes[name];
		if (!shape) throw new Error(`${service}: no shape ${name}`);
		if (shape.document) return "unknown";
		if (shape.enum) return name;
		switch (shape.type) {
			case "structure":
			case "list":
			case "map":
				return name;
			case "string":
			case "boolean":
				return shape.type;
			case "blob":
				return "Uint8Array";
			case "integer":
			case "long":
			case "float":
			case "double":
			case "timestamp":
				return "number";
			default:
				throw new Error(`${service}: ${name} has the unknown type ${shape.type}`);
		}
	};

	const declaration = (name: string, shape: Shape): string[] => {
		if (reference(name) !== name) return [];
		if (shape.enum) return [`export type ${name} = ${shape.enum.map((value) => JSON.stringify(value)).join(" | ")};`];
		if (shape.type === "list") return [`export type ${name} = readonly ${reference(shape.member ?? "")}[];`];
		// Not Record: a shape of cognito-sync has that name.
		if (shape.type === "map") return [`export type ${name} = { readonly [key: string]: ${reference(shape.value ?? "")} };`];
		const members = Object.entries(shape.members ?? {});
		if (members.length === 0) return [`export type ${name} = { readonly [member: string]: never };`];
		return [
			`export interface ${name} {`,
			...members.map(([member, notation]) => {
				const target = notation.split(" ", 1)[0] ?? "";
				return target.endsWith("!")
					? `\treadonly ${member}: ${reference(target.slice(0, -1))};`
					: `\treadonly ${member}?: ${reference(target)} | undefined;`;
			}),
			"}",
		];
	};

	return [
		`// Generated from ${service}.json by scripts/generate.ts: change the model and run \`npm run generate\`.`,
		"// Timestamps are milliseconds since the epoch.",
		"",
		`export interface ${interfaces[service]} {`,
		...Object.entries(model.operations).map(
			([name, { input, output }]) =>
				`\t${name}: { input: ${input ?? "{ readonly [member: string]: never }"}; output: ${output ?? "void"} };`,
		),
		"}",
		"",
		...Object.entries(model.shapes).flatMap(([name, shape]) => declaration(name, shape)),
		"",
	].join("\n");
}

if (import.meta.main) {
	for (const service of services) writeFileSync(typesFile(service), typesOf(service));
}
