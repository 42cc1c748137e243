/** `aws-amplify` v6 and sign-in by choice: codes by e-mail, choosing, and the sign-in right after a sign-up. */
import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { autoSignIn, confirmSignIn, confirmSignUp, fetchAuthSession, fetchUserAttributes, signIn, signOut, signUp } from "aws-amplify/auth";
import { configureAmplify } from "../support/amplify.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal } from "../support/people.ts";

const authFlowType = "USER_AUTH";

/** The library waits three minutes for the confirmation of a sign-up, and goes on waiting once it came: that must not hold up the test. */
async function withoutWaiting<R>(work: () => Promise<R>): Promise<R> {
	const { setTimeout } = globalThis;
	const patient = (...args: Parameters<typeof setTimeout>) => setTimeout(...args).unref();
	globalThis.setTimeout = Object.assign(patient, setTimeout);
	try {
		return await work();
	} finally {
		globalThis.setTimeout = setTimeout;
	}
}

for (const engine of engines) {
	describe(`aws-amplify, sign-in by choice on ${engine}`, () => {
		let gatehouse: Gatehouse;
		let place: Place;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		beforeEach(async () => {
			place = await createPlace(
				gatehouse,
				{ Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } },
				{ ExplicitAuthFlows: ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"], PreventUserExistenceErrors: "ENABLED" },
			);
			configureAmplify(place);
		});
		after(() => gatehouse.stop());

		/** The code that is sent once the answer was. */
		const sent = async (to: string) => {
			await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
			return gatehouse.code(to);
		};

		test("a code by e-mail signs in; a wrong one can be corrected", async () => {
			await createUser(place, "ada", { email: "ada@example.com" });
			const { nextStep } = await signIn({ username: "ada", options: { authFlowType, preferredChallenge: "EMAIL_OTP" } });
			assert.deepEqual(nextStep, {
				signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
				codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***" },
			});
			assert.match(await refusal(confirmSignIn({ challengeResponse: "wrong" })), /^CodeMismatchException/);
			assert.equal((await confirmSignIn({ challengeResponse: await sent("ada@example.com") })).isSignedIn, true);
			assert.equal((await fetchUserAttributes()).email_verified, "true");
			assert.ok((await fetchAuthSession({ forceRefresh: true })).tokens?.idToken);
			await signOut();
		});

		test("without a preference there is a choice: a password, by SRP too, or a code", async () => {
			await createUser(place, "bea", { email: "bea@example.com" });
			for (const [choice, step] of [
				["PASSWORD", "CONFIRM_SIGN_IN_WITH_PASSWORD"],
				["PASSWORD_SRP", "CONFIRM_SIGN_IN_WITH_PASSWORD"],
				["EMAIL_OTP", "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"],
			] as const) {
				const { nextStep } = await signIn({ username: "bea", options: { authFlowType } });
				assert.deepEqual(nextStep, {
					signInStep: "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION",
					availableChallenges: ["EMAIL_OTP", "PASSWORD", "PASSWORD_SRP"],
				});
				assert.equal((await confirmSignIn({ challengeResponse: choice })).nextStep.signInStep, step);
				if (choice !== "EMAIL_OTP") {
					assert.match(await refusal(confirmSignIn({ challengeResponse: "Wrong-Horse-7" })), /Incorrect username or password/);
				}
				const challengeResponse = choice === "EMAIL_OTP" ? await sent("bea@example.com") : password;
				assert.equal((await confirmSignIn({ challengeResponse })).isSignedIn, true, choice);
				await signOut();
			}
		});

		test("a password as preference, plain and by SRP", async () => {
			await createUser(place, "cid", { email: "cid@example.com" });
			for (const preferredChallenge of ["PASSWORD", "PASSWORD_SRP"] as const) {
				const signedIn = await signIn({ username: "cid", password, options: { authFlowType, preferredChallenge } });
				assert.equal(signedIn.isSignedIn, true, preferredChallenge);
				await signOut();
			}
		});

		test("a sign-up without a password is signed in by its confirmation", async () => {
			const email = "dot@example.com";
			const { nextStep } = await withoutWaiting(() =>
				signUp({ username: "dot", options: { userAttributes: { email }, autoSignIn: { authFlowType } } }),
			);
			assert.equal(nextStep.signUpStep, "CONFIRM_SIGN_UP");
			const confirmed = await confirmSignUp({ username: "dot", confirmationCode: gatehouse.code(email) });
			assert.equal(confirmed.nextStep.signUpStep, "COMPLETE_AUTO_SIGN_IN");
			const before = gatehouse.inbox().length;
			assert.deepEqual(await autoSignIn(), { isSignedIn: true, nextStep: { signInStep: "DONE" } });
			assert.equal(gatehouse.inbox().length, before, "no second code");
			assert.equal((await fetchUserAttributes()).email_verified, "true");
			await signOut();
		});

		test("a name that nobody has is asked for a code like anybody", async () => {
			const { nextStep } = await signIn({ username: "eve@example.com", options: { authFlowType, preferredChallenge: "EMAIL_OTP" } });
			assert.deepEqual(nextStep, {
				signInStep: "CONFIRM_SIGN_IN_WITH_EMAIL_CODE",
				codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "e***@e***" },
			});
			assert.match(await refusal(confirmSignIn({ challengeResponse: "123456" })), /^CodeMismatchException/);
		});
	});
}
