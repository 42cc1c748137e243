/** `aws-amplify` v6 in Node, pointed at a pool here. */
import { Amplify } from "aws-amplify";
import { cognitoCredentialsProvider, cognitoUserPoolsTokenProvider } from "aws-amplify/auth/cognito";
import { ConsoleLogger } from "aws-amplify/utils";
import type { Place } from "./people.ts";

// It warns of every endpoint that is not Amazon's.
ConsoleLogger.LOG_LEVEL = "ERROR";

/**
 * Points the library, whose state is global, at a user pool, and at an identity pool that takes guests, if one is given, with nobody
 * signed in; its tokens are kept in memory.
 */
export function configureAmplify({ gatehouse, UserPoolId, ClientId }: Place, identityPoolId?: string): void {
	const userPool = { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint: gatehouse.url };
	const identityPool = { identityPoolEndpoint: gatehouse.url, allowGuestAccess: true };
	Amplify.configure({
		Auth: identityPoolId === undefined ? { Cognito: userPool } : { Cognito: { ...userPool, ...identityPool, identityPoolId } },
	});
	const kept = new Map<string, string>();
	cognitoUserPoolsTokenProvider.setKeyValueStorage({
		setItem: async (key, value) => void kept.set(key, value),
		getItem: async (key) => kept.get(key) ?? null,
		removeItem: async (key) => void kept.delete(key),
		clear: async () => kept.clear(),
	});
	void cognitoCredentialsProvider.clearCredentials();
}
