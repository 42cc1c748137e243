/** UserMigration: users whom the pool's function knows, brought along by a sign-in with a password or by a forgotten one. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminGetUserCommand,
	ConfirmForgotPasswordCommand,
	type CreateUserPoolClientCommandInput,
	type CreateUserPoolCommandInput,
	ForgotPasswordCommand,
	InitiateAuthCommand,
	ListUsersCommand,
	SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { assertEvent, functionArn, startFunctions } from "../support/functions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { attributeList, attributesOf } from "../support/user-pools.ts";

const newPassword = "Battery-Staple-8";
const incorrect = "NotAuthorizedException: Incorrect username or password.";
const sms: CreateUserPoolCommandInput["SmsConfiguration"] = { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" };

/** A user as the function describes it. */
const described = (attributes: object, more: object = {}) => ({
	answer: { userAttributes: attributes, finalUserStatus: "CONFIRMED", messageAction: "SUPPRESS", ...more },
});
/** ClientMetadata that tells the function what to do. */
const tell = (told: object) => ({ UserMigration: JSON.stringify(told) });

for (const engine of engines) {
	describe(`user migration (${engine})`, () => {
		const functions = startFunctions("trigger-functions");
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine, ports: { functions } });
		});
		after(async () => {
			await functions.close();
			await gatehouse.stop();
		});

		const place = (settings: Partial<CreateUserPoolCommandInput> = {}, client: Partial<CreateUserPoolClientCommandInput> = {}) =>
			createPlace(
				gatehouse,
				{ LambdaConfig: { UserMigration: functionArn("Trigger") }, ...settings },
				{ PreventUserExistenceErrors: "LEGACY", ...client },
			);
		const hiding = { PreventUserExistenceErrors: "ENABLED" } as const;
		const start = ({ ClientId }: Place, USERNAME: string, told: object, PASSWORD = password) =>
			gatehouse.client.send(
				new InitiateAuthCommand({
					...{ ClientId, AuthFlow: "USER_PASSWORD_AUTH", ClientMetadata: tell(told) },
					AuthParameters: { USERNAME, PASSWORD },
				}),
			);
		const forgot = ({ ClientId }: Place, Username: string, told: object) =>
			gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username, ClientMetadata: tell(told) }));
		const get = ({ UserPoolId }: Place, Username: string) => gatehouse.client.send(new AdminGetUserCommand({ UserPoolId, Username }));
		const attributes = async (where: Place, name: string) => {
			const { sub: _, ...others } = attributesOf({ Attributes: (await get(where, name)).UserAttributes });
			return others;
		};
		const count = async ({ UserPoolId }: Place) => (await gatehouse.client.send(new ListUsersCommand({ UserPoolId }))).Users?.length;

		test("is told the name and the password as they were typed, and no password where it is forgotten", async () => {
			const here = await place();
			const { ClientId, UserPoolId } = here;
			const names = { userPoolId: UserPoolId, clientId: ClientId };
			const ClientMetadata = { from: "a test" };
			const AuthParameters = { USERNAME: "Eve", PASSWORD: password };
			functions.take();
			const attempt = gatehouse.client.send(
				new InitiateAuthCommand({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters, ClientMetadata }),
			);
			// The event as it came: nobody of that name.
			assert.equal(await refusal(attempt), "UserNotFoundException: User does not exist.");
			assertEvent("UserMigration_Authentication", functions.take()[0], names);
			const forgotten = gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username: "Eve", ClientMetadata }));
			assert.equal(await refusal(forgotten), "UserNotFoundException: Username/client id combination not found.");
			assertEvent("UserMigration_ForgotPassword", functions.take()[0], names);
			assert.equal(await count(here), 0);
		});

		test("a confirmed user signs in at once and ever after, with a password that the pool's policy would refuse", async () => {
			const here = await place();
			const eve = { email: "eve@example.com", email_verified: true, phone_number: null, zoneinfo: "CET" };
			const first = await start(here, "eve", described(eve), "short");
			assert.ok(first.AuthenticationResult?.AccessToken);
			assert.deepEqual(await attributes(here, "eve"), { email: "eve@example.com", email_verified: "true", zoneinfo: "CET" });
			assert.equal((await get(here, "eve")).UserStatus, "CONFIRMED");
			functions.take();
			await signIn(here, "eve", "short");
			assert.equal(await refusal(signIn(here, "eve", "wrong")), incorrect);
			assert.deepEqual(functions.take(), [], "whom the pool has, the function is not asked for");
			assert.deepEqual(gatehouse.inbox({ to: "eve@example.com" }), []);
		});

		test("a user who is not said to be confirmed has to reset the password", async () => {
			const here = await place();
			const { ClientId } = here;
			const told = described({ email: "fay@example.com", email_verified: "true" }, { finalUserStatus: null });
			const required = "PasswordResetRequiredException: Password reset required for the user";
			assert.equal(await refusal(start(here, "fay", told)), required);
			assert.equal((await get(here, "fay")).UserStatus, "RESET_REQUIRED");
			assert.equal(await refusal(start(here, "fay", told)), required);
			await gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username: "fay" }));
			const ConfirmationCode = gatehouse.code("fay@example.com");
			await gatehouse.client.send(new ConfirmForgotPasswordCommand({ ClientId, Username: "fay", ConfirmationCode, Password: newPassword }));
			await signIn(here, "fay", newPassword);
		});

		test("a forgotten password brings the user along and sends the code, where it is hidden who exists too", async () => {
			for (const [name, client] of [
				["gus", {}],
				["hal", hiding],
			] as const) {
				const here = await place({}, client);
				const { ClientId } = here;
				const to = `${name}@example.com`;
				const { CodeDeliveryDetails } = await forgot(
					here,
					name,
					described({ email: to, email_verified: "true" }, { finalUserStatus: null }),
				);
				assert.deepEqual(CodeDeliveryDetails, {
					AttributeName: "email",
					DeliveryMedium: "EMAIL",
					Destination: `${name[0]}***@e***`,
				});
				while (gatehouse.inbox({ to }).length < 1) await new Promise((resolve) => setImmediate(resolve));
				assert.equal(gatehouse.inbox({ to }).length, 1, "the code, and no welcome");
				const reset = { ClientId, Username: name, ConfirmationCode: gatehouse.code(to), Password: newPassword };
				await gatehouse.client.send(new ConfirmForgotPasswordCommand(reset));
				await signIn(here, name, newPassword);
			}
			// Without a verified address there is the user, and no way to reset.
			const here = await place();
			assert.match(await refusal(forgot(here, "ida", described({ email: "ida@example.com" }))), /^InvalidParameterException: Cannot reset/);
			assert.deepEqual(await attributes(here, "ida"), { email: "ida@example.com" });
		});

		test("who enters an alias gets a username from the function, which must give the alias too", async () => {
			const here = await place({
				AliasAttributes: ["email", "preferred_username"],
				UsernameConfiguration: { CaseSensitive: false },
			});
			const jan = { email: "jan@example.com", email_verified: "true" };
			const unfit =
				"UserNotFoundException: Error during migration: username must be the name that was entered, or the entered name one of the user's aliases";
			assert.match(
				await refusal(start(here, "jan@example.com", described(jan))),
				/^UserNotFoundException: Username cannot be of email format, since user pool is configured for email alias\.$/,
			);
			assert.equal(await refusal(start(here, "jan@example.com", described({ username: "jan", ...jan, email: "j@example.com" }))), unfit);
			assert.equal(await refusal(start(here, "someone", described({ username: "jan", ...jan }))), unfit);
			await start(here, "Jan@example.com", described({ username: "jan", ...jan }));
			assert.equal((await get(here, "jan@example.com")).Username, "jan");
			await start(here, "Kimmy", described({ username: "kim", preferred_username: "kimmy" }));
			assert.equal((await get(here, "kimmy")).Username, "kim");
			await start(here, "lea", described({ username: "lea", name: "Lea" }));
			const byAddress = await place({ UsernameAttributes: ["email"] });
			await start(byAddress, "mia@example.com", described({ email_verified: "true" }));
			assert.deepEqual(await attributes(byAddress, "mia@example.com"), { email: "mia@example.com", email_verified: "true" });
		});

		test("an alias moves to the new user with forceAliasCreation, and stands in its way without", async () => {
			const here = await place({ AliasAttributes: ["email"] });
			await createUser(here, "old", { email: "moved@example.com", email_verified: "true" });
			const attributes_ = { email: "moved@example.com", email_verified: "true" };
			assert.equal(
				await refusal(start(here, "new", described(attributes_))),
				"UserNotFoundException: An account with the email already exists.",
			);
			await start(here, "new", described(attributes_, { forceAliasCreation: true }));
			assert.equal((await get(here, "moved@example.com")).Username, "new");
			assert.equal((await attributes(here, "old"))["email_verified"], "false");
		});

		test("enableSMSMFA asks for a code at once, and needs a pool that can send one and a user with a number", async () => {
			const here = await place({ SmsConfiguration: sms, AutoVerifiedAttributes: ["phone_number"] });
			const told = described({ phone_number: "+15550000021", phone_number_verified: "true" }, { enableSMSMFA: true });
			const unfit =
				"UserNotFoundException: Error during migration: enableSMSMFA needs a user pool with SMS MFA and a user with a phone_number";
			assert.equal(await refusal(start(here, "ned", told)), unfit);
			await gatehouse.client.send(
				new SetUserPoolMfaConfigCommand({
					...{ UserPoolId: here.UserPoolId, MfaConfiguration: "OPTIONAL" },
					SmsMfaConfiguration: { SmsConfiguration: sms },
				}),
			);
			assert.equal(await refusal(start(here, "ned", described({ name: "Ned" }, { enableSMSMFA: true }))), unfit);
			assert.equal((await start(here, "ned", told)).ChallengeName, "SMS_MFA");
		});

		test("a welcome is sent unless it is suppressed: by SMS, or as the function says", async () => {
			const here = await place();
			const both = { email: "ole@example.com", phone_number: "+15550000031" };
			const arrived = async (to: string) => {
				while (gatehouse.inbox({ to }).length === 0) await new Promise((resolve) => setImmediate(resolve));
				return gatehouse.inbox({ to })[0]?.text;
			};
			await start(here, "ole", described(both, { messageAction: null }));
			assert.equal(await arrived(both.phone_number), "Your username is ole.");
			await start(here, "pia", described({ email: "pia@example.com" }, { messageAction: "", desiredDeliveryMediums: ["EMAIL"] }));
			assert.equal(await arrived("pia@example.com"), "Your username is pia.");
			assert.deepEqual(gatehouse.inbox({ to: both.email }), []);
		});

		test("what can't be stored makes no user, and is told where it is not hidden who exists", async () => {
			const here = await place();
			const hidden = await place({}, hiding);
			const schema = "UserNotFoundException: Attributes did not conform to the schema: Type for attribute {shoe} could not be determined";
			for (const [told, expected] of [
				[described({ shoe: "42" }), schema],
				[described({ sub: "1" }), "UserNotFoundException: Cannot modify the non-mutable attribute sub"],
				[described({ email: "no address" }), "UserNotFoundException: Invalid email address format."],
				[described({ name: "Eve" }, { finalUserStatus: "FINE" }), "UserNotFoundException: Error during migration: Invalid finalUserStatus"],
				[described({ name: "Eve" }, { messageAction: "RESEND" }), "UserNotFoundException: Error during migration: Invalid messageAction"],
				[
					described({ name: "Eve" }, { desiredDeliveryMediums: ["POST"] }),
					"UserNotFoundException: Error during migration: Invalid desiredDeliveryMediums",
				],
			] as const) {
				// Another name each time: guesses are counted.
				const name = `eve${JSON.stringify(told).length}`;
				assert.equal(await refusal(start(here, name, told)), expected);
				assert.equal(await refusal(start(hidden, name, told)), incorrect);
			}
			assert.equal(await count(here), 0);
			assert.equal(await count(hidden), 0);
			assert.ok(gatehouse.logged.some((line) => line.includes("could not be migrated") && line.includes("Invalid finalUserStatus")));
			const { CodeDeliveryDetails } = await forgot(hidden, "eve@example.com", described({ shoe: "42" }));
			assert.equal(CodeDeliveryDetails?.Destination, "e***@e***");
			assert.deepEqual(
				gatehouse.inbox({ to: "eve@example.com" }).filter(({ userPoolId }) => userPoolId === hidden.UserPoolId),
				[],
			);
		});

		test("what the function fails with is told to everybody; that it can't be called looks like nobody", async () => {
			for (const client of [{}, hiding]) {
				const here = await place({}, client);
				const refused = "UserLambdaValidationException: UserMigration failed with error Bad password.";
				assert.equal(await refusal(start(here, "eve", { error: "Bad password" })), refused);
				assert.equal(await refusal(forgot(here, "eve", { error: "Bad password" })), refused);
				const unrecognizable = "InvalidLambdaResponseException: Unrecognizable lambda output";
				assert.equal(await refusal(start(here, "eve", { returns: "Eve" })), unrecognizable);
				assert.equal(await refusal(start(here, "eve", described({ address: { street: "Main" } }))), unrecognizable);
				assert.equal(await refusal(start(here, "eve", described(["Eve"]))), unrecognizable);
			}
			const nowhere = { LambdaConfig: { UserMigration: functionArn("Nowhere") } };
			const here = await place(nowhere);
			const impossible = `UserNotFoundException: Exception migrating user in app client ${here.ClientId}`;
			assert.equal(await refusal(start(here, "eve", {})), impossible);
			assert.equal(await refusal(forgot(here, "eve", {})), impossible);
			assert.equal(await refusal(start(await place(nowhere, hiding), "eve", {})), incorrect);
		});

		test("a forgotten password asks the function no oftener than an hour allows", async () => {
			const limited = await startGatehouse({ engine, config: { limits: true }, ports: { functions } });
			try {
				// From the beginning of an hour, so that no other one begins meanwhile.
				limited.clock.advance(3_600_000 - (limited.clock.now() % 3_600_000));
				const { ClientId } = await createPlace(limited, { LambdaConfig: { UserMigration: functionArn("Trigger") } }, hiding);
				functions.take();
				const ask = () => limited.client.send(new ForgotPasswordCommand({ ClientId, Username: "nobody" }));
				for (let call = 0; call < 20; call++) await ask();
				assert.match(await refusal(ask()), /^LimitExceededException/);
				assert.equal(functions.take().length, 20);
			} finally {
				await limited.stop();
			}
		});

		test("of sign-ins that race for one name, and a function that makes the user itself, one user comes", async () => {
			const here = await place();
			const { UserPoolId } = here;
			const told = described({ email: "eve@example.com" });
			functions.during("UserMigration_Authentication", () => start(here, "eve", told));
			assert.ok((await start(here, "eve", told)).AuthenticationResult);
			const racing = await Promise.all(Array.from({ length: 4 }, () => start(here, "fay", told)));
			assert.ok(racing.every(({ AuthenticationResult }) => AuthenticationResult !== undefined));
			assert.equal(await count(here), 2);
			functions.during("UserMigration_ForgotPassword", () =>
				gatehouse.client.send(
					new AdminCreateUserCommand({
						...{ UserPoolId, Username: "gus", MessageAction: "SUPPRESS" },
						UserAttributes: attributeList({ email: "other@example.com", email_verified: "true" }),
					}),
				),
			);
			assert.match(await refusal(forgot(here, "gus", told)), /^NotAuthorizedException: User password cannot be reset/);
			assert.equal((await attributes(here, "gus"))["email"], "other@example.com");
		});

		test("a user whom another call brought meanwhile is still asked for its own password", async () => {
			const here = await place();
			const told = described({ email: "eve@example.com" });
			functions.during("UserMigration_Authentication", () => start(here, "eve", told, "The-Right-One-1"));
			assert.equal(await refusal(start(here, "eve", told, "The-Wrong-One-1")), incorrect);
			await signIn(here, "eve", "The-Right-One-1");
		});
	});
}
