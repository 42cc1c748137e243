/** `aws-amplify` v6 as applications use it, in Node, pointed here by `userPoolEndpoint` alone; its tokens are kept in memory. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AdminCreateUserCommand } from "@aws-sdk/client-cognito-identity-provider";
import { Amplify } from "aws-amplify";
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
import { ConsoleLogger } from "aws-amplify/utils";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createPlace, createUser, type Place, password, refusal } from "../support/people.ts";

// It warns of every endpoint that is not Amazon's.
ConsoleLogger.LOG_LEVEL = "ERROR";

/** Points the library, whose state is global, at a pool, with nobody signed in. */
function configure({ gatehouse, UserPoolId, ClientId }: Place): void {
	Amplify.configure({ Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint: gatehouse.url } } });
	const kept = new Map<string, string>();
	cognitoUserPoolsTokenProvider.setKeyValueStorage({
		setItem: async (key, value) => void kept.set(key, value),
		getItem: async (key) => kept.get(key) ?? null,
		removeItem: async (key) => void kept.delete(key),
		clear: async () => kept.clear(),
	});
}

for (const engine of engines) {
	describe(`aws-amplify on ${engine}`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		after(() => gatehouse.stop());

		test("a person signs up, confirms, signs in by SRP, refreshes the session and signs out everywhere", async () => {
			const place = await createPlace(gatehouse);
			configure(place);
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
			assert.equal((refreshed?.accessToken.payload.iat ?? 0) - (tokens?.accessToken.payload.iat ?? 0), 60);
			assert.deepEqual(await fetchUserAttributes(), { email, email_verified: "true", sub: userId });

			await signOut({ global: true });
			assert.equal((await fetchAuthSession()).tokens, undefined);
			assert.match(await refusal(getCurrentUser()), /^UserUnAuthenticatedException: /);
		});

		test("USER_PASSWORD_AUTH signs in, and the refresh token of a user who signed out everywhere is worth nothing", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "ben");
			configure(place);
			const attempt = (secret: string) => signIn({ username: "ben", password: secret, options: { authFlowType: "USER_PASSWORD_AUTH" } });
			assert.equal(await refusal(attempt("Wrong-Horse-7")), "NotAuthorizedException: Incorrect username or password.");
			assert.equal((await attempt(password)).isSignedIn, true);
			const here = await cognitoUserPoolsTokenProvider.authTokenStore.loadTokens();
			assert.ok(here);

			// Elsewhere the same person signs in and ends every session.
			configure(place);
			await attempt(password);
			await signOut({ global: true });

			configure(place);
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
			configure(place);
			const { nextStep } = await signIn({ username: "cid", password: TemporaryPassword });
			assert.equal(nextStep.signInStep, "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED");
			assert.match(await refusal(confirmSignIn({ challengeResponse: "short" })), /^InvalidPasswordException: /);
			assert.equal((await confirmSignIn({ challengeResponse: password })).isSignedIn, true);
			await signOut();
		});

		test("signing out of one device revokes its refresh token", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "dot");
			configure(place);
			await signIn({ username: "dot", password, options: { authFlowType: "USER_PASSWORD_AUTH" } });
			const here = await cognitoUserPoolsTokenProvider.authTokenStore.loadTokens();
			assert.ok(here);
			await signOut();
			configure(place);
			await cognitoUserPoolsTokenProvider.authTokenStore.storeTokens(here);
			assert.match(await refusal(fetchUserAttributes()), /^NotAuthorizedException: Access Token has been revoked/);
		});

		test("an unknown user is told apart only where the app client says so", async () => {
			configure(await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "LEGACY" }));
			assert.equal(await refusal(signIn({ username: "nobody", password })), "UserNotFoundException: User does not exist.");
			configure(await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" }));
			assert.equal(await refusal(signIn({ username: "nobody", password })), "NotAuthorizedException: Incorrect username or password.");
		});
	});
}
