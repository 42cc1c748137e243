/** What runs in the page: a passkey made and used as an application does, through @simplewebauthn/browser and through Amplify. */
import {
	type AuthenticationResponseJSON,
	type PublicKeyCredentialCreationOptionsJSON,
	type PublicKeyCredentialRequestOptionsJSON,
	startAuthentication,
	startRegistration,
} from "@simplewebauthn/browser";
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import type { Place } from "./application.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";

export interface PasskeysApplication {
	/** Makes a passkey for who has the access token; the answer is its id. */
	register(place: Place, accessToken: string): Promise<Outcome>;
	/** Signs in with a passkey; the answer is the access token. With `stale`, the answer to an earlier challenge is sent. */
	signIn(place: Place, username: string, stale?: boolean): Promise<Outcome>;
	/** Amplify: signs in with a password, makes a passkey, signs out, and in again with it. The answer is what was met on the way. */
	amplify(place: Place, username: string, password: string): Promise<Outcome>;
}

declare global {
	var passkeys: PasskeysApplication;
}

interface Answer {
	readonly CredentialCreationOptions: PublicKeyCredentialCreationOptionsJSON;
	readonly ChallengeParameters: Readonly<Record<string, string>>;
	readonly Session: string;
	readonly AuthenticationResult: { readonly AccessToken: string };
}

/** One operation of the user pools' API. */
async function send({ endpoint }: Place, operation: string, input: object): Promise<Answer> {
	const response = await fetch(endpoint, {
		method: "POST",
		headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `AWSCognitoIdentityProviderService.${operation}` },
		body: JSON.stringify(input),
	});
	const answer = (await response.json()) as Answer & { readonly __type: string; readonly message: string };
	if (!response.ok) throw Object.assign(new Error(answer.message), { name: answer.__type });
	return answer;
}

async function ask(place: Place, USERNAME: string): Promise<{ readonly Session: string; readonly credential: AuthenticationResponseJSON }> {
	const { ChallengeParameters, Session } = await send(place, "InitiateAuth", {
		AuthFlow: "USER_AUTH",
		ClientId: place.clientId,
		AuthParameters: { USERNAME, PREFERRED_CHALLENGE: "WEB_AUTHN" },
	});
	const text = ChallengeParameters["CREDENTIAL_REQUEST_OPTIONS"] ?? "";
	const optionsJSON = JSON.parse(text) as PublicKeyCredentialRequestOptionsJSON;
	return { Session, credential: await startAuthentication({ optionsJSON }) };
}

globalThis.passkeys = {
	register: (place, AccessToken) =>
		outcomeOf(async () => {
			const { CredentialCreationOptions: optionsJSON } = await send(place, "StartWebAuthnRegistration", { AccessToken });
			// The browser's own reader takes them too; types of the two differ in what else they allow.
			PublicKeyCredential.parseCreationOptionsFromJSON(optionsJSON as never);
			const Credential = await startRegistration({ optionsJSON });
			await send(place, "CompleteWebAuthnRegistration", { AccessToken, Credential });
			return Credential.id;
		}),
	signIn: (place, USERNAME, stale = false) =>
		outcomeOf(async () => {
			const earlier = stale ? (await ask(place, USERNAME)).credential : undefined;
			const { Session, credential } = await ask(place, USERNAME);
			const { AuthenticationResult } = await send(place, "RespondToAuthChallenge", {
				ClientId: place.clientId,
				ChallengeName: "WEB_AUTHN",
				Session,
				ChallengeResponses: { USERNAME, CREDENTIAL: JSON.stringify(earlier ?? credential) },
			});
			return AuthenticationResult.AccessToken;
		}),
	amplify: ({ endpoint, userPoolId, clientId }, username, password) =>
		outcomeOf(async () => {
			Amplify.configure({ Auth: { Cognito: { userPoolId, userPoolClientId: clientId, userPoolEndpoint: endpoint } } });
			await auth.signIn({ username, password });
			await auth.associateWebAuthnCredential();
			const { credentials } = await auth.listWebAuthnCredentials();
			await auth.signOut();
			const { nextStep } = await auth.signIn({
				username,
				options: { authFlowType: "USER_AUTH", preferredChallenge: "WEB_AUTHN" },
			});
			const { tokens } = await auth.fetchAuthSession();
			await auth.deleteWebAuthnCredential({ credentialId: credentials[0]?.credentialId ?? "" });
			const left = (await auth.listWebAuthnCredentials()).credentials.length;
			return [credentials.length, nextStep.signInStep, tokens?.accessToken.payload["username"], left];
		}),
};
