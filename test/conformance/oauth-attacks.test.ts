/** What an attacker tries at a pool's domain, and what it is refused with (RFC 9700). */
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { UpdateUserPoolClientCommand } from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import { authorize, codeFor, createScopes, pkce, post, redeem, refresh, signInAtPage, tokensFor, userInfo } from "../support/oauth.ts";
import { claimsOf, createClient, createUser } from "../support/people.ts";
import { createVisitor, type Visitor } from "../support/visitor.ts";

const invalidGrant = { status: 400, body: { error: "invalid_grant" } };
const short = ({ status, body }: { readonly status: number; readonly body: object }) => ({ status, body });

for (const engine of engines) {
	describe(`attacks on OAuth (${engine})`, () => {
		let gatehouse: Gatehouse;
		let place: LoginPlace;
		let visitor: Visitor;
		/** A second client of the pool, with the same redirect_uri. */
		let other: LoginPlace;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			place = await createLoginPlace(gatehouse, {}, { CallbackURLs: [callback, "myapp://callback", "http://localhost:3000/cb?a=b"] });
			await createUser(place, "ada", { email: "ada@example.com" });
			visitor = await signInAtPage(place, "ada");
			other = { ...place, ...(await second()) };
		});
		after(() => gatehouse.stop());
		const second = () =>
			createClient(gatehouse, place.UserPoolId, {
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["code"],
				AllowedOAuthScopes: ["openid"],
				CallbackURLs: [callback],
				SupportedIdentityProviders: ["COGNITO"],
			});

		test("a redirect_uri that is not one of the client's byte for byte is never redirected to", async () => {
			for (const redirect_uri of [
				"https://app.example/callback/",
				"https://app.example/Callback",
				"https://APP.example/callback",
				"HTTPS://app.example/callback",
				"https://app.example:443/callback",
				"https://app.example:8443/callback",
				"http://app.example/callback",
				"https://app.example/callback?x=y",
				"https://app.example/callback#",
				"https://app.example/callback#x",
				"https://app.example/callback/../callback",
				"https://app.example/callback/../../evil",
				"https://app.example//callback",
				"https://app.example/%63allback",
				"https://app.example/callback%0d%0aSet-Cookie:x=y",
				"https://app.example/callback\r\nSet-Cookie: x=y",
				"https://app.example/callback ",
				" https://app.example/callback",
				"https://evil@app.example/callback",
				"https://app.example@evil.example/callback",
				"https://app.example.evil.example/callback",
				"https://evil.example/https://app.example/callback",
				"https://app.example\\@evil.example/callback",
				"//app.example/callback",
				"/callback",
				"callback",
				"javascript:alert(1)",
				"data:text/html,x",
				"myapp://callback/",
				"myapp://other",
				"http://localhost:3001/cb?a=b",
				"http://localhost:3000/cb",
				"http://127.0.0.1:3000/cb?a=b",
			]) {
				for (const session of [visitor, createVisitor()]) {
					const { status, location, headers } = await session.get(place.page("/oauth2/authorize", { redirect_uri }));
					assert.equal(status, 302, redirect_uri);
					const to = new URL(location ?? "");
					assert.equal(to.origin, gatehouse.url, `${redirect_uri} → ${location}`);
					assert.deepEqual([to.pathname.endsWith("/error"), to.searchParams.get("error")], [true, "redirect_mismatch"], redirect_uri);
					assert.equal(headers.get("set-cookie")?.includes("x=y") ?? false, false);
				}
			}
		});

		test("of two client_ids or redirect_uris none counts, and any other parameter twice is refused to the application", async () => {
			for (const name of ["client_id", "redirect_uri"]) {
				const { location } = await visitor.get(`${place.page("/oauth2/authorize")}&${name}=https://evil.example`);
				assert.match(location ?? "", /\/error\?error=invalid_request$/, name);
			}
			for (const name of ["scope", "response_type", "nonce", "resource", "prompt", "code_challenge"]) {
				const more = `${name}=openid&${name}=openid`;
				const { location } = await visitor.get(`${place.page("/oauth2/authorize", { scope: "" })}&${more}`);
				const to = new URL(location ?? "");
				assert.deepEqual([to.origin + to.pathname, to.searchParams.get("error")], [callback, "invalid_request"], name);
			}
			const twice = new URL((await visitor.get(`${place.page("/oauth2/authorize")}&state=another`)).location ?? "");
			assert.deepEqual([twice.searchParams.get("error"), twice.searchParams.get("state")], ["invalid_request", null]);
		});

		test("a state comes back as it was sent, whatever is in it, and a missing one stays missing", async () => {
			for (const state of ['"><script>alert(1)</script>', "a\r\nSet-Cookie: x=y", "é ☃ + %00 &code=evil#x", "x".repeat(2000)]) {
				const to = await authorize(place, visitor, { state });
				assert.deepEqual(to.searchParams.getAll("state"), [state]);
				assert.equal(to.searchParams.getAll("code").length, 1);
				assert.equal(to.hash, "");
				const refused = await authorize(place, visitor, { state, response_type: "nonsense" });
				assert.deepEqual([refused.searchParams.get("state"), refused.searchParams.get("error")], [state, "invalid_request"]);
			}
			assert.equal((await authorize(place, visitor, { state: "" })).searchParams.has("state"), false);
		});

		test("every answer says which server it is from, so that a client of several can't be made to mix them up", async () => {
			const iss = `http://localhost:9400/${place.UserPoolId}`;
			for (const parameters of [{}, { prompt: "none login" }, { response_type: "id_token" }]) {
				const to = await authorize(place, visitor, parameters);
				assert.equal(to.searchParams.get("iss"), iss);
			}
			const implicit = await authorize(place, visitor, { response_type: "token" });
			assert.equal(new URLSearchParams(implicit.hash.slice(1)).get("iss"), iss);
		});

		test("a code is its client's, its pool's and its redirect_uri's alone", async () => {
			const elsewhere = await createLoginPlace(gatehouse);
			const code = await codeFor(place, visitor);
			assert.deepEqual(short(await redeem(other, code)), invalidGrant);
			assert.deepEqual(short(await redeem(elsewhere, code)), invalidGrant);
			assert.deepEqual((await redeem({ ...place, base: elsewhere.base }, code)).body, { error: "invalid_client" });
			assert.deepEqual(short(await redeem(place, code, { redirect_uri: "myapp://callback" })), invalidGrant);
			assert.deepEqual((await redeem(place, code, { redirect_uri: "" })).body, { error: "invalid_request" });
			// None of these has spent it.
			assert.equal((await redeem(place, code)).status, 200);
		});

		test("a code is good once: the second use ends what the first one gave", async () => {
			const code = await codeFor(place, visitor);
			const { body } = await redeem(place, code);
			assert.equal((await userInfo(place, String(body["access_token"]))).status, 200);
			assert.deepEqual(short(await redeem(place, code)), invalidGrant);
			assert.equal((await userInfo(place, String(body["access_token"]))).status, 401);
			assert.deepEqual(short(await refresh(place, String(body["refresh_token"]))), invalidGrant);
			assert.deepEqual(short(await redeem(place, code)), invalidGrant);
		});

		test("who could not redeem a code can't end what it gave either", async () => {
			const { verifier, challenge } = pkce();
			const code = await codeFor(place, visitor, { code_challenge: challenge, code_challenge_method: "S256" });
			const { body } = await redeem(place, code, { code_verifier: verifier });
			for (const more of [{}, { code_verifier: pkce().verifier }, { code_verifier: verifier, redirect_uri: "myapp://callback" }])
				assert.deepEqual(short(await redeem(place, code, more)), invalidGrant);
			assert.deepEqual(short(await redeem(other, code, { code_verifier: verifier })), invalidGrant);
			assert.equal((await userInfo(place, String(body["access_token"]))).status, 200);
		});

		test("of redemptions of one code that race, one is answered, and its tokens end with the others", async () => {
			const code = await codeFor(place, visitor);
			const answers = await Promise.all(Array.from({ length: 8 }, () => redeem(place, code)));
			const given = answers.filter(({ status }) => status === 200);
			assert.equal(given.length, 1);
			assert.ok(answers.every((answer) => answer.status === 200 || answer.body["error"] === "invalid_grant"));
			assert.equal((await userInfo(place, String(given[0]?.body["access_token"]))).status, 401);
		});

		test("a code that somebody changed, or made up, is none", async () => {
			const code = await codeFor(place, visitor);
			const changed = `${code.slice(0, 40)}${code[40] === "A" ? "B" : "A"}${code.slice(41)}`;
			const { refresh_token } = await tokensFor(place, visitor);
			for (const bad of [changed, `${code}A`, code.slice(0, -4), "x", "a".repeat(100_000), "🎫", refresh_token])
				assert.deepEqual(short(await redeem(place, bad)), invalidGrant, bad.slice(0, 40));
			assert.deepEqual(short(await refresh(place, code)), invalidGrant);
		});

		test("PKCE can't be taken away, weakened or put in afterwards", async () => {
			const { verifier, challenge } = pkce();
			const s256 = { code_challenge: challenge, code_challenge_method: "S256" };
			const code = await codeFor(place, visitor, s256);
			for (const more of [{}, { code_verifier: challenge }, { code_verifier: `${verifier}x` }, { code_verifier: verifier.toLowerCase() }])
				assert.deepEqual(short(await redeem(place, code, more)), invalidGrant);
			// RFC 9700 §2.1.1: a verifier for a code without a challenge is an attack on who sends it.
			const bare = await codeFor(place, visitor);
			assert.deepEqual(short(await redeem(place, bare, { code_verifier: verifier })), invalidGrant);
			for (const weak of [
				{ code_challenge: verifier, code_challenge_method: "plain" },
				{ code_challenge: challenge, code_challenge_method: "s256" },
				{ code_challenge: challenge },
				{ code_challenge_method: "S256" },
				{ code_challenge: "short", code_challenge_method: "S256" },
				{ code_challenge: `${challenge}=`, code_challenge_method: "S256" },
			]) {
				const to = await authorize(place, visitor, weak);
				assert.deepEqual([to.searchParams.get("error"), to.searchParams.has("code")], ["invalid_request", false], JSON.stringify(weak));
			}
		});

		test("nobody gets a scope that the client does not have", async () => {
			const [read = ""] = await createScopes(place, "https://api.example", "read");
			for (const scope of [
				"openid aws.cognito.signin.user.admin",
				read,
				"openid phone",
				"openid OPENID",
				"openid\temail",
				"email",
				'openid "',
			])
				assert.equal((await authorize(place, visitor, { scope })).searchParams.get("error"), "invalid_scope", scope);
			const { refresh_token } = await tokensFor(place, visitor, { scope: "openid" });
			for (const scope of ["openid email", "aws.cognito.signin.user.admin", read])
				assert.deepEqual((await refresh(place, refresh_token, { scope })).body, { error: "invalid_scope" });
		});

		test("what a client may not do it is refused at once: flows, grants, clients without OAuth", async () => {
			const errorOf = async (ClientId: string, parameters = {}) =>
				(await authorize(place, visitor, { client_id: ClientId, ...parameters })).searchParams.get("error");
			assert.equal(
				new URLSearchParams((await authorize(place, visitor, { client_id: other.ClientId, response_type: "token" })).hash.slice(1)).get(
					"error",
				),
				"unauthorized_client",
			);
			const implicitOnly = await createClient(gatehouse, place.UserPoolId, {
				AllowedOAuthFlowsUserPoolClient: true,
				AllowedOAuthFlows: ["implicit"],
				AllowedOAuthScopes: ["openid"],
				CallbackURLs: [callback],
				SupportedIdentityProviders: ["COGNITO"],
			});
			assert.equal(await errorOf(implicitOnly.ClientId), "unauthorized_client");
			const off = await createClient(gatehouse, place.UserPoolId, { CallbackURLs: [callback], SupportedIdentityProviders: ["COGNITO"] });
			assert.equal(await errorOf(off.ClientId), "unauthorized_client");
			assert.equal(await errorOf("nobody"), "unauthorized_client");
			const token = (fields: Record<string, string>) => post(place, "/oauth2/token", { client_id: place.ClientId, ...fields });
			assert.deepEqual((await token({ grant_type: "client_credentials" })).body, { error: "unauthorized_client" });
			assert.deepEqual((await token({ grant_type: "password", username: "ada", password: "x" })).body, { error: "unsupported_grant_type" });
			assert.deepEqual((await token({})).body, { error: "invalid_request" });
		});

		test("a code's client may lose the grant before it redeems it", async () => {
			const late = { ...place, ...(await second()) };
			const code = await codeFor(place, visitor, { client_id: late.ClientId });
			await gatehouse.client.send(new UpdateUserPoolClientCommand({ UserPoolId: place.UserPoolId, ClientId: late.ClientId }));
			assert.deepEqual((await redeem(late, code)).body, { error: "unauthorized_client" });
		});

		test("a client proves its secret in one way, and a public client brings none", async () => {
			const secret = { ...place, ...(await createClient(gatehouse, place.UserPoolId, { GenerateSecret: true, ...settings })) };
			const good = { grant_type: "authorization_code", redirect_uri: callback, code: "x" };
			const id = secret.ClientId;
			const key = secret.ClientSecret ?? "";
			const tries: readonly [Record<string, string>, string | undefined, string][] = [
				[{ ...good }, `${id}:${key}`, "invalid_grant"],
				[{ ...good, client_id: id }, `${id}:${key}`, "invalid_grant"],
				[{ ...good, client_id: id, client_secret: key }, undefined, "invalid_grant"],
				[{ ...good, client_id: id, client_secret: key }, `${id}:${key}`, "invalid_request"],
				[{ ...good, client_id: place.ClientId }, `${id}:${key}`, "invalid_request"],
				[{ ...good, client_id: id }, undefined, "invalid_client"],
				[{ ...good, client_id: id, client_secret: `${key}x` }, undefined, "invalid_client"],
				[good, `${id}:`, "invalid_client"],
				[good, `${id}:${key.slice(0, -1)}`, "invalid_client"],
				[good, `${id}`, "invalid_client"],
				[good, `nobody:${key}`, "invalid_client"],
				[{ ...good, client_id: place.ClientId, client_secret: "made-up" }, undefined, "invalid_client"],
				[good, `${place.ClientId}:made-up`, "invalid_client"],
				[good, undefined, "invalid_request"],
			];
			for (const [fields, basic, error] of tries) {
				const answer = await post(place, "/oauth2/token", fields, basic);
				assert.deepEqual([answer.status, answer.body], [400, { error }], JSON.stringify([fields, basic]));
			}
		});

		test("parameters that come twice, other types of bodies and other methods are refused", async () => {
			const body = `grant_type=refresh_token&client_id=${place.ClientId}&refresh_token=x`;
			for (const twice of [`${body}&client_id=${place.ClientId}`, `${body}&refresh_token=y`, `${body}&unknown=1&unknown=2`])
				assert.deepEqual((await post(place, "/oauth2/token", twice)).body, { error: "invalid_request" });
			for (const [type, text] of [
				["application/json", JSON.stringify({ grant_type: "refresh_token", client_id: place.ClientId })],
				["text/plain", body],
				["multipart/form-data; boundary=x", "--x--"],
			] as const) {
				const response = await fetch(`${place.base}/oauth2/token`, { method: "POST", headers: { "content-type": type }, body: text });
				assert.deepEqual([response.status, await response.json()], [400, { error: "invalid_request" }], type);
			}
			for (const [method, path, allow] of [
				["GET", "/oauth2/token", "POST"],
				["PUT", "/oauth2/token", "POST"],
				["GET", "/oauth2/revoke", "POST"],
				["POST", "/oauth2/authorize", "GET"],
				["DELETE", "/oauth2/userInfo", "GET, POST"],
				["POST", "/logout", "GET"],
			] as const) {
				const response = await fetch(`${place.base}${path}`, { method });
				assert.deepEqual([response.status, response.headers.get("allow")], [405, allow], `${method} ${path}`);
			}
		});

		test("userInfo takes this pool's access tokens alone", async () => {
			const elsewhere = await createLoginPlace(gatehouse);
			await createUser(elsewhere, "ada");
			const foreign = await tokensFor(elsewhere, await signInAtPage(elsewhere, "ada"));
			assert.equal((await userInfo(elsewhere, foreign.access_token)).status, 200);
			const own = await tokensFor(place, visitor);
			const [header, payload, signature] = own.access_token.split(".");
			const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
			const admin = Buffer.from(JSON.stringify({ ...claimsOf(own.access_token), sub: "somebody" })).toString("base64url");
			for (const [token, status] of [
				[foreign.access_token, 401],
				[own.id_token, 401],
				[own.refresh_token, 401],
				[`${header}.${admin}.${signature}`, 401],
				[unsigned, 401],
				["x", 401],
				["a.b.c", 401],
				["x".repeat(20_000), 401],
			] as const) {
				const answer = await userInfo(place, token);
				assert.equal(answer.status, status, token.slice(0, 60));
				assert.equal(answer.body["error"], "invalid_token");
			}
			for (const authorization of ["", "Bearer", "Bearer ", "Basic eDp5", `Bearer ${own.access_token} x`]) {
				const response = await fetch(`${place.base}/oauth2/userInfo`, { headers: { authorization } });
				assert.equal(response.status, 400, authorization);
				assert.match(response.headers.get("www-authenticate") ?? "", /error="invalid_request", error_description="Bad OAuth2 request/);
			}
		});

		test("another client's refresh token is refused, and so is its revocation", async () => {
			const { refresh_token, access_token } = await tokensFor(place, visitor);
			assert.deepEqual(short(await refresh(other, refresh_token)), invalidGrant);
			const revoked = await post(place, "/oauth2/revoke", { token: refresh_token, client_id: other.ClientId });
			assert.deepEqual(short(revoked), { status: 400, body: { error: "unauthorized_client" } });
			assert.equal((await userInfo(place, access_token)).status, 200);
		});

		test("a cookie that is made up, changed or of another pool signs nobody in, and none comes from before the sign-in", async () => {
			const elsewhere = await createLoginPlace(gatehouse);
			const [name = "", token = ""] = [...visitor.cookies].find(([each]) => each === `gatehouse-${place.UserPoolId}`) ?? [];
			assert.match(token, /^[0-9a-f-]{36}\.[\w-]{43}$/);
			const [user = "", secret = ""] = token.split(".");
			const at = async (where: LoginPlace, cookie: string) => {
				const stranger = createVisitor();
				stranger.cookies.set(name.replace(place.UserPoolId, where.UserPoolId), cookie);
				return (await authorize(where, stranger)).pathname.endsWith("/login");
			};
			assert.equal(await at(place, token), false);
			for (const bad of [`${user}.${"A".repeat(43)}`, `${user}.${secret.slice(1)}A`, user, secret, "x", `${token}x`, "a".repeat(5000)])
				assert.equal(await at(place, bad), true, bad.slice(0, 60));
			assert.equal(await at(elsewhere, token), true);
			// Fixation: a value from before is not the one after.
			const victim = createVisitor();
			victim.cookies.set(name, `${user}.${"B".repeat(43)}`);
			const page = await victim.open(place.page("/login"));
			await victim.submit(page, { username: "ada", password: "Correct-Horse-7" }, "/login");
			assert.notEqual(victim.cookies.get(name), `${user}.${"B".repeat(43)}`);
		});

		test("a Host that is not ours is refused, and one that is decides nothing but the domain", async () => {
			const ask = (host: string, path: string) =>
				new Promise<{ status: number; location: string | undefined }>((resolve, reject) => {
					const asked = request(`${gatehouse.url}${path}`, { headers: { host } }, (response) => {
						response.resume().on("end", () => resolve({ status: response.statusCode ?? 0, location: response.headers.location }));
					});
					asked.on("error", reject).end();
				});
			const path = place.page("/oauth2/authorize").slice(gatehouse.url.length);
			for (const host of ["evil.example", "app.example", "127.0.0.1.evil.example", "[::ffff:1.2.3.4]"])
				assert.equal((await ask(host, path)).status, 421, host);
			for (const host of ["a b", "x@evil.example", "localhost:99999", "evil.example,localhost"])
				assert.equal((await ask(host, path)).status, 400, host);
			const prefix = new URL(place.base).pathname.split("/").at(-1);
			const own = await ask(`${prefix}.auth.localhost:1234`, path.replace(/^\/domains\/[^/]+/, ""));
			assert.match(own.location ?? "", /^\/login\?/);
		});

		test("garbage is never a defect of ours", async () => {
			const texts = [
				"%",
				"%zz=%zz",
				"&&&=&&",
				"\u0000",
				"client_id",
				"client_id=%ff%fe&redirect_uri=%00",
				"x=".repeat(3000),
				"__proto__=x",
			];
			for (const text of texts) {
				for (const path of ["/oauth2/authorize", "/logout", "/login", "/oauth2/userInfo", "/oauth2/register"]) {
					const response = await fetch(`${place.base}${path}?${text.replaceAll("\u0000", "%00")}`, { redirect: "manual" });
					assert.ok(response.status < 500, `${path} ${text.slice(0, 30)} ${response.status}`);
				}
				for (const path of ["/oauth2/token", "/oauth2/revoke", "/oauth2/userInfo", "/oauth2/register"]) {
					for (const type of ["application/x-www-form-urlencoded", "application/json", "x"]) {
						const response = await fetch(`${place.base}${path}`, { method: "POST", headers: { "content-type": type }, body: text });
						assert.ok(response.status < 500, `${path} ${text.slice(0, 30)} ${response.status}`);
					}
				}
			}
			for (const header of ["Basic", "Basic !!!", "Basic Og==", `Basic ${"A".repeat(8000)}`, "Basic /w==", "Digest x", "Bearer x"]) {
				const response = await fetch(`${place.base}/oauth2/token`, {
					method: "POST",
					headers: { authorization: header, "content-type": "application/x-www-form-urlencoded" },
					body: "grant_type=client_credentials",
				});
				assert.equal(response.status, 400, header.slice(0, 30));
			}
			const large = await post(place, "/oauth2/token", `grant_type=${"x".repeat(200_000)}`);
			assert.deepEqual(large.body, { error: "invalid_request" });
			assert.deepEqual(
				gatehouse.logged.filter((line) => line.includes('"err"')),
				[],
			);
		});

		test("no code, token or secret is in the log", async () => {
			const code = await codeFor(place, visitor);
			const { body } = await redeem(place, code);
			const told = gatehouse.logged.join("\n");
			for (const secret of [code, ...[...visitor.cookies.values()], String(body["access_token"]), String(body["refresh_token"])])
				assert.equal(told.includes(secret.slice(0, 60)), false);
		});
	});
}

const settings = {
	AllowedOAuthFlowsUserPoolClient: true,
	AllowedOAuthFlows: ["code"],
	AllowedOAuthScopes: ["openid"],
	CallbackURLs: [callback],
	SupportedIdentityProviders: ["COGNITO"],
} as const satisfies Parameters<typeof createClient>[2];
