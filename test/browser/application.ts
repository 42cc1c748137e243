/** What runs in the page: the two libraries as an application bundles them, with a few functions for the test to call. */
import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from "amazon-cognito-identity-js";
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import { type Outcome, outcomeOf } from "./outcome.ts";

export interface Place {
	readonly endpoint: string;
	readonly userPoolId: string;
	readonly clientId: string;
}

/** One person's way through a library. Each step answers with what matters of it. */
export interface Library {
	signUp(place: Place, username: string, password: string, email: string): Promise<Outcome>;
	confirm(place: Place, username: string, code: string): Promise<Outcome>;
	/** Signs in by SRP; the answer is the claims of the access token. */
	signIn(place: Place, username: string, password: string): Promise<Outcome>;
	/** Ends the session here; the answer is whether anyone is signed in after it. */
	signOut(place: Place, username: string): Promise<Outcome>;
}

export interface Application {
	readonly libraries: Readonly<Record<"amplify" | "identityJs", Library>>;
}

declare global {
	var application: Application;
}

function configure({ endpoint, userPoolId, clientId }: Place): void {
	Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } } });
}

const amplify: Library = {
	signUp: (place, username, password, email) =>
		outcomeOf(async () => {
			configure(place);
			return (await auth.signUp({ username, password, options: { userAttributes: { email } } })).nextStep.signUpStep;
		}),
	confirm: (place, username, confirmationCode) =>
		outcomeOf(async () => {
			configure(place);
			return (await auth.confirmSignUp({ username, confirmationCode })).isSignUpComplete;
		}),
	signIn: (place, username, password) =>
		outcomeOf(async () => {
			configure(place);
			await auth.signIn({ username, password });
			// By the refresh token at once, which is a call of its own.
			const { tokens } = await auth.fetchAuthSession({ forceRefresh: true });
			return tokens?.accessToken.payload;
		}),
	signOut: (place) =>
		outcomeOf(async () => {
			configure(place);
			await auth.signOut({ global: true });
			return (await auth.fetchAuthSession()).tokens !== undefined;
		}),
};

const poolOf = ({ endpoint, userPoolId, clientId }: Place) => new CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint });
const userOf = (place: Place, username: string) => new CognitoUser({ Username: username, Pool: poolOf(place) });

/** Errors of the library that are not Errors reach here as they are. */
const settle = <T>(start: (resolve: (value: T) => void, reject: (error: unknown) => void) => void) =>
	outcomeOf(() => new Promise<T>((resolve, reject) => start(resolve, reject)));

const identityJs: Library = {
	signUp: (place, username, password, email) =>
		settle<string>((resolve, reject) => {
			const attributes = [new CognitoUserAttribute({ Name: "email", Value: email })];
			poolOf(place).signUp(username, password, attributes, [], (error, result) =>
				error ? reject(error) : resolve(result?.userConfirmed ? "DONE" : "CONFIRM_SIGN_UP"),
			);
		}),
	confirm: (place, username, code) =>
		settle<boolean>((resolve, reject) => {
			userOf(place, username).confirmRegistration(code, false, (error: unknown, result: unknown) =>
				error ? reject(error) : resolve(result === "SUCCESS"),
			);
		}),
	signIn: (place, username, password) =>
		settle<unknown>((resolve, reject) => {
			const user = userOf(place, username);
			user.authenticateUser(new AuthenticationDetails({ Username: username, Password: password }), {
				onSuccess: (session) =>
					user.refreshSession(session.getRefreshToken(), (error, fresh) =>
						error ? reject(error) : resolve(fresh.getAccessToken().decodePayload()),
					),
				onFailure: reject,
			});
		}),
	signOut: (place, username) =>
		settle<boolean>((resolve, reject) => {
			const user = userOf(place, username);
			user.getSession((error: Error | null) => {
				if (error) return reject(error);
				user.globalSignOut({ onSuccess: () => resolve(poolOf(place).getCurrentUser() !== null), onFailure: reject });
			});
		}),
};

globalThis.application = { libraries: { amplify, identityJs } };
