/**
 * What IAM says when it refuses, word for word, to AWS's own client. Sources:
 *   recorded   IAM's own answers, recorded in localstack/localstack, tests/aws/services/iam/*.snapshot.json, most of February 2026
 *   otherwise  the thread in which somebody quotes the answer
 */
import { deepEqual } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as iam from "@aws-sdk/client-iam";
import { account, allow, policy, trusts } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

const trust = policy(trusts({ AWS: account }));
const document = policy(allow("s3:GetObject"));
const policyArn = (name: string) => `arn:aws:iam::${account}:policy/${name}`;
const oidcArn = (name: string) => `arn:aws:iam::${account}:oidc-provider/${name}`;
const samlArn = (name: string) => `arn:aws:iam::${account}:saml-provider/${name}`;
const role = (RoleName: string) => ({ RoleName, AssumeRolePolicyDocument: trust });
const twice = [
	{ Key: "a", Value: "1" },
	{ Key: "A", Value: "2" },
];
const exactlyTwice = [
	{ Key: "a", Value: "1" },
	{ Key: "a", Value: "2" },
];
const sixThumbprints = Array.from("abcdef", (digit) => digit.repeat(40));
const withTrust = (...statements: object[]) =>
	new iam.CreateRoleCommand({ RoleName: "r", AssumeRolePolicyDocument: policy(...statements) });
const withDocument = (PolicyDocument: string) => new iam.CreatePolicyCommand({ PolicyName: "p", PolicyDocument });

/** One of the client's commands: their types have none in common. */
type Command = object;
type Case = readonly [source: string, command: Command, code: string, status: number, message: string];

/** Code as it is on the wire, since the client gives exceptions names of its own. */
const noSuchEntity = (source: string, command: Command, message: string): Case => [source, command, "NoSuchEntity", 404, message];
const exists = (command: Command, message: string): Case => ["recorded", command, "EntityAlreadyExists", 409, message];
const conflict = (source: string, command: Command, message: string): Case => [source, command, "DeleteConflict", 409, message];
const limit = (source: string, command: Command, message: string): Case => [source, command, "LimitExceeded", 409, message];
const malformed = (command: Command, message: string): Case => ["recorded", command, "MalformedPolicyDocument", 400, message];
const invalidInput = (command: Command, message: string): Case => ["recorded", command, "InvalidInput", 400, message];
const validation = (command: Command, message: string): Case => ["recorded", command, "ValidationError", 400, message];

const notFound = [
	...[
		new iam.GetRoleCommand({ RoleName: "none" }),
		new iam.UpdateRoleCommand({ RoleName: "none" }),
		new iam.DeleteRoleCommand({ RoleName: "none" }),
		new iam.TagRoleCommand({ RoleName: "none", Tags: [] }),
		new iam.UntagRoleCommand({ RoleName: "none", TagKeys: ["a"] }),
		new iam.ListRoleTagsCommand({ RoleName: "none" }),
		new iam.PutRolePolicyCommand({ RoleName: "none", PolicyName: "p", PolicyDocument: document }),
		new iam.GetRolePolicyCommand({ RoleName: "none", PolicyName: "p" }),
		new iam.DeleteRolePolicyCommand({ RoleName: "none", PolicyName: "p" }),
		new iam.PutRolePermissionsBoundaryCommand({ RoleName: "none", PermissionsBoundary: policyArn("Held") }),
		new iam.ListInstanceProfilesForRoleCommand({ RoleName: "none" }),
		new iam.UpdateRoleDescriptionCommand({ RoleName: "none", Description: "" }),
	].map((command) => noSuchEntity("recorded", command, "The role with name none cannot be found.")),
	...[
		new iam.GetUserCommand({ UserName: "none" }),
		new iam.UpdateUserCommand({ UserName: "none" }),
		new iam.DeleteUserCommand({ UserName: "none" }),
		new iam.TagUserCommand({ UserName: "none", Tags: [] }),
		new iam.CreateAccessKeyCommand({ UserName: "none" }),
		new iam.AddUserToGroupCommand({ UserName: "none", GroupName: "Held" }),
		// Of the two the user is looked for first.
		new iam.RemoveUserFromGroupCommand({ UserName: "none", GroupName: "none" }),
	].map((command) => noSuchEntity("recorded", command, "The user with name none cannot be found.")),
	...[
		new iam.GetGroupCommand({ GroupName: "none" }),
		new iam.UpdateGroupCommand({ GroupName: "none", NewGroupName: "other" }),
		new iam.DeleteGroupCommand({ GroupName: "none" }),
		new iam.AddUserToGroupCommand({ UserName: "Held", GroupName: "none" }),
		new iam.RemoveUserFromGroupCommand({ UserName: "Held", GroupName: "none" }),
	].map((command) => noSuchEntity("recorded", command, "The group with name none cannot be found.")),
	noSuchEntity(
		"recorded",
		new iam.GetRolePolicyCommand({ RoleName: "Held", PolicyName: "none" }),
		"The role policy with name none cannot be found.",
	),
	noSuchEntity(
		"recorded",
		new iam.DeleteRolePolicyCommand({ RoleName: "Held", PolicyName: "none" }),
		"The role policy with name none cannot be found.",
	),
	noSuchEntity(
		"recorded",
		new iam.GetGroupPolicyCommand({ GroupName: "Held", PolicyName: "none" }),
		"The group policy with name none cannot be found.",
	),
	noSuchEntity(
		"recorded",
		new iam.UpdateAccessKeyCommand({ UserName: "Held", AccessKeyId: "AKIAIOSFODNN7EXAMPLE", Status: "Inactive" }),
		"The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.",
	),
	...[
		new iam.AttachRolePolicyCommand({ RoleName: "Held", PolicyArn: policyArn("none") }),
		new iam.AttachUserPolicyCommand({ UserName: "Held", PolicyArn: policyArn("none") }),
	].map((command) => noSuchEntity("recorded", command, `Policy ${policyArn("none")} does not exist or is not attachable.`)),
	...[
		new iam.DetachRolePolicyCommand({ RoleName: "Held", PolicyArn: policyArn("none") }),
		new iam.DetachUserPolicyCommand({ UserName: "Held", PolicyArn: policyArn("none") }),
		new iam.DetachGroupPolicyCommand({ GroupName: "Held", PolicyArn: policyArn("none") }),
		new iam.TagPolicyCommand({ PolicyArn: policyArn("none"), Tags: [] }),
		new iam.UntagPolicyCommand({ PolicyArn: policyArn("none"), TagKeys: ["a"] }),
	].map((command) => noSuchEntity("recorded", command, `Policy ${policyArn("none")} was not found.`)),
	...[
		new iam.GetPolicyVersionCommand({ PolicyArn: policyArn("none"), VersionId: "v1" }),
		new iam.SetDefaultPolicyVersionCommand({ PolicyArn: policyArn("none"), VersionId: "v1" }),
	].map((command) => noSuchEntity("recorded", command, `Policy ${policyArn("none")} version v1 does not exist or is not attachable.`)),
	...[
		new iam.GetPolicyVersionCommand({ PolicyArn: policyArn("Held"), VersionId: "v9" }),
		new iam.SetDefaultPolicyVersionCommand({ PolicyArn: policyArn("Held"), VersionId: "v9" }),
		new iam.DeletePolicyVersionCommand({ PolicyArn: policyArn("Held"), VersionId: "v9" }),
	].map((command) => noSuchEntity("recorded", command, `Policy ${policyArn("Held")} version v9 does not exist or is not attachable.`)),
	...[
		new iam.PutRolePermissionsBoundaryCommand({ RoleName: "Held", PermissionsBoundary: policyArn("none") }),
		new iam.CreateRoleCommand({ ...role("new"), PermissionsBoundary: policyArn("none") }),
	].map((command) => noSuchEntity("recorded", command, `Scope ARN: ${policyArn("none")} does not exist or is not attachable.`)),
	noSuchEntity(
		"recorded",
		new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: oidcArn("none.example.com") }),
		`OpenIDConnect Provider not found for arn ${oidcArn("none.example.com")}`,
	),
	noSuchEntity(
		"recorded",
		new iam.DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: oidcArn("none.example.com") }),
		`OpenId connect Provider ${oidcArn("none.example.com")} cannot be found.`,
	),
	...[
		new iam.GetSAMLProviderCommand({ SAMLProviderArn: samlArn("None") }),
		new iam.DeleteSAMLProviderCommand({ SAMLProviderArn: samlArn("None") }),
	].map((command) => noSuchEntity("recorded", command, `Manifest not found for arn ${samlArn("None")}`)),
];

const others: readonly Case[] = [
	exists(new iam.CreateRoleCommand(role("Held")), "Role with name Held already exists."),
	exists(new iam.CreateUserCommand({ UserName: "Held" }), "User with name Held already exists."),
	exists(new iam.CreateGroupCommand({ GroupName: "Held" }), "Group with name Held already exists."),
	exists(new iam.UpdateGroupCommand({ GroupName: "Free", NewGroupName: "Held" }), "Group with name Held already exists."),
	exists(
		new iam.CreatePolicyCommand({ PolicyName: "Held", PolicyDocument: document }),
		"A policy called Held already exists. Duplicate names are not allowed.",
	),
	exists(
		new iam.CreateOpenIDConnectProviderCommand({ Url: "https://held.example.com" }),
		"Provider with url https://held.example.com already exists.",
	),

	conflict("recorded", new iam.DeleteRoleCommand({ RoleName: "Held" }), "Cannot delete entity, must detach all policies first."),
	conflict("recorded", new iam.DeleteRoleCommand({ RoleName: "Inline" }), "Cannot delete entity, must delete policies first."),
	conflict(
		"mozilla-services/userplex#17",
		new iam.DeleteUserCommand({ UserName: "Held" }),
		"Cannot delete entity, must remove users from group first.",
	),
	conflict(
		"go-to-k/delstack#40",
		new iam.DeleteGroupCommand({ GroupName: "Held" }),
		"Cannot delete entity, must remove users from group first.",
	),
	conflict(
		"recorded",
		new iam.DeletePolicyVersionCommand({ PolicyArn: policyArn("Held"), VersionId: "v1" }),
		"Cannot delete the default version of a policy.",
	),

	malformed(new iam.UpdateAssumeRolePolicyCommand({ RoleName: "Held", PolicyDocument: "{" }), "This policy contains invalid Json"),
	malformed(withTrust(trusts({ AWS: account }, "s3:GetObject")), "AssumeRole policy may only specify STS AssumeRole actions."),
	malformed(withTrust({ ...trusts({ AWS: account }), Resource: "*" }), "Has prohibited field Resource"),
	[
		"databrickslabs/ucx#2269",
		withTrust(trusts({ AWS: `arn:aws:iam::${account}:role/none` })),
		"MalformedPolicyDocument",
		400,
		`Invalid principal in policy: "AWS":"arn:aws:iam::${account}:role/none"`,
	],
	malformed(withDocument("{"), "Syntax errors in policy."),
	malformed(
		withDocument(JSON.stringify({ Version: "2008-10-17", Statement: allow("s3:*") })),
		"Policy document must be version 2012-10-17 or greater.",
	),
	malformed(withDocument(policy(allow("invalid"))), "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."),
	malformed(withDocument(policy(allow("a a:b"))), "Vendor a a is not valid"),
	malformed(withDocument(policy(allow("s3:List:Bucket"))), "Actions/Condition can contain only one colon."),
	malformed(withDocument(policy(allow("s3:*", "invalid resource"))), 'Resource invalid resource must be in ARN format or "*".'),
	malformed(
		withDocument(policy(allow("s3:*", "arn:error:s3:::example_bucket"))),
		'Partition "error" is not valid for resource "arn:error:s3:::example_bucket".',
	),
	malformed(withDocument(policy({ Effect: "Allow", Action: "s3:*" })), "Policy statement must contain resources."),

	invalidInput(
		new iam.CreateRoleCommand({ ...role("new"), Tags: twice }),
		"Duplicate tag keys found. Please note that Tag keys are case insensitive.",
	),
	invalidInput(
		new iam.TagRoleCommand({ RoleName: "Held", Tags: exactlyTwice }),
		"Duplicate tag keys found. Please note that Tag keys are case insensitive.",
	),
	invalidInput(new iam.TagPolicyCommand({ PolicyArn: policyArn("Held"), Tags: exactlyTwice }), "Duplicate tag keys found."),
	invalidInput(
		new iam.PutRolePermissionsBoundaryCommand({ RoleName: "Held", PermissionsBoundary: `arn:aws:iam::${account}:not_a_policy/x` }),
		`ARN arn:aws:iam::${account}:not_a_policy/x is not valid.`,
	),
	invalidInput(
		new iam.CreateOpenIDConnectProviderCommand({ Url: "https://new.example.com", ThumbprintList: sixThumbprints }),
		"Thumbprint list must contain fewer than 5 entries.",
	),
	validation(
		new iam.AttachRolePolicyCommand({ RoleName: "Held", PolicyArn: "longpolicynamebutnoarn" }),
		"ARN longpolicynamebutnoarn is not valid.",
	),
	validation(new iam.CreateOpenIDConnectProviderCommand({ Url: "example.org" }), "Invalid Open ID Connect Provider URL"),
	validation(
		new iam.DeleteAccessKeyCommand({ AccessKeyId: "AKIAIOSFODNN7EXAMPLE" }),
		"Must specify userName when calling with non-User credentials",
	),
	validation(
		new iam.TagRoleCommand({ RoleName: "Held", Tags: [{ Key: "#", Value: "" }] }),
		"1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+",
	),
	limit(
		"recorded",
		new iam.CreateOpenIDConnectProviderCommand({
			Url: "https://new.example.com",
			ClientIDList: Array.from({ length: 101 }, (_, i) => `${i}`),
		}),
		"Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
	),
	[
		"of an S3 service's test suite",
		new iam.DeletePolicyCommand({ PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" }),
		"AccessDenied",
		403,
		"Policy is outside your own account.",
	],
];

for (const engine of engines) {
	describe(`IAM refuses in its own words (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: iam.IAMClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			const credentials = { accessKeyId: "any", secretAccessKey: "any" };
			client = new iam.IAMClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
			await client.send(new iam.CreatePolicyCommand({ PolicyName: "Held", PolicyDocument: document }));
			await client.send(new iam.CreateRoleCommand(role("Held")));
			await client.send(new iam.AttachRolePolicyCommand({ RoleName: "Held", PolicyArn: policyArn("Held") }));
			await client.send(new iam.CreateRoleCommand(role("Inline")));
			await client.send(new iam.PutRolePolicyCommand({ RoleName: "Inline", PolicyName: "p", PolicyDocument: document }));
			await client.send(new iam.CreateUserCommand({ UserName: "Held" }));
			for (const GroupName of ["Held", "Free"]) await client.send(new iam.CreateGroupCommand({ GroupName }));
			await client.send(new iam.AddUserToGroupCommand({ GroupName: "Held", UserName: "Held" }));
			await client.send(new iam.CreateOpenIDConnectProviderCommand({ Url: "https://held.example.com" }));
		});
		after(async () => {
			client.destroy();
			await gatehouse.stop();
		});

		for (const [source, command, code, status, message] of [...notFound, ...others]) {
			test(`${command.constructor.name.replace("Command", "")}: ${message.slice(0, 120)} [${source}]`, async () => {
				deepEqual(await answerOf(client, command), [code, status, message]);
			});
		}
	});
}

/** The refusal as it was on the wire. */
async function answerOf(client: iam.IAMClient, command: Command): Promise<[string, number, string]> {
	try {
		await client.send(command as iam.GetUserCommand);
	} catch (error) {
		const { Code, Error: wire, message, $metadata } = error as iam.IAMServiceException & { Code?: string; Error?: { Code?: string } };
		return [Code ?? wire?.Code ?? "", $metadata.httpStatusCode ?? 0, message];
	}
	throw new Error("it was not refused");
}
