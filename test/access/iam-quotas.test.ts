/**
 * How much there may be of IAM's entities, each quota at its edge: as many go, one more is refused.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { deepEqual, equal } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as iam from "@aws-sdk/client-iam";
import { insert } from "../../src/storage/store.ts";
import { account, allow, policy, refused, trusts } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

const exceeded = (text: string) => ["LimitExceededException", text];

/** A document of so many characters, white space not counted, of which there is some. */
function documentOf(characters: number, statement: (filler: string) => object): string {
	const shortest = policy(statement("")).length;
	return policy(statement("x".repeat(characters - shortest))).replaceAll('":', '" : \n\t');
}
const identityDocument = (characters: number) => documentOf(characters, (filler) => allow("s3:GetObject", `arn:aws:s3:::${filler}`));
const trustDocument = (characters: number) => documentOf(characters, (filler) => ({ Sid: filler, ...trusts({ AWS: account }) }));

for (const engine of engines) {
	describe(`IAM's quotas (${engine})`, () => {
		let gatehouse: Gatehouse;
		let client: iam.IAMClient;
		const managed = async (PolicyName: string) =>
			(await client.send(new iam.CreatePolicyCommand({ PolicyName, PolicyDocument: policy(allow("s3:*")) }))).Policy?.Arn ?? "";
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			const credentials = { accessKeyId: "any", secretAccessKey: "any" };
			client = new iam.IAMClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
			await client.send(new iam.CreateRoleCommand({ RoleName: "role", AssumeRolePolicyDocument: trustDocument(2048) }));
			await client.send(new iam.CreateUserCommand({ UserName: "user" }));
			await client.send(new iam.CreateGroupCommand({ GroupName: "group" }));
		});
		after(async () => {
			client.destroy();
			await gatehouse.stop();
		});

		test("inline policies share 10,240 characters of a role, 2,048 of a user, 5,120 of a group, white space not counted", async () => {
			const puts = [
				[
					"role",
					10_240,
					(PolicyName: string, PolicyDocument: string) =>
						client.send(new iam.PutRolePolicyCommand({ RoleName: "role", PolicyName, PolicyDocument })),
				],
				[
					"user",
					2048,
					(PolicyName: string, PolicyDocument: string) =>
						client.send(new iam.PutUserPolicyCommand({ UserName: "user", PolicyName, PolicyDocument })),
				],
				[
					"group",
					5120,
					(PolicyName: string, PolicyDocument: string) =>
						client.send(new iam.PutGroupPolicyCommand({ GroupName: "group", PolicyName, PolicyDocument })),
				],
			] as const;
			for (const [kind, max, put] of puts) {
				await put("first", identityDocument(max / 2));
				await put("second", identityDocument(max / 2));
				const text = `Maximum policy size of ${max} bytes exceeded for ${kind} ${kind}`;
				deepEqual(await refused(put("third", identityDocument(200))), exceeded(text));
				deepEqual(await refused(put("second", identityDocument(max / 2 + 1))), exceeded(text));
				// The policy that is put anew does not count beside itself.
				await put("second", identityDocument(max / 2));
			}
		});

		test("a managed policy has 6,144 characters, in each of its versions", async () => {
			const create = (characters: number) =>
				client.send(new iam.CreatePolicyCommand({ PolicyName: "size", PolicyDocument: identityDocument(characters) }));
			deepEqual(await refused(create(6145)), exceeded("Cannot exceed quota for PolicySize: 6144"));
			const PolicyArn = (await create(6144)).Policy?.Arn;
			const version = (characters: number) =>
				client.send(new iam.CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: identityDocument(characters) }));
			deepEqual(await refused(version(6145)), exceeded("Cannot exceed quota for PolicySize: 6144"));
			for (let i = 2; i <= 5; i++) equal((await version(6144)).PolicyVersion?.VersionId, `v${i}`);
			deepEqual(
				await refused(version(200)),
				exceeded("A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."),
			);
		});

		test("a trust policy has 2,048 characters", async () => {
			const text = exceeded("Cannot exceed quota for ACLSizePerRole: 2048");
			const long = trustDocument(2049);
			deepEqual(await refused(client.send(new iam.CreateRoleCommand({ RoleName: "long", AssumeRolePolicyDocument: long }))), text);
			deepEqual(await refused(client.send(new iam.UpdateAssumeRolePolicyCommand({ RoleName: "role", PolicyDocument: long }))), text);
		});

		test("ten managed policies are attached to a role, a user or a group", async () => {
			const arns: string[] = [];
			for (let i = 0; i <= 10; i++) arns.push(await managed(`attached${i}`));
			const attachments = [
				["PoliciesPerRole", (PolicyArn: string) => client.send(new iam.AttachRolePolicyCommand({ RoleName: "role", PolicyArn }))],
				["PoliciesPerUser", (PolicyArn: string) => client.send(new iam.AttachUserPolicyCommand({ UserName: "user", PolicyArn }))],
				["PoliciesPerGroup", (PolicyArn: string) => client.send(new iam.AttachGroupPolicyCommand({ GroupName: "group", PolicyArn }))],
			] as const;
			for (const [quota, attach] of attachments) {
				for (const arn of arns.slice(0, 10)) await attach(arn);
				// One that is there already is no eleventh.
				await attach(arns[0] ?? "");
				deepEqual(await refused(attach(arns[10] ?? "")), exceeded(`Cannot exceed quota for ${quota}: 10`));
			}
		});

		test("a user is in ten groups and has two access keys", async () => {
			for (let i = 0; i <= 10; i++) await client.send(new iam.CreateGroupCommand({ GroupName: `of${i}` }));
			const join = (i: number) => client.send(new iam.AddUserToGroupCommand({ GroupName: `of${i}`, UserName: "user" }));
			for (let i = 0; i < 10; i++) await join(i);
			await join(0);
			deepEqual(await refused(join(10)), exceeded("Cannot exceed quota for GroupsPerUser: 10"));
			const create = () => client.send(new iam.CreateAccessKeyCommand({ UserName: "user" }));
			for (let i = 0; i < 2; i++) await create();
			deepEqual(await refused(create()), exceeded("Cannot exceed quota for AccessKeysPerUser: 2"));
		});

		test("fifty tags are on a resource, however many at once they come", async () => {
			const PolicyArn = await managed("tagged");
			const { OpenIDConnectProviderArn } = await client.send(
				new iam.CreateOpenIDConnectProviderCommand({ Url: "https://tags.example.com" }),
			);
			const metadata = `<md:EntityDescriptor entityID="x">${"<!-- -->".repeat(130)}</md:EntityDescriptor>`;
			const { SAMLProviderArn } = await client.send(new iam.CreateSAMLProviderCommand({ Name: "tags", SAMLMetadataDocument: metadata }));
			const puts = [
				(Tags: iam.Tag[]) => client.send(new iam.TagRoleCommand({ RoleName: "role", Tags })),
				(Tags: iam.Tag[]) => client.send(new iam.TagUserCommand({ UserName: "user", Tags })),
				(Tags: iam.Tag[]) => client.send(new iam.TagPolicyCommand({ PolicyArn, Tags })),
				(Tags: iam.Tag[]) => client.send(new iam.TagOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, Tags })),
				(Tags: iam.Tag[]) => client.send(new iam.TagSAMLProviderCommand({ SAMLProviderArn, Tags })),
			];
			const tags = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => ({ Key: `k${from + i}`, Value: "" }));
			for (const put of puts) {
				await put(tags(0, 30));
				await put(tags(30, 50));
				// Those that are there already are not counted twice.
				await put(tags(10, 50));
				deepEqual(await refused(put(tags(50, 51))), exceeded("The number of tags has reached the maximum limit."));
				equal((await refused(put(tags(0, 51))))[0], "ValidationError");
			}
		});

		test("an OpenID provider has a hundred clients and five thumbprints", async () => {
			const Url = "https://lists.example.com";
			const ClientIDList = Array.from({ length: 100 }, (_, i) => `client${i}`);
			const ThumbprintList = Array.from("abcde", (digit) => digit.repeat(40));
			const { OpenIDConnectProviderArn } = await client.send(
				new iam.CreateOpenIDConnectProviderCommand({ Url, ClientIDList, ThumbprintList }),
			);
			const add = (ClientID: string) =>
				client.send(new iam.AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID }));
			await add("client0");
			deepEqual(await refused(add("another")), exceeded("Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100"));
			const six = [...ThumbprintList, "f".repeat(40)];
			const update = client.send(new iam.UpdateOpenIDConnectProviderThumbprintCommand({ OpenIDConnectProviderArn, ThumbprintList: six }));
			deepEqual(await refused(update), ["InvalidInputException", "Thumbprint list must contain fewer than 5 entries."]);
		});

		test("an account has 300 groups", async () => {
			const there = (await client.send(new iam.ListGroupsCommand({ MaxItems: 1000 }))).Groups?.length ?? 0;
			const rows = Array.from({ length: 299 - there }, (_, i) =>
				insert("iam_entities", {
					kind: "group",
					folded: `many${i}`,
					id: `AGPAMANY${i}`,
					name: `many${i}`,
					path: "/",
					version: 1,
					created_at: 0,
					settings: JSON.stringify({ tags: {}, inline: {}, attached: [], groups: [] }),
					last_used_at: 0,
					last_used_region: "",
				}),
			);
			await gatehouse.store.write(rows);
			await client.send(new iam.CreateGroupCommand({ GroupName: "last" }));
			deepEqual(
				await refused(client.send(new iam.CreateGroupCommand({ GroupName: "beyond" }))),
				exceeded("Cannot exceed quota for GroupsPerAccount: 300"),
			);
		});
	});
}
