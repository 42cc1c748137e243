/** IAM through signed Query requests: roles, users, groups, keys, policies, providers and the simulator. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { CreatePolicyVersionResponse } from "../../src/aws/model/iam.types.ts";
import { findAccessKeyRow, listAccessKeyRows } from "../../src/domain/access/access-keys.ts";
import { findEntityById, findEntityByName } from "../../src/domain/access/entities.ts";
import { listEntityRows, listPolicyRows } from "../../src/domain/access/lists.ts";
import { findPolicyRow, listPolicyUses } from "../../src/domain/access/managed-policies.ts";
import { findOidcProviderRow } from "../../src/domain/access/oidc-providers.ts";
import { listGroupMemberRows } from "../../src/domain/access/removal.ts";
import { findSamlProviderRow } from "../../src/domain/access/saml-providers.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { queryClient } from "../support/query-client.ts";
import { eachStore, explain } from "../support/stores.ts";

const account = "000000000000";
const json = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string | string[], Resource: string | string[] = "*") => ({ Effect: "Allow", Action, Resource });
const trust = json({ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" });
const decoded = (text: string | undefined) => JSON.parse(decodeURIComponent(text ?? ""));

/** The code and text that a call is refused with. */
async function refused(call: Promise<unknown>): Promise<[string, string, number]> {
	try {
		await call;
	} catch (error) {
		const { name, message, status } = error as Error & { status: number };
		return [name, message, status];
	}
	throw new Error("it was not refused");
}

test("every statement of IAM's is an index search", (t) =>
	eachStore(t, "plans", async (store) => {
		const statements = [
			findAccessKeyRow,
			listAccessKeyRows,
			findEntityById,
			findEntityByName,
			listEntityRows,
			listPolicyRows,
			findPolicyRow,
			listPolicyUses,
			findOidcProviderRow,
			listGroupMemberRows,
			findSamlProviderRow,
		];
		for (const statement of statements) {
			const plan = await explain(store, statement as never);
			ok(plan.isIndexSearch, `${statement.name}: ${plan.text}`);
		}
	}));

for (const engine of engines) {
	describe(`IAM (${engine})`, () => {
		let gatehouse: Gatehouse;
		let iam: ReturnType<typeof queryClient<"iam">>;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			iam = queryClient("iam", gatehouse.url);
		});
		after(() => gatehouse.stop());

		test("CreateRole makes a role that GetRole and ListRoles show, its document encoded", async () => {
			const { Role } = await iam("CreateRole", {
				RoleName: "Reader",
				Path: "/apps/",
				AssumeRolePolicyDocument: trust,
				Description: "reads",
				MaxSessionDuration: 7200,
				Tags: [{ Key: "team", Value: "blue" }],
			});
			match(Role.RoleId, /^AROA[A-Z2-7]{17}$/);
			equal(Role.Arn, `arn:aws:iam::${account}:role/apps/Reader`);
			// IAM's answer leaves these out.
			deepEqual([Role.MaxSessionDuration, Role.Description], [undefined, undefined]);
			deepEqual(Role.Tags, [{ Key: "team", Value: "blue" }]);
			match(Role.AssumeRolePolicyDocument ?? "", /^%7B%22Version%22/);
			const got = await iam("GetRole", { RoleName: "reader" });
			deepEqual(got.Role, { ...Role, MaxSessionDuration: 7200, Description: "reads", RoleLastUsed: {} });
			deepEqual(decoded(got.Role.AssumeRolePolicyDocument), JSON.parse(trust));
			const { Roles } = await iam("ListRoles", { PathPrefix: "/apps/" });
			deepEqual(
				Roles.map(({ RoleName, Tags }) => [RoleName, Tags]),
				[["Reader", undefined]],
			);
			equal((await iam("ListRoles", { PathPrefix: "/other/" })).Roles.length, 0);
		});

		test("a role's name is taken in any case, and what is not there is a NoSuchEntity", async () => {
			await iam("CreateRole", { RoleName: "Once", AssumeRolePolicyDocument: trust });
			deepEqual(await refused(iam("CreateRole", { RoleName: "ONCE", AssumeRolePolicyDocument: trust })), [
				"EntityAlreadyExists",
				"Role with name ONCE already exists.",
				409,
			]);
			deepEqual(await refused(iam("GetRole", { RoleName: "Never" })), ["NoSuchEntity", "The role with name Never cannot be found.", 404]);
			equal((await refused(iam("GetUser", { UserName: "Never" })))[1], "The user with name Never cannot be found.");
		});

		test("documents are judged where they are put", async () => {
			const role = { RoleName: "Judged", AssumeRolePolicyDocument: json(allow("sts:AssumeRole")) };
			equal((await refused(iam("CreateRole", role)))[0], "MalformedPolicyDocument");
			await iam("CreateRole", { ...role, AssumeRolePolicyDocument: trust });
			const put = (PolicyDocument: string) => iam("PutRolePolicy", { RoleName: "Judged", PolicyName: "p", PolicyDocument });
			equal((await refused(put("{}")))[0], "MalformedPolicyDocument");
			const long = json(allow(Array.from({ length: 400 }, (_, i) => `s3:GetObjectNumber${i}WithALongName`)));
			deepEqual(await refused(put(long)), ["LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role Judged", 409]);
			const update = { RoleName: "Judged", PolicyDocument: "not json" };
			deepEqual(await refused(iam("UpdateAssumeRolePolicy", update)), [
				"MalformedPolicyDocument",
				"This policy contains invalid Json",
				400,
			]);
			equal((await refused(iam("CreateRole", { RoleName: "a b", AssumeRolePolicyDocument: trust })))[0], "ValidationError");
		});

		test("inline policies are put, got, listed and deleted, of roles, users and groups alike", async () => {
			await iam("CreateUser", { UserName: "inline" });
			const document = json(allow("s3:*"));
			for (const name of ["b", "a", "c"]) await iam("PutUserPolicy", { UserName: "inline", PolicyName: name, PolicyDocument: document });
			const first = await iam("ListUserPolicies", { UserName: "inline", MaxItems: 2 });
			deepEqual([first.PolicyNames, first.IsTruncated], [["a", "b"], true]);
			const second = await iam("ListUserPolicies", { UserName: "inline", Marker: first.Marker });
			deepEqual([second.PolicyNames, second.IsTruncated], [["c"], false]);
			equal((await refused(iam("ListUserPolicies", { UserName: "inline", Marker: "*" })))[1], "Invalid Marker.");
			const { PolicyDocument } = await iam("GetUserPolicy", { UserName: "inline", PolicyName: "a" });
			deepEqual(decoded(PolicyDocument), JSON.parse(document));
			await iam("DeleteUserPolicy", { UserName: "inline", PolicyName: "a" });
			const gone = ["NoSuchEntity", "The user policy with name a cannot be found.", 404];
			deepEqual(await refused(iam("GetUserPolicy", { UserName: "inline", PolicyName: "a" })), gone);
			deepEqual(await refused(iam("DeleteUserPolicy", { UserName: "inline", PolicyName: "a" })), gone);
		});

		test("a managed policy has up to five versions, one of them the default", async () => {
			const document = (action: string) => json(allow(action));
			const { Policy } = await iam("CreatePolicy", {
				PolicyName: "Versions",
				Path: "/p/",
				PolicyDocument: document("s3:Get*"),
				Description: "d",
			});
			const PolicyArn = Policy?.Arn ?? "";
			equal(PolicyArn, `arn:aws:iam::${account}:policy/p/Versions`);
			match(Policy?.PolicyId ?? "", /^ANPA/);
			for (const i of [2, 3, 4, 5]) {
				const made: CreatePolicyVersionResponse = await iam("CreatePolicyVersion", {
					PolicyArn,
					PolicyDocument: document(`s3:Put${i}`),
					SetAsDefault: i === 3,
				});
				equal(made.PolicyVersion?.VersionId, `v${i}`);
			}
			const sixth = await refused(iam("CreatePolicyVersion", { PolicyArn, PolicyDocument: document("s3:Six") }));
			equal(sixth[0], "LimitExceeded");
			const { Versions } = await iam("ListPolicyVersions", { PolicyArn });
			deepEqual(
				Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
				[5, 4, 3, 2, 1].map((i) => [`v${i}`, i === 3]),
			);
			deepEqual(await refused(iam("DeletePolicyVersion", { PolicyArn, VersionId: "v3" })), [
				"DeleteConflict",
				"Cannot delete the default version of a policy.",
				409,
			]);
			await iam("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" });
			const { PolicyVersion } = await iam("GetPolicyVersion", { PolicyArn, VersionId: "v1" });
			equal(PolicyVersion?.IsDefaultVersion, true);
			deepEqual(decoded(PolicyVersion?.Document), JSON.parse(document("s3:Get*")));
			equal((await refused(iam("DeletePolicy", { PolicyArn })))[0], "DeleteConflict");
			for (const i of [2, 3, 4, 5]) await iam("DeletePolicyVersion", { PolicyArn, VersionId: `v${i}` });
			// A number that was once given is not given again.
			equal((await iam("CreatePolicyVersion", { PolicyArn, PolicyDocument: document("s3:A") })).PolicyVersion?.VersionId, "v6");
			await iam("DeletePolicyVersion", { PolicyArn, VersionId: "v6" });
			await iam("DeletePolicy", { PolicyArn });
			equal((await refused(iam("GetPolicy", { PolicyArn })))[1], `Policy ${PolicyArn} was not found.`);
		});

		test("attached policies are counted and listed, and hold the policy and the role", async () => {
			const { Policy } = await iam("CreatePolicy", { PolicyName: "Held", PolicyDocument: json(allow("s3:*")) });
			const PolicyArn = Policy?.Arn ?? "";
			await iam("CreateRole", { RoleName: "Holder", AssumeRolePolicyDocument: trust });
			await iam("CreateGroup", { GroupName: "Holders" });
			await iam("AttachRolePolicy", { RoleName: "Holder", PolicyArn });
			await iam("AttachRolePolicy", { RoleName: "Holder", PolicyArn });
			await iam("AttachGroupPolicy", { GroupName: "Holders", PolicyArn });
			await iam("PutRolePermissionsBoundary", { RoleName: "Holder", PermissionsBoundary: PolicyArn });
			const { Policy: counted } = await iam("GetPolicy", { PolicyArn });
			deepEqual([counted?.AttachmentCount, counted?.PermissionsBoundaryUsageCount], [2, 1]);
			const entities = await iam("ListEntitiesForPolicy", { PolicyArn });
			deepEqual(
				entities.PolicyRoles?.map(({ RoleName }) => RoleName),
				["Holder"],
			);
			deepEqual(
				entities.PolicyGroups?.map(({ GroupName }) => GroupName),
				["Holders"],
			);
			equal((await iam("ListEntitiesForPolicy", { PolicyArn, EntityFilter: "User" })).PolicyRoles?.length, 0);
			const { AttachedPolicies } = await iam("ListAttachedRolePolicies", { RoleName: "Holder" });
			deepEqual(AttachedPolicies, [{ PolicyArn, PolicyName: "Held" }]);
			deepEqual(await refused(iam("DeletePolicy", { PolicyArn })), ["DeleteConflict", "Cannot delete a policy attached to entities.", 409]);
			equal((await refused(iam("DeleteRole", { RoleName: "Holder" })))[1], "Cannot delete entity, must detach all policies first.");
			await iam("DetachRolePolicy", { RoleName: "Holder", PolicyArn });
			equal((await refused(iam("DetachRolePolicy", { RoleName: "Holder", PolicyArn })))[0], "NoSuchEntity");
			await iam("DetachGroupPolicy", { GroupName: "Holders", PolicyArn });
			equal((await refused(iam("DeletePolicy", { PolicyArn })))[0], "DeleteConflict");
			// The boundary goes with the role.
			await iam("DeleteRole", { RoleName: "Holder" });
			await iam("DeletePolicy", { PolicyArn });
			await iam("DeleteGroup", { GroupName: "Holders" });
			const missing = `arn:aws:iam::${account}:policy/Held`;
			await iam("CreateRole", { RoleName: "Holder", AssumeRolePolicyDocument: trust });
			deepEqual(await refused(iam("AttachRolePolicy", { RoleName: "Holder", PolicyArn: missing })), [
				"NoSuchEntity",
				`Policy ${missing} does not exist or is not attachable.`,
				404,
			]);
		});

		test("policies that are attached while their policy is deleted: one of the two happens", async () => {
			await iam("CreateRole", { RoleName: "Racer", AssumeRolePolicyDocument: trust });
			for (let i = 0; i < 5; i++) {
				const { Policy } = await iam("CreatePolicy", { PolicyName: `Race${i}`, PolicyDocument: json(allow("s3:*")) });
				const PolicyArn = Policy?.Arn ?? "";
				const outcomes = await Promise.allSettled([
					iam("AttachRolePolicy", { RoleName: "Racer", PolicyArn }),
					iam("DeletePolicy", { PolicyArn }),
				]);
				equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
			}
		});

		test("AWS's policies are there, and stay as they are", async () => {
			const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
			const { Policy } = await iam("GetPolicy", { PolicyArn });
			equal(Policy?.PolicyName, "AdministratorAccess");
			const { PolicyVersion } = await iam("GetPolicyVersion", { PolicyArn, VersionId: "v1" });
			deepEqual(decoded(PolicyVersion?.Document).Statement, [{ Effect: "Allow", Action: ["*"], Resource: "*" }]);
			equal((await refused(iam("DeletePolicy", { PolicyArn })))[0], "AccessDenied");
			await iam("CreatePolicy", { PolicyName: "AdministratorAccess", PolicyDocument: json(allow("s3:*")) });
			const names = async (input: object) => (await iam("ListPolicies", input)).Policies?.map(({ Arn }) => Arn) ?? [];
			ok((await names({ Scope: "AWS" })).includes(PolicyArn));
			ok((await names({ Scope: "Local" })).every((arn) => arn?.startsWith(`arn:aws:iam::${account}:`)));
			const all: (string | undefined)[] = [];
			let Marker: string | undefined;
			do {
				const page = await iam("ListPolicies", { MaxItems: 2, Marker });
				all.push(...(page.Policies ?? []).map(({ Arn }) => Arn));
				Marker = page.Marker;
			} while (Marker !== undefined);
			deepEqual(all, await names({}));
			equal(new Set(all).size, all.length);
		});

		test("a user has two access keys, shown with their secret once", async () => {
			await iam("CreateUser", { UserName: "keys" });
			const { AccessKey } = await iam("CreateAccessKey", { UserName: "keys" });
			match(AccessKey.AccessKeyId, /^AKIA[A-Z2-7]{16}$/);
			equal(AccessKey.SecretAccessKey.length, 40);
			equal(AccessKey.Status, "Active");
			await iam("CreateAccessKey", { UserName: "keys" });
			deepEqual(await refused(iam("CreateAccessKey", { UserName: "keys" })), [
				"LimitExceeded",
				"Cannot exceed quota for AccessKeysPerUser: 2",
				409,
			]);
			await iam("UpdateAccessKey", { UserName: "keys", AccessKeyId: AccessKey.AccessKeyId, Status: "Inactive" });
			const { AccessKeyMetadata } = await iam("ListAccessKeys", { UserName: "keys" });
			equal(AccessKeyMetadata.length, 2);
			equal(AccessKeyMetadata.find(({ AccessKeyId }) => AccessKeyId === AccessKey.AccessKeyId)?.Status, "Inactive");
			equal((await refused(iam("DeleteUser", { UserName: "keys" })))[1], "Cannot delete entity, must delete access keys first.");
			for (const { AccessKeyId = "" } of AccessKeyMetadata) await iam("DeleteAccessKey", { UserName: "keys", AccessKeyId });
			equal((await refused(iam("DeleteAccessKey", { UserName: "keys", AccessKeyId: AccessKey.AccessKeyId })))[0], "NoSuchEntity");
			await iam("DeleteUser", { UserName: "keys" });
		});

		test("of keys that are made at once no more come to be than there may be", async () => {
			await iam("CreateUser", { UserName: "hasty" });
			const made = await Promise.allSettled(Array.from({ length: 5 }, () => iam("CreateAccessKey", { UserName: "hasty" })));
			equal(made.filter(({ status }) => status === "fulfilled").length, 2);
			equal((await iam("ListAccessKeys", { UserName: "hasty" })).AccessKeyMetadata.length, 2);
		});

		test("secrets are not in the database", async () => {
			await iam("CreateUser", { UserName: "sealed" });
			const { AccessKey } = await iam("CreateAccessKey", { UserName: "sealed" });
			const rows = await gatehouse.store.db.selectFrom("iam_access_keys").selectAll().execute();
			ok(rows.length > 0);
			ok(rows.every(({ secret_sealed }) => !Buffer.from(secret_sealed).includes(AccessKey.SecretAccessKey)));
		});

		test("groups have members, and hold them and are held by them", async () => {
			await iam("CreateGroup", { GroupName: "Team" });
			for (const UserName of ["ann", "ben", "cem"]) {
				await iam("CreateUser", { UserName });
				await iam("AddUserToGroup", { GroupName: "Team", UserName });
				await iam("AddUserToGroup", { GroupName: "Team", UserName });
			}
			const first = await iam("GetGroup", { GroupName: "Team", MaxItems: 2 });
			const second = await iam("GetGroup", { GroupName: "Team", Marker: first.Marker });
			equal(first.IsTruncated, true);
			deepEqual([...first.Users, ...second.Users].map(({ UserName }) => UserName).sort(), ["ann", "ben", "cem"]);
			deepEqual(
				(await iam("ListGroupsForUser", { UserName: "ann" })).Groups.map(({ GroupName }) => GroupName),
				["Team"],
			);
			equal((await refused(iam("DeleteGroup", { GroupName: "Team" })))[1], "Cannot delete entity, must remove users from group first.");
			equal((await refused(iam("DeleteUser", { UserName: "ann" })))[0], "DeleteConflict");
			for (const UserName of ["ann", "ben", "cem"]) await iam("RemoveUserFromGroup", { GroupName: "Team", UserName });
			await iam("RemoveUserFromGroup", { GroupName: "Team", UserName: "ann" });
			await iam("DeleteGroup", { GroupName: "Team" });
		});

		test("UpdateUser gives a user another name, and its key, groups and policies stay", async () => {
			await iam("CreateUser", { UserName: "before" });
			await iam("CreateUser", { UserName: "other" });
			await iam("CreateGroup", { GroupName: "Movers" });
			await iam("AddUserToGroup", { GroupName: "Movers", UserName: "before" });
			const { AccessKey } = await iam("CreateAccessKey", { UserName: "before" });
			equal((await refused(iam("UpdateUser", { UserName: "before", NewUserName: "Other" })))[0], "EntityAlreadyExists");
			await iam("UpdateUser", { UserName: "before", NewUserName: "after", NewPath: "/moved/" });
			equal((await iam("GetUser", { UserName: "after" })).User.Arn, `arn:aws:iam::${account}:user/moved/after`);
			equal((await refused(iam("GetUser", { UserName: "before" })))[0], "NoSuchEntity");
			equal((await iam("ListAccessKeys", { UserName: "after" })).AccessKeyMetadata[0]?.AccessKeyId, AccessKey.AccessKeyId);
			deepEqual(
				(await iam("GetGroup", { GroupName: "Movers" })).Users.map(({ UserName }) => UserName),
				["after"],
			);
			await iam("UpdateUser", { UserName: "after", NewUserName: "AFTER" });
			equal((await iam("GetUser", { UserName: "after" })).User.UserName, "AFTER");
		});

		test("UpdateGroup needs the right to what the group is called then as well, and its members and policies stay", async () => {
			const arn = (name: string) => `arn:aws:iam::${account}:group/${name}`;
			await iam("CreateGroup", { GroupName: "Source" });
			await iam("CreateUser", { UserName: "renamer" });
			await iam("AddUserToGroup", { GroupName: "Source", UserName: "renamer" });
			const put = (GroupName: string, ...names: string[]) => {
				const PolicyDocument = json(allow("iam:UpdateGroup", names.map(arn)));
				return iam("PutGroupPolicy", { GroupName, PolicyName: "p", PolicyDocument });
			};
			await put("Source", "Source");
			const { AccessKey } = await iam("CreateAccessKey", { UserName: "renamer" });
			const own = queryClient("iam", gatehouse.url, {
				accessKeyId: AccessKey.AccessKeyId,
				secretAccessKey: AccessKey.SecretAccessKey,
			});
			const [code, message] = await refused(own("UpdateGroup", { GroupName: "Source", NewGroupName: "Target" }));
			equal(code, "AccessDenied");
			match(message, /not authorized to perform: iam:UpdateGroup on resource: arn:aws:iam::\d{12}:group\/Target because/);
			await put("Source", "Source", "Target");
			await own("UpdateGroup", { GroupName: "Source", NewGroupName: "Target" });
			// Its policy goes with it.
			await own("UpdateGroup", { GroupName: "Target", NewGroupName: "Source" });
			deepEqual(
				(await iam("ListGroupsForUser", { UserName: "renamer" })).Groups.map(({ GroupName }) => GroupName),
				["Source"],
			);
		});

		test("tags come and go, and their keys are one in any case", async () => {
			await iam("CreateRole", { RoleName: "Tagged", AssumeRolePolicyDocument: trust, Tags: [{ Key: "a", Value: "1" }] });
			await iam("TagRole", {
				RoleName: "Tagged",
				Tags: [
					{ Key: "A", Value: "2" },
					{ Key: "b", Value: "3" },
				],
			});
			deepEqual((await iam("ListRoleTags", { RoleName: "Tagged" })).Tags, [
				{ Key: "A", Value: "2" },
				{ Key: "b", Value: "3" },
			]);
			await iam("UntagRole", { RoleName: "Tagged", TagKeys: ["a"] });
			deepEqual((await iam("ListRoleTags", { RoleName: "Tagged" })).Tags, [{ Key: "b", Value: "3" }]);
			const twice = [
				{ Key: "x", Value: "1" },
				{ Key: "X", Value: "2" },
			];
			equal((await refused(iam("TagRole", { RoleName: "Tagged", Tags: twice })))[0], "InvalidInput");
		});

		test("OIDC providers and SAML providers", async () => {
			const { OpenIDConnectProviderArn = "" } = await iam("CreateOpenIDConnectProvider", {
				Url: "https://issuer.example.com/tenant",
				ClientIDList: ["one"],
				ThumbprintList: ["0".repeat(40)],
			});
			equal(OpenIDConnectProviderArn, `arn:aws:iam::${account}:oidc-provider/issuer.example.com/tenant`);
			await iam("AddClientIDToOpenIDConnectProvider", { OpenIDConnectProviderArn, ClientID: "two" });
			await iam("RemoveClientIDFromOpenIDConnectProvider", { OpenIDConnectProviderArn, ClientID: "one" });
			const got = await iam("GetOpenIDConnectProvider", { OpenIDConnectProviderArn });
			deepEqual([got.Url, got.ClientIDList, got.ThumbprintList], ["issuer.example.com/tenant", ["two"], ["0".repeat(40)]]);
			const again = iam("CreateOpenIDConnectProvider", { Url: "https://issuer.example.com/tenant" });
			equal((await refused(again))[0], "EntityAlreadyExists");
			equal((await refused(iam("CreateOpenIDConnectProvider", { Url: "http://issuer.example.com" })))[0], "ValidationError");
			deepEqual((await iam("ListOpenIDConnectProviders", {})).OpenIDConnectProviderList, [{ Arn: OpenIDConnectProviderArn }]);
			await iam("DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn });
			equal((await refused(iam("GetOpenIDConnectProvider", { OpenIDConnectProviderArn })))[0], "NoSuchEntity");

			const metadata = `<md:EntityDescriptor entityID="x">${"<!-- -->".repeat(130)}</md:EntityDescriptor>`;
			const { SAMLProviderArn = "" } = await iam("CreateSAMLProvider", { Name: "corp", SAMLMetadataDocument: metadata });
			equal(SAMLProviderArn, `arn:aws:iam::${account}:saml-provider/corp`);
			equal((await iam("GetSAMLProvider", { SAMLProviderArn })).SAMLMetadataDocument, metadata);
			const wrong = iam("UpdateSAMLProvider", { SAMLProviderArn, SAMLMetadataDocument: "x".repeat(1000) });
			deepEqual(await refused(wrong), ["InvalidInput", "Could not parse metadata", 400]);
			equal((await iam("ListSAMLProviders", {})).SAMLProviderList?.length, 1);
			await iam("DeleteSAMLProvider", { SAMLProviderArn });
			equal((await refused(iam("GetSAMLProvider", { SAMLProviderArn })))[0], "NoSuchEntity");
		});

		test("SimulateCustomPolicy says what a policy decides, by which statement, and what it would need to know", async () => {
			const document = json(allow("s3:GetObject", "arn:aws:s3:::b/*"), {
				Effect: "Deny",
				Action: "s3:*",
				Resource: "arn:aws:s3:::b/secret*",
				Condition: { StringEquals: { "aws:username": "eve" } },
			});
			const input = { PolicyInputList: [document], ActionNames: ["s3:GetObject", "s3:PutObject"], ResourceArns: ["arn:aws:s3:::b/secret"] };
			const plain = await iam("SimulateCustomPolicy", input);
			deepEqual(
				plain.EvaluationResults?.map(({ EvalActionName, EvalDecision, MissingContextValues }) => [
					EvalActionName,
					EvalDecision,
					MissingContextValues,
				]),
				[
					["s3:GetObject", "allowed", ["aws:username"]],
					["s3:PutObject", "implicitDeny", ["aws:username"]],
				],
			);
			const ContextEntries = [{ ContextKeyName: "aws:username", ContextKeyType: "string" as const, ContextKeyValues: ["eve"] }];
			const [denied] = (await iam("SimulateCustomPolicy", { ...input, ContextEntries })).EvaluationResults ?? [];
			equal(denied?.EvalDecision, "explicitDeny");
			equal(denied?.MatchedStatements?.[0]?.SourcePolicyId, "PolicyInputList.1");
			equal(denied?.MatchedStatements?.[0]?.StartPosition?.Line, 1);
			const bounded = await iam("SimulateCustomPolicy", { ...input, PermissionsBoundaryPolicyInputList: [json(allow("sqs:*"))] });
			equal(bounded.EvaluationResults?.[0]?.EvalDecision, "implicitDeny");
			equal(bounded.EvaluationResults?.[0]?.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary, false);
			equal((await refused(iam("SimulateCustomPolicy", { ...input, PolicyInputList: ["{"] })))[0], "MalformedPolicyDocument");
		});

		test("SimulatePrincipalPolicy takes the policies of a user and its groups", async () => {
			await iam("CreateUser", { UserName: "simulated" });
			await iam("CreateGroup", { GroupName: "Simulants" });
			await iam("AddUserToGroup", { UserName: "simulated", GroupName: "Simulants" });
			await iam("PutGroupPolicy", { GroupName: "Simulants", PolicyName: "g", PolicyDocument: json(allow("s3:GetObject")) });
			await iam("PutUserPolicy", {
				UserName: "simulated",
				PolicyName: "u",
				PolicyDocument: json(allow("dynamodb:*", "arn:aws:dynamodb:*:*:table/${aws:username}")),
			});
			const PolicySourceArn = `arn:aws:iam::${account}:user/simulated`;
			const ask = async (action: string, resource: string) =>
				(await iam("SimulatePrincipalPolicy", { PolicySourceArn, ActionNames: [action], ResourceArns: [resource] })).EvaluationResults?.[0];
			const read = await ask("s3:GetObject", "arn:aws:s3:::any/thing");
			equal(read?.EvalDecision, "allowed");
			deepEqual(
				read?.MatchedStatements?.map(({ SourcePolicyId, SourcePolicyType }) => [SourcePolicyId, SourcePolicyType]),
				[["group_Simulants_g", "group"]],
			);
			equal((await ask("dynamodb:Query", "arn:aws:dynamodb:us-east-1:1:table/simulated"))?.EvalDecision, "allowed");
			equal((await ask("dynamodb:Query", "arn:aws:dynamodb:us-east-1:1:table/other"))?.EvalDecision, "implicitDeny");
			const nobody = { PolicySourceArn: `arn:aws:iam::${account}:user/nobody`, ActionNames: ["s3:GetObject"] };
			equal((await refused(iam("SimulatePrincipalPolicy", nobody)))[0], "NoSuchEntity");
		});

		test("GetAccountAuthorizationDetails shows everything, in pages too", async () => {
			const whole = await iam("GetAccountAuthorizationDetails", { MaxItems: 1000 });
			const names = ({ UserDetailList, GroupDetailList, RoleDetailList, Policies }: typeof whole) => [
				...(UserDetailList ?? []).map(({ Arn }) => Arn),
				...(GroupDetailList ?? []).map(({ Arn }) => Arn),
				...(RoleDetailList ?? []).map(({ Arn }) => Arn),
				...(Policies ?? []).map(({ Arn }) => Arn),
			];
			const user = whole.UserDetailList?.find(({ UserName }) => UserName === "simulated");
			deepEqual(user?.GroupList, ["Simulants"]);
			deepEqual(
				user?.UserPolicyList?.map(({ PolicyName }) => PolicyName),
				["u"],
			);
			ok(names(whole).includes("arn:aws:iam::aws:policy/AdministratorAccess"));
			const paged: (string | undefined)[] = [];
			let Marker: string | undefined;
			do {
				const page: typeof whole = await iam("GetAccountAuthorizationDetails", { MaxItems: 3, Marker });
				paged.push(...names(page));
				Marker = page.Marker;
			} while (Marker !== undefined);
			deepEqual(paged, names(whole));
			const groups = await iam("GetAccountAuthorizationDetails", { Filter: ["Group"] });
			deepEqual(
				names(groups),
				groups.GroupDetailList?.map(({ Arn }) => Arn),
			);
			ok(names(groups).length > 0);
		});

		test("a role that is made anew is another one", async () => {
			const first = await iam("CreateRole", { RoleName: "Anew", AssumeRolePolicyDocument: trust });
			await iam("DeleteRole", { RoleName: "Anew" });
			const second = await iam("CreateRole", { RoleName: "Anew", AssumeRolePolicyDocument: trust });
			ok(first.Role.RoleId !== second.Role.RoleId);
		});
	});
}
