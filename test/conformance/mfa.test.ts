/** Second factors: authenticator apps, preferences, and the challenges that ask for them or set them up. */
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDeleteSoftwareTokenCommand,
	AdminDeleteUserAttributesCommand,
	AdminGetUserAuthFactorsCommand,
	AdminGetUserCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserSettingsCommand,
	AssociateSoftwareTokenCommand,
	DeleteUserAttributesCommand,
	ForgotPasswordCommand,
	GetUserAuthFactorsCommand,
	GetUserCommand,
	InitiateAuthCommand,
	ListUsersCommand,
	SetUserMFAPreferenceCommand,
	SetUserSettingsCommand,
	UpdateUserPoolCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { configureMfa, createMfaPlace, everything, mail, on, prefer, preferred, respond, sms, start } from "../support/mfa.ts";
import { createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { totpCode } from "../support/totp.ts";

const stepMilliseconds = 30_000;
const quietMilliseconds = 15 * 60_000;
const off = { Enabled: false, PreferredMfa: false };
const invalidSession = "NotAuthorizedException: Invalid session for the user.";
const exceeded = "NotAuthorizedException: Password attempts exceeded";
const wrongCode = "CodeMismatchException: Invalid code or auth state for the user.";
const usedCode = "ExpiredCodeException: Your software token has already been used once.";
const mismatch = "EnableSoftwareTokenMFAException: Code mismatch and fail enable Software Token MFA";
const recovery = (...names: readonly ("verified_email" | "verified_phone_number" | "admin_only")[]) => ({
	AccountRecoverySetting: { RecoveryMechanisms: names.map((Name, n) => ({ Name, Priority: n + 1 })) },
});

const answerTotp = (place: Place, USERNAME: string, Session: string | undefined, SOFTWARE_TOKEN_MFA_CODE: string) =>
	respond(place, "SOFTWARE_TOKEN_MFA", Session, { USERNAME, SOFTWARE_TOKEN_MFA_CODE });

const associate = async ({ gatehouse }: Place, by: { AccessToken: string } | { Session: string | undefined }) => {
	const { SecretCode = "", Session } = await gatehouse.client.send(new AssociateSoftwareTokenCommand(by));
	return { secret: SecretCode, Session };
};

const verify = ({ gatehouse }: Place, by: { AccessToken: string } | { Session: string | undefined }, UserCode: string) =>
	gatehouse.client.send(new VerifySoftwareTokenCommand({ ...by, UserCode, FriendlyDeviceName: "phone" }));

const codeNow = ({ gatehouse }: Place, secret: string) => totpCode(secret, gatehouse.clock.now());
/** A code that the app does not show around now. */
const otherCode = ({ gatehouse }: Place, secret: string) => {
	const shown = [-1, 0, 1, 2].map((drift) => totpCode(secret, gatehouse.clock.now() + drift * stepMilliseconds));
	return ["000000", "111111", "222222", "333333", "444444"].find((code) => !shown.includes(code)) ?? "";
};
const nextStep = ({ gatehouse }: Place) => gatehouse.clock.advance(stepMilliseconds);

/** Registers an authenticator app, and waits until its code is another. */
async function register(place: Place, AccessToken: string): Promise<string> {
	const { secret } = await associate(place, { AccessToken });
	await verify(place, { AccessToken }, codeNow(place, secret));
	nextStep(place);
	return secret;
}

/** A user with an authenticator app that is on; the pool's MFA must be optional. */
async function createTotpUser(place: Place, name: string, attributes: Record<string, string> = {}) {
	await createUser(place, name, attributes);
	const { AccessToken } = await signIn(place, name);
	const secret = await register(place, AccessToken);
	await prefer(place, name, { SoftwareTokenMfaSettings: preferred });
	return { secret, AccessToken };
}

/** What AdminGetUser shows of MFA. */
async function shown({ gatehouse, UserPoolId }: Place, Username: string) {
	const user = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username }));
	return Object.fromEntries(Object.entries(user).filter(([key]) => /MFA|Mfa/.test(key)));
}

const attributesOf = async ({ gatehouse, UserPoolId }: Place, Username: string) => {
	const { UserAttributes = [] } = await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username }));
	return Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]));
};

/** How many statements it takes, once pool and client are in the cache. */
async function statementsOf(gatehouse: Gatehouse, run: () => Promise<void>): Promise<number> {
	await run();
	return (await gatehouse.cost(run)).statements;
}

let numbers = 0;
const newPhone = () => `+1555${String(++numbers).padStart(7, "0")}`;

for (const engine of engines) {
	test(`multi-factor authentication (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const { client } = gatehouse;
		const optional = await createMfaPlace(gatehouse, "OPTIONAL");

		await t.test("a signed-in user registers an authenticator app, turns it on, and is asked for its codes", async () => {
			await createUser(optional, "ada");
			const { AccessToken } = await signIn(optional, "ada");
			const { secret, Session } = await associate(optional, { AccessToken });
			assert.match(secret, /^[A-Z2-7]{32}$/);
			assert.equal(Session, undefined);
			assert.equal(await refusal(verify(optional, { AccessToken }, otherCode(optional, secret))), mismatch);
			const first = codeNow(optional, secret);
			const verified = await verify(optional, { AccessToken }, first);
			assert.deepEqual([verified.Status, verified.Session], ["SUCCESS", undefined]);
			assert.match(
				await refusal(verify(optional, { AccessToken }, first)),
				/^SoftwareTokenMFANotFoundException: Software Token MFA does not exist/,
			);

			assert.deepEqual(await shown(optional, "ada"), {});
			assert.ok((await signIn(optional, "ada")).AccessToken);
			await client.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: on }));
			assert.deepEqual(await shown(optional, "ada"), { UserMFASettingList: ["SOFTWARE_TOKEN_MFA"] });
			await client.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: preferred }));
			const settings = { UserMFASettingList: ["SOFTWARE_TOKEN_MFA"], PreferredMfaSetting: "SOFTWARE_TOKEN_MFA" };
			assert.deepEqual(await shown(optional, "ada"), settings);
			const { UserMFASettingList, PreferredMfaSetting, MFAOptions } = await client.send(new GetUserCommand({ AccessToken }));
			assert.deepEqual({ UserMFASettingList, PreferredMfaSetting, MFAOptions }, { ...settings, MFAOptions: undefined });

			const asked = await start(optional, "ada");
			assert.equal(asked.ChallengeName, "SOFTWARE_TOKEN_MFA");
			assert.equal(asked.AuthenticationResult, undefined);
			assert.deepEqual(asked.ChallengeParameters, { FRIENDLY_DEVICE_NAME: "phone", USER_ID_FOR_SRP: "ada" });
			// The code that registered the app is taken; so is no other, and the session stays usable.
			assert.equal(await refusal(answerTotp(optional, "ada", asked.Session, first)), usedCode);
			assert.equal(await refusal(answerTotp(optional, "ada", asked.Session, otherCode(optional, secret))), wrongCode);
			nextStep(optional);
			const code = codeNow(optional, secret);
			const { AuthenticationResult, ChallengeParameters } = await answerTotp(optional, "ada", asked.Session, code);
			assert.ok(AuthenticationResult?.AccessToken);
			assert.deepEqual(ChallengeParameters, {});
			assert.equal(await refusal(answerTotp(optional, "ada", asked.Session, code)), usedCode);
			nextStep(optional);
			assert.equal(await refusal(answerTotp(optional, "ada", asked.Session, codeNow(optional, secret))), invalidSession);
		});

		await t.test("an app in use stays in use until the next one is verified", async () => {
			const { secret, AccessToken } = await createTotpUser(optional, "ben");
			const { secret: later } = await associate(optional, { AccessToken });
			const { Session } = await start(optional, "ben");
			assert.equal(await refusal(answerTotp(optional, "ben", Session, codeNow(optional, later))), wrongCode);
			assert.ok((await answerTotp(optional, "ben", Session, codeNow(optional, secret))).AuthenticationResult);
			assert.equal(await refusal(verify(optional, { AccessToken }, codeNow(optional, secret))), mismatch);
			await verify(optional, { AccessToken }, codeNow(optional, later));
			nextStep(optional);
			const next = await start(optional, "ben");
			assert.equal(next.ChallengeName, "SOFTWARE_TOKEN_MFA");
			assert.equal(await refusal(answerTotp(optional, "ben", next.Session, codeNow(optional, secret))), wrongCode);
			assert.ok((await answerTotp(optional, "ben", next.Session, codeNow(optional, later))).AuthenticationResult);
		});

		await t.test("a pool without authenticator apps registers none, and one by neither or both of token and session", async () => {
			const place = await createMfaPlace(gatehouse, "OPTIONAL", ["sms"]);
			await createUser(place, "cyd");
			const { AccessToken } = await signIn(place, "cyd");
			const none = "SoftwareTokenMFANotFoundException: Software Token MFA has not been enabled by the userPool";
			assert.equal(await refusal(associate(place, { AccessToken })), none);
			assert.equal(await refusal(verify(place, { AccessToken }, "123456")), none);
			const Session = "x".repeat(40);
			for (const by of [{}, { AccessToken, Session }]) {
				assert.match(await refusal(associate(place, by as never)), /^InvalidParameterException: Either/);
				assert.match(await refusal(verify(place, by as never, "123456")), /^InvalidParameterException: Either/);
			}
			assert.equal(await refusal(associate(place, { Session })), invalidSession);
			assert.equal(await refusal(verify(place, { Session }, "123456")), invalidSession);
			assert.match(
				await refusal(associate(place, { AccessToken: `${AccessToken}x` })),
				/^NotAuthorizedException: Could not verify signature/,
			);
		});

		await t.test("a session dies of five wrong codes, and locks stand in the way of each", async () => {
			const { secret } = await createTotpUser(optional, "dan");
			const { Session } = await start(optional, "dan");
			for (let n = 0; n < 5; n++) assert.equal(await refusal(answerTotp(optional, "dan", Session, otherCode(optional, secret))), wrongCode);
			assert.equal(await refusal(answerTotp(optional, "dan", Session, codeNow(optional, secret))), exceeded);
			gatehouse.clock.advance(1000);
			assert.equal(await refusal(answerTotp(optional, "dan", Session, otherCode(optional, secret))), invalidSession);
			gatehouse.clock.advance(quietMilliseconds);
			const again = await start(optional, "dan");
			assert.ok((await answerTotp(optional, "dan", again.Session, codeNow(optional, secret))).AuthenticationResult);
		});

		await t.test("a right code is worth nothing after five wrong ones", async () => {
			const { secret } = await createTotpUser(optional, "eve");
			const { Session } = await start(optional, "eve");
			for (let n = 0; n < 5; n++) await refusal(answerTotp(optional, "eve", Session, otherCode(optional, secret)));
			gatehouse.clock.advance(1000);
			assert.equal(await refusal(answerTotp(optional, "eve", Session, codeNow(optional, secret))), invalidSession);
		});

		await t.test("who knows the password gets no new tries by signing in again", async () => {
			const { secret } = await createTotpUser(optional, "fay");
			for (let n = 0; n < 5; n++) {
				const { Session } = await start(optional, "fay");
				assert.equal(await refusal(answerTotp(optional, "fay", Session, otherCode(optional, secret))), wrongCode);
			}
			assert.equal(await refusal(start(optional, "fay")), exceeded);
			gatehouse.clock.advance(1000);
			const { Session } = await start(optional, "fay");
			assert.equal(await refusal(answerTotp(optional, "fay", Session, otherCode(optional, secret))), wrongCode);
			// The sixth failure locks for twice as long.
			gatehouse.clock.advance(1500);
			assert.equal(await refusal(answerTotp(optional, "fay", Session, codeNow(optional, secret))), exceeded);
		});

		await t.test("of a burst of guesses five are judged", async () => {
			const { secret } = await createTotpUser(optional, "gus");
			const { Session } = await start(optional, "gus");
			const guess = otherCode(optional, secret);
			const outcomes = await Promise.all(Array.from({ length: 20 }, () => refusal(answerTotp(optional, "gus", Session, guess))));
			assert.ok(outcomes.filter((outcome) => outcome === wrongCode).length <= 5);
			for (const outcome of outcomes) assert.ok([wrongCode, invalidSession, exceeded].includes(outcome), outcome);
			// How many of them count against the name, and so how long it is locked, is the race's matter.
			gatehouse.clock.advance(60_000);
			const right = await refusal(answerTotp(optional, "gus", Session, codeNow(optional, secret)));
			assert.ok([invalidSession, exceeded].includes(right), right);
		});

		await t.test("ten racing right answers give exactly one set of tokens", async () => {
			const { secret } = await createTotpUser(optional, "hal");
			const { Session } = await start(optional, "hal");
			const code = codeNow(optional, secret);
			const outcomes = await Promise.all(Array.from({ length: 10 }, () => refusal(answerTotp(optional, "hal", Session, code))));
			assert.equal(outcomes.filter((outcome) => outcome === "not refused").length, 1);
			for (const outcome of outcomes) assert.ok(["not refused", invalidSession, usedCode].includes(outcome), outcome);
		});

		await t.test("a code is taken in one of two sessions, and then in no other", async () => {
			const { secret } = await createTotpUser(optional, "ida");
			const [one, two] = await Promise.all([start(optional, "ida"), start(optional, "ida")]);
			const code = codeNow(optional, secret);
			const outcomes = await Promise.all([one, two].map(({ Session }) => refusal(answerTotp(optional, "ida", Session, code))));
			assert.deepEqual(outcomes.sort(), [usedCode, "not refused"].sort());
			const three = await start(optional, "ida");
			assert.equal(await refusal(answerTotp(optional, "ida", three.Session, code)), usedCode);
		});

		await t.test("a session answers its own challenge, of its own client, pool and user, with no byte changed", async () => {
			const { secret } = await createTotpUser(optional, "joe");
			await createTotpUser(optional, "kay");
			const { Session = "" } = await start(optional, "joe");
			const code = codeNow(optional, secret);
			const elsewhere = { ...optional, ...(await createClient(gatehouse, optional.UserPoolId)) };
			assert.equal(await refusal(answerTotp(elsewhere, "joe", Session, code)), invalidSession);
			assert.equal(await refusal(answerTotp(optional, "kay", Session, code)), invalidSession);
			assert.equal(await refusal(respond(optional, "SMS_MFA", Session, { USERNAME: "joe", SMS_MFA_CODE: code })), invalidSession);
			const setup = { USERNAME: "joe", email: "joe@example.com" };
			assert.equal(await refusal(respond(optional, "MFA_SETUP", Session, setup)), invalidSession);
			assert.equal(await refusal(associate(optional, { Session })), invalidSession);
			assert.equal(await refusal(verify(optional, { Session }, code)), invalidSession);
			const changed = `${Session.slice(0, 30)}${Session[30] === "A" ? "B" : "A"}${Session.slice(31)}`;
			assert.equal(
				await statementsOf(gatehouse, async () => {
					assert.equal(await refusal(answerTotp(optional, "joe", changed, code)), invalidSession);
				}),
				0,
			);
			gatehouse.clock.advance(3 * 60_000);
			const late = "NotAuthorizedException: Invalid session for the user, session is expired.";
			assert.equal(await refusal(answerTotp(optional, "joe", Session, codeNow(optional, secret))), late);
		});

		await t.test("codes by SMS and e-mail are sent to the user's address, corrected in the session, and verify it", async () => {
			const phone = newPhone();
			const email = "lea@example.com";
			await createUser(optional, "lea", { phone_number: phone, email });
			for (const [setting, challenge, to] of [
				["SMSMfaSettings", "SMS_MFA", phone],
				["EmailMfaSettings", "EMAIL_OTP", email],
			] as const) {
				await prefer(optional, "lea", { [setting]: preferred });
				assert.equal((await shown(optional, "lea"))["PreferredMfaSetting"], challenge);
				const asked = await start(optional, "lea");
				assert.equal(asked.ChallengeName, challenge);
				const code = gatehouse.code(to);
				const wrong = code === "123456" ? "654321" : "123456";
				const answer = (text: string) => respond(optional, challenge, asked.Session, { USERNAME: "lea", [`${challenge}_CODE`]: text });
				assert.equal(await refusal(answer(wrong)), wrongCode);
				assert.ok((await answer(code)).AuthenticationResult);
				assert.equal(await refusal(answer(code)), invalidSession);
			}
			const attributes = await attributesOf(optional, "lea");
			assert.deepEqual([attributes["phone_number_verified"], attributes["email_verified"]], ["true", "true"]);
		});

		await t.test("who has several factors and prefers none selects one of them", async () => {
			const phone = newPhone();
			const { secret } = await createTotpUser(optional, "max", { phone_number: phone, email: "max@example.com" });
			await prefer(optional, "max", {
				SMSMfaSettings: on,
				EmailMfaSettings: on,
				SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false },
			});
			const all = ["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"];
			assert.deepEqual([...((await shown(optional, "max"))["UserMFASettingList"] as string[])].sort(), [...all].sort());
			const select = async (ANSWER: string) => {
				const { ChallengeName, ChallengeParameters, Session } = await start(optional, "max");
				assert.equal(ChallengeName, "SELECT_MFA_TYPE");
				const { MFAS_CAN_CHOOSE = "", MFAS_CAN_SELECT, USER_ID_FOR_SRP } = ChallengeParameters ?? {};
				assert.deepEqual((JSON.parse(MFAS_CAN_CHOOSE) as string[]).sort(), [...all].sort());
				assert.deepEqual([MFAS_CAN_SELECT, USER_ID_FOR_SRP], [MFAS_CAN_CHOOSE, "max"]);
				const choose = (text: string) => respond(optional, "SELECT_MFA_TYPE", Session, { USERNAME: "max", ANSWER: text });
				assert.match(await refusal(choose("WEB_AUTHN")), /^InvalidParameterException: ANSWER/);
				const next = await choose(ANSWER);
				assert.equal(await refusal(choose(ANSWER)), invalidSession);
				return next;
			};
			const bySms = await select("SMS_MFA");
			assert.equal(bySms.ChallengeName, "SMS_MFA");
			const smsAnswer = { USERNAME: "max", SMS_MFA_CODE: gatehouse.code(phone) };
			assert.ok((await respond(optional, "SMS_MFA", bySms.Session, smsAnswer)).AuthenticationResult);
			for (const name of ["EMAIL_OTP", "EMAIL_MFA"]) {
				const byMail = await select(name);
				assert.equal(byMail.ChallengeName, "EMAIL_OTP");
				const mailAnswer = { USERNAME: "max", EMAIL_OTP_CODE: gatehouse.code("max@example.com") };
				assert.ok((await respond(optional, "EMAIL_OTP", byMail.Session, mailAnswer)).AuthenticationResult);
			}
			const byApp = await select("SOFTWARE_TOKEN_MFA");
			assert.equal(byApp.ChallengeName, "SOFTWARE_TOKEN_MFA");
			assert.ok((await answerTotp(optional, "max", byApp.Session, codeNow(optional, secret))).AuthenticationResult);
		});

		await t.test("a factor is on only where it can be used, and only one is preferred", async () => {
			await createUser(optional, "nan");
			const unusable = (factor: string) => `InvalidParameterException: User does not have delivery config set to turn on ${factor}`;
			assert.equal(await refusal(prefer(optional, "nan", { SMSMfaSettings: on })), unusable("SMS_MFA"));
			assert.equal(await refusal(prefer(optional, "nan", { EmailMfaSettings: preferred })), unusable("EMAIL_OTP"));
			assert.equal(await refusal(prefer(optional, "nan", { SoftwareTokenMfaSettings: preferred })), unusable("SOFTWARE_TOKEN_MFA"));
			// Registered, and not verified.
			const { AccessToken } = await signIn(optional, "nan");
			await associate(optional, { AccessToken });
			assert.equal(await refusal(prefer(optional, "nan", { SoftwareTokenMfaSettings: on })), unusable("SOFTWARE_TOKEN_MFA"));
			assert.match(
				await refusal(prefer(optional, "nan", { SMSMfaSettings: preferred, EmailMfaSettings: preferred })),
				/^InvalidParameterException: Only one/,
			);
			assert.match(
				await refusal(prefer(optional, "nan", { SMSMfaSettings: { PreferredMfa: true } })),
				/^InvalidParameterException: SMS_MFA/,
			);
			assert.match(await refusal(prefer(optional, "nan", { WebAuthnMfaSettings: on })), /^InvalidParameterException: The user pool/);
			// Turning off what is off is how clients begin.
			await prefer(optional, "nan", { SMSMfaSettings: off, EmailMfaSettings: off, SoftwareTokenMfaSettings: off });
			assert.deepEqual(await shown(optional, "nan"), {});
			assert.equal(await refusal(prefer(optional, "nobody", { SMSMfaSettings: on })), "UserNotFoundException: User does not exist.");

			const smsOnly = await createMfaPlace(gatehouse, "OPTIONAL", ["sms"]);
			await createUser(smsOnly, "nan", { email: "nan@example.com" });
			assert.equal(await refusal(prefer(smsOnly, "nan", { EmailMfaSettings: on })), unusable("EMAIL_OTP"));
		});

		await t.test("a preference moves, goes and comes back, and lists show codes by SMS alone", async () => {
			await createUser(optional, "ora", { phone_number: newPhone(), email: "ora@example.com" });
			const MFAOptions = [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }];
			await prefer(optional, "ora", { SMSMfaSettings: preferred, EmailMfaSettings: on });
			assert.deepEqual(await shown(optional, "ora"), {
				MFAOptions,
				UserMFASettingList: ["SMS_MFA", "EMAIL_OTP"],
				PreferredMfaSetting: "SMS_MFA",
			});
			await prefer(optional, "ora", { EmailMfaSettings: preferred });
			assert.equal((await shown(optional, "ora"))["PreferredMfaSetting"], "EMAIL_OTP");
			const { Users = [] } = await client.send(
				new ListUsersCommand({ UserPoolId: optional.UserPoolId, Filter: 'username = "ora"', AttributesToGet: ["sub"] }),
			);
			assert.deepEqual(Users[0]?.MFAOptions, MFAOptions);
			await prefer(optional, "ora", { EmailMfaSettings: { Enabled: true, PreferredMfa: false }, SMSMfaSettings: { Enabled: false } });
			assert.deepEqual(await shown(optional, "ora"), { UserMFASettingList: ["EMAIL_OTP"] });
			await prefer(optional, "ora", { EmailMfaSettings: off });
			assert.deepEqual(await shown(optional, "ora"), {});
			assert.ok((await signIn(optional, "ora")).AccessToken);
		});

		await t.test("SetUserSettings and AdminSetUserSettings turn codes by SMS on and off, and nothing else", async () => {
			await createUser(optional, "pia", { phone_number: newPhone() });
			const { UserPoolId } = optional;
			const { AccessToken } = await signIn(optional, "pia");
			const MFAOptions = [{ DeliveryMedium: "SMS", AttributeName: "phone_number" } as const];
			await client.send(new SetUserSettingsCommand({ AccessToken, MFAOptions }));
			assert.deepEqual(await shown(optional, "pia"), { MFAOptions, UserMFASettingList: ["SMS_MFA"] });
			await client.send(new SetUserSettingsCommand({ AccessToken, MFAOptions: [] }));
			assert.deepEqual(await shown(optional, "pia"), {});
			await client.send(new AdminSetUserSettingsCommand({ UserPoolId, Username: "pia", MFAOptions }));
			assert.deepEqual((await shown(optional, "pia"))["MFAOptions"], MFAOptions);
			for (const option of [{ DeliveryMedium: "EMAIL", AttributeName: "email" } as const, { DeliveryMedium: "SMS" } as const, {}]) {
				const set = client.send(new AdminSetUserSettingsCommand({ UserPoolId, Username: "pia", MFAOptions: [option] }));
				assert.match(await refusal(set), /^InvalidParameterException: MFAOptions/);
			}
			await createUser(optional, "pam");
			const set = client.send(new AdminSetUserSettingsCommand({ UserPoolId, Username: "pam", MFAOptions }));
			assert.match(await refusal(set), /^InvalidParameterException: User does not have delivery config/);
		});

		await t.test("GetUserAuthFactors and AdminGetUserAuthFactors list MFA and what a sign-in can begin with", async () => {
			const place = await createMfaPlace(gatehouse, "OPTIONAL", everything, {
				Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "SMS_OTP"] } },
			});
			await createUser(place, "quin", { phone_number: newPhone(), email: "quin@example.com" });
			const { AccessToken } = await signIn(place, "quin");
			const factors = async () => {
				const { $metadata: _, ...own } = await client.send(new GetUserAuthFactorsCommand({ AccessToken }));
				const query = { UserPoolId: place.UserPoolId, Username: "quin" };
				const { $metadata: __, ...administrators } = await client.send(new AdminGetUserAuthFactorsCommand(query));
				assert.deepEqual(administrators, own);
				return { ...own, ConfiguredUserAuthFactors: [...(own.ConfiguredUserAuthFactors ?? [])].sort() };
			};
			assert.deepEqual(await factors(), { Username: "quin", ConfiguredUserAuthFactors: ["EMAIL_OTP", "PASSWORD", "SMS_OTP"] });
			await prefer(place, "quin", { SMSMfaSettings: preferred });
			// "Users who have configured an MFA factor can only sign in with username-password authentication flows."
			assert.deepEqual(await factors(), {
				Username: "quin",
				UserMFASettingList: ["SMS_MFA"],
				PreferredMfaSetting: "SMS_MFA",
				ConfiguredUserAuthFactors: ["PASSWORD"],
			});
			const nobody = client.send(new AdminGetUserAuthFactorsCommand({ UserPoolId: place.UserPoolId, Username: "nobody" }));
			assert.equal(await refusal(nobody), "UserNotFoundException: User does not exist.");
		});

		await t.test("AdminDeleteSoftwareToken takes the app and its preference, and the other factors stay", async () => {
			await createTotpUser(optional, "rob", { phone_number: newPhone() });
			await prefer(optional, "rob", { SMSMfaSettings: on });
			const { UserPoolId } = optional;
			const remove = (Username: string) => client.send(new AdminDeleteSoftwareTokenCommand({ UserPoolId, Username }));
			const { Session } = await start(optional, "rob");
			await remove("rob");
			assert.deepEqual((await shown(optional, "rob"))["UserMFASettingList"], ["SMS_MFA"]);
			assert.equal((await shown(optional, "rob"))["PreferredMfaSetting"], undefined);
			assert.equal(await refusal(answerTotp(optional, "rob", Session, "123456")), invalidSession);
			assert.equal((await start(optional, "rob")).ChallengeName, "SMS_MFA");
			assert.match(await refusal(prefer(optional, "rob", { SoftwareTokenMfaSettings: on })), /delivery config/);
			await remove("rob");
			assert.equal(await refusal(remove("nobody")), "UserNotFoundException: User does not exist.");
		});

		await t.test("with an address goes the factor that sends codes there", async () => {
			await createUser(optional, "sue", { phone_number: newPhone(), email: "sue@example.com" });
			const { AccessToken } = await signIn(optional, "sue");
			await prefer(optional, "sue", { SMSMfaSettings: preferred, EmailMfaSettings: on });
			await client.send(new DeleteUserAttributesCommand({ AccessToken, UserAttributeNames: ["phone_number"] }));
			assert.deepEqual(await shown(optional, "sue"), { UserMFASettingList: ["EMAIL_OTP"] });
			const deletion = { UserPoolId: optional.UserPoolId, Username: "sue", UserAttributeNames: ["email"] };
			await client.send(new AdminDeleteUserAttributesCommand(deletion));
			assert.deepEqual(await shown(optional, "sue"), {});
		});

		await t.test("a password is not recovered where the codes of sign-ins go", async () => {
			const place = await createMfaPlace(gatehouse, "OPTIONAL", everything, recovery("verified_email", "verified_phone_number"));
			const { UserPoolId, ClientId } = place;
			const phone = newPhone();
			const verified = { email: "tom@example.com", email_verified: "true", phone_number: phone, phone_number_verified: "true" };
			await createUser(place, "tom", verified);
			const recover = () => client.send(new ForgotPasswordCommand({ ClientId, Username: "tom" }));
			const medium = async () => (await recover()).CodeDeliveryDetails?.DeliveryMedium;
			assert.equal(await medium(), "EMAIL");
			await prefer(place, "tom", { EmailMfaSettings: preferred });
			assert.equal(await medium(), "SMS");
			await prefer(place, "tom", { SMSMfaSettings: preferred });
			assert.equal(await medium(), "EMAIL");
			await client.send(new AdminDeleteUserAttributesCommand({ UserPoolId, Username: "tom", UserAttributeNames: ["email"] }));
			const none = /^InvalidParameterException: Cannot reset password for the user/;
			assert.match(await refusal(recover()), none);
			assert.match(await refusal(client.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: "tom" }))), none);

			// With their existence hidden, nobody is told, and nothing is sent.
			const hidden = await createClient(gatehouse, UserPoolId, { PreventUserExistenceErrors: "ENABLED" });
			const sent = gatehouse.inbox().length;
			assert.ok((await client.send(new ForgotPasswordCommand({ ClientId: hidden.ClientId, Username: "tom" }))).CodeDeliveryDetails);
			assert.equal(gatehouse.inbox().length, sent);
		});

		await t.test("e-mail as a factor needs another way to recover, and messages sent on one's own account", async () => {
			const emailOnly = await createPlace(gatehouse, { EmailConfiguration: mail, SmsConfiguration: sms, ...recovery("verified_email") });
			const alone = /^InvalidParameterException: Email MFA cannot be enabled/;
			assert.match(await refusal(configureMfa(emailOnly, "OPTIONAL", ["email"])), alone);
			await configureMfa(emailOnly, "OPTIONAL", ["totp"]);
			const place = await createMfaPlace(gatehouse, "OPTIONAL", ["email"]);
			const update = (input: object) =>
				client.send(
					new UpdateUserPoolCommand({ UserPoolId: place.UserPoolId, MfaConfiguration: "OPTIONAL", EmailConfiguration: mail, ...input }),
				);
			assert.match(await refusal(update(recovery("verified_email"))), alone);
			assert.match(await refusal(update({ EmailConfiguration: undefined })), /^InvalidParameterException: Email MFA needs/);
			await update(recovery("verified_email", "verified_phone_number"));
			await update(recovery("admin_only"));
		});
	});

	test(`a pool that requires multi-factor authentication (${engine})`, async (t) => {
		const gatehouse = await startGatehouse({ engine });
		t.after(() => gatehouse.stop());
		const { client } = gatehouse;
		const required = await createMfaPlace(gatehouse, "ON", ["sms", "totp"]);

		await t.test("a user without a factor sets up an authenticator app on the way in", async () => {
			await createUser(required, "ada");
			const asked = await start(required, "ada");
			assert.equal(asked.ChallengeName, "MFA_SETUP");
			assert.equal(asked.AuthenticationResult, undefined);
			const { MFAS_CAN_SETUP = "", USER_ID_FOR_SRP } = asked.ChallengeParameters ?? {};
			assert.deepEqual([JSON.parse(MFAS_CAN_SETUP), USER_ID_FOR_SRP], [["SMS_MFA", "SOFTWARE_TOKEN_MFA"], "ada"]);
			const early = respond(required, "MFA_SETUP", asked.Session, { USERNAME: "ada" });
			assert.equal(await refusal(early), "InvalidParameterException: User has not verified software token mfa");
			const address = respond(required, "MFA_SETUP", asked.Session, { USERNAME: "ada", email: "ada@example.com" });
			assert.equal(await refusal(address), "InvalidParameterException: User has not verified software token mfa");

			const { secret, Session } = await associate(required, { Session: asked.Session });
			assert.match(secret, /^[A-Z2-7]{32}$/);
			assert.ok(Session && Session.length < 2048);
			assert.equal(await refusal(associate(required, { Session: asked.Session })), invalidSession);
			assert.equal(await refusal(verify(required, { Session }, otherCode(required, secret))), mismatch);
			const verified = await verify(required, { Session }, codeNow(required, secret));
			assert.equal(verified.Status, "SUCCESS");
			assert.equal(await refusal(verify(required, { Session }, codeNow(required, secret))), invalidSession);
			// The session of a user who has an app registers no other.
			assert.match(await refusal(associate(required, { Session: verified.Session })), /^NotAuthorizedException: /);
			assert.match(await refusal(verify(required, { Session: verified.Session }, codeNow(required, secret))), /^NotAuthorizedException: /);

			const answers = await Promise.all(
				Array.from({ length: 10 }, async () => refusal(respond(required, "MFA_SETUP", verified.Session, { USERNAME: "ada" }))),
			);
			assert.equal(answers.filter((answer) => answer === "not refused").length, 1);
			assert.deepEqual(await shown(required, "ada"), {
				UserMFASettingList: ["SOFTWARE_TOKEN_MFA"],
				PreferredMfaSetting: "SOFTWARE_TOKEN_MFA",
			});

			nextStep(required);
			const next = await start(required, "ada");
			assert.equal(next.ChallengeName, "SOFTWARE_TOKEN_MFA");
			const { AuthenticationResult } = await answerTotp(required, "ada", next.Session, codeNow(required, secret));
			const AccessToken = AuthenticationResult?.AccessToken ?? "";
			// "Users can't enable or disable any MFA methods": clients may try.
			await client.send(new SetUserMFAPreferenceCommand({ AccessToken, SMSMfaSettings: off, SoftwareTokenMfaSettings: off }));
			assert.equal((await shown(required, "ada"))["PreferredMfaSetting"], "SOFTWARE_TOKEN_MFA");
			assert.equal((await start(required, "ada")).ChallengeName, "SOFTWARE_TOKEN_MFA");

			// An administrator's deletion leads back to the beginning.
			await client.send(new AdminDeleteSoftwareTokenCommand({ UserPoolId: required.UserPoolId, Username: "ada" }));
			assert.deepEqual(await shown(required, "ada"), {});
			assert.equal((await start(required, "ada")).ChallengeName, "MFA_SETUP");
		});

		await t.test("of two sign-ins that set up an app the first to verify one wins, and the other begins anew", async () => {
			await createUser(required, "ben");
			const [one, two] = await Promise.all([start(required, "ben"), start(required, "ben")]);
			const first = await associate(required, { Session: one.Session });
			const second = await associate(required, { Session: two.Session });
			// The later secret is the one that waits.
			assert.equal(await refusal(verify(required, { Session: first.Session }, codeNow(required, first.secret))), mismatch);
			const third = await start(required, "ben");
			await verify(required, { Session: second.Session }, codeNow(required, second.secret));
			assert.equal(await refusal(verify(required, { Session: first.Session }, codeNow(required, first.secret))), invalidSession);
			assert.equal(await refusal(associate(required, { Session: third.Session })), invalidSession);
		});

		await t.test("no byte of a session of MFA_SETUP can change, and none serves another client", async () => {
			await createUser(required, "cyd");
			const { Session = "" } = await start(required, "cyd");
			const changedAt = (index: number) => `${Session.slice(0, index)}${Session[index] === "A" ? "B" : "A"}${Session.slice(index + 1)}`;
			for (const bad of [changedAt(0), changedAt(60), changedAt(Session.indexOf(".")), Session.replace(".", ".."), Session.split(".")[0]]) {
				assert.equal(
					await statementsOf(gatehouse, async () => {
						assert.equal(await refusal(associate(required, { Session: bad })), invalidSession);
						assert.equal(await refusal(respond(required, "MFA_SETUP", bad, { USERNAME: "cyd" })), invalidSession);
					}),
					0,
				);
			}
			assert.equal(await refusal(associate(required, { Session: changedAt(Session.length - 40) })), invalidSession);
			const elsewhere = { ...required, ...(await createClient(gatehouse, required.UserPoolId)) };
			assert.equal(await refusal(respond(elsewhere, "MFA_SETUP", Session, { USERNAME: "cyd" })), invalidSession);
			gatehouse.clock.advance(3 * 60_000);
			assert.match(await refusal(associate(required, { Session })), /session is expired/);
		});

		await t.test("a client with a secret sets up an app too", async () => {
			const { ClientId, ClientSecret = "" } = await createClient(gatehouse, required.UserPoolId, { GenerateSecret: true });
			await createUser(required, "dan");
			const SECRET_HASH = createHmac("sha256", ClientSecret).update(`dan${ClientId}`).digest("base64");
			const AuthParameters = { USERNAME: "dan", PASSWORD: password, SECRET_HASH };
			const asked = await client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters }));
			const { secret, Session } = await associate(required, { Session: asked.Session });
			const verified = await verify(required, { Session }, codeNow(required, secret));
			const done = await respond({ ...required, ClientId }, "MFA_SETUP", verified.Session, { USERNAME: "dan", SECRET_HASH });
			assert.ok(done.AuthenticationResult?.AccessToken);
		});

		await t.test("an e-mail address set up on the way in is proved by its code, and shown as the user's factor", async () => {
			const place = await createMfaPlace(gatehouse, "ON", ["email", "sms"], recovery("verified_phone_number", "verified_email"));
			await createUser(place, "eve");
			const asked = await start(place, "eve");
			assert.deepEqual([asked.ChallengeName, asked.ChallengeParameters?.["MFAS_CAN_SETUP"]], ["MFA_SETUP", '["EMAIL_OTP"]']);
			assert.match(await refusal(associate(place, { Session: asked.Session })), /^NotAuthorizedException: Invalid session for the user\.$/);
			const setUp = (email: string) => respond(place, "MFA_SETUP", asked.Session, { USERNAME: "eve", email });
			assert.match(await refusal(setUp("not an address")), /^InvalidParameterException: /);
			const sent = await setUp("eve@example.com");
			assert.equal(sent.ChallengeName, "EMAIL_OTP");
			assert.equal(sent.ChallengeParameters?.["CODE_DELIVERY_DESTINATION"], "e***@e***");
			assert.equal(await refusal(setUp("mallory@example.com")), invalidSession);
			assert.equal((await attributesOf(place, "eve"))["email"], undefined);
			const answer = { USERNAME: "eve", EMAIL_OTP_CODE: gatehouse.code("eve@example.com") };
			assert.ok((await respond(place, "EMAIL_OTP", sent.Session, answer)).AuthenticationResult);
			assert.equal((await attributesOf(place, "eve"))["email_verified"], "true");
			assert.deepEqual(await shown(place, "eve"), { UserMFASettingList: ["EMAIL_OTP"], PreferredMfaSetting: "EMAIL_OTP" });
			assert.equal((await start(place, "eve")).ChallengeName, "EMAIL_OTP");
		});

		await t.test("a user with a telephone number is asked for its codes without any setting, and that shows", async () => {
			const phone = newPhone();
			await createUser(required, "fay", { phone_number: phone });
			assert.deepEqual(await shown(required, "fay"), {
				MFAOptions: [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }],
				UserMFASettingList: ["SMS_MFA"],
			});
			const asked = await start(required, "fay");
			assert.equal(asked.ChallengeName, "SMS_MFA");
			const answer = { USERNAME: "fay", SMS_MFA_CODE: gatehouse.code(phone) };
			const { AuthenticationResult } = await respond(required, "SMS_MFA", asked.Session, answer);
			const secret = await register(required, AuthenticationResult?.AccessToken ?? "");
			assert.equal((await start(required, "fay")).ChallengeName, "SELECT_MFA_TYPE");
			await prefer(required, "fay", { SoftwareTokenMfaSettings: preferred });
			const next = await start(required, "fay");
			assert.ok((await answerTotp(required, "fay", next.Session, codeNow(required, secret))).AuthenticationResult);
			// An app goes on where the pool no longer offers apps.
			await configureMfa(required, "ON", ["sms"]);
			nextStep(required);
			const later = await start(required, "fay");
			assert.equal(later.ChallengeName, "SOFTWARE_TOKEN_MFA");
			assert.ok((await answerTotp(required, "fay", later.Session, codeNow(required, secret))).AuthenticationResult);
		});

		await t.test("an administrator's new user shows codes by SMS where they will be asked for", async () => {
			const created = await client.send(
				new AdminCreateUserCommand({
					UserPoolId: required.UserPoolId,
					Username: "gus",
					UserAttributes: [{ Name: "phone_number", Value: newPhone() }],
					MessageAction: "SUPPRESS",
				}),
			);
			assert.deepEqual(created.User?.MFAOptions, [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }]);
		});
	});
}
