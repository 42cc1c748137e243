/**
 * Codes that a sign-in sends: SMS_MFA and EMAIL_OTP as second factors, SMS_OTP and EMAIL_OTP as first ones. A code is stored nowhere:
 * its HMAC travels in the sealed session, bound to it, and only wrong answers and the right one write.
 */
import { AwsError } from "../../../aws/errors.ts";
import { equalBytes } from "../../../crypto/equal-bytes.ts";
import type { Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { codeNotSendable, codeOrStateMismatch } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import { countCall } from "../call-limits.ts";
import { createCode } from "../codes.ts";
import { attributeOf, codeFactors, withFactorSetUp } from "../factors.ts";
import { authenticationMessage, type Delivery, deliveryDetails, isDeliverable, simulatedDelivery } from "../messages.ts";
import { type ContactAttribute, foldName } from "../names.ts";
import { deliver, deliverLater, enqueue } from "../outbox.ts";
import type { UserPool } from "../pools.ts";
import { changedUser, type User, updateUser } from "../users.ts";
import { type ChallengeSession, type NewSession, newSessionId, sealSession, sessionOf, spend } from "./challenge-session.ts";
import { type AuthAnswer, finish, type SignIn, type StepOutcome, writeStep } from "./finish.ts";
import { type Choice, unproved } from "./first-factors.ts";
import type { Proved } from "./next-step.ts";
import { type Parameters, required } from "./parameters.ts";
import { admitPasswordless } from "./passwordless.ts";
import {
	askedOn,
	checkMayBeginWith,
	continued,
	countAnswer,
	countWrongAnswer,
	knownUser,
	type OpenStep,
	openBareStep,
	openStep,
} from "./step.ts";

/**
 * Asks for a code as second factor, and sends it to the user's address, verified or not, or to one that the code is to set up. `verbs` are
 * written in one batch with the message.
 */
export async function askMfaCode(
	call: Call,
	pool: UserPool,
	client: AppClient,
	signIn: SignIn,
	challenge: "SMS_MFA" | "EMAIL_OTP",
	newAddress?: string,
	verbs: readonly Verb<StepOutcome>[] = [],
): Promise<AuthAnswer> {
	const { user } = signIn;
	const attribute = attributeOf(challenge) ?? "email";
	const delivery: Delivery = { attribute, destination: newAddress ?? user.attributes[attribute] ?? "" };
	checkSendable(call, pool, attribute);
	const { code, sealed } = sealCode(call, pool, client, delivery, { ...sessionOf(signIn, challenge), newAddress });
	const about = { userPoolId: pool.id, username: user.username, code };
	const queued = enqueue(call, user.id, authenticationMessage(call, pool, client, delivery, about, user));
	await writeStep(call, [...verbs, ...limitCodes(call, pool, user.username), queued.verb]);
	try {
		await deliver(call, queued);
	} catch (failure) {
		throw failure instanceof AwsError && failure.code === "CodeDeliveryFailureException" ? codeNotSendable(attribute) : failure;
	}
	return {
		ChallengeName: challenge,
		Session: sealed,
		ChallengeParameters: { ...deliveryParameters(delivery), USER_ID_FOR_SRP: user.username },
	};
}

/**
 * Asks for a code as first factor. Where nobody may know who exists, nobody's time tells either: what is sent is sent later, and
 * everything else is done for a name that nobody has too. The code of a session is spent by its answer, the choice of it here, with `verbs`.
 */
export async function askFirstCode(
	call: Call,
	pool: UserPool,
	client: AppClient,
	choice: Choice,
	challenge: "EMAIL_OTP" | "SMS_OTP",
	verbs: readonly Verb<StepOutcome>[] = [],
): Promise<AuthAnswer> {
	const { name, credentials, session } = choice;
	const { user, username } = credentials;
	const attribute = codeFactors[challenge];
	checkSendable(call, pool, attribute);
	// Made up for everybody, so that it takes the time of everybody.
	const simulated = simulatedDelivery(pool, name, foldName(pool, name), [attribute]);
	const destination = user?.attributes[attribute];
	const delivery: Delivery = destination === undefined ? simulated : { attribute, destination };
	const next = unproved(choice, challenge);
	const { code, sealed } = sealCode(call, pool, client, delivery, next);
	const message = authenticationMessage(call, pool, client, delivery, { userPoolId: pool.id, username, code }, user);
	const queued = enqueue(call, next.userId, message, user?.enabled === true && destination !== undefined);
	await writeStep(call, [...(session ? [spend(pool, session)] : []), ...verbs, ...limitCodes(call, pool, username), queued.verb]);
	deliverLater(call, queued);
	return { ChallengeName: challenge, Session: sealed, ChallengeParameters: deliveryParameters(delivery) };
}

/**
 * Sends another code for a session that waits for one, without asking for a proof again, and for a name that nobody has too. The session
 * ends, and its code with it; the new one has all that it had. Login pages do this; no operation of the API does. Codes can be sent anew
 * only as long as they can be answered: an answer too many ends both.
 * @throws NotAuthorizedException, TooManyRequestsException past the hour's codes, and then the session and its code stay
 */
export async function resendCode(call: Call, pool: UserPool, client: AppClient, sealed: string): Promise<AuthAnswer> {
	const step = await openBareStep(call, pool, client, sealed, "SMS_MFA", "EMAIL_OTP", "SMS_OTP");
	const { session, credentials } = step;
	const counted = countAnswer(pool, session);
	if (session.proved === undefined) {
		const challenge = session.step === "SMS_OTP" ? "SMS_OTP" : "EMAIL_OTP";
		checkMayBeginWith(pool, challenge);
		const choice: Choice = { name: session.name, credentials, deviceKey: undefined, session };
		return askFirstCode(call, pool, client, choice, challenge, [counted]);
	}
	const challenge = session.step === "SMS_MFA" ? "SMS_MFA" : "EMAIL_OTP";
	const signIn = askedOn(continued(step, knownUser(step), session.proved, {}));
	return askMfaCode(call, pool, client, signIn, challenge, session.newAddress, [spend(pool, session), counted]);
}

/**
 * Sign-ins may not end with CodeDeliveryFailureException, which their operations do not declare.
 * @throws InvalidEmailRoleAccessPolicyException, InvalidSmsRoleAccessPolicyException where nothing is configured to send with
 */
function checkSendable(call: Call, pool: UserPool, attribute: ContactAttribute): void {
	if (!isDeliverable(call, pool, attribute)) throw codeNotSendable(attribute);
}

/** How often an hour codes are sent to one user, or to one name that nobody has. */
export function limitCodes(call: Call, pool: UserPool, username: string): Verb<"limited">[] {
	return countCall(call, pool, "SignInCode", foldName(pool, username));
}

/** A new code, and the sealed session that its answer must bring. */
export function sealCode(
	call: Call,
	pool: UserPool,
	client: AppClient,
	delivery: Delivery,
	session: NewSession,
): { readonly code: string; readonly sealed: string } {
	const id = newSessionId(call);
	const code = createCode(call.ports.random);
	const mac = codeMac(pool, id, session.userId, delivery.destination, code).toString("base64");
	return { code, sealed: sealSession(call, pool, client, { ...session, code: { attribute: delivery.attribute, mac } }, id) };
}

/** Whether `code` is the one that was sent for the session, in a time that does not depend on where they differ. */
export function isCodeOf(pool: UserPool, session: ChallengeSession, user: User | undefined, code: string): boolean {
	if (session.code === undefined) return false;
	const expected = Buffer.from(session.code.mac, "base64");
	const destination = session.newAddress ?? user?.attributes[session.code.attribute] ?? "";
	return equalBytes(codeMac(pool, session.id, session.userId, destination, code), expected);
}

function codeMac(pool: UserPool, sessionId: string, userId: string, destination: string, code: string): Buffer {
	return pool.keyrings.mac.mac("sign-in-code", pool.id, sessionId, userId, destination, code);
}

export function deliveryParameters(delivery: Delivery): Record<string, string> {
	const { DeliveryMedium = "", Destination = "" } = deliveryDetails(delivery);
	return { CODE_DELIVERY_DELIVERY_MEDIUM: DeliveryMedium, CODE_DELIVERY_DESTINATION: Destination };
}

/**
 * The answer to a code that was sent. EMAIL_OTP is the name of a first factor and of a second one: the session knows which it is.
 * A wrong code leaves the session usable, a few times.
 * @throws CodeMismatchException, NotAuthorizedException, AliasExistsException where the address is somebody else's alias by now
 */
export async function answerCode(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
	challenge: "SMS_MFA" | "EMAIL_OTP" | "SMS_OTP",
): Promise<AuthAnswer> {
	const step = await openStep(call, pool, client, responses, sealed, challenge);
	const { session } = step;
	const first = challenge === "SMS_OTP" ? "SMS_OTP" : "EMAIL_OTP";
	if (session.proved === undefined) checkMayBeginWith(pool, first);
	const user = await checkCode(call, pool, step, required(responses, `${challenge}_CODE`));
	const { after, verbs } =
		session.proved === undefined
			? await admitPasswordless(call, pool, user, verifiedBy(user, session))
			: markVerified(call, pool, user, session);
	const proved: Proved =
		session.proved === undefined
			? { first, second: undefined }
			: { ...session.proved, second: challenge === "SMS_MFA" ? "SMS_MFA" : "EMAIL_OTP" };
	const signIn = continued(step, after, proved, responses);
	return finish(call, pool, client, signIn, [spend(pool, session), countAnswer(pool, session), ...verbs]);
}

/** The user whose code it is. @throws CodeMismatchException, and NotAuthorizedException once there were too many wrong ones */
async function checkCode(call: Call, pool: UserPool, step: OpenStep, code: string): Promise<User> {
	const { user } = step.credentials;
	// A disabled user was sent nothing.
	if (isCodeOf(pool, step.session, user, code) && user?.enabled === true) return user;
	await countWrongAnswer(call, pool, step);
	throw codeOrStateMismatch();
}

/** Whoever could read the code has shown that the address is the user's. */
function markVerified(
	call: Call,
	pool: UserPool,
	user: User,
	session: ChallengeSession,
): { readonly after: User; readonly verbs: Verb<StepOutcome>[] } {
	const attributes = verifiedBy(user, session);
	if (attributes === user.attributes) return { after: user, verbs: [] };
	const factors = session.newAddress === undefined ? user.factors : withFactorSetUp(user.factors, "EMAIL_OTP");
	const after = changedUser(call, user, { attributes, factors });
	return { after, verbs: updateUser(pool, user, after) };
}

/** The attributes with the code's address marked as verified; the same ones where it was. */
function verifiedBy({ attributes }: User, { code, newAddress }: ChallengeSession): User["attributes"] {
	if (code === undefined) return attributes;
	const verified = { [`${code.attribute}_verified`]: "true" };
	if (newAddress !== undefined) return { ...attributes, [code.attribute]: newAddress, ...verified };
	return attributes[`${code.attribute}_verified`] === "true" ? attributes : { ...attributes, ...verified };
}
