/** openid-client runs every grant against a pool, from its discovery document on, and catches what it must catch. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { UpdateUserPoolCommand, type UpdateUserPoolCommandInput } from "@aws-sdk/client-cognito-identity-provider";
import * as client from "openid-client";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import { createScopes } from "../support/oauth.ts";
import { createClient, createUser, password } from "../support/people.ts";
import { freePort } from "../support/ports.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";

const insecure = { execute: [client.allowInsecureRequests] };
const issuerOf = ({ gatehouse, UserPoolId }: LoginPlace) => new URL(`${gatehouse.config.publicUrl}/${UserPoolId}`);

const discover = (place: LoginPlace, id = place.ClientId, auth: client.ClientAuth = client.None()) =>
	client.discovery(issuerOf(place), id, undefined, auth, insecure);

type Parameters = Readonly<Record<string, string>>;

/** What an application keeps of a request until its answer is there, and where it sends the browser. */
async function prepare(config: client.Configuration, more: Parameters = {}) {
	const checks = {
		pkceCodeVerifier: client.randomPKCECodeVerifier(),
		expectedNonce: client.randomNonce(),
		expectedState: client.randomState(),
		idTokenExpected: true,
	};
	const url = client.buildAuthorizationUrl(config, {
		redirect_uri: callback,
		scope: "openid email",
		code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
		code_challenge_method: "S256",
		nonce: checks.expectedNonce,
		state: checks.expectedState,
		...more,
	});
	return { checks, url };
}

/** Where the browser of a person who signs in comes back to. */
async function signIn(url: URL, visitor: Visitor = createVisitor()): Promise<URL> {
	const done = await visitor.submit(await visitor.open(url.href), { username: "ada", password }, "/login");
	return new URL(done.location ?? "");
}

/** Where a browser is sent without anybody doing anything. */
async function passThrough(url: URL, visitor: Visitor): Promise<URL> {
	return new URL((await visitor.get(url.href)).location ?? "");
}

async function codeGrant(config: client.Configuration, more: Parameters = {}) {
	const { checks, url } = await prepare(config, more);
	return client.authorizationCodeGrant(config, await signIn(url), checks);
}

for (const engine of engines) {
	describe(engine, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			const port = await freePort();
			gatehouse = await startGatehouse({ engine, config: { port, publicUrl: `http://localhost:${port}` } });
		});
		after(() => gatehouse?.stop());

		for (const kind of ["public", "client_secret_basic", "client_secret_post"] as const) {
			test(`the authorization code grant with PKCE, userInfo, refresh and revocation (${kind})`, async () => {
				const place = await createLoginPlace(gatehouse, {}, { GenerateSecret: kind !== "public" });
				const sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
				const secret = place.ClientSecret ?? "";
				const prove = { public: client.None, client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost };
				const config = await discover(place, place.ClientId, prove[kind](secret));
				assert.ok(config.serverMetadata().supportsPKCE());
				const tokens = await codeGrant(config);
				assert.equal(tokens.claims()?.sub, sub);
				assert.equal(tokens.claims()?.["email"], "ada@example.com");
				const info = await client.fetchUserInfo(config, tokens.access_token, sub);
				assert.equal(info.email, "ada@example.com");
				const renewed = await client.refreshTokenGrant(config, tokens.refresh_token ?? "");
				assert.equal(renewed.claims()?.sub, sub);
				await client.tokenRevocation(config, tokens.refresh_token ?? "");
				await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? ""), { error: "invalid_grant" });
				await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub), { code: "OAUTH_WWW_AUTHENTICATE_CHALLENGE" });
				if (kind === "public") return;
				const impostor = await discover(place, place.ClientId, prove[kind](`${secret.slice(1)}x`));
				await assert.rejects(codeGrant(impostor), { error: "invalid_client" });
			});
		}

		test("a code is good for its verifier alone, and once", async () => {
			const place = await createLoginPlace(gatehouse);
			await createUser(place, "ada");
			const config = await discover(place);
			const { checks, url } = await prepare(config);
			const back = await signIn(url);
			const stolen = { ...checks, pkceCodeVerifier: client.randomPKCECodeVerifier() };
			await assert.rejects(client.authorizationCodeGrant(config, back, stolen), { error: "invalid_grant" });
			const tokens = await client.authorizationCodeGrant(config, back, checks);
			await assert.rejects(client.authorizationCodeGrant(config, back, checks), { error: "invalid_grant" });
			await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token ?? ""), { error: "invalid_grant" });
		});

		test("refresh tokens that serve once: the answer has the next, and the one before is refused", async () => {
			const rotated = { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } } as const;
			const place = await createLoginPlace(gatehouse, {}, { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"], ...rotated });
			const sub = await createUser(place, "ada");
			const config = await discover(place);
			const { refresh_token: first = "" } = await codeGrant(config);
			const renewed = await client.refreshTokenGrant(config, first);
			const second = renewed.refresh_token ?? "";
			assert.equal(renewed.claims()?.sub, sub);
			assert.ok(second !== "" && second !== first);
			const { refresh_token: third = "" } = await client.refreshTokenGrant(config, second);
			assert.ok(third !== "" && third !== second);
			await assert.rejects(client.refreshTokenGrant(config, first), { error: "invalid_grant" });
			await assert.rejects(client.refreshTokenGrant(config, second), { error: "invalid_grant" });
		});

		test("client credentials, for the client's own scopes alone", async () => {
			const place = await createLoginPlace(gatehouse);
			const [read = "", write = ""] = await createScopes(place, "things", "read", "write");
			const machine = await createClient(gatehouse, place.UserPoolId, {
				GenerateSecret: true,
				ExplicitAuthFlows: [],
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["client_credentials"],
				AllowedOAuthScopes: [read],
			});
			for (const prove of [client.ClientSecretBasic, client.ClientSecretPost]) {
				const config = await discover(place, machine.ClientId, prove(machine.ClientSecret ?? ""));
				const tokens = await client.clientCredentialsGrant(config, { scope: read });
				assert.equal(tokens.expires_in, 3600);
				assert.equal(tokens.refresh_token, undefined);
				await assert.rejects(client.clientCredentialsGrant(config, { scope: write }), { error: "invalid_scope" });
			}
			const open = await discover(place);
			await assert.rejects(client.clientCredentialsGrant(open, { scope: read }), { error: "unauthorized_client" });
		});

		test("the implicit grant: the ID token beside the access token stands every check", async () => {
			const place = await createLoginPlace(gatehouse);
			const sub = await createUser(place, "ada");
			const config = await discover(place);
			client.useIdTokenResponseType(config);
			const [nonce, state] = [client.randomNonce(), client.randomState()];
			const asked = { response_type: "token", redirect_uri: callback, scope: "openid", nonce, state };
			const back = await signIn(client.buildAuthorizationUrl(config, asked));
			assert.equal(back.search, "");
			const claims = await client.implicitAuthentication(config, back, nonce, { expectedState: state });
			assert.equal(claims.sub, sub);
			const token = new URLSearchParams(back.hash.slice(1)).get("access_token") ?? "";
			assert.equal((await client.fetchUserInfo(config, token, sub)).sub, sub);
			await assert.rejects(client.implicitAuthentication(config, back, client.randomNonce(), { expectedState: state }));
			await assert.rejects(client.implicitAuthentication(config, back, nonce, { expectedState: client.randomState() }));
		});

		test("an answer with another state, issuer or nonce, or with no issuer, is caught", async () => {
			const place = await createLoginPlace(gatehouse);
			await createUser(place, "ada");
			const config = await discover(place);
			assert.equal(config.serverMetadata().authorization_response_iss_parameter_supported, true);
			const { checks, url } = await prepare(config);
			const back = await signIn(url);
			assert.equal(back.searchParams.get("iss"), issuerOf(place).href);
			const other = { ...checks, expectedState: client.randomState() };
			await assert.rejects(client.authorizationCodeGrant(config, back, other), { code: "OAUTH_INVALID_RESPONSE" });
			const [foreign, nameless] = [new URL(back), new URL(back)];
			foreign.searchParams.set("iss", `${gatehouse.config.publicUrl}/us-east-1_another00`);
			nameless.searchParams.delete("iss");
			for (const wrong of [foreign, nameless]) {
				await assert.rejects(client.authorizationCodeGrant(config, wrong, checks), { code: "OAUTH_INVALID_RESPONSE" });
			}
			// Nothing was sent so far: the code is still good.
			const swapped = { ...checks, expectedNonce: client.randomNonce() };
			await assert.rejects(client.authorizationCodeGrant(config, back, swapped), { code: "OAUTH_JWT_CLAIM_COMPARISON_FAILED" });
			const again = await prepare(config);
			await client.authorizationCodeGrant(config, await signIn(again.url), again.checks);
		});

		test("prompt=none is login_required for a stranger, and a code for who is signed in until the discovered sign-out", async () => {
			const bye = "https://app.example/bye";
			const place = await createLoginPlace(gatehouse, {}, { LogoutURLs: [bye] });
			const sub = await createUser(place, "ada");
			const config = await discover(place);
			const visitor = createVisitor();
			const silently = async () => {
				const { checks, url } = await prepare(config, { prompt: "none" });
				return client.authorizationCodeGrant(config, await passThrough(url, visitor), checks);
			};
			await assert.rejects(silently(), { code: "OAUTH_AUTHORIZATION_RESPONSE_ERROR", error: "login_required" });
			await signIn((await prepare(config)).url, visitor);
			assert.equal((await silently()).claims()?.sub, sub);
			const signOut = async (logout_uri: string) => passThrough(client.buildEndSessionUrl(config, { logout_uri }), visitor);
			assert.match((await signOut("https://evil.example/")).href, /\/error\?error=redirect_mismatch/);
			assert.equal((await silently()).claims()?.sub, sub);
			assert.equal((await signOut(bye)).href, bye);
			await assert.rejects(silently(), { error: "login_required" });
		});

		test("an application registers itself at the discovered endpoint and signs people in", async () => {
			const place = await createLoginPlace(gatehouse);
			const sub = await createUser(place, "ada");
			const redirect_uri = "https://agent.example/callback";
			const register = (token_endpoint_auth_method: string) => {
				const metadata = { client_name: "Agent 7", redirect_uris: [redirect_uri], token_endpoint_auth_method };
				return client.dynamicClientRegistration(issuerOf(place), metadata, undefined, insecure);
			};
			// Without DcrConfiguration the document names no endpoint.
			await assert.rejects(register("none"), /registration_endpoint/);
			const DcrConfiguration = {
				EnableStatus: "Enabled",
				OpenDcrEnabled: true,
				OpenDcrGrantTypes: ["code"],
				AllowedScopes: ["openid", "email"],
			} satisfies UpdateUserPoolCommandInput["DcrConfiguration"];
			await gatehouse.client.send(new UpdateUserPoolCommand({ UserPoolId: place.UserPoolId, DcrConfiguration }));
			for (const method of ["client_secret_basic", "none"]) {
				const config = await register(method);
				const { client_id, client_secret } = config.clientMetadata();
				assert.notEqual(client_id, place.ClientId);
				assert.equal(typeof client_secret, method === "none" ? "undefined" : "string");
				const tokens = await codeGrant(config, { redirect_uri });
				assert.equal(tokens.claims()?.sub, sub);
			}
		});

		// The last one: it moves the clock.
		test("max_age asks who signed in too long ago to sign in again", async () => {
			const place = await createLoginPlace(gatehouse);
			await createUser(place, "ada");
			const config = await discover(place);
			const visitor = createVisitor();
			const first = await prepare(config);
			const before = await client.authorizationCodeGrant(config, await signIn(first.url, visitor), first.checks);
			const minutes = 10;
			gatehouse.clock.advance(minutes * 60_000);
			const old = await prepare(config);
			const reused = await client.authorizationCodeGrant(config, await passThrough(old.url, visitor), old.checks);
			assert.equal(reused.claims()?.auth_time, before.claims()?.auth_time);
			const strict = await prepare(config, { max_age: "300" });
			assert.match((await passThrough(strict.url, visitor)).pathname, /\/login$/);
			const back = await signIn(strict.url, visitor);
			const tokens = await client.authorizationCodeGrant(config, back, { ...strict.checks, maxAge: 300 });
			const age = Number(tokens.claims()?.auth_time) - Number(before.claims()?.auth_time);
			assert.ok(age >= minutes * 60 && age < minutes * 60 + 60, `${age} seconds`);
		});
	});
}
