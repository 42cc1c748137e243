import assert from "node:assert/strict";
import {
	CreateIdentityPoolCommand,
	DeleteIdentityPoolCommand,
	DescribeIdentityPoolCommand,
	GetIdCommand,
	GetIdentityPoolRolesCommand,
	GetPrincipalTagAttributeMapCommand,
	ListIdentitiesCommand,
	ListIdentityPoolsCommand,
	ListTagsForResourceCommand,
	SetIdentityPoolRolesCommand,
	type SetIdentityPoolRolesCommandInput,
	SetPrincipalTagAttributeMapCommand,
	TagResourceCommand,
	UntagResourceCommand,
	UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity";
import { eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { refusal } from "../support/people.ts";
import { outcomes } from "../support/user-pools.ts";

const account = "arn:aws:iam::000000000000";

eachEngine("an identity pool is made, described, changed, listed and deleted", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	try {
		const provider = { ProviderName: "cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi", ClientId: "client1" };
		const settings = {
			IdentityPoolName: "photos",
			AllowUnauthenticatedIdentities: true,
			SupportedLoginProviders: { "graph.facebook.com": "7346241598935552" },
			DeveloperProviderName: "login.example.app",
			CognitoIdentityProviders: [provider],
			OpenIdConnectProviderARNs: [`${account}:oidc-provider/id.example.com`],
			SamlProviderARNs: [`${account}:saml-provider/corp`],
			IdentityPoolTags: { team: "a" },
		};
		const { $metadata, ...made } = await client.send(new CreateIdentityPoolCommand(settings));
		const id = made.IdentityPoolId ?? "";
		assert.match(id, /^us-east-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/);
		assert.deepEqual(made, { ...settings, IdentityPoolId: id, CognitoIdentityProviders: [{ ...provider, ServerSideTokenCheck: false }] });
		const described = async () => {
			const { $metadata, ...pool } = await client.send(new DescribeIdentityPoolCommand({ IdentityPoolId: id }));
			return pool;
		};
		assert.deepEqual(await described(), made);

		// An update replaces all but tags, the developer's name and what has operations of its own.
		const Roles = { authenticated: `${account}:role/auth` };
		await client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: id, Roles }));
		const update = { IdentityPoolId: id, IdentityPoolName: "films", AllowUnauthenticatedIdentities: false, AllowClassicFlow: true };
		await client.send(new UpdateIdentityPoolCommand(update));
		const kept = { IdentityPoolTags: { team: "a" }, DeveloperProviderName: "login.example.app" };
		assert.deepEqual(await described(), { ...update, ...kept });
		assert.deepEqual((await client.send(new GetIdentityPoolRolesCommand({ IdentityPoolId: id }))).Roles, Roles);
		assert.match(
			await refusal(client.send(new UpdateIdentityPoolCommand({ ...update, DeveloperProviderName: "login.other" }))),
			/^InvalidParameterException/,
		);

		const other = await createIdentityPool(client, { IdentityPoolName: "other" });
		const first = await client.send(new ListIdentityPoolsCommand({ MaxResults: 1 }));
		const second = await client.send(new ListIdentityPoolsCommand({ MaxResults: 1, NextToken: first.NextToken }));
		assert.equal(second.NextToken, undefined);
		const listed = [...(first.IdentityPools ?? []), ...(second.IdentityPools ?? [])];
		const names = Object.fromEntries(listed.map((pool) => [pool.IdentityPoolId, pool.IdentityPoolName]));
		assert.deepEqual(names, { [id]: "films", [other]: "other" });

		// Another region has pools of its own, and sees none of this one's.
		const west = identityClient(gatehouse, "eu-west-1");
		assert.deepEqual((await west.send(new ListIdentityPoolsCommand({ MaxResults: 60 }))).IdentityPools, []);
		const notFound = `ResourceNotFoundException: IdentityPool '${id}' not found.`;
		assert.equal(await refusal(west.send(new DescribeIdentityPoolCommand({ IdentityPoolId: id }))), notFound);

		await client.send(new DeleteIdentityPoolCommand({ IdentityPoolId: id }));
		assert.equal(await refusal(described()), notFound);
		assert.equal(await refusal(client.send(new GetIdCommand({ IdentityPoolId: id }))), notFound);
		assert.equal(await refusal(client.send(new DeleteIdentityPoolCommand({ IdentityPoolId: id }))), notFound);
		assert.equal(await refusal(client.send(new ListIdentitiesCommand({ IdentityPoolId: id, MaxResults: 1 }))), notFound);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("an identity pool gets the id that its tag asks for, once, and again when it is deleted", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	try {
		const id = "us-east-1:11111111-2222-4333-8444-555555555555";
		const make = (custom = id) => createIdentityPool(client, { IdentityPoolTags: { _custom_id_: custom } });
		const raced = await outcomes([make(), make(), make()]);
		assert.deepEqual(raced, ["InvalidParameterException", "InvalidParameterException", "ok"]);
		await getId(client, id);
		assert.match(await refusal(make("eu-west-1:11111111-2222-4333-8444-555555555555")), /^InvalidParameterException/);
		assert.match(await refusal(make("us-east-1_abc")), /^InvalidParameterException/);
		await client.send(new DeleteIdentityPoolCommand({ IdentityPoolId: id }));
		assert.equal(await make(), id);
		assert.deepEqual((await client.send(new ListIdentitiesCommand({ IdentityPoolId: id, MaxResults: 10 }))).Identities, []);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("tags, roles and principal tags of an identity pool", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	try {
		const id = await createIdentityPool(client);
		const ResourceArn = `arn:aws:cognito-identity:us-east-1:000000000000:identitypool/${id}`;
		await client.send(new TagResourceCommand({ ResourceArn, Tags: { a: "1", b: "2" } }));
		await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["a", "none"] }));
		assert.deepEqual((await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags, { b: "2" });
		assert.match(
			await refusal(client.send(new ListTagsForResourceCommand({ ResourceArn: ResourceArn.replace("000000000000", "111111111111") }))),
			/^ResourceNotFoundException/,
		);
		assert.match(
			await refusal(client.send(new ListTagsForResourceCommand({ ResourceArn: "arn:aws:s3:::somebodys-bucket" }))),
			/^InvalidParameterException/,
		);

		const Roles = { authenticated: `${account}:role/auth`, unauthenticated: `${account}:role/path/guest` };
		const rule = { Claim: "custom:dept", MatchType: "Equals" as const, Value: "Sales", RoleARN: `${account}:role/sales` };
		const RoleMappings = {
			"graph.facebook.com": { Type: "Token", AmbiguousRoleResolution: "Deny" },
			"accounts.google.com": {
				Type: "Rules",
				AmbiguousRoleResolution: "AuthenticatedRole",
				RulesConfiguration: { Rules: Array.from({ length: 25 }, () => rule) },
			},
		} as const;
		const set = (input: Omit<SetIdentityPoolRolesCommandInput, "IdentityPoolId">) =>
			client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: id, ...input }));
		await set({ Roles, RoleMappings });
		const got = await client.send(new GetIdentityPoolRolesCommand({ IdentityPoolId: id }));
		assert.deepEqual({ Roles: got.Roles, RoleMappings: got.RoleMappings }, { Roles, RoleMappings });
		const mapping = (one: object) => set({ Roles, RoleMappings: { p: one } as never });
		const Rules = (length: number) => ({ Rules: Array.from({ length }, () => rule) });
		assert.match(await refusal(mapping({ Type: "Token" })), /^InvalidParameterException: AmbiguousRoleResolution is required/);
		assert.match(await refusal(mapping({ Type: "Rules", AmbiguousRoleResolution: "Deny" })), /^InvalidParameterException/);
		const tokenWithRules = { Type: "Token", AmbiguousRoleResolution: "Deny", RulesConfiguration: Rules(1) };
		assert.match(await refusal(mapping(tokenWithRules)), /^InvalidParameterException/);
		const tooMany = { Type: "Rules", AmbiguousRoleResolution: "Deny", RulesConfiguration: Rules(26) };
		assert.match(await refusal(mapping(tooMany)), /^ValidationException: .*less than or equal to 25$/);
		assert.match(await refusal(set({ Roles: { authenticated: "arn:aws:s3:::not-a-role-at-all" } })), /^InvalidParameterException/);
		assert.match(await refusal(set({ Roles: { administrators: `${account}:role/auth` } })), /^ValidationException/);
		// Without mappings there are none afterwards.
		await set({ Roles });
		assert.equal((await client.send(new GetIdentityPoolRolesCommand({ IdentityPoolId: id }))).RoleMappings, undefined);

		const provider = "cognito-idp.us-east-1.amazonaws.com/us-east-1_abcdefghi";
		const getTags = async (IdentityProviderName: string) => {
			const { $metadata, ...map } = await client.send(new GetPrincipalTagAttributeMapCommand({ IdentityPoolId: id, IdentityProviderName }));
			return map;
		};
		assert.deepEqual(await getTags(provider), {
			IdentityPoolId: id,
			IdentityProviderName: provider,
			UseDefaults: false,
			PrincipalTags: {},
		});
		const PrincipalTags = { department: "custom:dept" };
		await client.send(new SetPrincipalTagAttributeMapCommand({ IdentityPoolId: id, IdentityProviderName: provider, PrincipalTags }));
		assert.deepEqual((await getTags(provider)).PrincipalTags, PrincipalTags);
		// By its issuer it is the same provider.
		assert.deepEqual((await getTags("localhost:9400/us-east-1_abcdefghi")).PrincipalTags, PrincipalTags);
		await client.send(new SetPrincipalTagAttributeMapCommand({ IdentityPoolId: id, IdentityProviderName: provider, UseDefaults: true }));
		assert.deepEqual(await getTags(provider), { IdentityPoolId: id, IdentityProviderName: provider, UseDefaults: true, PrincipalTags: {} });
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("an identity pool refuses providers that are none, with ValidationException for what the API itself forbids", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	try {
		const refuses = async (settings: Parameters<typeof createIdentityPool>[1], expected: RegExp) =>
			assert.match(await refusal(createIdentityPool(client, settings)), expected);
		await refuses({ IdentityPoolName: "a/b" }, /^ValidationException: 1 validation error detected: Value 'a\/b' at 'identityPoolName'/);
		await refuses({ SupportedLoginProviders: { "evil.example": "x" } }, /^InvalidParameterException/);
		await refuses({ DeveloperProviderName: "accounts.google.com" }, /^InvalidParameterException/);
		await refuses({ DeveloperProviderName: "cognito-identity.amazonaws.com" }, /^InvalidParameterException/);
		const cognito = (ProviderName: string) => ({ CognitoIdentityProviders: [{ ProviderName, ClientId: "c" }] });
		await refuses(
			cognito("cognito-idp.eu-west-1.amazonaws.com/us-east-1_abc"),
			/^InvalidParameterException: Invalid Cognito Identity Provider$/,
		);
		await refuses(cognito("elsewhere.example/us-east-1_abc"), /^InvalidParameterException: Invalid Cognito Identity Provider$/);
		await refuses({ CognitoIdentityProviders: [{ ClientId: "c" }] }, /^InvalidParameterException/);
		const twice = ["cognito-idp.us-east-1.amazonaws.com/us-east-1_abc", "localhost:9400/us-east-1_abc"];
		await refuses(
			{ CognitoIdentityProviders: twice.map((ProviderName) => ({ ProviderName, ClientId: "c" })) },
			/^InvalidParameterException: .* given twice/,
		);
		await refuses({ OpenIdConnectProviderARNs: [`${account}:saml-provider/x`] }, /^InvalidParameterException/);
		await refuses({ SamlProviderARNs: [`${account}:oidc-provider/x`] }, /^InvalidParameterException/);
		await refuses({ IdentityPoolTags: { "aws:x": "y" } }, /^InvalidParameterException/);
	} finally {
		await gatehouse.stop();
	}
});
