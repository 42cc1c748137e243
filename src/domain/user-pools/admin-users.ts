/** What somebody with AWS credentials does to users: creates, invites, sets passwords, enables, disables, deletes. */
import type { AttributeType, DeliveryMediumType } from "../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { consume, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import {
	accountWithAttributeExists,
	aliasExists,
	attributeNeeded,
	attributesDoNotConform,
	passwordOrAddressNeeded,
	resendToDisabledUser,
	userAccountExists,
} from "../refusals.ts";
import { type Attributes, checkNewAttributes, missingRequiredAttributes } from "./attributes.ts";
import { codeAttributes } from "./factors.ts";
import { type Delivery, invitation } from "./messages.ts";
import { checkNewName, kindTaken, type NameKind } from "./names.ts";
import { deliver, enqueue, type Queued } from "./outbox.ts";
import { replacePassword } from "./password-history.ts";
import { checkPasswordPolicy, createTemporaryPassword, temporaryPasswordExpiry } from "./password-policy.ts";
import { newPassword } from "./passwords.ts";
import { countUser, type UserPool } from "./pools.ts";
import { preSignUp } from "./sign-up-triggers.ts";
import { firstStatus, statusAfter } from "./status-machine.ts";
import {
	aliasOwners,
	changedUser,
	deleteUser,
	findTakenName,
	getUser,
	handoverOf,
	insertUser,
	newUser,
	type User,
	type UserChanges,
	type UserOutcome,
	untilSettled,
	updateUser,
} from "./users.ts";

export interface CreateUserRequest {
	readonly username: string;
	readonly attributes: readonly AttributeType[] | undefined;
	/** For PreSignUp alone. */
	readonly validationData: readonly AttributeType[] | undefined;
	/** Where it is absent or blank, one is generated, or the user gets none where codes are a first factor of the pool. */
	readonly temporaryPassword: string | undefined;
	/** Undefined means SMS, and nothing is sent to a user without a telephone number. */
	readonly mediums: readonly DeliveryMediumType[] | undefined;
	readonly suppressMessage: boolean;
	/** Takes aliases that are given as verified away from the users that have them. */
	readonly forceAliasCreation: boolean;
}

/** Creates a user, with a temporary password or without any, and invites it. */
export async function adminCreateUser(call: Call, pool: UserPool, request: CreateUserRequest): Promise<User> {
	const name = checkNewName(pool, request.username);
	const attributes = checkNewAttributes(pool, request.attributes, { by: "administrator" }, name.given);
	const deliveries = request.suppressMessage ? [] : invitationDeliveries(attributes, request.mediums);
	// "If you have configured your user pool to support email or phone OTP passwordless sign-in, you can't automatically generate a
	// password": https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-create-user-accounts.html
	const isPasswordless = !request.temporaryPassword && codeAttributes(pool).length > 0;
	const password = isPasswordless ? undefined : temporaryPassword(call, pool, request.temporaryPassword);

	const id = randomUuid(call.ports.random);
	const status = firstStatus[isPasswordless ? "AdminCreateUser without a password" : "AdminCreateUser"];
	const user = newUser(call, pool, { id, username: name.username ?? id, status, attributes });
	if (isPasswordless) checkPasswordless(pool, user);
	const taken = await findTakenName(call, pool, user, request.forceAliasCreation);
	if (taken !== undefined) throw nameTaken(pool, taken);
	const subject = { userName: user.username, client: undefined };
	await preSignUp(call, pool, "AdminCreateUser", subject, attributes, request.validationData);
	const verbs: Verb<UserOutcome>[] = [];
	if (password !== undefined) {
		const expiresAt = temporaryPasswordExpiry(pool, call.now);
		verbs.push(await newPassword(call, pool, { userId: id, username: user.username, password, expiresAt }));
	}
	const invitations = inviteUser(call, pool, user, password, deliveries);
	verbs.push(countUser(pool, call.ports.random, 1), ...invitations.map(({ verb }) => verb));
	await untilSettled(async () => {
		const handover = handoverOf(call, pool, request.forceAliasCreation ? await aliasOwners(call, pool, attributes) : []);
		const outcome = await call.store.write<UserOutcome>([...insertUser(pool, user, handover.names), ...handover.verbs, ...verbs]);
		if (outcome === "stale") return "stale";
		if (outcome !== "done") throw nameTaken(pool, kindTaken(outcome));
		return undefined;
	});
	await Promise.all(invitations.map((queued) => deliver(call, queued)));
	return user;
}

/** Somebody without a password has to have everything from the start, as no NEW_PASSWORD_REQUIRED asks for it. @throws InvalidParameterException */
function checkPasswordless(pool: UserPool, user: User): void {
	const missing = missingRequiredAttributes(pool, user);
	if (missing.length > 0) throw attributesDoNotConform(missing.map((name) => `${name}: The attribute is required`));
	const addresses = codeAttributes(pool);
	if (!addresses.some((attribute) => user.attributes[attribute] !== undefined)) throw passwordOrAddressNeeded(addresses);
}

/** What a new user of an administrator's is refused with whose name somebody has. */
export function nameTaken(pool: UserPool, kind: NameKind): Error {
	if (kind === "username" || kind === "sub") return userAccountExists();
	const isAlias = pool.settings.AliasAttributes?.includes(kind) ?? false;
	return isAlias ? aliasExists(kind) : accountWithAttributeExists(kind);
}

function temporaryPassword(call: Call, pool: UserPool, given: string | undefined): string {
	if (!given) return createTemporaryPassword(pool, call.ports.random);
	checkPasswordPolicy(pool, given, "password policy");
	return given;
}

/** @throws InvalidParameterException where a medium was asked for and the user has no address for it */
export function invitationDeliveries(attributes: Attributes, mediums: readonly DeliveryMediumType[] | undefined): Delivery[] {
	const deliveries: Delivery[] = [];
	for (const medium of new Set(mediums?.length ? mediums : (["SMS"] as const))) {
		const attribute = medium === "EMAIL" ? "email" : "phone_number";
		const destination = attributes[attribute];
		if (destination !== undefined) deliveries.push({ attribute, destination });
		else if (mediums?.length) throw attributeNeeded(attribute, `DesiredDeliveryMediums has ${medium}`);
	}
	return deliveries;
}

/** The invitations of a user, each for the batch that makes the user or its new password. */
export function inviteUser(
	call: Call,
	pool: UserPool,
	user: User,
	password: string | undefined,
	deliveries: readonly Delivery[],
): Queued[] {
	const secret = password === undefined ? {} : { code: password };
	const about = { userPoolId: pool.id, username: user.username, trigger: "CustomMessage_AdminCreateUser", ...secret };
	const recipient = { user, clientId: undefined };
	return deliveries.map((delivery) => enqueue(call, user.id, invitation(call, pool, delivery, about, recipient, signInName(pool, user))));
}

/** What the user signs in with: where usernames are made by the server, the e-mail address or telephone number. */
function signInName(pool: UserPool, user: User): string {
	for (const attribute of pool.settings.UsernameAttributes ?? []) {
		const value = user.attributes[attribute];
		if (value !== undefined) return value;
	}
	return user.username;
}

/**
 * Invites a user again, with a new temporary password that is valid from now on.
 * @throws UserNotFoundException, UnsupportedUserStateException where the user has signed in already
 */
export function resendInvitation(
	call: Call,
	pool: UserPool,
	request: Pick<CreateUserRequest, "username" | "temporaryPassword" | "mediums">,
): Promise<User> {
	return untilSettled(async () => {
		const user = await getUser(call, pool, request.username);
		if (!user.enabled) throw resendToDisabledUser();
		const status = statusAfter("another invitation", user);
		const deliveries = invitationDeliveries(user.attributes, request.mediums);
		const password = temporaryPassword(call, pool, request.temporaryPassword);
		const after = changedUser(call, user, { status });
		const invitations = inviteUser(call, pool, after, password, deliveries);
		const outcome = await call.store.write<UserOutcome>([
			...updateUser(pool, user, after),
			...invitations.map(({ verb }) => verb),
			await newPassword(call, pool, {
				userId: user.id,
				username: user.username,
				password,
				expiresAt: temporaryPasswordExpiry(pool, call.now),
			}),
		]);
		if (outcome !== "done") return "stale";
		await Promise.all(invitations.map((queued) => deliver(call, queued)));
		return after;
	});
}

/**
 * Sets a password: a permanent one confirms the user, another one must be changed at the next sign-in. Sign-ins go on.
 * @throws UserNotFoundException, InvalidPasswordException, PasswordHistoryPolicyViolationException
 */
export function adminSetUserPassword(
	call: Call,
	pool: UserPool,
	username: string,
	password: string,
	permanent: boolean,
): Promise<undefined> {
	return untilSettled(async () => {
		const user = await getUser(call, pool, username);
		checkPasswordPolicy(pool, password, "password policy");
		const expiresAt = permanent ? undefined : temporaryPasswordExpiry(pool, call.now);
		const status = statusAfter(permanent ? "permanent password" : "temporary password", user);
		const outcome = await call.store.write<UserOutcome>([
			...updateUser(pool, user, changedUser(call, user, { status })),
			...(await replacePassword(call, pool, user, password, expiresAt)),
			// No longer unconfirmed: a code that is still on its way is of no use.
			consume("codes", { pool_id: pool.id, user_id: user.id, purpose: "confirm-sign-up" }),
		]);
		return outcome === "done" ? undefined : "stale";
	});
}

export function adminEnableUser(call: Call, pool: UserPool, username: string): Promise<undefined> {
	return changeUser(call, pool, username, (user) => (user.enabled ? undefined : { enabled: true }));
}

/** No sign-in of the user is valid from then on, and none comes back when the user is enabled again. */
export function adminDisableUser(call: Call, pool: UserPool, username: string): Promise<undefined> {
	return changeUser(call, pool, username, (user) => (user.enabled ? { enabled: false, endsSessions: true } : undefined));
}

/** Changes a user as `decide` says, which is asked again where somebody else was faster; undefined means that nothing is to do. */
function changeUser(call: Call, pool: UserPool, username: string, decide: (user: User) => UserChanges | undefined): Promise<undefined> {
	return untilSettled(async () => {
		const user = await getUser(call, pool, username);
		const changes = decide(user);
		if (changes === undefined) return undefined;
		const outcome = await call.store.write<UserOutcome>(updateUser(pool, user, changedUser(call, user, changes)));
		return outcome === "done" ? undefined : "stale";
	});
}

export function adminDeleteUser(call: Call, pool: UserPool, username: string): Promise<undefined> {
	return untilSettled(async () => {
		const user = await getUser(call, pool, username);
		const outcome = await call.store.write([...deleteUser(pool, user), countUser(pool, call.ports.random, -1)]);
		return outcome === "done" ? undefined : "stale";
	});
}
