/** Another code on the login pages: of a sign-in by a code, of a second factor, of an address that is being set up. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { AdminUserGlobalSignOutCommand, type CreateUserPoolCommandInput } from "@aws-sdk/client-cognito-identity-provider";
import { callsPerHourMax } from "../../src/domain/user-pools/call-limits.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsBack, createLoginPlace, type LoginPlace, pageOf, withCode } from "../support/managed-login.ts";
import { configureMfa, mail, prefer, preferred, sms } from "../support/mfa.ts";
import { emptied } from "../support/outbox.ts";
import { createUser, password } from "../support/people.ts";
import { type Answer, createVisitor, formOf, textOf, type Visitor } from "../support/visitor.ts";

let gatehouse: Gatehouse;
before(async () => {
	gatehouse = await startGatehouse();
});
after(() => gatehouse?.stop());

const byPhone: Partial<CreateUserPoolCommandInput> = {
	AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_phone_number", Priority: 1 }] },
};

async function createMfaLogin(mfa: "ON" | "OPTIONAL", of = gatehouse): Promise<LoginPlace> {
	const place = await createLoginPlace(of, { EmailConfiguration: mail, SmsConfiguration: sms, ...byPhone });
	await configureMfa(place, mfa, ["sms", "email"]);
	return place;
}

function createChoiceLogin(): Promise<LoginPlace> {
	return createLoginPlace(
		gatehouse,
		{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
		{ ExplicitAuthFlows: ["ALLOW_USER_AUTH"] },
	);
}

/** As far as the page that asks for the code of the second factor. */
async function enter(place: LoginPlace, visitor: Visitor, username: string): Promise<Answer> {
	const page = await visitor.submit(await visitor.open(place.page("/login")), { username, password }, "/login");
	assert.equal(pageOf(place, page), "/login/code 200");
	return page;
}

/** As far as the page that asks for the code of the first one. */
async function choose(place: LoginPlace, visitor: Visitor, username: string): Promise<Answer> {
	const choice = await visitor.submit(await visitor.open(place.page("/login")), { username }, "/login");
	const page = await visitor.submit(choice, { factor: "EMAIL_OTP" });
	assert.equal(pageOf(place, page), "/login/code 200");
	return page;
}

const ask = (visitor: Visitor, page: Answer) => visitor.post(formOf(page).action, { ...formOf(page).fields, code: "", resend: "true" });
const resend = async (visitor: Visitor, page: Answer) => visitor.follow(await ask(visitor, page));
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

for (const medium of ["EMAIL", "SMS"] as const) {
	test(`a second factor's code by ${medium} is sent again without the password; the earlier one is of no use any more`, async () => {
		const place = await createMfaLogin("OPTIONAL");
		const to = medium === "EMAIL" ? "ada@mail.example" : "+15550100";
		const attributes = { email: "ada@mail.example", email_verified: "true", phone_number: "+15550100", phone_number_verified: "true" };
		await createUser(place, "ada", attributes);
		await prefer(place, "ada", medium === "EMAIL" ? { EmailMfaSettings: preferred } : { SMSMfaSettings: preferred });
		const visitor = createVisitor();
		const page = await enter(place, visitor, "ada");
		const first = gatehouse.code(to);
		const before = new Map(visitor.cookies);
		const { result: again, code: second } = await withCode(gatehouse, to, () => resend(visitor, page));
		assert.equal(pageOf(place, again), "/login/code 200");
		assert.match(textOf(again), /We sent a new code to (a\*\*\*@m\*\*\*|\+\*+0100)/);
		assert.notEqual(second, first);
		assert.match(textOf(await visitor.submit(again, { code: first })), /That code is not right/);
		// The sign-in as it was before is over, for its own code and for the new one.
		for (const code of [first, second]) {
			const old = createVisitor();
			for (const [name, value] of before) old.cookies.set(name, value);
			assert.notEqual((await old.submit(page, { code })).status, 303, code);
		}
		const sent = gatehouse.inbox({ to }).length;
		const old = createVisitor();
		for (const [name, value] of before) old.cookies.set(name, value);
		const over = await resend(old, page);
		assert.equal(pageOf(place, over), "/login 200");
		assert.equal(gatehouse.inbox({ to }).length, sent);
		assert.equal((await claimsBack(place, await visitor.submit(again, { code: second })))["cognito:username"], "ada");
	});
}

test("the code of a first factor is sent again in the same tab, with the same ways to choose from", async () => {
	const place = await createChoiceLogin();
	const email = "cleo@mail.example";
	await createUser(place, "cleo", { email, email_verified: "true" });
	const visitor = createVisitor();
	const { result: page, code: first } = await withCode(gatehouse, email, () => choose(place, visitor, "cleo"));
	const { result: again, code: second } = await withCode(gatehouse, email, () => resend(visitor, page));
	assert.match(textOf(again), /We sent a new code to c\*\*\*@m\*\*\*/);
	const flowOf = ({ url }: Answer) => new URL(url).searchParams.get("flow");
	assert.equal(flowOf(again), flowOf(page));
	assert.match(textOf(await visitor.submit(again, { code: first === second ? otherThan(second) : first })), /That code is not right/);
	// A page that is read again says what is so, and not what was done.
	assert.match(textOf(await visitor.open(page.url)), /We sent a code to c\*\*\*@m\*\*\*/);
	await claimsBack(place, await visitor.submit(again, { code: second }));
});

test("an address that is being set up is sent another code, and becomes the user's with it", async () => {
	const place = await createLoginPlace(gatehouse, { EmailConfiguration: mail, ...byPhone });
	await configureMfa(place, "ON", ["email"]);
	await createUser(place, "bea");
	const visitor = createVisitor();
	const address = await visitor.submit(await visitor.open(place.page("/login")), { username: "bea", password }, "/login");
	const page = await visitor.submit(address, { email: "bea@mail.example" });
	assert.equal(pageOf(place, page), "/login/code 200");
	const { result: again, code } = await withCode(gatehouse, "bea@mail.example", () => resend(visitor, page));
	const claims = await claimsBack(place, await visitor.submit(again, { code }));
	assert.equal(claims["cognito:username"], "bea");
});

test("a name that nobody has sees the same pages at the same cost, and nothing is sent", async () => {
	const place = await createChoiceLogin();
	const email = "cleo@mail.example";
	await createUser(place, "cleo", { email, email_verified: "true" });
	const costOf = async (username: string) => {
		const visitor = createVisitor();
		const choice = await visitor.submit(await visitor.open(place.page("/login")), { username }, "/login");
		if (pageOf(place, choice) !== "/login/choose 200") return undefined;
		const page = await visitor.submit(choice, { factor: "EMAIL_OTP" });
		const { statements, batches } = await gatehouse.cost(() => ask(visitor, page));
		const again = await visitor.open(`${page.url}&notice=resent`);
		assert.match(textOf(again), /We sent a new code to \w\*\*\*@\w\*\*\*/);
		assert.match(textOf(await visitor.submit(again, { code: "none" })), /That code is not right/);
		assert.equal(pageOf(place, await resend(visitor, again)), "/login/code 200");
		return { statements, batches };
	};
	// The least of several: now and then something else is at work.
	const least = (costs: readonly { readonly statements: number; readonly batches: number }[]) =>
		costs.reduce((low, cost) => (cost.statements < low.statements ? cost : low));
	const known = [];
	for (let i = 0; i < 3; i++) known.push((await costOf("cleo")) ?? assert.fail());
	await emptied(gatehouse);
	const sent = gatehouse.inbox().length;
	// To some of those that nobody has no way is shown but the password.
	const unknown = [];
	for (const name of ["nobody", "noone", "nemo", "outis", "keiner", "personne", "nessuno", "ninguem"]) {
		const cost = await costOf(name);
		if (cost !== undefined) unknown.push(cost);
	}
	assert.deepEqual(least(unknown), least(known));
	await emptied(gatehouse);
	assert.equal(gatehouse.inbox().length, sent);
});

test("ten who ask with one session at the same time get one code", async () => {
	const place = await createMfaLogin("OPTIONAL");
	const email = "dan@mail.example";
	await createUser(place, "dan", { email, email_verified: "true" });
	await prefer(place, "dan", { EmailMfaSettings: preferred });
	const visitor = createVisitor();
	const page = await enter(place, visitor, "dan");
	const racers = Array.from({ length: 10 }, () => {
		const racer = createVisitor();
		for (const [name, value] of visitor.cookies) racer.cookies.set(name, value);
		return racer;
	});
	const before = gatehouse.inbox({ to: email }).length;
	const answers = await Promise.all(racers.map((racer) => ask(racer, page)));
	assert.equal(answers.filter(({ location }) => location?.includes("notice=resent")).length, 1);
	assert.equal(gatehouse.inbox({ to: email }).length, before + 1);
});

test("after too many wrong codes there is no other one, nor after a sign-out everywhere", async () => {
	const place = await createMfaLogin("OPTIONAL");
	const email = "eli@mail.example";
	await createUser(place, "eli", { email, email_verified: "true" });
	await prefer(place, "eli", { EmailMfaSettings: preferred });
	const visitor = createVisitor();
	const page = await enter(place, visitor, "eli");
	const wrong = otherThan(gatehouse.code(email));
	for (let i = 0; i < 5; i++) await visitor.submit(page, { code: wrong });
	const sent = gatehouse.inbox({ to: email }).length;
	const locked = await resend(visitor, page);
	assert.equal(locked.status, 429);
	gatehouse.clock.advance(2000);
	assert.equal(pageOf(place, await resend(visitor, page)), "/login 200");
	assert.equal(gatehouse.inbox({ to: email }).length, sent);

	gatehouse.clock.advance(20 * 60_000);
	const other = createVisitor();
	const second = await enter(place, other, "eli");
	await gatehouse.client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: place.UserPoolId, Username: "eli" }));
	assert.equal(pageOf(place, await resend(other, second)), "/login 200");
	assert.equal(gatehouse.inbox({ to: email }).length, sent + 1);
});

test("past the hour's codes the page says so, and the code that was sent last still works", async () => {
	const limited = await startGatehouse({ config: { limits: true } });
	try {
		// Away from the end of an hour, in which the count would begin anew.
		const hour = 3_600_000;
		limited.clock.advance(hour - (limited.clock.now() % hour));
		const place = await createMfaLogin("OPTIONAL", limited);
		const email = "fay@mail.example";
		await createUser(place, "fay", { email, email_verified: "true" });
		await prefer(place, "fay", { EmailMfaSettings: preferred });
		const visitor = createVisitor();
		let page = await enter(place, visitor, "fay");
		for (let i = 1; i < callsPerHourMax.SignInCode; i++) page = await resend(visitor, page);
		const code = limited.code(email);
		const refused = await resend(visitor, page);
		assert.equal(refused.status, 429);
		assert.match(textOf(refused), /You have tried too often\. Try again later\./);
		assert.equal(limited.inbox({ to: email }).length, callsPerHourMax.SignInCode);
		await claimsBack(place, await visitor.submit(refused, { code }));
	} finally {
		await limited.stop();
	}
});
