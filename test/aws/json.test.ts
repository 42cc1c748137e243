import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/aws/errors.ts";
import { decodeJson, encodeJson } from "../../src/aws/json.ts";
import { findOperation, type OperationModel, type ServiceName } from "../../src/aws/model.ts";

const operation = (name: string, service: ServiceName = "cognito-idp"): OperationModel => {
	const found = findOperation(service, name);
	assert.ok(found, name);
	return found;
};

const decode = (name: string, body: string | Uint8Array, service?: ServiceName): unknown =>
	decodeJson(operation(name, service), typeof body === "string" ? new TextEncoder().encode(body) : body);

function refusal(run: () => unknown): AwsError {
	try {
		run();
	} catch (error) {
		assert.ok(error instanceof AwsError, `${error}`);
		return error;
	}
	assert.fail("was not refused");
}

// Texts as AWS's JSON services send them: [dynalite] mhart/dynalite validations/index.js, compared with DynamoDB; [athena] answers of
// Athena (AWS JSON 1.1) measured on 2026-09-23. Cognito's own answers to mistyped members are not on record.
const mistyped: readonly (readonly [source: string, operation: string, body: string, message: string])[] = [
	["athena", "InitiateAuth", '{"ClientId":1}', "NUMBER_VALUE can not be converted to a String"],
	["athena", "InitiateAuth", '{"ClientId":1.5}', "NUMBER_VALUE can not be converted to a String"],
	["athena", "InitiateAuth", '{"ClientId":true}', "TRUE_VALUE can not be converted to a String"],
	["athena", "InitiateAuth", '{"ClientId":false}', "FALSE_VALUE can not be converted to a String"],
	["athena", "InitiateAuth", '{"ClientId":["x"]}', "Start of list found where not expected"],
	["athena", "InitiateAuth", '{"ClientId":{"a":1}}', "Start of structure or map found where not expected."],
	["athena", "ListUsers", '{"Limit":"1"}', "STRING_VALUE can not be converted to an Integer"],
	["athena", "ListUsers", '{"Limit":true}', "TRUE_VALUE can not be converted to an Integer"],
	["athena", "ListUsers", '{"Limit":false}', "FALSE_VALUE can not be converted to an Integer"],
	["athena", "ListUsers", '{"Limit":[1]}', "Start of list found where not expected"],
	["athena", "ListUsers", '{"Limit":{"a":1}}', "Start of structure or map found where not expected."],
	["athena", "ListUsers", '{"AttributesToGet":[1]}', "NUMBER_VALUE can not be converted to a String"],
	["athena", "ListUsers", '{"AttributesToGet":[["a"]]}', "Start of list found where not expected"],
	["athena", "ListUsers", '{"AttributesToGet":"x"}', "Expected list or null"],
	["athena", "ListUsers", '{"AttributesToGet":1}', "Expected list or null"],
	["athena", "ListUsers", '{"AttributesToGet":{}}', "Start of structure or map found where not expected."],
	["athena", "CreateUserPool", '{"Policies":"x"}', "Expected null"],
	["athena", "CreateUserPool", '{"Policies":1}', "Expected null"],
	["athena", "CreateUserPool", '{"Policies":true}', "Expected null"],
	["dynalite", "CreateUserPool", '{"Policies":[]}', "Start of list found where not expected"],
	["athena", "CreateUserPool", '{"PoolName":"p","UserPoolTags":{"a":1}}', "NUMBER_VALUE can not be converted to a String"],
	["dynalite", "CreateUserPool", '{"UserPoolTags":"x"}', "Expected map or null"],
	["dynalite", "CreateUserPool", '{"UserPoolTags":[]}', "Start of list found where not expected"],
	["athena", "InitiateAuth", "[]", "Start of list found where not expected"],
	// The framework's form; the type's name is the model's.
	["form", "ChangePassword", '{"AccessToken":"a","PreviousPassword":7}', "NUMBER_VALUE can not be converted to a String"],
	["form", "CreateUserPoolClient", '{"GenerateSecret":"true"}', "STRING_VALUE can not be converted to a Boolean"],
	["form", "CreateUserPoolClient", '{"GenerateSecret":1}', "NUMBER_VALUE can not be converted to a Boolean"],
	["dynalite", "SetUICustomization", '{"ImageFile":"abc"}', "Base64 encoded length is expected a multiple of 4 bytes but found: 3"],
	["form", "SetUICustomization", '{"ImageFile":1}', "NUMBER_VALUE can not be converted to a Blob"],
];

for (const [source, name, body, message] of mistyped)
	test(`${name} refuses ${body} with: ${message} [${source}]`, () => {
		const error = refusal(() => decode(name, body));
		assert.equal(error.code, "SerializationException");
		assert.equal(error.status, 400);
		assert.equal(error.message, message);
	});

test("what is not a JSON object is refused without a message", () => {
	// As measured at Athena (AWS JSON 1.1) on 2026-09-23.
	for (const body of ["{", "", "null", '"x"', "1", "true", '{"ClientId":"x",}', "{} {}", "{'a':1}"]) {
		const error = refusal(() => decode("InitiateAuth", body));
		assert.equal(error.code, "SerializationException", body);
		assert.equal(error.message, "", body);
	}
	assert.equal(
		refusal(() => decode("InitiateAuth", Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))).code,
		"SerializationException",
	);
});

test("unknown members are ignored, nulls are absent, and of a doubled key the last counts", () => {
	assert.deepEqual(
		decode(
			"SignUp",
			'{"Nope":{"deep":[1]},"ClientId":"a","ClientId":"b","Password":null,"UserAttributes":[null,{"Name":"email","Value":null,"X":1}],"ClientMetadata":{"k":null,"v":"w"}}',
		),
		{ ClientId: "b", UserAttributes: [{ Name: "email" }], ClientMetadata: Object.assign(Object.create(null), { v: "w" }) },
	);
});

test("no key reaches a prototype", () => {
	const input = decode(
		"SignUp",
		'{"__proto__":{"ClientId":"stolen"},"constructor":1,"ClientMetadata":{"__proto__":"x","constructor":"y"}}',
	) as {
		ClientId?: string;
		ClientMetadata: Record<string, string>;
	};
	assert.equal(input.ClientId, undefined);
	assert.equal(Object.getPrototypeOf(input.ClientMetadata), null);
	assert.deepEqual(Object.entries(input.ClientMetadata), [
		["__proto__", "x"],
		["constructor", "y"],
	]);
	assert.equal(({} as Record<string, unknown>)["ClientId"], undefined);
	const { Settings } = decode("CreateManagedLoginBranding", '{"Settings":{"a":{"__proto__":{"polluted":true}},"b":[1]}}') as {
		Settings: object;
	};
	assert.deepEqual(Settings, { a: {}, b: [1] });
	assert.equal(Object.assign({}, Settings.valueOf() as { a: { polluted?: boolean } }).a.polluted, undefined);
});

test("documents may not be nested too deeply, and depth elsewhere costs nothing", () => {
	const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
	assert.deepEqual(decode("CreateManagedLoginBranding", `{"Settings":${nested(20)}}`), { Settings: JSON.parse(nested(20)) });
	assert.equal(refusal(() => decode("CreateManagedLoginBranding", `{"Settings":${nested(20_000)}}`)).code, "SerializationException");
	assert.deepEqual(decode("SignUp", `{"Unknown":${nested(20_000)}}`), {});
});

test("whole numbers are cut and bounded as AWS does it", () => {
	// A decimal is cut off and a number beyond the type becomes the type's largest: Athena, 2026-09-23; dynalite.
	assert.deepEqual(decode("ListUsers", '{"Limit":1.9}'), { Limit: 1 });
	assert.deepEqual(decode("ListUsers", '{"Limit":-0.5}'), { Limit: 0 });
	assert.deepEqual(decode("ListUsers", '{"Limit":99999999999}'), { Limit: 2147483647 });
	assert.deepEqual(decode("ListUsers", '{"Limit":-1e999}'), { Limit: -2147483647 });
});

test("text is made well-formed", () => {
	assert.deepEqual(decode("SignUp", '{"Username":"a\\ud800b"}'), { Username: "a\ufffdb" });
});

test("blobs are strict base64", () => {
	assert.deepEqual(decode("SetUICustomization", '{"ImageFile":"AAH/"}'), { ImageFile: Uint8Array.of(0, 1, 255) });
	for (const wrong of ["AAH", "AA_-", "AA==AA==", "AB==", "A A="])
		assert.equal(refusal(() => decode("SetUICustomization", JSON.stringify({ ImageFile: wrong }))).code, "SerializationException", wrong);
});

test("timestamps are seconds with three decimals on the wire and milliseconds inside", () => {
	const output = operation("AdminGetUser");
	assert.equal(
		encodeJson(output, { Username: "alice", UserCreateDate: 1_733_929_200_123, UserLastModifiedDate: 1_733_929_200_000 }),
		'{"UserCreateDate":1733929200.123,"UserLastModifiedDate":1733929200,"Username":"alice"}',
	);
	const update = { ...operation("AdminGetUser"), input: output.output };
	assert.deepEqual(decodeJson(update, new TextEncoder().encode('{"UserCreateDate":1733929200.123,"UserLastModifiedDate":1.7339292e9}')), {
		UserCreateDate: 1_733_929_200_123,
		UserLastModifiedDate: 1_733_929_200_000,
	});
	for (const [wrong, message] of [
		['"2024-12-11"', "STRING_VALUE can not be converted to milliseconds since epoch"],
		["1e300", ""],
	] as const)
		assert.equal(refusal(() => decodeJson(update, new TextEncoder().encode(`{"UserCreateDate":${wrong}}`))).message, message);
});

test("an answer holds only the members of the output, and none that is undefined", () => {
	assert.equal(
		encodeJson(operation("SignUp"), {
			UserConfirmed: false,
			UserSub: "s",
			Session: undefined,
			password: "secret",
			CodeDeliveryDetails: { secret: 1 },
		}),
		'{"CodeDeliveryDetails":{},"UserConfirmed":false,"UserSub":"s"}',
	);
	assert.equal(encodeJson(operation("GlobalSignOut"), undefined), "{}");
	assert.equal(operation("AdminDeleteUser").output, undefined);
	assert.equal(encodeJson(operation("AdminDeleteUser"), undefined), "");
	assert.equal(
		encodeJson(operation("InitiateAuth"), { ChallengeParameters: { a: "b", c: undefined } }),
		'{"ChallengeParameters":{"a":"b"}}',
	);
});

test("an answer of another type than the model's is a defect of ours", () => {
	assert.throws(() => encodeJson(operation("SignUp"), { UserSub: 7 }), { name: "AssertionFailure" });
	assert.throws(() => encodeJson(operation("ListUsers"), { Users: {} }), { name: "AssertionFailure" });
	assert.throws(() => encodeJson(operation("AdminGetUser"), { UserCreateDate: new Date(0) }), { name: "AssertionFailure" });
});
