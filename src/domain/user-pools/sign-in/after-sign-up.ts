/**
 * The sign-in that follows a sign-up on the login pages: whoever has just set the password there, and then the code, is not asked for the
 * password again. "In the sign-up flow after confirmation in app clients that support passkey authentication" the next page is one for users
 * who are signed in: https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-endpoints.html
 */
import type { Call } from "../../call.ts";
import { invalidSession } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { hasTrigger } from "../triggers.ts";
import type { User } from "../users.ts";
import { askWhetherToBegin } from "./begin.ts";
import { newSessionId, openSession, resealSession, spend } from "./challenge-session.ts";
import { readCredentials } from "./credentials.ts";
import { type AuthAnswer, finish } from "./finish.ts";
import { checkMayStart } from "./judge.ts";

/** How long a code may take to arrive and to be typed. */
const proofMilliseconds = 600_000;

/** What says that its bearer set the password of `user`, who signed up as `name`. For the pages' own cookies: it is worth a password. */
export function sealPasswordProof(call: Call, pool: UserPool, client: AppClient, name: string, user: User): string {
	return resealSession(pool, client, {
		id: newSessionId(call),
		step: "SIGN_UP",
		name,
		userId: user.id,
		epoch: user.epoch,
		version: user.version,
		proved: { first: "PASSWORD", second: undefined },
		expiresAt: call.now + proofMilliseconds,
	});
}

/**
 * Signs in, once, who set the password and is confirmed by now.
 * @throws NotAuthorizedException where the proof is over, used or of another user, and what else a sign-in is refused with
 */
export async function signInAfterSignUp(call: Call, pool: UserPool, client: AppClient, proof: string): Promise<AuthAnswer> {
	const session = openSession(call, pool, client, proof, ["SIGN_UP"]);
	if (session.proved === undefined) throw invalidSession();
	const { name, proved, epoch, userId } = session;
	const read = await readCredentials(call, pool, name);
	checkMayStart(call, client, read);
	const credentials = hasTrigger(pool, "PreAuthentication") ? await askWhetherToBegin(call, pool, client, name, read) : read;
	const { user, failures, hasPassword, passwordExpiresAt } = credentials;
	// Its version is another one since it was confirmed.
	if (user?.id !== userId || user.epoch !== epoch || !hasPassword || passwordExpiresAt !== undefined) throw invalidSession();
	const signIn = { user, name, proved, passwordExpiresAt, failures, deviceKey: undefined };
	return finish(call, pool, client, signIn, [spend(pool, session)]);
}
