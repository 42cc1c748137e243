/** `@aws-sdk/client-iam` as administrators' tools use it: a walk through roles, users, groups, keys, policies, providers and the simulator. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as iam from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { account, allow, credentialsOf, policy, refused, trusts } from "../support/access.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

describe("client-iam", () => {
	let gatehouse: Gatehouse;
	let client: iam.IAMClient;
	const clients: { destroy(): void }[] = [];
	const optionsOf = (credentials = { accessKeyId: "any", secretAccessKey: "any" }) => ({
		endpoint: gatehouse.url,
		region: "us-east-1",
		maxAttempts: 1,
		credentials,
	});
	const opened = <C extends { destroy(): void }>(each: C): C => {
		clients.push(each);
		return each;
	};
	const document = (text: string | undefined) => JSON.parse(decodeURIComponent(text ?? "")) as unknown;
	before(async () => {
		gatehouse = await startGatehouse();
		client = opened(new iam.IAMClient(optionsOf()));
	});
	after(async () => {
		for (const each of clients) each.destroy();
		await gatehouse.stop();
	});

	test("a role with an inline and a managed policy is made, shown, simulated, assumed, emptied and deleted", async () => {
		const RoleName = "photos";
		const trust = policy(trusts({ AWS: account }));
		const Tags = [{ Key: "team", Value: "blue" }];
		const { Role } = await client.send(new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust, Tags }));
		equal(Role?.Arn, `arn:aws:iam::${account}:role/photos`);
		ok(Math.abs((Role?.CreateDate?.getTime() ?? 0) - gatehouse.clock.now()) < 10_000);
		const inline = policy(allow("iam:GetRole"));
		await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: inline }));
		const got = await client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName: "own" }));
		deepEqual(document(got.PolicyDocument), JSON.parse(inline));
		const { Policy } = await client.send(
			new iam.CreatePolicyCommand({ PolicyName: "shared", PolicyDocument: policy(allow("iam:ListRoles")) }),
		);
		const PolicyArn = Policy?.Arn ?? "";
		await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
		const attached = await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
		deepEqual(attached.AttachedPolicies, [{ PolicyName: "shared", PolicyArn }]);
		deepEqual((await client.send(new iam.ListRolePoliciesCommand({ RoleName }))).PolicyNames, ["own"]);
		deepEqual((await client.send(new iam.ListRoleTagsCommand({ RoleName }))).Tags, Tags);

		const { EvaluationResults } = await client.send(
			new iam.SimulatePrincipalPolicyCommand({
				PolicySourceArn: Role?.Arn,
				ActionNames: ["iam:GetRole", "iam:ListRoles", "iam:DeleteRole"],
			}),
		);
		deepEqual(
			EvaluationResults?.map(({ EvalDecision }) => EvalDecision),
			["allowed", "allowed", "implicitDeny"],
		);
		const sts = opened(new STSClient(optionsOf()));
		const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "work" }));
		const assumed = opened(new iam.IAMClient(optionsOf(credentialsOf(Credentials))));
		equal((await assumed.send(new iam.GetRoleCommand({ RoleName }))).Role?.RoleId, Role?.RoleId);
		deepEqual(await refused(assumed.send(new iam.DeleteRoleCommand({ RoleName }))), [
			"AccessDenied",
			`User: arn:aws:sts::${account}:assumed-role/photos/work is not authorized to perform: iam:DeleteRole on resource: ${Role?.Arn} because no identity-based policy allows the iam:DeleteRole action`,
		]);

		equal((await refused(client.send(new iam.DeleteRoleCommand({ RoleName }))))[0], "DeleteConflictException");
		await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
		await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: "own" }));
		await client.send(new iam.DeleteRoleCommand({ RoleName }));
		await client.send(new iam.DeletePolicyCommand({ PolicyArn }));
		equal((await refused(client.send(new iam.GetRoleCommand({ RoleName }))))[0], "NoSuchEntityException");
	});

	test("a user in a group has a key that works until it is inactive, and pages of users come one after the other", async () => {
		for (const UserName of ["ann", "ben", "cid"]) await client.send(new iam.CreateUserCommand({ UserName }));
		await client.send(new iam.CreateGroupCommand({ GroupName: "readers" }));
		await client.send(
			new iam.PutGroupPolicyCommand({ GroupName: "readers", PolicyName: "read", PolicyDocument: policy(allow("iam:Get*")) }),
		);
		await client.send(new iam.AddUserToGroupCommand({ GroupName: "readers", UserName: "ann" }));
		const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName: "ann" }));
		const credentials = credentialsOf(AccessKey);
		const anns = opened(new iam.IAMClient(optionsOf(credentials)));
		equal((await anns.send(new iam.GetUserCommand({}))).User?.UserName, "ann");
		equal((await refused(anns.send(new iam.ListUsersCommand({}))))[0], "AccessDenied");
		const { Arn } = await opened(new STSClient(optionsOf(credentials))).send(new GetCallerIdentityCommand({}));
		equal(Arn, `arn:aws:iam::${account}:user/ann`);
		const key = { UserName: "ann", AccessKeyId: credentials.accessKeyId };
		await client.send(new iam.UpdateAccessKeyCommand({ ...key, Status: "Inactive" }));
		equal((await refused(anns.send(new iam.GetUserCommand({}))))[0], "InvalidClientTokenId");

		const names: (string | undefined)[] = [];
		for await (const page of iam.paginateListUsers({ client, pageSize: 2 }, {})) names.push(...(page.Users ?? []).map((u) => u.UserName));
		deepEqual(names, ["ann", "ben", "cid"]);
		equal((await refused(client.send(new iam.DeleteUserCommand({ UserName: "ann" }))))[0], "DeleteConflictException");
	});

	test("versions of a policy, an OpenID provider, and all of it in one answer", async () => {
		const { Policy } = await client.send(new iam.CreatePolicyCommand({ PolicyName: "v", PolicyDocument: policy(allow("s3:GetObject")) }));
		const PolicyArn = Policy?.Arn ?? "";
		const second = policy(allow("s3:*"));
		await client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: second, SetAsDefault: true }));
		const { PolicyVersion } = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId: "v2" }));
		deepEqual([PolicyVersion?.IsDefaultVersion, document(PolicyVersion?.Document)], [true, JSON.parse(second)]);
		equal(
			(await refused(client.send(new iam.CreatePolicyCommand({ PolicyName: "w", PolicyDocument: "{}" }))))[0],
			"MalformedPolicyDocumentException",
		);

		const Url = "https://login.example.com";
		const { OpenIDConnectProviderArn } = await client.send(
			new iam.CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["app"], ThumbprintList: ["a".repeat(40)] }),
		);
		match(OpenIDConnectProviderArn ?? "", /:oidc-provider\/login\.example\.com$/);
		deepEqual((await client.send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }))).ClientIDList, ["app"]);
		const { Policies } = await client.send(new iam.GetAccountAuthorizationDetailsCommand({ Filter: ["LocalManagedPolicy"] }));
		equal(Policies?.find(({ Arn }) => Arn === PolicyArn)?.DefaultVersionId, "v2");
	});
});
