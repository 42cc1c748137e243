/** AWS's managed policies: that those which are here say what AWS's say, by what they allow and what they leave out. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, test } from "node:test";
import { guestSessionPolicy, guestSessionPolicyArn } from "../../src/domain/identity-pools/guest-policy.ts";
import { account, type Directory, directoryOf, refused, trusts } from "../support/access.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

let gatehouse: Gatehouse;
let directory: Directory;
before(async () => {
	gatehouse = await startGatehouse({});
	directory = directoryOf(gatehouse);
});
after(() => gatehouse.stop());

const arnOf = (name: string) => `arn:aws:iam::aws:policy/${name}`;

/** Of each policy: what it allows, and what it does not. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ */
const table: readonly [name: string, allowed: readonly string[], denied: readonly string[]][] = [
	["AdministratorAccess", ["iam:CreateUser", "s3:PutObject", "cognito-idp:DeleteUserPool"], []],
	[
		"PowerUserAccess",
		["s3:PutObject", "cognito-idp:DeleteUserPool", "sts:AssumeRole", "iam:ListRoles"],
		["iam:CreateUser", "iam:PassRole", "organizations:CreateAccount", "account:CloseAccount"],
	],
	["IAMReadOnlyAccess", ["iam:GetRole", "iam:ListUsers"], ["iam:CreateRole", "s3:GetObject"]],
	[
		"AmazonCognitoPowerUser",
		["cognito-idp:CreateUserPool", "cognito-identity:SetIdentityPoolRoles", "iam:GetRole", "iam:ListSAMLProviders"],
		["iam:PassRole", "iam:CreateRole", "iam:CreateServiceLinkedRole", "s3:GetObject", "lambda:InvokeFunction"],
	],
	[
		"AmazonCognitoReadOnly",
		["cognito-idp:DescribeUserPool", "cognito-idp:AdminGetUser", "cognito-identity:ListIdentities", "iam:ListRoles"],
		["cognito-idp:AdminCreateUser", "cognito-idp:UpdateUserPool", "cognito-identity:DeleteIdentities", "iam:GetRole"],
	],
	[
		"AmazonCognitoDeveloperAuthenticatedIdentities",
		["cognito-identity:GetOpenIdTokenForDeveloperIdentity", "cognito-identity:UnlinkDeveloperIdentity"],
		["cognito-identity:DescribeIdentityPool", "cognito-idp:AdminGetUser"],
	],
	[
		"AmazonCognitoUnAuthedIdentitiesSessionPolicy",
		["polly:SynthesizeSpeech", "geo:BatchPutGeofence", "kms:Decrypt"],
		["s3:GetObject", "kms:Sign"],
	],
	["AmazonS3FullAccess", ["s3:PutObject", "s3:DeleteBucket"], ["dynamodb:GetItem"]],
	["AmazonS3ReadOnlyAccess", ["s3:GetObject", "s3:ListBucket"], ["s3:PutObject", "s3:DeleteObject"]],
	["AmazonDynamoDBFullAccess", ["dynamodb:PutItem", "dynamodb:DeleteTable", "kms:DescribeKey"], ["iam:PassRole", "s3:GetObject"]],
	[
		"AmazonDynamoDBReadOnlyAccess",
		["dynamodb:GetItem", "dynamodb:Query", "dynamodb:DescribeTable", "dynamodb:PartiQLSelect"],
		["dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:PartiQLUpdate"],
	],
];

test("each allows what AWS's allows, and nothing beyond", async () => {
	const { iam } = directory;
	for (const [name, allowed, denied] of table) {
		await directory.role(name, [trusts({ AWS: account })]);
		await iam("AttachRolePolicy", { RoleName: name, PolicyArn: arnOf(name) });
		const { EvaluationResults = [] } = await iam("SimulatePrincipalPolicy", {
			PolicySourceArn: `arn:aws:iam::${account}:role/${name}`,
			ActionNames: [...allowed, ...denied],
		});
		const outcomes = EvaluationResults.map(({ EvalActionName, EvalDecision }) => [EvalActionName, EvalDecision]);
		const expected = [...allowed.map((action) => [action, "allowed"]), ...denied.map((action) => [action, "implicitDeny"])];
		deepEqual(outcomes, expected, name);
	}
});

test("conditions of theirs count", async () => {
	const { iam } = directory;
	const ask = async (name: string, ActionName: string, ContextKeyName: string, value: string) => {
		const { EvaluationResults = [] } = await iam("SimulatePrincipalPolicy", {
			PolicySourceArn: `arn:aws:iam::${account}:role/${name}`,
			ActionNames: [ActionName],
			ContextEntries: [{ ContextKeyName, ContextKeyValues: [value], ContextKeyType: "string" }],
		});
		return EvaluationResults[0]?.EvalDecision;
	};
	const linked = (service: string) => ask("AmazonCognitoPowerUser", "iam:CreateServiceLinkedRole", "iam:AWSServiceName", service);
	deepEqual([await linked("cognito-idp.amazonaws.com"), await linked("es.amazonaws.com")], ["allowed", "implicitDeny"]);
	const passed = (service: string) => ask("AmazonDynamoDBFullAccess", "iam:PassRole", "iam:PassedToService", service);
	deepEqual([await passed("dax.amazonaws.com"), await passed("cognito-identity.amazonaws.com")], ["allowed", "implicitDeny"]);
});

test("guests get all of AWS's managed session policy, by a policy that is nobody's to see or attach", async () => {
	const { iam } = directory;
	const { PolicyVersion } = await iam("GetPolicyVersion", {
		PolicyArn: arnOf("AmazonCognitoUnAuthedIdentitiesSessionPolicy"),
		VersionId: "v1",
	});
	const actionsOf = (document: string): string[] => JSON.parse(document).Statement[0].Action;
	const guests = actionsOf(guestSessionPolicy);
	const missing = actionsOf(decodeURIComponent(PolicyVersion?.Document ?? "")).filter((action) => !guests.includes(action));
	deepEqual(missing, []);

	const { Policies = [] } = await iam("ListPolicies", { Scope: "AWS", MaxItems: 1000 });
	ok(Policies.some(({ PolicyName }) => PolicyName === "AmazonCognitoPowerUser"));
	ok(!Policies.some(({ Arn }) => Arn === guestSessionPolicyArn));
	equal((await refused(iam("GetPolicy", { PolicyArn: guestSessionPolicyArn })))[0], "NoSuchEntity");
	equal((await refused(iam("AttachRolePolicy", { RoleName: "AmazonS3FullAccess", PolicyArn: guestSessionPolicyArn })))[0], "NoSuchEntity");
});
