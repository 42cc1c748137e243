/** `amazon-cognito-identity-js` as applications use it, in Node: its own SRP, its own session and its own errors, against a real server. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { AdminCreateUserCommand, type CreateUserPoolCommandInput } from "@aws-sdk/client-cognito-identity-provider";
import {
	AuthenticationDetails,
	CognitoUser,
	CognitoUserAttribute,
	CognitoUserPool,
	type CognitoUserSession,
	type ISignUpResult,
	type NodeCallback,
	type UserData,
} from "amazon-cognito-identity-js";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPlace, createUser, type Place, password, refusal } from "../support/people.ts";

const userPoolOf = ({ gatehouse, UserPoolId, ClientId }: Place) => new CognitoUserPool({ UserPoolId, ClientId, endpoint: gatehouse.url });
const userOf = (place: Place, Username: string) => new CognitoUser({ Username, Pool: userPoolOf(place) });

/** What a callback of Node's kind is given. */
function answered<T>(call: (callback: NodeCallback<Error, T>) => void): Promise<T> {
	const { promise, resolve, reject } = Promise.withResolvers<T>();
	call((error, result) => (error ? reject(error) : resolve(result as T)));
	return promise;
}

const signUp = (place: Place, username: string, attributes: Readonly<Record<string, string>> = {}) =>
	answered<ISignUpResult>((callback) => {
		const list = Object.entries(attributes).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value }));
		userPoolOf(place).signUp(username, password, list, [], callback);
	});

const confirm = (user: CognitoUser, code: string) => answered<string>((callback) => user.confirmRegistration(code, true, callback));

/** Signs in by SRP, the library's default. */
function signIn(user: CognitoUser, Username: string, Password = password): Promise<CognitoUserSession> {
	const { promise, resolve, reject } = Promise.withResolvers<CognitoUserSession>();
	user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
		onSuccess: resolve,
		onFailure: reject,
		newPasswordRequired: () => reject(new Error("a new password is required")),
	});
	return promise;
}

const kinds: readonly {
	readonly title: string;
	readonly pool: Partial<CreateUserPoolCommandInput>;
	/** What the person types: the username at sign-up, and what signs in. */
	readonly username: string;
	readonly signsInWith: readonly string[];
}[] = [
	{ title: "plain usernames", pool: {}, username: "ada", signsInWith: ["ada"] },
	{
		title: "the e-mail address as username",
		pool: { UsernameAttributes: ["email"] },
		username: "ada@example.com",
		signsInWith: ["ada@example.com"],
	},
	{ title: "the e-mail address as alias", pool: { AliasAttributes: ["email"] }, username: "ada", signsInWith: ["ada@example.com", "ada"] },
];

for (const engine of engines) {
	describe(`amazon-cognito-identity-js on ${engine}`, () => {
		let gatehouse: Gatehouse;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
		});
		after(() => gatehouse.stop());

		// The library's own arithmetic takes long: the kinds of pools differ above the store.
		for (const { title, pool, username, signsInWith } of engine === "sqlite" ? kinds : kinds.slice(0, 1)) {
			test(`a person signs up, confirms and signs in by SRP in a pool with ${title}`, async () => {
				const email = "ada@example.com";
				const place = await createPlace(gatehouse, pool);
				const { userSub, userConfirmed, codeDeliveryDetails } = await signUp(place, username, { email });
				assert.equal(userConfirmed, false);
				assert.deepEqual(codeDeliveryDetails, { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" });

				const user = userOf(place, username);
				assert.equal(await refusal(signIn(user, username)), "UserNotConfirmedException: User is not confirmed.");
				assert.equal(
					await refusal(confirm(user, "not-it")),
					"CodeMismatchException: Invalid verification code provided, please try again.",
				);
				assert.equal(await confirm(user, gatehouse.code(email)), "SUCCESS");

				for (const name of signsInWith) {
					const known = userOf(place, name);
					assert.equal(await refusal(signIn(known, name, "Wrong-Horse-7")), "NotAuthorizedException: Incorrect username or password.");
					const session = await signIn(known, name);
					assert.ok(session.isValid());
					const claims = session.getIdToken().decodePayload();
					assert.equal(claims["sub"], userSub);
					assert.equal(claims["email"], email);
					assert.equal(claims["email_verified"], true);
					assert.equal(session.getAccessToken().decodePayload()["username"], pool.UsernameAttributes ? userSub : username);
				}
			});
		}

		test("a session is kept, read again, refreshed and ended everywhere", async () => {
			const place = await createPlace(gatehouse);
			const sub = await createUser(place, "ben", { email: "ben@example.com", email_verified: "true" });
			const user = userOf(place, "ben");
			const session = await signIn(user, "ben");

			// Another page of the application finds the session in the storage that both share.
			const found = userPoolOf(place).getCurrentUser();
			assert.ok(found);
			const restored = await answered<CognitoUserSession>((callback) => found.getSession(callback as never));
			assert.equal(restored.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());

			const attributes = await answered<CognitoUserAttribute[]>((callback) => found.getUserAttributes(callback));
			const values = Object.fromEntries(attributes.map(({ Name, Value }) => [Name, Value]));
			assert.deepEqual(values, { sub, email: "ben@example.com", email_verified: "true" });
			const { Username, UserAttributes } = await answered<UserData>((callback) => found.getUserData(callback, { bypassCache: true }));
			assert.equal(Username, "ben");
			assert.equal(UserAttributes.length, 3);

			gatehouse.clock.advance(60_000);
			const fresh = await answered<CognitoUserSession>((callback) => found.refreshSession(session.getRefreshToken(), callback));
			// A minute, and what passed between the calls.
			const later = fresh.getAccessToken().getIssuedAt() - session.getAccessToken().getIssuedAt();
			assert.ok(later >= 60 && later < 120, `${later} s`);
			assert.equal(fresh.getRefreshToken().getToken(), session.getRefreshToken().getToken());

			const ended = Promise.withResolvers<string>();
			found.globalSignOut({ onSuccess: ended.resolve, onFailure: ended.reject });
			assert.equal(await ended.promise, "SUCCESS");
			assert.equal(userPoolOf(place).getCurrentUser(), null);
			user.setSignInUserSession(fresh);
			const after = answered<UserData>((callback) => user.getUserData(callback, { bypassCache: true }));
			assert.equal(await refusal(after), "NotAuthorizedException: Access Token has been revoked");
		});

		if (engine === "postgres") return;

		test("signing out of one device revokes its refresh token and no other's", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "cid");
			const [here, there] = [userOf(place, "cid"), userOf(place, "cid")];
			const kept = await signIn(there, "cid");
			const revoked = await signIn(here, "cid");
			await new Promise<void>((resolve) => here.signOut(resolve));
			here.setSignInUserSession(revoked);
			const after = answered<UserData>((callback) => here.getUserData(callback, { bypassCache: true }));
			assert.equal(await refusal(after), "NotAuthorizedException: Access Token has been revoked");
			there.setSignInUserSession(kept);
			assert.equal((await answered<UserData>((callback) => there.getUserData(callback, { bypassCache: true }))).Username, "cid");
		});

		test("a user whom an administrator made chooses a password and gives the attribute that the pool requires", async () => {
			const place = await createPlace(gatehouse, { Schema: [{ Name: "given_name", Required: true }] });
			const TemporaryPassword = "Temporary-Horse-7";
			await gatehouse.client.send(
				new AdminCreateUserCommand({
					UserPoolId: place.UserPoolId,
					Username: "dot",
					TemporaryPassword,
					MessageAction: "SUPPRESS",
					UserAttributes: [{ Name: "email", Value: "dot@example.com" }],
				}),
			);
			const user = userOf(place, "dot");
			const asked = Promise.withResolvers<[userAttributes: unknown, requiredAttributes: unknown]>();
			user.authenticateUser(new AuthenticationDetails({ Username: "dot", Password: TemporaryPassword }), {
				onSuccess: () => asked.reject(new Error("signed in with a temporary password")),
				onFailure: asked.reject,
				newPasswordRequired: (...facts) => asked.resolve(facts),
			});
			assert.deepEqual(await asked.promise, [{ email: "dot@example.com" }, ["given_name"]]);

			const complete = (newPassword: string, attributes: Readonly<Record<string, string>>) => {
				const { promise, resolve, reject } = Promise.withResolvers<CognitoUserSession>();
				user.completeNewPasswordChallenge(newPassword, attributes, { onSuccess: resolve, onFailure: reject });
				return promise;
			};
			assert.match(await refusal(complete("short", { given_name: "Dot" })), /^InvalidPasswordException: /);
			const session = await complete(password, { given_name: "Dot" });
			assert.equal(session.getIdToken().decodePayload()["given_name"], "Dot");
			assert.ok((await signIn(userOf(place, "dot"), "dot")).isValid());
		});

		test("USER_PASSWORD_AUTH signs in where the app client allows it", async () => {
			const place = await createPlace(gatehouse);
			await createUser(place, "eve");
			const user = userOf(place, "eve");
			user.setAuthenticationFlowType("USER_PASSWORD_AUTH");
			assert.equal(await refusal(signIn(user, "eve", "Wrong-Horse-7")), "NotAuthorizedException: Incorrect username or password.");
			assert.ok((await signIn(user, "eve")).isValid());
			const srpOnly = { ...place, ...(await createClient(gatehouse, place.UserPoolId, { ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH"] })) };
			const refused = userOf(srpOnly, "eve");
			refused.setAuthenticationFlowType("USER_PASSWORD_AUTH");
			assert.equal(await refusal(signIn(refused, "eve")), "InvalidParameterException: USER_PASSWORD_AUTH flow not enabled for this client");
		});

		test("an app client says that a user does not exist, or with PreventUserExistenceErrors keeps it to itself", async () => {
			const open = await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "LEGACY" });
			assert.equal(await refusal(signIn(userOf(open, "nobody"), "nobody")), "UserNotFoundException: User does not exist.");
			const closed = await createPlace(gatehouse, {}, { PreventUserExistenceErrors: "ENABLED" });
			// The whole exchange takes place, with a salt and a B of nobody's.
			const before = gatehouse.exponentiations();
			assert.equal(await refusal(signIn(userOf(closed, "nobody"), "nobody")), "NotAuthorizedException: Incorrect username or password.");
			assert.equal(gatehouse.exponentiations() - before, 3);
			const code = answered<string>((callback) => userOf(closed, "nobody").confirmRegistration("123456", true, callback));
			assert.equal(await refusal(code), "CodeMismatchException: Invalid verification code provided, please try again.");
			await createUser(closed, "fay");
			// Whoever signs up must be told that a name is taken.
			assert.equal(await refusal(signUp(closed, "fay")), "UsernameExistsException: User already exists");
		});
	});
}
