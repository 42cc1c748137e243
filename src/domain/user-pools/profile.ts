/**
 * What users do with their own account once they are signed in, and administrators with anybody's: attributes and their
 * verification, the password, the end.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html
 * ("Verifying updates to email addresses and phone numbers")
 */
import type { AttributeType, CodeDeliveryDetailsType } from "../../aws/model/cognito-idp.types.ts";
import { consume, put, statement, type Verb } from "../../storage/store.ts";
import type { Call, TokenHolder } from "../call.ts";
import {
	accessTokenRevoked,
	aliasExists,
	attemptLimitExceeded,
	attributeNotVerifiable,
	codeExpired,
	codeMismatch,
	incorrectUsernameOrPassword,
	missingParameter,
	noAddressToVerify,
	passwordAttemptsExceeded,
} from "../refusals.ts";
import { type Attributes, checkAttributeChanges, checkAttributeDeletions, type Writer } from "./attributes.ts";
import { countCall, countRefused } from "./call-limits.ts";
import { codeAttemptsMax, consumeCode, countAttempt, createCode, findCode, storeCode, verifyCode } from "./codes.ts";
import { clearFailures, countFailure, isLocked } from "./lockout.ts";
import { checkDeliverable, codeMessage, type Delivery, deliveryDetails } from "./messages.ts";
import { type ContactAttribute, type Handover, kindTaken } from "./names.ts";
import { deliver, enqueue } from "./outbox.ts";
import { isCurrentPassword, readPasswords, replacePassword } from "./password-history.ts";
import { checkPasswordPolicy } from "./password-policy.ts";
import { countUser, type UserPool } from "./pools.ts";
import { statusAfter } from "./status-machine.ts";
import {
	aliasOwners,
	changedUser,
	deleteUser,
	findNameOwner,
	getUser,
	handoverOf,
	type User,
	type UserOutcome,
	untilSettled,
	updateUser,
} from "./users.ts";

const contactAttributes: readonly ContactAttribute[] = ["email", "phone_number"];

/** Runs `attempt` on the user as the check of the token read it, and on a new read where somebody else changed it meanwhile. */
export function asCaller<R>(call: Call, { pool, user }: TokenHolder, attempt: (user: User) => Promise<R | "stale">): Promise<R> {
	let read: User | undefined = user;
	return untilSettled(async () => {
		const current = read ?? (await getUser(call, pool, user.id));
		read = undefined;
		if (!current.enabled || current.epoch !== user.epoch) throw accessTokenRevoked();
		statusAfter("access token", current);
		return attempt(current);
	});
}

/**
 * Changes the caller's attributes; blank values delete. Answers where codes went.
 * @throws InvalidParameterException, NotAuthorizedException, AliasExistsException, CodeDeliveryFailureException
 */
export async function updateUserAttributes(
	call: Call,
	caller: TokenHolder,
	list: readonly AttributeType[],
): Promise<CodeDeliveryDetailsType[]> {
	const { pool, client } = caller;
	const sent = await asCaller(call, caller, (user) => attemptUpdate(call, pool, user, { by: "user", client }, list));
	return sent.map(deliveryDetails);
}

/** The same for any user: with `email_verified` or `phone_number_verified` true in the list, the address is active at once and no code is sent. */
export async function adminUpdateUserAttributes(
	call: Call,
	pool: UserPool,
	username: string,
	list: readonly AttributeType[],
): Promise<void> {
	await untilSettled(async () => attemptUpdate(call, pool, await getUser(call, pool, username), { by: "administrator" }, list));
}

async function attemptUpdate(
	call: Call,
	pool: UserPool,
	user: User,
	writer: Writer,
	list: readonly AttributeType[],
): Promise<Delivery[] | "stale"> {
	const wanted = checkAttributeChanges(pool, user, list, writer);
	const attributes: Record<string, string> = { ...wanted };
	const verbs: Verb<UserOutcome>[] = [];
	const messages: { readonly delivery: Delivery; readonly code: string }[] = [];
	for (const attribute of contactAttributes) {
		if (!list.some(({ Name: name }) => name === attribute)) continue;
		const destination = wanted[attribute];
		const flag = `${attribute}_verified`;
		const isUnverified = destination !== undefined && destination !== user.attributes[attribute] && wanted[flag] !== "true";
		if (!isUnverified || !pool.settings.AutoVerifiedAttributes?.includes(attribute)) {
			// A code, or a value that waits, is about what was wanted before.
			verbs.push(consume("codes", { pool_id: pool.id, user_id: user.id, purpose: `verify-${attribute}` }), forget(pool, user, attribute));
			continue;
		}
		const delivery = { attribute, destination };
		const code = createCode(call.ports.random);
		checkDeliverable(call, pool, attribute);
		messages.push({ delivery, code });
		verbs.push(storeCode(call, pool, { purpose: `verify-${attribute}`, userId: user.id, ...delivery }, code));
		if (pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate?.includes(attribute)) {
			await checkFree(call, pool, user.id, attribute, destination);
			verbs.push(keepWaiting(pool, user, delivery));
			restore(attributes, user.attributes, attribute);
			restore(attributes, user.attributes, flag);
		} else {
			verbs.push(forget(pool, user, attribute));
		}
	}
	const handover = writer.by === "administrator" ? await handoverTo(call, pool, user, attributes) : { names: undefined, verbs: [] };
	const after = changedUser(call, user, { attributes });
	const about = { userPoolId: pool.id, username: user.username, trigger: "CustomMessage_UpdateUserAttribute" };
	const recipient = { user: after, clientId: writer.by === "user" ? writer.client.id : undefined };
	const queued = messages.map(({ delivery, code }) =>
		enqueue(call, user.id, codeMessage(call, pool, delivery, { ...about, code }, recipient)),
	);
	verbs.push(...handover.verbs, ...queued.map(({ verb }) => verb));
	const outcome = await call.store.write<UserOutcome>([...updateUser(pool, user, after, handover.names), ...verbs]);
	if (outcome === "stale") return "stale";
	if (outcome !== "done") throw aliasExists(kindTaken(outcome));
	await Promise.all(queued.map((each) => deliver(call, each)));
	return messages.map(({ delivery }) => delivery);
}

function restore(attributes: Record<string, string>, before: Attributes, name: string): void {
	const value = before[name];
	if (value === undefined) delete attributes[name];
	else attributes[name] = value;
}

/** A user attribute that is a sign-in name from the start can't become one that somebody has. @throws AliasExistsException */
async function checkFree(call: Call, pool: UserPool, userId: string, attribute: ContactAttribute, value: string): Promise<void> {
	if (!pool.settings.UsernameAttributes?.includes(attribute)) return;
	const owner = await findNameOwner(call, pool, attribute, value);
	if (owner !== undefined && owner.id !== userId) throw aliasExists(attribute);
}

/** "Only the last user who has verified the attribute can sign in with it": what an administrator marks as verified changes hands. */
async function handoverTo(
	call: Call,
	pool: UserPool,
	user: User,
	attributes: Attributes,
): Promise<{ readonly names: Handover; readonly verbs: Verb<UserOutcome>[] }> {
	const aliases = (await aliasOwners(call, pool, attributes)).filter(({ owner }) => owner.id !== user.id);
	return handoverOf(call, pool, aliases);
}

const pendingKey = (pool: UserPool, user: User, attribute: ContactAttribute) =>
	({ pool_id: pool.id, user_id: user.id, attribute }) as const;

function keepWaiting(pool: UserPool, user: User, { attribute, destination }: Delivery): Verb<never> {
	return put<"pending_attributes">("pending_attributes", ["pool_id", "user_id", "attribute"], {
		...pendingKey(pool, user, attribute),
		value: destination,
	});
}

function forget(pool: UserPool, user: User, attribute: ContactAttribute): Verb<never> {
	return consume("pending_attributes", pendingKey(pool, user, attribute));
}

export const pendingStatement = statement<{ pool: string; user: string; attribute: string }>()("pendingAttribute", (db, param) =>
	db
		.selectFrom("pending_attributes")
		.select("value")
		.where("pool_id", "=", param("pool"))
		.where("user_id", "=", param("user"))
		.where("attribute", "=", param("attribute")),
);

async function findPending(call: Call, pool: UserPool, user: User, attribute: ContactAttribute): Promise<string | undefined> {
	const [row] = await call.store.read(pendingStatement, { pool: pool.id, user: user.id, attribute });
	return row?.value;
}

/** @throws InvalidParameterException */
function checkVerifiable(attribute: string): ContactAttribute {
	const found = contactAttributes.find((name) => name === attribute);
	if (found === undefined) throw attributeNotVerifiable();
	return found;
}

/**
 * Sends the caller a code for an address: the one that waits to be verified, else the one that the user has, verified or not.
 * @throws InvalidParameterException, LimitExceededException, CodeDeliveryFailureException
 */
export async function getUserAttributeVerificationCode(
	call: Call,
	{ pool, client, user }: TokenHolder,
	attributeName: string,
): Promise<CodeDeliveryDetailsType> {
	const attribute = checkVerifiable(attributeName);
	const destination = (await findPending(call, pool, user, attribute)) ?? user.attributes[attribute];
	if (destination === undefined) throw noAddressToVerify(attribute);
	checkDeliverable(call, pool, attribute);
	const delivery = { attribute, destination };
	const code = createCode(call.ports.random);
	const about = { userPoolId: pool.id, username: user.username, trigger: "CustomMessage_VerifyUserAttribute", code };
	const queued = enqueue(call, user.id, codeMessage(call, pool, delivery, about, { user, clientId: client.id }));
	const outcome = await call.store.write([
		...countCall(call, pool, "GetUserAttributeVerificationCode", user.id),
		storeCode(call, pool, { purpose: `verify-${attribute}`, userId: user.id, ...delivery }, code),
		queued.verb,
	]);
	if (outcome === "limited") throw attemptLimitExceeded();
	await deliver(call, queued);
	return deliveryDetails(delivery);
}

/**
 * Marks an address as verified by the code that was sent to it; one that waited for that takes the place of the old one.
 * @throws InvalidParameterException, CodeMismatchException, ExpiredCodeException, AliasExistsException, LimitExceededException
 */
export function verifyUserAttribute(call: Call, caller: TokenHolder, attributeName: string, code: string): Promise<undefined> {
	const { pool } = caller;
	const attribute = checkVerifiable(attributeName);
	const purpose = `verify-${attribute}` as const;
	return asCaller(call, caller, async (user) => {
		const pending = await findPending(call, pool, user, attribute);
		const stored = await findCode(call, pool, user.id, purpose);
		const counted = countCall(call, pool, "VerifyUserAttribute", user.id);
		if (stored === undefined || stored.expiresAt <= call.now) throw await countRefused(call, counted, codeExpired());
		if (stored.attempts >= codeAttemptsMax) throw await countRefused(call, counted, attemptLimitExceeded());
		const destination = pending ?? user.attributes[attribute];
		const right = verifyCode(pool, { purpose, userId: user.id, attribute, destination: destination ?? "" }, stored, code);
		if (!right || destination === undefined) {
			const outcome = await call.store.write([...counted, countAttempt(pool, user.id, purpose, stored)]);
			if (outcome === "limited") throw attemptLimitExceeded();
			if (outcome === "code gone") return "stale";
			throw codeMismatch();
		}
		const after = changedUser(call, user, {
			attributes: { ...user.attributes, [attribute]: destination, [`${attribute}_verified`]: "true" },
		});
		const outcome = await call.store.write([
			...counted,
			consumeCode(pool, user.id, purpose, stored),
			...updateUser(pool, user, after),
			...(pending === undefined ? [] : [consume("pending_attributes", { ...pendingKey(pool, user, attribute), value: pending }, "stale")]),
		]);
		switch (outcome) {
			case "done":
				return undefined;
			case "limited":
				throw attemptLimitExceeded();
			case "code gone":
			case "stale":
				return "stale";
			default:
				throw aliasExists(kindTaken(outcome));
		}
	});
}

/** Takes attributes from the caller. @throws InvalidParameterException, NotAuthorizedException */
export function deleteUserAttributes(call: Call, caller: TokenHolder, names: readonly string[]): Promise<undefined> {
	const { pool, client } = caller;
	return asCaller(call, caller, (user) => attemptDeletion(call, pool, user, { by: "user", client }, names));
}

/** Takes attributes from any user. @throws UserNotFoundException, InvalidParameterException */
export function adminDeleteUserAttributes(call: Call, pool: UserPool, username: string, names: readonly string[]): Promise<undefined> {
	return untilSettled(async () => attemptDeletion(call, pool, await getUser(call, pool, username), { by: "administrator" }, names));
}

async function attemptDeletion(
	call: Call,
	pool: UserPool,
	user: User,
	writer: Writer,
	names: readonly string[],
): Promise<undefined | "stale"> {
	const after = changedUser(call, user, { attributes: checkAttributeDeletions(pool, user, names, writer) });
	const outcome = await call.store.write<UserOutcome>([
		...updateUser(pool, user, after),
		...contactAttributes
			.filter((attribute) => names.includes(attribute))
			.flatMap((attribute) => [
				consume("codes", { pool_id: pool.id, user_id: user.id, purpose: `verify-${attribute}` }),
				forget(pool, user, attribute),
			]),
	]);
	return outcome === "done" ? undefined : "stale";
}

/**
 * Sets the caller's password by the one it has, which only a user without one may leave out. A wrong one counts like a failed
 * sign-in. Sign-ins go on, this one and others.
 * @throws InvalidPasswordException, NotAuthorizedException, LimitExceededException, PasswordHistoryPolicyViolationException
 */
export async function changePassword(
	call: Call,
	caller: TokenHolder,
	{ previous, proposed }: { readonly previous: string | undefined; readonly proposed: string },
): Promise<void> {
	const { pool } = caller;
	checkPasswordPolicy(pool, proposed);
	// First of all, so that no burst of guesses gets further than the hour's calls.
	const counted = countCall(call, pool, "ChangePassword", caller.user.id);
	if (counted.length > 0 && (await call.store.write(counted)) === "limited") throw attemptLimitExceeded();
	await asCaller(call, caller, async (user) => {
		const passwords = await readPasswords(call, pool, user);
		const { current, failures } = passwords;
		if (current !== undefined && previous === undefined) throw missingParameter("PreviousPassword");
		if (isLocked(call.now, failures)) throw passwordAttemptsExceeded();
		if (previous !== undefined && !(await isCurrentPassword(call, pool, user, passwords, previous))) {
			await countFailure(call, pool, failures);
			throw incorrectUsernameOrPassword();
		}
		const unlocked = clearFailures(call.now, pool, failures);
		const verbs: Verb<UserOutcome>[] = [];
		try {
			const after = changedUser(call, user, { status: statusAfter("ChangePassword", user) });
			verbs.push(...updateUser(pool, user, after), ...(await replacePassword(call, pool, user, proposed, undefined, passwords)));
		} catch (refusal) {
			// Else a burst of guesses would learn from the kind of refusal which password is the right one, past the lock.
			if ((await call.store.write(unlocked)) === "locked") throw passwordAttemptsExceeded();
			throw refusal;
		}
		const outcome = await call.store.write<UserOutcome | "locked">([...verbs, ...unlocked]);
		if (outcome === "locked") throw passwordAttemptsExceeded();
		return outcome === "done" ? undefined : "stale";
	});
}

/** Deletes the caller. */
export function deleteOwnUser(call: Call, caller: TokenHolder): Promise<undefined> {
	const { pool } = caller;
	return asCaller(call, caller, async (user) => {
		const outcome = await call.store.write([...deleteUser(pool, user), countUser(pool, call.ports.random, -1)]);
		return outcome === "done" ? undefined : "stale";
	});
}
