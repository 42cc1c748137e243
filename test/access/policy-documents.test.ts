/** What a policy document may say, and what IAM and STS answer to one that says something else. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/aws/errors.ts";
import { compilePolicy } from "../../src/domain/access/policies/compile.ts";
import { type PolicyKind, parsePolicy } from "../../src/domain/access/policies/document.ts";
import { evaluate } from "../../src/domain/access/policies/evaluate.ts";
import { documentCharactersMax, policyCharacters } from "../../src/domain/access/policies/limits.ts";
import { account, ana, ask } from "./policy-cases/cases.ts";

const fine = { Effect: "Allow", Action: "s3:ListBucket", Resource: "arn:aws:s3:::example_bucket" };
const without = (name: keyof typeof fine) => Object.fromEntries(Object.entries(fine).filter(([key]) => key !== name));
const policy = (...statements: readonly object[]) => ({ Version: "2012-10-17", Statement: statements });
const trusting = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };

const syntax = "Syntax errors in policy.";
const old = "Policy document must be version 2012-10-17 or greater.";
const legacy = "The policy failed legacy parsing";
const vendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
const iamPaths =
	'IAM resource path must either be "*", root, or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.';

const refused: readonly (readonly [what: string, document: object | string, message: string, kind?: PolicyKind])[] = [
	["what is no JSON", "This is not a json document", syntax],
	["what is no JSON, as a trust policy", "{", "This policy contains invalid Json", "trust"],
	["nothing", "", syntax],
	["a list", "[]", syntax],
	["text behind the document", `${JSON.stringify(policy(fine))} x`, syntax],
	["a key that stands twice", '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', syntax],
	[
		"a key that stands twice, escaped",
		'{"Version":"2012-10-17","Statement":{"Effect":"Allow","\\u0045ffect":"Deny","Action":"*","Resource":"*"}}',
		syntax,
	],
	["a control character in a string", JSON.stringify({ ...policy(fine), Id: "a-b" }).replace("a-b", "a\nb"), syntax],
	["values in values in values", `{"Version":"2012-10-17","Statement":${"[".repeat(100_000)}`, syntax],
	["a document that is too long", JSON.stringify(policy(fine)).padEnd(documentCharactersMax + 1), syntax],
	["an unknown version", { ...policy(fine), Version: "2013-10-17" }, syntax],
	["a version that is a number", { ...policy(fine), Version: 2012 }, syntax],
	["no version", { Statement: fine }, old, "managed"],
	["the old version", { Version: "2008-10-17", Statement: fine }, old, "managed"],
	["no statement", { Version: "2012-10-17" }, syntax],
	["an empty list of statements", policy(), syntax],
	["a statement that is a string", { Version: "2012-10-17", Statement: ["a"] }, syntax],
	["an unknown element", { ...policy(fine), More: "value" }, syntax],
	["an unknown element of a statement", policy({ ...fine, More: "value" }), syntax],
	["an Id that is no string", { ...policy(fine), Id: ["a"] }, syntax],
	["a Sid that is no string", policy({ ...fine, Sid: {} }), syntax],
	["an unknown effect", policy({ ...fine, Effect: "invalid" }), syntax],
	["no effect", policy(without("Effect")), syntax],
	["an effect in another case", policy({ ...fine, Effect: "denY" }), legacy],
	["Action and NotAction", policy({ ...fine, NotAction: "iam:x" }), syntax],
	["Resource and NotResource", policy({ ...fine, NotResource: "*" }), syntax],
	["an action that is an object", policy({ ...fine, Action: {} }), syntax],
	["an action that is a list in a list", policy({ ...fine, Action: [[]] }), syntax],
	["an action that is a number", policy({ ...fine, Action: 1 }), syntax],
	["a resource that is an object", policy({ ...fine, Resource: { a: "b" } }), syntax],
	["a condition that is a list", policy({ ...fine, Condition: [] }), syntax],
	["a condition that is a string", policy({ ...fine, Condition: "a" }), syntax],
	["an operator whose keys are a string", policy({ ...fine, Condition: { DateGreaterThan: "b" } }), syntax],
	["an unknown operator", policy({ ...fine, Condition: { x: { a: "1" } } }), syntax],
	["an unknown set operator", policy({ ...fine, Condition: { "ForAnyValue::StringEqualsIfExists": { a: "b" } } }), syntax],
	["Null with IfExists", policy({ ...fine, Condition: { NullIfExists: { a: "true" } } }), syntax],
	["a condition value that is an object", policy({ ...fine, Condition: { StringEquals: { a: {} } } }), syntax],
	["a condition value that is null", policy({ ...fine, Condition: { StringEquals: { a: null } } }), syntax],
	["a date that is none", policy({ ...fine, Condition: { DateGreaterThan: { a: "sdfdsf" } } }), legacy],
	["a date with a month that is none", policy({ ...fine, Condition: { DateLessThanEquals: { a: "234-13" } } }), legacy],
	[
		"a date with a time zone that is none",
		policy({ ...fine, Condition: { DateLessThanEquals: { a: "2016-12-13T12:00:00.593194+1" } } }),
		legacy,
	],
	["seconds that are too many", policy({ ...fine, Condition: { DateLessThan: { a: "9223372036854775808" } } }), legacy],
	[
		"the same Sid twice",
		policy({ ...fine, Sid: "sdf" }, { ...fine, Sid: "sdf" }),
		"Statement IDs (SID) in a single policy must be unique.",
	],
	[
		"a Sid with a space",
		policy({ ...fine, Sid: "a b" }),
		"Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
	],
	["no action", policy(without("Action")), "Policy statement must contain actions."],
	["no action in the second statement", policy(fine, { Effect: "Deny", Resource: "*" }), "Policy statement must contain actions."],
	["an empty list of actions", policy({ ...fine, Action: [] }), "Policy statement must contain actions."],
	["an action without a service", policy({ ...fine, Action: "invalid" }), vendor],
	["an empty NotAction", policy({ Effect: "Allow", NotAction: "", Resource: "*" }), vendor],
	[
		"an action without a service, and no resource",
		policy({ ...without("Resource"), Action: "invalid" }),
		"Policy statement must contain resources.",
	],
	["an action with two colons", policy({ ...fine, Action: "s3:List:Bucket" }), "Actions/Condition can contain only one colon."],
	["a service with a space", policy({ ...fine, Action: "a a:ListBucket" }), "Vendor a a is not valid"],
	["a service with a wildcard", policy({ ...fine, Action: "s*:ListBucket" }), "Vendor s* is not valid"],
	["no resource", policy(without("Resource")), "Policy statement must contain resources."],
	["an empty list of resources", policy({ ...fine, Resource: [] }), "Policy statement must contain resources."],
	[
		"a resource that is no ARN",
		policy({ ...fine, Resource: "invalid resource" }),
		'Resource invalid resource must be in ARN format or "*".',
	],
	["an empty resource", policy({ ...fine, Resource: "" }), 'Resource  must be in ARN format or "*".'],
	[
		"a partition that is none",
		policy({ ...fine, Resource: "arn:error:s3:::b" }),
		'Partition "error" is not valid for resource "arn:error:s3:::b".',
	],
	[
		"a partition that is none, and no more",
		policy({ ...fine, Resource: "a:bsdf" }),
		'Partition "bsdf" is not valid for resource "arn:bsdf:*:*:*:*".',
	],
	[
		"a partition that is none, and a service",
		policy({ ...fine, Resource: "a:b:cadfsdf" }),
		'Partition "b" is not valid for resource "arn:b:cadfsdf:*:*:*".',
	],
	[
		"a partition that is none, and more",
		policy({ ...fine, Resource: "a:b:c:d:e:f:g:h" }),
		'Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".',
	],
	[
		"a partition that is none, before an empty segment too few is seen",
		policy({ ...fine, Resource: ["arn:error:s3:::example_bucket", "arn:error:s3::example_bucket"] }),
		'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
	],
	[
		"an ARN without its first segment",
		policy({ ...fine, Resource: "aws:s3:::example_bucket" }),
		'Partition "s3" is not valid for resource "arn:s3:::example_bucket:*".',
	],
	[
		"an ARN without a service",
		policy({ ...fine, Resource: "arn:aws" }),
		"Resource vendor must be fully qualified and cannot contain regexes.",
	],
	[
		"an ARN with a wildcard for its service",
		policy({ ...fine, Resource: "arn:aws:*:::b" }),
		"Resource vendor must be fully qualified and cannot contain regexes.",
	],
	["an ARN with an empty segment too few", policy({ ...fine, Resource: "arn:aws:s3::example_bucket" }), legacy],
	["an ARN with an empty service", policy({ ...fine, Resource: "arn:aws::::example_bucket" }), legacy],
	["an ARN with an empty segment too few in NotResource", policy({ ...without("Resource"), NotResource: "arn:aws:s3::b" }), legacy],
	[
		"a resource of IAM's with a region",
		policy({ ...fine, Resource: "arn:aws:iam:us-east-1::user/a" }),
		"IAM resource arn:aws:iam:us-east-1::user/a cannot contain region information.",
	],
	[
		"a bucket with a region",
		policy({ ...fine, Resource: "arn:aws:s3:us-east-1::b" }),
		"Resource arn:aws:s3:us-east-1::b can not contain region information.",
	],
	["a resource of IAM's of no kind", policy({ ...fine, Resource: "arn:aws:iam:::example" }), iamPaths],
	["a principal", policy({ ...fine, Principal: "*" }), "Policy document should not specify a principal."],
	[
		"an ARN with segments missing in a session policy",
		policy({ ...fine, Resource: "arn:aws:sqs" }),
		"The resource arn:aws:sqs is not a complete ARN.",
		"session",
	],
	[
		"a trust policy without a principal",
		policy({ Effect: "Allow", Action: "sts:AssumeRole" }),
		"Missing required field Principal",
		"trust",
	],
	["a trust policy with a resource", policy({ ...trusting, Resource: "*" }), "Has prohibited field Resource", "trust"],
	[
		"a trust policy with NotPrincipal",
		policy({ Effect: "Deny", NotPrincipal: "*", Action: "sts:AssumeRole" }),
		"Has prohibited field NotPrincipal",
		"trust",
	],
	[
		"a trust policy for another service's action",
		policy({ ...trusting, Action: "s3:GetObject" }),
		"AssumeRole policy may only specify STS AssumeRole actions.",
		"trust",
	],
	[
		"a trust policy for everything",
		policy({ ...trusting, Action: "*" }),
		"AssumeRole policy may only specify STS AssumeRole actions.",
		"trust",
	],
	["a principal that is no ARN", policy({ ...trusting, Principal: { AWS: "ana" } }), 'Invalid principal in policy: "AWS":"ana"', "trust"],
	[
		"a principal with a wildcard in its name",
		policy({ ...trusting, Principal: { AWS: `arn:aws:iam::${account}:user/*` } }),
		`Invalid principal in policy: "AWS":"arn:aws:iam::${account}:user/*"`,
		"trust",
	],
	[
		"a group as a principal",
		policy({ ...trusting, Principal: { AWS: `arn:aws:iam::${account}:group/g` } }),
		`Invalid principal in policy: "AWS":"arn:aws:iam::${account}:group/g"`,
		"trust",
	],
	["every service", policy({ ...trusting, Principal: { Service: "*" } }), 'Invalid principal in policy: "Service":"*"', "trust"],
	["an unknown type of principal", policy({ ...trusting, Principal: { Group: "a" } }), syntax, "trust"],
	["an empty map of principals", policy({ ...trusting, Principal: {} }), syntax, "trust"],
	["Principal and NotPrincipal", policy({ ...fine, Principal: "*", NotPrincipal: "*" }), syntax, "resource"],
	["an Allow with NotPrincipal", policy({ ...fine, NotPrincipal: "*" }), "Has prohibited field NotPrincipal", "resource"],
	["a resource's policy without a principal", policy(fine), "Missing required field Principal", "resource"],
];

for (const [what, document, message, kind = "managed"] of refused) {
	test(`a ${kind} policy is refused for ${what}`, () => {
		const text = typeof document === "string" ? document : JSON.stringify(document);
		assert.throws(
			() => parsePolicy(text, kind),
			(error) => error instanceof AwsError && error.code === "MalformedPolicyDocument" && error.status === 400 && error.message === message,
		);
	});
}

const taken: readonly (readonly [what: string, document: object, kind?: PolicyKind])[] = [
	["one statement without a list", { Version: "2012-10-17", Statement: fine }],
	["lists of actions and resources", policy({ ...fine, Action: ["s3:Get*", "s3:List*"], Resource: ["arn:aws:s3:::b", "*"] })],
	["everything", policy({ ...fine, Action: "*" })],
	["an action with spaces behind its service", policy({ ...fine, Action: "iam: asdf safdsf af " })],
	["a service that nobody knows", policy({ ...fine, Resource: "arn:aws:s33:::example_bucket" })],
	["an ARN that ends after the service", policy({ ...fine, Resource: "arn:aws:fdsasf" })],
	["any partition", policy({ ...fine, Resource: "arn:*:s3:::b" })],
	["an access point, which has a region", policy({ ...fine, Resource: "arn:aws:s3:us-west-2:123456789012:accesspoint/my-access-point" })],
	["the account of IAM itself", policy({ ...fine, Resource: `arn:aws:iam::${account}:root` })],
	["a variable", policy({ ...fine, Resource: "arn:aws:iam::*:user/${aws:username}" })],
	["an empty condition", policy({ ...fine, Condition: {} })],
	["an operator without keys", policy({ ...fine, Condition: { DateGreaterThan: {}, a: {} } })],
	[
		"dates of unusual forms",
		policy({ ...fine, Condition: { DateLessThanEquals: { a: ["01T", "2016-12-13t2:00:00.593194+23", "-292275054"] } } }),
	],
	["a key without values", policy({ ...fine, Condition: { DateGreaterThan: { a: [] } } })],
	["numbers and booleans without quotation marks", policy({ ...fine, Condition: { NumericEquals: { a: [1, 2.5] }, Bool: { b: true } } })],
	["several statements whose Sid is empty", policy({ ...fine, Sid: "" }, { ...fine, Sid: "" })],
	["text outside ASCII", policy({ ...fine, Resource: "arn:aws:s3:::b/\u007f\u0085\u00ff" })],
	["an Id", { ...policy(fine), Id: "cd3ad3d9 2776" }],
	["no version", { Statement: fine }, "inline"],
	["the old version", { Version: "2008-10-17", Statement: fine }, "inline"],
	["a service", policy(trusting), "trust"],
	["every action of STS", policy({ ...trusting, Action: "sts:*" }), "trust"],
	["a provider", policy({ ...trusting, Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/idp.example.com/p` } }), "trust"],
	[
		"users, roles, sessions and accounts",
		policy({
			...trusting,
			Principal: {
				AWS: [
					"*",
					account,
					`arn:aws:iam::${account}:root`,
					`arn:aws:iam::${account}:role/path/r`,
					`arn:aws:sts::${account}:assumed-role/r/s@x`,
					`arn:aws:sts::${account}:federated-user/f`,
					"AROAEXAMPLEROLEID12",
				],
			},
		}),
		"trust",
	],
	["everyone", policy({ ...fine, Principal: "*" }), "resource"],
	["a Sid with spaces", policy({ ...fine, Sid: "of a bucket", Principal: "*" }), "resource"],
	["a Deny with NotPrincipal", policy({ ...fine, Effect: "Deny", NotPrincipal: { AWS: account } }), "resource"],
];

for (const [what, document, kind = "managed"] of taken) {
	test(`a ${kind} policy may have ${what}`, () => {
		assert.equal(parsePolicy(JSON.stringify(document, undefined, "\t"), kind).statements.length > 0, true);
	});
}

test("blocks may stand in any order, and white space between them", () => {
	const { statements, version, id } = parsePolicy(
		' { "Statement" : [ { "Resource":"*" , "Action" : "s3:*", "Effect": "Deny","Sid":"a" } ],\r\n"Id":"i",\t"Version":"2012-10-17" } ',
		"managed",
	);
	assert.deepEqual({ version, id }, { version: "2012-10-17", id: "i" });
	assert.deepEqual(
		{ ...statements[0], start: 0, end: 0 },
		{
			sid: "a",
			effect: "Deny",
			principals: undefined,
			actions: { not: false, values: ["s3:*"] },
			resources: { not: false, values: ["*"] },
			conditions: [],
			start: 0,
			end: 0,
		},
	);
});

test("a length is counted without white space", () => {
	assert.equal(policyCharacters('{ "a" :\t"b c"\r\n}'), '{"a":"bc"}'.length);
});

test("a decision names the statements that decided, with their places in the text", () => {
	const text =
		'{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Sid": "one", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},\n    {\n      "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"\n    }\n  ]\n}';
	const compiled = compilePolicy("arn:aws:iam::123456789012:policy/p", parsePolicy(text, "managed"));
	const decide = (action: string) => evaluate(ask({ action }), { identity: [compiled] });
	const source = { source: "identity", policyId: compiled.id };
	assert.deepEqual(decide("s3:GetObject").matched, [
		{ ...source, sid: "one", start: { line: 4, column: 5 }, end: { line: 4, column: 73 } },
	]);
	// The Allow matches too, and is not what decides.
	assert.deepEqual(decide("s3:PutObject").matched, [
		{ ...source, sid: undefined, start: { line: 5, column: 5 }, end: { line: 7, column: 6 } },
	]);
	assert.deepEqual(decide("sqs:SendMessage").matched, []);
	assert.deepEqual(decide("s3:PutObject").resources[0]?.bySource, { identity: "explicitDeny" });
});

test("a decision about several resources says which of them is denied", () => {
	const compiled = compilePolicy(
		"p",
		parsePolicy(JSON.stringify(policy({ ...fine, Action: "s3:*", Resource: "arn:aws:s3:::a" })), "managed"),
	);
	const resources = ["arn:aws:s3:::a", "arn:aws:s3:::b"];
	const decision = evaluate({ principal: ana, action: "s3:ListBucket", resources, context: {} }, { identity: [compiled] });
	assert.equal(decision.outcome, "implicitDeny");
	assert.deepEqual(
		decision.resources.map(({ resource, outcome }) => [resource, outcome]),
		[
			["arn:aws:s3:::a", "allowed"],
			["arn:aws:s3:::b", "implicitDeny"],
		],
	);
	assert.equal(
		evaluate({ principal: ana, action: "s3:ListBucket", resources: [], context: {} }, { identity: [compiled] }).outcome,
		"implicitDeny",
	);
});

test("a policy says which keys of the context it asks for", () => {
	const document = policy({
		...fine,
		Resource: ["arn:aws:s3:::b/${aws:username}/${aws:PrincipalTag/team, 'x'}", "arn:aws:s3:::${*}"],
		Condition: { StringEquals: { "s3:prefix": "${AWS:UserName}/${k}" }, NumericEquals: { n: "1" } },
	});
	assert.deepEqual(compilePolicy("p", parsePolicy(JSON.stringify(document), "managed")).contextKeys, [
		"aws:username",
		"aws:PrincipalTag/team",
		"s3:prefix",
		"k",
		"n",
	]);
	assert.deepEqual(compilePolicy("p", parsePolicy(JSON.stringify({ ...document, Version: "2008-10-17" }), "inline")).contextKeys, [
		"s3:prefix",
		"n",
	]);
});

test("patterns made to be slow are matched in time that does not explode", () => {
	const stars = "*a".repeat(1_000);
	const resource = `arn:aws:s3:::${"a".repeat(1_023)}b`;
	const slow = ["*", ""].flatMap((end) => [`arn:aws:s3:::${stars}${end}c`, `arn:aws:s3:a*a:${"*?".repeat(300)}:${"*a".repeat(300)}c`]);
	const document = policy({ ...fine, Action: "s3:*", Resource: slow, Condition: { StringLike: { k: `${"*?a".repeat(500)}c` } } });
	const compiled = compilePolicy("p", parsePolicy(JSON.stringify(document), "managed"));
	const startedAt = process.cpuUsage().user;
	const k = "a".repeat(2_000);
	for (const each of [resource, `arn:aws:s3:${k}`]) {
		assert.equal(evaluate(ask({ resources: [each], context: { k } }), { identity: [compiled] }).outcome, "implicitDeny");
	}
	assert.ok(process.cpuUsage().user - startedAt < 2_000_000, "less than two seconds, where backtracking would need ages");
});
