import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { services, typesFile, typesOf } from "../../scripts/generate.ts";
import { findOperation, findTarget, type StringModel, serviceModel, serviceNames } from "../../src/aws/model.ts";
import { compilePattern } from "../../src/aws/pattern.ts";

test("the generated types are those of the models", () => {
	assert.deepEqual(services, serviceNames);
	for (const service of services)
		assert.equal(readFileSync(typesFile(service), "utf8"), typesOf(service), `${service}: run npm run generate`);
});

test("the models hold every operation and shape", () => {
	const counts = serviceNames.map((name) => [name, serviceModel(name).operations.size, serviceModel(name).shapes.size]);
	assert.deepEqual(counts, [
		["cognito-idp", 140, 676],
		["cognito-identity", 23, 111],
		["cognito-sync", 17, 85],
		["sts", 11, 98],
		["iam", 98, 327],
		["kms", 6, 60],
	]);
	for (const name of serviceNames)
		for (const shape of serviceModel(name).shapes.values())
			if (shape.type === "structure")
				assert.deepEqual(
					shape.members.map((member) => member.name),
					shape.members.map((member) => member.name).sort(),
				);
});

test("an operation knows its input, errors, authorisation and access-token member", () => {
	const getUser = findOperation("cognito-idp", "GetUser");
	assert.equal(getUser?.auth, "none");
	assert.deepEqual(getUser?.token, { member: "AccessToken", required: true });
	assert.deepEqual(findOperation("cognito-idp", "AssociateSoftwareToken")?.token, { member: "AccessToken", required: false });
	assert.equal(findOperation("cognito-idp", "AdminGetUser")?.auth, "sigv4");
	assert.equal(findOperation("cognito-idp", "GetClientToken")?.sdkAuth, "sigv4");
	assert.deepEqual(getUser?.errors.find((error) => error.name === "NotAuthorizedException")?.error, {
		code: "NotAuthorizedException",
		status: 400,
	});
	assert.deepEqual(findOperation("iam", "GetRole")?.errors.find((error) => error.name === "NoSuchEntityException")?.error, {
		code: "NoSuchEntity",
		status: 404,
	});
	assert.equal(findOperation("sts", "GetCallerIdentity")?.resultWrapper, "GetCallerIdentityResult");
	assert.deepEqual(findOperation("cognito-idp", "ListUsers")?.page, {
		in: "PaginationToken",
		out: "PaginationToken",
		limit: "Limit",
		result: "Users",
	});
	assert.equal(findOperation("cognito-sync", "ListRecords")?.http?.method, "GET");
	assert.deepEqual(findOperation("cognito-sync", "ListRecords")?.input?.members.find(({ name }) => name === "IdentityPoolId")?.location, {
		in: "uri",
		name: "IdentityPoolId",
	});
});

test("a target names its service and operation", () => {
	assert.equal(findTarget("AWSCognitoIdentityProviderService.SignUp")?.operation?.name, "SignUp");
	assert.equal(findTarget("AWSCognitoIdentityService.GetId")?.service, "cognito-identity");
	assert.deepEqual(findTarget("AWSCognitoIdentityProviderService.constructor"), { service: "cognito-idp", operation: undefined });
	for (const target of ["", "SignUp", "Other.SignUp", ".SignUp", "AWSCognitoIdentityProviderService"])
		assert.equal(findTarget(target)?.operation, undefined);
});

const patterned: StringModel[] = serviceNames.flatMap((name) =>
	[...serviceModel(name).shapes.values()].filter((shape) => shape.type === "string" && shape.pattern !== undefined),
) as StringModel[];

test("every pattern of the models compiles", () => {
	assert.ok(patterned.length > 100, `${patterned.length}`);
	for (const { pattern } of patterned) assert.ok(compilePattern(pattern ?? "") instanceof RegExp);
});

test("patterns match whole strings as Java does", () => {
	for (const [pattern, matching, other] of [
		["[\\w-]+_[0-9a-zA-Z]+", ["us-east-1_AbC9"], ["us-east-1_", "us-east-1_a b", "xus-east-1_a\n", "us-east-1_a\nus-east-1_b"]],
		["[\\w+=,.@-]*", ["", "a+=,.@-b"], ["a b", "a/b", "é"]],
		["[A-Za-z0-9-_=.]+", ["a-_=.Z9"], ["a+b", "a/b"]],
		["[\\w\\s+=,.@-]+", ["My pool\tno. 1"], ["a:b", "a\u00a0b"]],
		["[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+", ["alice@example.com", "名前", "\u{1f600}", "$+<=>|~^`"], ["a b", "a\n", "\u0001", "a\u3000b"]],
		// Java's \S leaves out ASCII whitespace alone.
		["[\\S]+", ["pass\u00a0word", "\u3000", "\u{1f600}"], ["pass word", "a\tb", "a\u000bb", ""]],
		["[\\x21\\x23-\\x5B\\x5D-\\x7E]+", ["!#[]~"], ['a"b', "a\\b", "a b"]],
		["[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*", ["a b:c/d=+-@é", ""], ["a#b", "a&b"]],
		["^[0-9A-Za-z\\.\\-_]*(?<!\\.)$", ["my.bucket-1"], ["bucket."]],
		["(?s).*", ["a\nb\u2028c", ""], []],
		["(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)", ["/", "/a/b/"], ["a/", "/a", "//\u007f/"]],
		["[-0-9a-z]+", ["-a9"], ["A"]],
		["[\\w+-]+", ["a+-"], [","]],
		[
			"[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{####\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*",
			["{####}", "Code:\n{####}."],
			["{###}", "{####}\u0001", "####"],
		],
		[
			"[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*\\{##[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*##\\}[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\s*]*",
			["{##Verify##}", "{####}", "a {##x##} {##y##} b"],
			["{##Verify", "##}{##", "{###}", "{##\u0001##}"],
		],
		["[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+@[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+", ["a@b", "@@@"], ["@b", "a@", "a b@c", "@@"]],
	] as const) {
		for (const text of matching) assert.ok(compilePattern(pattern).test(text), `${pattern} takes ${JSON.stringify(text)}`);
		for (const text of other) assert.ok(!compilePattern(pattern).test(text), `${pattern} refuses ${JSON.stringify(text)}`);
	}
});

test("no pattern takes long over a hostile string as long as its shape allows", () => {
	const pieces = ["a", "1", "/a", "1:", "a@", "{##", "##}", "{####}", " ", ".", "-", "_", "=", "arn:a:"];
	for (const shape of patterned) {
		// 4096: what validation tries of an overlong value.
		const length = Math.max(shape.max ?? 131_072, 4096);
		const expression = compilePattern(shape.pattern ?? "");
		for (const piece of pieces)
			for (const end of ["", "\u0001"]) {
				const text = piece.repeat(Math.ceil(length / piece.length)).slice(0, length - 1) + end;
				const begun = process.cpuUsage();
				expression.test(text);
				const milliseconds = process.cpuUsage(begun).user / 1000;
				assert.ok(milliseconds < 1000, `${shape.name} took ${milliseconds} ms for ${JSON.stringify(piece)} × ${length}`);
			}
	}
});
