/** CUSTOM_AUTH as `amazon-cognito-identity-js` and `aws-amplify` v6 speak it, with real functions behind it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
	AuthenticationDetails,
	CognitoUser,
	CognitoUserPool,
	type CognitoUserSession,
	type IAuthenticationCallback,
} from "amazon-cognito-identity-js";
import { confirmSignIn, fetchAuthSession, signIn, signOut } from "aws-amplify/auth";
import { configureAmplify } from "../support/amplify.ts";
import { functionArn, startFunctions } from "../support/functions.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal } from "../support/people.ts";

// The engines differ below what a client sees, and SRP in JavaScript takes long: conformance/custom-auth.test.ts runs on both.
describe("CUSTOM_AUTH", () => {
	const functions = startFunctions("sign-in-functions");
	let gatehouse: Gatehouse;
	let place: Place;
	before(async () => {
		gatehouse = await startGatehouse({ ports: { functions } });
		const LambdaConfig = {
			DefineAuthChallenge: functionArn("Challenges"),
			CreateAuthChallenge: functionArn("Challenges"),
			VerifyAuthChallengeResponse: functionArn("Challenges"),
		};
		place = await createPlace(gatehouse, { LambdaConfig }, { ExplicitAuthFlows: ["ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
		await createUser(place, "ada");
	});
	after(async () => {
		await gatehouse.stop();
		await functions.close();
	});

	describe("amazon-cognito-identity-js", () => {
		type Step = { readonly session?: CognitoUserSession; readonly asks?: Record<string, string> };

		function step(run: (callbacks: IAuthenticationCallback) => void): Promise<Step> {
			const { promise, resolve, reject } = Promise.withResolvers<Step>();
			run({
				onSuccess: (session) => resolve({ session }),
				onFailure: reject,
				customChallenge: (asks: Record<string, string>) => resolve({ asks }),
			});
			return promise;
		}

		function newUser(): CognitoUser {
			const { UserPoolId, ClientId } = place;
			const user = new CognitoUser({ Username: "ada", Pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint: gatehouse.url }) });
			user.setAuthenticationFlowType("CUSTOM_AUTH");
			return user;
		}

		test("without a password: a wrong answer is asked again, the right one signs in", async () => {
			const user = newUser();
			const details = new AuthenticationDetails({ Username: "ada" });
			const first = await step((callbacks) => user.initiateAuth(details, callbacks));
			assert.deepEqual(first.asks, { question: "Which colour?", round: "0", USERNAME: "ada" });
			const second = await step((callbacks) => user.sendCustomChallengeAnswer("red", callbacks));
			assert.equal(second.asks?.["round"], "1");
			const { session } = await step((callbacks) => user.sendCustomChallengeAnswer("blue", callbacks));
			assert.ok(session?.isValid());
		});

		test("after a password", async () => {
			const user = newUser();
			const details = new AuthenticationDetails({ Username: "ada", Password: password });
			const first = await step((callbacks) => user.authenticateUser(details, callbacks));
			assert.equal(first.asks?.["question"], "Which colour?");
			const { session } = await step((callbacks) => user.sendCustomChallengeAnswer("blue", callbacks));
			assert.ok(session?.isValid());
			const others = new AuthenticationDetails({ Username: "ada", Password: "Wrong-Horse-7" });
			assert.match(await refusal(step((callbacks) => newUser().authenticateUser(others, callbacks))), /Incorrect username or password/);
		});
	});

	describe("aws-amplify", () => {
		before(() => configureAmplify(place));

		for (const authFlowType of ["CUSTOM_WITHOUT_SRP", "CUSTOM_WITH_SRP"] as const) {
			test(`${authFlowType}: the metadata of an answer reaches the functions, and the right one signs in`, async () => {
				const input = { username: "ada", ...(authFlowType === "CUSTOM_WITH_SRP" && { password }), options: { authFlowType } };
				const { nextStep } = await signIn(input);
				assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE");
				const asked = nextStep.signInStep === "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE" ? nextStep.additionalInfo : {};
				assert.equal(asked?.["question"], "Which colour?");
				const again = await confirmSignIn({ challengeResponse: "red" });
				assert.equal(again.nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE");
				functions.take();
				const done = await confirmSignIn({ challengeResponse: "blue", options: { clientMetadata: { from: "amplify" } } });
				assert.deepEqual(done, { isSignedIn: true, nextStep: { signInStep: "DONE" } });
				assert.deepEqual(functions.take()[0]?.request.clientMetadata, { from: "amplify" });
				assert.ok((await fetchAuthSession({ forceRefresh: true })).tokens?.accessToken);
				await signOut();
			});
		}

		test("three wrong answers are one failed sign-in", async () => {
			await signIn({ username: "ada", options: { authFlowType: "CUSTOM_WITHOUT_SRP" } });
			await confirmSignIn({ challengeResponse: "red" });
			await confirmSignIn({ challengeResponse: "green" });
			assert.equal(await refusal(confirmSignIn({ challengeResponse: "pink" })), "NotAuthorizedException: Incorrect username or password.");
		});
	});
});
