/** Passkeys on the login pages, by an authenticator that may lie: what the pages ask for, and what they take. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AdminDisableUserCommand, SetUserPoolMfaConfigCommand } from "@aws-sdk/client-cognito-identity-provider";
import { type Authenticator, createAuthenticator, type Lies, type RequestOptions } from "../support/authenticator.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, claimsBack, createLoginPlace, type LoginPlace, pageOf } from "../support/managed-login.ts";
import { createClient, createUser, password } from "../support/people.ts";
import { type Answer, createVisitor, formOf, textOf, type Visitor } from "../support/visitor.ts";

const origin = "https://login.people.example";
let gatehouse: Gatehouse;
let place: LoginPlace;
before(async () => {
	gatehouse = await startGatehouse();
	place = await createPasskeyPlace();
});
after(() => gatehouse?.stop());

async function createPasskeyPlace(version: 1 | 2 = 2): Promise<LoginPlace> {
	const pool = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD" as const, "WEB_AUTHN" as const] } } };
	const created = await createLoginPlace(gatehouse, pool, { ExplicitAuthFlows: ["ALLOW_USER_AUTH"] }, version);
	const WebAuthnConfiguration = { RelyingPartyId: "people.example", UserVerification: "required" as const };
	await gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId: created.UserPoolId, WebAuthnConfiguration }));
	return created;
}

/** A user with a passkey, made on the page for it. */
async function createHolder(username: string): Promise<Authenticator> {
	await createUser(place, username);
	const visitor = createVisitor();
	const asked = await visitor.submit(await visitor.open(place.page("/login")), { username }, "/login");
	assert.equal(pageOf(place, asked), "/login/password 200");
	await visitor.submit(asked, { password });
	const page = await visitor.open(place.page("/passkeys/add"));
	const authenticator = createAuthenticator({ origin });
	const credential = JSON.stringify(authenticator.create(JSON.parse(formOf(page).fields["options"] ?? "")));
	const done = await visitor.submit(page, { credential });
	assert.equal((await claimsBack(place, done))["cognito:username"], username);
	return authenticator;
}

const optionsOf = (page: Answer, path: string) => JSON.parse(formOf(page, path).fields["options"] ?? "") as RequestOptions;

/** Answers the sign-in page's own question. */
async function discover(visitor: Visitor, page: Answer, authenticator: Authenticator, lies: Lies = {}, more: Record<string, string> = {}) {
	const credential = JSON.stringify(
		authenticator.get({ ...optionsOf(page, "/login/passkey"), allowCredentials: [{ id: authenticator.id, transports: [] }] }, lies),
	);
	const form = formOf(page, "/login/passkey");
	return visitor.follow(await visitor.post(form.action, { ...form.fields, credential, ...more }));
}

test("a passkey signs in without a name, once for each question", async () => {
	const authenticator = await createHolder("ada");
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	assert.deepEqual(optionsOf(page, "/login/passkey").allowCredentials, []);
	const done = await discover(visitor, page, authenticator);
	assert.equal((await claimsBack(place, done))["cognito:username"], "ada");
	// The same question again, in a browser that has a token for the form: it was answered.
	const other = createVisitor();
	const fresh = await other.open(place.page("/login"));
	const { session = "", options = "" } = formOf(page, "/login/passkey").fields;
	const spent = { ...fresh, html: fresh.html };
	const credential = JSON.stringify(
		authenticator.get({ ...(JSON.parse(options) as RequestOptions), allowCredentials: [{ id: authenticator.id, transports: [] }] }),
	);
	const again = await other.follow(
		await other.post(formOf(spent, "/login/passkey").action, { ...formOf(spent, "/login/passkey").fields, session, credential }),
	);
	assert.equal(again.location, undefined);
	assert.match(textOf(again), /Your sign-in has timed out|That didn’t work/);
});

test("what an authenticator may lie about is refused", async () => {
	const authenticator = await createHolder("bea");
	await createUser(place, "bob");
	const visitor = createVisitor();
	const handle = (text: string) => Buffer.from(text).toString("base64url");
	for (const lies of [
		{ origin: "https://evil.example" },
		{ challenge: handle("another challenge, which nobody asked") },
		{ relyingPartyId: "evil.example" },
		{ userVerified: false },
		{ type: "webauthn.create" },
		{ userHandle: handle("bea") },
		{ userHandle: handle("00000000-0000-4000-8000-000000000000") },
		{ userHandle: handle("' or 1=1") },
		{ userHandle: null },
		{ crossOrigin: true },
		{ signedBy: createAuthenticator({ origin }).privateKey },
		{ id: handle("nobody-registered-this") },
	] satisfies Lies[]) {
		// Failures are counted against the user: each lie is told after a quiet time.
		gatehouse.clock.advance(20 * 60_000);
		const refused = await discover(visitor, await visitor.open(place.page("/login")), authenticator, lies);
		assert.equal(
			pageOf(place, refused),
			"/login/passkey 400",
			JSON.stringify(lies, (_, value) => (typeof value === "object" && value?.type ? "key" : value)),
		);
		assert.match(textOf(refused), /That didn’t work|Check this value/);
	}
	const page = await visitor.open(place.page("/login"));
	for (const credential of ["", "null", "[]", "{}", '{"response":1}', "x".repeat(5000)]) {
		const form = formOf(page, "/login/passkey");
		assert.ok((await visitor.post(form.action, { ...form.fields, credential })).status < 500);
	}
	assert.equal(gatehouse.logged.filter((line) => line.includes("a page failed")).length, 0);
});

test("a question of another app client, or one that is too old, is answered by nobody", async () => {
	const authenticator = await createHolder("cai");
	const visitor = createVisitor();
	const { ClientId } = await createClient(gatehouse, place.UserPoolId, {
		AllowedOAuthFlowsUserPoolClient: true,
		AllowedOAuthFlows: ["code"],
		AllowedOAuthScopes: ["openid"],
		CallbackURLs: [callback],
		SupportedIdentityProviders: ["COGNITO"],
		ExplicitAuthFlows: ["ALLOW_USER_AUTH"],
	});
	const page = await visitor.open(place.page("/login"));
	const { session = "", options = "" } = formOf(await visitor.open(place.page("/login", { client_id: ClientId })), "/login/passkey").fields;
	const credential = JSON.stringify(
		authenticator.get({ ...(JSON.parse(options) as RequestOptions), allowCredentials: [{ id: authenticator.id, transports: [] }] }),
	);
	const form = formOf(page, "/login/passkey");
	const mixed = await visitor.follow(await visitor.post(form.action, { ...form.fields, session, credential }));
	assert.equal(pageOf(place, mixed), "/login 200");
	assert.match(textOf(mixed), /timed out/);
	gatehouse.clock.advance(11 * 60_000);
	assert.equal(pageOf(place, await discover(visitor, page, authenticator)), "/login 200");
});

test("a disabled user's passkey opens nothing", async () => {
	const authenticator = await createHolder("dan");
	await gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: place.UserPoolId, Username: "dan" }));
	const visitor = createVisitor();
	const refused = await discover(visitor, await visitor.open(place.page("/login")), authenticator);
	assert.equal(refused.location, undefined);
	assert.match(textOf(refused), /This account is disabled\./);
});

test("by name, the user's own passkeys are asked for, and a long list does not burst the cookie", async () => {
	const authenticator = await createHolder("eve");
	const visitor = createVisitor();
	const choice = await visitor.submit(await visitor.open(place.page("/login")), { username: "eve" }, "/login");
	assert.equal(pageOf(place, choice), "/login/choose 200");
	const page = await visitor.submit(choice, { factor: "WEB_AUTHN" });
	const options = optionsOf(page, "/login/passkey");
	assert.deepEqual(
		options.allowCredentials.map(({ id }) => id),
		[authenticator.id],
	);
	assert.match(textOf(await visitor.submit(page, { credential: "" })), /Passkeys need JavaScript/);
	const lie = JSON.stringify(authenticator.get(options, { origin: "https://evil.example" }));
	assert.match(textOf(await visitor.submit(page, { credential: lie })), /That didn’t work/);
	const done = await visitor.submit(page, { credential: JSON.stringify(authenticator.get(options)) });
	assert.equal((await claimsBack(place, done))["cognito:username"], "eve");
	for (let i = 0; i < 12; i++) {
		const add = await visitor.open(place.page("/passkeys/add"));
		const more = createAuthenticator({ origin });
		await visitor.submit(add, { credential: JSON.stringify(more.create(JSON.parse(formOf(add).fields["options"] ?? ""))) });
	}
	const other = createVisitor();
	const many = await other.submit(await other.open(place.page("/login")), { username: "eve" }, "/login");
	const short = await other.submit(many, { factor: "WEB_AUTHN" });
	assert.equal(pageOf(place, short), "/login/passkey 200");
	assert.deepEqual(optionsOf(short, "/login/passkey").allowCredentials, []);
	for (const [name, value] of other.cookies) assert.ok(name.length + value.length < 4096, name);
});

test("the page for passkeys is for who is signed in, and for managed login", async () => {
	const visitor = createVisitor();
	assert.equal(pageOf(place, await visitor.open(place.page("/passkeys/add", { response_type: "" }))), "/login 200");
	const classic = await createPasskeyPlace(1);
	await createUser(classic, "ada");
	const page = await visitor.open(classic.page("/login"));
	assert.doesNotMatch(page.html, /passkey/);
	await claimsBack(classic, await visitor.submit(page, { username: "ada", password }, "/login"));
	assert.equal((await visitor.open(classic.page("/passkeys/add"))).status, 404);
});
