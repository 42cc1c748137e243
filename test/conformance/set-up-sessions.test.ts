/**
 * Sessions that other operations than RespondToAuthChallenge take and give: AssociateSoftwareToken and VerifySoftwareToken on the way
 * through MFA_SETUP, SignUp and ConfirmSignUp before a first sign-in. And what a sign-in costs that needs none of it.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	AdminDisableUserCommand,
	AdminUserGlobalSignOutCommand,
	AssociateSoftwareTokenCommand,
	ConfirmSignUpCommand,
	CreateUserPoolClientCommand,
	GetUserCommand,
	InitiateAuthCommand,
	SignUpCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";
import { type Row, readTable } from "./sign-in-table/axes.ts";
import { createPerson, createPool, type Person, type Pool } from "./sign-in-table/set-up.ts";
import { answer, respond, start } from "./sign-in-table/walk.ts";

const invalid = "NotAuthorizedException: Invalid session for the user.";
const expired = "NotAuthorizedException: Invalid session for the user, session is expired.";
const validityMilliseconds = 3 * 60_000;
const racers = 10;

const [required, optional, tracked] = readTable(`
ON       | none | - | USER_PASSWORD_AUTH | untracked | CONFIRMED | ESSENTIALS | - | MFA_SETUP | mfa-logic
OPTIONAL | none | - | USER_PASSWORD_AUTH | untracked | CONFIRMED | ESSENTIALS | - | tokens    | mfa-logic
OPTIONAL | none | - | USER_PASSWORD_AUTH | new       | CONFIRMED | ESSENTIALS | - | tokens    | mfa-logic
`) as [Row, Row, Row];

for (const engine of engines) {
	test(`sessions of set-up and sign-up (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		await authenticatorApps(t, gatehouse);
		await signUps(t, gatehouse);
		await costs(t, gatehouse);
	});
}

/** Every eighth character of a sealed string is tried. */
const stride = 8;

/** The string with one character changed, in many places. */
function changed(text: string): string[] {
	const places = Array.from({ length: Math.floor(text.length / stride) }, (_, n) => n * stride);
	return places.map((at) => `${text.slice(0, at)}${text[at] === "A" ? "Q" : "A"}${text.slice(at + 1)}`);
}

/** Refuses all of the strings, with no statements. */
async function refusesAll(gatehouse: Gatehouse, sealed: readonly string[], use: (text: string) => Promise<unknown>): Promise<void> {
	const { statements } = await gatehouse.cost(async () => {
		for (const text of sealed) assert.equal(await refusal(use(text)), invalid);
	});
	assert.ok(sealed.length > 0);
	assert.equal(statements, 0);
}

/** Runs the same call ten times at once, and gives what the only one that is not refused answers. */
async function race<T>(call: () => Promise<T>): Promise<T> {
	const results = await Promise.allSettled(Array.from({ length: racers }, call));
	const won = results.filter((result) => result.status === "fulfilled");
	for (const result of results) {
		// Who comes late to a secret that waits for its first code finds none waiting.
		if (result.status === "rejected") assert.match(`${result.reason.name}`, /^(NotAuthorizedException|SoftwareTokenMFANotFoundException)$/);
	}
	assert.equal(won.length, 1);
	return (won[0] as PromiseFulfilledResult<T>).value;
}

async function authenticatorApps(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client, clock } = gatehouse;
	const pool = await createPool(gatehouse, required);
	const people: Person[] = [];
	for (let n = 0; n < 5; n++) people.push(await createPerson(gatehouse, pool, required));
	await pool.settle();
	const begin = async () => {
		const person = people.pop() as Person;
		const way = { gatehouse, pool, person, admin: false };
		const { Session = "", ChallengeName } = await start(way, "USER_PASSWORD_AUTH");
		assert.equal(ChallengeName, "MFA_SETUP");
		return { person, way, Session };
	};
	const associate = (Session: string) => client.send(new AssociateSoftwareTokenCommand({ Session }));
	const verify = (Session: string, UserCode: string) => client.send(new VerifySoftwareTokenCommand({ Session, UserCode }));

	await t.test("the three sessions of an authenticator app's set-up are good once each, unchanged, and in their order", async () => {
		const { person, way, Session: first } = await begin();
		await refusesAll(gatehouse, changed(first), associate);
		assert.match(await refusal(verify(first, "123456")), /^SoftwareTokenMFANotFoundException: /);
		const { SecretCode = "", Session: second = "" } = await race(() => associate(first));
		assert.equal(await refusal(associate(first)), invalid);
		const code = () => totpCode(SecretCode, clock.now());
		await refusesAll(gatehouse, changed(second), (text) => verify(text, code()));
		const wrong = code() === "000000" ? "000001" : "000000";
		assert.match(await refusal(verify(second, wrong)), /^EnableSoftwareTokenMFAException: /);
		const finish = (session: string, USERNAME = person.username) => respond(way, "MFA_SETUP", { USERNAME }, session);
		assert.match(await refusal(finish(second)), /^InvalidParameterException: /, "nothing is set up yet");
		const { Session: third = "" } = await race(() => verify(second, code()));
		assert.equal(await refusal(verify(second, code())), invalid);
		await refusesAll(gatehouse, changed(third), finish);
		assert.equal(await refusal(finish(third, people[0]?.username)), invalid);
		const { AuthenticationResult } = await race(() => finish(third));
		assert.ok(AuthenticationResult?.AccessToken);
		assert.equal(await refusal(finish(third)), invalid);
	});

	await t.test("they end with their time, with a sign-out everywhere, and are none of another step's", async () => {
		const late = await begin();
		const { Session: afterwards = "" } = await associate((await begin()).Session);
		clock.advance(validityMilliseconds);
		assert.equal(await refusal(associate(late.Session)), expired);
		assert.equal(await refusal(verify(afterwards, "123456")), expired);
		const out = await begin();
		const { Session: second = "", SecretCode = "" } = await associate(out.Session);
		await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: pool.UserPoolId, Username: out.person.username }));
		assert.equal(await refusal(verify(second, totpCode(SecretCode, clock.now()))), invalid);
		const choices = await start({ ...out.way, person: out.person }, "choice");
		assert.equal(await refusal(associate(choices.Session ?? "")), invalid);
		assert.equal(await refusal(verify(choices.Session ?? "", "123456")), invalid);
	});

	await t.test("a user who has an app by now is given no other by a session of before", async () => {
		const { way, Session } = await begin();
		const other = await start(way, "USER_PASSWORD_AUTH");
		const { responses, session } = await answer(way, other, "SOFTWARE_TOKEN_MFA");
		await respond(way, "MFA_SETUP", responses, session);
		assert.equal(await refusal(associate(Session)), invalid);
	});
}

async function signUps(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client, clock } = gatehouse;
	const place = await createPlace(
		gatehouse,
		{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
		{ ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"] },
	);
	const { UserPoolId, ClientId } = place;
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({ UserPoolId, ClientName: "other", ExplicitAuthFlows: ["ALLOW_USER_AUTH"] }),
	);
	const otherClient = UserPoolClient?.ClientId ?? "";
	const signUp = async (Username: string) => {
		const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
		return (await client.send(new SignUpCommand({ ClientId, Username, Password: password, UserAttributes }))).Session ?? "";
	};
	const confirm = (Username: string, Session: string, id = ClientId) =>
		client.send(new ConfirmSignUpCommand({ ClientId: id, Username, Session, ConfirmationCode: gatehouse.code(`${Username}@example.com`) }));
	const begin = (USERNAME: string, Session: string, id = ClientId) =>
		client.send(new InitiateAuthCommand({ AuthFlow: "USER_AUTH", ClientId: id, AuthParameters: { USERNAME }, Session }));

	await t.test("SignUp's session confirms its own user, once, unchanged and by its own client", async () => {
		const session = await signUp("una");
		const another = await signUp("ulf");
		await refusesAll(gatehouse, changed(session), (text) => confirm("una", text));
		await refusal(confirm("una", "another client's", otherClient)); // reads that client
		assert.equal(await refusal(confirm("una", session, otherClient)), invalid);
		assert.equal(await refusal(confirm("una", another)), invalid);
		assert.equal((await begin("una", session)).ChallengeName, "SELECT_CHALLENGE", "it proves nothing");
		const { Session: confirmed = "" } = await confirm("una", session);
		assert.notEqual(confirmed, "");
		assert.notEqual(await refusal(confirm("una", session)), "not refused");
	});

	await t.test("ConfirmSignUp's session signs in its own user, once, unchanged and by its own client", async () => {
		const { Session: session = "" } = await confirm("uma", await signUp("uma"));
		await signUp("uwe");
		await refusesAll(gatehouse, changed(session), (text) => begin("uma", text));
		assert.equal(await refusal(begin("uma", session, otherClient)), invalid);
		assert.equal(await refusal(begin("uwe", session)), invalid);
		assert.equal(await refusal(confirm("uwe", session)), invalid);
		const { AuthenticationResult } = await race(() => begin("uma", session));
		assert.ok(AuthenticationResult?.AccessToken);
		assert.equal(await refusal(begin("uma", session)), invalid);
	});

	await t.test("both end with their time, and with the user's sign-out or disabling", async () => {
		const session = await signUp("ugo");
		const { Session: confirmed = "" } = await confirm("ula", await signUp("ula"));
		clock.advance(validityMilliseconds);
		assert.equal(await refusal(confirm("ugo", session)), expired);
		assert.equal(await refusal(begin("ula", confirmed)), expired);
		for (const [Username, Command] of [
			["ute", AdminUserGlobalSignOutCommand],
			["ura", AdminDisableUserCommand],
		] as const) {
			const { Session: left = "" } = await confirm(Username, await signUp(Username));
			await client.send(new Command({ UserPoolId, Username }));
			assert.match(await refusal(begin(Username, left)), /^NotAuthorizedException: /);
		}
	});
}

async function costs(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client } = gatehouse;
	const cost = async (run: () => Promise<unknown>) => {
		const { statements, batches } = await gatehouse.cost(run);
		return { statements, batches };
	};
	const plain = await createPlace(gatehouse);
	await createUser(plain, "ada");
	const costsOf = async (place: Pick<Place, "ClientId">, name: string) => {
		const whole = { ...plain, ...place };
		const tokens = await signIn(whole, name);
		const REFRESH_TOKEN = tokens.RefreshToken;
		const refresh = new InitiateAuthCommand({
			AuthFlow: "REFRESH_TOKEN_AUTH",
			ClientId: place.ClientId,
			AuthParameters: { REFRESH_TOKEN },
		});
		return {
			signIn: await cost(() => signIn(whole, name)),
			GetUser: await cost(() => client.send(new GetUserCommand({ AccessToken: tokens.AccessToken }))),
			refresh: await cost(() => client.send(refresh)),
		};
	};

	await t.test("where MFA is optional and devices are tracked, a sign-in without a factor costs what it does elsewhere", async () => {
		const usual = await costsOf(plain, "ada");
		assert.deepEqual(
			[usual.signIn.batches, usual.GetUser, usual.refresh],
			[1, { statements: 1, batches: 0 }, { statements: 1, batches: 0 }],
		);
		for (const row of [optional, tracked]) {
			const pool = await createPool(gatehouse, row);
			const { username } = await createPerson(gatehouse, pool, row);
			await pool.settle();
			assert.deepEqual(await costsOf(await withRefresh(client, pool), username), usual);
		}
	});
}

async function withRefresh(client: Gatehouse["client"], { UserPoolId }: Pool): Promise<{ readonly ClientId: string }> {
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({
			...{ UserPoolId, ClientName: "refreshing" },
			ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
		}),
	);
	return { ClientId: UserPoolClient?.ClientId ?? "" };
}
