import assert from "node:assert/strict";
import { test } from "node:test";
import { GetOpenIdTokenCommand, UpdateIdentityPoolCommand } from "@aws-sdk/client-cognito-identity";
import {
	AdminDisableUserCommand,
	AdminEnableUserCommand,
	AdminUserGlobalSignOutCommand,
	DeleteUserPoolCommand,
	RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createOutbound } from "../../src/adapters/outbound.ts";
import type { Functions } from "../../src/kernel/ports.ts";
import { insert } from "../../src/storage/store.ts";
import { type Engine, eachEngine, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import {
	createIdentityPool,
	getId,
	identityClient,
	makeToken,
	startProvider,
	strangersKey,
	unsigned,
	withClaims,
} from "../support/identity-pools.ts";
import { claimsOf, createClient, createPlace, createUser, headerOf, refusal, signIn } from "../support/people.ts";

const notAuthorized = (text: string) => `NotAuthorizedException: ${text}`;
const invalid = (reason: string) => notAuthorized(`Invalid login token. ${reason}`);
const unverified = invalid("Couldn't verify signed token.");
const notAnIdToken = invalid("Not a valid OpenId Connect identity token.");
const unsupported = notAuthorized("Token is not from a supported provider of this identity pool.");
const revoked = invalid("The user is signed out, disabled or deleted.");

async function start(engine: Engine, ServerSideTokenCheck = false) {
	const gatehouse = await startGatehouse({ engine });
	const client = identityClient(gatehouse);
	const place = await createPlace(gatehouse);
	const name = `cognito-idp.us-east-1.amazonaws.com/${place.UserPoolId}`;
	const provider = { ProviderName: name, ClientId: place.ClientId, ServerSideTokenCheck };
	const poolId = await createIdentityPool(client, { CognitoIdentityProviders: [provider] });
	const sub = await createUser(place, "ada");
	return {
		gatehouse,
		client,
		place,
		name,
		poolId,
		sub,
		id: (token: string, provider = name) => getId(client, poolId, { [provider]: token }),
	};
}

eachEngine("a user pool is named as AWS names it, or by its issuer, and means the same", async (engine) => {
	const { gatehouse, client, place, name, poolId, sub, id } = await start(engine);
	try {
		const { IdToken } = await signIn(place, "ada");
		const issuer = `localhost:9400/${place.UserPoolId}`;
		assert.equal(await id(IdToken), await id(IdToken, issuer));
		// And so in the identity pool, and both at once.
		const byIssuer = await createIdentityPool(client, { CognitoIdentityProviders: [{ ProviderName: issuer, ClientId: place.ClientId }] });
		const adas = await getId(client, byIssuer, { [name]: IdToken });
		assert.equal(await getId(client, byIssuer, { [issuer]: IdToken, [name]: IdToken }), adas);
		const Logins = { [issuer]: IdToken };
		const { Token } = await client.send(new GetOpenIdTokenCommand({ IdentityId: adas, Logins }));
		assert.deepEqual(claimsOf(Token ?? "")["amr"], ["authenticated", name, `${name}:CognitoSignIn:${sub}`]);
		// Names that look like it.
		const wrong = [`https://${issuer}`, `localhost:9400/${place.UserPoolId}/`, `cognito-idp.eu-west-1.amazonaws.com/${place.UserPoolId}`];
		for (const each of wrong) assert.equal(await refusal(id(IdToken, each)), unsupported, each);
		const bare = await createIdentityPool(client);
		assert.equal(
			await refusal(getId(client, bare, { [name]: IdToken })),
			notAuthorized("Logins don't match. Please include at least one valid login for this identity or identity pool."),
		);
		// One bad token spoils the request.
		assert.equal(await refusal(getId(client, poolId, { [name]: IdToken, "accounts.google.com": "x.y.z" })), unsupported);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("forged, foreign, misdirected and expired tokens of user pools are refused", async (engine) => {
	const { gatehouse, client, place, name, poolId, id } = await start(engine);
	try {
		const { IdToken, AccessToken, RefreshToken } = await signIn(place, "ada");
		const [header, claims] = [headerOf(IdToken), claimsOf(IdToken)];
		assert.equal(await refusal(id(AccessToken)), invalid("Missing a required claim: aud"));
		// An access token whose kid names the other key, and whose claims pass for an ID token's.
		const disguised = withClaims(AccessToken, { aud: place.ClientId, token_use: "id" });
		assert.equal(await refusal(id(disguised)), unverified);
		assert.equal(await refusal(id(withClaims(IdToken, { sub: "00000000-0000-4000-8000-000000000000" }))), unverified);
		assert.equal(await refusal(id(unsigned(IdToken))), notAnIdToken);
		assert.equal(await refusal(id(makeToken(strangersKey(), header, claims))), unverified);
		assert.equal(await refusal(id(makeToken(strangersKey(), { ...header, kid: "x" }, claims))), unverified);
		assert.equal(await refusal(id(makeToken(strangersKey(), { ...header, alg: "HS256" }, claims))), notAnIdToken);
		assert.equal(await refusal(id(makeToken(strangersKey(), { alg: "RS256", jwk: {} }, claims))), unverified);
		for (const garbage of [RefreshToken.slice(0, 50_000), "x", "a.b.c", `${IdToken}x.y`, "..", "ÿ.ÿ.ÿ"]) {
			assert.equal(await refusal(id(garbage)), notAnIdToken, garbage.slice(0, 20));
		}
		assert.match(await refusal(id("x".repeat(50_001))), /^ValidationException/);

		// Another client of the same pool, and the same client's name in another pool.
		const other = { ...place, ...(await createClient(gatehouse, place.UserPoolId)) };
		assert.equal(await refusal(id((await signIn(other, "ada")).IdToken)), unsupported);
		const foreign = await createPlace(gatehouse);
		await createUser(foreign, "ada");
		const foreignToken = (await signIn(foreign, "ada")).IdToken;
		assert.equal(await refusal(id(foreignToken)), invalid("Issuer doesn't match providerName"));
		assert.equal(await refusal(id(withClaims(foreignToken, { iss: claims["iss"], aud: place.ClientId }))), unverified);
		assert.equal(await refusal(id(foreignToken, `cognito-idp.us-east-1.amazonaws.com/${foreign.UserPoolId}`)), unsupported);

		const adas = await id(IdToken);
		gatehouse.clock.advance(3600_000 + 1000);
		assert.match(await refusal(id(IdToken)), /^NotAuthorizedException: Invalid login token\. Token expired: \d+ >= \d+$/);
		assert.equal(await id((await signIn(place, "ada")).IdToken), adas);

		// The user pool is no more, and then the provider.
		const { IdToken: last } = await signIn(place, "ada");
		await gatehouse.client.send(new DeleteUserPoolCommand({ UserPoolId: place.UserPoolId }));
		assert.equal(await refusal(id(last)), invalid("Issuer doesn't match providerName"));
		const update = { IdentityPoolId: poolId, IdentityPoolName: "x", AllowUnauthenticatedIdentities: true, AllowClassicFlow: true };
		await client.send(new UpdateIdentityPoolCommand(update));
		assert.match(await refusal(getId(client, poolId, { [name]: last })), /Logins don't match/);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine(
	"with ServerSideTokenCheck who is signed out, revoked, disabled or deleted is refused; without it the token stands until it expires",
	async (engine) => {
		const checked = await start(engine, true);
		const { gatehouse, client, place, name, id } = checked;
		try {
			const provider = { ProviderName: name, ClientId: place.ClientId };
			const lax = await createIdentityPool(client, { CognitoIdentityProviders: [provider] });
			const laxId = (token: string) => getId(client, lax, { [name]: token });
			const user = { UserPoolId: place.UserPoolId, Username: "ada" };

			const first = await signIn(place, "ada");
			const adas = await id(first.IdToken);
			await gatehouse.client.send(new RevokeTokenCommand({ ClientId: place.ClientId, Token: first.RefreshToken }));
			assert.equal(await refusal(id(first.IdToken)), revoked);
			const Logins = { [name]: first.IdToken };
			assert.equal(await refusal(client.send(new GetOpenIdTokenCommand({ IdentityId: adas, Logins }))), revoked);
			await laxId(first.IdToken);

			const second = await signIn(place, "ada");
			assert.equal(await id(second.IdToken), adas);
			await gatehouse.client.send(new AdminUserGlobalSignOutCommand(user));
			assert.equal(await refusal(id(second.IdToken)), revoked);

			const third = await signIn(place, "ada");
			await gatehouse.client.send(new AdminDisableUserCommand(user));
			assert.equal(await refusal(id(third.IdToken)), revoked);
			await laxId(third.IdToken);
			await gatehouse.client.send(new AdminEnableUserCommand(user));
			assert.equal(await refusal(id(third.IdToken)), revoked);

			// Without revocation an ID token names its session otherwise.
			const plain = { ...place, ...(await createClient(gatehouse, place.UserPoolId, { EnableTokenRevocation: false })) };
			const plainPool = await createIdentityPool(client, {
				CognitoIdentityProviders: [{ ProviderName: name, ClientId: plain.ClientId, ServerSideTokenCheck: true }],
			});
			const { IdToken } = await signIn(plain, "ada");
			await getId(client, plainPool, { [name]: IdToken });
			await gatehouse.client.send(new AdminUserGlobalSignOutCommand(user));
			assert.equal(await refusal(getId(client, plainPool, { [name]: IdToken })), revoked);
		} finally {
			await gatehouse.stop();
		}
	},
);

eachEngine("an access token is no login, also where a function gives it the audience of an ID token", async (engine) => {
	const functions: Functions = {
		async invoke(_arn, event) {
			const { callerContext } = event as { callerContext: { clientId: string } };
			const claimsToAddOrOverride = { aud: callerContext.clientId };
			const response = { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride } } };
			return { kind: "answered", payload: { ...(event as object), response } };
		},
	};
	const gatehouse = await startGatehouse({ engine, ports: { functions } });
	try {
		const client = identityClient(gatehouse);
		const LambdaArn = "arn:aws:lambda:us-east-1:000000000000:function:tokens";
		const place = await createPlace(gatehouse, { LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn } } });
		await createUser(place, "ada");
		const name = `cognito-idp.us-east-1.amazonaws.com/${place.UserPoolId}`;
		const poolId = await createIdentityPool(client, { CognitoIdentityProviders: [{ ProviderName: name, ClientId: place.ClientId }] });
		const { AccessToken, IdToken } = await signIn(place, "ada");
		assert.equal(claimsOf(AccessToken)["aud"], place.ClientId);
		await getId(client, poolId, { [name]: IdToken });
		assert.equal(await refusal(getId(client, poolId, { [name]: AccessToken })), notAnIdToken);
	} finally {
		await gatehouse.stop();
	}
});

const freeOutbound = createOutbound({ mayConnect: () => true });

/** A Gatehouse that may ask a provider on loopback, which is known to IAM. */
async function startWithProvider(engine: Engine = "sqlite") {
	const provider = await startProvider();
	const { url } = provider;
	const config = { publicProviderUrls: { facebook: url, google: url, amazon: url, apple: url } };
	const gatehouse = await startGatehouse({ engine, config, ports: { outbound: freeOutbound } });
	const client = identityClient(gatehouse);
	const arn = `arn:aws:iam::000000000000:oidc-provider/${provider.name}`;
	await registerProvider(gatehouse, arn, provider.name);
	const stop = async () => {
		await gatehouse.stop();
		await provider.stop();
	};
	return { gatehouse, provider, client, arn, stop };
}

async function registerProvider(gatehouse: Gatehouse, arn: string, url: string): Promise<void> {
	const row = { arn, url, client_ids: JSON.stringify(["app", "other-app"]), thumbprints: "[]", tags: "{}", version: 1, created_at: 0 };
	await gatehouse.store.write([insert("oidc_providers", row)]);
}

eachEngine("an OpenID provider's ID tokens are verified by the keys that it publishes", async (engine) => {
	const { gatehouse, provider, client, arn, stop } = await startWithProvider(engine);
	try {
		const poolId = await createIdentityPool(client, { OpenIdConnectProviderARNs: [arn] });
		const now = gatehouse.clock.now();
		const id = (token: string, name = provider.name) => getId(client, poolId, { [name]: token });
		const claims = { sub: "ada", aud: "app" };
		const good = provider.token(now, claims);
		const adas = await id(good);
		assert.equal(await id(provider.token(now, { sub: "ada", aud: ["x", "other-app"] }), arn), adas);
		assert.notEqual(await id(provider.token(now, { sub: "bob", aud: "app" })), adas);
		assert.deepEqual(provider.asked, ["/.well-known/openid-configuration", "/keys"]);
		const { Token } = await client.send(new GetOpenIdTokenCommand({ IdentityId: adas, Logins: { [provider.name]: good } }));
		assert.deepEqual(claimsOf(Token ?? "")["amr"], ["authenticated", provider.name, `${provider.name}:OIDC:ada`]);

		const at = Math.floor(now / 1000);
		const refused = async (token: string, expected: string | RegExp) => {
			const said = await refusal(id(token));
			if (typeof expected === "string") assert.equal(said, expected);
			else assert.match(said, expected);
		};
		await refused(provider.token(now, { sub: "ada", aud: "somebody-elses" }), unsupported);
		await refused(provider.token(now, { sub: "ada", aud: "app", azp: "somebody-elses" }), unsupported);
		await refused(provider.token(now, { sub: "ada", aud: ["x"], azp: 7 }), unsupported);
		await refused(provider.token(now, { sub: "ada" }), invalid("Missing a required claim: aud"));
		await refused(provider.token(now, { aud: "app" }), invalid("Missing a required claim: sub"));
		await refused(provider.token(now, { sub: "", aud: "app" }), invalid("Missing a required claim: sub"));
		await refused(provider.token(now, { ...claims, exp: "never" }), invalid("Missing a required claim: exp"));
		await refused(provider.token(now, { ...claims, iss: "https://elsewhere.example" }), invalid("Issuer doesn't match providerName"));
		await refused(provider.token(now, { ...claims, iss: provider.name }), invalid("Issuer doesn't match providerName"));
		// "A grace period of 5 minutes."
		await id(provider.token(now, { ...claims, exp: at - 60 }));
		await refused(provider.token(now, { ...claims, exp: at - 400 }), /Token expired/);
		await id(provider.token(now, { ...claims, nbf: at + 60 }));
		await refused(provider.token(now, { ...claims, nbf: at + 400 }), invalid("Token is not valid yet."));
		await refused(withClaims(good, { sub: "bob" }), unverified);
		await refused(unsigned(good), notAnIdToken);
		await refused(makeToken(strangersKey(), { alg: "HS256", kid: "first" }, claimsOf(good)), notAnIdToken);
		await refused(makeToken(strangersKey(), { crit: ["x"], kid: "first" }, claimsOf(good)), notAnIdToken);
		await refused(makeToken(strangersKey(), {}, claimsOf(good)), notAnIdToken);
	} finally {
		await stop();
	}
});

test("a provider's keys are asked for once, and for an unknown one not again and again", async () => {
	const { gatehouse, provider, client, arn, stop } = await startWithProvider();
	try {
		const poolId = await createIdentityPool(client, { OpenIdConnectProviderARNs: [arn] });
		const token = (sub: string) => provider.token(gatehouse.clock.now(), { sub, aud: "app" });
		const id = (sub: string) => getId(client, poolId, { [provider.name]: token(sub) });
		await Promise.all(["a", "b", "c", "d"].map(id));
		assert.equal(provider.asked.length, 2);
		// A kid of somebody's own making.
		const made = makeToken(strangersKey(), { kid: "made up" }, claimsOf(token("a")));
		for (let i = 0; i < 5; i++) assert.equal(await refusal(getId(client, poolId, { [provider.name]: made })), unverified);
		assert.equal(provider.asked.length, 2);
	} finally {
		await stop();
	}
});

test("a provider that can't be asked, or is not who it says, is refused as such", async () => {
	const cases: readonly (readonly [object, RegExp])[] = [
		[{ issuer: "https://elsewhere.example" }, /^NotAuthorizedException: Invalid login token\. Issuer doesn't match/],
		[{ jwks_uri: "file:///etc/passwd" }, /^ExternalServiceException/],
		[{ jwks_uri: 7 }, /^ExternalServiceException/],
	];
	for (const [discovery, expected] of cases) {
		const { gatehouse, provider, client, arn, stop } = await startWithProvider();
		try {
			provider.discovery = { ...discovery };
			const poolId = await createIdentityPool(client, { OpenIdConnectProviderARNs: [arn] });
			const token = provider.token(gatehouse.clock.now(), { sub: "ada", aud: "app" });
			assert.match(await refusal(getId(client, poolId, { [provider.name]: token })), expected);
		} finally {
			await stop();
		}
	}
	const { gatehouse, provider, client, arn, stop } = await startWithProvider();
	try {
		provider.isDown = true;
		const poolId = await createIdentityPool(client, { OpenIdConnectProviderARNs: [arn, arn.replace("127.0.0.1", "localhost")] });
		const token = provider.token(gatehouse.clock.now(), { sub: "ada", aud: "app" });
		for (let i = 0; i < 3; i++) assert.match(await refusal(getId(client, poolId, { [provider.name]: token })), /^ExternalServiceException/);
		assert.equal(provider.asked.length, 1);
		// IAM does not know this one.
		assert.equal(await refusal(getId(client, poolId, { [provider.name.replace("127.0.0.1", "localhost")]: token })), unsupported);
	} finally {
		await stop();
	}
});

test("the guarded way out leads to no provider at a private address", async () => {
	const provider = await startProvider();
	const gatehouse = await startGatehouse();
	try {
		const client = identityClient(gatehouse);
		const arn = `arn:aws:iam::000000000000:oidc-provider/${provider.name}`;
		await registerProvider(gatehouse, arn, provider.name);
		const poolId = await createIdentityPool(client, { OpenIdConnectProviderARNs: [arn] });
		const token = provider.token(gatehouse.clock.now(), { sub: "ada", aud: "app" });
		assert.match(await refusal(getId(client, poolId, { [provider.name]: token })), /^ExternalServiceException/);
		assert.deepEqual(provider.asked, []);
	} finally {
		await gatehouse.stop();
		await provider.stop();
	}
});

test("Google and Apple are held up to their keys and the application, Facebook and Amazon asked whose a token is", async () => {
	const { gatehouse, provider, client, stop } = await startWithProvider();
	try {
		const SupportedLoginProviders = {
			"accounts.google.com": "google-app",
			"appleid.apple.com": "apple-app",
			"graph.facebook.com": "1234",
			"www.amazon.com": "amzn1.application.x",
			"api.twitter.com": "key;secret",
		};
		const poolId = await createIdentityPool(client, { SupportedLoginProviders });
		const id = (name: string, token: string) => getId(client, poolId, { [name]: token });
		const now = gatehouse.clock.now();
		const google = (claims: object) => provider.token(now, { sub: "g1", aud: "google-app", ...claims });
		const googles = await id("accounts.google.com", google({}));
		assert.equal(await id("accounts.google.com", google({ aud: "backend", azp: "google-app" })), googles);
		assert.equal(await refusal(id("accounts.google.com", google({ aud: "x" }))), unsupported);
		assert.equal(await refusal(id("accounts.google.com", google({ iss: "x" }))), invalid("Issuer doesn't match providerName"));
		assert.notEqual(await id("appleid.apple.com", provider.token(now, { sub: "g1", aud: "apple-app" })), googles);
		assert.equal(await refusal(id("appleid.apple.com", google({}))), unsupported);

		provider.accounts.set("good facebook", { appId: "1234", user: "f1" });
		provider.accounts.set("other app", { appId: "9", user: "f1" });
		provider.accounts.set("good amazon", { appId: "amzn1.application.x", user: "amzn1.account.A" });
		provider.accounts.set("expired amazon", { appId: "amzn1.application.x", user: "amzn1.account.A", seconds: 0 });
		const facebooks = await id("graph.facebook.com", "good facebook");
		const { Token } = await client.send(
			new GetOpenIdTokenCommand({ IdentityId: facebooks, Logins: { "graph.facebook.com": "good facebook" } }),
		);
		assert.deepEqual(claimsOf(Token ?? "")["amr"], ["authenticated", "graph.facebook.com", "graph.facebook.com:1234:f1"]);
		assert.equal(await refusal(id("graph.facebook.com", "other app")), unsupported);
		assert.equal(await refusal(id("graph.facebook.com", "bad")), invalid("The token is not valid at graph.facebook.com."));
		await id("www.amazon.com", "good amazon");
		assert.equal(await refusal(id("www.amazon.com", "other app")), unsupported);
		assert.equal(await refusal(id("www.amazon.com", "expired amazon")), invalid("The token is not valid at www.amazon.com."));
		assert.equal(await refusal(id("api.twitter.com", "x")), invalid("Logins of api.twitter.com are not supported."));
		assert.equal(await refusal(id("www.digits.com", "x")), unsupported);
		provider.isDown = true;
		assert.match(await refusal(id("graph.facebook.com", "good facebook")), /^ExternalServiceException/);
		assert.ok(!gatehouse.logged.some((line) => line.includes("good%20facebook") || line.includes("good facebook")));
	} finally {
		await stop();
	}
});
