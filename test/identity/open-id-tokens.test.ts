import assert from "node:assert/strict";
import { test } from "node:test";
import {
	GetOpenIdTokenCommand,
	GetOpenIdTokenForDeveloperIdentityCommand,
	SetIdentityPoolRolesCommand,
	UpdateIdentityPoolCommand,
} from "@aws-sdk/client-cognito-identity";
import { JwtVerifier } from "aws-jwt-verify";
import { eachEngine, startGatehouse } from "../support/gatehouse.ts";
import { createIdentityPool, getId, identityClient } from "../support/identity-pools.ts";
import { claimsOf, createPlace, createUser, headerOf, refusal, signIn } from "../support/people.ts";

async function json(url: string) {
	const response = await fetch(url);
	assert.equal(response.status, 200, url);
	return (await response.json()) as Record<string, unknown>;
}

eachEngine("OpenID tokens verify by the issuer's own documents, and look like Amazon's", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	try {
		const discovery = await json(`${gatehouse.url}/identity/.well-known/openid-configuration`);
		assert.equal(discovery["issuer"], "http://localhost:9400/identity");
		assert.equal(discovery["jwks_uri"], "http://localhost:9400/identity/.well-known/jwks_uri");
		const keys = () => json(`${gatehouse.url}/identity/.well-known/jwks_uri`);
		// Nothing has been signed yet: those who ask first at once find the same key.
		const [one, two] = await Promise.all([keys(), keys()]);
		assert.deepEqual(one, two);

		const poolId = await createIdentityPool(client);
		const guest = await getId(client, poolId);
		const { Token = "" } = await client.send(new GetOpenIdTokenCommand({ IdentityId: guest }));
		const { kid, ...header } = headerOf(Token);
		assert.deepEqual(header, { typ: "JWS", alg: "RS512" });
		assert.deepEqual(
			(one["keys"] as { kid: string; alg: string }[]).map((key) => [key.kid, key.alg]),
			[[kid, "RS512"]],
		);
		const { exp, iat, ...claims } = claimsOf(Token) as Record<string, unknown> & { exp: number; iat: number };
		assert.equal(exp - iat, 600);
		assert.deepEqual(claims, {
			sub: guest,
			aud: poolId,
			amr: ["unauthenticated"],
			iss: "http://localhost:9400/identity",
			"https://cognito-identity.amazonaws.com/identity-pool-arn": `arn:aws:cognito-identity:us-east-1:000000000000:identitypool/${poolId}`,
		});
		const verifier = JwtVerifier.create({ issuer: "http://localhost:9400/identity", audience: poolId, jwksUri: "https://unused.example" });
		verifier.cacheJwks(one as unknown as Parameters<typeof verifier.cacheJwks>[0]);
		assert.equal((await verifier.verify(Token)).sub, guest);
		// Another server on the same data signs with the same key.
		const again = await gatehouse.restart();
		assert.deepEqual(await json(`${again.url}/identity/.well-known/jwks_uri`), one);
		await again.stop();
	} finally {
		client.destroy();
	}
});

test("with GATEHOUSE_ISSUER=aws identity pools have Amazon's issuer too", async () => {
	const gatehouse = await startGatehouse({ config: { issuer: "aws" } });
	try {
		const client = identityClient(gatehouse);
		const guest = await getId(client, await createIdentityPool(client));
		const { Token = "" } = await client.send(new GetOpenIdTokenCommand({ IdentityId: guest }));
		assert.equal(claimsOf(Token)["iss"], "https://cognito-identity.amazonaws.com");
		const discovery = await json(`${gatehouse.url}/identity/.well-known/openid-configuration`);
		assert.equal(discovery["issuer"], "https://cognito-identity.amazonaws.com");
		assert.equal(discovery["jwks_uri"], "http://localhost:9400/identity/.well-known/jwks_uri");
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("the basic flow must be allowed, and goes with no role mappings", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	try {
		const place = await createPlace(gatehouse);
		const name = `cognito-idp.us-east-1.amazonaws.com/${place.UserPoolId}`;
		const CognitoIdentityProviders = [{ ProviderName: name, ClientId: place.ClientId }];
		const poolId = await createIdentityPool(client, { AllowClassicFlow: false, CognitoIdentityProviders });
		await createUser(place, "ada");
		const Logins = { [name]: (await signIn(place, "ada")).IdToken };
		const IdentityId = await getId(client, poolId, Logins);
		const token = () => client.send(new GetOpenIdTokenCommand({ IdentityId, Logins }));
		const off = "InvalidParameterException: Basic (classic) flow is not enabled, please use enhanced flow.";
		assert.equal(await refusal(token()), off);
		const pool = { IdentityPoolId: poolId, IdentityPoolName: "photos", AllowUnauthenticatedIdentities: true, CognitoIdentityProviders };
		await client.send(new UpdateIdentityPoolCommand({ ...pool, AllowClassicFlow: true }));
		assert.equal((await token()).IdentityId, IdentityId);
		const Roles = { authenticated: "arn:aws:iam::000000000000:role/auth" };
		const RoleMappings = { [`${name}:${place.ClientId}`]: { Type: "Token", AmbiguousRoleResolution: "Deny" } } as const;
		await client.send(new SetIdentityPoolRolesCommand({ IdentityPoolId: poolId, Roles, RoleMappings }));
		const mapped = "InvalidParameterException: Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.";
		assert.equal(await refusal(token()), mapped);
	} finally {
		await gatehouse.stop();
	}
});

test("what a client may do is unsigned, all else is for who has an access key, and own tokens are no login", async () => {
	const rootKey = { accessKeyId: "AKIAROOTROOTROOTROOT", secretAccessKey: "a-secret-of-some-length" };
	const gatehouse = await startGatehouse({ config: { mode: "production", publicUrl: "https://auth.example.com", rootKey } });
	try {
		const call = async (operation: string, input: object) => {
			const headers = {
				"Content-Type": "application/x-amz-json-1.1",
				"X-Amz-Target": `AWSCognitoIdentityService.${operation}`,
				Host: "auth.example.com",
			};
			const response = await fetch(gatehouse.url, { method: "POST", headers, body: JSON.stringify(input) });
			return ((await response.json()) as { __type?: string }).__type;
		};
		const id = "us-east-1:00000000-0000-4000-8000-000000000000";
		const open = { GetId: { IdentityPoolId: id }, GetOpenIdToken: { IdentityId: id } };
		for (const [operation, input] of Object.entries(open))
			assert.equal(await call(operation, input), "ResourceNotFoundException", operation);
		const unlink = { IdentityId: id, Logins: { x: "y" }, LoginsToRemove: ["x"] };
		assert.equal(await call("UnlinkIdentity", unlink), "ResourceNotFoundException");
		const closed = {
			CreateIdentityPool: { IdentityPoolName: "x", AllowUnauthenticatedIdentities: true },
			DescribeIdentity: { IdentityId: id },
			GetOpenIdTokenForDeveloperIdentity: { IdentityPoolId: id, Logins: { x: "y" } },
			LookupDeveloperIdentity: { IdentityPoolId: id },
			DeleteIdentities: { IdentityIdsToDelete: [id] },
		};
		for (const [operation, input] of Object.entries(closed)) {
			assert.equal(await call(operation, input), "MissingAuthenticationTokenException", operation);
		}
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("a token of an identity pool is no login of one", async (engine) => {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	try {
		const poolId = await createIdentityPool(client, { DeveloperProviderName: "login.example.app" });
		const Logins = { "login.example.app": "ada" };
		const { IdentityId = "", Token = "" } = await client.send(
			new GetOpenIdTokenForDeveloperIdentityCommand({ IdentityPoolId: poolId, Logins }),
		);
		const own = { "cognito-identity.amazonaws.com": Token };
		const refused = "NotAuthorizedException: Invalid login token. Can't pass in a Cognito token.";
		assert.equal(await refusal(getId(client, poolId, own)), refused);
		assert.equal(await refusal(client.send(new GetOpenIdTokenCommand({ IdentityId, Logins: own }))), refused);
	} finally {
		await gatehouse.stop();
	}
});
