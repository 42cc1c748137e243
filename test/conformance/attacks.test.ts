/** What an attacker tries, and a careful reader asks, that no other file of this folder is about. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminGetUserCommand,
	AdminUpdateUserAttributesCommand,
	type AuthFlowType,
	ChangePasswordCommand,
	ConfirmForgotPasswordCommand,
	CreateUserPoolCommand,
	DeleteUserAttributesCommand,
	ForgotPasswordCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ResendConfirmationCodeCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
	UpdateUserPoolClientCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createPatience } from "../../src/adapters/patience.ts";
import type { Patience } from "../../src/kernel/ports.ts";
import { createSweep } from "../../src/storage/sweep.ts";
import { eachEngine, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, password, refusal, signIn } from "../support/people.ts";
import { startSrp } from "../support/srp-client.ts";

const exceeded = "NotAuthorizedException: Password attempts exceeded";
const hour = 3_600_000;

const start = (gatehouse: Gatehouse, ClientId: string, AuthFlow: AuthFlowType, AuthParameters: Record<string, string>) =>
	gatehouse.client.send(new InitiateAuthCommand({ AuthFlow, ClientId, AuthParameters }));

test("guessing", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const place = await createPlace(gatehouse);
	const attempt = (USERNAME: string, PASSWORD: string) =>
		refusal(start(gatehouse, place.ClientId, "USER_PASSWORD_AUTH", { USERNAME, PASSWORD }));
	/** Many guesses at once, the right one last; answers what came of that one. */
	const burst = async (name: string) => {
		const wrong = Array.from({ length: 30 }, (_, n) => attempt(name, `Wrong-Horse-${n}`));
		const right = attempt(name, password);
		await Promise.all(wrong);
		return right;
	};

	// Connections are open then, and a burst is one.
	await burst("nobody");

	await t.test("a node whose clock is behind the one of the last failure lets no burst of guesses past the lock", async () => {
		await createUser(place, "ada");
		gatehouse.clock.advance(3000);
		await attempt("ada", "Wrong-Horse-7");
		gatehouse.clock.reset();
		assert.equal(await burst("ada"), exceeded);
	});

	await t.test("after quiet time a burst is held to the count that begins anew", async () => {
		await createUser(place, "bob");
		for (let n = 0; n < 3; n++) await attempt("bob", "Wrong-Horse-7");
		gatehouse.clock.advance(15 * 60 * 1000);
		assert.equal(await burst("bob"), exceeded);
		gatehouse.clock.advance(15 * 60 * 1000);
		assert.equal(await attempt("bob", password), "not refused");
	});

	await t.test("a burst learns nothing of the password of somebody who may not sign in", async () => {
		await gatehouse.client.send(new SignUpCommand({ ClientId: place.ClientId, Username: "cyd", Password: password }));
		assert.equal(await attempt("cyd", password), "UserNotConfirmedException: User is not confirmed.");
		assert.equal(await burst("cyd"), exceeded);
	});
});

test("a burst of password changes learns nothing past the lock from what the password history refuses", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const place = await createPlace(gatehouse, { Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } } });
	await createUser(place, "ada");
	const { AccessToken } = await signIn(place, "ada");
	const change = (guess: string) =>
		refusal(gatehouse.client.send(new ChangePasswordCommand({ AccessToken, PreviousPassword: guess, ProposedPassword: guess })));
	assert.match(await change(password), /^PasswordHistoryPolicyViolationException/);
	const burst = () => Promise.all([...Array.from({ length: 30 }, (_, n) => change(`Wrong-Horse-${n}`)), change(password)]);
	// Connections are open after the first, and the second is one burst.
	await burst();
	gatehouse.clock.advance(15 * 60 * 1000);
	assert.equal((await burst()).at(-1), exceeded);
});

test("a recovery code opens nothing once its address is no longer the user's for certain", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const { client } = gatehouse;
	const place = await createPlace(gatehouse);
	await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
	await client.send(new ForgotPasswordCommand({ ClientId: place.ClientId, Username: "ada" }));
	const mark = (Value: "true" | "false") =>
		client.send(
			new AdminUpdateUserAttributesCommand({
				...{ UserPoolId: place.UserPoolId, Username: "ada" },
				UserAttributes: [{ Name: "email_verified", Value }],
			}),
		);
	const ConfirmationCode = gatehouse.code("ada@example.com");
	const confirm = () =>
		refusal(
			client.send(
				new ConfirmForgotPasswordCommand({ ClientId: place.ClientId, Username: "ada", ConfirmationCode, Password: "Thiefs-Horse-3" }),
			),
		);
	await mark("false");
	assert.match(await confirm(), /^CodeMismatchException/);
	await mark("true");
	assert.equal(await confirm(), "not refused");
});

test("where text messages can't be sent, that tells nobody who exists", async (t) => {
	const sms = { available: false, send: async () => Promise.reject(new Error("not configured")) };
	const gatehouse = await startGatehouse({ ports: { sms } });
	t.after(() => gatehouse.stop());
	const { client } = gatehouse;
	const place = await createPlace(
		gatehouse,
		{
			AutoVerifiedAttributes: ["email", "phone_number"],
			SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms", ExternalId: "x" },
		},
		{ PreventUserExistenceErrors: "ENABLED" },
	);
	const { ClientId } = place;
	await createUser(place, "ada", { phone_number: "+15551234567", phone_number_verified: "true" });
	for (const Username of ["ada", "nobody", "nobody@example.com", "+15557654321"]) {
		assert.equal(await refusal(client.send(new ForgotPasswordCommand({ ClientId, Username }))), "not refused", Username);
	}
	const UserAttributes = [{ Name: "email", Value: "bob@example.com" }];
	await client.send(new SignUpCommand({ ClientId, Username: "bob", Password: password, UserAttributes }));
	for (const Username of ["bob", "nobody", "nobody@example.com"]) {
		assert.equal(await refusal(client.send(new ResendConfirmationCodeCommand({ ClientId, Username }))), "not refused", Username);
	}
});

test("a request counts from when it is whole: who sends it slowly gains no time", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const place = await createPlace(gatehouse);
	await createUser(place, "ada");
	const body = JSON.stringify({ AccessToken: (await signIn(place, "ada")).AccessToken });
	const { port } = new URL(gatehouse.url);
	const socket = connect(Number(port), "127.0.0.1");
	t.after(() => socket.destroy());
	let answer = "";
	const heard = new Promise<void>((resolve) => {
		socket.on("data", (data) => {
			const before = answer;
			answer += data;
			// The server says so once it has the headers.
			if (!before.includes("100 Continue") && answer.includes("100 Continue")) {
				setImmediate(() => {
					gatehouse.clock.advance(2 * hour);
					socket.write(body);
				});
			}
		});
		socket.on("close", () => resolve());
	});
	socket.write(
		`POST / HTTP/1.1\r\nHost: localhost:${port}\r\nX-Amz-Target: AWSCognitoIdentityProviderService.GetUser\r\nContent-Type: application/x-amz-json-1.1\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`,
	);
	await heard;
	assert.match(answer, /Access Token has expired/);
});

test("what a client cuts off in the middle is no defect of the server", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const { port } = new URL(gatehouse.url);
	const socket = connect(Number(port), "127.0.0.1");
	socket.write(
		`POST / HTTP/1.1\r\nHost: localhost:${port}\r\nX-Amz-Target: AWSCognitoIdentityProviderService.GetUser\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n`,
	);
	await new Promise((resolve) => socket.once("data", resolve));
	socket.destroy();
	while (!gatehouse.logged.some((line) => line.includes('"message":"request"'))) await new Promise((resolve) => setImmediate(resolve));
	assert.deepEqual(
		gatehouse.logged.filter((line) => line.includes('"level":"error"')),
		[],
	);
});

test("a form of a million parameters holds nobody up", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const began = performance.now();
	const answer = await fetch(gatehouse.url, {
		method: "POST",
		headers: { "content-type": "application/x-www-form-urlencoded" },
		body: "a&".repeat(1_000_000),
	});
	assert.equal(answer.status, 400);
	assert.match(await answer.text(), /Too many parameters/);
	assert.ok(performance.now() - began < 10_000);
});

test("who sends very many bad attributes is told of the first ones", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const place = await createPlace(gatehouse);
	const { ClientId } = place;
	const UserAttributes = Array.from({ length: 20_000 }, () => ({ Name: "updated_at", Value: "x" }));
	const refused = await refusal(
		gatehouse.client.send(new SignUpCommand({ ClientId, Username: "ada", Password: password, UserAttributes })),
	);
	assert.match(refused, /^InvalidParameterException: Attributes did not conform to the schema: updated_at: /);
	assert.ok(refused.length < 5000);
	await createUser(place, "eve");
	const { AccessToken } = await signIn(place, "eve");
	const UserAttributeNames = Array.from({ length: 20_000 }, () => "shoe");
	const kept = await refusal(gatehouse.client.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames })));
	assert.match(kept, /^InvalidParameterException: Invalid user attributes: user.shoe: /);
	assert.ok(kept.length < 5000);
});

test("the clock of development moves by whole milliseconds", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const moved = await fetch(`${gatehouse.url}/_gatehouse/clock`, { method: "POST", body: '{"advanceSeconds":0.0005}' });
	assert.equal(moved.status, 200);
	await gatehouse.client.send(new CreateUserPoolCommand({ PoolName: "people" }));
});

test("an issuer may have the pool's id anywhere", async (t) => {
	const gatehouse = await startGatehouse({ config: { issuer: "https://id.example.com/pools/{userPoolId}/v_1" } });
	t.after(() => gatehouse.stop());
	const place = await createPlace(gatehouse);
	await createUser(place, "ada");
	const { AccessToken } = await signIn(place, "ada");
	assert.equal(claimsOf(AccessToken)["iss"], `https://id.example.com/pools/${place.UserPoolId}/v_1`);
	assert.equal((await gatehouse.client.send(new GetUserCommand({ AccessToken }))).Username, "ada");
});

test("sessions", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const { client } = gatehouse;
	const whoIs = (AccessToken: string) => client.send(new GetUserCommand({ AccessToken }));

	await t.test("a session outlives the switching off of its client's token revocation", async () => {
		const place = await createPlace(gatehouse);
		await createUser(place, "ada");
		const { RefreshToken } = await signIn(place, "ada");
		await client.send(
			new UpdateUserPoolClientCommand({
				...{ UserPoolId: place.UserPoolId, ClientId: place.ClientId, EnableTokenRevocation: false },
				ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
			}),
		);
		const refreshed = await start(gatehouse, place.ClientId, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken });
		const { AccessToken = "" } = refreshed.AuthenticationResult ?? {};
		assert.equal(claimsOf(AccessToken)["origin_jti"], undefined);
		assert.equal((await whoIs(AccessToken)).Username, "ada");
	});

	await t.test("an access token lives to its end, though the session's refresh token ended before and was swept up", async () => {
		const place = await createPlace(gatehouse, {}, { RefreshTokenValidity: 60, TokenValidityUnits: { RefreshToken: "minutes" } });
		await createUser(place, "ada");
		const { RefreshToken } = await signIn(place, "ada");
		gatehouse.clock.advance(hour - 60_000);
		const refreshed = await start(gatehouse, place.ClientId, "REFRESH_TOKEN_AUTH", { REFRESH_TOKEN: RefreshToken });
		gatehouse.clock.advance(120_000);
		const sweep = createSweep(gatehouse.store, gatehouse.clock);
		for (let more = true; more; ) more = (await sweep.step(gatehouse.clock.now())).more;
		assert.equal((await whoIs(refreshed.AuthenticationResult?.AccessToken ?? "")).Username, "ada");
	});

	await t.test("a new temporary password ends what was begun with the one before", async () => {
		const place = await createPlace(gatehouse);
		const invite = (TemporaryPassword: string, MessageAction: "SUPPRESS" | "RESEND") =>
			client.send(new AdminCreateUserCommand({ UserPoolId: place.UserPoolId, Username: "ada", TemporaryPassword, MessageAction }));
		await invite("Leaked-Horse-1", "SUPPRESS");
		const { Session } = await start(gatehouse, place.ClientId, "USER_PASSWORD_AUTH", { USERNAME: "ada", PASSWORD: "Leaked-Horse-1" });
		gatehouse.clock.advance(1000);
		await invite("Fresh-Horse-22", "RESEND");
		const answer = client.send(
			new RespondToAuthChallengeCommand({
				...{ ClientId: place.ClientId, ChallengeName: "NEW_PASSWORD_REQUIRED", Session },
				ChallengeResponses: { USERNAME: "ada", NEW_PASSWORD: "Thiefs-Horse-3" },
			}),
		);
		assert.equal(await refusal(answer), "NotAuthorizedException: Invalid session for the user.");
	});
});

test("a client learns no attributes that it may not read", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const { client } = gatehouse;
	const place = await createPlace(gatehouse, {
		Schema: [{ Name: "note", AttributeDataType: "String", DeveloperOnlyAttribute: true, Mutable: true }],
	});
	await createUser(place, "ada", { "dev:custom:note": "suspect", name: "Ada" });
	assert.equal(claimsOf((await signIn(place, "ada")).IdToken)["dev:custom:note"], undefined);
	const narrow = await createClient(gatehouse, place.UserPoolId, { ReadAttributes: ["email"] });
	await client.send(
		new AdminCreateUserCommand({
			...{ UserPoolId: place.UserPoolId, Username: "bob", TemporaryPassword: password, MessageAction: "SUPPRESS" },
			UserAttributes: [
				{ Name: "name", Value: "Bob" },
				{ Name: "email", Value: "bob@example.com" },
			],
		}),
	);
	const asked = await start(gatehouse, narrow.ClientId, "USER_PASSWORD_AUTH", { USERNAME: "bob", PASSWORD: password });
	assert.deepEqual(JSON.parse(asked.ChallengeParameters?.["userAttributes"] ?? ""), { email: "bob@example.com" });
});

test("names", async (t) => {
	const gatehouse = await startGatehouse();
	t.after(() => gatehouse.stop());
	const { client } = gatehouse;

	await t.test("an unknown name is answered in the form in which a known one is kept", async () => {
		const place = await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" });
		await createUser(place, "jose\u0301");
		for (const [typed, shown] of [
			["jose\u0301", "jos\u00e9"],
			["rene\u0301", "ren\u00e9"],
		] as const) {
			const { SRP_A } = startSrp();
			const { ChallengeParameters } = await start(gatehouse, place.ClientId, "USER_SRP_AUTH", { USERNAME: typed, SRP_A });
			assert.equal(ChallengeParameters?.["USER_ID_FOR_SRP"], shown);
		}
	});

	await t.test("nobody takes a username that is somebody's e-mail alias in another Unicode form", async () => {
		const place = await createPlace(gatehouse, { AliasAttributes: ["email"] });
		await createUser(place, "ada", { email: "a`d@example.com", email_verified: "true" });
		const taken = client.send(new SignUpCommand({ ClientId: place.ClientId, Username: "a\u1fefd@example.com", Password: password }));
		assert.match(await refusal(taken), /^InvalidParameterException: Username cannot be of email format/);
		const found = await client.send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username: "a`d@example.com" }));
		assert.equal(found.Username, "ada");
	});
});

eachEngine("a username and another user's equal preferred_username are never both given", async (engine) => {
	const one = await startGatehouse({ engine });
	// Two nodes race where there can be two.
	const two = engine === "postgres" ? await one.node() : one;
	try {
		const { UserPoolId } = await createPlace(one, { AliasAttributes: ["preferred_username"] });
		const place = { UserPoolId, MessageAction: "SUPPRESS" } as const;
		for (let round = 0; round < 10; round++) {
			await one.client.send(new AdminCreateUserCommand({ ...place, Username: `owner${round}` }));
			const Value = `name${round}`;
			const outcomes = await Promise.all([
				refusal(
					one.client.send(
						new AdminUpdateUserAttributesCommand({
							...{ UserPoolId, Username: `owner${round}`, UserAttributes: [{ Name: "preferred_username", Value }] },
						}),
					),
				),
				refusal(two.client.send(new AdminCreateUserCommand({ ...place, Username: Value }))),
			]);
			assert.equal(outcomes.filter((outcome) => outcome === "not refused").length, 1, outcomes.join(" / "));
			assert.match(outcomes.join(), /AliasExistsException|UsernameExistsException/);
		}
	} finally {
		if (two !== one) await two.stop();
		await one.stop();
	}
});

test("a user's hourly limits hold by whichever of its names it is called", async (t) => {
	const gatehouse = await startGatehouse({ config: { limits: true } });
	t.after(() => gatehouse.stop());
	// From the beginning of an hour, so that no other one begins meanwhile.
	gatehouse.clock.advance(3_600_000 - (gatehouse.clock.now() % 3_600_000));
	const place = await createPlace(gatehouse, { UsernameAttributes: ["email"] });
	const { UserSub } = await gatehouse.client.send(
		new SignUpCommand({ ClientId: place.ClientId, Username: "ada@example.com", Password: password }),
	);
	const resend = (Username = "ada@example.com") =>
		refusal(gatehouse.client.send(new ResendConfirmationCodeCommand({ ClientId: place.ClientId, Username })));
	for (let n = 0; n < 5; n++) assert.equal(await resend(), "not refused");
	assert.match(await resend(UserSub), /^LimitExceededException/);
});

test("a mail server that hangs keeps nobody waiting for long, and is asked for no more than a few at once", async (t) => {
	const release = Promise.withResolvers<void>();
	let sent = 0;
	// The sign-up's own message goes through.
	const mail = { available: true, send: async () => (sent++ === 0 ? undefined : release.promise) };
	const patience = createPatience();
	const hasty: Patience = { within: (milliseconds, promise) => patience.within(Math.min(milliseconds, 200), promise) };
	const gatehouse = await startGatehouse({ ports: { mail, patience: hasty } });
	t.after(() => gatehouse.stop());
	t.after(() => release.resolve());
	const { ClientId } = await createPlace(gatehouse);
	await gatehouse.client.send(
		new SignUpCommand({ ClientId, Username: "ada", Password: password, UserAttributes: [{ Name: "email", Value: "ada@example.com" }] }),
	);
	const resend = async () => {
		const answer = await fetch(gatehouse.url, {
			method: "POST",
			headers: { "x-amz-target": "AWSCognitoIdentityProviderService.ResendConfirmationCode", "content-type": "application/x-amz-json-1.1" },
			body: JSON.stringify({ ClientId, Username: "ada" }),
		});
		return answer.text();
	};
	const answers = await Promise.all(Array.from({ length: 1001 }, resend));
	assert.deepEqual([...new Set(answers.map((text) => Object.keys(JSON.parse(text) as object)[0]))], ["CodeDeliveryDetails"]);
	// Ten for each channel, whatever waits; the rest are rows.
	assert.ok(sent <= 11, String(sent));
});
