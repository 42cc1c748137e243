/** Signing up on the login pages: what is asked for, the code, and what comes after it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AdminGetUserCommand, type SchemaAttributeType, SetUserPoolMfaConfigCommand } from "@aws-sdk/client-cognito-identity-provider";
import type { Functions } from "../../src/kernel/ports.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsBack, createLoginPlace, type LoginPlace, pageOf, withCode } from "../support/managed-login.ts";
import { createUser, password } from "../support/people.ts";
import { createVisitor, formOf, textOf } from "../support/visitor.ts";

/** What PreSignUp does: answers with its event, or refuses in its own words. */
let preSignUp: (event: { response: Record<string, unknown> }) => unknown = (event) => event;
const functions: Functions = {
	async invoke(_arn, event) {
		try {
			return { kind: "answered", payload: preSignUp(event as { response: Record<string, unknown> }) };
		} catch (error) {
			return { kind: "failed", errorType: "Error", errorMessage: (error as Error).message };
		}
	},
};

let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse({ ports: { functions } });
});
after(() => gatehouse?.stop());

const required = (...names: string[]): SchemaAttributeType[] => names.map((Name) => ({ Name, Required: true, Mutable: true }));
const twice = { password, passwordAgain: password };

async function attributesOf(place: LoginPlace, Username: string): Promise<Record<string, string | undefined>> {
	const user = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username }));
	return Object.fromEntries([["status", user.UserStatus], ...(user.UserAttributes ?? []).map(({ Name, Value }) => [Name, Value])]);
}

test("a postal address has several lines, which browsers fill in and the pool has as they are", async () => {
	const place = await createLoginPlace(gatehouse, { Schema: required("address") });
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	assert.match(page.html, /<textarea [^>]*name="attribute\.address"[^>]* autocomplete="street-address"[^>]*><\/textarea>/);
	const typed = { username: "ann", "attribute.address": "1 Main St <Flat 2>\r\nLondon" };
	const refused = await visitor.submit(page, { ...typed, password, passwordAgain: "x" });
	assert.match(refused.html, />1 Main St &lt;Flat 2&gt;\r?\nLondon<\/textarea>/);
	await visitor.submit(refused, { ...typed, ...twice, "attribute.email": "ann@mail.example" });
	assert.equal((await attributesOf(place, "ann"))["address"], "1 Main St <Flat 2>\nLondon");
});

test("a new user gives what the pool requires, confirms with the code, and is signed in", async () => {
	const place = await createLoginPlace(gatehouse, { Schema: required("email", "given_name", "birthdate", "phone_number") });
	const visitor = createVisitor();
	const login = await visitor.open(place.page("/login"));
	assert.match(login.html, /href="[^"]*\/signup\?/);
	const page = await visitor.open(place.page("/signup"));
	for (const [name, type, autocomplete] of [
		["username", "text", "username"],
		["attribute.email", "email", "email"],
		["attribute.given_name", "text", "given-name"],
		["attribute.birthdate", "date", "bday"],
		["attribute.phone_number", "tel", "tel"],
		["password", "password", "new-password"],
		["passwordAgain", "password", "new-password"],
	] as const) {
		const input = new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(page.html)?.[0] ?? "";
		assert.match(input, new RegExp(` type="${type}"`), name);
		assert.match(input, new RegExp(` autocomplete="${autocomplete}"`), name);
	}
	const own = {
		username: "ada",
		"attribute.email": "ada@mail.example",
		"attribute.given_name": "Ada",
		"attribute.birthdate": "1815-12-10",
		"attribute.phone_number": "+1 (555) 010-0123",
	};
	const confirm = await visitor.submit(page, { ...own, ...twice });
	assert.equal(pageOf(place, confirm), "/confirm 200");
	assert.match(textOf(confirm), /We sent a code to a\*\*\*@m\*\*\*/);
	const code = gatehouse.code("ada@mail.example");
	const wrong = await visitor.submit(confirm, { code: code === "000000" ? "111111" : "000000" }, "/confirm");
	assert.match(textOf(wrong), /That code is not right/);
	const { result: resent, code: newest } = await withCode(gatehouse, "ada@mail.example", () => visitor.submit(wrong, {}, "/resendcode"));
	assert.equal(pageOf(place, resent), "/confirm 200");
	assert.match(textOf(resent), /We sent a new code to a\*\*\*@m\*\*\*/);
	const done = await visitor.submit(resent, { code: newest }, "/confirm");
	const claims = await claimsBack(place, done);
	assert.equal(claims["cognito:username"], "ada");
	const stored = await attributesOf(place, "ada");
	assert.equal(stored["phone_number"], "+15550100123");
	assert.equal(stored["email_verified"], "true");
	// The form that was sent is spent, and its cookie gone.
	const again = await visitor.submit(resent, { code }, "/confirm");
	assert.equal(again.status, 403);
});

test("what is wrong stands beside the field that it is about, and what was typed stays", async () => {
	const place = await createLoginPlace(gatehouse, {
		Schema: required("email", "name"),
		Policies: { PasswordPolicy: { MinimumLength: 10, RequireNumbers: true } },
	});
	await createUser(place, "taken", { email: "t@mail.example", name: "T" });
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	assert.match(textOf(page), /at least 10 characters a number/);
	const fields = { username: "eve", "attribute.email": "eve@mail.example", "attribute.name": "Eve", ...twice };
	const problem = (html: string, name: string) => new RegExp(`id="field-${name}-error">[\\s\\S]*?<span>([^<]*)<`).exec(html)?.[1];
	const submit = async (changes: Record<string, string>) => {
		const answer = await visitor.submit(page, { ...fields, ...changes });
		assert.equal(pageOf(place, answer), "/signup 400");
		return answer;
	};
	const empty = await submit({ username: "", "attribute.name": " " });
	assert.equal(problem(empty.html, "username"), "Fill in this field.");
	assert.equal(problem(empty.html, "attribute-name"), "Fill in this field.");
	assert.equal(formOf(empty).fields["attribute.email"], "eve@mail.example");
	assert.equal(formOf(empty).fields["password"], "");
	assert.equal(problem((await submit({ passwordAgain: "other" })).html, "passwordAgain"), "The two passwords are not the same.");
	assert.equal(problem((await submit({ "attribute.email": "no address" })).html, "attribute-email"), "Enter a valid email address.");
	const short = { password: "short1", passwordAgain: "short1" };
	assert.equal(problem((await submit(short)).html, "password"), "The password doesn’t meet the rules.");
	assert.equal(problem((await submit({ username: "taken" })).html, "username"), "This username is taken.");
	assert.equal(pageOf(place, await visitor.submit(page, fields)), "/confirm 200");
});

test("an address in the place of a username is the username, and is asked for once", async () => {
	const place = await createLoginPlace(gatehouse, { UsernameAttributes: ["email"], Schema: required("email") });
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	assert.deepEqual(Object.keys(formOf(page).fields), ["csrf", "username", "password", "passwordAgain"]);
	assert.match(textOf(await visitor.submit(page, { username: "no address", ...twice })), /Enter a valid email address\./);
	const confirm = await visitor.submit(page, { username: "Ida@mail.example", ...twice });
	const done = await visitor.submit(confirm, { code: gatehouse.code("Ida@mail.example") }, "/confirm");
	assert.equal((await claimsBack(place, done))["email"], "Ida@mail.example");
	const twin = await visitor.submit(await visitor.open(place.page("/signup")), { username: "Ida@mail.example", ...twice });
	assert.match(textOf(twin), /An account with this email address or phone number already exists\./);
});

test("a user whom the pool's function confirms goes straight on", async () => {
	const place = await createLoginPlace(gatehouse, {
		LambdaConfig: { PreSignUp: "arn:aws:lambda:us-east-1:000000000000:function:Welcome" },
	});
	preSignUp = (event) => ({ ...event, response: { ...event.response, autoConfirmUser: true } });
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	const done = await visitor.submit(page, { username: "flo", "attribute.email": "flo@mail.example", ...twice });
	assert.equal((await claimsBack(place, done))["cognito:username"], "flo");
});

test("a function's refusal is shown in its own words, and as words", async () => {
	const place = await createLoginPlace(gatehouse, {
		LambdaConfig: { PreSignUp: "arn:aws:lambda:us-east-1:000000000000:function:Welcome" },
	});
	preSignUp = () => {
		throw new Error('<script>alert("1")</script> not today');
	};
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	const refused = await visitor.submit(page, { username: "gus", "attribute.email": "gus@mail.example", ...twice });
	assert.equal(pageOf(place, refused), "/signup 400");
	assert.match(textOf(refused), /PreSignUp failed with error <script>alert\("1"\)<\/script> not today\./);
	assert.doesNotMatch(refused.html, /<script>alert/);
});

test("where no codes are sent the account waits for an administrator", async () => {
	const place = await createLoginPlace(gatehouse, { AutoVerifiedAttributes: [] });
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	const waiting = await visitor.submit(page, { username: "hal", ...twice });
	assert.match(textOf(waiting), /An administrator has to confirm it/);
	assert.equal((await attributesOf(place, "hal"))["status"], "UNCONFIRMED");
});

test("a pool of administrators' users has no link to sign up, and no page for it", async () => {
	const place = await createLoginPlace(gatehouse, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
	const visitor = createVisitor();
	assert.doesNotMatch((await visitor.open(place.page("/login"))).html, /\/signup/);
	const page = await visitor.open(place.page("/signup"));
	assert.equal(page.status, 403);
	assert.match(textOf(page), /New accounts are not open here\./);
	const open = await createLoginPlace(gatehouse);
	const form = formOf(await visitor.open(open.page("/signup")));
	const posted = await visitor.post(place.page("/signup"), { ...form.fields, username: "ivy", ...twice });
	assert.equal(posted.status, 403);
});

test("the code counts, and a code that is too old is said to be", async () => {
	const place = await createLoginPlace(gatehouse);
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	const confirm = await visitor.submit(page, { username: "jan", "attribute.email": "jan@mail.example", ...twice });
	assert.match(textOf(await visitor.submit(confirm, { code: "" }, "/confirm")), /Enter the code\./);
	const code = gatehouse.code("jan@mail.example");
	gatehouse.clock.advance(9 * 60_000);
	await claimsBack(place, await visitor.submit(confirm, { code }, "/confirm"));
	// A flow that is over leads back to the sign-in page.
	const late = await visitor.open(place.page("/signup", { prompt: "login" }));
	const second = await visitor.submit(late, { username: "kim", "attribute.email": "kim@mail.example", ...twice });
	gatehouse.clock.advance(11 * 60_000);
	const over = await visitor.submit(second, { code: gatehouse.code("kim@mail.example") }, "/confirm");
	assert.equal(pageOf(place, over), "/login 200");
	assert.match(textOf(over), /Your sign-in has timed out/);
	assert.equal((await attributesOf(place, "kim"))["status"], "UNCONFIRMED");
});

test("after a sign-up, a pool that requires a second factor asks to set one up", async () => {
	const place = await createLoginPlace(gatehouse);
	await gatehouse.client.send(
		new SetUserPoolMfaConfigCommand({
			UserPoolId: place.UserPoolId,
			MfaConfiguration: "ON",
			SoftwareTokenMfaConfiguration: { Enabled: true },
		}),
	);
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	const confirm = await visitor.submit(page, { username: "lea", "attribute.email": "lea@mail.example", ...twice });
	const next = await visitor.submit(confirm, { code: gatehouse.code("lea@mail.example") }, "/confirm");
	assert.equal(pageOf(place, next), "/login/setup-mfa 200");
});

test("the link of a message confirms the account, once", async () => {
	const place = await createLoginPlace(gatehouse);
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	await visitor.submit(page, { username: "mia", "attribute.email": "mia@mail.example", ...twice });
	const code = gatehouse.code("mia@mail.example");
	const link = (more: Record<string, string>) =>
		`${place.base}/confirmUser?${new URLSearchParams({ client_id: place.ClientId, user_name: "mia", confirmation_code: code, ...more })}`;
	// Who only asks whether there is a page confirms nothing.
	assert.equal((await fetch(link({}), { method: "HEAD" })).status, 200);
	for (const more of [{ confirmation_code: "000000" }, { user_name: "nobody" }, { client_id: "nobodysclient" }, { user_name: "" }]) {
		const wrong = await createVisitor().open(link(more));
		assert.equal(wrong.status, 400);
		assert.match(textOf(wrong), /This link doesn’t work/);
	}
	assert.equal((await attributesOf(place, "mia"))["status"], "UNCONFIRMED");
	const done = await createVisitor().open(link({}));
	assert.equal(done.status, 200);
	assert.match(textOf(done), /Your account is confirmed You can now sign in\./);
	assert.equal((await attributesOf(place, "mia"))["status"], "CONFIRMED");
	assert.equal((await createVisitor().open(link({}))).status, 400);
});

test("where the mail has a link the page asks for no code, and opening the link confirms", async () => {
	const place = await createLoginPlace(gatehouse, { VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_LINK" } });
	const email = "lin@mail.example";
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/signup"));
	const sent = await visitor.submit(page, { username: "lin", "attribute.email": email, ...twice });
	assert.equal(pageOf(place, sent), "/confirm 200");
	assert.match(textOf(sent), /We sent a link to l\*\*\*@m\*\*\*.*Open it to confirm your account, then sign in\./);
	assert.doesNotMatch(sent.html, /name="code"/);
	const before = gatehouse.inbox({ to: email }).length;
	const again = await visitor.submit(sent, {}, "/resendcode");
	assert.match(textOf(again), /We sent a new link to l\*\*\*@m\*\*\*/);
	assert.equal(gatehouse.inbox({ to: email }).length, before + 1);
	const link = new URL(/http\S+\/confirmUser\S+/.exec(gatehouse.inbox({ to: email })[0]?.text ?? "")?.[0] ?? "");
	assert.match(textOf(await createVisitor().open(`${place.base}/confirmUser${link.search}`)), /Your account is confirmed/);
	const login = await visitor.open(
		new URL(/href="([^"]*login_hint=lin[^"]*)"/.exec(again.html)?.[1]?.replaceAll("&amp;", "&") ?? "", again.url).href,
	);
	assert.equal(formOf(login, "/login").fields["username"], "lin");
	await claimsBack(place, await visitor.submit(login, { password }, "/login"));
});
