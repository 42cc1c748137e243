/**
 * PreAuthentication and PostAuthentication: the functions at the two ends of a sign-in. Their answers say nothing; their errors refuse it.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-authentication.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-authentication.html
 */
import type { Call } from "../../call.ts";
import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { eventAttributes, fire, type Json, metadataOf } from "../triggers.ts";
import type { User } from "../users.ts";

/**
 * A user as the events of a sign-in have it. `userNotFound` is there where the client hides who exists: "the caller can't detect
 * different behavior when the user exists or doesn't exist" only if the functions take care of it too.
 */
export function signInUser(client: AppClient, user: User | undefined): Json {
	return {
		userAttributes: user === undefined ? {} : eventAttributes(user),
		...(client.hidesUserExistence && { userNotFound: user === undefined }),
	};
}

/** Before anything is proved, once a sign-in: not for refreshes. `name` is what was typed. @throws what `fire` does */
export async function preAuthenticate(call: Call, pool: UserPool, client: AppClient, name: string, user: User | undefined): Promise<void> {
	const subject = { userName: user?.username ?? name, client };
	const request = { ...signInUser(client, user), validationData: call.validationData ?? null };
	await fire(call, pool, "PreAuthentication", "PreAuthentication_Authentication", subject, request, {});
}

/** "After authentication is complete, before a user has received tokens". @throws what `fire` does */
export async function postAuthenticate(call: Call, pool: UserPool, client: AppClient, user: User, newDeviceUsed: boolean): Promise<void> {
	const request = { userAttributes: eventAttributes(user), newDeviceUsed, ...metadataOf(call) };
	await fire(call, pool, "PostAuthentication", "PostAuthentication_Authentication", { userName: user.username, client }, request, {});
}
