import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/aws/errors.ts";
import { findOperation, type OperationModel } from "../../src/aws/model.ts";
import { decodeQuery, encodeQuery, encodeQueryError, readForm } from "../../src/aws/query.ts";

const operation = (service: "sts" | "iam", name: string): OperationModel => {
	const found = findOperation(service, name);
	assert.ok(found, name);
	return found;
};

const decode = (service: "sts" | "iam", name: string, form: string): object => decodeQuery(operation(service, name), readForm(form));

const malformed = (run: () => unknown): void => assert.throws(run, (error) => error instanceof AwsError && error.code === "MalformedInput");

test("a form's lists and structures become the input, in the order of their numbers", () => {
	assert.deepEqual(
		decode(
			"iam",
			"CreateRole",
			"Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%22a%22%3A+1%7D&MaxSessionDuration=3600" +
				"&Tags.member.10.Key=c&Tags.member.10.Value=3&Tags.member.2.Key=b&Tags.member.2.Value=%26%3D&Tags.member.1.Key=a&Tags.member.1.Value=&Unknown.member.1=x",
		),
		{
			RoleName: "r",
			AssumeRolePolicyDocument: '{"a": 1}',
			MaxSessionDuration: 3600,
			Tags: [
				{ Key: "a", Value: "" },
				{ Key: "b", Value: "&=" },
				{ Key: "c", Value: "3" },
			],
		},
	);
	assert.deepEqual(decode("iam", "UntagUser", "UserName=u&TagKeys.member.1=a&TagKeys.member.2=b"), { UserName: "u", TagKeys: ["a", "b"] });
	assert.deepEqual(decode("iam", "UntagUser", "UserName=u&TagKeys="), { UserName: "u", TagKeys: [] });
	assert.deepEqual(decode("sts", "GetCallerIdentity", "Action=GetCallerIdentity&Version=2011-06-15"), {});
	assert.deepEqual(decode("sts", "AssumeRole", "RoleArn=a&RoleArn=b"), { RoleArn: "b" });
});

test("values of another type are refused with MalformedInput", () => {
	for (const form of [
		"DurationSeconds=",
		"DurationSeconds=1.5",
		"DurationSeconds=abc",
		"DurationSeconds=0x10",
		"DurationSeconds=99999999999999999999",
	])
		malformed(() => decode("sts", "AssumeRole", form));
	malformed(() => decode("iam", "CreatePolicyVersion", "SetAsDefault=yes"));
	assert.deepEqual(decode("iam", "CreatePolicyVersion", "SetAsDefault=TRUE"), { SetAsDefault: true });
});

test("forms are bounded in parameters and in depth, and no name reaches a prototype", () => {
	malformed(() => readForm(Array.from({ length: 5000 }, (_, at) => `A.member.${at}=1`).join("&")));
	malformed(() => decode("sts", "AssumeRole", `${"A.".repeat(10_000)}B=1`));
	malformed(() => readForm("RoleArn=a%00b"));
	const input = decode(
		"sts",
		"AssumeRole",
		"__proto__.RoleArn=x&constructor=y&Tags.member.__proto__.Key=k&Tags.member.1.__proto__=z&RoleArn.RoleArn=q",
	);
	assert.deepEqual(input, { Tags: [{}] });
	assert.equal(({} as Record<string, unknown>)["RoleArn"], undefined);
});

test("GetCallerIdentity is answered as in AWS's API reference", () => {
	// docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html, example 1, without its white space.
	assert.equal(
		encodeQuery(
			operation("sts", "GetCallerIdentity"),
			{ Arn: "arn:aws:iam::123456789012:user/Alice", UserId: "AIDACKCEVSQ6C2EXAMPLE", Account: "123456789012" },
			"01234567-89ab-cdef-0123-456789abcdef",
		),
		'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
			"<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/Alice</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId>" +
			"</GetCallerIdentityResult><ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata></GetCallerIdentityResponse>\n",
	);
});

test("answers have instants to the second, lists of members, and no element for what is absent", () => {
	assert.equal(
		encodeQuery(
			operation("iam", "ListUsers"),
			{ Users: [{ UserName: "a<b", CreateDate: 1_366_261_300_000, Tags: [] }, { UserName: "c" }], IsTruncated: false },
			"i",
		),
		'<ListUsersResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListUsersResult><IsTruncated>false</IsTruncated><Users>' +
			"<member><CreateDate>2013-04-18T05:01:40Z</CreateDate><Tags></Tags><UserName>a&lt;b</UserName></member><member><UserName>c</UserName></member>" +
			"</Users></ListUsersResult><ResponseMetadata><RequestId>i</RequestId></ResponseMetadata></ListUsersResponse>\n",
	);
	assert.equal(
		encodeQuery(operation("iam", "DeleteUser"), undefined, "i"),
		'<DeleteUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>i</RequestId></ResponseMetadata></DeleteUserResponse>\n',
	);
});

test("errors are XML whatever their text holds", () => {
	const { status, headers, body } = encodeQueryError(
		"iam",
		new AwsError("NoSuchEntity", `<script>&"'\r\n\u0000\u{1f600}\ud800`, { status: 404 }),
		"r-1",
	);
	assert.equal(status, 404);
	assert.equal(headers["content-type"], "text/xml");
	assert.equal(headers["x-amzn-RequestId"], "r-1");
	assert.equal(
		body,
		'<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>&lt;script&gt;&amp;&quot;&#39;&#xD;\n' +
			"\ufffd\u{1f600}\ufffd</Message></Error><RequestId>r-1</RequestId></ErrorResponse>\n",
	);
	assert.match(encodeQueryError("sts", new AwsError("InternalFailure", "", { status: 500 }), "r").body, /<Type>Receiver<\/Type>/);
});

test("an answer of another type than the model's is a defect of ours", () => {
	assert.throws(() => encodeQuery(operation("iam", "ListUsers"), { Users: "x" }, "i"), { name: "AssertionFailure" });
	assert.throws(() => encodeQuery(operation("iam", "GetUser"), { User: { CreateDate: Number.NaN } }, "i"), { name: "AssertionFailure" });
	assert.throws(() => encodeQuery(operation("iam", "GetUser"), { User: { UserName: {} } }, "i"), { name: "AssertionFailure" });
});
