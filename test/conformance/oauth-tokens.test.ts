/** Tokens of a browser's sign-in: what the token endpoint gives for a code and a refresh token, and what userInfo says. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
	AdminDisableUserCommand,
	AdminUserGlobalSignOutCommand,
	DeleteResourceServerCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	RevokeTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import {
	authorize,
	codeFor,
	createScopes,
	type OAuthTokens,
	pkce,
	post,
	redeem,
	refresh,
	signInAtPage,
	tokensFor,
	userInfo,
} from "../support/oauth.ts";
import { claimsOf, createClient, createUser, refusal, signIn } from "../support/people.ts";
import type { Visitor } from "../support/visitor.ts";

const attributes = { email: "ada@example.com", email_verified: "true", name: "Ada", family_name: "Byron", phone_number: "+15555550100" };

for (const engine of engines) {
	describe(`tokens of the authorization code grant (${engine})`, () => {
		let gatehouse: Gatehouse;
		let place: LoginPlace;
		let sub: string;
		let visitor: Visitor;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			place = await createLoginPlace(
				gatehouse,
				{},
				{ AllowedOAuthScopes: ["openid", "email", "profile", "phone", "aws.cognito.signin.user.admin"] },
			);
			sub = await createUser(place, "ada", attributes);
			visitor = await signInAtPage(place, "ada");
		});
		after(() => gatehouse.stop());

		test("a code gives an ID token, an access token and a refresh token, with exactly the claims of Cognito's", async () => {
			const code = await codeFor(place, visitor, { scope: "openid email", nonce: "n-0S6_WzA2Mj" });
			const { status, headers, body } = await redeem(place, code);
			assert.equal(status, 200);
			assert.equal(headers.get("content-type"), "application/json;charset=UTF-8");
			assert.equal(headers.get("access-control-allow-origin"), "*");
			assert.match(headers.get("cache-control") ?? "", /no-store/);
			assert.equal(headers.get("x-content-type-options"), "nosniff");
			assert.match(headers.get("x-amz-cognito-request-id") ?? "", /^[0-9a-f-]{36}$/);
			assert.equal(headers.get("strict-transport-security"), null);
			assert.deepEqual(Object.keys(body).sort(), ["access_token", "expires_in", "id_token", "refresh_token", "token_type"]);
			assert.deepEqual([body["expires_in"], body["token_type"]], [3600, "Bearer"]);
			const { id_token, access_token } = body as unknown as OAuthTokens;
			const { iat, exp, auth_time, jti, origin_jti, event_id, at_hash, ...id } = claimsOf(id_token);
			assert.deepEqual(id, {
				sub,
				email: "ada@example.com",
				email_verified: true,
				iss: `http://localhost:9400/${place.UserPoolId}`,
				"cognito:username": "ada",
				aud: place.ClientId,
				token_use: "id",
				nonce: "n-0S6_WzA2Mj",
			});
			assert.equal(at_hash, createHash("sha256").update(access_token).digest().subarray(0, 16).toString("base64url"));
			assert.equal(Number(exp) - Number(iat), 3600);
			const access = claimsOf(access_token);
			assert.deepEqual(
				[access["origin_jti"], access["event_id"], access["auth_time"], access["jti"] === jti],
				[origin_jti, event_id, auth_time, false],
			);
			for (const name of ["iat", "exp", "auth_time", "jti", "origin_jti", "event_id"]) delete access[name];
			assert.deepEqual(access, {
				sub,
				iss: `http://localhost:9400/${place.UserPoolId}`,
				client_id: place.ClientId,
				token_use: "access",
				version: 2,
				scope: "openid email",
				username: "ada",
			});
			const keys = createRemoteJWKSet(new URL(`${gatehouse.url}/${place.UserPoolId}/.well-known/jwks.json`));
			for (const token of [id_token, access_token]) await jwtVerify(token, keys, { issuer: String(id["iss"]) });
		});

		test("auth_time is when the user signed in, not when the code was made, and a refresh keeps it", async () => {
			const first = claimsOf((await tokensFor(place, visitor)).access_token);
			gatehouse.clock.advance(60_000);
			const second = await tokensFor(place, visitor);
			assert.equal(claimsOf(second.access_token)["auth_time"], first["auth_time"]);
			assert.ok(Number(claimsOf(second.access_token)["iat"]) >= Number(first["iat"]) + 60);
			const { body } = await refresh(place, second.refresh_token);
			assert.equal(claimsOf(String(body["access_token"]))["auth_time"], first["auth_time"]);
		});

		test("scopes cut the attributes of the ID token and of userInfo alike; openid alone shows all", async () => {
			const all = ["email", "email_verified", "family_name", "name", "phone_number"];
			for (const [scope, shown] of [
				["openid", all],
				["openid aws.cognito.signin.user.admin", all],
				["openid email", ["email", "email_verified"]],
				["openid phone", ["phone_number"]],
				["openid profile", ["family_name", "name"]],
				["openid profile email", ["email", "email_verified", "family_name", "name"]],
			] as const) {
				const tokens = await tokensFor(place, visitor, { scope });
				const claims = claimsOf(tokens.id_token);
				assert.deepEqual(
					all.filter((name) => name in claims),
					shown,
					scope,
				);
				const { status, body, headers } = await userInfo(place, tokens.access_token);
				assert.equal(status, 200);
				assert.equal(headers.get("content-type"), "application/json;charset=UTF-8");
				assert.deepEqual(Object.keys(body).sort(), ["sub", "username", ...shown].sort());
				assert.ok(Object.values(body).every((value) => typeof value === "string"));
			}
		});

		test("userInfo is asked by GET and by POST, with the token in the header or in a form", async () => {
			const { access_token } = await tokensFor(place, visitor, { scope: "openid email" });
			const expected = { sub, email: "ada@example.com", email_verified: "true", username: "ada" };
			assert.deepEqual((await userInfo(place, access_token)).body, expected);
			assert.deepEqual((await userInfo(place, access_token, { method: "POST" })).body, expected);
			assert.deepEqual((await post(place, "/oauth2/userInfo", { access_token })).body, expected);
			const twice = await userInfo(place, access_token, { method: "POST", body: new URLSearchParams({ access_token }) });
			assert.deepEqual([twice.status, twice.body["error"]], [400, "invalid_request"]);
		});

		test("without openid there is no ID token, and userInfo refuses the access token", async () => {
			const { body } = await redeem(place, await codeFor(place, visitor, { scope: "aws.cognito.signin.user.admin" }));
			assert.equal(body["id_token"], undefined);
			assert.equal(typeof body["refresh_token"], "string");
			const access_token = String(body["access_token"]);
			const { status, headers } = await userInfo(place, access_token);
			assert.equal(status, 401);
			assert.match(headers.get("www-authenticate") ?? "", /error="invalid_token", error_description="Access token is expired/);
			const self = await gatehouse.client.send(new GetUserCommand({ AccessToken: access_token }));
			assert.equal(self.Username, "ada");
			const { body: refreshed } = await refresh(place, String(body["refresh_token"]));
			assert.deepEqual(Object.keys(refreshed).sort(), ["access_token", "expires_in", "token_type"]);
		});

		test("without aws.cognito.signin.user.admin the access token opens none of the user's own operations", async () => {
			const { access_token } = await tokensFor(place, visitor, { scope: "openid" });
			assert.match(await refusal(gatehouse.client.send(new GetUserCommand({ AccessToken: access_token }))), /^NotAuthorizedException/);
		});

		test("no scope asks for all of the client's", async () => {
			const { access_token } = await tokensFor(place, visitor, { scope: "" });
			assert.equal(claimsOf(access_token)["scope"], "openid email profile phone aws.cognito.signin.user.admin");
		});

		test("a refresh keeps the scopes, here and through the API, may narrow them and never widen them", async () => {
			const { refresh_token } = await tokensFor(place, visitor, { scope: "openid email" });
			const { status, body } = await refresh(place, refresh_token);
			assert.deepEqual([status, body["refresh_token"]], [200, undefined]);
			assert.equal(claimsOf(String(body["access_token"]))["scope"], "openid email");
			assert.equal(claimsOf(String(body["id_token"]))["name"], undefined);
			assert.equal("nonce" in claimsOf(String(body["id_token"])), false);
			const { AuthenticationResult } = await gatehouse.client.send(
				new GetTokensFromRefreshTokenCommand({ RefreshToken: refresh_token, ClientId: place.ClientId }),
			);
			assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? "")["scope"], "openid email");
			const narrow = await refresh(place, refresh_token, { scope: "openid" });
			assert.equal(claimsOf(String(narrow.body["access_token"]))["scope"], "openid");
			const wide = await refresh(place, refresh_token, { scope: "openid profile" });
			assert.deepEqual([wide.status, wide.body], [400, { error: "invalid_scope" }]);
			assert.deepEqual((await refresh(place, refresh_token, { scope: " " })).body, { error: "invalid_scope" });
		});

		test("a refresh leaves out the scopes of a resource server that is gone, and gives none of them by name", async () => {
			const [read = ""] = await createScopes(place, "https://gone.example", "read");
			const own = await createClient(gatehouse, place.UserPoolId, {
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["code"],
				AllowedOAuthScopes: ["openid", read],
				CallbackURLs: [callback],
				SupportedIdentityProviders: ["COGNITO"],
			});
			const there = { ...place, ...own };
			const { access_token, refresh_token } = await tokensFor(there, visitor, { client_id: own.ClientId, scope: `openid ${read}` });
			assert.equal(claimsOf(access_token)["scope"], `openid ${read}`);
			await gatehouse.client.send(new DeleteResourceServerCommand({ UserPoolId: place.UserPoolId, Identifier: "https://gone.example" }));
			const { body } = await refresh(there, refresh_token);
			assert.equal(claimsOf(String(body["access_token"]))["scope"], "openid");
			const named = await refresh(there, refresh_token, { scope: read });
			assert.deepEqual([named.status, named.body], [400, { error: "invalid_scope" }]);
		});

		test("a sign-in of the API refreshes at the token endpoint, and stays one of the API", async () => {
			const { RefreshToken, AccessToken } = await signIn(place, "ada");
			assert.equal("version" in claimsOf(AccessToken), false);
			const { body } = await refresh(place, RefreshToken);
			assert.equal(claimsOf(String(body["access_token"]))["scope"], "aws.cognito.signin.user.admin");
			assert.equal((await userInfo(place, AccessToken)).status, 401);
		});

		test("a resource is the access token's audience, and stays it through refreshes", async () => {
			const tokens = await tokensFor(place, visitor, { resource: "https://api.example/things" });
			assert.equal(claimsOf(tokens.access_token)["aud"], "https://api.example/things");
			assert.equal(claimsOf(tokens.id_token)["aud"], place.ClientId);
			const { body } = await refresh(place, tokens.refresh_token);
			assert.equal(claimsOf(String(body["access_token"]))["aud"], "https://api.example/things");
		});

		test("PKCE: the verifier of the challenge redeems the code", async () => {
			const { verifier, challenge } = pkce();
			const code = await codeFor(place, visitor, { code_challenge: challenge, code_challenge_method: "S256" });
			assert.equal((await redeem(place, code, { code_verifier: verifier })).status, 200);
		});

		test("a code lives five minutes", async () => {
			const [old, young] = [await codeFor(place, visitor), await codeFor(place, visitor)];
			gatehouse.clock.advance(4 * 60_000);
			assert.equal((await redeem(place, young)).status, 200);
			gatehouse.clock.advance(61_000);
			assert.deepEqual((await redeem(place, old)).body, { error: "invalid_grant" });
		});

		test("a signed-out, disabled or deleted user's codes and tokens are over, and so is the browser's session", async () => {
			const signedOut = async (name: string, end: () => Promise<unknown>) => {
				await createUser(place, name, attributes);
				const own = await signInAtPage(place, name);
				const tokens = await tokensFor(place, own);
				const code = await codeFor(place, own);
				await end();
				assert.deepEqual((await redeem(place, code)).body, { error: "invalid_grant" }, name);
				assert.deepEqual((await refresh(place, tokens.refresh_token)).body, { error: "invalid_grant" }, name);
				assert.equal((await userInfo(place, tokens.access_token)).status, 401, name);
				assert.match((await authorize(place, own)).pathname, /\/login$/, name);
			};
			const of = (Username: string) => ({ UserPoolId: place.UserPoolId, Username });
			await signedOut("bob", () => gatehouse.client.send(new AdminUserGlobalSignOutCommand(of("bob"))));
			await signedOut("eve", () => gatehouse.client.send(new AdminDisableUserCommand(of("eve"))));
		});

		test("the revocation endpoint ends a refresh token and every token of its session", async () => {
			const tokens = await tokensFor(place, visitor);
			const { status, body } = await post(place, "/oauth2/revoke", { token: tokens.refresh_token, client_id: place.ClientId });
			assert.deepEqual([status, body], [200, {}]);
			assert.deepEqual((await refresh(place, tokens.refresh_token)).body, { error: "invalid_grant" });
			assert.equal((await userInfo(place, tokens.access_token)).status, 401);
			for (const [fields, expected] of [
				[{ token: tokens.refresh_token, client_id: place.ClientId }, [200, {}]],
				[{ token: "garbage", client_id: place.ClientId }, [200, {}]],
				[{ client_id: place.ClientId }, [400, { error: "invalid_request" }]],
				[{ token: tokens.access_token, client_id: place.ClientId }, [400, { error: "unsupported_token_type" }]],
				[{ token: tokens.refresh_token }, [401, { error: "invalid_client" }]],
				[{ token: tokens.refresh_token, client_id: "nobody" }, [401, { error: "invalid_client" }]],
			] as const) {
				const answer = await post(place, "/oauth2/revoke", fields);
				assert.deepEqual([answer.status, answer.body], expected, JSON.stringify(fields));
			}
			const other = await tokensFor(place, visitor);
			await gatehouse.client.send(new RevokeTokenCommand({ Token: other.refresh_token, ClientId: place.ClientId }));
			assert.equal((await userInfo(place, other.access_token)).status, 401);
		});

		test("the implicit grant gives tokens in the fragment, and never a refresh token", async () => {
			const to = await authorize(place, visitor, { response_type: "token", scope: "openid email", nonce: "n1", state: "a b&c" });
			assert.equal(to.origin + to.pathname + to.search, callback);
			const answer = new URLSearchParams(to.hash.slice(1));
			assert.deepEqual([...answer.keys()], ["id_token", "access_token", "token_type", "expires_in", "state", "iss"]);
			assert.deepEqual([answer.get("state"), answer.get("token_type"), answer.get("expires_in")], ["a b&c", "Bearer", "3600"]);
			assert.equal(claimsOf(answer.get("id_token") ?? "")["nonce"], "n1");
			assert.equal((await userInfo(place, answer.get("access_token") ?? "")).status, 200);
			const bare = await authorize(place, visitor, { response_type: "token", scope: "aws.cognito.signin.user.admin" });
			assert.equal(new URLSearchParams(bare.hash.slice(1)).has("id_token"), false);
		});

		test("rotation gives the next refresh token, and the spent one is reuse", async () => {
			const rotating = await createClient(gatehouse, place.UserPoolId, {
				ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"],
				RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 },
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["code"],
				AllowedOAuthScopes: ["openid"],
				CallbackURLs: [callback],
				SupportedIdentityProviders: ["COGNITO"],
			});
			const own = { ...place, ClientId: rotating.ClientId };
			const code = await codeFor(place, visitor, { client_id: rotating.ClientId });
			const { body: first } = await redeem(own, code);
			const { body: second } = await refresh(own, String(first["refresh_token"]));
			assert.notEqual(second["refresh_token"], first["refresh_token"]);
			assert.equal((await refresh(own, String(second["refresh_token"]))).status, 200);
			assert.deepEqual((await refresh(own, String(first["refresh_token"]))).body, { error: "invalid_grant" });
		});

		test("a client that can read an address and not whether it is verified gets no tokens for it", async () => {
			const half = await createClient(gatehouse, place.UserPoolId, {
				ReadAttributes: ["email", "name"],
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["code"],
				AllowedOAuthScopes: ["openid", "email"],
				CallbackURLs: [callback],
				SupportedIdentityProviders: ["COGNITO"],
			});
			const own = { ...place, ClientId: half.ClientId };
			const wide = await redeem(own, await codeFor(place, visitor, { client_id: half.ClientId, scope: "openid email" }));
			assert.deepEqual(wide.body, { error: "invalid_grant" });
			const { body } = await redeem(own, await codeFor(place, visitor, { client_id: half.ClientId, scope: "openid" }));
			const claims = claimsOf(String(body["id_token"]));
			assert.deepEqual([claims["email"], claims["name"], claims["family_name"]], ["ada@example.com", "Ada", undefined]);
		});

		test("a code costs one read and one batch, a code for a live session one read, a client's own token none", async () => {
			const [read = ""] = await createScopes(place, "things", "read");
			const machine = await createClient(gatehouse, place.UserPoolId, {
				GenerateSecret: true,
				ExplicitAuthFlows: [],
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["client_credentials"],
				AllowedOAuthScopes: [read],
			});
			const fields = { grant_type: "client_credentials" };
			const basic = `${machine.ClientId}:${machine.ClientSecret}`;
			assert.equal((await post(place, "/oauth2/token", fields, basic)).status, 200);
			await tokensFor(place, visitor);
			let code = "";
			const made = await gatehouse.cost(async () => {
				code = await codeFor(place, visitor);
			});
			assert.deepEqual([made.statements, made.batches], [1, 0]);
			const spent = await gatehouse.cost(() => redeem(place, code));
			assert.deepEqual([spent.batches, spent.statements], [1, 2]);
			const granted = await gatehouse.cost(() => post(place, "/oauth2/token", fields, basic));
			assert.deepEqual([granted.statements, granted.batches], [0, 0]);
		});
	});
}
