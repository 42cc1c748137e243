/** What the specifications demand of answers at the edges: of requests that are not understood, refused proofs and wrong methods. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createLoginPlace, type LoginPlace } from "../support/managed-login.ts";
import { authorize, post, signInAtPage } from "../support/oauth.ts";
import { createUser } from "../support/people.ts";
import { createVisitor } from "../support/visitor.ts";

let gatehouse: Gatehouse;
let place: LoginPlace;
before(async () => {
	gatehouse = await startGatehouse();
	const DcrConfiguration = { EnableStatus: "Enabled", OpenDcrEnabled: false } as const;
	place = await createLoginPlace(gatehouse, { DcrConfiguration }, { GenerateSecret: true });
	await createUser(place, "ada");
});
after(() => gatehouse?.stop());

test("a request that is in an object of its own is refused, not taken for the rest of the query", async () => {
	const visitor = await signInAtPage(place, "ada");
	for (const name of ["request", "request_uri", "registration"]) {
		const to = await authorize(place, visitor, { [name]: "https://app.example/request" });
		assert.deepEqual(
			[to.searchParams.get("error"), to.searchParams.get("state"), to.searchParams.get("code")],
			[`${name}_not_supported`, "s1", null],
		);
		const page = await createVisitor().get(place.page("/login", { [name]: "x" }));
		assert.equal(new URL(page.location ?? "").searchParams.get("error"), `${name}_not_supported`);
		assert.ok((await authorize(place, visitor, { [name]: "" })).searchParams.has("code"));
	}
});

test("a refused proof of who one is comes with the way to prove it", async () => {
	const revoked = await post(place, "/oauth2/revoke", { token: "x" }, `${place.ClientId}:wrong`);
	assert.deepEqual([revoked.status, revoked.headers.get("www-authenticate")], [401, 'Basic realm="OAuth 2.0"']);
	const registered = await fetch(`${place.base}/oauth2/register`, {
		method: "POST",
		headers: { "content-type": "application/json", authorization: "Bearer nonsense" },
		body: "{}",
	});
	assert.deepEqual([registered.status, registered.headers.get("www-authenticate")], [401, 'Bearer error="invalid_token"']);
});

test("an answer to a wrong method is kept by no cache", async () => {
	for (const path of ["/oauth2/token", "/oauth2/revoke"]) {
		const { status, headers } = await fetch(`${place.base}${path}`);
		assert.equal(status, 405);
		assert.match(headers.get("cache-control") ?? "", /no-store/);
		assert.equal(headers.get("x-content-type-options"), "nosniff");
		assert.match(headers.get("x-amz-cognito-request-id") ?? "", /^[\w-]{36}$/);
	}
});
