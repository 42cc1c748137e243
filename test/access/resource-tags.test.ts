/** Conditions on the tags of what an operation is about, for every kind of resource that has tags. */
import { equal, match } from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	CognitoIdentityClient,
	CreateIdentityPoolCommand,
	DescribeIdentityPoolCommand,
	SetIdentityPoolRolesCommand,
	TagResourceCommand,
} from "@aws-sdk/client-cognito-identity";
import { account, allow, type Credentials, type Directory, directoryOf, policy, refused, trusts } from "../support/access.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { queryClient } from "../support/query-client.ts";

const tags = (team: string) => [{ Key: "team", Value: team }];
const ofBlue = { StringEquals: { "aws:ResourceTag/team": "blue" } };
/** AWS takes no document of less than 1,000 characters. */
const metadata = `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example">${" ".repeat(1000)}</EntityDescriptor>`;

for (const engine of engines) {
	describe(`tags of resources (${engine})`, () => {
		let gatehouse: Gatehouse;
		let directory: Directory;
		let key: Credentials;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			directory = directoryOf(gatehouse);
			key = await directory.user("blue", [allow("*", "*", ofBlue)]);
		});
		after(() => gatehouse.stop());

		/** That the user of the blue team may ask about the first and not about the second. */
		async function opens(operation: string, member: string, blue = "", red = ""): Promise<void> {
			const iam = queryClient("iam", gatehouse.url, key);
			const ask = (value: string) => iam(operation as "GetPolicy", { [member]: value } as never);
			await ask(blue);
			equal((await refused(ask(red)))[0], "AccessDenied", `${operation} of another team's`);
		}

		test("those of managed policies, which hold as soon as they are changed", async () => {
			const { iam } = directory;
			const make = async (team: string) =>
				(await iam("CreatePolicy", { PolicyName: `of-${team}`, PolicyDocument: policy(allow("s3:*")), Tags: tags(team) })).Policy?.Arn ??
				"";
			const [blue, red] = [await make("blue"), await make("red")];
			await opens("GetPolicy", "PolicyArn", blue, red);
			await opens("ListPolicyVersions", "PolicyArn", blue, red);
			await iam("TagPolicy", { PolicyArn: blue, Tags: tags("red") });
			await iam("TagPolicy", { PolicyArn: red, Tags: tags("blue") });
			await opens("GetPolicy", "PolicyArn", red, blue);
			const aws = queryClient("iam", gatehouse.url, key)("GetPolicy", { PolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
			equal((await refused(aws))[0], "AccessDenied");
		});

		test("those of OIDC and SAML providers", async () => {
			const { iam } = directory;
			const oidc = async (team: string) =>
				(await iam("CreateOpenIDConnectProvider", { Url: `https://${team}.example/a`, ClientIDList: ["c"], Tags: tags(team) }))
					.OpenIDConnectProviderArn;
			await opens("GetOpenIDConnectProvider", "OpenIDConnectProviderArn", await oidc("blue"), await oidc("red"));
			const saml = async (team: string) =>
				(await iam("CreateSAMLProvider", { Name: team, SAMLMetadataDocument: metadata, Tags: tags(team) })).SAMLProviderArn;
			await opens("GetSAMLProvider", "SAMLProviderArn", await saml("blue"), await saml("red"));
		});

		test("those of users and roles, by name, by ARN, and of oneself", async () => {
			const { iam } = directory;
			await directory.role("blues", [trusts({ AWS: account })], undefined, { Tags: tags("blue") });
			await directory.role("reds", [trusts({ AWS: account })], undefined, { Tags: tags("red") });
			await opens("GetRole", "RoleName", "blues", "reds");
			const ask = (PolicySourceArn: string) =>
				queryClient("iam", gatehouse.url, key)("SimulatePrincipalPolicy", { PolicySourceArn, ActionNames: ["s3:GetObject"] });
			await ask(`arn:aws:iam::${account}:role/blues`);
			equal((await refused(ask(`arn:aws:iam::${account}:role/reds`)))[0], "AccessDenied");
			// The path is part of the ARN: with another one it names nobody.
			equal((await refused(ask(`arn:aws:iam::${account}:role/other/blues`)))[0], "AccessDenied");
			const mine = queryClient("iam", gatehouse.url, await directory.user("self", [allow("iam:GetUser", "*", ofBlue)]));
			equal((await refused(mine("GetUser", {})))[0], "AccessDenied");
			await iam("TagUser", { UserName: "self", Tags: tags("blue") });
			equal((await mine("GetUser", {})).User?.UserName, "self");
		});

		test("those of identity pools, whose roles only who may pass them sets", async () => {
			const passes = `arn:aws:iam::${account}:role/passes`;
			const { rootKey } = gatehouse.config;
			const clientOf = (credentials: Credentials) =>
				new CognitoIdentityClient({ endpoint: gatehouse.url, region: "us-east-1", maxAttempts: 1, credentials });
			const admin = clientOf(rootKey ?? { accessKeyId: "any", secretAccessKey: "any" });
			const passer = clientOf(
				await directory.user("passer", [
					allow("cognito-identity:*", "*", ofBlue),
					allow("iam:PassRole", passes, { StringEquals: { "iam:PassedToService": "cognito-identity.amazonaws.com" } }),
				]),
			);
			const make = async (team: string) =>
				(
					await admin.send(
						new CreateIdentityPoolCommand({ IdentityPoolName: team, AllowUnauthenticatedIdentities: true, IdentityPoolTags: { team } }),
					)
				).IdentityPoolId ?? "";
			const [blue, red] = [await make("blue"), await make("red")];
			await passer.send(new DescribeIdentityPoolCommand({ IdentityPoolId: blue }));
			const other = passer.send(new DescribeIdentityPoolCommand({ IdentityPoolId: red }));
			equal((await refused(other))[0], "AccessDeniedException");

			const set = (Roles: Record<string, string>, rule?: string) => {
				const Rules = [{ Claim: "sub", MatchType: "Equals" as const, Value: "x", RoleARN: rule ?? "" }];
				const mapping = { Type: "Rules" as const, AmbiguousRoleResolution: "Deny" as const, RulesConfiguration: { Rules } };
				const RoleMappings = rule === undefined ? undefined : { "accounts.google.com": mapping };
				return passer.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: blue, Roles, RoleMappings }));
			};
			const admins = `arn:aws:iam::${account}:role/admin`;
			await set({ authenticated: passes, unauthenticated: passes }, passes);
			const refusals = [
				await refused(set({ authenticated: admins })),
				await refused(set({ authenticated: passes, unauthenticated: admins })),
				await refused(set({ authenticated: passes }, admins)),
			];
			for (const [code, message] of refusals) {
				equal(code, "AccessDeniedException");
				match(message, /not authorized to perform: iam:PassRole on resource: .*role\/admin because/);
			}
			// A pool that loses its tag is nobody's of the team any more.
			const ResourceArn = `arn:aws:cognito-identity:us-east-1:${account}:identitypool/${blue}`;
			await admin.send(new TagResourceCommand({ ResourceArn, Tags: { team: "red" } }));
			equal((await refused(set({ authenticated: passes })))[0], "AccessDeniedException");
			admin.destroy();
			passer.destroy();
		});
	});
}
