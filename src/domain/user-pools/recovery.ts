/**
 * Forgotten passwords: the code that is sent to a verified address, what it allows, and the administrator who has one sent.
 * Sign-ins end by neither: "Ending user sessions with token revocation" of the developer guide names all that ends them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html ("Password reset and recovery")
 */
import type { CodeDeliveryDetailsType } from "../../aws/model/cognito-idp.types.ts";
import type { Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import {
	attemptLimitExceeded,
	codeExpired,
	codeMismatch,
	contactAdministrator,
	noWayToRecover,
	userDisabled,
	usernameNotFound,
} from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { countCall, countRefused } from "./call-limits.ts";
import { codeAttemptsMax, consumeCode, countAttempt, createCode, findCode, storeCode, verifyCode } from "./codes.ts";
import type { Recipient } from "./custom-senders.ts";
import { findUserOrStandIn } from "./existence.ts";
import { attributeOf, poolFactors, recoveryAttributes } from "./factors.ts";
import {
	checkDeliverable,
	checkSomeDeliverable,
	codeMessage,
	type Delivery,
	deliveryDetails,
	simulatedDelivery,
	verifiedAtSignUp,
} from "./messages.ts";
import { migrateUser } from "./migration.ts";
import { type ContactAttribute, foldName } from "./names.ts";
import { deliver, deliverLater, enqueue } from "./outbox.ts";
import { replacePassword } from "./password-history.ts";
import { checkPasswordPolicy } from "./password-policy.ts";
import type { UserPool } from "./pools.ts";
import { askedFactors } from "./sign-in/next-step.ts";
import { postConfirmation } from "./sign-up-triggers.ts";
import { statusAfter, statusAllows } from "./status-machine.ts";
import { hasTrigger } from "./triggers.ts";
import { changedUser, getUser, type User, type UserOutcome, untilSettled, updateUser } from "./users.ts";

function recoveryDelivery(pool: UserPool, user: User): Delivery | undefined {
	const { attributes } = user;
	const taken = mfaAttributes(pool, user);
	for (const attribute of recoveryAttributes(pool)) {
		const destination = attributes[attribute];
		const isVerified = attributes[`${attribute}_verified`] === "true";
		if (destination !== undefined && isVerified && !taken.includes(attribute)) return { attribute, destination };
	}
	return undefined;
}

/**
 * Where the user's sign-ins send their codes: whoever reads there must not get past both factors. "Users can't receive MFA and password
 * reset codes at the same email address or phone number."
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html
 */
function mfaAttributes(pool: UserPool, user: User): (ContactAttribute | undefined)[] {
	return askedFactors(user, poolFactors(pool)).map(attributeOf);
}

/** Where a code would have gone for somebody who gets none: "determined by the input username format and verification settings". */
function simulatedRecovery(pool: UserPool, name: string, folded: string): Delivery {
	const allowed = recoveryAttributes(pool);
	const verified = allowed.filter((attribute) => verifiedAtSignUp(pool).includes(attribute));
	return simulatedDelivery(pool, name, folded, verified.length > 0 ? verified : allowed);
}

function resetMessage(call: Call, pool: UserPool, recipient: Recipient, username: string, delivery: Delivery, code: string) {
	return codeMessage(call, pool, delivery, { userPoolId: pool.id, username, trigger: "CustomMessage_ForgotPassword", code }, recipient);
}

/**
 * Sends a code that allows a new password; the one before stops working.
 * @throws UserNotFoundException, NotAuthorizedException, InvalidParameterException, LimitExceededException, CodeDeliveryFailureException
 */
export async function forgotPassword(call: Call, pool: UserPool, client: AppClient, username: string): Promise<CodeDeliveryDetailsType> {
	if (recoveryAttributes(pool).length === 0) throw contactAdministrator();
	if (client.hidesUserExistence) checkSomeDeliverable(call, pool, recoveryAttributes(pool));
	const folded = foldName(pool, username);
	const { user: known, standIn } = await findUserOrStandIn(call, pool, username);
	let user = known;
	let counted = countCall(call, pool, "ForgotPassword", foldName(pool, known?.username ?? username));
	if (known === undefined && hasTrigger(pool, "UserMigration")) {
		// Counted before a function is called, and once.
		if (counted.length > 0 && (await call.store.write(counted)) === "limited") throw attemptLimitExceeded();
		counted = [];
		user = await migrateUser(call, pool, client, username, undefined, "UserMigration_ForgotPassword");
	}
	if (!client.hidesUserExistence) {
		if (user === undefined) throw usernameNotFound();
		if (!user.enabled) throw userDisabled();
	}
	// The hidden answer is for users who don't exist, are disabled or have no verified address: an invited one is told. On login pages
	// nobody is: strangers try names there.
	if (user?.enabled && !(client.hidesUserExistence && call.managedLogin)) statusAfter("ForgotPassword", user);
	const reachable = user?.enabled && statusAllows("ForgotPassword", user) ? recoveryDelivery(pool, user) : undefined;
	if (reachable === undefined && !client.hidesUserExistence) throw noWayToRecover();
	// Made up for everybody, so that it takes the time of everybody.
	const simulated = simulatedRecovery(pool, username, folded);
	const delivery = reachable ?? (user && recoveryDelivery(pool, user)) ?? simulated;
	if (!client.hidesUserExistence) checkDeliverable(call, pool, delivery.attribute);

	const code = createCode(call.ports.random);
	// Somebody who gets no code gets a row all the same: the same statements, and the same tries before it gives up.
	const userId = user?.id ?? standIn.userId;
	const message = resetMessage(call, pool, { user, clientId: client.id }, user?.username ?? username, delivery, code);
	const queued = enqueue(call, userId, message, reachable !== undefined);
	const stored = storeCode(call, pool, { purpose: "forgot-password", userId, ...delivery }, code);
	if ((await call.store.write([...counted, stored, queued.verb])) === "limited") throw attemptLimitExceeded();
	if (client.hidesUserExistence) deliverLater(call, queued);
	else await deliver(call, queued);
	return deliveryDetails(delivery);
}

export interface PasswordReset {
	readonly username: string;
	readonly code: string;
	readonly password: string;
}

/**
 * Sets a new password by the code that was sent. A code is good for one, whoever races; a password that the policy refuses
 * leaves the code as it is. Failed sign-ins stay counted: only a sign-in or quiet time ends a lockout.
 * @throws InvalidPasswordException, PasswordHistoryPolicyViolationException, CodeMismatchException, ExpiredCodeException,
 * LimitExceededException, NotAuthorizedException, UserNotConfirmedException, UserNotFoundException
 */
export async function confirmForgotPassword(call: Call, pool: UserPool, client: AppClient, reset: PasswordReset): Promise<void> {
	checkPasswordPolicy(pool, reset.password);
	const user = await untilSettled(() => attemptReset(call, pool, client, reset));
	await postConfirmation(call, pool, client, user, "ConfirmForgotPassword");
}

async function attemptReset(call: Call, pool: UserPool, client: AppClient, reset: PasswordReset): Promise<User | "stale"> {
	const { user, standIn } = await findUserOrStandIn(call, pool, reset.username);
	if (!client.hidesUserExistence) {
		if (user === undefined) throw usernameNotFound();
		if (!user.enabled) throw userDisabled();
	}
	const userId = user?.id ?? standIn.userId;
	const stored = await findCode(call, pool, userId, "forgot-password");
	const counted = countCall(call, pool, "ForgotPassword", foldName(pool, user?.username ?? reset.username));
	if (stored === undefined || stored.expiresAt <= call.now) throw await countRefused(call, counted, codeExpired());
	if (stored.attempts >= codeAttemptsMax) throw await countRefused(call, counted, attemptLimitExceeded());
	const { attribute } = stored;
	// An address that has changed since is another one, and one that is no longer verified may be somebody else's: its code opens nothing.
	const destination = user?.attributes[`${attribute}_verified`] === "true" ? user.attributes[attribute] : undefined;
	const right = verifyCode(pool, { purpose: "forgot-password", userId, attribute, destination: destination ?? "" }, stored, reset.code);
	if (!right || user === undefined || !user.enabled || destination === undefined) {
		const outcome = await call.store.write([...counted, countAttempt(pool, userId, "forgot-password", stored)]);
		if (outcome === "limited") throw attemptLimitExceeded();
		if (outcome === "code gone") return "stale";
		throw codeMismatch();
	}
	const verbs: Verb<UserOutcome>[] = [];
	let after: User;
	try {
		after = changedUser(call, user, { status: statusAfter("ConfirmForgotPassword", user) });
		verbs.push(...updateUser(pool, user, after), ...(await replacePassword(call, pool, user, reset.password)));
	} catch (refusal) {
		throw await countRefused(call, counted, refusal as Error);
	}
	const outcome = await call.store.write([...counted, consumeCode(pool, userId, "forgot-password", stored), ...verbs]);
	if (outcome === "limited") throw attemptLimitExceeded();
	return outcome === "done" ? after : "stale";
}

/**
 * Takes the user's password out of use and sends a code for a new one.
 * @throws UserNotFoundException, NotAuthorizedException in a status without a password of the user's own, InvalidParameterException
 * where no code can be sent, CodeDeliveryFailureException
 */
export function adminResetUserPassword(call: Call, pool: UserPool, username: string): Promise<undefined> {
	return untilSettled(async () => {
		const user = await getUser(call, pool, username);
		if (!user.enabled) throw userDisabled();
		const status = statusAfter("AdminResetUserPassword", user);
		const delivery = recoveryDelivery(pool, user);
		if (delivery === undefined) throw noWayToRecover();
		checkDeliverable(call, pool, delivery.attribute);
		const code = createCode(call.ports.random);
		const after = changedUser(call, user, { status });
		const queued = enqueue(call, user.id, resetMessage(call, pool, { user: after, clientId: undefined }, user.username, delivery, code));
		const outcome = await call.store.write<UserOutcome>([
			...updateUser(pool, user, after),
			storeCode(call, pool, { purpose: "forgot-password", userId: user.id, ...delivery }, code),
			queued.verb,
		]);
		if (outcome !== "done") return "stale";
		await deliver(call, queued);
		return undefined;
	});
}
