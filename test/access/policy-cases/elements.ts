/** Action, Resource, their negations, and policy variables. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { actionCases, allow, ask, bucket, conditionCases, deny, type PolicyCase, policy, resourceCases } from "./cases.ts";

const actions = actionCases("reference_policies_elements_action.html", [
	["the very action", { Action: "s3:GetObject" }, "s3:GetObject", true],
	["another action", { Action: "s3:GetObject" }, "s3:PutObject", false],
	["prefix and name are case-insensitive", { Action: "IAM:listaccesskeys" }, "iam:ListAccessKeys", true],
	["one of several", { Action: ["sqs:SendMessage", "s3:GetObject"] }, "s3:GetObject", true],
	["none of several", { Action: ["sqs:SendMessage", "s3:GetObject"] }, "sqs:ReceiveMessage", false],
	["all of a service", { Action: "s3:*" }, "s3:DeleteBucket", true],
	["all of another service", { Action: "s3:*" }, "s3express:GetObject", false],
	["everything", { Action: "*" }, "iam:CreateUser", true],
	["a star on both sides, CreateAccessKey", { Action: "iam:*AccessKey*" }, "iam:CreateAccessKey", true],
	["a star on both sides, ListAccessKeys", { Action: "iam:*AccessKey*" }, "iam:ListAccessKeys", true],
	["a star on both sides, another action", { Action: "iam:*AccessKey*" }, "iam:CreateUser", false],
	["a star on both sides, in another case", { Action: "iam:*accesskey*" }, "iam:UpdateAccessKey", true],
	["a question mark is one character", { Action: "s3:???Object" }, "s3:GetObject", true],
	["a question mark is not two characters", { Action: "s3:???Object" }, "s3:DeleteObject", false],
	["a prefix needs no more than itself", { Action: "s3:Get*" }, "s3:Get", true],
	["an action that only begins so", { Action: "s3:GetObject" }, "s3:GetObjectAcl", false],
]);
const notActions = actionCases("reference_policies_elements_notaction.html", [
	["NotAction leaves out what it lists", { NotAction: "iam:*" }, "iam:CreateUser", false],
	["NotAction means all else", { NotAction: "iam:*" }, "s3:GetObject", true],
	["NotAction leaves out each that it lists", { NotAction: ["iam:*", "s3:DeleteBucket"] }, "s3:DeleteBucket", false],
	["NotAction of several means all else", { NotAction: ["iam:*", "s3:DeleteBucket"] }, "s3:GetObject", true],
	["NotAction is case-insensitive", { NotAction: "S3:getobject" }, "s3:GetObject", false],
]);

const b = "amzn-s3-demo-bucket";
const tests = `arn:aws:s3:::${b}/*/test/*`;
const resources = resourceCases("reference_policies_elements_resource.html", [
	["the very ARN", "arn:aws:sqs:us-east-2:111122223333:queue1", "arn:aws:sqs:us-east-2:111122223333:queue1", true],
	["another name", "arn:aws:sqs:us-east-2:111122223333:queue1", "arn:aws:sqs:us-east-2:111122223333:queue2", false],
	["another account", "arn:aws:sqs:us-east-2:111122223333:queue1", "arn:aws:sqs:us-east-2:444455556666:queue1", false],
	["names of users are case-sensitive", "arn:aws:iam::111122223333:user/Bob", "arn:aws:iam::111122223333:user/bob", false],
	["all users of a path", "arn:aws:iam::111122223333:user/accounting/*", "arn:aws:iam::111122223333:user/accounting/bob", true],
	["users of another path", "arn:aws:iam::111122223333:user/accounting/*", "arn:aws:iam::111122223333:user/sales/bob", false],
	["all items of a bucket", `arn:aws:s3:::${b}/*`, `arn:aws:s3:::${b}/a/b/c`, true],
	["items of a bucket are not the bucket", `arn:aws:s3:::${b}/*`, `arn:aws:s3:::${b}`, false],
	["items of a bucket whose name goes on", `arn:aws:s3:::${b}/*`, `arn:aws:s3:::${b}2/a`, false],
	["1/test/object.jpg", tests, `arn:aws:s3:::${b}/1/test/object.jpg`, true],
	["1/2/test/object.jpg", tests, `arn:aws:s3:::${b}/1/2/test/object.jpg`, true],
	["1/2/test/3/object.jpg", tests, `arn:aws:s3:::${b}/1/2/test/3/object.jpg`, true],
	["1/2/3/test/4/object.jpg", tests, `arn:aws:s3:::${b}/1/2/3/test/4/object.jpg`, true],
	["1///test///object.jpg", tests, `arn:aws:s3:::${b}/1///test///object.jpg`, true],
	["1/test/.jpg", tests, `arn:aws:s3:::${b}/1/test/.jpg`, true],
	["/test/object.jpg", tests, `arn:aws:s3:::${b}//test/object.jpg`, true],
	["1/test/", tests, `arn:aws:s3:::${b}/1/test/`, true],
	["1-test/object.jpg", tests, `arn:aws:s3:::${b}/1-test/object.jpg`, false],
	["test/object.jpg", tests, `arn:aws:s3:::${b}/test/object.jpg`, false],
	["1/2/test.jpg", tests, `arn:aws:s3:::${b}/1/2/test.jpg`, false],
	[
		"one of several resources",
		{ Resource: ["arn:aws:dynamodb:us-east-2:1:table/books_table", "arn:aws:dynamodb:us-east-2:1:table/magazines_table"] },
		"arn:aws:dynamodb:us-east-2:1:table/magazines_table",
		true,
	],
	["a star for the region", "arn:aws:sqs:*:1:q", "arn:aws:sqs:eu-west-1:1:q", true],
	["a star that ends its segment goes beyond the colon", "arn:aws:s3:::a*:z", "arn:aws:s3:::a/b:c:z", true],
	["a star within a segment stays in it", "arn:aws:sqs:us-*-2:1:q", "arn:aws:sqs:us-x:y-2:1:q", false],
	["a star within a segment", "arn:aws:sqs:us-*-2:1:q", "arn:aws:sqs:us-east-2:1:q", true],
	["several stars in a segment", "arn:aws:sqs:*-*-2:1:*q*", "arn:aws:sqs:us-east-2:1:aqb", true],
	["a question mark within a segment", "arn:aws:sqs:us-east-?:1:q", "arn:aws:sqs:us-east-2:1:q", true],
	["a question mark is no colon before the resource", "arn:aws:sqs:us-east-?1:1:q", "arn:aws:sqs:us-east-:1:1:q", false],
	["everything", "*", "arn:aws:s3:::b/key", true],
	["an operation without a resource needs everything", "arn:aws:s3:::*", "*", false],
	["everything means an operation without a resource, too", "*", "*", true],
	["a key with a star in it is text", `arn:aws:s3:::${b}/a`, `arn:aws:s3:::${b}/*`, false],
	[
		"the user's own table",
		"arn:aws:dynamodb:us-east-2:111122223333:table/${aws:username}",
		"arn:aws:dynamodb:us-east-2:111122223333:table/ana",
		true,
		{ "aws:username": "ana" },
	],
	[
		"another's table",
		"arn:aws:dynamodb:us-east-2:111122223333:table/${aws:username}",
		"arn:aws:dynamodb:us-east-2:111122223333:table/bob",
		false,
		{ "aws:username": "ana" },
	],
]);
const incomplete = resourceCases("reference_policies_grammar.html#policies-grammar-notes-strings", [
	["an ARN that ends after the service is completed by stars", "arn:aws:sqs", "arn:aws:sqs:us-east-1:1:q", true],
	["an ARN that ends after the service is not another service", "arn:aws:sqs", "arn:aws:sns:us-east-1:1:q", false],
	["an ARN that ends after the region is completed by stars", "arn:aws:sqs:us-east-1", "arn:aws:sqs:us-east-1:1:q", true],
	["an ARN that ends after the region is not another region", "arn:aws:sqs:us-east-1", "arn:aws:sqs:us-east-2:1:q", false],
]);
const arnPaths = resourceCases("reference-arns.html#arns-paths-wildcards", [
	["all roles", "arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:role/service/a", true],
	["roles that begin so", "arn:aws:iam::123456789012:role/service-*", "arn:aws:iam::123456789012:role/service-test", true],
	["roles that begin otherwise", "arn:aws:iam::123456789012:role/service-*", "arn:aws:iam::123456789012:role/test-service", false],
	["four characters, 1234-test", `arn:aws:s3:::${b}/????-test`, `arn:aws:s3:::${b}/1234-test`, true],
	["four characters, a100-test", `arn:aws:s3:::${b}/????-test`, `arn:aws:s3:::${b}/a100-test`, true],
	["five characters", `arn:aws:s3:::${b}/????-test`, `arn:aws:s3:::${b}/12345-test`, false],
	["any region and any resource", "arn:aws:qbusiness:*:123456789012:*", "arn:aws:qbusiness:us-east-1:123456789012:application/1", true],
	["any region and any VPC", "arn:aws:ec2:*:123456789012:vpc/*", "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0e98", true],
	["any region, but a volume", "arn:aws:ec2:*:123456789012:vpc/*", "arn:aws:ec2:us-east-1:123456789012:volume/1", false],
]);

const payroll = { NotResource: ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"] };
const notResourcePage = "reference_policies_elements_notresource.html";
const denied = (name: string, statement: object, resource: string, isDenied: boolean, context = {}): PolicyCase => ({
	page: notResourcePage,
	name,
	request: ask({ resources: [resource], context }),
	policies: { identity: [policy(allow(), { Effect: "Deny", Action: "s3:*", ...statement })] },
	outcome: isDenied ? "explicitDeny" : "allowed",
});
const notResources: readonly PolicyCase[] = [
	denied("a Deny with NotResource leaves out what it lists", payroll, "arn:aws:s3:::HRBucket/Payroll", false),
	denied("a Deny with NotResource leaves out what its pattern lists", payroll, "arn:aws:s3:::HRBucket/Payroll/2026", false),
	denied("a Deny with NotResource means another folder", payroll, "arn:aws:s3:::HRBucket/Hiring", true),
	denied("a Deny with NotResource means an operation without a resource", payroll, "*", true),
	denied(
		"a Deny with NotResource whose variable has no value means everything",
		{ NotResource: "arn:aws:s3:::b/${aws:username}" },
		"arn:aws:s3:::b/",
		true,
	),
	denied("a Deny with NotResource and a variable", { NotResource: "arn:aws:s3:::b/${aws:username}" }, "arn:aws:s3:::b/ana", false, {
		"aws:username": "ana",
	}),
	...resourceCases(notResourcePage, [
		["an Allow with NotResource means all else", { NotResource: "arn:aws:s3:::HRBucket" }, "arn:aws:s3:::other", true],
		["an Allow with NotResource leaves out what it lists", { NotResource: "arn:aws:s3:::HRBucket" }, "arn:aws:s3:::HRBucket", false],
		[
			"an Allow with NotResource whose variable has no value is void",
			{ NotResource: "arn:aws:s3:::b/${aws:username}" },
			"arn:aws:s3:::other",
			false,
		],
	]),
];

const page = "reference_policies_variables.html";
const own = "arn:aws:s3:::b/${aws:username}/*";
const team = "arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}";
const variables: readonly PolicyCase[] = [
	...resourceCases(`${page}#policy-vars-wheretouse`, [
		["one's own folder", own, "arn:aws:s3:::b/David/x", true, { "aws:username": "David" }],
		["another's folder", own, "arn:aws:s3:::b/Anaya/x", false, { "aws:username": "David" }],
		[
			"names of variables are not case-sensitive",
			"arn:aws:s3:::b/${AWS:UserName}/*",
			"arn:aws:s3:::b/David/x",
			true,
			{ "aws:username": "David" },
		],
		["their values are", own, "arn:aws:s3:::b/david/x", false, { "aws:username": "David" }],
		["a star in a value is a star", own, "arn:aws:s3:::b/Anaya/x", false, { "aws:username": "*" }],
		["a question mark in a value is a question mark", "arn:aws:s3:::b/${k}", "arn:aws:s3:::b/a", false, { k: "?" }],
		["a value that is a star matches a star", "arn:aws:s3:::b/${k}", "arn:aws:s3:::b/*", true, { k: "*" }],
		["several variables", "arn:aws:sns:*:*:${a}-${b}-*", "arn:aws:sns:r:1:x-y-z", true, { a: "x", b: "y" }],
		["a value is not read for variables again", "arn:aws:s3:::b/${a}", "arn:aws:s3:::b/x", false, { a: "${b}", b: "x" }],
		[
			"a variable before the fifth colon is none",
			"arn:aws:sqs:us-east-1:${aws:PrincipalAccount}:q",
			"arn:aws:sqs:us-east-1:1:q",
			false,
			{ "aws:PrincipalAccount": "1" },
		],
		["a key with several values is no variable", own, "arn:aws:s3:::b/a/x", false, { "aws:username": ["a", "b"] }],
		[
			"the identity's own folder",
			"arn:aws:s3:::b/${cognito-identity.amazonaws.com:sub}/*",
			"arn:aws:s3:::b/eu-west-1:123/photo",
			true,
			{ "cognito-identity.amazonaws.com:sub": "eu-west-1:123" },
		],
		[
			"another identity's folder",
			"arn:aws:s3:::b/${cognito-identity.amazonaws.com:sub}/*",
			"arn:aws:s3:::b/eu-west-1:124/photo",
			false,
			{ "cognito-identity.amazonaws.com:sub": "eu-west-1:123" },
		],
	]),
	...resourceCases(`${page}#policy-vars-no-value`, [
		["a resource whose variable has no value matches nothing", own, "arn:aws:s3:::b//x", false],
		["a resource whose variable is empty matches nothing", own, "arn:aws:s3:::b//x", false, { "aws:username": "" }],
		["the other resources still match", { Resource: [own, "arn:aws:s3:::b/public/*"] }, "arn:aws:s3:::b/public/x", true],
	]),
	...conditionCases(`${page}#policy-vars-no-value`, [
		["StringEquals does not match a variable without a value", { StringEquals: { x: "${y}" } }, { x: "${y}" }, false],
		["StringEquals does not match an empty text by a variable without a value", { StringEquals: { x: "${y}" } }, { x: "" }, false],
		["StringNotEquals matches a variable without a value", { StringNotEquals: { x: "${y}" } }, { x: "a" }, true],
		["StringNotLike matches a variable without a value", { StringNotLike: { x: "${y}*" } }, { x: "a" }, true],
		["StringLike does not match a variable without a value", { StringLike: { x: "${y}*" } }, { x: "a" }, false],
		[
			"a tag of the resource is the principal's",
			{ StringEquals: { "s3:ExistingObjectTag/owner": "${aws:PrincipalTag/owner}" } },
			{ "s3:ExistingObjectTag/owner": "a", "aws:PrincipalTag/owner": "a" },
			true,
		],
		[
			"a tag of the resource is not the principal's",
			{ StringEquals: { "s3:ExistingObjectTag/owner": "${aws:PrincipalTag/owner}" } },
			{ "s3:ExistingObjectTag/owner": "a", "aws:PrincipalTag/owner": "b" },
			false,
		],
		["both tags are absent", { StringEquals: { "s3:ExistingObjectTag/owner": "${aws:PrincipalTag/owner}" } }, {}, false],
	]),
	...["blue", "blank", "absent"].map(
		(teamTag): PolicyCase => ({
			page: `${page}#policy-vars-no-value`,
			name: `the guide's Deny of other teams' objects, team tag ${teamTag}`,
			request: ask({
				context: {
					"s3:ExistingObjectTag/Team": "blue",
					...(teamTag !== "absent" && { "aws:PrincipalTag/Team": teamTag === "blank" ? "" : teamTag }),
				},
			}),
			policies: {
				identity: [
					policy(
						allow(),
						deny({
							Action: "s3:GetObject",
							Resource: `${bucket}/*`,
							Condition: { StringNotEquals: { "s3:ExistingObjectTag/Team": "${aws:PrincipalTag/Team}" } },
						}),
					),
				],
			},
			outcome: teamTag === "blue" ? "allowed" : "explicitDeny",
		}),
	),
	...resourceCases(`${page}#policy-vars-default-values`, [
		["the default does not count where there is a value", team, "arn:aws:s3:::b-yellow", true, { "aws:PrincipalTag/team": "yellow" }],
		[
			"the default's bucket is closed where there is a value",
			team,
			"arn:aws:s3:::b-company-wide",
			false,
			{ "aws:PrincipalTag/team": "yellow" },
		],
		["the default counts where there is no value", team, "arn:aws:s3:::b-company-wide", true],
		["no other bucket is open by default", team, "arn:aws:s3:::b-yellow", false],
		["a default without a space", "arn:aws:s3:::b/${k,'d'}", "arn:aws:s3:::b/d", true],
		["an empty default", "arn:aws:s3:::b/${k, ''}", "arn:aws:s3:::b/", true],
		["a star in a default is a star", "arn:aws:s3:::b/${k, '*'}", "arn:aws:s3:::b/a", false],
	]),
	...resourceCases(`${page}#policy-vars-specialchars`, [
		["${*} is a star", "arn:aws:s3:::b/${*}", "arn:aws:s3:::b/*", true],
		["${*} is nothing else", "arn:aws:s3:::b/${*}", "arn:aws:s3:::b/a", false],
		["${?} is a question mark", "arn:aws:s3:::b/${?}", "arn:aws:s3:::b/?", true],
		["${?} is nothing else", "arn:aws:s3:::b/${?}", "arn:aws:s3:::b/a", false],
		["${$} is a dollar sign", "arn:aws:s3:::b/${$}", "arn:aws:s3:::b/$", true],
		["${$} keeps a variable from being one", "arn:aws:s3:::b/${$}{k}", "arn:aws:s3:::b/${k}", true, { k: "a" }],
	]),
	...conditionCases(`${page}#policy-vars-specialchars`, [
		["${*} in StringLike", { StringLike: { x: "a${*}b*" } }, { x: "a*bc" }, true],
		["${*} in StringLike is no wildcard", { StringLike: { x: "a${*}b*" } }, { x: "axbc" }, false],
		["${?} in StringEquals", { StringEquals: { x: "a${?}" } }, { x: "a?" }, true],
	]),
];
const versionPage = "reference_policies_elements_version.html";
const versions: readonly PolicyCase[] = [
	...resourceCases(
		versionPage,
		[
			["2008-10-17 has no variables", own, "arn:aws:s3:::b/David/x", false, { "aws:username": "David" }],
			["2008-10-17 reads them as text", own, "arn:aws:s3:::b/${aws:username}/x", true, { "aws:username": "David" }],
			["2008-10-17 has wildcards", "arn:aws:s3:::b/*", "arn:aws:s3:::b/x", true],
		],
		"2008-10-17",
	),
	...conditionCases(
		versionPage,
		[
			["2008-10-17 has no variables in conditions", { StringEquals: { x: "${y}" } }, { x: "a", y: "a" }, false],
			["2008-10-17 reads ${*} as text in StringEquals", { StringEquals: { x: "${*}" } }, { x: "${*}" }, true],
		],
		"2008-10-17",
	),
	{
		page: versionPage,
		name: "a document without a Version has no variables",
		request: ask({ context: { "aws:username": "key" } }),
		policies: { identity: [{ Statement: allow({ Resource: `${bucket}/\${aws:username}` }) }] },
		outcome: "implicitDeny",
	},
];

export const elementTable: readonly PolicyCase[] = [
	...actions,
	...notActions,
	...resources,
	...incomplete,
	...arnPaths,
	...notResources,
	...variables,
	...versions,
];
