/** Open registration of app clients, by somebody who means no good. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { CreateUserPoolClientCommand, type DcrConfigurationType } from "@aws-sdk/client-cognito-identity-provider";
import { insert } from "../../src/storage/store.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import { authorize, signInAtPage } from "../support/oauth.ts";
import { createUser, password, refusal } from "../support/people.ts";
import { formOf, textOf } from "../support/visitor.ts";

let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse();
});
after(() => gatehouse?.stop());

describe("a client that registers itself", () => {
	let place: LoginPlace;
	before(async () => {
		const DcrConfiguration: DcrConfigurationType = {
			EnableStatus: "Enabled",
			OpenDcrEnabled: true,
			OpenDcrGrantTypes: ["code"],
			AllowedScopes: ["openid"],
		};
		place = await createLoginPlace(gatehouse, { DcrConfiguration });
		await createUser(place, "ada");
	});
	async function register(...redirect_uris: string[]): Promise<{ readonly status: number; readonly body: Record<string, string> }> {
		const body = JSON.stringify({ redirect_uris, token_endpoint_auth_method: "none", client_name: "Your Bank" });
		const response = await fetch(`${place.base}/oauth2/register`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body,
		});
		return { status: response.status, body: (await response.json()) as Record<string, string> };
	}

	test("is sent to nothing that a browser would run or take for a page of ours", async () => {
		for (const uri of [
			"JavaScript:alert(1)",
			"java\tscript:alert(1)",
			" javascript:alert(1)",
			"data:text/html,x",
			"vbscript:x",
			"file:///etc/passwd",
			"blob:https://evil.example/x",
			"view-source:https://evil.example",
			"jar:https://evil.example!/",
			"mailto:eve@evil.example",
			"about:blank",
			"http://evil.example/cb",
			"http://localhost.evil.example/cb",
			"https:evil.example",
			"https:/evil.example",
			"https:\\\\evil.example",
			"//evil.example",
			"https://*.evil.example/cb",
			"https://ada@evil.example/cb",
			"https://evil.example/cb#",
			"https://evil.example/cb\r\nX: y",
			"urn:ietf:wg:oauth:2.0:oob",
		])
			assert.equal((await register(uri)).status, 400, JSON.stringify(uri));
		for (const uri of ["https://agent.example/cb", "http://localhost:8080/cb", "http://127.0.0.1/cb", "com.example.app:/cb", "myapp://cb"])
			assert.equal((await register(uri)).status, 201, uri);
	});

	test("gets no code of a user who has not signed in on a page that says where it leads", async () => {
		const { body } = await register("https://evil.example/cb");
		const own = { client_id: body["client_id"] ?? "", redirect_uri: "https://evil.example/cb" };
		const visitor = await signInAtPage(place, "ada");
		assert.equal((await authorize(place, visitor, { ...own, prompt: "none" })).searchParams.get("error"), "login_required");
		assert.match((await authorize(place, visitor, own)).pathname, /\/login$/);
		const page = await visitor.open(place.page("/login", own));
		assert.match(textOf(page), /Your Bank \(evil\.example\)/);
		assert.equal(formOf(page, "/login").fields["username"], "");
		assert.equal((await visitor.open(place.page("/passkeys/add", own))).status, 404);
		const done = await visitor.submit(page, { username: "ada", password }, "/login");
		assert.match(done.location ?? "", /^https:\/\/evil\.example\/cb\?code=/);
		assert.match((await authorize(place, visitor, own)).pathname, /\/login$/);
	});

	test("makes no link of ours lead to it before somebody has signed in there", async () => {
		const { body } = await register("https://evil.example/cb");
		const own = { client_id: body["client_id"] ?? "", redirect_uri: "https://evil.example/cb" };
		const visitor = await signInAtPage(place, "ada");
		for (const [parameters, error] of [
			[{ prompt: "none" }, "login_required"],
			[{ scope: "nonsense" }, "invalid_scope"],
			[{ response_type: "nonsense" }, "invalid_request"],
			[{ code_challenge: "x" }, "invalid_request"],
			[{ resource: "nonsense" }, "invalid_target"],
		] as const) {
			for (const path of ["/oauth2/authorize", "/login"]) {
				if (path === "/login" && error === "login_required") continue;
				const answer = await visitor.get(place.page(path, { ...own, ...parameters }));
				const to = new URL(answer.location ?? "");
				assert.deepEqual([to.href.startsWith(`${place.base}/error?`), to.searchParams.get("error")], [true, error], `${path} ${to.href}`);
			}
		}
		assert.match(textOf(await visitor.open(place.page("/login", { ...own, scope: "nonsense" }))), /invalid_scope/);
		const out = await visitor.get(`${place.base}/logout?${new URLSearchParams({ ...own, response_type: "nonsense" })}`);
		assert.match(out.location ?? "", /\/error\?error=invalid_request/);
	});

	test("leaves the last places of the pool to administrators", async () => {
		const { UserPoolId } = place;
		const there = await gatehouse.store.db.selectFrom("app_clients").selectAll().where("pool_id", "=", UserPoolId).execute();
		const row = there[0];
		assert.ok(row !== undefined);
		const rows = Array.from({ length: 899 - there.length }, (_, i) => ({ ...row, id: `filler${String(i).padStart(20, "0")}` }));
		await gatehouse.store.write(rows.map((each) => insert("app_clients", each)));
		assert.equal((await register("https://agent.example/cb")).status, 201);
		assert.deepEqual(
			[(await register("https://agent.example/cb")).status, (await register("https://agent.example/cb")).body["error"]],
			[403, "access_denied"],
		);
		assert.equal(await refusal(gatehouse.client.send(new CreateUserPoolClientCommand({ UserPoolId, ClientName: "own" }))), "not refused");
	});
});
