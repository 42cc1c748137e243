/** The functions at the two ends of a sign-in: what they are told, when, and what their refusal leaves behind. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminInitiateAuthCommand,
	AdminUpdateUserAttributesCommand,
	type AuthFlowType,
	type ExplicitAuthFlowsType,
	InitiateAuthCommand,
	type InitiateAuthCommandInput,
	RespondToAuthChallengeCommand,
	type RespondToAuthChallengeCommandInput,
} from "@aws-sdk/client-cognito-identity-provider";
import { assertEvent, functionArn, startFunctions } from "../support/functions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { answerSrp, startSrp } from "../support/srp-client.ts";

const newPassword = "Brand-New-Horse-8";
const functions = startFunctions("sign-in-functions");
after(() => functions.close());

for (const engine of engines) {
	describe(`sign-in triggers (${engine})`, () => {
		let gatehouse: Gatehouse;
		let place: Place;
		let hiding: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine, ports: { functions } });
			const ExplicitAuthFlows: ExplicitAuthFlowsType[] = [
				"ALLOW_USER_PASSWORD_AUTH",
				"ALLOW_USER_SRP_AUTH",
				"ALLOW_ADMIN_USER_PASSWORD_AUTH",
				"ALLOW_REFRESH_TOKEN_AUTH",
				"ALLOW_USER_AUTH",
			];
			place = await createPlace(
				gatehouse,
				{
					DeviceConfiguration: { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false },
					LambdaConfig: {
						PreAuthentication: functionArn("Gate"),
						PostAuthentication: functionArn("Gate"),
						PreTokenGeneration: functionArn("Tokens"),
					},
				},
				{ ExplicitAuthFlows, PreventUserExistenceErrors: "LEGACY" },
			);
			const hidden = await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows, PreventUserExistenceErrors: "ENABLED" });
			hiding = hidden.ClientId;
			functions.take();
		});
		after(() => gatehouse.stop());

		const start = (input: Partial<InitiateAuthCommandInput> & Pick<InitiateAuthCommandInput, "AuthParameters">) =>
			gatehouse.client.send(new InitiateAuthCommand({ AuthFlow: "USER_PASSWORD_AUTH", ClientId: place.ClientId, ...input }));
		const respond = (input: Omit<RespondToAuthChallengeCommandInput, "ClientId">) =>
			gatehouse.client.send(new RespondToAuthChallengeCommand({ ClientId: place.ClientId, ...input }));
		const change = (Username: string, Name: string, Value: string) =>
			gatehouse.client.send(
				new AdminUpdateUserAttributesCommand({ UserPoolId: place.UserPoolId, Username, UserAttributes: [{ Name, Value }] }),
			);
		const createWithTemporaryPassword = (Username: string) =>
			gatehouse.client.send(
				new AdminCreateUserCommand({
					UserPoolId: place.UserPoolId,
					Username,
					TemporaryPassword: password,
					MessageAction: "SUPPRESS",
				}),
			);
		const names = (sub = "no sub", clientId = place.ClientId) => ({ userPoolId: place.UserPoolId, clientId, sub });
		const taken = () => functions.take().map(({ triggerSource }) => triggerSource);
		const all = ["PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication"];
		const sessionsOf = async (sub: string) =>
			(await gatehouse.store.db.selectFrom("sessions").select("id").where("user_id", "=", sub).execute()).length;

		test("fire in their order with exactly Cognito's events", async () => {
			const sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
			await start({ AuthParameters: { USERNAME: "ada", PASSWORD: password }, ClientMetadata: { from: "a test" } });
			const [pre, post, ...others] = functions.take();
			assertEvent("PreAuthentication_Authentication", pre, names(sub));
			assertEvent("PostAuthentication_Authentication", { ...post, request: { ...post?.request, newDeviceUsed: false } }, names(sub));
			assert.equal(post?.request.newDeviceUsed, true, "the pool tracks devices");
			assert.deepEqual(
				others.map(({ triggerSource }) => triggerSource),
				["TokenGeneration_Authentication"],
			);
		});

		test("fire once a sign-in, whichever way it goes, and not for a refresh", async () => {
			const { ClientId, UserPoolId } = place;
			const AuthParameters = { USERNAME: "ada", PASSWORD: password };
			const { AuthenticationResult } = await gatehouse.client.send(
				new AdminInitiateAuthCommand({ AuthFlow: "ADMIN_USER_PASSWORD_AUTH", ClientId, UserPoolId, AuthParameters }),
			);
			assert.deepEqual(taken(), all);
			await start({ AuthFlow: "USER_AUTH", AuthParameters: { ...AuthParameters, PREFERRED_CHALLENGE: "PASSWORD" } });
			assert.deepEqual(taken(), all);
			const choice = await start({ AuthFlow: "USER_AUTH", AuthParameters: { USERNAME: "ada" } });
			assert.deepEqual(taken(), all.slice(0, 1));
			const { Session } = choice;
			await respond({ ChallengeName: "SELECT_CHALLENGE", Session, ChallengeResponses: { ...AuthParameters, ANSWER: "PASSWORD" } });
			assert.deepEqual(taken(), all.slice(1));
			const srp = startSrp();
			const { ChallengeParameters = {} } = await start({
				AuthFlow: "USER_SRP_AUTH",
				AuthParameters: { USERNAME: "ada", SRP_A: srp.SRP_A },
			});
			assert.deepEqual(taken(), all.slice(0, 1));
			const ChallengeResponses = answerSrp(srp, ChallengeParameters, UserPoolId, password, new Date(gatehouse.clock.now()));
			await respond({ ChallengeName: "PASSWORD_VERIFIER", ChallengeResponses });
			assert.deepEqual(taken(), all.slice(1));
			await start({
				AuthFlow: "REFRESH_TOKEN_AUTH",
				AuthParameters: {
					REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? "",
					DEVICE_KEY: AuthenticationResult?.NewDeviceMetadata?.DeviceKey ?? "",
				},
			});
			assert.deepEqual(taken(), ["TokenGeneration_RefreshTokens"]);
		});

		test("the first is asked before the password is looked at", async () => {
			assert.match(await refusal(signIn(place, "ada", "Wrong-Horse-7")), /^NotAuthorizedException: Incorrect/);
			assert.deepEqual(taken(), all.slice(0, 1));
			const gate = (PASSWORD: string) =>
				refusal(
					start({ AuthParameters: { USERNAME: "ada", PASSWORD }, ClientMetadata: { gate: "refuse PreAuthentication_Authentication" } }),
				);
			const refused = "UserLambdaValidationException: PreAuthentication failed with error not today.";
			assert.equal(await gate(password), refused);
			assert.equal(await gate("Wrong-Horse-7"), refused);
			assert.deepEqual(taken(), [all[0], all[0]]);
		});

		test("a name that nobody has is told as such where the client hides it, and not at all where it does not", async () => {
			const AuthParameters = { USERNAME: "Nobody", PASSWORD: password };
			assert.match(await refusal(start({ AuthParameters })), /^UserNotFoundException/);
			assert.deepEqual(taken(), []);
			assert.match(await refusal(start({ AuthParameters, ClientId: hiding })), /^NotAuthorizedException: Incorrect/);
			assertEvent("PreAuthentication_Authentication-nobody", functions.take()[0], names(undefined, hiding));
			const refused = await refusal(
				start({ AuthParameters, ClientId: hiding, ClientMetadata: { gate: "refuse PreAuthentication_Authentication" } }),
			);
			assert.equal(refused, "UserLambdaValidationException: PreAuthentication failed with error not today.");
			functions.take();
		});

		test("nothing fires for a locked name", async () => {
			await createUser(place, "loe");
			for (let tries = 0; tries < 5; tries++) await refusal(signIn(place, "loe", "Wrong-Horse-7"));
			functions.take();
			assert.equal(await refusal(signIn(place, "loe")), "NotAuthorizedException: Password attempts exceeded");
			assert.deepEqual(taken(), []);
		});

		test("in a burst of guesses the functions hear of those alone that get tokens", async () => {
			await createUser(place, "max");
			// Which of the right ones come before the lock is a matter of chance.
			const guesses = Array.from({ length: 30 }, (_, i) => signIn(place, "max", i < 20 ? "Wrong-Horse-7" : password));
			const given = (await Promise.allSettled(guesses)).filter(({ status }) => status === "fulfilled").length;
			assert.equal(taken().filter((source) => source === "PostAuthentication_Authentication").length, given);
		});

		test("a function may change the user that it is called for", async () => {
			await createWithTemporaryPassword("eve");
			functions.during("PreAuthentication_Authentication", () => change("eve", "nickname", "changed"));
			const { Session } = await start({ AuthParameters: { USERNAME: "eve", PASSWORD: password } });
			functions.take();
			await respond({
				ChallengeName: "NEW_PASSWORD_REQUIRED",
				Session,
				ChallengeResponses: { USERNAME: "eve", NEW_PASSWORD: newPassword },
				ClientMetadata: { from: "an answer" },
			});
			const [post] = functions.take();
			assert.equal(post?.request.userAttributes.nickname, "changed");
			assert.deepEqual(post.request.clientMetadata, { from: "an answer" });
		});

		test("the metadata of an answer reaches PostAuthentication", async () => {
			const { User } = await createWithTemporaryPassword("fay");
			const sub = User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? "";
			await change("fay", "email", "ada@example.com");
			await change("fay", "email_verified", "true");
			const { Session } = await start({ AuthParameters: { USERNAME: "fay", PASSWORD: password }, ClientMetadata: { from: "the start" } });
			functions.take();
			await respond({
				ChallengeName: "NEW_PASSWORD_REQUIRED",
				Session,
				ChallengeResponses: { USERNAME: "fay", NEW_PASSWORD: newPassword },
				ClientMetadata: { from: "an answer" },
			});
			const [post] = functions.take();
			assertEvent("PostAuthentication_Authentication-answer", { ...post, userName: "ada" }, names(sub));
		});

		test("PostAuthentication that refuses, or forgets the event, leaves no session and a spent challenge", async () => {
			for (const [told, error] of [
				["refuse PostAuthentication_Authentication", "UserLambdaValidationException: PostAuthentication failed with error not today."],
				["forget PostAuthentication_Authentication", "InvalidLambdaResponseException: Unrecognizable lambda output"],
			] as const) {
				const Username = told.slice(0, 6);
				const { User } = await createWithTemporaryPassword(Username);
				await change(Username, "nickname", told);
				const { Session } = await start({ AuthParameters: { USERNAME: Username, PASSWORD: password } });
				const answer = () =>
					refusal(
						respond({
							ChallengeName: "NEW_PASSWORD_REQUIRED",
							Session,
							ChallengeResponses: { USERNAME: Username, NEW_PASSWORD: newPassword },
						}),
					);
				assert.equal(await answer(), error);
				assert.equal(await answer(), "NotAuthorizedException: Invalid session for the user.");
				assert.equal(await sessionsOf(User?.Attributes?.find(({ Name }) => Name === "sub")?.Value ?? ""), 0);
				// "after authentication is complete": the new password is set.
				await change(Username, "nickname", "");
				assert.ok((await signIn(place, Username, newPassword)).AccessToken);
			}
			functions.take();
		});

		test("PreTokenGeneration that refuses leaves no session", async () => {
			const sub = await createUser(place, "gil", { profile: "refuse" });
			assert.equal(await refusal(signIn(place, "gil")), "UserLambdaValidationException: PreTokenGeneration failed with error no tokens.");
			assert.equal(await sessionsOf(sub), 0);
			assert.deepEqual(taken(), all);
		});

		test("of ten that race with one session, one reaches the functions and gets tokens", async () => {
			await createWithTemporaryPassword("hal");
			const { Session } = await start({ AuthParameters: { USERNAME: "hal", PASSWORD: password } });
			functions.take();
			const answers = await Promise.allSettled(
				Array.from({ length: 10 }, () =>
					respond({
						ChallengeName: "NEW_PASSWORD_REQUIRED",
						Session,
						ChallengeResponses: { USERNAME: "hal", NEW_PASSWORD: newPassword },
					}),
				),
			);
			assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 1);
			assert.deepEqual(taken(), ["PostAuthentication_Authentication", "TokenGeneration_NewPasswordChallenge"]);
		});

		test("a function that is not there fails the sign-in in Cognito's words", async () => {
			const other = await createPlace(gatehouse, { LambdaConfig: { PreAuthentication: functionArn("Absent") } });
			await createUser(other, "ada");
			assert.match(await refusal(signIn(other, "ada")), /^UnexpectedLambdaException: PreAuthentication invocation failed due to error /);
			functions.take();
		});

		describe("a user whom another directory knows", () => {
			const secretOf = (name: string) => [...name].reverse().join("");
			let moving: Place;
			before(async () => {
				const flows: ExplicitAuthFlowsType[] = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"];
				moving = await createPlace(
					gatehouse,
					{ LambdaConfig: { UserMigration: functionArn("Migrate"), PreAuthentication: functionArn("Gate") } },
					{ ExplicitAuthFlows: flows, PreventUserExistenceErrors: "ENABLED" },
				);
				functions.take();
			});
			const begin = (USERNAME: string, more: Record<string, string>, AuthFlow: AuthFlowType = "USER_AUTH") =>
				gatehouse.client.send(new InitiateAuthCommand({ AuthFlow, ClientId: moving.ClientId, AuthParameters: { USERNAME, ...more } }));

			test("comes with the password, before anything else is asked, and once", async () => {
				const input = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: moving.ClientId, ClientMetadata: { from: "the start" } } as const;
				const AuthParameters = { USERNAME: "old-ada", PASSWORD: secretOf("old-ada") };
				assert.ok((await gatehouse.client.send(new InitiateAuthCommand({ ...input, AuthParameters }))).AuthenticationResult);
				const [migrate, pre, ...others] = functions.take();
				assert.equal(migrate?.triggerSource, "UserMigration_Authentication");
				assert.deepEqual(migrate.request.validationData, { from: "the start" });
				assert.equal(pre?.triggerSource, "PreAuthentication_Authentication");
				assert.equal(pre.request.userNotFound, false);
				assert.deepEqual(others, []);
				assert.ok(await signIn(moving, "old-ada", secretOf("old-ada")));
				assert.deepEqual(taken(), all.slice(0, 1));
			});

			test("comes by choice too, as preference or as an answer, and not where the password is never seen", async () => {
				const bea = await begin("old-bea", { PREFERRED_CHALLENGE: "PASSWORD", PASSWORD: secretOf("old-bea") });
				assert.ok(bea.AuthenticationResult);
				const { Session } = await begin("old-cid", {});
				const cid = await gatehouse.client.send(
					new RespondToAuthChallengeCommand({
						ChallengeName: "SELECT_CHALLENGE",
						ClientId: moving.ClientId,
						Session,
						ChallengeResponses: { USERNAME: "old-cid", ANSWER: "PASSWORD", PASSWORD: secretOf("old-cid") },
					}),
				);
				assert.ok(cid.AuthenticationResult);
				assert.equal(taken().filter((source) => source === "UserMigration_Authentication").length, 2);
				const { SRP_A } = startSrp();
				await begin("old-dot", { SRP_A }, "USER_SRP_AUTH");
				await begin("old-dot", { PREFERRED_CHALLENGE: "PASSWORD_SRP", SRP_A });
				await refusal(begin("old-dot", {}, "CUSTOM_AUTH"));
				assert.ok(taken().every((source) => source === "PreAuthentication_Authentication"));
			});

			test("whose password has to be reset learns it", async () => {
				assert.match(await refusal(signIn(moving, "old-reset", secretOf("old-reset"))), /^PasswordResetRequiredException/);
				functions.take();
			});

			test("is not guessed at without end, whatever the client hides and however the function refuses", async () => {
				const legacy = await createClient(gatehouse, moving.UserPoolId, { PreventUserExistenceErrors: "LEGACY" });
				for (const [name, ClientId, error] of [
					["old-eve", moving.ClientId, /^NotAuthorizedException: Incorrect/],
					["old-fay", legacy.ClientId, /^UserNotFoundException/],
					["old-strict", moving.ClientId, /^UserLambdaValidationException: UserMigration failed with error Bad password\.$/],
				] as const) {
					for (let tries = 0; tries < 5; tries++) assert.match(await refusal(signIn({ ...moving, ClientId }, name, "guess")), error);
					functions.take();
					const locked = await refusal(signIn({ ...moving, ClientId }, name, secretOf(name)));
					assert.equal(locked, "NotAuthorizedException: Password attempts exceeded", name);
					assert.deepEqual(taken(), []);
				}
			});
		});
	});
}
