/**
 * UserMigration: the function that knows users whom the pool does not have yet. Whom it describes becomes a user of the pool, and so does
 * whom the pool knows that this one was made from (upstream-users.ts).
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
import { AwsError } from "../../aws/errors.ts";
import type { AttributeType, DeliveryMediumType } from "../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { isObject } from "../../kernel/json.ts";
import type { Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import {
	invalidLambdaResponse,
	migratedUsernameUnfit,
	migratedWithoutMfa,
	migrationNotPossible,
	migrationRefused,
	migrationUnfit,
} from "../refusals.ts";
import { invitationDeliveries, inviteUser, nameTaken } from "./admin-users.ts";
import type { AppClient } from "./app-clients.ts";
import { type Attributes, checkNewAttributes } from "./attributes.ts";
import { noFactors, poolFactors, type UserFactors, withFactorSetUp } from "./factors.ts";
import { checkNewName, foldName, kindTaken, type NewName } from "./names.ts";
import { deliverLater } from "./outbox.ts";
import { temporaryPasswordExpiry } from "./password-policy.ts";
import { newPassword } from "./passwords.ts";
import { countUser, type UserPool } from "./pools.ts";
import { firstStatus } from "./status-machine.ts";
import { fire, flagOf, hasTrigger, type Json, metadataOf } from "./triggers.ts";
import { aliasOwners, findUser, handoverOf, insertUser, newUser, type User, type UserOutcome, untilSettled } from "./users.ts";

export type MigrationSource = "UserMigration_Authentication" | "UserMigration_ForgotPassword";

/** What the function, or another pool, says of a user, as it can be stored. */
export interface Described {
	/** The sub that the user comes with, which nobody here has; undefined where it gets a new one. */
	readonly id: string | undefined;
	/** Undefined where the username is to be the sub. */
	readonly username: string | undefined;
	readonly attributes: Attributes;
	/** Who is RESET_REQUIRED comes without the password. */
	readonly status: "CONFIRMED" | "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED";
	/** Where the welcome goes; undefined where none is wanted. */
	readonly mediums: readonly DeliveryMediumType[] | undefined;
	readonly isWelcomed: boolean;
	readonly takesAliases: boolean;
	readonly factors: UserFactors;
}

/**
 * Asks the pool's function for the user whom `username`, as it was typed, means, and makes it one of the pool's. `password` is what was
 * typed with it; a user who comes CONFIRMED keeps it, whatever the pool's policy. Undefined where the pool has no such function, or it
 * knows no such user; and, where the client hides who exists, where the user can't be made, which the log says.
 * @throws UserLambdaValidationException where the function throws; UserNotFoundException where the user can't be made
 */
export async function migrateUser(
	call: Call,
	pool: UserPool,
	client: AppClient,
	username: string,
	password: string | undefined,
	source: MigrationSource,
): Promise<User | undefined> {
	if (!hasTrigger(pool, "UserMigration")) return undefined;
	try {
		const answer = await ask(call, pool, client, username, password, source);
		return isEmpty(answer) ? undefined : await createMigrated(call, pool, username, password, describe(pool, username, answer));
	} catch (error) {
		const refusal = asMigrationRefusal(client, error);
		if (!client.hidesUserExistence || refusal.code !== "UserNotFoundException") throw refusal;
		const facts = { requestId: call.requestId, userPoolId: pool.id, reason: refusal.message };
		call.ports.log.warn(facts, "a user could not be migrated");
		return undefined;
	}
}

async function ask(
	call: Call,
	pool: UserPool,
	client: AppClient,
	userName: string,
	password: string | undefined,
	source: MigrationSource,
): Promise<Json> {
	const request = {
		...(password !== undefined && { password }),
		validationData: call.validationData ?? null,
		userAttributes: null,
		...metadataOf(call),
	};
	const response = {
		userAttributes: null,
		forceAliasCreation: null,
		enableSMSMFA: null,
		finalUserStatus: null,
		messageAction: null,
		desiredDeliveryMediums: null,
	};
	return (await fire(call, pool, "UserMigration", source, { userName, client }, request, response)) ?? {};
}

/** What the function fails with is its own affair; all else, to the caller, is that there is no such user. Defects stay what they are. */
function asMigrationRefusal(client: AppClient, error: unknown): AwsError {
	if (!(error instanceof AwsError)) throw error;
	switch (error.code) {
		case "UserLambdaValidationException":
		case "InvalidLambdaResponseException":
		case "TooManyRequestsException":
			return error;
		case "UnexpectedLambdaException":
			return migrationNotPossible(client.id);
		default:
			return migrationRefused(error.message);
	}
}

// --- What the function says ---

/** "An empty response": the function knows nobody of that name. */
function isEmpty({ userAttributes }: Json): boolean {
	return userAttributes === undefined || userAttributes === null || (isObject(userAttributes) && Object.keys(userAttributes).length === 0);
}

/** @throws AwsError where it can't be stored */
function describe(pool: UserPool, entered: string, answer: Json): Described {
	const { username, list } = readAttributes(answer["userAttributes"]);
	const name = nameOf(pool, entered, username, list);
	const attributes = checkNewAttributes(pool, list, { by: "migration" }, name.given);
	const isConfirmed = oneOf(answer, "finalUserStatus", ["CONFIRMED", "RESET_REQUIRED"]) === "CONFIRMED";
	return {
		id: undefined,
		username: name.username,
		attributes,
		status: firstStatus[isConfirmed ? "import with a password or a passwordless factor" : "import"],
		isWelcomed: oneOf(answer, "messageAction", ["SUPPRESS"]) === undefined,
		mediums: mediumsOf(answer),
		takesAliases: flagOf(answer, "forceAliasCreation"),
		factors: flagOf(answer, "enableSMSMFA") ? smsMfa(pool, attributes) : noFactors,
	};
}

/** The attributes, and the `username` that is none of them. Functions write switches and numbers as they are: all become text. */
function readAttributes(value: unknown): { readonly username: string | undefined; readonly list: AttributeType[] } {
	if (!isObject(value)) throw invalidLambdaResponse();
	let username: string | undefined;
	const list: AttributeType[] = [];
	for (const [Name, each] of Object.entries(value)) {
		if (each === null || each === undefined) continue;
		if (typeof each === "object") throw invalidLambdaResponse();
		if (Name === "username") username = String(each) || undefined;
		else list.push({ Name, Value: String(each) });
	}
	return { username, list };
}

/**
 * What the user is called. Somebody who entered an alias has a username besides, and has the alias as an attribute; for everybody else
 * `username` "must either exactly match the request, or be omitted".
 */
function nameOf(pool: UserPool, entered: string, username: string | undefined, list: readonly AttributeType[]): NewName {
	const folded = foldName(pool, entered);
	if (username === undefined || foldName(pool, username) === folded) return checkNewName(pool, entered);
	const aliases: readonly string[] = pool.settings.AliasAttributes ?? [];
	const isAlias = list.some(({ Name, Value = "" }) => aliases.includes(Name) && foldName(pool, Value) === folded);
	if (!isAlias) throw migratedUsernameUnfit();
	return checkNewName(pool, username);
}

function oneOf<T extends string>(answer: Json, name: string, values: readonly T[]): T | undefined {
	const value = answer[name] ?? "";
	if (value === "") return undefined;
	const found = values.find((each) => each === value);
	if (found === undefined) throw migrationUnfit(name);
	return found;
}

function mediumsOf(answer: Json): readonly DeliveryMediumType[] | undefined {
	const name = "desiredDeliveryMediums";
	const value = answer[name] ?? [];
	if (!Array.isArray(value)) throw migrationUnfit(name);
	const mediums = value.map((each) => oneOf<DeliveryMediumType>({ [name]: each }, name, ["EMAIL", "SMS"]));
	return mediums.length === 0 ? undefined : mediums.filter((medium) => medium !== undefined);
}

// --- What becomes of it ---

/**
 * Of racing calls for one name one makes the user, and all give it.
 * @throws UsernameExistsException, AliasExistsException where the name that was entered is not the one that somebody else has
 */
export async function createMigrated(
	call: Call,
	pool: UserPool,
	entered: string,
	password: string | undefined,
	described: Described,
): Promise<User> {
	const { username, attributes, status, factors, isWelcomed, takesAliases } = described;
	const id = described.id ?? randomUuid(call.ports.random);
	const user: User = { ...newUser(call, pool, { id, username: username ?? id, status, attributes }), factors };
	// As AdminCreateUser: a medium that is asked for needs an address.
	const deliveries = isWelcomed ? invitationDeliveries(attributes, described.mediums) : [];
	const welcomes = inviteUser(call, pool, user, undefined, deliveries);
	const verbs: Verb<UserOutcome>[] = [];
	const expiresAt = status === "FORCE_CHANGE_PASSWORD" ? temporaryPasswordExpiry(pool, call.now) : undefined;
	if (status !== "RESET_REQUIRED" && password !== undefined) {
		verbs.push(await newPassword(call, pool, { userId: id, username: user.username, password, expiresAt }));
	}
	verbs.push(countUser(pool, call.ports.random, 1), ...welcomes.map(({ verb }) => verb));
	const outcome = await untilSettled(async () => {
		const handover = handoverOf(call, pool, takesAliases ? await aliasOwners(call, pool, attributes) : []);
		return call.store.write<UserOutcome>([...insertUser(pool, user, handover.names), ...handover.verbs, ...verbs]);
	});
	if (outcome === "done") {
		// Nobody who signs in waits for a welcome, nor fails by it.
		for (const welcome of welcomes) deliverLater(call, welcome);
		return user;
	}
	// A call beside this one, or the function itself, has made the user.
	const current = await findUser(call, pool, entered);
	if (current === undefined) throw nameTaken(pool, kindTaken(outcome));
	return current;
}

function smsMfa(pool: UserPool, attributes: Attributes): UserFactors {
	const { mfa, offered } = poolFactors(pool);
	if (mfa === "OFF" || !offered.has("SMS_MFA") || attributes["phone_number"] === undefined) throw migratedWithoutMfa();
	return withFactorSetUp(noFactors, "SMS_MFA");
}
