/**
 * USER_AUTH, sign-in by choice: the client says what it prefers, or is told what there is. Right after a sign-up the session of
 * ConfirmSignUp stands in for a proof.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
 */
import type { Call } from "../../call.ts";
import { flowNotEnabled, invalidParameter, invalidSession } from "../../refusals.ts";
import { type AppClient, checkSecretHash } from "../app-clients.ts";
import { checkFeature } from "../plans.ts";
import type { UserPool } from "../pools.ts";
import { hasConfirmed } from "../sign-up-session.ts";
import { hasTrigger } from "../triggers.ts";
import { askWhetherToBegin, begin } from "./begin.ts";
import { openSession, spend } from "./challenge-session.ts";
import { checkSrp } from "./challenges/password.ts";
import { askChoice } from "./challenges/select-challenge.ts";
import { readCredentials } from "./credentials.ts";
import { type AuthAnswer, finish } from "./finish.ts";
import { availableTo, beginWith, type Choice } from "./first-factors.ts";
import { checkMayStart } from "./judge.ts";
import type { FirstChallenge } from "./next-step.ts";
import { type Parameters, required } from "./parameters.ts";
import { isCalled } from "./step.ts";

/** @throws InvalidParameterException, NotAuthorizedException, UserNotFoundException, FeatureUnavailableInTierException … */
export async function byChoice(
	call: Call,
	pool: UserPool,
	client: AppClient,
	parameters: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	if (!client.flows.has("ALLOW_USER_AUTH")) throw flowNotEnabled("USER_AUTH");
	// The pool may have been put into another plan after the client was made.
	checkFeature(pool.settings.UserPoolTier, "ALLOW_USER_AUTH");
	const confirmed = sealed === undefined ? undefined : await byConfirmation(call, pool, client, parameters, sealed);
	if (confirmed !== undefined) return confirmed;
	const name = required(parameters, "USERNAME");
	checkSecretHash(client, name, parameters["SECRET_HASH"]);
	const preferred = preferredChallenge(pool, parameters);
	const password = preferred === "PASSWORD" ? parameters["PASSWORD"] : undefined;
	const choice = await begin(call, pool, client, name, parameters["DEVICE_KEY"], password);
	checkMayStart(call, client, choice.credentials);
	const available = availableTo(pool, choice);
	// "If the preferred challenge isn't available, Amazon Cognito responds with SELECT_CHALLENGE and a list of available challenges."
	if (preferred === undefined || !available.includes(preferred)) return askChoice(call, pool, client, choice, available);
	return beginWith(call, pool, client, choice, preferred, parameters);
}

const challenges: readonly FirstChallenge[] = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"];

/** "If you request a PREFERRED_CHALLENGE of PASSWORD_SRP, you must also include SRP_A." @throws InvalidParameterException */
function preferredChallenge(pool: UserPool, parameters: Parameters): FirstChallenge | undefined {
	const text = parameters["PREFERRED_CHALLENGE"];
	if (!text) return undefined;
	const challenge = challenges.find((each) => each === text);
	if (challenge === undefined) throw invalidParameter("PREFERRED_CHALLENGE is not a first authentication factor.");
	if (challenge === "PASSWORD") required(parameters, "PASSWORD");
	if (challenge === "PASSWORD_SRP") checkSrp(pool, required(parameters, "SRP_A"));
	return challenge;
}

/**
 * Tokens for the session of ConfirmSignUp, where the code that it took would have been a first factor: "the Session parameter provides
 * proof of authentication and Amazon Cognito ignores the AuthParameters". Undefined where the sign-in must go the usual way, as it
 * does with the session of SignUp, which clients hand on where they confirm elsewhere.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html ("Automatic
 * sign-in with OTPs")
 * @throws NotAuthorizedException where the session is not the user's, expired, or used
 */
async function byConfirmation(
	call: Call,
	pool: UserPool,
	client: AppClient,
	parameters: Parameters,
	sealed: string,
): Promise<AuthAnswer | undefined> {
	const session = openSession(call, pool, client, sealed, ["SIGN_UP", "SIGNED_UP"]);
	const credentials = await readCredentials(call, pool, session.name);
	const { user, failures } = credentials;
	// Its version may be another one: an administrator who makes a new user a member of a group takes nothing from the proof.
	if (user?.id !== session.userId || user.epoch !== session.epoch) throw invalidSession();
	const { USERNAME: name, DEVICE_KEY: deviceKey } = parameters;
	if (name && !(await isCalled(call, pool, credentials, session.name, name))) throw invalidSession();
	const { confirmed } = session;
	if (confirmed === undefined) return undefined;
	checkMayStart(call, client, credentials);
	const challenge = confirmed.attribute === "email" ? "EMAIL_OTP" : "SMS_OTP";
	const choice: Choice = { name: session.name, credentials, deviceKey, session };
	if (!hasConfirmed(pool, session, user) || user.status !== "CONFIRMED" || !availableTo(pool, choice).includes(challenge)) return undefined;
	const now = hasTrigger(pool, "PreAuthentication") ? (await askWhetherToBegin(call, pool, client, session.name, credentials)).user : user;
	if (now?.id !== user.id || now.epoch !== user.epoch) throw invalidSession();
	const proved = { first: "CONFIRMATION", second: undefined } as const;
	const signIn = { user: now, name: session.name, proved, passwordExpiresAt: undefined, failures, deviceKey };
	return finish(call, pool, client, signIn, [spend(pool, session)]);
}
