/**
 * The sessions of a sign-up: SignUp gives one that ConfirmSignUp may bring, and ConfirmSignUp one that signs in, where the code that it
 * took could have been the first factor of a sign-in by choice.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html ("Automatic
 * sign-in with OTPs")
 */
import { equalBytes } from "../../crypto/equal-bytes.ts";
import type { Call } from "../call.ts";
import { invalidSession } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { codeAttributes } from "./factors.ts";
import type { Delivery } from "./messages.ts";
import type { ContactAttribute } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { type ChallengeSession, openSession, sealSession } from "./sign-in/challenge-session.ts";
import type { User } from "./users.ts";

/** Whether users of the client may sign in without a password. */
export function isPasswordless(pool: UserPool, client: AppClient): boolean {
	return client.flows.has("ALLOW_USER_AUTH") && codeAttributes(pool).length > 0;
}

/** Undefined where a sign-in by such a code is not possible. `name` is as it was typed. */
export function sealSignUp(
	call: Call,
	pool: UserPool,
	client: AppClient,
	{ step, name, user, delivery }: { step: "SIGN_UP" | "SIGNED_UP"; name: string; user: User; delivery: Delivery },
): string | undefined {
	if (!isPasswordless(pool, client) || !codeAttributes(pool).includes(delivery.attribute)) return undefined;
	const { id: userId, epoch, version } = user;
	const { attribute, destination } = delivery;
	const mac = addressMac(pool, userId, attribute, destination).toString("base64");
	const confirmed = step === "SIGNED_UP" ? { attribute, mac } : undefined;
	return sealSession(call, pool, client, { step, name, userId, epoch, version, proved: undefined, confirmed });
}

/** An address itself may be longer than a session can be. */
function addressMac(pool: UserPool, userId: string, attribute: ContactAttribute, address: string): Buffer {
	return pool.keyrings.mac.mac("sign-up-address", pool.id, userId, attribute, address);
}

/** Whether the user still has the address that a session of ConfirmSignUp is about. */
export function hasConfirmed(pool: UserPool, { confirmed }: ChallengeSession, user: User): boolean {
	const address = confirmed && user.attributes[confirmed.attribute];
	if (confirmed === undefined || address === undefined) return false;
	return equalBytes(addressMac(pool, user.id, confirmed.attribute, address), Buffer.from(confirmed.mac, "base64"));
}

/** The session of SignUp. @throws NotAuthorizedException */
export function openSignUp(call: Call, pool: UserPool, client: AppClient, sealed: string): ChallengeSession {
	return openSession(call, pool, client, sealed, ["SIGN_UP"]);
}

/** @throws NotAuthorizedException where somebody else signed up with it */
export function checkSignUp(session: ChallengeSession | undefined, user: User | undefined): void {
	if (session !== undefined && session.userId !== user?.id) throw invalidSession();
}
