import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/aws/errors.ts";
import { decodeJson, encodeJson } from "../../src/aws/json.ts";
import { type OperationModel, type ServiceName, type ShapeModel, serviceModel, serviceNames } from "../../src/aws/model.ts";
import { decodeQuery, encodeQuery, readForm } from "../../src/aws/query.ts";
import { checkInput, validate } from "../../src/aws/validate.ts";
import { chance, jsonBody, leastInput, validInput, violations } from "./generate-input.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const operations = (service: ServiceName): OperationModel[] => [...serviceModel(service).operations.values()];

/** So that a generator that stops finding violations is noticed. */
const constraintsMin = { "cognito-idp": 1577, "cognito-identity": 230, "cognito-sync": 121, sts: 141, iam: 569, kms: 59 } as const;

for (const service of serviceNames) {
	test(`${service}: random valid inputs pass validation and come back from JSON as they were`, () => {
		for (const operation of operations(service))
			for (let seed = 1; seed <= 5; seed++) {
				const input = validInput(service, operation.name, seed);
				const decoded = decodeJson(operation, bytes(jsonBody(service, operation.name, input)));
				assert.deepEqual(decoded, input, `${operation.name} seed ${seed}`);
				assert.doesNotThrow(() => checkInput(operation, decoded), `${operation.name} seed ${seed}`);
			}
	});

	test(`${service}: the input of the required members alone passes validation`, () => {
		for (const operation of operations(service))
			assert.doesNotThrow(() => checkInput(operation, leastInput(service, operation.name)), operation.name);
	});

	test(`${service}: for each constraint of each input there is one message with one failure that names it`, () => {
		let constraints = 0;
		for (const operation of operations(service))
			for (const { path, constraint, input } of violations(service, operation.name)) {
				constraints++;
				const message = validate(service, operation.input?.name ?? "", input) ?? "none";
				assert.ok(message.startsWith("1 validation error detected: Value"), `${operation.name} ${path} ${constraint}: ${message}`);
				assert.ok(
					message.includes(` at '${path}' failed to satisfy constraint: ${constraint}`),
					`${operation.name} ${path} ${constraint}: ${message}`,
				);
			}
		assert.ok(constraints >= constraintsMin[service], `${constraints} constraints`);
	});

	test(`${service}: random outputs come back from JSON as they were`, () => {
		for (const operation of operations(service)) {
			if (!operation.output) continue;
			for (let seed = 1; seed <= 3; seed++) {
				const twin: OperationModel = { ...operation, input: operation.output };
				const output = sample(operation.output, chance(seed));
				assert.deepEqual(decodeJson(twin, bytes(encodeJson(operation, output))), output, `${operation.name} seed ${seed}`);
			}
		}
	});
}

for (const service of ["sts", "iam"] as const) {
	test(`${service}: random valid inputs come back from a form as they were`, () => {
		for (const operation of operations(service))
			for (let seed = 1; seed <= 5; seed++) {
				const input = validInput(service, operation.name, seed);
				const form = new URLSearchParams();
				if (operation.input) writeForm(operation.input, input, "", form);
				assert.deepEqual(
					decodeQuery(operation, readForm(bytes(form.toString()))),
					(operation.input && withoutEmpty(operation.input, input)) ?? {},
					`${operation.name} seed ${seed}`,
				);
			}
	});

	test(`${service}: every operation's answer is written as XML`, () => {
		for (const operation of operations(service)) {
			const xml = encodeQuery(operation, operation.output && sample(operation.output, chance(5)), "id-1");
			assert.match(xml, new RegExp(`^<${operation.name}Response xmlns="https://${service}\\.amazonaws\\.com/doc/`));
			assert.ok(xml.includes(`<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></${operation.name}Response>`));
			const opened = [...xml.matchAll(/<([A-Za-z]+)[ >]/g)].map(([, name]) => name).sort();
			const closed = [...xml.matchAll(/<\/([A-Za-z]+)>/g)].map(([, name]) => name).sort();
			assert.deepEqual(opened, closed, operation.name);
		}
	});
}

test("random bytes are either decoded and validated or refused with an AwsError", () => {
	const random = chance(2026);
	const signUp = serviceModel("cognito-idp").operations.get("SignUp");
	const createRole = serviceModel("iam").operations.get("CreateRole");
	assert.ok(signUp && createRole);
	const seeds = [
		'{"ClientId":"abc","Username":"u","Password":"p","UserAttributes":[{"Name":"email","Value":"a@b"}],"ClientMetadata":{"a":"b"}}',
		"Action=CreateRole&RoleName=r&Tags.member.1.Key=a&Tags.member.1.Value=b&AssumeRolePolicyDocument=%7B%7D&MaxSessionDuration=3600",
	].map(bytes);
	const tokens = [
		'{"',
		'":',
		"[",
		"]",
		"{",
		"}",
		"null",
		"1e999",
		"-1",
		"true",
		'"\\u0000"',
		'"\\ud800"',
		"__proto__",
		"&",
		"=",
		".",
		"member",
		"%",
		"%00",
		"\u00ff",
	];
	let accepted = 0;
	for (let round = 0; round < 2000; round++) {
		const parts: Uint8Array[] = [];
		const base = seeds[round % 2] ?? new Uint8Array();
		if (round % 5 === 0) parts.push(Uint8Array.from({ length: random(200) }, () => random(256)));
		else {
			const cut = random(base.length);
			parts.push(base.subarray(0, cut), bytes(tokens[random(tokens.length)] ?? ""), base.subarray(cut + random(3)));
		}
		const body = Buffer.concat(parts);
		for (const run of [
			() => checkInput(signUp, decodeJson(signUp, body)),
			() => checkInput(createRole, decodeQuery(createRole, readForm(body))),
		])
			try {
				run();
				accepted++;
			} catch (error) {
				assert.ok(error instanceof AwsError, `${error} for ${body.toString("latin1")}`);
				assert.ok(error.message.length < 50_000);
			}
	}
	assert.ok(accepted > 10, `${accepted} of the mutated bodies stayed valid`);
});

/** Any value of the shape: constraints hold for inputs only. */
function sample(shape: ShapeModel, random: (below: number) => number): unknown {
	switch (shape.type) {
		case "structure":
			if (shape.document) return { any: true };
			return Object.fromEntries(
				shape.members.filter((member) => member.required || random(3) > 0).map((member) => [member.name, sample(member.shape, random)]),
			);
		case "list":
			return Array.from({ length: random(3) }, () => sample(shape.member, random));
		case "map": {
			const map = Object.create(null);
			for (const key of ["a", "__proto__", "constructor"].slice(random(3))) map[key] = sample(shape.value, random);
			return map;
		}
		case "string":
			return shape.enum?.[random(shape.enum.length)] ?? `text <&> "é" ${random(1000)}`;
		case "boolean":
			return random(2) === 0;
		case "timestamp":
			return 1_700_000_000_000 + random(1_000_000);
		case "blob":
			return Uint8Array.from({ length: random(9) }, () => random(256));
		default:
			return random(1_000_000);
	}
}

/** What is left of a value in a form, which can't say that a structure is there but has no members. */
function withoutEmpty(shape: ShapeModel, value: unknown): unknown {
	if (shape.type === "structure") {
		const members = shape.members
			.map((member) => [member, (value as Record<string, unknown>)[member.name]] as const)
			.filter(([, held]) => held !== undefined)
			.map(([member, held]) => [member.name, withoutEmpty(member.shape, held)] as const)
			.filter(([, left]) => left !== undefined);
		return members.length === 0 ? undefined : Object.fromEntries(members);
	}
	if (shape.type === "list" && (value as unknown[]).length > 0) {
		const items = (value as unknown[]).map((item) => withoutEmpty(shape.member, item)).filter((item) => item !== undefined);
		return items.length === 0 ? undefined : items;
	}
	return value;
}

/** As SDKs write forms. */
function writeForm(shape: ShapeModel, value: unknown, name: string, form: URLSearchParams): void {
	const prefix = name === "" ? "" : `${name}.`;
	switch (shape.type) {
		case "structure":
			for (const member of shape.members) {
				const held = (value as Record<string, unknown>)[member.name];
				if (held !== undefined) writeForm(member.shape, held, prefix + member.name, form);
			}
			break;
		case "list":
			if ((value as unknown[]).length === 0) form.append(name, "");
			for (const [at, item] of (value as unknown[]).entries()) writeForm(shape.member, item, `${name}.member.${at + 1}`, form);
			break;
		case "map":
			if (Object.keys(value as object).length === 0) form.append(name, "");
			for (const [at, [key, item]] of Object.entries(value as object).entries()) {
				form.append(`${name}.entry.${at + 1}.key`, key);
				writeForm(shape.value, item, `${name}.entry.${at + 1}.value`, form);
			}
			break;
		case "timestamp":
			form.append(name, new Date(value as number).toISOString());
			break;
		case "blob":
			form.append(name, Buffer.from(value as Uint8Array).toString("base64"));
			break;
		default:
			form.append(name, String(value));
	}
}
