/** What an attacker tries at login pages and endpoints over several requests, or with many: strangers who ask, sessions, floods, tokens. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserPasswordCommand,
	AdminUserGlobalSignOutCommand,
	SetUserPoolMfaConfigCommand,
	SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { callback, claimsBack, createLoginPlace, type LoginPlace, pageOf } from "../support/managed-login.ts";
import { configureMfa, mail } from "../support/mfa.ts";
import { authorize, codeFor, createScopes, post, redeem, refresh, signInAtPage, tokensFor, userInfo } from "../support/oauth.ts";
import { createClient, createUser, password } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";
import { type Answer, createVisitor, formOf, textOf } from "../support/visitor.ts";

const minute = 60_000;
let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse();
});
after(() => gatehouse?.stop());

const factors = (...AllowedFirstAuthFactors: ("PASSWORD" | "EMAIL_OTP" | "WEB_AUTHN")[]) => ({
	EmailConfiguration: mail,
	Policies: { SignInPolicy: { AllowedFirstAuthFactors } },
});

describe("who only asks learns nobody's name", () => {
	/** A user of each kind, by a name that says which. */
	async function createPeople(place: LoginPlace): Promise<readonly string[]> {
		const { UserPoolId, ClientId } = place;
		const send = gatehouse.client.send.bind(gatehouse.client);
		for (const name of ["plain", "disabled", "reset"])
			await createUser(place, name, { email: `${name}@mail.example`, email_verified: "true" });
		await createUser(place, "unverified", { email: "unverified@mail.example" });
		await send(new AdminDisableUserCommand({ UserPoolId, Username: "disabled" }));
		await send(new AdminResetUserPasswordCommand({ UserPoolId, Username: "reset" }));
		const UserAttributes = [{ Name: "email", Value: "new@mail.example" }];
		await send(new AdminCreateUserCommand({ UserPoolId, Username: "invited", TemporaryPassword: password, UserAttributes }));
		await send(new SignUpCommand({ ClientId, Username: "unconfirmed", Password: password, UserAttributes }));
		return ["plain", "disabled", "reset", "unverified", "invited", "unconfirmed"];
	}

	/** All that a stranger sees of an answer, without the name and without what is made up for each. */
	const seen = (place: LoginPlace, name: string, answer: Answer, cookies: Iterable<string>) => ({
		page: pageOf(place, answer),
		says: textOf(answer)
			.replaceAll(name, "NAME")
			.replace(/\w\*\*\*@\w\*\*\*/, "ADDRESS"),
		headers: [...answer.headers.keys()].filter((each) => each !== "content-length").join(),
		cookies: [...cookies].map((each) => each.replace(/flow-\w+/, "flow")).sort(),
	});

	test("pages of a password, of a forgotten one and of a link answer for every user as they do for nobody", async () => {
		const place = await createLoginPlace(gatehouse, { EmailConfiguration: mail });
		const wrong = { password: "Wrong-Horse-7" };
		const ways: Readonly<Record<string, (name: string) => Promise<object>>> = {
			async login(name) {
				const visitor = createVisitor();
				const answer = await visitor.submit(await visitor.open(place.page("/login")), { username: name, ...wrong }, "/login");
				return seen(place, name, answer, visitor.cookies.keys());
			},
			async forgot(name) {
				const visitor = createVisitor();
				const sent = await visitor.submit(await visitor.open(place.page("/forgotPassword")), { username: name });
				const fields = { code: "000000", password: "Other-Horse-8", passwordAgain: "Other-Horse-8" };
				const guessed = await visitor.submit(sent, fields, "/confirmforgotPassword");
				return [sent, guessed].map((answer) => seen(place, name, answer, visitor.cookies.keys()));
			},
			async link(name) {
				const query = new URLSearchParams({ client_id: place.ClientId, user_name: name, confirmation_code: "000000" });
				const visitor = createVisitor();
				const bare = await (await fetch(`${gatehouse.url}/${place.UserPoolId}/confirmUser?${query}`)).text();
				return [seen(place, name, await visitor.open(`${place.base}/confirmUser?${query}`), visitor.cookies.keys()), bare];
			},
		};
		const people = await createPeople(place);
		for (const [way, look] of Object.entries(ways)) {
			const nobody = await look("nobody");
			for (const name of people) assert.deepEqual(await look(name), nobody, `${way}: ${name}`);
		}
	});

	test("sign-in by choice offers every name the same, and a wrong answer says the same", async () => {
		const place = await createLoginPlace(gatehouse, factors("PASSWORD", "EMAIL_OTP"), { ExplicitAuthFlows: ["ALLOW_USER_AUTH"] });
		const begin = async (name: string) => {
			const visitor = createVisitor();
			const choice = await visitor.submit(await visitor.open(place.page("/login")), { username: name }, "/login");
			return { visitor, choice };
		};
		const look = async (name: string) => {
			const { visitor, choice } = await begin(name);
			const answers = [choice];
			for (const [factor, fields] of [
				["EMAIL_OTP", { code: "00000000" }],
				["PASSWORD", { password: "Wrong-Horse-7" }],
			] as const) {
				const asked = await visitor.submit(choice, { factor }, "/login/choose");
				answers.push(asked, await visitor.submit(asked, fields));
			}
			return answers.map((answer) => seen(place, name, answer, visitor.cookies.keys()));
		};
		const people = await createPeople(place);
		// Some names that nobody has are made up to have no password, as some users have none; these users all have one.
		let nobody = "nobody";
		while (pageOf(place, (await begin(nobody)).choice) !== "/login/choose 200") nobody += "x";
		const expected = await look(nobody);
		for (const name of people) assert.deepEqual(await look(name), expected, name);
	});

	test("a wrong password costs the server the same for somebody and for nobody, and locks both", async () => {
		const place = await createLoginPlace(gatehouse);
		await createUser(place, "ada");
		const guess = async (username: string) => {
			const visitor = createVisitor();
			return visitor.submit(await visitor.open(place.page("/login")), { username, password: "Wrong-Horse-7" }, "/login");
		};
		for (const name of ["ada", "nobody"]) await guess(name);
		assert.deepEqual(await gatehouse.cost(() => guess("ada")), await gatehouse.cost(() => guess("nobody")));
		for (const name of ["ada", "nobody"]) {
			for (let i = 0; i < 3; i++) assert.equal((await guess(name)).status, 400, `${name} ${i}`);
			assert.equal((await guess(name)).status, 429, name);
		}
	});
});

describe("a browser's session", () => {
	test("ends or waits with what is done to its user", async () => {
		const place = await createLoginPlace(gatehouse);
		const { UserPoolId } = place;
		const send = gatehouse.client.send.bind(gatehouse.client);
		const temporary = { Password: "Other-Horse-8", Permanent: false };
		const cases: Readonly<Record<string, (Username: string) => Promise<unknown>>> = {
			disabled: (Username) => send(new AdminDisableUserCommand({ UserPoolId, Username })),
			signedOut: (Username) => send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username })),
			reset: (Username) => send(new AdminResetUserPasswordCommand({ UserPoolId, Username })),
			temporary: (Username) => send(new AdminSetUserPasswordCommand({ UserPoolId, Username, ...temporary })),
		};
		for (const [name, change] of Object.entries(cases)) {
			await createUser(place, name, { email: `${name}@mail.example`, email_verified: "true" });
			const visitor = await signInAtPage(place, name);
			await codeFor(place, visitor);
			await change(name);
			for (const response_type of ["code", "token"]) {
				const to = await authorize(place, visitor, { response_type });
				assert.match(to.pathname, /\/login$/, `${name}: ${to.href}`);
			}
			assert.equal((await authorize(place, visitor, { prompt: "none" })).searchParams.get("error"), "login_required", name);
		}
	});

	test("adds a passkey only soon after the sign-in, gives no code past what was asked of it, and signing in leads back", async () => {
		const place = await createLoginPlace(gatehouse, factors("PASSWORD", "WEB_AUTHN"), { ExplicitAuthFlows: ["ALLOW_USER_AUTH"] });
		const WebAuthnConfiguration = { RelyingPartyId: "localhost" };
		await gatehouse.client.send(new SetUserPoolMfaConfigCommand({ UserPoolId: place.UserPoolId, WebAuthnConfiguration }));
		await createUser(place, "ada");
		const visitor = createVisitor();
		const signIn = async (page: Answer) => {
			const asked = await visitor.submit(page, { username: "ada" }, "/login");
			return visitor.submit(asked, { password }, "/login/password");
		};
		const add = (parameters = {}) => visitor.open(place.page("/passkeys/add", parameters));
		await signIn(await visitor.open(place.page("/login")));
		const open = await add();
		assert.equal(pageOf(place, open), "/passkeys/add 200");
		gatehouse.clock.advance(2 * minute);
		for (const parameters of [{ prompt: "login" }, { max_age: "60" }]) {
			assert.equal(pageOf(place, await add(parameters)), "/login 200", JSON.stringify(parameters));
			const { action, fields } = formOf(open, "/passkeys/add");
			const answer = await visitor.post(`${action}&${new URLSearchParams(parameters)}`, { ...fields, later: "true" });
			assert.match(answer.location ?? "", /\/login\?/);
		}
		gatehouse.clock.advance(14 * minute);
		const asked = await add({ max_age: "300" });
		assert.equal(pageOf(place, asked), "/login 200");
		const back = await signIn(asked);
		assert.equal(pageOf(place, back), "/passkeys/add 200");
		await claimsBack(place, await visitor.submit(back, { later: "true" }));
		gatehouse.clock.advance(16 * minute);
		const alone = await signIn(await add({ response_type: "" }));
		assert.equal(pageOf(place, alone), "/passkeys/add 200");
		assert.equal((await visitor.submit(alone, { later: "true" })).location, callback);
	});

	test("a sign-in that waits for its second factor is finished by no other page, and not twice", async () => {
		const place = await createLoginPlace(gatehouse, { EmailConfiguration: mail });
		await configureMfa(place, "ON", ["totp"]);
		await createUser(place, "ada");
		const visitor = createVisitor();
		const setUp = await visitor.submit(await visitor.open(place.page("/login")), { username: "ada", password }, "/login");
		const secret = /data-copy="([A-Z2-7]+)"/.exec(setUp.html)?.[1] ?? "";
		await claimsBack(place, await visitor.submit(setUp, { code: totpCode(secret, gatehouse.clock.now()) }));
		gatehouse.clock.advance(minute);

		const thief = createVisitor();
		const asked = await thief.submit(await thief.open(place.page("/login")), { username: "ada", password }, "/login");
		assert.equal(pageOf(place, asked), "/login/totp 200");
		const flow = new URL(asked.url).searchParams.get("flow") ?? "";
		// Forms of other pages that the thief came to as somebody else, in the same browser, sent with this sign-in.
		await createUser(place, "mallory");
		const UserAttributes = [{ Name: "email", Value: "m@mail.example" }];
		const invited = { UserPoolId: place.UserPoolId, Username: "mallory2", TemporaryPassword: password, UserAttributes };
		await gatehouse.client.send(new AdminCreateUserCommand(invited));
		const at = async (path: string, fields: Record<string, string>) => thief.submit(await thief.open(place.page(path)), fields, path);
		const signUp = { username: "mallory3", "attribute.email": "m@mail.example", password, passwordAgain: password };
		const forms: readonly (readonly [string, Answer])[] = [
			["/login/setup-mfa", await at("/login", { username: "mallory", password })],
			["/login/new-password", await at("/login", { username: "mallory2", password })],
			["/confirm", await at("/signup", signUp)],
			["/confirmforgotPassword", await at("/forgotPassword", { username: "ada" })],
		];
		const answers = {
			code: "000000",
			factor: "EMAIL_OTP",
			password: "Other-Horse-8",
			passwordAgain: "Other-Horse-8",
			email: "a@evil.example",
		};
		for (const [path, page] of forms) {
			const form = formOf(page, path);
			const action = new URL(form.action);
			assert.notEqual(action.searchParams.get("flow"), flow);
			action.searchParams.set("flow", flow);
			const answer = await thief.follow(await thief.post(action.href, { ...form.fields, ...answers }));
			assert.equal(pageOf(place, answer), "/login 200", path);
			assert.match(textOf(answer), /timed out/);
		}
		assert.match((await authorize(place, thief)).pathname, /\/login$/);
		// With the code it ends, once: the cookie of before opens nothing more.
		const kept = new Map(thief.cookies);
		const done = await thief.submit(asked, { code: totpCode(secret, gatehouse.clock.now()) });
		await claimsBack(place, done);
		const replay = createVisitor();
		for (const [name, value] of kept) replay.cookies.set(name, value);
		gatehouse.clock.advance(minute);
		const again = await replay.submit(asked, { code: totpCode(secret, gatehouse.clock.now()) });
		assert.equal(pageOf(place, again), "/login 200");
	});
});

describe("what strangers send", () => {
	test("pages that are only looked at write nothing, and a failed attempt writes one row of its name", async () => {
		const place = await createLoginPlace(gatehouse, { EmailConfiguration: mail });
		const tables = ["browser_sessions", "sessions", "codes", "sign_in_failures", "challenge_attempts", "users"] as const;
		const rows = async () => {
			const counts = tables.map((table) => gatehouse.store.db.selectFrom(table).select((eb) => eb.fn.countAll<number>().as("n")));
			const found = await Promise.all(counts.map((query) => query.executeTakeFirstOrThrow()));
			return Object.fromEntries(tables.map((table, i) => [table, Number(found[i]?.n)]));
		};
		const before = await rows();
		for (let i = 0; i < 3; i++) {
			const visitor = createVisitor();
			for (const path of ["/login", "/signup", "/forgotPassword", "/oauth2/authorize", "/confirm", "/passkeys/add", "/error", "/logout"])
				await visitor.get(place.page(path));
			await redeem(place, "x");
			await refresh(place, "x");
			await userInfo(place, "x");
		}
		assert.deepEqual(await rows(), before);
		for (let i = 0; i < 3; i++) {
			const visitor = createVisitor();
			await visitor.submit(await visitor.open(place.page("/login")), { username: "nobody", password: "Wrong-Horse-7" }, "/login");
			await visitor.submit(await visitor.open(place.page("/forgotPassword")), { username: "nobody" });
		}
		const after = await rows();
		assert.deepEqual(after, { ...before, sign_in_failures: (before["sign_in_failures"] ?? 0) + 1, codes: (before["codes"] ?? 0) + 1 });
	});

	test("a form of more fields than any page has is refused before it is read, and a name longer than any before it makes headers", async () => {
		const place = await createLoginPlace(gatehouse, factors("PASSWORD", "EMAIL_OTP"), { ExplicitAuthFlows: ["ALLOW_USER_AUTH"] });
		const visitor = createVisitor();
		const page = await visitor.open(place.page("/login"));
		const { action, fields } = formOf(page, "/login");
		const many = Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`f${i}`, ""]));
		assert.equal((await visitor.post(action, { ...fields, ...many, username: "ada" })).status, 403);
		assert.equal((await visitor.post(action, { ...fields, username: "ada" })).status, 303);
		for (const length of [129, 5000, 150_000]) {
			const answer = await visitor.post(action, { ...fields, username: "u".repeat(length) });
			assert.equal(answer.status, 400);
			assert.deepEqual(answer.headers.getSetCookie(), []);
		}
		assert.deepEqual(
			gatehouse.logged.filter((line) => line.includes('"level":"error"')),
			[],
		);
	});

	test("a page answers no other method and no page of another origin, and endpoints answer these without credentials", async () => {
		const place = await createLoginPlace(gatehouse);
		for (const method of ["OPTIONS", "PUT", "DELETE", "PATCH"])
			assert.ok([404, 405].includes((await fetch(place.page("/login"), { method })).status), method);
		const head = await fetch(place.page("/login"), { method: "HEAD" });
		assert.deepEqual([head.status, await head.text()], [200, ""]);
		const from = { origin: "https://evil.example" };
		const preflight = { ...from, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
		for (const [path, status] of [
			["/login", 403],
			["/oauth2/authorize", 403],
			["/logout", 403],
			["/oauth2/token", 204],
			["/oauth2/userInfo", 204],
			["/oauth2/revoke", 204],
			["/oauth2/register", 204],
		] as const) {
			const asked = await fetch(`${place.base}${path}`, { method: "OPTIONS", headers: preflight });
			assert.equal(asked.status, status, path);
			for (const answer of [asked, await fetch(`${place.base}${path}`, { headers: from, redirect: "manual" })]) {
				assert.equal(answer.headers.get("access-control-allow-credentials"), null, path);
				assert.equal(answer.headers.get("access-control-allow-origin"), status === 204 ? "*" : null, path);
			}
		}
	});

	test("who signs up gives the attributes that the page asks for, and no others", async () => {
		const Schema = [{ Name: "role", AttributeDataType: "String" as const, Mutable: true }];
		const place = await createLoginPlace(gatehouse, { Schema });
		const visitor = createVisitor();
		const page = await visitor.open(place.page("/signup"));
		const more = { "attribute.custom:role": "admin", "attribute.email_verified": "true", "attribute.sub": "x", role: "admin" };
		await visitor.submit(page, { username: "eve", "attribute.email": "eve@mail.example", password, passwordAgain: password, ...more });
		const row = await gatehouse.store.db.selectFrom("users").select("attributes").where("username", "=", "eve").executeTakeFirstOrThrow();
		assert.deepEqual(JSON.parse(String(row.attributes)), { email: "eve@mail.example", email_verified: "false" });
	});
});

test("a password of any length and characters is taken on a page as it was typed, and in no other form", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "ada");
	const Password = `Aa1!${"ümläut-語-😀-".repeat(12)}end`;
	const { UserPoolId } = place;
	await gatehouse.client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: "ada", Password, Permanent: true }));
	for (const other of [Password.slice(0, -1), Password.slice(0, 72), Password.toLowerCase(), ` ${Password}`]) {
		const visitor = createVisitor();
		const answer = await visitor.submit(await visitor.open(place.page("/login")), { username: "ada", password: other }, "/login");
		assert.equal(answer.status, 400);
	}
	const visitor = createVisitor();
	await claimsBack(
		place,
		await visitor.submit(await visitor.open(place.page("/login")), { username: "ada", password: Password }, "/login"),
	);
});

describe("tokens", () => {
	test("a refresh token that was rotated away and comes again ends its session", async () => {
		const place = await createLoginPlace(
			gatehouse,
			{},
			{
				ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"],
				RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 10 },
			},
		);
		await createUser(place, "ada");
		const visitor = await signInAtPage(place, "ada");
		const first = (await tokensFor(place, visitor)).refresh_token;
		const other = await tokensFor(place, visitor);
		const next = async (token: string) => (await refresh(place, token)).body as { refresh_token: string; access_token: string };
		const second = await next(first);
		// Within the grace it is the same client that did not hear the answer.
		const again = await next(first);
		const third = await next(again.refresh_token);
		assert.equal((await userInfo(place, third.access_token)).status, 200);
		gatehouse.clock.advance(11_000);
		assert.deepEqual((await refresh(place, second.refresh_token)).body, { error: "invalid_grant" });
		assert.deepEqual((await refresh(place, third.refresh_token)).body, { error: "invalid_grant" });
		assert.equal((await userInfo(place, third.access_token)).status, 401);
		assert.equal((await userInfo(place, other.access_token)).status, 200);
	});

	test("a machine's token is nobody's at userInfo", async () => {
		const place = await createLoginPlace(gatehouse);
		const scopes = await createScopes(place, "https://api.example", "read");
		const machine = await createClient(gatehouse, place.UserPoolId, {
			GenerateSecret: true,
			ExplicitAuthFlows: [],
			AllowedOAuthFlowsUserPoolClient: true,
			AllowedOAuthFlows: ["client_credentials"],
			AllowedOAuthScopes: scopes,
		});
		const secret = `${machine.ClientId}:${machine.ClientSecret}`;
		const { body } = await post(place, "/oauth2/token", { grant_type: "client_credentials" }, secret);
		assert.equal((await userInfo(place, String(body["access_token"]))).status, 401);
	});
});
