/** Sign-in by choice (USER_AUTH): codes and passwords as first factors, and who may not learn what. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminGetUserCommand,
	AdminInitiateAuthCommand,
	AdminResetUserPasswordCommand,
	AdminRespondToAuthChallengeCommand,
	AdminUserGlobalSignOutCommand,
	type ChallengeNameType,
	CreateUserPoolCommand,
	InitiateAuthCommand,
	type InitiateAuthCommandOutput,
	RespondToAuthChallengeCommand,
	SetUserPoolMfaConfigCommand,
	SignUpCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { type Cost, eachEngine, engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { emptied } from "../support/outbox.ts";
import { claimsOf, createClient, createPlace, createUser, password, refusal, signIn } from "../support/people.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";

const wrongCode = "CodeMismatchException: Invalid code or auth state for the user.";
const invalidSession = "NotAuthorizedException: Invalid session for the user.";
const incorrect = "NotAuthorizedException: Incorrect username or password.";
const ExplicitAuthFlows = ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] as const;
const AllowedFirstAuthFactors = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] as const;

type Challenge = Pick<InitiateAuthCommandOutput, "ChallengeName" | "Session" | "ChallengeParameters" | "AvailableChallenges">;

/** A pool whose users sign in by choice, and what a client of it does. */
async function createChoice(gatehouse: Gatehouse, hides: "ENABLED" | "LEGACY" = "ENABLED", pool: Parameters<typeof createPlace>[1] = {}) {
	const { client } = gatehouse;
	const place = await createPlace(
		gatehouse,
		{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: [...AllowedFirstAuthFactors] } }, ...pool },
		{ ExplicitAuthFlows: [...ExplicitAuthFlows], PreventUserExistenceErrors: hides },
	);
	const start = (USERNAME: string, PREFERRED_CHALLENGE?: string, more: Record<string, string> = {}, ClientId = place.ClientId) =>
		client.send(
			new InitiateAuthCommand({
				...{ AuthFlow: "USER_AUTH", ClientId },
				AuthParameters: { USERNAME, ...(PREFERRED_CHALLENGE && { PREFERRED_CHALLENGE }), ...more },
			}),
		);
	const answer = (
		ChallengeName: ChallengeNameType,
		{ Session }: Pick<Challenge, "Session">,
		ChallengeResponses: Record<string, string>,
		ClientId = place.ClientId,
	) => client.send(new RespondToAuthChallengeCommand({ ChallengeName, Session, ChallengeResponses, ClientId }));
	const code = (challenge: Challenge, USERNAME: string, EMAIL_OTP_CODE: string) =>
		answer("EMAIL_OTP", challenge, { USERNAME, EMAIL_OTP_CODE });
	/** The code that is sent once the answer was. */
	const sent = async (to: string) => {
		await delivered();
		return gatehouse.code(to);
	};
	return { place, start, answer, code, sent };
}

/** Messages that nobody waits for take until the next turn of the loop. */
const delivered = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

/** Another code than the one that was sent. */
const otherThan = (code: string) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

const keysOf = (answer: object) =>
	Object.keys(answer)
		.filter((key) => key !== "$metadata")
		.sort();

for (const engine of engines) {
	test(`sign-in by choice (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		await codes(t, gatehouse);
		await choices(t, gatehouse);
		await statuses(t, gatehouse);
		await refusals(t, gatehouse);
		await unknownUsers(t, gatehouse);
	});
}

async function codes(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client, clock } = gatehouse;
	const { place, start, answer, code, sent } = await createChoice(gatehouse);
	const sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true", phone_number: "+15550001234" });

	await t.test("EMAIL_OTP sends a code, whose answer gives tokens once", async () => {
		const challenge = await start("ada", "EMAIL_OTP");
		assert.deepEqual(keysOf(challenge), ["ChallengeName", "ChallengeParameters", "Session"]);
		assert.equal(challenge.ChallengeName, "EMAIL_OTP");
		assert.deepEqual(challenge.ChallengeParameters, { CODE_DELIVERY_DELIVERY_MEDIUM: "EMAIL", CODE_DELIVERY_DESTINATION: "a***@e***" });
		const right = await sent("ada@example.com");
		assert.equal(gatehouse.inbox({ to: "ada@example.com" })[0]?.trigger, "CustomMessage_Authentication");
		assert.equal(await refusal(code(challenge, "ada", otherThan(right))), wrongCode);
		const { AuthenticationResult } = await code(challenge, "ada", right);
		assert.equal(claimsOf(AuthenticationResult?.IdToken ?? "")["sub"], sub);
		assert.equal(await refusal(code(challenge, "ada", right)), invalidSession);
	});

	await t.test("SMS_OTP sends one to the telephone, which is verified by it", async () => {
		const challenge = await start("ada", "SMS_OTP");
		assert.deepEqual(challenge.ChallengeParameters, { CODE_DELIVERY_DELIVERY_MEDIUM: "SMS", CODE_DELIVERY_DESTINATION: "+*******1234" });
		const SMS_OTP_CODE = await sent("+15550001234");
		assert.equal(
			await refusal(answer("SMS_OTP", challenge, { USERNAME: "ada" })),
			"InvalidParameterException: Missing required parameter SMS_OTP_CODE",
		);
		const { AuthenticationResult } = await answer("SMS_OTP", challenge, { USERNAME: "ada", SMS_OTP_CODE });
		assert.equal(claimsOf(AuthenticationResult?.IdToken ?? "")["phone_number_verified"], true);
	});

	await t.test("ten racing right codes give one set of tokens", async () => {
		const challenge = await start("ada", "EMAIL_OTP");
		const right = await sent("ada@example.com");
		const outcomes = await Promise.all(Array.from({ length: 10 }, () => refusal(code(challenge, "ada", right))));
		assert.deepEqual(outcomes.sort(), [...Array(9).fill(invalidSession), "not refused"]);
	});

	await t.test("five wrong codes end the session and lock the name; a new session is another matter", async () => {
		const challenge = await start("ada", "EMAIL_OTP");
		const right = await sent("ada@example.com");
		for (let n = 0; n < 5; n++) assert.equal(await refusal(code(challenge, "ada", otherThan(right))), wrongCode);
		const locked = "NotAuthorizedException: Password attempts exceeded";
		assert.equal(await refusal(code(challenge, "ada", right)), locked);
		assert.equal(await refusal(start("ada", "EMAIL_OTP")), locked);
		clock.advance(1000);
		assert.equal(await refusal(code(challenge, "ada", right)), invalidSession);
		const next = await start("ada", "EMAIL_OTP");
		assert.ok((await code(next, "ada", await sent("ada@example.com"))).AuthenticationResult);
	});

	await t.test("a burst of codes finds no more than five answers", async () => {
		const challenge = await start("ada", "EMAIL_OTP");
		const right = await sent("ada@example.com");
		const guesses = Array.from({ length: 12 }, () => refusal(code(challenge, "ada", otherThan(right))));
		const outcomes = await Promise.all(guesses);
		assert.ok(outcomes.filter((outcome) => outcome === wrongCode).length <= 5, outcomes.join("\n"));
		clock.advance(15 * 60 * 1000);
		assert.equal(await refusal(code(challenge, "ada", right)), "NotAuthorizedException: Invalid session for the user, session is expired.");
	});

	await t.test("a code costs a read and its row in the outbox, and its answer a read and a batch", async () => {
		await start("ada");
		const before = { ...gatehouse.store.counts };
		const challenge = await start("ada", "EMAIL_OTP");
		const right = await sent("ada@example.com");
		await emptied(gatehouse);
		const asked = { ...gatehouse.store.counts };
		await code(challenge, "ada", right);
		const { statements, batches } = gatehouse.store.counts;
		// The row is inserted, and deleted while nobody waits.
		assert.equal(asked.batches - before.batches, 2);
		assert.equal(batches - asked.batches, 1);
		assert.ok(statements - asked.statements >= 1);
	});

	await t.test("an administrator signs in for a user with AWS credentials", async () => {
		const { UserPoolId, ClientId } = place;
		const challenge = await client.send(
			new AdminInitiateAuthCommand({
				...{ UserPoolId, ClientId, AuthFlow: "USER_AUTH" },
				AuthParameters: { USERNAME: "ada", PREFERRED_CHALLENGE: "EMAIL_OTP" },
			}),
		);
		const ChallengeResponses = { USERNAME: "ada", EMAIL_OTP_CODE: await sent("ada@example.com") };
		const { AuthenticationResult } = await client.send(
			new AdminRespondToAuthChallengeCommand({
				...{ UserPoolId, ClientId, ChallengeName: "EMAIL_OTP", Session: challenge.Session, ChallengeResponses },
			}),
		);
		assert.ok(AuthenticationResult?.AccessToken);
	});

	await t.test("whatever changes the user ends a code", async () => {
		const challenge = await start("ada", "EMAIL_OTP");
		const right = await sent("ada@example.com");
		await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: place.UserPoolId, Username: "ada" }));
		assert.equal(await refusal(code(challenge, "ada", right)), invalidSession);
	});
}

async function choices(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client } = gatehouse;
	const { place, start, answer, code, sent } = await createChoice(gatehouse);
	await createUser(place, "bea", { email: "bea@example.com" });
	const all = ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"];

	await t.test("without a preference the answer is the list of what the user has", async () => {
		const challenge = await start("bea");
		assert.deepEqual(keysOf(challenge), ["AvailableChallenges", "ChallengeName", "ChallengeParameters", "Session"]);
		assert.equal(challenge.ChallengeName, "SELECT_CHALLENGE");
		assert.deepEqual(challenge.AvailableChallenges, all);
		assert.deepEqual(challenge.ChallengeParameters, {});
		for (const preferred of ["SMS_OTP", "WEB_AUTHN"]) {
			const instead = await start("bea", preferred);
			assert.deepEqual([instead.ChallengeName, instead.AvailableChallenges], ["SELECT_CHALLENGE", all]);
		}
	});

	await t.test("a code is chosen once, however many choose it at the same time", async () => {
		const challenge = await start("bea");
		const before = gatehouse.inbox({ to: "bea@example.com" }).length;
		const choose = () => answer("SELECT_CHALLENGE", challenge, { USERNAME: "bea", ANSWER: "EMAIL_OTP" });
		const chosen = await Promise.allSettled(Array.from({ length: 10 }, choose));
		const given = chosen.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
		assert.equal(given.length, 1);
		const right = await sent("bea@example.com");
		assert.equal(gatehouse.inbox({ to: "bea@example.com" }).length, before + 1);
		assert.equal(await refusal(choose()), invalidSession);
		assert.ok((await code(given[0] ?? {}, "bea", right)).AuthenticationResult);
	});

	await t.test("a password is given with the choice, or when it is asked for; a wrong one can be corrected", async () => {
		const challenge = await start("bea");
		const choose = (PASSWORD?: string) =>
			answer("SELECT_CHALLENGE", challenge, { USERNAME: "bea", ANSWER: "PASSWORD", ...(PASSWORD && { PASSWORD }) });
		assert.equal(await refusal(choose("Wrong-Horse-7")), incorrect);
		const asked = await choose();
		assert.deepEqual([asked.ChallengeName, asked.ChallengeParameters, keysOf(asked).length], ["PASSWORD", {}, 3]);
		const give = (PASSWORD: string) => answer("PASSWORD", asked, { USERNAME: "bea", PASSWORD });
		assert.equal(await refusal(give("Wrong-Horse-7")), incorrect);
		const outcomes = await Promise.all(Array.from({ length: 5 }, () => refusal(give(password))));
		assert.equal(outcomes.filter((outcome) => outcome === "not refused").length, 1);
		// What was asked for and the choice itself are one.
		assert.equal(await refusal(choose(password)), invalidSession);
		// Without the detour: the challenge's name is the choice.
		assert.ok((await answer("PASSWORD", await start("bea"), { USERNAME: "bea", PASSWORD: password })).AuthenticationResult);
		assert.ok((await start("bea", "PASSWORD", { PASSWORD: password })).AuthenticationResult);
		assert.equal(await refusal(start("bea", "PASSWORD", { PASSWORD: "Wrong-Horse-7" })), incorrect);
		await signIn(place, "bea");
	});

	await t.test("a password as preference costs what USER_PASSWORD_AUTH does", async () => {
		const byName = await gatehouse.cost(() => signIn(place, "bea"));
		const byChoice = await gatehouse.cost(() => start("bea", "PASSWORD", { PASSWORD: password }));
		assert.equal(byChoice.statements, byName.statements);
	});

	await t.test("SRP is preferred, chosen or answered directly; its session may be left out, must be right, and is spent", async () => {
		const verify = (srp: ReturnType<typeof startSrp>, challenge: Challenge, secret = password, Session = challenge.Session) => {
			const ChallengeResponses = answerSrp(srp, challenge.ChallengeParameters ?? {}, place.UserPoolId, secret);
			return client.send(
				new RespondToAuthChallengeCommand({ ChallengeName: "PASSWORD_VERIFIER", ClientId: place.ClientId, Session, ChallengeResponses }),
			);
		};
		const srp = startSrp();
		const { SRP_A } = srp;
		const preferred = await start("bea", "PASSWORD_SRP", { SRP_A });
		assert.equal(preferred.ChallengeName, "PASSWORD_VERIFIER");
		assert.deepEqual(keysOf(preferred), ["ChallengeName", "ChallengeParameters", "Session"]);
		assert.ok((await verify(srp, preferred)).AuthenticationResult);
		assert.equal(await refusal(verify(srp, preferred)), invalidSession);

		const choice = await start("bea");
		const chosen = await answer("SELECT_CHALLENGE", choice, { USERNAME: "bea", ANSWER: "PASSWORD_SRP", SRP_A });
		assert.equal(await refusal(verify(srp, chosen, "Wrong-Horse-7")), incorrect);
		assert.equal(await refusal(verify(srp, chosen, password, choice.Session)), invalidSession);
		const other = await start("bea", "PASSWORD_SRP", { SRP_A });
		assert.ok((await verify(srp, chosen)).AuthenticationResult);
		assert.equal(
			await refusal(answer("SELECT_CHALLENGE", choice, { USERNAME: "bea", ANSWER: "PASSWORD", PASSWORD: password })),
			invalidSession,
		);
		const bare = { ...other, Session: undefined };
		assert.ok((await verify(srp, bare)).AuthenticationResult);

		const asked = await answer("SELECT_CHALLENGE", await start("bea"), { USERNAME: "bea", ANSWER: "PASSWORD_SRP" });
		assert.equal(asked.ChallengeName, "PASSWORD_SRP");
		assert.ok((await verify(srp, await answer("PASSWORD_SRP", asked, { USERNAME: "bea", SRP_A }))).AuthenticationResult);
	});

	await t.test("SRP's session of another user is refused", async () => {
		await createUser(place, "bob", { email: "bob@example.com" });
		const srp = startSrp();
		const { SRP_A } = srp;
		const mine = await start("bea", "PASSWORD_SRP", { SRP_A });
		const theirs = await start("bob", "PASSWORD_SRP", { SRP_A });
		const ChallengeResponses = answerSrp(srp, mine.ChallengeParameters ?? {}, place.UserPoolId, password);
		assert.equal(await refusal(answer("PASSWORD_VERIFIER", theirs, ChallengeResponses)), invalidSession);
	});

	await t.test("what is not in the list can't be chosen", async () => {
		for (const ANSWER of ["SMS_OTP", "WEB_AUTHN", "SELECT_CHALLENGE", "email"]) {
			assert.equal(
				await refusal(answer("SELECT_CHALLENGE", await start("bea"), { USERNAME: "bea", ANSWER })),
				"InvalidParameterException: ANSWER is not one of the available challenges.",
			);
		}
	});
}

async function statuses(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client } = gatehouse;
	const { place, start, code, sent } = await createChoice(gatehouse, "LEGACY", { AliasAttributes: ["email"] });
	const { UserPoolId, ClientId } = place;
	const describe = async (Username: string) => {
		const { UserStatus, UserAttributes = [] } = await client.send(new AdminGetUserCommand({ UserPoolId, Username }));
		return [UserStatus, UserAttributes.find(({ Name }) => Name === "email_verified")?.Value];
	};
	const signUp = (Username: string, email: string) =>
		client.send(new SignUpCommand({ ClientId, Username, Password: password, UserAttributes: [{ Name: "email", Value: email }] }));

	await t.test("a code confirms a user who had not been, and verifies the address", async () => {
		await signUp("cat", "cat@example.com");
		assert.equal(await refusal(signIn(place, "cat")), "UserNotConfirmedException: User is not confirmed.");
		const challenge = await start("cat", "EMAIL_OTP");
		await code(challenge, "cat", await sent("cat@example.com"));
		assert.deepEqual(await describe("cat"), ["CONFIRMED", "true"]);
		// By the alias that is active now.
		const byAlias = await start("cat@example.com", "EMAIL_OTP");
		assert.ok((await code(byAlias, "cat", await sent("cat@example.com"))).AuthenticationResult);
	});

	await t.test("of two users who verify one address at the same time, one gets it as its alias", async () => {
		const names = ["dan", "dee"];
		for (const name of names) await signUp(name, "both@example.com");
		const rights: [string, Challenge, string][] = [];
		for (const name of names) rights.push([name, await start(name, "EMAIL_OTP"), await sent("both@example.com")]);
		const outcomes = await Promise.all(rights.map(([name, challenge, right]) => refusal(code(challenge, name, right))));
		assert.deepEqual(outcomes.sort(), ["AliasExistsException: An account with the email already exists.", "not refused"]);
		const verified = await Promise.all(names.map(describe));
		assert.deepEqual(verified.sort(), [
			["CONFIRMED", "true"],
			["UNCONFIRMED", "false"],
		]);
	});

	await t.test("whose password has to be reset signs in with a code, and the old password is gone", async () => {
		await createUser(place, "eve", { email: "eve@example.com", email_verified: "true" });
		await client.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: "eve" }));
		assert.match(await refusal(start("eve", "PASSWORD", { PASSWORD: password })), /^PasswordResetRequiredException/);
		const challenge = await start("eve", "EMAIL_OTP");
		assert.ok((await code(challenge, "eve", await sent("eve@example.com"))).AuthenticationResult);
		assert.deepEqual(await describe("eve"), ["CONFIRMED", "true"]);
		assert.equal(await refusal(signIn(place, "eve")), incorrect);
		assert.deepEqual((await start("eve")).AvailableChallenges, ["EMAIL_OTP"]);
	});

	await t.test("who has a temporary password sets one before anything else", async () => {
		await client.send(
			new AdminCreateUserCommand({
				...{ UserPoolId, Username: "fay", TemporaryPassword: password, MessageAction: "SUPPRESS" },
				UserAttributes: [{ Name: "email", Value: "fay@example.com" }],
			}),
		);
		const challenge = await start("fay", "EMAIL_OTP");
		const next = await code(challenge, "fay", await sent("fay@example.com"));
		assert.equal(next.ChallengeName, "NEW_PASSWORD_REQUIRED");
		assert.deepEqual(await describe("fay"), ["FORCE_CHANGE_PASSWORD", "true"]);
	});
}

async function refusals(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client, clock } = gatehouse;
	const { place, start, answer, code, sent } = await createChoice(gatehouse);
	await createUser(place, "gil", { email: "gil@example.com" });
	await createUser(place, "hal", { email: "hal@example.com" });

	await t.test("flows and parameters that are not right are refused in Cognito's words", async () => {
		const without = await createClient(gatehouse, place.UserPoolId);
		const secret = await createClient(gatehouse, place.UserPoolId, { GenerateSecret: true, ExplicitAuthFlows: ["ALLOW_USER_AUTH"] });
		const table: [() => Promise<unknown>, string][] = [
			[() => start("gil", undefined, {}, without.ClientId), "InvalidParameterException: USER_AUTH flow not enabled for this client"],
			[() => start(""), "InvalidParameterException: Missing required parameter USERNAME"],
			[() => start("gil", "PASSWORD"), "InvalidParameterException: Missing required parameter PASSWORD"],
			[() => start("gil", "PASSWORD_SRP"), "InvalidParameterException: Missing required parameter SRP_A"],
			[() => start("gil", "PASSWORD_SRP", { SRP_A: "0" }), "InvalidParameterException: SRP_A is not a valid public value."],
			[() => start("gil", "SMS_MFA"), "InvalidParameterException: PREFERRED_CHALLENGE is not a first authentication factor."],
			[
				() => start("gil", undefined, {}, secret.ClientId),
				`NotAuthorizedException: Client ${secret.ClientId} is configured with secret but SECRET_HASH was not received`,
			],
			[
				async () => answer("SELECT_CHALLENGE", await start("gil"), { USERNAME: "gil" }),
				"InvalidParameterException: Missing required parameter ANSWER",
			],
			[
				async () => answer("PASSWORD", await start("gil"), { USERNAME: "gil" }),
				"InvalidParameterException: Missing required parameter PASSWORD",
			],
			[
				async () => answer("SELECT_CHALLENGE", await start("gil"), { ANSWER: "EMAIL_OTP" }),
				"InvalidParameterException: Missing required parameter USERNAME",
			],
		];
		for (const [call, expected] of table) assert.equal(await refusal(call()), expected);
	});

	await t.test(
		"a session of another client, pool, user or step, an expired or a changed one is refused, without a query where the seal breaks",
		async () => {
			const other = await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows: [...ExplicitAuthFlows] });
			const elsewhere = await createChoice(gatehouse);
			await createUser(elsewhere.place, "gil", { email: "gil@example.com" });
			const challenge = await start("gil", "EMAIL_OTP");
			const EMAIL_OTP_CODE = await sent("gil@example.com");
			const mine = { USERNAME: "gil", EMAIL_OTP_CODE };
			const { Session = "" } = challenge;
			const middle = Session.length >> 1;
			const changed = `${Session.slice(0, middle)}${Session[middle] === "A" ? "B" : "A"}${Session.slice(middle + 1)}`;
			// The caches of pool and client are filled.
			await refusal(answer("EMAIL_OTP", challenge, { ...mine, EMAIL_OTP_CODE: otherThan(EMAIL_OTP_CODE) }));
			const withoutQuery: [string, () => Promise<unknown>][] = [
				["another client's", () => answer("EMAIL_OTP", challenge, mine, other.ClientId)],
				["another pool's", () => elsewhere.answer("EMAIL_OTP", challenge, mine)],
				["a changed one", () => answer("EMAIL_OTP", { Session: changed }, mine)],
				["of another step, SMS_OTP", () => answer("SMS_OTP", challenge, { USERNAME: "gil", SMS_OTP_CODE: EMAIL_OTP_CODE })],
				["of another step, SELECT_CHALLENGE", () => answer("SELECT_CHALLENGE", challenge, { USERNAME: "gil", ANSWER: "EMAIL_OTP" })],
				["of another step, NEW_PASSWORD", () => answer("NEW_PASSWORD_REQUIRED", challenge, { USERNAME: "gil", NEW_PASSWORD: password })],
			];
			for (const [what, call] of withoutQuery) {
				// Once before, so that pool and client are in the cache.
				const refuses = async () => assert.equal(await refusal(call()), invalidSession, what);
				await refuses();
				assert.equal((await gatehouse.cost(refuses)).statements, 0, what);
			}
			assert.equal(await refusal(answer("EMAIL_OTP", challenge, { ...mine, USERNAME: "hal" })), invalidSession);
			assert.equal(await refusal(answer("EMAIL_OTP", { Session: undefined }, mine)), invalidSession);
			assert.ok((await answer("EMAIL_OTP", challenge, mine)).AuthenticationResult, "what was refused has spent nothing");
			const late = await start("gil", "EMAIL_OTP");
			const right = await sent("gil@example.com");
			clock.advance(3 * 60 * 1000);
			assert.equal(await refusal(code(late, "gil", right)), "NotAuthorizedException: Invalid session for the user, session is expired.");
		},
	);

	await t.test("one user's code does not answer another's session", async () => {
		const first = await start("gil", "EMAIL_OTP");
		const wrong = await sent("gil@example.com");
		const second = await start("hal", "EMAIL_OTP");
		assert.equal(await refusal(code(second, "hal", wrong)), wrongCode);
		const earlier = await start("gil", "EMAIL_OTP");
		assert.equal(await refusal(code(earlier, "gil", wrong)), wrongCode, "nor an earlier code a later session");
		assert.ok((await code(first, "gil", wrong)).AuthenticationResult);
	});

	await t.test("a pool's first factors, its MFA and its plan must go together", async () => {
		const create = (factors: readonly string[], more: object = {}) =>
			refusal(
				client.send(
					new CreateUserPoolCommand({
						PoolName: "rules",
						Policies: { SignInPolicy: { AllowedFirstAuthFactors: [...factors] as never } },
						...more,
					}),
				),
			);
		const sms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms", ExternalId: "x" }, MfaConfiguration: "ON" };
		assert.match(await create(["EMAIL_OTP"]), /^InvalidParameterException: Password should be configured/);
		assert.match(await create(["WEB_AUTHN"]), /^InvalidParameterException: Password should be configured/);
		assert.match(await create(["PASSWORD", "SOFTWARE_TOKEN"]), /^InvalidParameterException: SOFTWARE_TOKEN is not supported/);
		assert.match(
			await create(["PASSWORD", "EMAIL_OTP"], sms),
			/^InvalidParameterException: Only PASSWORD and WEB_AUTHN \(if configured\) can be/,
		);
		assert.match(await create(["PASSWORD", "WEB_AUTHN"], sms), /^InvalidParameterException: WEB_AUTHN cannot be used as an auth factor/);
		assert.match(await create(["PASSWORD", "SMS_OTP"], { UserPoolTier: "LITE" }), /^FeatureUnavailableInTierException/);

		const demand = (UserPoolId: string, FactorConfiguration?: "SINGLE_FACTOR" | "MULTI_FACTOR_WITH_USER_VERIFICATION") =>
			refusal(
				client.send(
					new SetUserPoolMfaConfigCommand({
						...{ UserPoolId, MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } },
						...(FactorConfiguration && { WebAuthnConfiguration: { RelyingPartyId: "example.com", FactorConfiguration } }),
					}),
				),
			);
		assert.match(await demand(place.UserPoolId), /^InvalidParameterException: Only PASSWORD and WEB_AUTHN \(if configured\) can be/);
		const passkeys = await createPlace(gatehouse, { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } } });
		assert.match(
			await demand(passkeys.UserPoolId),
			/^InvalidParameterException: Cannot set WebAuthn factor configuration to SINGLE_FACTOR/,
		);
		assert.match(
			await demand(passkeys.UserPoolId, "SINGLE_FACTOR"),
			/^InvalidParameterException: Cannot set WebAuthn factor configuration to SINGLE_FACTOR/,
		);
		assert.equal(await demand(passkeys.UserPoolId, "MULTI_FACTOR_WITH_USER_VERIFICATION"), "not refused");
	});
}

async function unknownUsers(t: TestContext, gatehouse: Gatehouse): Promise<void> {
	const { client, clock } = gatehouse;
	const { place, start, answer, code } = await createChoice(gatehouse);
	await createUser(place, "ida", { email: "ida@example.com" });
	const legacy = await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows: ["ALLOW_USER_AUTH"] });
	const forget = () => clock.advance(15 * 60 * 1000);
	/** Three times, so that what counts attempts gets to its limits. */
	const cost = async (work: () => Promise<unknown>) => {
		const samples: (Cost & { result: unknown })[] = [];
		for (let n = 0; n < 3; n++) {
			let result: unknown;
			const spent = await gatehouse.cost(async () => {
				result = await work();
			});
			samples.push({ ...spent, result });
		}
		return samples.reduce((least, sample) => (sample.statements < least.statements ? sample : least));
	};
	const shape = (challenge: Challenge) => [keysOf(challenge), challenge.ChallengeName, Object.keys(challenge.ChallengeParameters ?? {})];

	await t.test("a name that nobody has costs, answers and gives up as a known one does", async () => {
		const before = gatehouse.inbox().length;
		const costsOf = async (name: string) => {
			let challenge: Challenge = {};
			const costs = [
				await cost(async () => {
					challenge = await start(name, "EMAIL_OTP");
					return shape(challenge);
				}),
				// A code that is none: nobody knows the right one.
				await cost(() => refusal(code(challenge, name, "none"))),
			];
			const outcomes: string[] = [];
			for (let n = 0; n < 3; n++) outcomes.push(await refusal(code(challenge, name, "none")));
			clock.advance(1000);
			outcomes.push(await refusal(code(challenge, name, "none")));
			forget();
			const other = await cost(async () =>
				refusal(answer("EMAIL_OTP", await start(name, "EMAIL_OTP"), { USERNAME: "nobody-at-all", EMAIL_OTP_CODE: "1" })),
			);
			const wrong = await cost(() => refusal(start(name, "PASSWORD", { PASSWORD: "Wrong-Horse-7" })));
			forget();
			const list = await start(name);
			const choose = await cost(async () =>
				shape(await answer("SELECT_CHALLENGE", await start(name), { USERNAME: name, ANSWER: "EMAIL_OTP" })),
			);
			return { costs, outcomes, other, wrong, shape: shape(list), choose };
		};
		// A name whose stand-in has a password, as most have.
		const ghost = await withPassword(start);
		const known = await costsOf("ida");
		assert.deepEqual(await costsOf(ghost), known);
		assert.deepEqual(known.outcomes.slice(0, 3), [wrongCode, wrongCode, "NotAuthorizedException: Password attempts exceeded"]);
		assert.equal(known.outcomes[3], invalidSession);
		await delivered();
		assert.ok(gatehouse.inbox().length > before);
		assert.equal(gatehouse.inbox().filter(({ username }) => username !== "ida").length > 0, true);
		assert.deepEqual(
			gatehouse.inbox().filter(({ userPoolId, username }) => userPoolId === place.UserPoolId && username !== "ida"),
			[],
			"nothing is sent to somebody who does not exist",
		);
	});

	await t.test("a name that nobody has gets the same choices and the same address every time, and not all names get the same", async () => {
		const listsOf = () => Promise.all(Array.from({ length: 40 }, async (_, n) => (await start(`ghost-${n}`)).AvailableChallenges));
		const lists = await listsOf();
		assert.deepEqual(await listsOf(), lists);
		assert.ok(new Set(lists.map((list) => JSON.stringify(list))).size > 1);
		// Which the pool verifies at sign-up.
		assert.ok(lists.every((list) => list?.includes("EMAIL_OTP")));
		const [one, two] = [await start("ghost-1", "EMAIL_OTP"), await start("ghost-1", "EMAIL_OTP")];
		assert.deepEqual(one.ChallengeParameters, two.ChallengeParameters);
		const named = await start("someone@example.com", "EMAIL_OTP");
		assert.equal(named.ChallengeParameters?.["CODE_DELIVERY_DESTINATION"], "s***@e***");
	});

	await t.test("a client that hides nobody says who does not exist or is disabled; another one sends a disabled user nothing", async () => {
		assert.equal(await refusal(start("ghost", "EMAIL_OTP", {}, legacy.ClientId)), "UserNotFoundException: User does not exist.");
		assert.equal(await refusal(start("ghost", undefined, {}, legacy.ClientId)), "UserNotFoundException: User does not exist.");
		await createUser(place, "jon", { email: "jon@example.com" });
		await client.send(new AdminDisableUserCommand({ UserPoolId: place.UserPoolId, Username: "jon" }));
		assert.equal(await refusal(start("jon", "EMAIL_OTP", {}, legacy.ClientId)), "NotAuthorizedException: User is disabled.");
		const challenge = await start("jon", "EMAIL_OTP");
		assert.deepEqual(shape(challenge), shape(await start("ida", "EMAIL_OTP")));
		await delivered();
		assert.deepEqual(gatehouse.inbox({ to: "jon@example.com" }), []);
		assert.equal(await refusal(code(challenge, "jon", "000000")), wrongCode);
	});
}

/** A name that nobody has and that is offered a password. */
async function withPassword(start: (name: string) => Promise<Challenge>): Promise<string> {
	for (let n = 0; n < 50; n++) {
		const name = `shade-${n}`;
		if ((await start(name)).AvailableChallenges?.includes("PASSWORD")) return name;
	}
	throw new Error("none of 50 names that nobody has is offered a password");
}

eachEngine("codes are limited by the hour, for names that nobody has alike", async (engine) => {
	const gatehouse = await startGatehouse({ engine, config: { limits: true } });
	try {
		// From the beginning of an hour, so that no other one begins meanwhile.
		gatehouse.clock.advance(3_600_000 - (gatehouse.clock.now() % 3_600_000));
		const { place, start } = await createChoice(gatehouse);
		await createUser(place, "ada", { email: "ada@example.com" });
		for (const name of ["ada", "ghost"]) {
			const outcomes = await Promise.all(Array.from({ length: 31 }, () => refusal(start(name, "EMAIL_OTP"))));
			assert.deepEqual(outcomes.sort(), ["TooManyRequestsException: Too many requests", ...Array(30).fill("not refused")], name);
		}
		gatehouse.clock.advance(3_600_000);
		assert.equal(await refusal(start("ghost", "EMAIL_OTP")), "not refused");
	} finally {
		await gatehouse.stop();
	}
});

test("where nothing is configured to send with, a code is refused by an error that sign-ins declare, known user or not", async () => {
	const off = { available: false, send: async () => {} };
	const gatehouse = await startGatehouse({ ports: { mail: off, sms: off } });
	try {
		const { place, start } = await createChoice(gatehouse);
		await createUser(place, "ada", { email: "ada@example.com" });
		for (const name of ["ada", "ghost"]) assert.match(await refusal(start(name, "EMAIL_OTP")), /^InvalidEmailRoleAccessPolicyException/);
		assert.ok((await start("ada", "PASSWORD", { PASSWORD: password })).AuthenticationResult);
	} finally {
		await gatehouse.stop();
	}
});
