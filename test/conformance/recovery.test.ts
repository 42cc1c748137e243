import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminGetUserCommand,
	AdminResetUserPasswordCommand,
	AdminSetUserPasswordCommand,
	AdminUpdateUserAttributesCommand,
	ConfirmForgotPasswordCommand,
	type CreateUserPoolCommandInput,
	ForgotPasswordCommand,
	GetTokensFromRefreshTokenCommand,
	GetUserCommand,
	InitiateAuthCommand,
	RespondToAuthChallengeCommand,
	UpdateUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { outcomes } from "../support/user-pools.ts";

const hides = { PreventUserExistenceErrors: "ENABLED" } as const;
const tells = { PreventUserExistenceErrors: "LEGACY" } as const;
const sendsSms = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms" } };
const next = "Another-Horse-8";
const verifiedEmail = (name: string) => ({ email: `${name}@example.com`, email_verified: "true" });
const wrong = (code: string) => (code === "123456" ? "654321" : "123456");
const recoveredBy = (
	...names: readonly ("verified_email" | "verified_phone_number" | "admin_only")[]
): Partial<CreateUserPoolCommandInput> => ({
	...sendsSms,
	AccountRecoverySetting: { RecoveryMechanisms: names.map((Name, index) => ({ Name, Priority: index + 1 })) },
});

const mismatch = "CodeMismatchException: Invalid verification code provided, please try again.";
const expired = "ExpiredCodeException: Invalid code provided, please request a code again.";
const limited = "LimitExceededException: Attempt limit exceeded, please try after some time.";
const noAddress = "InvalidParameterException: Cannot reset password for the user as there is no registered/verified email or phone_number";
const cannotReset = "NotAuthorizedException: User password cannot be reset in the current state.";
const usedBefore = "PasswordHistoryPolicyViolationException: Password has previously been used";

for (const engine of engines) {
	describe(`Recovery on ${engine}`, () => {
		let gatehouse: Gatehouse;
		/** A pool whose client says who exists. */
		let open: Place;
		/** The same pool's client that does not. */
		let hiding: Place;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			open = await createPlace(gatehouse, {}, tells);
			hiding = { ...open, ...(await createClient(gatehouse, open.UserPoolId, hides)) };
		});
		after(() => gatehouse.stop());

		const forgot = (place: Place, Username: string) =>
			gatehouse.client.send(new ForgotPasswordCommand({ ClientId: place.ClientId, Username }));
		const confirm = (place: Place, Username: string, ConfirmationCode: string, Password = next) =>
			gatehouse.client.send(new ConfirmForgotPasswordCommand({ ClientId: place.ClientId, Username, ConfirmationCode, Password }));
		const statusOf = async (place: Place, Username: string) =>
			(await gatehouse.client.send(new AdminGetUserCommand({ UserPoolId: place.UserPoolId, Username }))).UserStatus;
		const reset = (place: Place, Username: string) =>
			gatehouse.client.send(new AdminResetUserPasswordCommand({ UserPoolId: place.UserPoolId, Username }));

		test("The mailed code sets a new password once; the old one and the code are spent, and sign-ins go on", async () => {
			await createUser(open, "ann", verifiedEmail("ann"));
			const { AccessToken, RefreshToken } = await signIn(open, "ann");
			const { $metadata: _, ...answer } = await forgot(open, "ann");
			assert.deepEqual(answer, {
				CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" },
			});
			const [mail] = gatehouse.inbox({ to: "ann@example.com" });
			assert.equal(mail?.trigger, "CustomMessage_ForgotPassword");
			const code = gatehouse.code("ann@example.com");
			assert.match(code, /^\d{6}$/);
			assert.equal((await signIn(open, "ann")).AccessToken.length > 0, true, "the password works until it is replaced");
			const { $metadata: __, ...confirmed } = await confirm(open, "ann", code);
			assert.deepEqual(confirmed, {});
			assert.equal(await refusal(signIn(open, "ann")), "NotAuthorizedException: Incorrect username or password.");
			await signIn(open, "ann", next);
			assert.equal(await refusal(confirm(open, "ann", code, "Third-Horse-9")), expired);
			await gatehouse.client.send(new GetUserCommand({ AccessToken }));
			await gatehouse.client.send(new GetTokensFromRefreshTokenCommand({ ClientId: open.ClientId, RefreshToken }));
		});

		test("A code works for an hour, a new one takes the place of the old, and five wrong tries use one up", async () => {
			await createUser(open, "bea", verifiedEmail("bea"));
			await forgot(open, "bea");
			const first = gatehouse.code("bea@example.com");
			gatehouse.clock.advance(3_600_000);
			assert.equal(await refusal(confirm(open, "bea", first)), expired);
			await forgot(open, "bea");
			const second = gatehouse.code("bea@example.com");
			assert.equal(await refusal(confirm(open, "bea", first === second ? wrong(second) : first)), mismatch);
			for (let attempt = 1; attempt < 5; attempt++) assert.equal(await refusal(confirm(open, "bea", wrong(second))), mismatch);
			assert.equal(await refusal(confirm(open, "bea", second)), limited);
			await forgot(open, "bea");
			gatehouse.clock.advance(3_600_000 - 60_000);
			await confirm(open, "bea", gatehouse.code("bea@example.com"));
			await signIn(open, "bea", next);
		});

		test("A password that the policy refuses leaves the code as it is", async () => {
			await createUser(open, "cat", verifiedEmail("cat"));
			await forgot(open, "cat");
			const code = gatehouse.code("cat@example.com");
			assert.equal(
				await refusal(confirm(open, "cat", code, "nodigits-Here")),
				"InvalidPasswordException: Password did not conform with policy: Password must have numeric characters",
			);
			await confirm(open, "cat", code);
		});

		test("Of ten racing confirmations exactly one sets its password", async () => {
			await createUser(open, "dan", verifiedEmail("dan"));
			await forgot(open, "dan");
			const code = gatehouse.code("dan@example.com");
			const passwords = Array.from({ length: 10 }, (_, index) => `Racing-Horse-${index}`);
			const results = await Promise.all(passwords.map((each) => refusal(confirm(open, "dan", code, each))));
			assert.deepEqual(results.toSorted(), [...Array(9).fill(expired), "not refused"]);
			await signIn(open, "dan", passwords[results.indexOf("not refused")]);
		});

		test("A burst of parallel guesses is counted like the same guesses one after the other", async () => {
			await createUser(open, "eli", verifiedEmail("eli"));
			await forgot(open, "eli");
			const code = gatehouse.code("eli@example.com");
			const results = await outcomes(Array.from({ length: 20 }, () => confirm(open, "eli", wrong(code))));
			assert.equal(results.filter((result) => result === "CodeMismatchException").length, 5);
			assert.equal(await refusal(confirm(open, "eli", code)), limited);
		});

		test("A code does not outlive the address that it was sent to", async () => {
			await createUser(open, "fay", verifiedEmail("fay"));
			await forgot(open, "fay");
			const code = gatehouse.code("fay@example.com");
			const UserAttributes = [
				{ Name: "email", Value: "fay2@example.com" },
				{ Name: "email_verified", Value: "true" },
			];
			await gatehouse.client.send(new AdminUpdateUserAttributesCommand({ ...open, Username: "fay", UserAttributes }));
			assert.equal(await refusal(confirm(open, "fay", code)), mismatch);
		});

		test("A client that tells names who is unknown, disabled, invited or without a verified address", async () => {
			await createUser(open, "gil", { email: "gil@example.com" });
			await createUser(open, "guy", verifiedEmail("guy"));
			await gatehouse.client.send(new AdminCreateUserCommand({ ...open, Username: "gus", MessageAction: "SUPPRESS" }));
			const unknown = "UserNotFoundException: Username/client id combination not found.";
			assert.equal(await refusal(forgot(open, "nobody")), unknown);
			assert.equal(await refusal(confirm(open, "nobody", "123456")), unknown);
			assert.equal(await refusal(forgot(open, "gil")), noAddress);
			assert.equal(await refusal(confirm(open, "gil", "123456")), expired);
			assert.equal(await refusal(forgot(open, "gus")), cannotReset);
			await forgot(open, "guy");
			await gatehouse.client.send(new AdminDisableUserCommand({ ...open, Username: "guy" }));
			assert.equal(await refusal(forgot(open, "guy")), "NotAuthorizedException: User is disabled.");
			assert.equal(await refusal(confirm(open, "guy", gatehouse.code("guy@example.com"))), "NotAuthorizedException: User is disabled.");
		});

		test("A client that hides who exists answers unknown, disabled and unverified users as it answers others", async () => {
			await createUser(hiding, "hal", verifiedEmail("hal"));
			await createUser(hiding, "hue", { email: "hue@example.com" });
			await createUser(hiding, "hob", verifiedEmail("hob"));
			await gatehouse.client.send(new AdminDisableUserCommand({ ...hiding, Username: "hob" }));
			const names = ["hal", "hue", "hob", "nobody"];
			for (const name of names) assert.equal(await refusal(confirm(hiding, name, "123456")), expired, name);
			const shapes = [];
			for (const name of names) {
				const { $metadata: _, ...answer } = await forgot(hiding, name);
				assert.match(answer.CodeDeliveryDetails?.Destination ?? "", /^[a-z]\*\*\*@[a-z]\*\*\*$/);
				assert.deepEqual((await forgot(hiding, name)).CodeDeliveryDetails, answer.CodeDeliveryDetails, "always the same");
				shapes.push({ ...answer.CodeDeliveryDetails, Destination: "" });
			}
			assert.deepEqual(shapes, Array(4).fill(shapes[0]));
			assert.equal((await forgot(hiding, "zoe@example.org")).CodeDeliveryDetails?.Destination, "z***@e***");
			for (const to of ["hue@example.com", "hob@example.com"]) assert.deepEqual(gatehouse.inbox({ to }), [], to);
			const code = gatehouse.code("hal@example.com");
			for (let attempt = 0; attempt < 5; attempt++) {
				for (const name of names) assert.equal(await refusal(confirm(hiding, name, wrong(code))), mismatch, name);
			}
			for (const name of names) assert.equal(await refusal(confirm(hiding, name, wrong(code))), limited, name);
			gatehouse.clock.advance(3_600_000);
			for (const name of names) assert.equal(await refusal(confirm(hiding, name, wrong(code))), expired, name);
		});

		test("A user who is disabled after asking is hidden even with the right code", async () => {
			await createUser(hiding, "ida", verifiedEmail("ida"));
			await forgot(hiding, "ida");
			await gatehouse.client.send(new AdminDisableUserCommand({ ...hiding, Username: "ida" }));
			assert.equal(await refusal(confirm(hiding, "ida", gatehouse.code("ida@example.com"))), mismatch);
		});

		test("Known and unknown names cost equally many statements at a client that hides who exists", async () => {
			await createUser(hiding, "jan", verifiedEmail("jan"));
			await forgot(hiding, "jan");
			await forgot(hiding, "unknown-jan");
			const code = gatehouse.code("jan@example.com");
			const cost = (call: () => Promise<unknown>) => gatehouse.cost(() => call().catch(() => undefined));
			for (const call of [
				(name: string) => () => forgot(hiding, name),
				(name: string) => () => confirm(hiding, name, wrong(code)),
				(name: string) => () => confirm(hiding, name, wrong(code), "short"),
			]) {
				assert.deepEqual(await cost(call("unknown-jan")), await cost(call("jan")));
			}
		});

		test("Codes go to the verified address with the highest priority, and nowhere else", async () => {
			const both = { email: "kai@example.com", phone_number: "+15550001234" };
			const all = { ...both, email_verified: "true", phone_number_verified: "true" };
			const cases: readonly [Partial<CreateUserPoolCommandInput>, Record<string, string>, string | undefined][] = [
				[recoveredBy("verified_email", "verified_phone_number"), all, "email"],
				[recoveredBy("verified_phone_number", "verified_email"), all, "phone_number"],
				[recoveredBy("verified_phone_number", "verified_email"), { ...both, email_verified: "true" }, "email"],
				[recoveredBy("verified_phone_number"), { ...both, email_verified: "true" }, undefined],
				[recoveredBy("verified_email"), all, "email"],
				// Priorities count, not the order that they are listed in.
				[
					{
						...sendsSms,
						AccountRecoverySetting: {
							RecoveryMechanisms: [
								{ Name: "verified_email", Priority: 2 },
								{ Name: "verified_phone_number", Priority: 1 },
							],
						},
					},
					all,
					"phone_number",
				],
			];
			for (const [settings, attributes, expected] of cases) {
				const place = await createPlace(gatehouse, settings, tells);
				await createUser(place, "kai", attributes);
				if (expected === undefined) assert.equal(await refusal(forgot(place, "kai")), noAddress);
				else assert.equal((await forgot(place, "kai")).CodeDeliveryDetails?.AttributeName, expected);
			}
		});

		test("Where only administrators reset passwords, nobody gets a code", async () => {
			const place = await createPlace(gatehouse, recoveredBy("admin_only"), tells);
			await createUser(place, "lea", verifiedEmail("lea"));
			for (const name of ["lea", "nobody"]) {
				assert.equal(await refusal(forgot(place, name)), "NotAuthorizedException: Contact administrator to reset password.");
			}
			// "Your user pool must have self-service account recovery configured."
			assert.equal(await refusal(reset(place, "lea")), noAddress);
			assert.equal(await statusOf(place, "lea"), "CONFIRMED");
		});

		test("AdminResetUserPassword takes the password out of use until the code that it sends sets a new one", async () => {
			const place = await createPlace(gatehouse, {}, tells);
			await createUser(place, "mia", verifiedEmail("mia"));
			const { AccessToken, RefreshToken } = await signIn(place, "mia");
			const { $metadata: _, ...answer } = await reset(place, "mia");
			assert.deepEqual(answer, {});
			assert.equal(await statusOf(place, "mia"), "RESET_REQUIRED");
			assert.equal(gatehouse.inbox({ to: "mia@example.com" })[0]?.trigger, "CustomMessage_ForgotPassword");
			const required = "PasswordResetRequiredException: Password reset required for the user";
			assert.equal(await refusal(signIn(place, "mia")), required);
			assert.equal(await refusal(signIn(place, "mia", "Wrong-Horse-1")), "NotAuthorizedException: Incorrect username or password.");
			assert.equal(await refusal(gatehouse.client.send(new GetUserCommand({ AccessToken }))), required);
			await confirm(place, "mia", gatehouse.code("mia@example.com"));
			assert.equal(await statusOf(place, "mia"), "CONFIRMED");
			await signIn(place, "mia", next);
			await gatehouse.client.send(new GetUserCommand({ AccessToken }));
			await gatehouse.client.send(new GetTokensFromRefreshTokenCommand({ ClientId: place.ClientId, RefreshToken }));
			// A code that the user asks for itself does as well, and an administrator may ask again.
			await reset(place, "mia");
			await reset(place, "mia");
			await forgot(place, "mia");
			await confirm(place, "mia", gatehouse.code("mia@example.com"), "Third-Horse-9");
			await signIn(place, "mia", "Third-Horse-9");
		});

		test("AdminResetUserPassword changes nothing where no code can be sent", async () => {
			await createUser(open, "ned", { email: "ned@example.com" });
			await createUser(open, "nat", verifiedEmail("nat"));
			await gatehouse.client.send(new AdminDisableUserCommand({ ...open, Username: "nat" }));
			await gatehouse.client.send(new AdminCreateUserCommand({ ...open, Username: "nia", MessageAction: "SUPPRESS" }));
			assert.equal(await refusal(reset(open, "ned")), noAddress);
			assert.equal(await statusOf(open, "ned"), "CONFIRMED");
			assert.equal(await refusal(reset(open, "nat")), "NotAuthorizedException: User is disabled.");
			assert.equal(await refusal(reset(open, "nia")), cannotReset);
			assert.equal(await refusal(reset(open, "nobody")), "UserNotFoundException: User does not exist.");
		});

		test("A client with a secret needs its hash", async () => {
			const place = { ...open, ...(await createClient(gatehouse, open.UserPoolId, { ...tells, GenerateSecret: true })) };
			await createUser(place, "oda", verifiedEmail("oda"));
			assert.match(await refusal(forgot(place, "oda")), /SECRET_HASH was not received$/);
			assert.match(await refusal(confirm(place, "oda", "123456")), /SECRET_HASH was not received$/);
			const SecretHash = createHmac("sha256", place.ClientSecret ?? "")
				.update(`oda${place.ClientId}`)
				.digest("base64");
			const named = { ClientId: place.ClientId, Username: "oda", SecretHash };
			await gatehouse.client.send(new ForgotPasswordCommand(named));
			const ConfirmationCode = gatehouse.code("oda@example.com");
			await gatehouse.client.send(new ConfirmForgotPasswordCommand({ ...named, ConfirmationCode, Password: next }));
		});

		test("Password history refuses the current password and as many before it as the policy says, wherever one is set", async () => {
			const remembers = (PasswordHistorySize: number) => ({
				Policies: { PasswordPolicy: { MinimumLength: 6, ...(PasswordHistorySize > 0 ? { PasswordHistorySize } : {}) } },
			});
			const place = await createPlace(gatehouse, { ...remembers(3), AutoVerifiedAttributes: ["email"] }, tells);
			const set = (Username: string, Password: string, Permanent = true) =>
				gatehouse.client.send(new AdminSetUserPasswordCommand({ ...place, Username, Password, Permanent }));
			const recover = async (Password: string) => {
				await forgot(place, "pam");
				return confirm(place, "pam", gatehouse.code("pam@example.com"), Password);
			};
			await createUser(place, "pam", verifiedEmail("pam"));
			await recover("second");
			await recover("thirdly");
			for (const used of ["thirdly", "second", password]) {
				assert.equal(await refusal(recover(used)), usedBefore, used);
				assert.equal(await refusal(set("pam", used)), usedBefore, used);
			}
			// The code of the refused try still works.
			await confirm(place, "pam", gatehouse.code("pam@example.com"), "fourth");
			await signIn(place, "pam", "fourth");
			await recover(password);

			// What is asked for at the first sign-in may not be the temporary password.
			await gatehouse.client.send(
				new AdminCreateUserCommand({ ...place, Username: "pip", MessageAction: "SUPPRESS", TemporaryPassword: "temporary" }),
			);
			const AuthParameters = { USERNAME: "pip", PASSWORD: "temporary" };
			const { Session } = await gatehouse.client.send(
				new InitiateAuthCommand({ ClientId: place.ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters }),
			);
			const answer = (NEW_PASSWORD: string) =>
				gatehouse.client.send(
					new RespondToAuthChallengeCommand({
						...{ ClientId: place.ClientId, ChallengeName: "NEW_PASSWORD_REQUIRED", Session },
						ChallengeResponses: { USERNAME: "pip", NEW_PASSWORD },
					}),
				);
			assert.equal(await refusal(answer("temporary")), usedBefore);
			await answer("permanent");
			await signIn(place, "pip", "permanent");

			// A policy that no longer asks forgets at the next change.
			const rows = () => gatehouse.store.db.selectFrom("password_history").selectAll().where("pool_id", "=", place.UserPoolId).execute();
			assert.equal((await rows()).length, 2);
			for (const row of await rows()) assert.ok(!Buffer.from(row.earlier).toString("latin1").includes("srp-6a"), "history is sealed");
			await gatehouse.client.send(
				new UpdateUserPoolCommand({ UserPoolId: place.UserPoolId, ...remembers(0), AutoVerifiedAttributes: ["email"] }),
			);
			gatehouse.clock.advance(2000);
			await recover(password);
			assert.equal((await rows()).length, 1);
		});
	});
}

test("With limits on, asking for codes and entering them count together, 20 an hour for known and unknown names", async () => {
	const gatehouse = await startGatehouse({ config: { limits: true } });
	try {
		const place = await createPlace(gatehouse, {}, hides);
		await createUser(place, "ann", verifiedEmail("ann"));
		gatehouse.clock.advance(3_600_000 - (gatehouse.clock.now() % 3_600_000));
		const forgot = (Username: string) => gatehouse.client.send(new ForgotPasswordCommand({ ClientId: place.ClientId, Username }));
		const confirm = (Username: string, ConfirmationCode: string) =>
			gatehouse.client.send(new ConfirmForgotPasswordCommand({ ClientId: place.ClientId, Username, ConfirmationCode, Password: next }));
		for (const name of ["ann", "nobody"]) {
			for (let call = 0; call < 10; call++) {
				await forgot(name);
				assert.equal(await refusal(confirm(name, "none")), mismatch);
			}
			assert.equal(await refusal(forgot(name)), limited);
			assert.equal(await refusal(confirm(name, "none")), limited);
		}
		gatehouse.clock.advance(3_600_000);
		await forgot("ann");
		await confirm("ann", gatehouse.code("ann@example.com"));
	} finally {
		await gatehouse.stop();
	}
});

test("Where nothing is configured to send with, a reset is refused and nothing changes", async () => {
	const unavailable = { available: false, send: async () => assert.fail() };
	const gatehouse = await startGatehouse({ ports: { mail: unavailable, sms: unavailable } });
	try {
		const place = await createPlace(gatehouse, {}, tells);
		await createUser(place, "ann", verifiedEmail("ann"));
		const forgot = gatehouse.client.send(new ForgotPasswordCommand({ ClientId: place.ClientId, Username: "ann" }));
		assert.match(await refusal(forgot), /^CodeDeliveryFailureException/);
		const reset = gatehouse.client.send(new AdminResetUserPasswordCommand({ ...place, Username: "ann" }));
		assert.match(await refusal(reset), /^CodeDeliveryFailureException/);
		await signIn(place, "ann");
	} finally {
		await gatehouse.stop();
	}
});
