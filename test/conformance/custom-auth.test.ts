/** CUSTOM_AUTH: sign-ins whose challenges functions define, create and verify, with and without a password first. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDisableUserCommand,
	AdminInitiateAuthCommand,
	AdminResetUserPasswordCommand,
	AdminRespondToAuthChallengeCommand,
	AdminUpdateUserAttributesCommand,
	AdminUserGlobalSignOutCommand,
	AssociateSoftwareTokenCommand,
	type AuthenticationResultType,
	type ChallengeNameType,
	ConfirmDeviceCommand,
	InitiateAuthCommand,
	type InitiateAuthCommandOutput,
	type LambdaConfigType,
	RespondToAuthChallengeCommand,
	SetUserMFAPreferenceCommand,
	SetUserPoolMfaConfigCommand,
	SignUpCommand,
	VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { customChallengeStatement } from "../../src/domain/user-pools/sign-in/challenges/custom-challenge.ts";
import { createSweep } from "../../src/storage/sweep.ts";
import { assertEvent, functionArn, startFunctions } from "../support/functions.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { claimsOf, createClient, createPlace, createUser, type Place, password, refusal, signIn } from "../support/people.ts";
import { answerDeviceSrp, answerSrp, createDevice, startSrp } from "../support/srp-client.ts";
import { eachStore, explain } from "../support/stores.ts";
import { totpCode } from "../support/totp.ts";

const wrong = "NotAuthorizedException: Incorrect username or password.";
const invalidSession = "NotAuthorizedException: Invalid session for the user.";
const unrecognizable = "InvalidLambdaResponseException: Unrecognizable lambda output";
const notConfigured = "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.";
const newPassword = "Brand-New-Horse-8";
const functions = startFunctions("sign-in-functions");
after(() => functions.close());

test("what is kept of a challenge is found by its key", (t) =>
	eachStore(t, "custom challenge", async (store) => {
		const plan = await explain(store, customChallengeStatement);
		assert.ok(plan.isIndexSearch, plan.text);
	}));

type Answer = Pick<InitiateAuthCommandOutput, "ChallengeName" | "ChallengeParameters" | "Session" | "AuthenticationResult">;

const allTriggers: LambdaConfigType = {
	DefineAuthChallenge: functionArn("Challenges"),
	CreateAuthChallenge: functionArn("Challenges"),
	VerifyAuthChallengeResponse: functionArn("Challenges"),
};

for (const engine of engines) {
	describe(`CUSTOM_AUTH (${engine})`, () => {
		let gatehouse: Gatehouse;
		let place: Place;
		let hiding: Place;
		before(async () => {
			gatehouse = await startGatehouse({ engine, ports: { functions } });
			const flows = { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH" as const] };
			place = await createPlace(gatehouse, { LambdaConfig: allTriggers }, { ...flows, PreventUserExistenceErrors: "LEGACY" });
			const client = await createClient(gatehouse, place.UserPoolId, { ...flows, PreventUserExistenceErrors: "ENABLED" });
			hiding = { ...place, ...client };
			functions.take();
		});
		after(() => gatehouse.stop());

		const start = (USERNAME: string, more: Record<string, string> = {}, at = place, from?: string): Promise<Answer> =>
			gatehouse.client.send(
				new InitiateAuthCommand({
					AuthFlow: "CUSTOM_AUTH",
					ClientId: at.ClientId,
					AuthParameters: { USERNAME, ...more },
					...(from && { ClientMetadata: { from } }),
				}),
			);
		const respond = (
			ChallengeName: ChallengeNameType,
			{ Session }: Answer,
			ChallengeResponses: Record<string, string>,
			at = place,
			from?: string,
		): Promise<Answer> =>
			gatehouse.client.send(
				new RespondToAuthChallengeCommand({
					ChallengeName,
					ClientId: at.ClientId,
					Session,
					ChallengeResponses,
					...(from && { ClientMetadata: { from } }),
				}),
			);
		const answer = (USERNAME: string, asked: Answer, ANSWER: string, at = place, from?: string) =>
			respond("CUSTOM_CHALLENGE", asked, { USERNAME, ANSWER }, at, from);
		const change = (Username: string, Name: string, Value: string) =>
			gatehouse.client.send(
				new AdminUpdateUserAttributesCommand({ UserPoolId: place.UserPoolId, Username, UserAttributes: [{ Name, Value }] }),
			);
		const createTemporary = (Username: string, nickname = "") =>
			gatehouse.client.send(
				new AdminCreateUserCommand({
					UserPoolId: place.UserPoolId,
					Username,
					TemporaryPassword: password,
					MessageAction: "SUPPRESS",
					...(nickname && { UserAttributes: [{ Name: "nickname", Value: nickname }] }),
				}),
			);
		/** Begins with SRP, up to the answer to PASSWORD_VERIFIER, which is not sent yet. */
		const startWithPassword = async (username: string, secret = password, at = place, more: Record<string, string> = {}) => {
			const srp = startSrp();
			const asked = await start(username, { CHALLENGE_NAME: "SRP_A", SRP_A: srp.SRP_A, ...more }, at);
			assert.equal(asked.ChallengeName, "PASSWORD_VERIFIER");
			const responses = answerSrp(srp, asked.ChallengeParameters ?? {}, at.UserPoolId, secret, new Date(gatehouse.clock.now()));
			return { asked, responses };
		};
		const withPassword = async (username: string, secret = password, at = place, more: Record<string, string> = {}) => {
			const { asked, responses } = await startWithPassword(username, secret, at, more);
			return respond("PASSWORD_VERIFIER", asked, responses, at);
		};
		const names = (sub = "no sub", { ClientId }: Place = place) => ({ userPoolId: place.UserPoolId, clientId: ClientId, sub });
		const sources = () => functions.take().map(({ triggerSource }) => triggerSource.split("_")[0]);
		const rounds = ["VerifyAuthChallengeResponse", "DefineAuthChallenge", "CreateAuthChallenge"];

		describe("without a password", () => {
			let sub: string;
			before(async () => {
				sub = await createUser(place, "ada", { email: "ada@example.com", email_verified: "true" });
				functions.take();
			});

			test("the functions get exactly Cognito's events, and their answers decide", async () => {
				const first = await start("ada", {}, place, "the start");
				assert.equal(first.ChallengeName, "CUSTOM_CHALLENGE");
				assert.deepEqual(first.ChallengeParameters, { question: "Which colour?", round: "0", USERNAME: "ada" });
				assert.ok((first.Session ?? "").length <= 2_048);
				const [define, create] = functions.take();
				assertEvent("DefineAuthChallenge_Authentication", define, names(sub));
				assertEvent("CreateAuthChallenge_Authentication", create, names(sub));
				const second = await answer("ada", first, "red", place, "an answer");
				assert.deepEqual(second.ChallengeParameters, { question: "Which colour?", round: "1", USERNAME: "ada" });
				const events = functions.take();
				assertEvent("VerifyAuthChallengeResponse_Authentication", events[0], names(sub));
				assertEvent("DefineAuthChallenge_Authentication-answer", events[1], names(sub));
				assertEvent("CreateAuthChallenge_Authentication-answer", events[2], names(sub));
				const { AuthenticationResult } = await answer(sub, second, "blue");
				assert.equal(claimsOf(AuthenticationResult?.IdToken ?? "")["sub"], sub);
				assert.deepEqual(sources(), rounds.slice(0, 2));
			});

			test("an answer, right or wrong, spends its session", async () => {
				const first = await start("ada");
				const second = await answer("ada", first, "red");
				assert.equal(await refusal(answer("ada", first, "blue")), invalidSession);
				await answer("ada", second, "blue");
				assert.equal(await refusal(answer("ada", second, "blue")), invalidSession);
			});

			test("DefineAuthChallenge ends the sign-in; five such ends lock the name", async () => {
				await createUser(place, "bea");
				for (let tries = 0; tries < 5; tries++) {
					let asked = await start("bea");
					asked = await answer("bea", asked, "red");
					asked = await answer("bea", asked, "green");
					assert.equal(await refusal(answer("bea", asked, "pink")), wrong);
				}
				functions.take();
				assert.equal(await refusal(start("bea")), "NotAuthorizedException: Password attempts exceeded");
				assert.deepEqual(sources(), [], "no function is called for a locked name");
				gatehouse.clock.advance(60_000);
				const { AuthenticationResult } = await answer("bea", await start("bea"), "blue");
				assert.ok(AuthenticationResult?.AccessToken);
			});

			test("ten racers with the right answer get one set of tokens, and one judgement", async () => {
				const asked = await start("ada");
				functions.take();
				const answers = await Promise.allSettled(Array.from({ length: 10 }, () => answer("ada", asked, "blue")));
				assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 1);
				assert.deepEqual(sources(), rounds.slice(0, 2));
			});

			test("administrators sign users in with it too", async () => {
				const { UserPoolId, ClientId } = place;
				const asked = await gatehouse.client.send(
					new AdminInitiateAuthCommand({ AuthFlow: "CUSTOM_AUTH", UserPoolId, ClientId, AuthParameters: { USERNAME: "ada" } }),
				);
				const { AuthenticationResult } = await gatehouse.client.send(
					new AdminRespondToAuthChallengeCommand({
						ChallengeName: "CUSTOM_CHALLENGE",
						UserPoolId,
						ClientId,
						Session: asked.Session,
						ChallengeResponses: { USERNAME: "ada", ANSWER: "blue" },
					}),
				);
				assert.ok(AuthenticationResult?.AccessToken);
			});

			test("a session is its client's, its user's and its time's, and ends when the user is signed out or changed", async () => {
				await createUser(place, "cid");
				const refused = async (USERNAME: string, asked: Answer, at = place) => {
					functions.take();
					assert.match(await refusal(answer(USERNAME, asked, "blue", at)), /^NotAuthorizedException: Invalid session/);
					assert.deepEqual(sources(), []);
				};
				await refused("ada", await start("ada"), hiding);
				await refused("cid", await start("ada"));
				const whole = (await start("ada")).Session ?? "";
				await refused("ada", { Session: `${whole.slice(0, 99)}${whole[99] === "A" ? "B" : "A"}${whole.slice(100)}` });
				await refused("ada", { Session: undefined });
				const old = await start("ada");
				gatehouse.clock.advance(180_000);
				await refused("ada", old);
				const changed = await start("ada");
				await change("ada", "family_name", "Lovelace");
				await refused("ada", changed);
				const signedOut = await start("ada");
				await gatehouse.client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: place.UserPoolId, Username: "ada" }));
				await refused("ada", signedOut);
				const asked = await start("ada");
				assert.equal(
					await refusal(respond("CUSTOM_CHALLENGE", asked, { USERNAME: "ada" })),
					"InvalidParameterException: Missing required parameter ANSWER",
				);
				await answer("ada", asked, "blue");
			});

			test("functions may change the user that they are called for; a sign-out everywhere ends what they are called for", async () => {
				functions.during("CreateAuthChallenge_Authentication", () => change("ada", "given_name", "Augusta"));
				const asked = await start("ada");
				functions.during("VerifyAuthChallengeResponse_Authentication", () => change("ada", "given_name", "Ada"));
				const { AuthenticationResult } = await answer("ada", asked, "blue");
				assert.equal(claimsOf(AuthenticationResult?.IdToken ?? "")["given_name"], "Ada");
				functions.during("VerifyAuthChallengeResponse_Authentication", () =>
					gatehouse.client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: place.UserPoolId, Username: "ada" })),
				);
				assert.equal(await refusal(answer("ada", await start("ada"), "blue")), invalidSession);
			});

			test("there are only so many answers to a sign-in", async () => {
				await createUser(place, "dot", { nickname: "for ever" });
				let asked = await start("dot");
				for (let tries = 0; tries < 32; tries++) asked = await answer("dot", asked, "red");
				assert.ok((asked.Session ?? "").length <= 2_048, "what does not fit into a session is kept elsewhere");
				functions.take();
				assert.equal(await refusal(answer("dot", asked, "red")), wrong);
				assert.deepEqual(sources(), []);
			});

			test("who has a temporary password may be let in without it; others are refused in their own words", async () => {
				await createTemporary("eve");
				assert.ok((await answer("eve", await start("eve"), "blue")).AuthenticationResult?.AccessToken);
				await gatehouse.client.send(new SignUpCommand({ ClientId: place.ClientId, Username: "fay", Password: password }));
				await createUser(place, "gil", { email: "gil@example.com", email_verified: "true" });
				await createUser(place, "hal");
				const { UserPoolId } = place;
				await gatehouse.client.send(new AdminResetUserPasswordCommand({ UserPoolId, Username: "gil" }));
				await gatehouse.client.send(new AdminDisableUserCommand({ UserPoolId, Username: "hal" }));
				functions.take();
				const refusals = {
					fay: "UserNotConfirmedException: User is not confirmed.",
					gil: "PasswordResetRequiredException: Password reset required for the user",
					hal: "NotAuthorizedException: User is disabled.",
				};
				for (const [name, error] of Object.entries(refusals)) {
					assert.equal(await refusal(start(name)), error);
					assert.deepEqual(sources(), [], name);
					// Where nobody may know who exists, only who proves to be the user learns it.
					const asked = await start(name, {}, hiding);
					assert.equal((await answer(name, asked, "red", hiding)).ChallengeName, "CUSTOM_CHALLENGE");
					assert.equal(await refusal(answer(name, await start(name, {}, hiding), "blue", hiding)), error);
					functions.take();
				}
			});
		});

		describe("what only the functions may know", () => {
			const kept = async () => gatehouse.store.db.selectFrom("custom_challenges").selectAll().execute();

			test("is in nothing that the client gets", async () => {
				const asked = await start("ada");
				const shown = JSON.stringify(asked) + Buffer.from(asked.Session ?? "", "base64url").toString("latin1");
				for (const secret of ["blue", "COLOUR"]) assert.ok(!shown.includes(secret));
				assert.deepEqual(await kept(), []);
			});

			test("is kept sealed where it is too long for a session, until it is answered or over", async () => {
				await createUser(place, "ida", { nickname: "long" });
				const asked = await start("ida");
				assert.ok((asked.Session ?? "").length <= 2_048);
				const [row, ...others] = await kept();
				assert.equal(others.length, 0);
				assert.ok(
					!Buffer.from(row?.sealed ?? [])
						.toString("latin1")
						.includes("xxxx"),
				);
				functions.take();
				assert.ok((await answer("ida", asked, "blue")).AuthenticationResult?.AccessToken);
				assert.equal(functions.take()[0]?.request.privateChallengeParameters.essay.length, 3_000);
				assert.deepEqual(await kept(), []);
				assert.equal(await refusal(answer("ida", asked, "blue")), invalidSession);
				const racing = await start("ida");
				const answers = await Promise.allSettled(Array.from({ length: 10 }, () => answer("ida", racing, "blue")));
				assert.equal(answers.filter(({ status }) => status === "fulfilled").length, 1);
				await start("ida");
				gatehouse.clock.advance(181_000);
				const sweep = createSweep(gatehouse.store, gatehouse.clock);
				for (let more = true; more; ) more = (await sweep.step(gatehouse.clock.now())).more;
				assert.deepEqual(await kept(), []);
			});

			test("is refused where it is longer than anything", async () => {
				await createUser(place, "jan", { nickname: "too long" });
				assert.equal(await refusal(start("jan")), unrecognizable);
				assert.deepEqual(await kept(), []);
			});
		});

		describe("after a password", () => {
			test("the functions are told of both halves of SRP, and go on", async () => {
				const sub = await createUser(place, "kim", { email: "ada@example.com", email_verified: "true" });
				functions.take();
				const { asked, responses } = await startWithPassword("kim");
				assert.ok(asked.Session);
				assert.deepEqual(functions.take()[0]?.request.session, [
					{ challengeName: "SRP_A", challengeResult: true, challengeMetadata: null },
				]);
				const custom = await respond("PASSWORD_VERIFIER", asked, responses);
				assert.equal(custom.ChallengeName, "CUSTOM_CHALLENGE");
				const [define] = functions.take();
				assertEvent("DefineAuthChallenge_Authentication-password", { ...define, userName: "ada" }, names(sub));
				assert.ok((await answer("kim", custom, "blue")).AuthenticationResult?.AccessToken);
				assert.deepEqual(
					functions.take()[1]?.request.session.map((each: { challengeName: string }) => each.challengeName),
					["SRP_A", "PASSWORD_VERIFIER", "CUSTOM_CHALLENGE"],
				);
				assert.equal(await refusal(respond("PASSWORD_VERIFIER", asked, responses)), invalidSession);
			});

			test("the password alone is worth nothing, with its session or without", async () => {
				const { responses } = await startWithPassword("kim");
				const custom = await respond("PASSWORD_VERIFIER", { Session: undefined } as Answer, responses);
				assert.equal(custom.ChallengeName, "CUSTOM_CHALLENGE");
				assert.equal(custom.AuthenticationResult, undefined);
			});

			test("a wrong one ends the sign-in without a function, and counts", async () => {
				const { asked, responses } = await startWithPassword("kim", "Wrong-Horse-7");
				functions.take();
				assert.equal(await refusal(respond("PASSWORD_VERIFIER", asked, responses)), wrong);
				assert.deepEqual(sources(), []);
			});

			test("functions may begin with their own challenge, and need none", async () => {
				await createUser(place, "leo", { nickname: "for ever" });
				const srp = startSrp();
				assert.equal((await start("leo", { CHALLENGE_NAME: "SRP_A", SRP_A: srp.SRP_A })).ChallengeName, "CUSTOM_CHALLENGE");
				await createUser(place, "mia", { nickname: "only the password" });
				assert.ok((await withPassword("mia")).AuthenticationResult?.AccessToken);
				await createUser(place, "ned", { nickname: "tokens at once" });
				assert.ok((await start("ned")).AuthenticationResult?.AccessToken);
			});

			test("a temporary one is replaced where the functions say so, and before tokens in any case", async () => {
				await createTemporary("oda");
				const asked = await withPassword("oda");
				assert.equal(asked.ChallengeName, "NEW_PASSWORD_REQUIRED");
				functions.take();
				const custom = await respond("NEW_PASSWORD_REQUIRED", asked, { USERNAME: "oda", NEW_PASSWORD: newPassword });
				assert.equal(custom.ChallengeName, "CUSTOM_CHALLENGE");
				assert.deepEqual(
					functions.take()[0]?.request.session.map((each: { challengeName: string }) => each.challengeName),
					["SRP_A", "PASSWORD_VERIFIER", "NEW_PASSWORD_REQUIRED"],
				);
				assert.ok((await answer("oda", custom, "blue")).AuthenticationResult?.AccessToken);
				await createTemporary("pia", "tokens for the password");
				const forced = await withPassword("pia");
				assert.equal(forced.ChallengeName, "NEW_PASSWORD_REQUIRED");
				functions.take();
				const { AuthenticationResult } = await respond("NEW_PASSWORD_REQUIRED", forced, { USERNAME: "pia", NEW_PASSWORD: newPassword });
				assert.ok(AuthenticationResult?.AccessToken);
				assert.deepEqual(sources(), [], "they have said that tokens are due");
			});
		});

		test("a second factor comes right after the password, and the functions are told of it", async () => {
			const { UserPoolId } = place;
			const withTotp = await createPlace(
				gatehouse,
				{ LambdaConfig: allTriggers },
				{ ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH"] },
			);
			assert.notEqual(withTotp.UserPoolId, UserPoolId);
			await gatehouse.client.send(
				new SetUserPoolMfaConfigCommand({
					UserPoolId: withTotp.UserPoolId,
					MfaConfiguration: "OPTIONAL",
					SoftwareTokenMfaConfiguration: { Enabled: true },
				}),
			);
			await createUser(withTotp, "ada");
			const { AccessToken } = await signIn(withTotp, "ada");
			const { SecretCode = "" } = await gatehouse.client.send(new AssociateSoftwareTokenCommand({ AccessToken }));
			const code = () => {
				gatehouse.clock.advance(30_000);
				return totpCode(SecretCode, gatehouse.clock.now());
			};
			await gatehouse.client.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: code() }));
			await gatehouse.client.send(
				new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } }),
			);
			const asked = await withPassword("ada", password, withTotp);
			assert.equal(asked.ChallengeName, "SOFTWARE_TOKEN_MFA");
			assert.equal(sources().length, 1, "DefineAuthChallenge was asked before the password, and not after it");
			const answered = { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: code() };
			const custom = await respond("SOFTWARE_TOKEN_MFA", asked, answered, withTotp);
			assert.equal(custom.ChallengeName, "CUSTOM_CHALLENGE");
			assert.deepEqual(
				functions.take()[0]?.request.session.map((each: { challengeName: string }) => each.challengeName),
				["SRP_A", "PASSWORD_VERIFIER", "SOFTWARE_TOKEN_MFA"],
			);
			assert.ok((await answer("ada", custom, "blue", withTotp)).AuthenticationResult?.AccessToken);
			// Without a password the functions are all that there is.
			assert.ok((await answer("ada", await start("ada", {}, withTotp), "blue", withTotp)).AuthenticationResult?.AccessToken);
			functions.take();
		});

		test("a remembered device proves itself last", async () => {
			const tracking = await createPlace(
				gatehouse,
				{
					LambdaConfig: { ...allTriggers, PreTokenGeneration: functionArn("Tokens") },
					DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
				},
				{ ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] },
			);
			const sub = await createUser(tracking, "ada");
			const { AuthenticationResult } = await answer("ada", await start("ada", {}, tracking), "blue", tracking);
			const { AccessToken, NewDeviceMetadata = {} } = AuthenticationResult as AuthenticationResultType;
			const { device, config } = createDevice(NewDeviceMetadata);
			const { key: DeviceKey } = device;
			await gatehouse.client.send(new ConfirmDeviceCommand({ AccessToken, DeviceKey, DeviceSecretVerifierConfig: config }));
			for (const first of ["nothing", "a password"]) {
				const more = { DEVICE_KEY: DeviceKey };
				const custom = first === "nothing" ? await start("ada", more, tracking) : await withPassword("ada", password, tracking, more);
				const asked = await answer("ada", custom, "blue", tracking);
				assert.equal(asked.ChallengeName, "DEVICE_SRP_AUTH", first);
				const srp = startSrp();
				const proof = { USERNAME: "ada", DEVICE_KEY: DeviceKey, SRP_A: srp.SRP_A };
				const verifier = await respond("DEVICE_SRP_AUTH", asked, proof, tracking);
				const claim = answerDeviceSrp(srp, verifier.ChallengeParameters ?? {}, device, new Date(gatehouse.clock.now()));
				functions.take();
				const done = await respond("DEVICE_PASSWORD_VERIFIER", verifier, claim, tracking);
				assert.equal(claimsOf(done.AuthenticationResult?.AccessToken ?? "")["device_key"], DeviceKey);
				const [event, ...others] = functions.take();
				assertEvent("TokenGeneration_AuthenticateDevice-1", event, { ...names(sub, tracking), userPoolId: tracking.UserPoolId });
				assert.deepEqual(others, []);
			}
			// A device that nobody knows is let go of.
			const custom = await start("ada", { DEVICE_KEY: "us-east-1_00000000-0000-4000-8000-000000000000" }, tracking);
			assert.ok((await answer("ada", custom, "blue", tracking)).AuthenticationResult?.NewDeviceMetadata?.DeviceKey);
			functions.take();
		});

		describe("a name that nobody has", () => {
			test("is told to the functions where the client hides it, and never gets tokens", async () => {
				const asked = await start("Nobody", {}, hiding);
				const [define, create] = functions.take();
				assertEvent("DefineAuthChallenge_Authentication-nobody", define, names(undefined, hiding));
				assertEvent("CreateAuthChallenge_Authentication-nobody", create, names(undefined, hiding));
				assert.equal(asked.ChallengeName, "CUSTOM_CHALLENGE");
				assert.deepEqual(Object.keys(asked.ChallengeParameters ?? {}).sort(), ["USERNAME", "question", "round"]);
				const second = await answer("Nobody", asked, "blue", hiding);
				assert.equal(second.ChallengeName, "CUSTOM_CHALLENGE");
				assertEvent("VerifyAuthChallengeResponse_Authentication-nobody", functions.take()[0], names(undefined, hiding));
				const { UserPoolId } = place;
				const eager = await createPlace(
					gatehouse,
					{ LambdaConfig: { DefineAuthChallenge: functionArn("Eager") } },
					{ ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"], PreventUserExistenceErrors: "ENABLED" },
				);
				assert.notEqual(eager.UserPoolId, UserPoolId);
				assert.equal(await refusal(start("Nobody", {}, eager)), wrong);
			});

			test("is refused at once where the client does not", async () => {
				functions.take();
				assert.match(await refusal(start("Nobody")), /^UserNotFoundException/);
				assert.deepEqual(sources(), []);
			});

			test("costs what a known one costs, and fails at its password like one", async () => {
				const { cost } = gatehouse;
				const flow = async (name: string) => void (await answer(name, await start(name, {}, hiding), "red", hiding));
				await flow("ada");
				const known = await cost(() => flow("ada"));
				assert.deepEqual(await cost(() => flow("Nobody-else")), known);
				const srp = async (name: string) => assert.equal(await refusal(withPassword(name, "Wrong-Horse-7", hiding)), wrong);
				await srp("ada");
				const knownSrp = await cost(() => srp("ada"));
				assert.deepEqual(await cost(() => srp("Nobody-third")), knownSrp);
				functions.take();
			});
		});

		describe("what can't go on is refused in Cognito's words", () => {
			test("answers of functions that say nothing that can be done", async () => {
				for (const nickname of ["nothing", "no Boolean", "unknown challenge", "password later", "new password", "no map"]) {
					const name = nickname.replace(" ", "-");
					await createUser(place, name, { nickname });
					assert.equal(await refusal(start(name)), unrecognizable, nickname);
				}
				await createUser(place, "both", { nickname: "both" });
				assert.equal(await refusal(start("both")), wrong);
				await createUser(place, "bare", { nickname: "bare" });
				assert.deepEqual((await start("bare")).ChallengeParameters, { USERNAME: "bare" });
			});

			test("functions that throw, by their trigger's name; an answer is spent by then", async () => {
				for (const trigger of ["DefineAuthChallenge", "CreateAuthChallenge", "VerifyAuthChallengeResponse"]) {
					const name = trigger.toLowerCase();
					await createUser(place, name, { nickname: `throw in ${trigger}_Authentication` });
					const error = `UserLambdaValidationException: ${trigger} failed with error not today.`;
					if (trigger !== "VerifyAuthChallengeResponse") {
						assert.equal(await refusal(start(name)), error);
						continue;
					}
					const asked = await start(name);
					assert.equal(await refusal(answer(name, asked, "blue")), error);
					assert.equal(await refusal(answer(name, asked, "blue")), invalidSession);
				}
			});

			test("triggers that are not there, each where it is needed", async () => {
				const without = async (...missing: (keyof LambdaConfigType)[]) => {
					const LambdaConfig = Object.fromEntries(Object.entries(allTriggers).filter(([name]) => !missing.includes(name as never)));
					const other = await createPlace(gatehouse, { LambdaConfig }, { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"] });
					await createUser(other, "ada");
					return other;
				};
				assert.equal(await refusal(start("ada", {}, await without("DefineAuthChallenge"))), notConfigured);
				assert.equal(await refusal(start("ada", {}, await without("CreateAuthChallenge"))), notConfigured);
				const unverified = await without("VerifyAuthChallengeResponse");
				assert.equal(await refusal(answer("ada", await start("ada", {}, unverified), "blue", unverified)), notConfigured);
			});

			test("flows and parameters", async () => {
				const { ClientId } = await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] });
				assert.equal(
					await refusal(start("ada", {}, { ...place, ClientId })),
					"InvalidParameterException: CUSTOM_AUTH flow not enabled for this client",
				);
				assert.match(await refusal(start("ada", { CHALLENGE_NAME: "SMS_MFA" })), /^InvalidParameterException: CHALLENGE_NAME/);
				assert.equal(
					await refusal(start("ada", { CHALLENGE_NAME: "SRP_A" })),
					"InvalidParameterException: Missing required parameter SRP_A",
				);
				assert.equal((await start("ada", { CHALLENGE_NAME: "CUSTOM_CHALLENGE" })).ChallengeName, "CUSTOM_CHALLENGE");
				const secret = await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH"], GenerateSecret: true });
				assert.match(
					await refusal(start("ada", {}, { ...place, ...secret })),
					/^NotAuthorizedException: Client .* is configured with secret/,
				);
			});
		});
	});
}
