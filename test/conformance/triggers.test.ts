/** The functions outside of sign-in, run for real: what each is told, what its answer does, and what its failures leave behind. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import {
	AdminConfirmSignUpCommand,
	AdminCreateUserCommand,
	AdminGetUserCommand,
	AdminResetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	AdminUserGlobalSignOutCommand,
	ConfirmForgotPasswordCommand,
	ConfirmSignUpCommand,
	type CreateUserPoolCommandInput,
	ForgotPasswordCommand,
	GetUserAttributeVerificationCodeCommand,
	InitiateAuthCommand,
	type LambdaConfigType,
	ResendConfirmationCodeCommand,
	RespondToAuthChallengeCommand,
	SignUpCommand,
	type SignUpCommandInput,
	UpdateUserAttributesCommand,
	VerifyUserAttributeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { assertEvent, functionArn, startFunctions } from "../support/functions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { attributeList, attributesOf } from "../support/user-pools.ts";

const newPassword = "Battery-Staple-8";
const ClientMetadata = { from: "a test" };
const triggers = ["PreSignUp", "PostConfirmation", "CustomMessage"] as const;
/** A function of its own for everything, so that each test begins with its own settings. */
const all: LambdaConfigType = Object.fromEntries(triggers.map((name) => [name, functionArn("Trigger")]));
const ownMail: CreateUserPoolCommandInput["EmailConfiguration"] = {
	EmailSendingAccount: "DEVELOPER",
	SourceArn: "arn:aws:ses:us-east-1:000000000000:identity/a@example.com",
};
const sms: CreateUserPoolCommandInput["SmsConfiguration"] = { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" };

/** ClientMetadata that tells the functions what to do. */
const tell = (told: Readonly<Record<string, object>>): Record<string, string> =>
	Object.fromEntries(Object.entries(told).map(([trigger, what]) => [trigger, JSON.stringify(what)]));

// Packages for the functions are beside them, since they may read nothing else.
const folder = mkdtempSync(join(tmpdir(), "gatehouse-triggers-"));
cpSync(fileURLToPath(new URL("../fixtures/trigger-functions", import.meta.url)), folder, { recursive: true });
symlinkSync(fileURLToPath(new URL("../../node_modules", import.meta.url)), join(folder, "node_modules"));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const engine of engines) {
	describe(`triggers (${engine})`, () => {
		let gatehouse: Gatehouse;
		const functions = startFunctions("trigger-functions", {
			folder,
			ownEndpoint: () => gatehouse.url,
			credentials: { accessKeyId: "any", secretAccessKey: "any" },
		});
		before(async () => {
			gatehouse = await startGatehouse({ engine, ports: { functions } });
		});
		after(async () => {
			await functions.close();
			await gatehouse.stop();
		});
		/** The trigger sources of the events since they were last taken. */
		const fired = () => functions.take().map(({ triggerSource }) => triggerSource);

		const place = (settings: Partial<CreateUserPoolCommandInput> = {}, lambda: LambdaConfigType = all, ENABLED = false) =>
			createPlace(
				gatehouse,
				{ EmailConfiguration: ownMail, LambdaConfig: lambda, ...settings },
				{
					ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
					PreventUserExistenceErrors: ENABLED ? "ENABLED" : "LEGACY",
				},
			);
		const signUp = ({ ClientId }: Place, Username: string, attributes: Record<string, string>, more: Partial<SignUpCommandInput> = {}) =>
			gatehouse.client.send(
				new SignUpCommand({ ClientId, Username, Password: password, UserAttributes: attributeList(attributes), ...more }),
			);
		const get = ({ UserPoolId }: Place, Username: string) => gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username }));
		const attributes = async (where: Place, name: string) => attributesOf({ Attributes: (await get(where, name)).UserAttributes });
		const absent = async (where: Place, name: string) => assert.match(await refusal(get(where, name)), /^UserNotFoundException/);

		test("fire in their order with exactly Cognito's events", async () => {
			const here = await place({
				Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
				Schema: [{ Name: "name", AttributeDataType: "String", Mutable: true }],
			});
			const { client } = gatehouse;
			const { ClientId, UserPoolId } = here;
			const ann = { ClientId, Username: "ann", ClientMetadata };
			const ValidationData = [{ Name: "invited by", Value: "bob" }];
			functions.take();
			const { UserSub = "" } = await signUp(here, "ann", { email: "ann@example.com", name: "Ann" }, { ClientMetadata, ValidationData });
			const names = { userPoolId: UserPoolId, clientId: ClientId, sub: UserSub };
			/** What fired is this, in this order. */
			const assertFired = (...expected: string[]) => {
				const events = functions.take();
				assert.deepEqual(
					events.map(({ triggerSource }) => triggerSource),
					expected.map((name) => name.split("-")[0]),
				);
				for (const [index, name] of expected.entries()) assertEvent(name, events[index], names);
			};
			assertFired("PreSignUp_SignUp", "CustomMessage_SignUp");
			await client.send(new ResendConfirmationCodeCommand(ann));
			assertFired("CustomMessage_ResendCode");
			await client.send(new ConfirmSignUpCommand({ ...ann, ConfirmationCode: gatehouse.code("ann@example.com") }));
			assertFired("PostConfirmation_ConfirmSignUp");
			await client.send(new ForgotPasswordCommand(ann));
			assertFired("CustomMessage_ForgotPassword");
			const ConfirmationCode = gatehouse.code("ann@example.com");
			await client.send(new ConfirmForgotPasswordCommand({ ...ann, ConfirmationCode, Password: newPassword }));
			assertFired("PostConfirmation_ConfirmForgotPassword");

			const { AccessToken } = await signIn(here, "ann", newPassword);
			const address = (Value: string) => [{ Name: "email", Value }];
			await client.send(new UpdateUserAttributesCommand({ AccessToken, UserAttributes: address("ann@example.org"), ClientMetadata }));
			assertFired("CustomMessage_UpdateUserAttribute");
			await client.send(new GetUserAttributeVerificationCodeCommand({ AccessToken, AttributeName: "email", ClientMetadata }));
			assertFired("CustomMessage_VerifyUserAttribute");
			const Code = gatehouse.code("ann@example.org");
			await client.send(new VerifyUserAttributeCommand({ AccessToken, AttributeName: "email", Code }));
			const USERNAME = "ann";
			const AuthParameters = { USERNAME, PREFERRED_CHALLENGE: "EMAIL_OTP" };
			await client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters, ClientMetadata }));
			await messageTo("ann@example.org", 3);
			assertFired("CustomMessage_Authentication");
			const choice = await client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", AuthParameters: { USERNAME } }));
			await client.send(
				new RespondToAuthChallengeCommand({
					...{ ClientId, ClientMetadata, Session: choice.Session, ChallengeName: "SELECT_CHALLENGE" },
					ChallengeResponses: { USERNAME, ANSWER: "EMAIL_OTP" },
				}),
			);
			await messageTo("ann@example.org", 4);
			assertFired("CustomMessage_Authentication-answer");
			const byAdministrator = { UserPoolId, Username: "ann", ClientMetadata };
			await client.send(new AdminResetUserPasswordCommand(byAdministrator));
			assertFired("CustomMessage_ForgotPassword-admin");
			await gatehouse.client.send(
				new ConfirmForgotPasswordCommand({ ...ann, ConfirmationCode: gatehouse.code("ann@example.org"), Password: password }),
			);
			functions.take();
			await client.send(new AdminUpdateUserAttributesCommand({ ...byAdministrator, UserAttributes: address("ann@example.net") }));
			assertFired("CustomMessage_UpdateUserAttribute-admin");

			const dan = await signUp(here, "dan", { email: "dan@example.com" });
			functions.take();
			names.sub = dan.UserSub ?? "";
			await client.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: "dan", ClientMetadata }));
			assertFired("PostConfirmation_ConfirmSignUp-admin");
			const { User } = await client.send(
				new AdminCreateUserCommand({
					...{ UserPoolId, Username: "cal", TemporaryPassword: password, DesiredDeliveryMediums: ["EMAIL"] },
					...{ ClientMetadata, ValidationData, UserAttributes: attributeList({ email: "cal@example.com", email_verified: "true" }) },
				}),
			);
			names.sub = attributesOf(User)["sub"] ?? "";
			assertFired("PreSignUp_AdminCreateUser", "CustomMessage_AdminCreateUser");
		});

		/** Waits until so many messages were sent to an address: those that nobody waits for come when they come. */
		async function messageTo(to: string, count: number): Promise<void> {
			while (gatehouse.inbox({ to }).length < count) await new Promise((resolve) => setImmediate(resolve));
		}

		test("PreSignUp is told what was submitted alone, the address of a username included", async () => {
			const here = await place({ UsernameAttributes: ["email"] }, { PreSignUp: functionArn("Trigger") });
			functions.take();
			const { UserSub = "" } = await signUp(here, "bea@example.com", {});
			assertEvent("PreSignUp_SignUp-bare", functions.take()[0], { userPoolId: here.UserPoolId, clientId: here.ClientId, sub: UserSub });
		});

		test("PreSignUp comes after everything else that may refuse, and not for an invitation that is sent again", async () => {
			const here = await place({ UsernameAttributes: ["email", "phone_number"] });
			const { ClientId, UserPoolId } = here;
			await signUp(here, "ann@example.com", { phone_number: "+15550000001" });
			functions.take();
			for (const [name, more, reason] of [
				["ann", {}, /^InvalidParameterException: Username should be/],
				["bob@example.com", { Password: "short" }, /^InvalidPasswordException/],
				["bob@example.com", { UserAttributes: [{ Name: "custom:no", Value: "x" }] }, /^InvalidParameterException/],
				["ann@example.com", {}, /^UsernameExistsException/],
				["bob@example.com", { UserAttributes: [{ Name: "phone_number", Value: "+15550000001" }] }, /^UsernameExistsException/],
			] as const) {
				assert.match(await refusal(signUp(here, name, {}, more as Partial<SignUpCommandInput>)), reason);
			}
			const create = (MessageAction?: "RESEND") =>
				gatehouse.client.send(
					new AdminCreateUserCommand({ UserPoolId, Username: "cal@example.com", DesiredDeliveryMediums: ["EMAIL"], MessageAction }),
				);
			assert.deepEqual(fired(), []);
			await create();
			assert.deepEqual(fired(), ["PreSignUp_AdminCreateUser", "CustomMessage_AdminCreateUser"]);
			assert.match(await refusal(create()), /^UsernameExistsException/);
			assert.deepEqual(fired(), []);
			await create("RESEND");
			assert.deepEqual(fired(), ["CustomMessage_AdminCreateUser"]);
			assert.match(
				await refusal(gatehouse.client.send(new ConfirmSignUpCommand({ ClientId, Username: "ann@example.com", ConfirmationCode: "1" }))),
				/^CodeMismatchException/,
			);
			assert.deepEqual(fired(), []);
		});

		test("PreSignUp confirms users and verifies their addresses: then no code is sent, and PostConfirmation follows at once", async () => {
			const here = await place({ AutoVerifiedAttributes: ["email", "phone_number"], SmsConfiguration: sms });
			functions.take();
			const both = { email: "auto@example.com", phone_number: "+15550000005" };
			const answer = (answer: object) => ({ ClientMetadata: tell({ PreSignUp: { answer } }) });
			const output = await signUp(here, "ann", both, answer({ autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: true }));
			assert.deepEqual([output.UserConfirmed, output.CodeDeliveryDetails, output.Session], [true, undefined, undefined]);
			const [, confirmation] = functions.take();
			assert.equal(confirmation?.triggerSource, "PostConfirmation_ConfirmSignUp");
			const verified = { ...both, email_verified: "true", phone_number_verified: "true" };
			assert.deepEqual(confirmation?.request.userAttributes, {
				sub: output.UserSub,
				"cognito:user_status": "CONFIRMED",
				...verified,
			});
			assert.deepEqual(await attributes(here, "ann"), { sub: output.UserSub, ...verified });
			for (const to of Object.values(both)) assert.deepEqual(gatehouse.inbox({ to }), []);
			await signIn(here, "ann");

			const confirmed = await signUp(here, "bob", { email: "automatic@example.com" }, answer({ autoConfirmUser: "true" }));
			assert.equal(confirmed.UserConfirmed, true);
			assert.equal((await attributes(here, "bob"))["email_verified"], "false");
			assert.deepEqual(gatehouse.inbox({ to: "automatic@example.com" }), []);
		});

		test("what PreSignUp answers of a user of an administrator's is ignored, and its error is not", async () => {
			const here = await place();
			const { UserPoolId } = here;
			const create = (Username: string, told: object) =>
				gatehouse.client.send(
					new AdminCreateUserCommand({
						...{ UserPoolId, Username, MessageAction: "SUPPRESS", ClientMetadata: tell({ PreSignUp: told }) },
						UserAttributes: attributeList({ email: `${Username}@example.com` }),
					}),
				);
			const { User } = await create("ann", { answer: { autoConfirmUser: true, autoVerifyEmail: true, autoVerifyPhone: true } });
			assert.equal(User?.UserStatus, "FORCE_CHANGE_PASSWORD");
			assert.equal((await attributes(here, "ann"))["email_verified"], undefined);
			assert.equal(await refusal(create("bob", { error: "no" })), "UserLambdaValidationException: PreSignUp failed with error no.");
			await absent(here, "bob");
		});

		test("an alias that PreSignUp verifies is taken from the user that had it", async () => {
			const here = await place({ AliasAttributes: ["email"] });
			await createUser(here, "old", { email: "shared@example.com", email_verified: "true" });
			await signUp(
				here,
				"new",
				{ email: "shared@example.com" },
				{ ClientMetadata: tell({ PreSignUp: { answer: { autoConfirmUser: true, autoVerifyEmail: true } } }) },
			);
			assert.equal((await get(here, "shared@example.com")).Username, "new");
			assert.equal((await attributes(here, "old"))["email_verified"], "false");
		});

		test("PreSignUp that refuses, or answers what can't be, leaves no user", async () => {
			const here = await place({}, { PreSignUp: functionArn("Trigger") });
			const unrecognizable = "InvalidLambdaResponseException: Unrecognizable lambda output";
			for (const [told, expected] of [
				[{ error: "too young" }, "UserLambdaValidationException: PreSignUp failed with error too young."],
				[{ returns: "fine" }, unrecognizable],
				[{ returns: null }, unrecognizable],
				[{ returns: { autoConfirmUser: true } }, unrecognizable],
				[{ answer: { autoConfirmUser: "perhaps" } }, unrecognizable],
				[
					{ answer: { autoVerifyEmail: true } },
					"InvalidLambdaResponseException: Phone or email cannot be auto verified, when user is not being auto confirmed.",
				],
				[
					{ answer: { autoConfirmUser: true, autoVerifyPhone: true } },
					"InvalidLambdaResponseException: The user has no phone_number that could be auto verified.",
				],
			] as const) {
				const attempt = signUp(here, "ann", { email: "ann@example.com" }, { ClientMetadata: tell({ PreSignUp: told }) });
				assert.equal(await refusal(attempt), expected);
				await absent(here, "ann");
			}
			const nowhere = await place({}, { PreSignUp: functionArn("Nowhere") });
			assert.equal(
				await refusal(signUp(nowhere, "ann", { email: "ann@example.com" })),
				"UnexpectedLambdaException: PreSignUp invocation failed due to error absent.",
			);
		});

		test("of two who sign up with one name while the function thinks, one gets it", async () => {
			const here = await place({}, { PreSignUp: functionArn("Trigger") });
			functions.during("PreSignUp_SignUp", () => signUp(here, "ann", { email: "fast@example.com" }));
			assert.match(await refusal(signUp(here, "ann", { email: "slow@example.com" })), /^UsernameExistsException: User already exists/);
			assert.equal((await attributes(here, "ann"))["email"], "fast@example.com");
		});

		test("PostConfirmation that refuses fails the call, and the user is confirmed all the same", async () => {
			const here = await place();
			const { ClientId } = here;
			await signUp(here, "ann", { email: "ann@example.com" });
			const ann = { ClientId, Username: "ann", ClientMetadata: tell({ PostConfirmation: { error: "no" } }) };
			const refused = "UserLambdaValidationException: PostConfirmation failed with error no.";
			const ConfirmationCode = gatehouse.code("ann@example.com");
			assert.equal(await refusal(gatehouse.client.send(new ConfirmSignUpCommand({ ...ann, ConfirmationCode }))), refused);
			assert.equal((await get(here, "ann")).UserStatus, "CONFIRMED");
			await gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username: "ann" }));
			const reset = { ...ann, ConfirmationCode: gatehouse.code("ann@example.com"), Password: newPassword };
			assert.equal(await refusal(gatehouse.client.send(new ConfirmForgotPasswordCommand(reset))), refused);
			await signIn(here, "ann", newPassword);
			const auto = tell({ PreSignUp: { answer: { autoConfirmUser: true } }, PostConfirmation: { returns: 1 } });
			assert.match(
				await refusal(signUp(here, "bob", { email: "bob@example.com" }, { ClientMetadata: auto })),
				/^InvalidLambdaResponseException/,
			);
			await signIn(here, "bob");
		});

		test("PostConfirmation may change the user through the API, whose session then still signs in", async () => {
			const here = await place(
				{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
				{ PostConfirmation: functionArn("Greeter") },
			);
			const { ClientId, UserPoolId } = here;
			const { Session } = await signUp(here, "ann", { email: "ann@example.com" });
			const ann = { ClientId, Username: "ann" };
			const ConfirmationCode = gatehouse.code("ann@example.com");
			const confirmed = await gatehouse.client.send(new ConfirmSignUpCommand({ ...ann, ConfirmationCode, Session }));
			assert.equal((await attributes(here, "ann"))["nickname"], "greeted at PostConfirmation_ConfirmSignUp");
			const AuthParameters = { USERNAME: "ann" };
			const signedIn = await gatehouse.client.send(
				new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", Session: confirmed.Session, AuthParameters }),
			);
			assert.ok(signedIn.AuthenticationResult?.AccessToken);
			await signUp(here, "cal", { email: "signed-out@example.com" });
			functions.during("PostConfirmation_ConfirmSignUp", () =>
				gatehouse.client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: "cal" })),
			);
			const cal = await gatehouse.client.send(
				new ConfirmSignUpCommand({ ClientId, Username: "cal", ConfirmationCode: gatehouse.code("signed-out@example.com") }),
			);
			assert.match(
				await refusal(gatehouse.client.send(new InitiateAuthCommand({ ClientId, AuthFlow: "USER_AUTH", Session: cal.Session }))),
				/^NotAuthorizedException: Invalid session/,
			);
			await gatehouse.client.send(new ForgotPasswordCommand(ann));
			const code = gatehouse.code("ann@example.com");
			await gatehouse.client.send(new ConfirmForgotPasswordCommand({ ...ann, ConfirmationCode: code, Password: newPassword }));
			assert.equal((await attributes(here, "ann"))["nickname"], "greeted at PostConfirmation_ConfirmForgotPassword");
			await signIn(here, "ann", newPassword);
			await signUp(here, "bob", { email: "bob@example.com" });
			await gatehouse.client.send(new AdminConfirmSignUpCommand({ UserPoolId, Username: "bob" }));
			assert.equal((await attributes(here, "bob"))["nickname"], "greeted at PostConfirmation_ConfirmSignUp");
		});

		test("CustomMessage words mails and short messages, and what it leaves out is the pool's", async () => {
			const here = await place({
				SmsConfiguration: sms,
				AutoVerifiedAttributes: ["email", "phone_number"],
				VerificationMessageTemplate: { EmailMessage: "Pool's {####}", EmailSubject: "Pool's subject" },
			});
			const message = async (name: string, answer: object, attributes: Record<string, string>) => {
				await signUp(here, name, attributes, { ClientMetadata: tell({ CustomMessage: { answer } }) });
				const [sent] = gatehouse.inbox({ to: Object.values(attributes)[0] ?? "" });
				return sent;
			};
			const code = /\d{6}/;
			const texts = { emailMessage: "<p>Hallo, <b>{####}</b></p>", emailSubject: "Grüße", smsMessage: "SMS {####}" };
			const mail = await message("ann", texts, { email: "ann@example.com" });
			assert.equal(mail?.subject, "Grüße");
			assert.match(mail?.html ?? "", /^<p>Hallo, <b>\d{6}<\/b><\/p>$/);
			assert.match(mail?.text ?? "", /^Hallo, \d{6}$/);
			const sent = await message("bob", texts, { phone_number: "+15550000002" });
			assert.match(sent?.text ?? "", /^SMS \d{6}$/);
			const half = await message("cal", { emailSubject: "Mine" }, { email: "cal@example.com" });
			assert.equal(half?.subject, "Mine");
			assert.match(half?.text ?? "", /^Pool's \d{6}$/);
			const none = await message("dan", { emailMessage: "", smsMessage: null }, { email: "dan@example.com" });
			assert.deepEqual([none?.subject, none?.text?.replace(code, "000000")], ["Pool's subject", "Pool's 000000"]);
			// The longest that may be, in characters and not in UTF-16 units.
			const longest = await message("eve", { smsMessage: `{####}${"😀".repeat(134)}` }, { phone_number: "+15550000003" });
			assert.match(longest?.text ?? "", /^\d{6}(😀){134}$/u);

			const { UserPoolId } = here;
			const invite = (told: object) =>
				gatehouse.client.send(
					new AdminCreateUserCommand({
						...{ UserPoolId, Username: "fay", DesiredDeliveryMediums: ["EMAIL"], TemporaryPassword: password },
						...{ UserAttributes: attributeList({ email: "fay@example.com" }), ClientMetadata: tell({ CustomMessage: told }) },
					}),
				);
			await invite({ answer: { emailMessage: "You are {username}: {####}" } });
			assert.equal(gatehouse.inbox({ to: "fay@example.com" })[0]?.text, `You are fay: ${password}`);
		});

		test("CustomMessage without a place for the code, too long, or no text is refused, and nothing is sent", async () => {
			const here = await place({ SmsConfiguration: sms, AutoVerifiedAttributes: ["email", "phone_number"] });
			const { ClientId, UserPoolId } = here;
			await signUp(here, "ann", { email: "strict@example.com" });
			const resend = (told: object) =>
				refusal(
					gatehouse.client.send(
						new ResendConfirmationCodeCommand({ ClientId, Username: "ann", ClientMetadata: tell({ CustomMessage: told }) }),
					),
				);
			const refused = "InvalidLambdaResponseException: ";
			const lacks = (name: string, what: string) => `${refused}${name} of the custom message does not contain ${what}.`;
			const tooLong = (name: string, max: number) => `${refused}${name} of the custom message has more than ${max} characters.`;
			for (const [told, expected] of [
				[{ answer: { emailMessage: "no code" } }, lacks("emailMessage", "{####}")],
				[{ answer: { emailMessage: `{####}${"x".repeat(20_000)}` } }, tooLong("emailMessage", 20_000)],
				[{ answer: { emailSubject: "x".repeat(141) } }, tooLong("emailSubject", 140)],
				[{ answer: { emailMessage: 7 } }, `${refused}Unrecognizable lambda output`],
				[{ error: "no" }, "UserLambdaValidationException: CustomMessage failed with error no."],
				[{ returns: [] }, `${refused}Unrecognizable lambda output`],
			] as const) {
				assert.equal(await resend(told), expected);
			}
			assert.equal(gatehouse.inbox({ to: "strict@example.com" }).length, 1);
			const bySms = { ClientMetadata: tell({ CustomMessage: { answer: { smsMessage: `{####}${"x".repeat(135)}` } } }) };
			assert.equal(await refusal(signUp(here, "bob", { phone_number: "+15550000009" }, bySms)), tooLong("smsMessage", 140));
			// The user stays, as it does where the sending fails.
			assert.equal((await get(here, "bob")).UserStatus, "UNCONFIRMED");
			const invite = (emailMessage: string) =>
				refusal(
					gatehouse.client.send(
						new AdminCreateUserCommand({
							...{ UserPoolId, Username: `cal${emailMessage.length}`, DesiredDeliveryMediums: ["EMAIL"] },
							UserAttributes: attributeList({ email: "strictly@example.com" }),
							ClientMetadata: tell({ CustomMessage: { answer: { emailMessage } } }),
						}),
					),
				);
			assert.equal(await invite("only {####}"), lacks("emailMessage", "{username}"));
			assert.equal(await invite("you are {username}"), lacks("emailMessage", "{####}"));
			assert.deepEqual(gatehouse.inbox({ to: "strictly@example.com" }), []);
		});

		test("where the client hides who exists, nobody waits for CustomMessage, and a name that nobody has calls none", async () => {
			const here = await place({}, all, true);
			const { ClientId } = here;
			await createUser(here, "ann", { email: "hidden@example.com", email_verified: "true" });
			functions.take();
			const forgot = (Username: string, told: object) =>
				gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username, ClientMetadata: tell({ CustomMessage: told }) }));
			await forgot("nobody", { error: "no" });
			let letGo = () => {};
			const held = new Promise<void>((resolve) => {
				letGo = resolve;
			});
			functions.during("CustomMessage_ForgotPassword", () => held);
			// Answered while the function is still at work.
			await forgot("ann", { answer: { emailMessage: "Later: {####}" } });
			assert.deepEqual(gatehouse.inbox({ to: "hidden@example.com" }), []);
			letGo();
			await messageTo("hidden@example.com", 1);
			assert.match(gatehouse.inbox({ to: "hidden@example.com" })[0]?.text ?? "", /^Later: \d{6}$/);
			assert.deepEqual(fired(), ["CustomMessage_ForgotPassword"]);
			await forgot("ann", { error: "no" });
			while (!gatehouse.logged.some((line) => line.includes("CustomMessage failed with error no"))) {
				await new Promise((resolve) => setImmediate(resolve));
			}
			assert.equal(gatehouse.inbox({ to: "hidden@example.com" }).length, 1);
		});
	});
}

test("a function that does not end is called three times, and then the call fails", async (t) => {
	const impatient = startFunctions("trigger-functions", { limits: { callMilliseconds: 400 } });
	const gatehouse = await startGatehouse({ ports: { functions: impatient } });
	t.after(async () => {
		await impatient.close();
		await gatehouse.stop();
	});
	const { ClientId } = await createPlace(gatehouse, { LambdaConfig: all });
	const ClientMetadata = tell({ PreSignUp: { loops: true } });
	assert.equal(
		await refusal(gatehouse.client.send(new SignUpCommand({ ClientId, Username: "ann", Password: password, ClientMetadata }))),
		"UnexpectedLambdaException: PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.",
	);
	assert.equal(impatient.take().length, 3);
});
