/** Second factors, temporary and forgotten passwords on the login pages. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminGetUserCommand,
	type CreateUserPoolCommandInput,
	ForgotPasswordCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsBack, createLoginPlace, type LoginPlace, pageOf, withCode } from "../support/managed-login.ts";
import { configureMfa, mail, type Offer, prefer, preferred, sms } from "../support/mfa.ts";
import { createUser, password } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";
import { type Answer, createVisitor, formOf, textOf, type Visitor } from "../support/visitor.ts";

let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse();
});
after(() => gatehouse?.stop());

const byPhone: Partial<CreateUserPoolCommandInput> = {
	AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_phone_number", Priority: 1 }] },
};

async function createMfaLogin(mfa: "ON" | "OPTIONAL", offers: readonly Offer[], pool: Partial<CreateUserPoolCommandInput> = {}) {
	const place = await createLoginPlace(gatehouse, { EmailConfiguration: mail, SmsConfiguration: sms, ...pool });
	await configureMfa(place, mfa, offers);
	return place;
}

async function enter(place: LoginPlace, visitor: Visitor, username: string, secret = password): Promise<Answer> {
	return visitor.submit(await visitor.open(place.page("/login")), { username, password: secret }, "/login");
}

const secretOf = ({ html }: Answer) => /secret=([A-Z2-7]+)/.exec(html)?.[1] ?? "";

test("an authenticator app is set up with its QR code, and asked for from then on", async () => {
	const place = await createMfaLogin("ON", ["totp"]);
	await createUser(place, "ada");
	const visitor = createVisitor();
	const setup = await enter(place, visitor, "ada");
	assert.equal(pageOf(place, setup), "/login/setup-mfa 200");
	assert.match(setup.html, /<svg class="qr-code"/);
	const secret = secretOf(setup);
	assert.match(setup.html.replaceAll("&amp;", "&"), new RegExp(`otpauth://totp/app:ada\\?secret=${secret}&issuer=app`));
	// A reload shows the same secret.
	assert.equal(secretOf(await visitor.open(setup.url)), secret);
	assert.match(textOf(await visitor.submit(setup, { code: "" })), /Enter the code\./);
	assert.match(textOf(await visitor.submit(setup, { code: "12345" })), /That code is not right/);
	const now = totpCode(secret, gatehouse.clock.now());
	const wrong = await visitor.submit(setup, { code: now === "000000" ? "111111" : "000000" });
	assert.match(textOf(wrong), /That code is not right/);
	await claimsBack(place, await visitor.submit(wrong, { code: totpCode(secret, gatehouse.clock.now()) }));

	const other = createVisitor();
	const asked = await enter(place, other, "ada");
	assert.equal(pageOf(place, asked), "/login/totp 200");
	gatehouse.clock.advance(30_000);
	const code = totpCode(secret, gatehouse.clock.now());
	assert.match(textOf(await other.submit(asked, { code: code === "000000" ? "111111" : "000000" })), /That code is not right/);
	await claimsBack(place, await other.submit(asked, { code }));
	const third = createVisitor();
	const reused = await third.submit(await enter(place, third, "ada"), { code });
	assert.match(textOf(reused), /This code was used already|That code is not right/);
});

test("an e-mail address can be set up instead, where the pool offers both", async () => {
	const place = await createMfaLogin("ON", ["totp", "email"], byPhone);
	await createUser(place, "bea");
	const visitor = createVisitor();
	const choice = await enter(place, visitor, "bea");
	assert.match(textOf(choice), /Protect your account.*Authenticator app.*Email/);
	const address = await visitor.submit(choice, { factor: "EMAIL_OTP" });
	assert.match(textOf(address), /Add an email address/);
	assert.match(textOf(await visitor.submit(address, { email: "" })), /Fill in this field\./);
	assert.match(textOf(await visitor.submit(address, { email: "nowhere" })), /Enter a valid email address\./);
	const code = await visitor.submit(address, { email: "bea@mail.example" });
	assert.equal(pageOf(place, code), "/login/code 200");
	await claimsBack(place, await visitor.submit(code, { code: gatehouse.code("bea@mail.example") }));
	// The other one, by the same choice.
	await createUser(place, "ben");
	const second = createVisitor();
	const app = await second.submit(await enter(place, second, "ben"), { factor: "SOFTWARE_TOKEN_MFA" });
	await claimsBack(place, await second.submit(app, { code: totpCode(secretOf(app), gatehouse.clock.now()) }));
});

test("of several second factors the user takes one", async () => {
	const place = await createMfaLogin("OPTIONAL", ["sms", "email"]);
	await createUser(place, "cai", {
		email: "cai@mail.example",
		email_verified: "true",
		phone_number: "+15550100",
		phone_number_verified: "true",
	});
	const on = { Enabled: true, PreferredMfa: false };
	await prefer(place, "cai", { SMSMfaSettings: on, EmailMfaSettings: on });
	const visitor = createVisitor();
	const choice = await enter(place, visitor, "cai");
	assert.equal(pageOf(place, choice), "/login/choose-mfa 200");
	assert.match(textOf(choice), /Text message.*Email/);
	assert.equal((await visitor.submit(choice, { factor: "SOFTWARE_TOKEN_MFA" })).status, 400);
	const asked = await visitor.submit(choice, { factor: "SMS_MFA" });
	assert.match(textOf(asked), /Check your phone We sent a code to \+\*+0100/);
	await claimsBack(place, await visitor.submit(asked, { code: gatehouse.code("+15550100") }));
	// A factor that is preferred is asked for at once.
	await prefer(place, "cai", { EmailMfaSettings: preferred });
	const second = createVisitor();
	const code = await enter(place, second, "cai");
	assert.match(textOf(code), /Check your email/);
	for (let i = 0; i < 5; i++) await second.submit(code, { code: "nonsense" });
	assert.notEqual((await second.submit(code, { code: gatehouse.code("cai@mail.example") })).status, 303);
});

test("a temporary password is replaced, with what the pool requires and the user lacks", async () => {
	const place = await createLoginPlace(gatehouse, {
		Schema: [{ Name: "name", Required: true, Mutable: true }],
		Policies: { PasswordPolicy: { MinimumLength: 9 } },
	});
	const TemporaryPassword = "Temporary-1";
	const { UserPoolId } = place;
	await gatehouse.client.send(new AdminCreateUserCommand({ UserPoolId, Username: "dan", TemporaryPassword, MessageAction: "SUPPRESS" }));
	const visitor = createVisitor();
	const page = await enter(place, visitor, "dan", TemporaryPassword);
	assert.equal(pageOf(place, page), "/login/new-password 200");
	const own = { password: "Own-Horse-1", passwordAgain: "Own-Horse-1" };
	assert.match(textOf(await visitor.submit(page, own)), /Fill in this field\./);
	const weak = await visitor.submit(page, { password: "short", passwordAgain: "short", "attribute.name": "Dan D." });
	assert.match(textOf(weak), /The password doesn’t meet the rules\./);
	assert.equal(formOf(weak).fields["attribute.name"], "Dan D.");
	assert.match(textOf(await visitor.submit(page, { ...own, passwordAgain: "x", "attribute.name": "Dan" })), /not the same/);
	await claimsBack(place, await visitor.submit(weak, own));
	const { UserAttributes = [], UserStatus } = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username: "dan" }));
	assert.equal(UserStatus, "CONFIRMED");
	assert.equal(UserAttributes.find(({ Name }) => Name === "name")?.Value, "Dan D.");
});

test("a temporary password that is too old is said to be", async () => {
	const place = await createLoginPlace(gatehouse);
	const { UserPoolId } = place;
	const TemporaryPassword = "Temporary-1";
	await gatehouse.client.send(new AdminCreateUserCommand({ UserPoolId, Username: "eli", TemporaryPassword, MessageAction: "SUPPRESS" }));
	gatehouse.clock.advance(8 * 24 * 3600_000);
	assert.match(textOf(await enter(place, createVisitor(), "eli", TemporaryPassword)), /Your temporary password has expired\./);
});

test("a forgotten password is reset by the code that was sent; the user then signs in", async () => {
	const place = await createLoginPlace(gatehouse);
	const email = "fay@mail.example";
	await createUser(place, "fay", { email, email_verified: "true" });
	const visitor = createVisitor();
	const login = await visitor.open(place.page("/login"));
	assert.match(login.html, /\/forgotPassword\?/);
	const page = await visitor.open(place.page("/forgotPassword", { login_hint: "fay" }));
	assert.equal(formOf(page).fields["username"], "fay");
	assert.match(textOf(await visitor.submit(page, { username: "" })), /Fill in this field\./);
	const { result: reset } = await withCode(gatehouse, email, () => visitor.submit(page, {}));
	assert.equal(pageOf(place, reset), "/confirmforgotPassword 200");
	assert.match(textOf(reset), /We sent a code to f\*\*\*@m\*\*\*/);
	const { result: resent, code } = await withCode(gatehouse, email, () => visitor.submit(reset, {}, "/forgotPassword"));
	assert.equal(pageOf(place, resent), "/confirmforgotPassword 200");
	const own = { password: "Brand-New-8", passwordAgain: "Brand-New-8" };
	assert.match(textOf(await visitor.submit(resent, { code: "", ...own }, "/confirmforgotPassword")), /Enter the code\./);
	const bad = { code: code === "000000" ? "111111" : "000000", ...own };
	assert.match(textOf(await visitor.submit(resent, bad, "/confirmforgotPassword")), /That code is not right/);
	const weak = await visitor.submit(resent, { code, password: "short", passwordAgain: "short" }, "/confirmforgotPassword");
	assert.match(textOf(weak), /The password doesn’t meet the rules\./);
	const done = await visitor.submit(weak, { code, ...own }, "/confirmforgotPassword");
	assert.equal(pageOf(place, done), "/login 200");
	assert.match(textOf(done), /Your password was changed/);
	assert.equal(formOf(done, "/login").fields["username"], "fay");
	assert.match(textOf(await visitor.submit(done, { password }, "/login")), /Incorrect username or password\./);
	await claimsBack(place, await visitor.submit(done, { password: own.password }, "/login"));
});

test("a name that nobody has gets the same pages, and no code", async () => {
	const place = await createLoginPlace(gatehouse);
	const visitor = createVisitor();
	const page = await visitor.open(place.page("/forgotPassword"));
	const reset = await visitor.submit(page, { username: "nobody" });
	assert.equal(pageOf(place, reset), "/confirmforgotPassword 200");
	assert.match(textOf(reset), /We sent a code to \w\*\*\*@\w\*\*\*/);
	const own = { code: "123456", password: "Brand-New-8", passwordAgain: "Brand-New-8" };
	assert.match(textOf(await visitor.submit(reset, own, "/confirmforgotPassword")), /That code is not right/);
	const told = await createLoginPlace(gatehouse, {}, { PreventUserExistenceErrors: "LEGACY" });
	const other = await visitor.submit(await visitor.open(told.page("/forgotPassword")), { username: "nobody" });
	assert.match(textOf(other), /We don’t know this user\./);
});

test("where only administrators reset passwords there is no link and no page for it", async () => {
	const place = await createLoginPlace(gatehouse, {
		AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
	});
	const visitor = createVisitor();
	assert.doesNotMatch((await visitor.open(place.page("/login"))).html, /forgotPassword/);
	const page = await visitor.open(place.page("/forgotPassword"));
	assert.equal(page.status, 403);
	assert.match(textOf(page), /Ask your administrator/);
});

test("a pool may limit how often codes are sent, and the page says so", async () => {
	const limited = await startGatehouse({ config: { limits: true } });
	try {
		const place = await createLoginPlace(limited);
		await createUser(place, "gil", { email: "gil@mail.example", email_verified: "true" });
		for (let i = 0; i < 30; i++) {
			const asked = await limited.client
				.send(new ForgotPasswordCommand({ ClientId: place.ClientId, Username: "gil" }))
				.then(() => true)
				.catch(() => false);
			if (!asked) break;
		}
		const visitor = createVisitor();
		const page = await visitor.submit(await visitor.open(place.page("/forgotPassword")), { username: "gil" });
		assert.equal(page.status, 429);
		assert.match(textOf(page), /You have tried too often\. Try again later\./);
	} finally {
		await limited.stop();
	}
});

test("a sign-in that took too long begins again", async () => {
	const place = await createMfaLogin("ON", ["totp"]);
	await createUser(place, "hue");
	const visitor = createVisitor();
	const setup = await enter(place, visitor, "hue");
	const secret = secretOf(setup);
	gatehouse.clock.advance(5 * 60_000);
	const late = await visitor.submit(setup, { code: totpCode(secret, gatehouse.clock.now()) });
	assert.equal(pageOf(place, late), "/login 200");
	assert.match(textOf(late), /Your sign-in has timed out\./);
});

test("who sets up a second factor may go back to the choice, and every page of it has a way out", async () => {
	const place = await createMfaLogin("ON", ["totp", "email"], byPhone);
	for (const name of ["ivy", "jon"]) await createUser(place, name);
	const visitor = createVisitor();
	const choice = await enter(place, visitor, "ivy");
	const app = await visitor.submit(choice, { factor: "SOFTWARE_TOKEN_MFA" });
	const secret = secretOf(app);
	const address = await visitor.submit(choice, { factor: "EMAIL_OTP" });
	assert.match(textOf(address), /Add an email address .*Start again/);
	// The secret that is in the user's app by now still holds.
	const appAgain = await visitor.submit(choice, { factor: "SOFTWARE_TOKEN_MFA" });
	assert.equal(secretOf(appAgain), secret);
	await claimsBack(place, await visitor.submit(appAgain, { code: totpCode(secret, gatehouse.clock.now()) }));

	const other = createVisitor();
	const otherChoice = await enter(place, other, "jon");
	await other.submit(otherChoice, { factor: "SOFTWARE_TOKEN_MFA" });
	const otherAddress = await other.submit(otherChoice, { factor: "EMAIL_OTP" });
	const sent = await withCode(gatehouse, "jon@mail.example", () => other.submit(otherAddress, { email: "jon@mail.example" }));
	assert.match(textOf(sent.result), /Check your email .*Start again/);
	await claimsBack(place, await other.submit(sent.result, { code: sent.code }));
});

test("a page that asks for a password alone says whose it is to password managers", async () => {
	const place = await createLoginPlace(gatehouse);
	await createUser(place, "kit", { email: "kit@mail.example", email_verified: "true" });
	const visitor = createVisitor();
	const reset = await visitor.submit(await visitor.open(place.page("/forgotPassword")), { username: "kit" });
	assert.match(reset.html, /<input type="text" autocomplete="username" readonly hidden name="username" value="kit">/);
});
