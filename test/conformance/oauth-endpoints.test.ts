/** The other endpoints of a domain: client credentials, registration, sign-out, what an authorization asks of a sign-in; and functions. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminListUserSessionsCommand,
	AdminRevokeUserSessionCommand,
	AdminUpdateUserAttributesCommand,
	DeleteResourceServerCommand,
	DescribeUserPoolClientCommand,
	ListUserPoolClientsCommand,
	RevokeTokenCommand,
	SetUserPoolClientSessionConfigurationCommand,
	SetUserPoolSessionConfigurationCommand,
	UpdateResourceServerCommand,
	UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { browserSessionStatement } from "../../src/domain/user-pools/authorization/browser-sessions.ts";
import { browserSessionsOfUser } from "../../src/domain/user-pools/session-management.ts";
import { sessionUserStatement } from "../../src/domain/user-pools/sessions.ts";
import { assertEvent, functionArn, startFunctions } from "../support/functions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import { authorize, codeFor, createScopes, post, redeem, refresh, signInAtPage, tokensFor, userInfo } from "../support/oauth.ts";
import { claimsOf, createClient, createUser, password } from "../support/people.ts";
import { eachStore, explain } from "../support/stores.ts";
import { createVisitor } from "../support/visitor.ts";

const functions = startFunctions("sign-in-functions");
after(() => functions.close());
const minute = 60_000;
const address = { email: "ada@example.com", email_verified: "true" };

for (const engine of engines) {
	describe(`endpoints of a domain (${engine})`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine, ports: { functions } });
		});
		after(() => gatehouse.stop());

		const machineOf = (place: LoginPlace, scopes: string[]) =>
			createClient(gatehouse, place.UserPoolId, {
				GenerateSecret: true,
				ExplicitAuthFlows: [],
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["client_credentials"],
				AllowedOAuthScopes: scopes,
			});
		const grant = (place: LoginPlace, machine: { ClientId: string; ClientSecret: string | undefined }, more: Record<string, string> = {}) =>
			post(place, "/oauth2/token", { grant_type: "client_credentials", ...more }, `${machine.ClientId}:${machine.ClientSecret}`);

		test("client credentials give an access token alone, for the scopes asked for or all of the client's", async () => {
			const place = await createLoginPlace(gatehouse);
			const [read = "", write = ""] = await createScopes(place, "things", "read", "write");
			const machine = await machineOf(place, [read, write]);
			const { status, body } = await grant(place, machine);
			assert.equal(status, 200);
			assert.deepEqual(Object.keys(body), ["access_token", "expires_in", "token_type"]);
			const { iat, exp, auth_time, jti, ...claims } = claimsOf(String(body["access_token"]));
			assert.deepEqual(claims, {
				sub: machine.ClientId,
				token_use: "access",
				scope: "things/read things/write",
				iss: `http://localhost:9400/${place.UserPoolId}`,
				version: 2,
				client_id: machine.ClientId,
			});
			assert.deepEqual([Number(exp) - Number(iat), auth_time, typeof jti], [3600, iat, "string"]);
			const one = await grant(place, machine, { scope: write });
			assert.equal(claimsOf(String(one.body["access_token"]))["scope"], write);
			for (const scope of ["things/delete", "openid", "aws.cognito.signin.user.admin", `${read} nothing`, "aws.cognito/dcr/register"])
				assert.deepEqual((await grant(place, machine, { scope })).body, { error: "invalid_scope" }, scope);
			assert.equal((await userInfo(place, String(body["access_token"]))).status, 401);
			const posted = { grant_type: "client_credentials", client_id: machine.ClientId, client_secret: machine.ClientSecret ?? "" };
			assert.equal((await post(place, "/oauth2/token", posted)).status, 200);
		});

		test("a scope that is no resource server's any more is left out at once, and the answer says so where it was asked for", async () => {
			const place = await createLoginPlace(gatehouse);
			const { UserPoolId } = place;
			const [read = "", write = ""] = await createScopes(place, "things", "read", "write");
			const machine = await machineOf(place, [read, write]);
			assert.equal((await grant(place, machine)).status, 200);
			const Scopes = [{ ScopeName: "read", ScopeDescription: "r" }];
			await gatehouse.client.send(new UpdateResourceServerCommand({ UserPoolId, Identifier: "things", Name: "API", Scopes }));
			assert.equal(claimsOf(String((await grant(place, machine)).body["access_token"]))["scope"], read);
			assert.equal((await grant(place, machine, { scope: `${read} ${write}` })).body["scope"], read);
			await gatehouse.client.send(new DeleteResourceServerCommand({ UserPoolId, Identifier: "things" }));
			assert.deepEqual((await grant(place, machine)).body, { error: "invalid_scope" });
		});

		test("the pool's function is told of a browser's tokens and of a machine's, and what it changes is in them", async () => {
			const LambdaConfig = { PreTokenGenerationConfig: { LambdaVersion: "V2_0", LambdaArn: functionArn("Tokens") } } as const;
			const place = await createLoginPlace(gatehouse, { LambdaConfig });
			const sub = await createUser(place, "ada", address);
			functions.take();
			const visitor = await signInAtPage(place, "ada");
			const code = await codeFor(place, visitor, { scope: "openid email" });
			assert.deepEqual(functions.take(), []);
			assert.equal((await redeem(place, code)).status, 200);
			const [event, ...others] = functions.take();
			assert.deepEqual(others, []);
			assertEvent("TokenGeneration_HostedAuth-2", event, { userPoolId: place.UserPoolId, clientId: place.ClientId, sub });
			const tell = (Value: string) =>
				gatehouse.client.send(
					new AdminUpdateUserAttributesCommand({
						UserPoolId: place.UserPoolId,
						Username: "ada",
						UserAttributes: [{ Name: "profile", Value }],
					}),
				);
			await tell(JSON.stringify({ claimsAndScopeOverrideDetails: { idTokenGeneration: { claimsToAddOrOverride: { tenant: "t1" } } } }));
			const { id_token, refresh_token } = await tokensFor(place, visitor, { nonce: "n" });
			assert.deepEqual([claimsOf(id_token)["tenant"], claimsOf(id_token)["nonce"]], ["t1", "n"]);
			functions.take();
			await refresh(place, refresh_token);
			assert.deepEqual(functions.take()[0]?.request.scopes, ["openid"]);
			await tell("refuse");
			const spent = await codeFor(place, visitor);
			const refused = { error: "invalid_request", error_description: "PreTokenGeneration failed with error no tokens." };
			assert.deepEqual((await redeem(place, spent)).body, refused);
			assert.deepEqual((await redeem(place, spent)).body, { error: "invalid_grant" });
			assert.deepEqual((await refresh(place, refresh_token)).body, refused);
			const implicit = await authorize(place, visitor, { response_type: "token" });
			assert.equal(new URLSearchParams(implicit.hash.slice(1)).get("error_description"), refused.error_description);
		});

		test("metadata goes to the function of a machine's token, and must be an object of texts", async () => {
			const LambdaConfig = { PreTokenGenerationConfig: { LambdaVersion: "V3_0", LambdaArn: functionArn("Tokens") } } as const;
			const place = await createLoginPlace(gatehouse, { LambdaConfig });
			const scopes = await createScopes(place, "solar", "read", "write");
			const machine = await machineOf(place, scopes);
			functions.take();
			const aws_client_metadata = JSON.stringify({ from: "a machine" });
			assert.equal((await grant(place, machine, { aws_client_metadata })).status, 200);
			const names = { userPoolId: place.UserPoolId, clientId: machine.ClientId };
			assertEvent("TokenGeneration_ClientCredentials-3", functions.take()[0], names);
			for (const bad of ["x", "[]", "null", '{"a":1}', '{"a":{}}'])
				assert.deepEqual((await grant(place, machine, { aws_client_metadata: bad })).body, { error: "invalid_request" }, bad);
			functions.take();
		});

		test("prompt and max_age decide whether a sign-in of before will do", async () => {
			const place = await createLoginPlace(gatehouse);
			await createUser(place, "ada");
			const stranger = createVisitor();
			assert.match((await authorize(place, stranger)).pathname, /\/login$/);
			const none = await authorize(place, stranger, { prompt: "none" });
			assert.deepEqual([none.origin + none.pathname, none.searchParams.get("error")], [callback, "login_required"]);
			const visitor = await signInAtPage(place, "ada");
			for (const parameters of [{}, { prompt: "none" }, { prompt: "consent" }, { prompt: "select_account" }, { max_age: "600" }])
				assert.ok((await authorize(place, visitor, parameters)).searchParams.has("code"), JSON.stringify(parameters));
			for (const parameters of [{ prompt: "login" }, { prompt: "login consent" }])
				assert.match((await authorize(place, visitor, parameters)).pathname, /\/login$/, JSON.stringify(parameters));
			for (const parameters of [{ prompt: "none login" }, { prompt: "nonsense" }, { max_age: "-1" }, { max_age: "x" }])
				assert.equal((await authorize(place, visitor, parameters)).searchParams.get("error"), "invalid_request");
			gatehouse.clock.advance(10 * minute);
			assert.match((await authorize(place, visitor, { max_age: "300" })).pathname, /\/login$/);
			assert.equal((await authorize(place, visitor, { max_age: "300", prompt: "none" })).searchParams.get("error"), "login_required");
			assert.ok((await authorize(place, visitor)).searchParams.has("code"));
			gatehouse.clock.advance(51 * minute);
			assert.match((await authorize(place, visitor)).pathname, /\/login$/);
		});

		test("the query goes on to the login page as it came", async () => {
			const place = await createLoginPlace(gatehouse);
			const url = place.page("/oauth2/authorize", { state: "a b+c/é", login_hint: "ada" });
			const { location } = await createVisitor().get(url);
			assert.equal(location, url.replace("/oauth2/authorize", "/login"));
		});

		test("resources that are no URL of one place are refused", async () => {
			const place = await createLoginPlace(gatehouse);
			const visitor = createVisitor();
			for (const resource of ["api", "http://api.example", "https://api.example/#x", "https://a b", "mailto:x@example.com", "https://"])
				assert.equal((await authorize(place, visitor, { resource })).searchParams.get("error"), "invalid_target", resource);
			for (const resource of ["https://api.example", "http://localhost:3000/x", "myapp://example"])
				assert.match((await authorize(place, visitor, { resource })).pathname, /\/login$/, resource);
		});

		test("a client without a provider, or a provider that it does not have, is refused", async () => {
			const place = await createLoginPlace(gatehouse);
			const bare = await createClient(gatehouse, place.UserPoolId, {
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["code"],
				AllowedOAuthScopes: ["openid"],
				CallbackURLs: [callback],
			});
			const to = await authorize(place, createVisitor(), { client_id: bare.ClientId });
			assert.deepEqual([to.pathname.endsWith("/error"), to.searchParams.get("error")], [true, "unauthorized_client"]);
			assert.match((await authorize(place, createVisitor(), { identity_provider: "COGNITO" })).pathname, /\/login$/);
			assert.equal((await authorize(place, createVisitor(), { identity_provider: "Google" })).searchParams.get("error"), "invalid_request");
		});

		test("a client's default redirect serves where a request names none", async () => {
			const place = await createLoginPlace(gatehouse, {}, { CallbackURLs: [`${callback}/2`, callback], DefaultRedirectURI: callback });
			await createUser(place, "ada");
			const visitor = await signInAtPage(place, "ada");
			const to = await authorize(place, visitor, { redirect_uri: "" });
			assert.equal(to.origin + to.pathname, callback);
			assert.equal((await redeem(place, to.searchParams.get("code") ?? "")).status, 200);
			const without = await createLoginPlace(gatehouse);
			const error = await authorize(without, createVisitor(), { redirect_uri: "" });
			assert.equal(error.searchParams.get("error"), "Required parameters missing");
		});

		test("signing out ends the browser's session, leaves tokens, and goes where the client says", async () => {
			const out = "https://app.example/bye?x=1";
			const place = await createLoginPlace(gatehouse, {}, { LogoutURLs: [out] });
			await createUser(place, "ada");
			const visitor = await signInAtPage(place, "ada");
			const { access_token } = await tokensFor(place, visitor);
			const session = new Map(visitor.cookies);
			const logout = (query: Record<string, string>) => visitor.get(`${place.base}/logout?${new URLSearchParams(query)}`);
			const client_id = place.ClientId;
			for (const query of [
				{},
				{ logout_uri: out },
				{ client_id: "nobody" },
				{ client_id: "nobody", logout_uri: out },
				{ client_id, logout_uri: `${out}&y=2` },
				{ client_id, logout_uri: callback },
				{ client_id, logout_uri: "https://evil.example" },
				{ client_id, redirect_uri: "https://evil.example", response_type: "code" },
			]) {
				const { location } = await logout(query as Record<string, string>);
				assert.equal(new URL(location ?? "").pathname.endsWith("/error"), true, `${JSON.stringify(query)} → ${location}`);
			}
			// Nobody is signed out by a request that is refused.
			assert.ok((await authorize(place, visitor)).searchParams.has("code"));
			assert.equal((await logout({ client_id, logout_uri: out, redirect_uri: "https://evil.example" })).location, out);
			assert.match((await authorize(place, visitor)).pathname, /\/login$/);
			for (const [name, value] of session) visitor.cookies.set(name, value);
			assert.match((await authorize(place, visitor)).pathname, /\/login$/);
			assert.equal((await userInfo(place, access_token)).status, 200);
			const again = await logout({ client_id, redirect_uri: callback, response_type: "code", state: "s2", identity_provider: "Google" });
			const to = new URL(again.location ?? "");
			assert.equal(to.pathname.endsWith("/login"), true);
			assert.deepEqual(Object.fromEntries(to.searchParams), {
				client_id,
				redirect_uri: callback,
				response_type: "code",
				state: "s2",
				scope: "openid email profile",
			});
		});

		test("a pool that tracks sessions shows the browser's beside those of tokens, linked, and each client its own patience", async () => {
			const place = await createLoginPlace(gatehouse);
			const { UserPoolId } = place;
			await createUser(place, "ada");
			await gatehouse.client.send(
				new SetUserPoolSessionConfigurationCommand({ UserPoolId, UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 5 } }),
			);
			const list = async () =>
				(await gatehouse.client.send(new AdminListUserSessionsCommand({ UserPoolId, Username: "ada" }))).Sessions ?? [];
			const revoke = (SessionId: string | undefined, RevokeAssociatedSessions: "NONE" | "LINKED") =>
				gatehouse.client.send(new AdminRevokeUserSessionCommand({ UserPoolId, Username: "ada", SessionId, RevokeAssociatedSessions }));
			const visitor = await signInAtPage(place, "ada");
			const [browser, ...nothing] = await list();
			assert.deepEqual([browser?.SessionType, nothing.length], ["SSO", 0]);
			assert.match(browser?.SessionId ?? "", /^sso[a-z0-9]{25}$/);
			const first = await tokensFor(place, visitor);
			const second = await tokensFor(place, visitor);
			const sessions = await list();
			assert.deepEqual(sessions.map((each) => each.SessionType).sort(), ["SSO", "TOKEN", "TOKEN"]);
			assert.ok(sessions.every((each) => each.SessionType === "SSO" || each.OriginSessionId === browser?.SessionId));
			const wait = (MaxValidityMinutes: number) =>
				gatehouse.client.send(
					new SetUserPoolClientSessionConfigurationCommand({ UserPoolId, ClientId: place.ClientId, SSOSession: { MaxValidityMinutes } }),
				);
			await wait(0);
			assert.match((await authorize(place, visitor)).pathname, /\/login$/);
			await wait(24 * 60);
			gatehouse.clock.advance(20 * 60 * minute);
			assert.ok((await authorize(place, visitor)).searchParams.has("code"));
			gatehouse.clock.advance(5 * 60 * minute);
			assert.match((await authorize(place, visitor)).pathname, /\/login$/);
			await wait(48 * 60);
			assert.ok((await authorize(place, visitor)).searchParams.has("code"));
			await revoke(sessions.find((each) => each.SessionType === "TOKEN")?.SessionId, "NONE");
			assert.equal((await list()).length, 2);
			assert.ok((await authorize(place, visitor)).searchParams.has("code"));
			await revoke(browser?.SessionId, "LINKED");
			assert.deepEqual(await list(), []);
			assert.match((await authorize(place, visitor)).pathname, /\/login$/);
			for (const { refresh_token } of [first, second]) assert.equal((await refresh(place, refresh_token)).status, 400);
			const another = await signInAtPage(place, "ada");
			const { refresh_token } = await tokensFor(place, another);
			await gatehouse.client.send(
				new RevokeTokenCommand({ ClientId: place.ClientId, Token: refresh_token, RevokeAssociatedSessions: "LINKED" }),
			);
			assert.deepEqual(await list(), []);
			assert.match((await authorize(place, another)).pathname, /\/login$/);
		});

		describe("registration", () => {
			let place: LoginPlace;
			before(async () => {
				place = await createLoginPlace(gatehouse);
			});
			const configure = (DcrConfiguration: object) =>
				gatehouse.client.send(new UpdateUserPoolCommand({ UserPoolId: place.UserPoolId, DcrConfiguration }));
			const register = async (metadata: unknown, authorization?: string) => {
				const response = await fetch(`${place.base}/oauth2/register`, {
					method: "POST",
					headers: { "content-type": "application/json", ...(authorization !== undefined && { authorization }) },
					body: typeof metadata === "string" ? metadata : JSON.stringify(metadata),
				});
				return { status: response.status, body: (await response.json()) as Record<string, unknown> };
			};
			const errorOf = async (metadata: unknown, authorization?: string) => (await register(metadata, authorization)).body["error"];
			const application = { redirect_uris: ["https://agent.example/cb"], client_name: "Agent 7", token_endpoint_auth_method: "none" };

			test("is off until the pool turns it on, and open only where it says so", async () => {
				assert.deepEqual((await register(application)).status, 403);
				await configure({ EnableStatus: "Enabled" });
				assert.deepEqual(await register(application), { status: 401, body: { error: "invalid_token" } });
				const response = await fetch(`${place.base}/.well-known/openid-configuration`);
				const { registration_endpoint } = (await response.json()) as { registration_endpoint: string };
				assert.match(registration_endpoint, /\/oauth2\/register$/);
			});

			test("open, it makes an app client of the type DCR that signs its users in", async () => {
				await configure({ EnableStatus: "Enabled", OpenDcrEnabled: true, OpenDcrGrantTypes: ["code"], AllowedScopes: ["openid", "email"] });
				const { status, body } = await register({ ...application, grant_types: ["authorization_code", "refresh_token"] });
				const { client_id, client_id_issued_at, ...rest } = body;
				assert.equal(status, 201);
				assert.equal(typeof client_id_issued_at, "number");
				assert.deepEqual(rest, {
					...application,
					grant_types: ["authorization_code", "refresh_token"],
					response_types: ["code"],
					scope: "openid email",
				});
				const ClientId = String(client_id);
				const { UserPoolClient } = await gatehouse.client.send(
					new DescribeUserPoolClientCommand({ UserPoolId: place.UserPoolId, ClientId }),
				);
				assert.deepEqual(
					[UserPoolClient?.ClientType, UserPoolClient?.CallbackURLs, UserPoolClient?.ClientSecret],
					["DCR", ["https://agent.example/cb"], undefined],
				);
				for (const [ClientType, found] of [
					["DCR", true],
					["REGULAR", false],
				] as const) {
					const { UserPoolClients } = await gatehouse.client.send(
						new ListUserPoolClientsCommand({ UserPoolId: place.UserPoolId, MaxResults: 60, ClientType }),
					);
					assert.equal(
						UserPoolClients?.some((each) => each.ClientId === ClientId),
						found,
						ClientType,
					);
				}
				await createUser(place, "ada", address);
				const visitor = createVisitor();
				const page = await visitor.open(place.page("/login", { client_id: ClientId, redirect_uri: "https://agent.example/cb" }));
				const { location = "" } = await visitor.submit(page, { username: "ada", password }, "/login");
				const code = new URL(location).searchParams.get("code") ?? "";
				const tokens = await redeem({ ...place, ClientId }, code, { redirect_uri: "https://agent.example/cb" });
				assert.equal(tokens.status, 200);
				const confidential = await register({ redirect_uris: ["https://agent.example/cb"] });
				assert.deepEqual([typeof confidential.body["client_secret"], confidential.body["client_secret_expires_at"]], ["string", 0]);
			});

			test("asks for no more than the pool allows", async () => {
				for (const [metadata, error] of [
					[{ ...application, redirect_uris: [] }, "invalid_redirect_uri"],
					[{ ...application, redirect_uris: ["http://agent.example/cb"] }, "invalid_redirect_uri"],
					[{ ...application, redirect_uris: ["javascript:alert(1)"] }, "invalid_redirect_uri"],
					[{ ...application, redirect_uris: ["https://agent.example/cb#x"] }, "invalid_redirect_uri"],
					[{ ...application, redirect_uris: ["https://user:x@agent.example/cb"] }, "invalid_redirect_uri"],
					[{ ...application, redirect_uris: ["nonsense"] }, "invalid_redirect_uri"],
					[{ ...application, redirect_uris: "https://agent.example/cb" }, "invalid_client_metadata"],
					[{ ...application, redirect_uris: [7] }, "invalid_client_metadata"],
					[{ ...application, grant_types: ["implicit"] }, "invalid_client_metadata"],
					[{ ...application, grant_types: ["client_credentials"] }, "invalid_client_metadata"],
					[{ ...application, grant_types: ["refresh_token"] }, "invalid_client_metadata"],
					[{ ...application, grant_types: ["constructor"] }, "invalid_client_metadata"],
					[{ ...application, response_types: ["token"] }, "invalid_client_metadata"],
					[{ ...application, scope: "openid phone" }, "invalid_client_metadata"],
					[{ ...application, scope: "aws.cognito/dcr/register" }, "invalid_client_metadata"],
					[{ ...application, token_endpoint_auth_method: "private_key_jwt" }, "invalid_client_metadata"],
					[{ ...application, client_name: "<script>" }, "invalid_client_metadata"],
					[{ ...application, client_name: "_custom_id_:mine" }, "invalid_client_metadata"],
					[[], "invalid_client_metadata"],
					["{", "invalid_client_metadata"],
				] as const)
					assert.equal(await errorOf(metadata), error, JSON.stringify(metadata));
			});

			test("with a token needs the scope for it, of this pool's own clients", async () => {
				await configure({
					EnableStatus: "Enabled",
					AuthenticatedGrantTypes: ["client_credentials"],
					AllowedScopes: ["openid", "things/read"],
				});
				const [read = ""] = await createScopes(place, "things", "read");
				const registrar = await machineOf(place, ["aws.cognito/dcr/register", read]);
				const bearer = async (at: LoginPlace, machine: { ClientId: string; ClientSecret: string | undefined }, scope: string) =>
					`Bearer ${(await grant(at, machine, { scope })).body["access_token"]}`;
				const machine = { grant_types: ["client_credentials"], client_name: "robot" };
				assert.equal(await errorOf(machine), "invalid_token");
				assert.equal(await errorOf(machine, await bearer(place, registrar, read)), "invalid_token");
				assert.equal(await errorOf(machine, "Bearer x"), "invalid_token");
				assert.equal(await errorOf(machine, "Basic eDp5"), "invalid_token");
				const elsewhere = await createLoginPlace(gatehouse);
				const foreign = await machineOf(elsewhere, ["aws.cognito/dcr/register"]);
				assert.equal(await errorOf(machine, await bearer(elsewhere, foreign, "aws.cognito/dcr/register")), "invalid_token");
				const initial = await bearer(place, registrar, "aws.cognito/dcr/register");
				const { status, body } = await register(machine, initial);
				assert.deepEqual([status, body["scope"], body["redirect_uris"]], [201, "things/read", undefined], JSON.stringify(body));
				const made = { ClientId: String(body["client_id"]), ClientSecret: String(body["client_secret"]) };
				assert.equal((await grant(place, made)).status, 200);
				assert.equal(await errorOf(application, initial), "invalid_client_metadata");
				gatehouse.clock.advance(61 * minute);
				assert.equal(await errorOf(machine, initial), "invalid_token");
			});
		});
	});
}

test("every statement about browsers' sessions", (t) =>
	eachStore(t, "is an index search", async (store) => {
		for (const each of [browserSessionStatement, browserSessionsOfUser, sessionUserStatement]) {
			const plan = await explain(store, each as typeof browserSessionStatement);
			assert.ok(plan.isIndexSearch, `${each.name}: ${plan.text}`);
		}
	}));
