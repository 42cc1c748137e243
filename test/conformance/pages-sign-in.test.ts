/** The sign-in page: one form for name and password, or the name first and then a choice; and who is signed in already. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
	AdminDisableUserCommand,
	AdminResetUserPasswordCommand,
	CreateManagedLoginBrandingCommand,
	type CreateUserPoolCommandInput,
	SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { update } from "../../src/storage/store.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, claimsBack, createLoginPlace, pageOf, withCode } from "../support/managed-login.ts";
import { createClient, createUser, password } from "../support/people.ts";
import { svg } from "../support/pictures.ts";
import { createVisitor, formOf, textOf } from "../support/visitor.ts";

let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse();
});
after(() => gatehouse?.stop());

const choiceFlows = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] as const;
const withChoice: Partial<CreateUserPoolCommandInput> = {
	Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
};

test("a user signs in with name and password, and the browser goes back to its application with a code", async () => {
	const place = await createLoginPlace(gatehouse, {}, { ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"] });
	const sub = await createUser(place, "ada");
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/oauth2/authorize"));
	assert.equal(pageOf(place, page), "/login 200");
	const done = await visitor.submit(page, { username: " ada ", password }, "/login");
	assert.equal(done.status, 303);
	assert.equal(new URL(done.location ?? "").searchParams.get("state"), "s1");
	assert.equal((await claimsBack(place, done))["sub"], sub);
});

test("the implicit grant ends with tokens in the fragment", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login", { response_type: "token" }));
	const done = await visitor.submit(page, { username: "ada", password }, "/login");
	assert.match(done.location ?? "", /^https:\/\/app\.example\/callback#id_token=/);
});

test("what is wrong is said, and what was typed is kept, but for the password", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	const wrong = await visitor.submit(page, { username: "ada", password: "Wrong-Horse-7" }, "/login");
	assert.equal(pageOf(place, wrong), "/login 400");
	assert.match(textOf(wrong), /Incorrect username or password\./);
	assert.deepEqual(formOf(wrong, "/login").fields["username"], "ada");
	assert.equal(formOf(wrong, "/login").fields["password"], "");
	const nobody = await visitor.submit(wrong, { username: "nobody", password }, "/login");
	assert.match(textOf(nobody), /Incorrect username or password\./);
	const empty = await visitor.submit(nobody, { username: " ", password: "" }, "/login");
	assert.equal(textOf(empty).match(/Fill in this field\./g)?.length, 4);
	const long = await visitor.submit(empty, { username: "x".repeat(500), password }, "/login");
	assert.equal(pageOf(place, long), "/login 400");
	const done = await visitor.submit(long, { username: "ada", password }, "/login");
	assert.match(done.location ?? "", /code=/);
});

test("the application is named once: by the page's head, or below the heading where a logo stands in its place", async () => {
	const named = { ClientName: "Lovelace and Co" };
	const place = await createLoginPlace(gatehouse, {}, named);
	for (const path of ["/login", "/signup"]) {
		const text = textOf(await createVisitor().open(place.page(path)));
		assert.equal(text.match(/Lovelace and Co/g)?.length, 1, path);
	}
	const { UserPoolId, ClientId, page } = await createLoginPlace(gatehouse, {}, named);
	const logo = { Category: "FORM_LOGO", ColorMode: "LIGHT", Extension: "SVG", Bytes: svg() } as const;
	const Settings = { components: { form: { logo: { enabled: true } } } } as never;
	await gatehouse.client.send(new CreateManagedLoginBrandingCommand({ UserPoolId, ClientId, Settings, Assets: [logo] }));
	for (const path of ["/login", "/signup"]) assert.match(textOf(await createVisitor().open(page(path))), /to continue to Lovelace and Co/);
});

test("a client that tells who exists tells it on its pages too", async () => {
	const place = await createLoginPlace(gatehouse, {}, { PreventUserExistenceErrors: "LEGACY" });
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	assert.match(textOf(await visitor.submit(page, { username: "nobody", password }, "/login")), /We don’t know this user\./);
});

test("who guesses is locked out for a while, and told so", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	const visitor = createVisitor();
	let page = await visitor.open(place.page("/login"));
	for (let i = 0; i < 6; i++) page = await visitor.submit(page, { username: "ada", password: "Wrong-Horse-7" }, "/login");
	assert.equal(page.status, 429);
	assert.match(textOf(page), /Too many attempts\. Wait a while and try again\./);
	assert.equal((await visitor.submit(page, { username: "ada", password }, "/login")).status, 429);
	gatehouse.clock.advance(20 * 60_000);
	assert.match((await visitor.submit(page, { username: "ada", password }, "/login")).location ?? "", /code=/);
});

test("a disabled user is refused", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	await gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId: place.UserPoolId, Username: "ada" }));
	const visitor = createVisitor();
	const page = await visitor.submit(await visitor.open(place.page("/login")), { username: "ada", password }, "/login");
	assert.match(textOf(page), /This account is disabled\./);
});

test("a user who never confirmed is sent a new code and led to where it is asked for", async () => {
	const place = await createLoginPlace(gatehouse);
	const email = "una@mail.example";
	const UserAttributes = [{ Name: "email", Value: email }];
	await gatehouse.client.send(new SignUpCommand({ ClientId: place.ClientId, Username: "una", Password: password, UserAttributes }));
	const first = gatehouse.code(email);
	const visitor = createVisitor();
	const login = await visitor.open(place.page("/login"));
	const { result: page, code: second } = await withCode(gatehouse, email, () =>
		visitor.submit(login, { username: "una", password }, "/login"),
	);
	assert.equal(pageOf(place, page), "/confirm 200");
	assert.match(textOf(page), /We sent a code to u\*\*\*@m\*\*\*/);
	assert.notEqual(second, first);
	const again = await visitor.submit(page, { code: second }, "/confirm");
	assert.equal(pageOf(place, again), "/login 200");
	assert.match(textOf(again), /Your account is confirmed/);
	assert.equal(formOf(again, "/login").fields["username"], "una");
	assert.equal((await claimsBack(place, await visitor.submit(again, { password }, "/login")))["cognito:username"], "una");
});

test("a user whose password was reset is sent a code and chooses a new one", async () => {
	const place = await createLoginPlace(gatehouse);
	const email = "rae@mail.example";
	await createUser(place, "rae", { email, email_verified: "true" });
	await gatehouse.client.send(new AdminResetUserPasswordCommand({ UserPoolId: place.UserPoolId, Username: "rae" }));
	const visitor = createVisitor();
	const asked = await visitor.open(place.page("/login"));
	const { result: page, code } = await withCode(gatehouse, email, () => visitor.submit(asked, { username: "rae", password }, "/login"));
	assert.equal(pageOf(place, page), "/confirmforgotPassword 200");
	const own = { code, password: "Brand-New-8", passwordAgain: "Brand-New-8" };
	const login = await visitor.submit(page, own, "/confirmforgotPassword");
	assert.equal(pageOf(place, login), "/login 200");
	assert.match(textOf(login), /Your password was changed/);
	await claimsBack(place, await visitor.submit(login, { password: "Brand-New-8" }, "/login"));
});

test("with sign-in by choice the name comes first, and then the ways that the user has", async () => {
	const place = await createLoginPlace(gatehouse, withChoice, { ExplicitAuthFlows: [...choiceFlows] });
	const email = "cleo@mail.example";
	await createUser(place, "cleo", { email, email_verified: "true" });
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login"));
	assert.equal("password" in formOf(page, "/login").fields, false);
	const choice = await visitor.submit(page, { username: "cleo" }, "/login");
	assert.equal(pageOf(place, choice), "/login/choose 200");
	assert.match(textOf(choice), /Email a code.*Password/);
	// By password, after a wrong one and a look at the other ways.
	const asked = await visitor.submit(choice, { factor: "PASSWORD" });
	assert.equal(pageOf(place, asked), "/login/password 200");
	const wrong = await visitor.submit(asked, { password: "Wrong-Horse-7" });
	assert.match(textOf(wrong), /Incorrect username or password\./);
	assert.equal(pageOf(place, await visitor.open(choice.url)), "/login/choose 200");
	await claimsBack(place, await visitor.submit(wrong, { password }));
	// By a code, after a wrong one and another code.
	const other = createVisitor();
	const second = await other.submit(await other.open(place.page("/login")), { username: "cleo" }, "/login");
	const { result: code, code: first } = await withCode(gatehouse, email, () => other.submit(second, { factor: "EMAIL_OTP" }));
	assert.equal(pageOf(place, code), "/login/code 200");
	assert.match(textOf(code), /We sent a code to c\*\*\*@m\*\*\*/);
	assert.match(textOf(await other.submit(code, { code: first === "000000" ? "111111" : "000000" })), /That code is not right/);
	const resend = () => other.post(formOf(code).action, { ...formOf(code).fields, resend: "true" });
	const { result, code: newest } = await withCode(gatehouse, email, resend);
	const again = await other.follow(result);
	const spaced = `${newest.slice(0, 3)} ${newest.slice(3)}`;
	assert.equal((await claimsBack(place, await other.submit(again, { code: spaced })))["cognito:username"], "cleo");
});

test("a name that nobody has walks the same pages as somebody's", async () => {
	const place = await createLoginPlace(gatehouse, withChoice, { ExplicitAuthFlows: [...choiceFlows] });
	const paths = new Set<string>();
	for (const username of ["nobody", "noone", "nemo", "outis", "keiner", "personne", "nessuno", "ninguem"]) {
		const visitor = createVisitor();
		const next = await visitor.submit(await visitor.open(place.page("/login")), { username }, "/login");
		paths.add(pageOf(place, next));
		if (pageOf(place, next) !== "/login/choose 200") continue;
		const code = await visitor.submit(next, { factor: "EMAIL_OTP" });
		assert.equal(pageOf(place, code), "/login/code 200");
		assert.match(textOf(await visitor.submit(code, { code: "123456" })), /That code is not right/);
	}
	for (const path of paths) assert.match(path, /^\/login\/(choose|code|password) 200$/);
});

test("who is signed in already goes on, or signs in as somebody else; prompt=login asks anew, prompt=none never", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	await createUser(place, "bob");
	const visitor = createVisitor();
	await visitor.submit(await visitor.open(place.page("/login")), { username: "ada", password }, "/login");
	const silent = await visitor.get(place.page("/oauth2/authorize"));
	assert.equal((await claimsBack(place, silent))["cognito:username"], "ada");
	const welcome = await visitor.open(place.page("/login"));
	assert.match(textOf(welcome), /Welcome back.*ada.*Continue/);
	const hrefs = [...welcome.html.matchAll(/<a class="[^"]*" href="([^"]*)"/g)].map(
		([, href = ""]) => new URL(href.replaceAll("&amp;", "&"), welcome.url),
	);
	const onwards = hrefs.find(({ pathname }) => pathname.endsWith("/oauth2/authorize"));
	assert.equal((await claimsBack(place, await visitor.get(onwards?.href ?? "")))["cognito:username"], "ada");
	const anew = await visitor.open(place.page("/oauth2/authorize", { prompt: "login" }));
	assert.equal(pageOf(place, anew), "/login 200");
	const sessionOf = () => [...visitor.cookies].find(([name]) => name === `gatehouse-${place.UserPoolId}`) ?? ["", ""];
	const adas = sessionOf();
	const bob = await visitor.submit(anew, { username: "bob", password }, "/login");
	assert.equal((await claimsBack(place, bob))["cognito:username"], "bob");
	assert.equal(
		(await claimsBack(place, await visitor.get(place.page("/oauth2/authorize", { prompt: "none" }))))["cognito:username"],
		"bob",
	);
	// Whoever kept the cookie of before is not signed in with it.
	assert.notEqual(sessionOf()[1], adas[1]);
	const keeper = createVisitor();
	keeper.cookies.set(...adas);
	assert.equal(pageOf(place, await keeper.open(place.page("/oauth2/authorize"))), "/login 200");
	const stranger = await createVisitor().get(place.page("/oauth2/authorize", { prompt: "none" }));
	assert.match(stranger.location ?? "", /^https:\/\/app\.example\/callback\?error=login_required&state=s1/);
});

test("a hint fills in the name, and the languages are followed: the query, then the cookie, then the browser", async () => {
	const place = await createLoginPlace(gatehouse);
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/login", { login_hint: "ada@mail.example" }));
	assert.equal(formOf(page, "/login").fields["username"], "ada@mail.example");
	assert.match(page.html, /<html lang="en" dir="ltr"/);
	const accepted = await visitor.get(place.page("/login"), { "accept-language": "en;q=0.5" });
	assert.match(accepted.html, /<html lang="en"/);
	await visitor.open(place.page("/login", { lang: "en" }));
	assert.ok([...visitor.cookies.keys()].some((name) => name.endsWith("lang")));
});

test("names are asked for as the pool has them", async () => {
	const byName = async (pool: Parameters<typeof createLoginPlace>[1]) => {
		const place = await createLoginPlace(gatehouse, pool);
		return /<label for="field-username">([^<]*)</.exec((await createVisitor().open(place.page("/login"))).html)?.[1];
	};
	assert.deepEqual(
		await Promise.all([
			byName({}),
			byName({ UsernameAttributes: ["email"] }),
			byName({ UsernameAttributes: ["phone_number"] }),
			byName({ UsernameAttributes: ["email", "phone_number"] }),
			byName({ AliasAttributes: ["email"] }),
			byName({ AliasAttributes: ["phone_number"] }),
			byName({ AliasAttributes: ["email", "phone_number", "preferred_username"] }),
		]),
		[
			"Username",
			"Email address",
			"Phone number",
			"Email address or phone number",
			"Username or email address",
			"Username or phone number",
			"Username, email address or phone number",
		],
	);
});

test("the address of the browser is written into the sign-in, and metadata is not sent", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	const visitor = createVisitor();
	await visitor.submit(await visitor.open(place.page("/login")), { username: "ada", password }, "/login");
	const rows = await gatehouse.store.db.selectFrom("browser_sessions").select("address").where("pool_id", "=", place.UserPoolId).execute();
	assert.deepEqual(rows, [{ address: "127.0.0.1" }]);
});

test("requests that no application may make end on the page that says so, or back at the application", async () => {
	const place = await createLoginPlace(gatehouse);
	const visitor = createVisitor();
	for (const [parameters, error] of [
		[{ redirect_uri: `${callback}/` }, "redirect_mismatch"],
		[{ redirect_uri: "https://evil.example/" }, "redirect_mismatch"],
		[{ client_id: "nobodysclient" }, "unauthorized_client"],
		[{ client_id: "" }, "Required parameters missing"],
	] as const) {
		for (const path of ["/login", "/signup", "/forgotPassword", "/passkeys/add", "/login/choose"]) {
			const page = await visitor.open(place.page(path, parameters));
			assert.equal(pageOf(place, page), "/error 400", path);
			assert.match(textOf(page), new RegExp(`This link is not valid.*${error}`));
			assert.doesNotMatch(page.html, /evil/);
		}
	}
	const refused = await visitor.get(place.page("/login", { response_type: "id_token" }));
	assert.match(refused.location ?? "", /^https:\/\/app\.example\/callback\?error=invalid_request&state=s1/);
	const said = await visitor.get(`${place.base}/error?error=Call%20us%20at%20555&client_id=${encodeURIComponent("<b>")}`);
	assert.doesNotMatch(said.html, /Call us|<b>/);
	const missing = await visitor.get(`${place.base}/nothing/here`);
	assert.equal(missing.status, 404);
	assert.match(textOf(missing), /Page not found/);
});

test("a client without the pool's own users has no form", async () => {
	const place = await createLoginPlace(gatehouse);
	const visitor = createVisitor();
	const { fields } = formOf(await visitor.open(place.page("/login")), "/login");
	const { settings } = await gatehouse.store.db
		.selectFrom("app_clients")
		.select("settings")
		.where("id", "=", place.ClientId)
		.executeTakeFirstOrThrow();
	const { ClientId } = await createClient(gatehouse, place.UserPoolId);
	const foreign = JSON.stringify({ ...(JSON.parse(settings) as object), SupportedIdentityProviders: ["Elsewhere"] });
	const key = { pool_id: place.UserPoolId, id: ClientId };
	assert.equal(await gatehouse.store.write([update("app_clients", key, { settings: foreign }, "gone")]), "done");
	for (const path of ["/login", "/signup", "/forgotPassword"]) {
		const page = await visitor.open(place.page(path, { client_id: ClientId }));
		assert.equal(page.status, 403);
		assert.doesNotMatch(page.html, /<form/);
	}
	const posted = await visitor.post(place.page("/login", { client_id: ClientId }), { ...fields, username: "ada", password });
	assert.match(textOf(posted), /Sign-in with other providers is not available here/);
});
