/**
 * Users who sign themselves up: SignUp, the code that confirms them, and the administrator who confirms in its stead.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
import type { AttributeType, CodeDeliveryDetailsType } from "../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { consume, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import {
	accountWithAttributeExists,
	aliasExists,
	attemptLimitExceeded,
	autoVerificationOff,
	codeExpired,
	codeMismatch,
	invalidParameter,
	invalidSession,
	nothingToVerify,
	passwordOrAddressNeeded,
	signUpNotPermitted,
	userDisabled,
	userExists,
	userNotFound,
} from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { type Attributes, checkNewAttributes } from "./attributes.ts";
import { countCall, countRefused } from "./call-limits.ts";
import { codeAttemptsMax, consumeCode, countAttempt, createCode, findCode, storeCode, verifyCode } from "./codes.ts";
import type { Recipient } from "./custom-senders.ts";
import { findUserOrStandIn } from "./existence.ts";
import { codeAttributes } from "./factors.ts";
import {
	checkDeliverable,
	checkSomeDeliverable,
	codeDelivery,
	codeMessage,
	type Delivery,
	deliveryDetails,
	type Message,
	sendsCodes,
	simulatedDelivery,
	verifiedAtSignUp,
} from "./messages.ts";
import { type ContactAttribute, checkNewName, foldName, kindTaken, type NameKind } from "./names.ts";
import { deliver, deliverLater, enqueue } from "./outbox.ts";
import { checkPasswordPolicy } from "./password-policy.ts";
import { newPassword } from "./passwords.ts";
import { countUser, type UserPool } from "./pools.ts";
import { type ChallengeSession, spend } from "./sign-in/challenge-session.ts";
import { checkSignUp, isPasswordless, openSignUp, sealSignUp } from "./sign-up-session.ts";
import { postConfirmation, preSignUp } from "./sign-up-triggers.ts";
import { firstStatus, statusAfter } from "./status-machine.ts";
import {
	aliasOwners,
	changedUser,
	findNameOwner,
	findTakenName,
	findUser,
	getUser,
	handoverOf,
	insertUser,
	newUser,
	type User,
	type UserOutcome,
	untilSettled,
	updateUser,
} from "./users.ts";

export interface SignUpRequest {
	readonly username: string;
	readonly password: string | undefined;
	readonly attributes: readonly AttributeType[] | undefined;
	/** For PreSignUp alone. */
	readonly validationData: readonly AttributeType[] | undefined;
}

export interface SignedUp {
	readonly user: User;
	/** Where the code went; undefined where none was sent. */
	readonly delivery: CodeDeliveryDetailsType | undefined;
	/** For ConfirmSignUp, where users may sign in without a password. */
	readonly session: string | undefined;
}

/**
 * Creates an unconfirmed user and sends the code that confirms it; a user whom the pool's function confirms needs none. Of racing requests
 * for one name exactly one succeeds.
 */
export async function signUp(call: Call, pool: UserPool, client: AppClient, request: SignUpRequest): Promise<SignedUp> {
	if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly) throw signUpNotPermitted();
	const name = checkNewName(pool, request.username);
	// A blank password counts as none.
	const password = request.password || undefined;
	if (password !== undefined) checkPasswordPolicy(pool, password);
	else if (!isPasswordless(pool, client)) throw invalidParameter("Password is required");
	const submitted = checkNewAttributes(pool, request.attributes, { by: "user", client }, name.given);
	if (submitted["preferred_username"] !== undefined && pool.settings.AliasAttributes?.includes("preferred_username")) {
		// "They can't provide the value during registration": the developer guide, "Customizing sign-in attributes".
		throw invalidParameter("preferred_username can't be set at sign-up where it is an alias.");
	}
	if (password === undefined) checkReachable(pool, submitted);

	const id = randomUuid(call.ports.random);
	const username = name.username ?? id;
	const unconfirmed = newUser(call, pool, { id, username, status: firstStatus.SignUp, attributes: withVerifiedFlags(submitted, []) });
	const taken = await findTakenName(call, pool, unconfirmed);
	if (taken !== undefined) throw nameTaken(taken);
	const decision = await preSignUp(call, pool, "SignUp", { userName: username, client }, submitted, request.validationData);
	const attributes = withVerifiedFlags(submitted, decision.verified);
	const status = decision.isConfirmed ? statusAfter("confirmation", unconfirmed) : unconfirmed.status;
	const user: User = { ...unconfirmed, attributes, status };
	const delivery = decision.isConfirmed ? undefined : codeDelivery(pool, attributes);
	const code = createCode(call.ports.random);
	const verbs: Verb<UserOutcome>[] = [];
	if (password !== undefined) verbs.push(await newPassword(call, pool, { userId: id, username, password, expiresAt: undefined }));
	const queued =
		delivery &&
		enqueue(
			call,
			id,
			confirmationMessage(call, pool, { user, clientId: client.id }, user.username, delivery, code, "CustomMessage_SignUp"),
		);
	if (delivery !== undefined) verbs.push(storeCode(call, pool, { purpose: "confirm-sign-up", userId: id, ...delivery }, code));
	if (queued !== undefined) verbs.push(queued.verb);
	verbs.push(countUser(pool, call.ports.random, 1));
	await untilSettled(async () => {
		// "The alias will be moved to the new user": only the pool's function has verified anything by now.
		const handover = handoverOf(call, pool, await aliasOwners(call, pool, attributes));
		const outcome = await call.store.write<UserOutcome>([...insertUser(pool, user, handover.names), ...handover.verbs, ...verbs]);
		if (outcome === "stale") return "stale";
		if (outcome !== "done") throw nameTaken(kindTaken(outcome));
		return undefined;
	});
	if (decision.isConfirmed) await postConfirmation(call, pool, client, user, "ConfirmSignUp");
	if (delivery === undefined || queued === undefined) return { user, delivery: undefined, session: undefined };
	// The user stays where the sending fails: ResendConfirmationCode is the way out.
	await deliver(call, queued);
	const session = sealSignUp(call, pool, client, { step: "SIGN_UP", name: request.username, user, delivery });
	return { user, delivery: deliveryDetails(delivery), session };
}

/**
 * "Users provide attribute values for the passwordless sign-in methods that you permit", and "your user pool automatically verifies the
 * attributes that users can use with passwordless sign-in". @throws InvalidParameterException
 */
function checkReachable(pool: UserPool, attributes: Attributes): void {
	const usable = codeAttributes(pool).filter((attribute) => verifiedAtSignUp(pool).includes(attribute));
	if (!usable.some((attribute) => attributes[attribute] !== undefined)) throw passwordOrAddressNeeded(codeAttributes(pool));
}

/** Cognito shows addresses that were given at sign-up as unverified, not as of unknown state; the pool's function may have verified some. */
function withVerifiedFlags(attributes: Attributes, verified: readonly ContactAttribute[]): Attributes {
	const flags: Record<string, string> = {};
	for (const attribute of ["email", "phone_number"] as const) {
		if (attributes[attribute] !== undefined) flags[`${attribute}_verified`] = String(verified.includes(attribute));
	}
	return { ...flags, ...attributes };
}

function nameTaken(kind: NameKind) {
	return kind === "email" || kind === "phone_number" ? accountWithAttributeExists(kind) : userExists();
}

function confirmationMessage(
	call: Call,
	pool: UserPool,
	recipient: Recipient,
	username: string,
	delivery: Delivery,
	code: string,
	trigger: string,
): Message {
	return codeMessage(call, pool, delivery, { userPoolId: pool.id, username, trigger, code }, recipient);
}

export interface ConfirmationRequest {
	readonly username: string;
	readonly code: string;
	/** Takes an alias away from the user that has it. */
	readonly forceAliasCreation: boolean;
	/** What SignUp gave. */
	readonly session: string | undefined;
}

export interface Confirmed {
	/** Signs in, once; undefined where a code like the one that was taken is no first factor. */
	readonly session: string | undefined;
}

/**
 * Confirms a user by the code that was sent, and marks the address that it was sent to as verified.
 * @throws CodeMismatchException, ExpiredCodeException, AliasExistsException, LimitExceededException, NotAuthorizedException,
 * UserNotFoundException
 */
export async function confirmSignUp(call: Call, pool: UserPool, client: AppClient, request: ConfirmationRequest): Promise<Confirmed> {
	const session = request.session === undefined ? undefined : openSignUp(call, pool, client, request.session);
	const { user, delivery } = await untilSettled(() => attemptConfirmation(call, pool, client, request, session));
	await postConfirmation(call, pool, client, user, "ConfirmSignUp");
	// Of the user as it was confirmed: where the function has signed it out everywhere, the session is over.
	return { session: sealSignUp(call, pool, client, { step: "SIGNED_UP", name: request.username, user, delivery }) };
}

async function attemptConfirmation(
	call: Call,
	pool: UserPool,
	client: AppClient,
	request: ConfirmationRequest,
	session: ChallengeSession | undefined,
): Promise<{ readonly user: User; readonly delivery: Delivery } | "stale"> {
	const { user, standIn } = await findUserOrStandIn(call, pool, request.username);
	if (user === undefined && !client.hidesUserExistence) throw userNotFound();
	checkSignUp(session, user);
	if (user !== undefined) statusAfter("confirmation", user);
	const userId = user?.id ?? standIn.userId;
	const stored = await findCode(call, pool, userId, "confirm-sign-up");
	// The user's own name: by each of its aliases it would have as many calls again.
	const counted = countCall(call, pool, "ConfirmSignUp", foldName(pool, user?.username ?? request.username));
	if (user === undefined && stored === undefined && sendsCodes(pool)) {
		// A name that nobody has gets a code that nobody knows, so that it answers, counts and gives up as a real user's does.
		const unknown = call.ports.random.bytes(32).toString("hex");
		const subject = { purpose: "confirm-sign-up", userId, attribute: "email", destination: "" } as const;
		throw await countRefused(call, [...counted, storeCode(call, pool, subject, unknown, 1)], codeMismatch());
	}
	if (stored === undefined) {
		// A racing confirmation may have used the code up between the two reads: then that is the answer.
		const current = await findUser(call, pool, request.username);
		if (current?.version !== user?.version) return "stale";
	}
	if (stored === undefined || stored.expiresAt <= call.now) throw await countRefused(call, counted, codeExpired());
	if (stored.attempts >= codeAttemptsMax) throw await countRefused(call, counted, attemptLimitExceeded());
	const { attribute } = stored;
	const destination = user?.attributes[attribute];
	const right = verifyCode(pool, { purpose: "confirm-sign-up", userId, attribute, destination: destination ?? "" }, stored, request.code);
	if (!right || user === undefined || destination === undefined) {
		const outcome = await call.store.write([...counted, countAttempt(pool, userId, "confirm-sign-up", stored)]);
		if (outcome === "limited") throw attemptLimitExceeded();
		if (outcome === "code gone") return "stale";
		throw codeMismatch();
	}
	if (!user.enabled) throw await countRefused(call, counted, userDisabled());

	const after = changedUser(call, user, {
		status: statusAfter("confirmation", user),
		attributes: { ...user.attributes, [`${attribute}_verified`]: "true" },
	});
	const kind = attribute as ContactAttribute;
	const owner =
		request.forceAliasCreation && pool.settings.AliasAttributes?.includes(kind)
			? await findNameOwner(call, pool, kind, destination)
			: undefined;
	const handover = handoverOf(call, pool, owner === undefined || owner.id === user.id ? [] : [{ kind, owner }]);
	const outcome = await call.store.write([
		...counted,
		consumeCode(pool, userId, "confirm-sign-up", stored),
		...updateUser(pool, user, after, handover.names),
		...handover.verbs,
		...(session ? [spend(pool, session)] : []),
	]);
	switch (outcome) {
		case "done":
			return { user: after, delivery: { attribute: kind, destination } };
		case "spent":
			throw invalidSession();
		case "limited":
			throw attemptLimitExceeded();
		case "code gone":
		case "stale":
			return "stale";
		default:
			// With force the alias was taken after its owner was looked for: look again.
			if (request.forceAliasCreation) return "stale";
			throw aliasExists(kindTaken(outcome));
	}
}

/**
 * Sends a new confirmation code; the one before stops working.
 * @throws InvalidParameterException, LimitExceededException, CodeDeliveryFailureException, UserNotFoundException
 */
export async function resendConfirmationCode(
	call: Call,
	pool: UserPool,
	client: AppClient,
	username: string,
): Promise<CodeDeliveryDetailsType> {
	if (!sendsCodes(pool)) throw autoVerificationOff();
	const folded = foldName(pool, username);
	const { user, standIn } = await findUserOrStandIn(call, pool, username);
	if (!client.hidesUserExistence) {
		if (user === undefined) throw userNotFound();
		if (!user.enabled) throw userDisabled();
	}
	// The developer guide has the hidden answer for users that don't exist and disabled ones; confirmed ones are told.
	if (user !== undefined) statusAfter("ResendConfirmationCode", user);
	const reachable = user?.enabled ? codeDelivery(pool, user.attributes) : undefined;
	if (reachable === undefined && !client.hidesUserExistence) throw nothingToVerify();
	// Made up for everybody, so that it takes the time of everybody.
	const simulated = simulatedDelivery(pool, username, folded, verifiedAtSignUp(pool));
	const delivery = reachable ?? (user && codeDelivery(pool, user.attributes)) ?? simulated;
	if (client.hidesUserExistence) checkSomeDeliverable(call, pool, verifiedAtSignUp(pool));
	else checkDeliverable(call, pool, delivery.attribute);

	const code = createCode(call.ports.random);
	// Somebody who gets no code gets a row all the same: the same statements, and the same tries before it gives up.
	const userId = user?.id ?? standIn.userId;
	const recipient = { user, clientId: client.id };
	const message = confirmationMessage(call, pool, recipient, user?.username ?? username, delivery, code, "CustomMessage_ResendCode");
	const queued = enqueue(call, userId, message, reachable !== undefined);
	const outcome = await call.store.write([
		...countCall(call, pool, "ResendConfirmationCode", user ? foldName(pool, user.username) : folded),
		storeCode(call, pool, { purpose: "confirm-sign-up", userId, ...delivery }, code),
		queued.verb,
	]);
	if (outcome === "limited") throw attemptLimitExceeded();
	if (client.hidesUserExistence) deliverLater(call, queued);
	else await deliver(call, queued);
	return deliveryDetails(delivery);
}

/** Confirms a user without a code. Nothing is verified by it. @throws NotAuthorizedException where the user is not unconfirmed */
export async function adminConfirmSignUp(call: Call, pool: UserPool, username: string): Promise<void> {
	const confirmed = await untilSettled(async () => {
		const user = await getUser(call, pool, username);
		const after = changedUser(call, user, { status: statusAfter("confirmation", user) });
		const outcome = await call.store.write<UserOutcome>([
			...updateUser(pool, user, after),
			consume("codes", { pool_id: pool.id, user_id: user.id, purpose: "confirm-sign-up" }),
		]);
		return outcome === "done" ? after : "stale";
	});
	await postConfirmation(call, pool, undefined, confirmed, "ConfirmSignUp");
}
