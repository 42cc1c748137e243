/** Every signed operation is decided by policies: whose key it is, what they allow on which resource, and what a refusal says. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminGetUserCommand,
	CognitoIdentityProviderClient,
	CreateGroupCommand,
	CreateUserPoolCommand,
	DescribeUserPoolCommand,
	ListUserPoolsCommand,
	ListUsersCommand,
	TagResourceCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from "@aws-sdk/client-kms";
import {
	AssumeRoleCommand,
	GetCallerIdentityCommand,
	GetFederationTokenCommand,
	GetSessionTokenCommand,
	STSClient,
} from "@aws-sdk/client-sts";
import {
	account,
	allow,
	type Credentials,
	credentialsOf,
	type Directory,
	deny,
	directoryOf,
	policy,
	refused,
	trusts,
} from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { queryClient } from "../support/query-client.ts";

const rootKey = { accessKeyId: "AKIAROOT000000000000", secretAccessKey: "root-secret-access-key-of-this-test-only" };

for (const engine of engines) {
	// One mode each is enough of what does not depend on the engine.
	for (const mode of engine === "sqlite" ? (["development", "production"] as const) : (["production"] as const)) {
		describe(`authorisation in ${mode} (${engine})`, () => {
			let gatehouse: Gatehouse;
			let directory: Directory;
			const clients: { destroy(): void }[] = [];
			const poolArn = (id: string) => `arn:aws:cognito-idp:us-east-1:${account}:userpool/${id}`;
			const options = (credentials: Credentials) => ({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
			const idpOf = (credentials: Credentials) => gatehouse.clientOf({ credentials });
			const kept = <C extends { destroy(): void }>(client: C): C => {
				clients.push(client);
				return client;
			};
			const stsOf = (credentials: Credentials) => kept(new STSClient(options(credentials)));
			const createPool = async (UserPoolTags: Record<string, string> = {}) =>
				(await gatehouse.client.send(new CreateUserPoolCommand({ PoolName: "p", UserPoolTags }))).UserPool?.Id ?? "";
			const describePool = (credentials: Credentials, UserPoolId: string) =>
				idpOf(credentials).send(new DescribeUserPoolCommand({ UserPoolId }));
			let mine: string;
			let other: string;
			before(async () => {
				gatehouse = await startGatehouse({ engine, config: { mode, ...(mode === "production" && { rootKey }) } });
				directory = directoryOf(gatehouse);
				mine = await createPool({ team: "blue" });
				other = await createPool({ team: "red" });
			});
			after(async () => {
				for (const client of clients) client.destroy();
				await gatehouse.stop();
			});

			test("a user without policies may ask who it is and nothing else", async () => {
				const key = await directory.user("bare");
				await stsOf(key).send(new GetCallerIdentityCommand({}));
				await stsOf(key).send(new GetSessionTokenCommand({}));
				deepEqual(await refused(describePool(key, mine)), [
					"AccessDeniedException",
					`User: arn:aws:iam::${account}:user/bare is not authorized to perform: cognito-idp:DescribeUserPool on resource: ${poolArn(mine)} because no identity-based policy allows the cognito-idp:DescribeUserPool action`,
				]);
				const list = idpOf(key).send(new ListUserPoolsCommand({ MaxResults: 1 }));
				match((await refused(list))[1], /cognito-idp:ListUserPools on resource: \* because/);
				const iam = queryClient("iam", gatehouse.url, key);
				deepEqual(await refused(iam("ListRoles", {})), [
					"AccessDenied",
					`User: arn:aws:iam::${account}:user/bare is not authorized to perform: iam:ListRoles on resource: arn:aws:iam::${account}:role/ because no identity-based policy allows the iam:ListRoles action`,
				]);
			});

			test("a policy for one pool's ARN opens that pool and no other", async () => {
				const key = await directory.user("oneUserPool", [allow(["cognito-idp:Describe*", "cognito-idp:ListUsers"], poolArn(mine))]);
				equal((await describePool(key, mine)).UserPool?.Id, mine);
				await idpOf(key).send(new ListUsersCommand({ UserPoolId: mine }));
				equal((await refused(describePool(key, other)))[0], "AccessDeniedException");
				const get = idpOf(key).send(new AdminGetUserCommand({ UserPoolId: mine, Username: "nobody" }));
				equal((await refused(get))[0], "AccessDeniedException");
				// What does not exist is refused by the policies, and not told about.
				equal((await refused(describePool(key, "us-east-1_doesnotex")))[0], "AccessDeniedException");
			});

			test("an explicit deny wins, and says of which policy it is", async () => {
				const key = await directory.user("denied", [allow("*"), deny("cognito-idp:*", poolArn(other))]);
				await describePool(key, mine);
				match((await refused(describePool(key, other)))[1], /with an explicit deny in an identity-based policy$/);
			});

			test("policies of groups, and managed ones, count, and a change of them holds at once", async () => {
				const key = await directory.user("member");
				const { iam } = directory;
				await iam("CreateGroup", { GroupName: "readers" });
				const { Policy } = await iam("CreatePolicy", { PolicyName: "readPools", PolicyDocument: policy(allow("cognito-idp:Describe*")) });
				const PolicyArn = Policy?.Arn ?? "";
				await iam("AttachGroupPolicy", { GroupName: "readers", PolicyArn });
				equal((await refused(describePool(key, mine)))[0], "AccessDeniedException");
				await iam("AddUserToGroup", { GroupName: "readers", UserName: "member" });
				await describePool(key, mine);
				await iam("CreatePolicyVersion", { PolicyArn, PolicyDocument: policy(allow("sqs:*")), SetAsDefault: true });
				equal((await refused(describePool(key, mine)))[0], "AccessDeniedException");
				await iam("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" });
				await describePool(key, mine);
				await iam("DetachGroupPolicy", { GroupName: "readers", PolicyArn });
				equal((await refused(describePool(key, mine)))[0], "AccessDeniedException");
				await iam("AttachUserPolicy", { UserName: "member", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
				await describePool(key, mine);
			});

			test("a permissions boundary limits, whatever else allows", async () => {
				const key = await directory.user("bounded", [allow("*")]);
				const PolicyDocument = policy(allow("cognito-idp:*", poolArn(mine)));
				const { Policy } = await directory.iam("CreatePolicy", { PolicyName: "bound", PolicyDocument });
				await directory.iam("PutUserPermissionsBoundary", { UserName: "bounded", PermissionsBoundary: Policy?.Arn ?? "" });
				await describePool(key, mine);
				match(
					(await refused(describePool(key, other)))[1],
					/because no permissions boundary allows the cognito-idp:DescribeUserPool action$/,
				);
				await directory.iam("DeleteUserPermissionsBoundary", { UserName: "bounded" });
				await describePool(key, other);
			});

			test("a role's session has the role's permissions, and a session policy takes from them", async () => {
				const key = await directory.user("roleUser", [allow("sts:AssumeRole")]);
				const RoleArn = await directory.role("pools", [trusts({ AWS: account })], [allow("cognito-idp:*")]);
				const assume = async (more: object = {}) => {
					const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1", ...more });
					return credentialsOf((await stsOf(key).send(command)).Credentials);
				};
				const whole = await assume();
				await describePool(whole, other);
				const narrow = await assume({ Policy: policy(allow("*", poolArn(mine))) });
				await describePool(narrow, mine);
				deepEqual(await refused(describePool(narrow, other)), [
					"AccessDeniedException",
					`User: arn:aws:sts::${account}:assumed-role/pools/s1 is not authorized to perform: cognito-idp:DescribeUserPool on resource: ${poolArn(other)} because no session policy allows the cognito-idp:DescribeUserPool action`,
				]);
				const managed = await assume({ PolicyArns: [{ arn: "arn:aws:iam::aws:policy/IAMFullAccess" }] });
				equal((await refused(describePool(managed, mine)))[0], "AccessDeniedException");
				// A session policy gives nothing that the role does not have.
				const iam = queryClient("iam", gatehouse.url, await assume({ Policy: policy(allow("*")) }));
				equal((await refused(iam("ListRoles", {})))[0], "AccessDenied");
			});

			test("conditions see the caller, its tags, the request's and the resource's", async () => {
				const condition = { StringEquals: { "aws:ResourceTag/team": "${aws:PrincipalTag/team}", "aws:username": "conditions" } };
				const key = await directory.user("conditions", [
					allow("cognito-idp:DescribeUserPool", "*", condition),
					allow("cognito-idp:TagResource", "*", {
						StringEquals: { "aws:RequestTag/team": "blue" },
						"ForAllValues:StringEquals": { "aws:TagKeys": ["team"] },
					}),
					allow("cognito-idp:ListUsers", "*", {
						IpAddress: { "aws:SourceIp": ["127.0.0.0/8", "::1/128"] },
						StringEquals: { "aws:RequestedRegion": "us-east-1" },
					}),
					allow("cognito-idp:ListUserPools", "*", { Null: { "aws:TokenIssueTime": "false" } }),
				]);
				equal((await refused(describePool(key, mine)))[0], "AccessDeniedException");
				await directory.iam("TagUser", { UserName: "conditions", Tags: [{ Key: "team", Value: "blue" }] });
				await describePool(key, mine);
				equal((await refused(describePool(key, other)))[0], "AccessDeniedException");
				const tag = (Tags: Record<string, string>) => idpOf(key).send(new TagResourceCommand({ ResourceArn: poolArn(mine), Tags }));
				await tag({ team: "blue" });
				equal((await refused(tag({ team: "red" })))[0], "AccessDeniedException");
				equal((await refused(tag({ team: "blue", more: "x" })))[0], "AccessDeniedException");
				await idpOf(key).send(new ListUsersCommand({ UserPoolId: mine }));
				equal((await refused(idpOf(key).send(new ListUserPoolsCommand({ MaxResults: 1 }))))[0], "AccessDeniedException");
				const session = credentialsOf((await stsOf(key).send(new GetSessionTokenCommand({}))).Credentials);
				await idpOf(session).send(new ListUserPoolsCommand({ MaxResults: 1 }));
			});

			test("who may change its own keys may not change another's", async () => {
				const own = `arn:aws:iam::${account}:user/\${aws:username}`;
				const key = await directory.user("self", [allow(["iam:*AccessKey*", "iam:GetUser"], own)]);
				await directory.user("notSelf");
				const iam = queryClient("iam", gatehouse.url, key);
				equal((await iam("GetUser", {})).User.UserName, "self");
				equal((await iam("ListAccessKeys", {})).AccessKeyMetadata.length, 1);
				const { AccessKey } = await iam("CreateAccessKey", {});
				await iam("DeleteAccessKey", { AccessKeyId: AccessKey.AccessKeyId });
				equal((await refused(iam("CreateAccessKey", { UserName: "notSelf" })))[0], "AccessDenied");
				equal((await refused(iam("ListAccessKeys", { UserName: "notSelf" })))[0], "AccessDenied");
				equal(
					(await refused(iam("AttachUserPolicy", { UserName: "self", PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" })))[0],
					"AccessDenied",
				);
			});

			test("a role is meant by its whole path, whatever the request says", async () => {
				await directory.role("deep", [trusts({ AWS: account })], undefined, { Path: "/locked/" });
				await directory.role("flat", [trusts({ AWS: account })]);
				const key = await directory.user("paths", [
					allow("iam:*", `arn:aws:iam::${account}:role/*`),
					deny("iam:*", `arn:aws:iam::${account}:role/locked/*`),
				]);
				const iam = queryClient("iam", gatehouse.url, key);
				await iam("GetRole", { RoleName: "flat" });
				for (const RoleName of ["deep", "DEEP"])
					match((await refused(iam("GetRole", { RoleName })))[1], /role\/locked\/deep with an explicit deny/);
			});

			test("a ciphertext is decided about by its own key", async () => {
				const admin = kept(new KMSClient(options(gatehouse.config.rootKey ?? { accessKeyId: "any", secretAccessKey: "any" })));
				const make = async () => (await admin.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? "";
				const [one, two] = [await make(), await make()];
				const key = await directory.user("crypter", [allow("kms:*", one)]);
				const kms = kept(new KMSClient(options(key)));
				const encrypt = async (KeyId: string) =>
					(await admin.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from("x") }))).CiphertextBlob;
				await kms.send(new EncryptCommand({ KeyId: one.split("/")[1], Plaintext: Buffer.from("x") }));
				await kms.send(new DecryptCommand({ CiphertextBlob: await encrypt(one) }));
				equal((await refused(kms.send(new DecryptCommand({ CiphertextBlob: await encrypt(two) }))))[0], "AccessDeniedException");
				equal(
					(await refused(kms.send(new DecryptCommand({ CiphertextBlob: await encrypt(two), KeyId: one }))))[0],
					"AccessDeniedException",
				);
			});

			test("who sets roles must be allowed to pass them", async () => {
				const passes = `arn:aws:iam::${account}:role/passes`;
				const key = await directory.user("passer", [
					allow("cognito-idp:*"),
					allow("iam:PassRole", passes, { StringEquals: { "iam:PassedToService": "cognito-idp.amazonaws.com" } }),
				]);
				const create = (GroupName: string, RoleArn: string) =>
					idpOf(key).send(new CreateGroupCommand({ UserPoolId: mine, GroupName, RoleArn }));
				await create("one", passes);
				const [code, message] = await refused(create("two", `arn:aws:iam::${account}:role/admin`));
				equal(code, "AccessDeniedException");
				match(message, /iam:PassRole on resource: .*role\/admin because no identity-based policy allows the iam:PassRole action$/);
			});

			test("a federated user has what both the caller and the session policy allow", async () => {
				const key = await directory.user("federator", [allow("sts:GetFederationToken"), allow("cognito-idp:*", poolArn(mine))]);
				const federate = async (more: object = {}) =>
					credentialsOf((await stsOf(key).send(new GetFederationTokenCommand({ Name: "fed", ...more }))).Credentials);
				equal((await refused(describePool(await federate(), mine)))[0], "AccessDeniedException");
				const credentials = await federate({ Policy: policy(allow("*")) });
				await describePool(credentials, mine);
				equal((await refused(describePool(credentials, other)))[0], "AccessDeniedException");
				const iam = queryClient("iam", gatehouse.url, credentials);
				equal((await refused(iam("ListRoles", {})))[0], "InvalidClientTokenId");
				// Of the root user's: all that the session policy allows, and without one nothing.
				const root = stsOf(gatehouse.config.rootKey ?? { accessKeyId: "any", secretAccessKey: "any" });
				const byRoot = async (more: object = {}) =>
					credentialsOf((await root.send(new GetFederationTokenCommand({ Name: "guest", ...more }))).Credentials);
				const limited = await byRoot({ Policy: policy(allow("*", poolArn(mine))) });
				await describePool(limited, mine);
				equal((await refused(describePool(limited, other)))[0], "AccessDeniedException");
				equal((await refused(describePool(await byRoot(), mine)))[0], "AccessDeniedException");
			});

			test("a key that was issued is verified, and one of nobody's is what the mode says", async () => {
				const key = await directory.user("verified", [allow("*")]);
				equal((await refused(describePool({ ...key, secretAccessKey: "wrong" }, mine)))[0], "InvalidSignatureException");
				await directory.iam("DeleteAccessKey", { UserName: "verified", AccessKeyId: key.accessKeyId });
				const invalid = ["UnrecognizedClientException", "The security token included in the request is invalid."];
				deepEqual(await refused(describePool(key, mine)), invalid);
				const nobodys = describePool({ accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "x" }, mine);
				if (mode === "production") deepEqual(await refused(nobodys), invalid);
				else await nobodys;
				// Of another installation's temporary credentials nothing is known either.
				const foreign = describePool({ accessKeyId: "ASIAIOSFODNN7EXAMPLE", secretAccessKey: "x", sessionToken: "IQoJb3JpZ2lu" }, mine);
				if (mode === "production") deepEqual(await refused(foreign), invalid);
				else await foreign;
			});

			test("the root user of production assumes no roles", async () => {
				const RoleArn = await directory.role("forAccount", [trusts({ AWS: account })]);
				const command = new AssumeRoleCommand({ RoleArn, RoleSessionName: "s1" });
				const assumed = stsOf(gatehouse.config.rootKey ?? { accessKeyId: "any", secretAccessKey: "any" }).send(command);
				if (mode === "production") deepEqual(await refused(assumed), ["AccessDenied", "Roles may not be assumed by root accounts."]);
				else await assumed;
			});

			test("secrets and session tokens are in no log", async () => {
				const key = await directory.user("logged");
				const { Credentials } = await stsOf(key).send(new GetSessionTokenCommand({}));
				const log = gatehouse.logged.join("\n");
				for (const secret of [key.secretAccessKey, Credentials?.SecretAccessKey, Credentials?.SessionToken])
					equal(log.includes(secret ?? "?"), false);
			});

			if (engine === "postgres") {
				test("what one node takes away holds on another within a second", async () => {
					const key = await directory.user("twoNodes", [allow("cognito-idp:*")]);
					const node = await gatehouse.node();
					try {
						const client = kept(new CognitoIdentityProviderClient({ ...options(key), endpoint: node.url }));
						await client.send(new DescribeUserPoolCommand({ UserPoolId: mine }));
						await directory.iam("DeleteUserPolicy", { UserName: "twoNodes", PolicyName: "p" });
						const deletedAt = performance.now();
						for (let isNew = false; !isNew; ) {
							const askedAt = performance.now();
							const answer = await client.send(new DescribeUserPoolCommand({ UserPoolId: mine })).catch((error: Error) => error.name);
							isNew = answer === "AccessDeniedException";
							ok(isNew || askedAt - deletedAt <= 1000, "the old policy was used for longer than a second");
						}
					} finally {
						await node.stop();
					}
				});
			}
		});
	}
}
