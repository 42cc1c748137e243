/** `aws-amplify` v6 as applications use it, in Node, pointed here by `userPoolEndpoint` alone; its tokens are kept in memory. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import {
	confirmSignIn,
	confirmSignUp,
	fetchAuthSession,
	fetchUserAttributes,
	getCurrentUser,
	resendSignUpCode,
	signIn,
	signOut,
	signUp,
} from "aws-amplify/auth";
import { cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { configureAmplify } from "../support/amplify.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, password, refusal } from "../support/people.ts";

for (const engine of engines) {
	describe(`aws-amplify on ${engine}`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		after(() => gatehouse.stop());

		test("a person signs up, confirms, signs in by SRP, refreshes the session and signs out everywhere", async () => {
			const place = await createPlace(gatehouse);
			configureAmplify(place);
			const email = "ada@example.com";
			const { nextStep, isSignUpComplete, userId } = await signUp({
				username: "ada",
				password,
				options: { userAttributes: { email } },
			});
			assert.equal(isSignUpComplete, false);
			assert.deepEqual(nextStep, {
				signUpStep: "CONFIRM_SIGN_UP",
				codeDeliveryDetails: { deliveryMedium: "EMAIL", destination: "a***@e***", attributeName: "email" },
			});
			assert.deepEqual((await signIn({ username: "ada", password })).nextStep, { signInStep: "CONFIRM_SIGN_UP" });
			assert.equal((await resendSignUpCode({ username: "ada" })).destination, "a***@e***");
			assert.match(
				await refusal(confirmSignUp({ username: "ada", confirmationCode: "wrong" })),
				/^CodeMismatchException: Invalid verification code provided/,
			);
			const confirmed = await confirmSignUp({ username: "ada", confirmationCode: gatehouse.code(email) });
			assert.equal(confirmed.isSignUpComplete, true);

			assert.equal(
				await refusal(signIn({ username: "ada", password: "Wrong-Horse-7" })),
				"NotAuthorizedException: Incorrect username or password.",
			);
			const signedIn = await signIn({ username: "ada", password });
			assert.deepEqual(signedIn, { isSignedIn: true, nextStep: { signInStep: "DONE" } });
			const { username, userId: sub, signInDetails } = await getCurrentUser();
			assert.deepEqual([username, sub, signInDetails?.authFlowType], ["ada", userId, "USER_SRP_AUTH"]);

			const { tokens, userSub } = await fetchAuthSession();
			assert.equal(userSub, userId);
			assert.deepEqual(tokens?.idToken?.payload["email_verified"], true);
			gatehouse.clock.advance(60_000);
			const refreshed = (await fetchAuthSession({ forceRefresh: true })).tokens;
			// A minute, and what passed between the calls.
			const later = (refreshed?.accessToken.payload.iat ?? 0) - (tokens?.accessToken.payload.iat ?? 0);
			assert.ok(later >= 60 && later < 120, `${later} s`);
			assert.deepEqual(await fetchUserAttributes(), { email, email_verified: "true", sub: userId });

			await signOut({ global: true });
			assert.equal((await fetchAuthSession()).tokens, undefined);
			assert.match(await refusal(getCurrentUser()), /^UserUnAuthenticatedException: /);
		});

		test("USER_PASSWORD_AUTH signs in, and the refresh token of a user who signed out everywhere is worth nothing", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "ben");
			configureAmplify(place);
			const attempt = (secret: string) => signIn({ username: "ben", password: secret, options: { authFlowType: "USER_PASSWORD_AUTH" } });
			assert.equal(await refusal(attempt("Wrong-Horse-7")), "NotAuthorizedException: Incorrect username or password.");
			assert.equal((await attempt(password)).isSignedIn, true);
			const here = await cognitoUserPoolsTokenProvider.authTokenStore.loadTokens();
			assert.ok(here);

			// Elsewhere the same person signs in and ends every session.
			configureAmplify(place);
			await attempt(password);
			await signOut({ global: true });

			configureAmplify(place);
			await cognitoUserPoolsTokenProvider.authTokenStore.storeTokens(here);
			assert.match(await refusal(fetchUserAttributes()), /^NotAuthorizedException: Access Token has been revoked/);
			// A session that can't be refreshed is none: the library forgets it.
			assert.equal((await fetchAuthSession({ forceRefresh: true })).tokens, undefined);
			assert.equal(await cognitoUserPoolsTokenProvider.authTokenStore.loadTokens(), null);
		});

		if (engine === "postgres") return;

		test("a user whom an administrator made signs in with a new password", async () => {
			const place = await createPlace(gatehouse);
			const TemporaryPassword = "Temporary-Horse-7";
			await gatehouse.client.send(
				new AdminCreateUserCommand({ UserPoolId: place.UserPoolId, Username: "cid", TemporaryPassword, MessageAction: "SUPPRESS" }),
			);
			configureAmplify(place);
			const { nextStep } = await signIn({ username: "cid", password: TemporaryPassword });
			assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
			assert.match(await refusal(confirmSignIn({ challengeResponse: "short" })), /^InvalidPasswordException: /);
			assert.equal((await confirmSignIn({ challengeResponse: password })).isSignedIn, true);
			await signOut();
		});

		test("signing out of one device revokes its refresh token", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "dot");
			configureAmplify(place);
			await signIn({ username: "dot", password, options: { authFlowType: "USER_PASSWORD_AUTH" } });
			const here = await cognitoUserPoolsTokenProvider.authTokenStore.loadTokens();
			assert.ok(here);
			await signOut();
			configureAmplify(place);
			await cognitoUserPoolsTokenProvider.authTokenStore.storeTokens(here);
			assert.match(await refusal(fetchUserAttributes()), /^NotAuthorizedException: Access Token has been revoked/);
		});

		test("an unknown user is told apart only where the app client says so", async () => {
			configureAmplify(await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "LEGACY" }));
			assert.equal(await refusal(signIn({ username: "nobody", password })), "UserNotFoundException: User does not exist.");
			configureAmplify(await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" }));
			assert.equal(await refusal(signIn({ username: "nobody", password })), "NotAuthorizedException: Incorrect username or password.");
		});
	});
}
