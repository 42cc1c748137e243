/**
 * The calls of Terraform's AWS provider for IAM's resources, in its order: create, read back, plan again, update, delete. A second plan
 * must find no difference. The sequences come from the provider's sources, a file named with each:
 * https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service/iam
 */
import { deepEqual, equal, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as iam from "@aws-sdk/client-iam";
import { account, allow, deny, policy, refused, trusts } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

type Tags = Readonly<Record<string, string>>;
const tagList = (tags: Tags): iam.Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const tagMap = (tags: readonly iam.Tag[] = []): Tags => Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value]));
const decoded = (text = "") => decodeURIComponent(text.replaceAll("+", " "));
/** What the provider tags with and what it takes away, where tags become others (tags_gen.go). */
const tagChanges = (before: Tags, after: Tags) => ({
	removed: Object.keys(before).filter((key) => after[key] === undefined),
	added: tagList(Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value))),
});

for (const engine of engines) {
	describe(`Terraform's IAM resources (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: iam.IAMClient;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			const credentials = { accessKeyId: "any", secretAccessKey: "any" };
			client = new iam.IAMClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
		});
		after(async () => {
			client.destroy();
			await gatehouse.stop();
		});

		/** role.go: the attributes of a role, as a plan compares them. */
		async function readRole(RoleName: string) {
			const { Role } = await client.send(new iam.GetRoleCommand({ RoleName }));
			const { PolicyNames = [] } = await client.send(new iam.ListRolePoliciesCommand({ RoleName }));
			const inline = await Promise.all(
				PolicyNames.map(async (PolicyName) => {
					const { PolicyDocument } = await client.send(new iam.GetRolePolicyCommand({ RoleName, PolicyName }));
					return [PolicyName, decoded(PolicyDocument)] as const;
				}),
			);
			const { AttachedPolicies = [] } = await client.send(new iam.ListAttachedRolePoliciesCommand({ RoleName }));
			ok(Role?.Arn?.startsWith("arn:"));
			return {
				trust: decoded(Role?.AssumeRolePolicyDocument),
				description: Role?.Description ?? "",
				maxSession: Role?.MaxSessionDuration,
				path: Role?.Path,
				boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
				inline: Object.fromEntries(inline),
				managed: AttachedPolicies.map(({ PolicyArn }) => PolicyArn),
				tags: tagMap(Role?.Tags),
			};
		}

		test("aws_iam_role", async () => {
			const RoleName = "tf-role";
			const { Policy } = await client.send(
				new iam.CreatePolicyCommand({ PolicyName: "tf-boundary", PolicyDocument: policy(allow("s3:*")) }),
			);
			const arn = Policy?.Arn ?? "";
			const config = {
				trust: policy(trusts({ Service: "ec2.amazonaws.com" })),
				description: "first",
				maxSession: 7200,
				path: "/tf/",
				boundary: "",
				inline: { own: policy(allow("s3:GetObject")) } as Tags,
				managed: [arn],
				tags: { team: "blue", stage: "test" } as Tags,
			};
			const created = await client.send(
				new iam.CreateRoleCommand({
					AssumeRolePolicyDocument: config.trust,
					Path: config.path,
					RoleName,
					Description: config.description,
					MaxSessionDuration: config.maxSession,
					Tags: tagList(config.tags),
				}),
			);
			equal(created.Role?.RoleName, RoleName);
			await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument: config.inline["own"] }));
			await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: arn }));
			deepEqual(await readRole(RoleName), config);
			deepEqual(await readRole(RoleName), config);

			const changed = {
				...config,
				trust: policy(trusts({ AWS: account })),
				description: "",
				maxSession: 3600,
				boundary: arn,
				inline: { other: policy(deny("s3:*")) },
				managed: [],
				tags: { team: "red" },
			};
			await client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: changed.trust }));
			await client.send(new iam.UpdateRoleDescriptionCommand({ RoleName, Description: changed.description }));
			await client.send(new iam.UpdateRoleCommand({ RoleName, MaxSessionDuration: changed.maxSession }));
			await client.send(new iam.PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary: arn }));
			await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName: "own" }));
			await client.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: "other", PolicyDocument: changed.inline.other }));
			await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn: arn }));
			const { removed, added } = tagChanges(config.tags, changed.tags);
			await client.send(new iam.UntagRoleCommand({ RoleName, TagKeys: removed }));
			await client.send(new iam.TagRoleCommand({ RoleName, Tags: added }));
			deepEqual(await readRole(RoleName), changed);
			await client.send(new iam.DeleteRolePermissionsBoundaryCommand({ RoleName }));
			deepEqual(await readRole(RoleName), { ...changed, boundary: "" });

			const profiles: iam.InstanceProfile[] = [];
			for await (const page of iam.paginateListInstanceProfilesForRole({ client }, { RoleName }))
				profiles.push(...(page.InstanceProfiles ?? []));
			deepEqual(profiles, []);
			for (const PolicyName of Object.keys(changed.inline)) await client.send(new iam.DeleteRolePolicyCommand({ RoleName, PolicyName }));
			await client.send(new iam.DeleteRoleCommand({ RoleName }));
			equal((await refused(readRole(RoleName)))[0], "NoSuchEntityException");
			// What is gone already is no error to it.
			equal((await refused(client.send(new iam.ListInstanceProfilesForRoleCommand({ RoleName }))))[0], "NoSuchEntityException");
			await client.send(new iam.DeletePolicyCommand({ PolicyArn: arn }));
		});

		test("aws_iam_policy, whose sixth version takes the place of the oldest, and aws_iam_role_policy_attachment", async () => {
			/** policy.go */
			const read = async (PolicyArn: string) => {
				const { Policy } = await client.send(new iam.GetPolicyCommand({ PolicyArn }));
				const VersionId = Policy?.DefaultVersionId;
				const { PolicyVersion } = await client.send(new iam.GetPolicyVersionCommand({ PolicyArn, VersionId }));
				return {
					description: Policy?.Description ?? "",
					path: Policy?.Path,
					document: decoded(PolicyVersion?.Document),
					tags: tagMap(Policy?.Tags),
				};
			};
			const versionsOf = async (PolicyArn: string) => (await client.send(new iam.ListPolicyVersionsCommand({ PolicyArn }))).Versions ?? [];
			const document = (i: number) => policy(allow(`s3:Get${i}`));
			const config = { description: "", path: "/", document: document(1), tags: { team: "blue" } as Tags };
			const { Policy } = await client.send(
				// Its description is sent where it is empty, too.
				new iam.CreatePolicyCommand({
					PolicyName: "tf-policy",
					Description: "",
					Path: "/",
					PolicyDocument: config.document,
					Tags: tagList(config.tags),
				}),
			);
			const PolicyArn = Policy?.Arn ?? "";
			deepEqual(await read(PolicyArn), config);
			for (let i = 2; i <= 7; i++) {
				const versions = await versionsOf(PolicyArn);
				if (versions.length >= 5) {
					const oldest = versions.filter(({ IsDefaultVersion }) => IsDefaultVersion !== true).at(-1);
					await client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest?.VersionId }));
				}
				const made = await client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: document(i), SetAsDefault: false }));
				await client.send(new iam.SetDefaultPolicyVersionCommand({ PolicyArn, VersionId: made.PolicyVersion?.VersionId }));
				deepEqual(await read(PolicyArn), { ...config, document: document(i) });
			}
			const { removed, added } = tagChanges(config.tags, { stage: "test" });
			await client.send(new iam.UntagPolicyCommand({ PolicyArn, TagKeys: removed }));
			await client.send(new iam.TagPolicyCommand({ PolicyArn, Tags: added }));
			deepEqual((await read(PolicyArn)).tags, { stage: "test" });
			deepEqual((await client.send(new iam.ListPolicyTagsCommand({ PolicyArn }))).Tags, [{ Key: "stage", Value: "test" }]);

			/** role_policy_attachment.go */
			const RoleName = "tf-attached";
			await client.send(
				new iam.CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: policy(trusts({ Service: "ec2.amazonaws.com" })) }),
			);
			const isAttached = async () => {
				const arns: (string | undefined)[] = [];
				for await (const { AttachedPolicies } of iam.paginateListAttachedRolePolicies({ client }, { RoleName }))
					arns.push(...(AttachedPolicies ?? []).map((each) => each.PolicyArn));
				return arns.includes(PolicyArn);
			};
			await client.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn }));
			ok(await isAttached());
			await client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }));
			ok(!(await isAttached()));
			equal((await refused(client.send(new iam.DetachRolePolicyCommand({ RoleName, PolicyArn }))))[0], "NoSuchEntityException");

			for (const { VersionId, IsDefaultVersion } of await versionsOf(PolicyArn))
				if (IsDefaultVersion !== true) await client.send(new iam.DeletePolicyVersionCommand({ PolicyArn, VersionId }));
			await client.send(new iam.DeletePolicyCommand({ PolicyArn }));
			equal((await refused(read(PolicyArn)))[0], "NoSuchEntityException");
			equal((await refused(versionsOf(PolicyArn)))[0], "NoSuchEntityException");
		});

		test("aws_iam_user, aws_iam_access_key and aws_iam_group", async () => {
			/** user.go */
			const readUser = async (UserName: string) => {
				const { User } = await client.send(new iam.GetUserCommand({ UserName }));
				return {
					arn: User?.Arn,
					path: User?.Path,
					boundary: User?.PermissionsBoundary?.PermissionsBoundaryArn ?? "",
					tags: tagMap(User?.Tags),
				};
			};
			const boundary = "arn:aws:iam::aws:policy/AdministratorAccess";
			await client.send(
				new iam.CreateUserCommand({
					Path: "/",
					Tags: [{ Key: "team", Value: "blue" }],
					UserName: "tf-user",
					PermissionsBoundary: boundary,
				}),
			);
			const config = { arn: `arn:aws:iam::${account}:user/tf-user`, path: "/", boundary, tags: { team: "blue" } };
			deepEqual(await readUser("tf-user"), config);
			const UserName = "tf-renamed";
			await client.send(new iam.UpdateUserCommand({ UserName: "tf-user", NewUserName: UserName, NewPath: "/tf/" }));
			await client.send(new iam.DeleteUserPermissionsBoundaryCommand({ UserName }));
			const moved = { ...config, arn: `arn:aws:iam::${account}:user/tf/tf-renamed`, path: "/tf/", boundary: "" };
			deepEqual(await readUser(UserName), moved);

			/** access_key.go */
			const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
			const AccessKeyId = AccessKey?.AccessKeyId ?? "";
			ok(AccessKey?.SecretAccessKey);
			const readKey = async () => {
				const { AccessKeyMetadata } = await client.send(new iam.ListAccessKeysCommand({ UserName }));
				const key = AccessKeyMetadata?.find((each) => each.AccessKeyId === AccessKeyId);
				return [key?.UserName, key?.Status];
			};
			deepEqual(await readKey(), [UserName, "Active"]);
			await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
			deepEqual(await readKey(), [UserName, "Inactive"]);

			/** group.go */
			const readGroup = async (GroupName: string) => (await client.send(new iam.GetGroupCommand({ GroupName }))).Group;
			await client.send(new iam.CreateGroupCommand({ GroupName: "tf-group", Path: "/" }));
			const group = await readGroup("tf-group");
			await client.send(new iam.AddUserToGroupCommand({ GroupName: "tf-group", UserName }));
			await client.send(new iam.UpdateGroupCommand({ GroupName: "tf-group", NewGroupName: "tf-team", NewPath: "/tf/" }));
			deepEqual(await readGroup("tf-team"), {
				...group,
				GroupName: "tf-team",
				Path: "/tf/",
				Arn: `arn:aws:iam::${account}:group/tf/tf-team`,
			});
			equal((await refused(readGroup("tf-group")))[0], "NoSuchEntityException");
			deepEqual(
				(await client.send(new iam.GetGroupCommand({ GroupName: "tf-team" }))).Users?.map((each) => each.UserName),
				[UserName],
			);

			await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId }));
			deepEqual(await readKey(), [undefined, undefined]);
			for await (const { Groups } of iam.paginateListGroupsForUser({ client }, { UserName }))
				for (const { GroupName } of Groups ?? []) await client.send(new iam.RemoveUserFromGroupCommand({ GroupName, UserName }));
			await client.send(new iam.DeleteUserCommand({ UserName }));
			equal((await refused(client.send(new iam.DeleteUserCommand({ UserName }))))[0], "NoSuchEntityException");
			await client.send(new iam.DeleteGroupCommand({ GroupName: "tf-team" }));
			equal((await refused(client.send(new iam.DeleteGroupCommand({ GroupName: "tf-team" }))))[0], "NoSuchEntityException");
		});

		test("aws_iam_user with force_destroy, and the import of an aws_iam_access_key", async () => {
			const UserName = "tf-forced";
			await client.send(new iam.CreateUserCommand({ UserName }));
			await client.send(new iam.PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument: policy(allow("s3:GetObject")) }));
			const { AccessKey } = await client.send(new iam.CreateAccessKeyCommand({ UserName }));

			/** access_key.go, of which an import knows the id alone. */
			const AccessKeyId = AccessKey?.AccessKeyId ?? "";
			equal((await client.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }))).UserName, UserName);

			/** user.go */
			for await (const { PolicyNames } of iam.paginateListUserPolicies({ client }, { UserName }))
				for (const PolicyName of PolicyNames ?? []) await client.send(new iam.DeleteUserPolicyCommand({ UserName, PolicyName }));
			for await (const { AccessKeyMetadata } of iam.paginateListAccessKeys({ client }, { UserName }))
				for (const key of AccessKeyMetadata ?? [])
					await client.send(new iam.DeleteAccessKeyCommand({ UserName, AccessKeyId: key.AccessKeyId }));
			const found: unknown[] = [];
			for await (const { SSHPublicKeys } of iam.paginateListSSHPublicKeys({ client }, { UserName })) found.push(SSHPublicKeys);
			for await (const page of iam.paginateListVirtualMFADevices({ client }, { AssignmentStatus: "Assigned" }))
				found.push(page.VirtualMFADevices);
			for await (const { MFADevices } of iam.paginateListMFADevices({ client }, { UserName })) found.push(MFADevices);
			for await (const { Certificates } of iam.paginateListSigningCertificates({ client }, { UserName })) found.push(Certificates);
			found.push((await client.send(new iam.ListServiceSpecificCredentialsCommand({ UserName }))).ServiceSpecificCredentials);
			deepEqual(found, [[], [], [], [], []]);
			const noProfile = ["NoSuchEntityException", `Login Profile for User ${UserName} cannot be found.`];
			deepEqual(await refused(client.send(new iam.GetLoginProfileCommand({ UserName }))), noProfile);
			deepEqual(await refused(client.send(new iam.DeleteLoginProfileCommand({ UserName }))), noProfile);
			await client.send(new iam.DeleteUserCommand({ UserName }));

			const gone = ["NoSuchEntityException", `The user with name ${UserName} cannot be found.`];
			const deleted = { UserName };
			deepEqual(await refused(client.send(new iam.ListSSHPublicKeysCommand(deleted))), gone);
			deepEqual(await refused(client.send(new iam.ListMFADevicesCommand(deleted))), gone);
			deepEqual(await refused(client.send(new iam.ListSigningCertificatesCommand(deleted))), gone);
			deepEqual(await refused(client.send(new iam.ListServiceSpecificCredentialsCommand(deleted))), gone);
			deepEqual(await refused(client.send(new iam.GetLoginProfileCommand(deleted))), gone);
			deepEqual(await refused(client.send(new iam.DeleteLoginProfileCommand(deleted))), gone);
			const all = await client.send(new iam.ListServiceSpecificCredentialsCommand({ AllUsers: true }));
			deepEqual([all.ServiceSpecificCredentials, all.IsTruncated], [[], false]);
			const both = client.send(new iam.ListServiceSpecificCredentialsCommand({ AllUsers: true, UserName }));
			equal((await refused(both))[0], "ValidationError");
		});

		test("aws_iam_openid_connect_provider", async () => {
			/** openid_connect_provider.go; the scheme of its URL is no difference. */
			const read = async (OpenIDConnectProviderArn: string) => {
				const got = await client.send(new iam.GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }));
				return { url: `https://${got.Url}`, clients: got.ClientIDList, thumbprints: got.ThumbprintList, tags: tagMap(got.Tags) };
			};
			const config = {
				url: "https://tf.example.com/tenant",
				clients: ["one"],
				thumbprints: [] as string[],
				tags: { Team: "blue", team: "b" },
			};
			const { OpenIDConnectProviderArn: arn = "" } = await client.send(
				new iam.CreateOpenIDConnectProviderCommand({ ClientIDList: config.clients, Tags: tagList(config.tags), Url: config.url }),
			);
			deepEqual(await read(arn), config);
			const provider = { OpenIDConnectProviderArn: arn };
			const thumbprints = ["a".repeat(40)];
			await client.send(new iam.UpdateOpenIDConnectProviderThumbprintCommand({ ...provider, ThumbprintList: thumbprints }));
			await client.send(new iam.AddClientIDToOpenIDConnectProviderCommand({ ...provider, ClientID: "two" }));
			await client.send(new iam.RemoveClientIDFromOpenIDConnectProviderCommand({ ...provider, ClientID: "one" }));
			// Keys that differ in case are two.
			await client.send(new iam.UntagOpenIDConnectProviderCommand({ ...provider, TagKeys: ["team"] }));
			await client.send(new iam.TagOpenIDConnectProviderCommand({ ...provider, Tags: [{ Key: "stage", Value: "test" }] }));
			const tags = { Team: "blue", stage: "test" };
			deepEqual(await read(arn), { ...config, clients: ["two"], thumbprints, tags });
			const listed: iam.Tag[] = [];
			for await (const page of iam.paginateListOpenIDConnectProviderTags({ client, pageSize: 1 }, provider))
				listed.push(...(page.Tags ?? []));
			deepEqual(tagMap(listed), tags);
			await client.send(new iam.DeleteOpenIDConnectProviderCommand(provider));
			equal((await refused(client.send(new iam.DeleteOpenIDConnectProviderCommand(provider))))[0], "NoSuchEntityException");
			equal((await refused(read(arn)))[0], "NoSuchEntityException");
		});
	});
}
