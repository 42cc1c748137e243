/** NEW_PASSWORD_REQUIRED: a user with a temporary password sets one of its own, and the required attributes that are missing. */
import type { AttributeType } from "../../../../aws/model/cognito-idp.types.ts";
import type { Call } from "../../../call.ts";
import { attributeAlreadyProvided, attributeMissing, invalidSession, userDisabled } from "../../../refusals.ts";
import { type AppClient, checkSecretHash } from "../../app-clients.ts";
import { checkAttributeChanges, missingRequiredAttributes } from "../../attributes.ts";
import { foldName } from "../../names.ts";
import { replacePassword } from "../../password-history.ts";
import { checkPasswordPolicy } from "../../password-policy.ts";
import type { UserPool } from "../../pools.ts";
import { statusAfter } from "../../status-machine.ts";
import { changedUser, findUser, readableBy, type User, updateUser } from "../../users.ts";
import { openSession, sealSession, spend } from "../challenge-session.ts";
import { type AuthAnswer, finish } from "../finish.ts";
import { type Parameters, required } from "../parameters.ts";

const attributePrefix = "userAttributes.";

export function askNewPassword(call: Call, pool: UserPool, client: AppClient, user: User): AuthAnswer {
	const missing = missingRequiredAttributes(pool, user).map((name) => `${attributePrefix}${name}`);
	return {
		ChallengeName: "NEW_PASSWORD_REQUIRED",
		Session: sealSession(call, pool, client, {
			step: "NEW_PASSWORD_REQUIRED",
			userId: user.id,
			epoch: user.epoch,
			version: user.version,
			proved: ["password"],
		}),
		ChallengeParameters: {
			USER_ID_FOR_SRP: user.username,
			requiredAttributes: JSON.stringify(missing),
			userAttributes: JSON.stringify(Object.fromEntries(Object.entries(user.attributes).filter(([name]) => readableBy(client)(name)))),
		},
	};
}

/** @throws NotAuthorizedException, InvalidPasswordException, InvalidParameterException; the session stays usable until a new password is set */
export async function answerNewPassword(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const session = openSession(call, pool, client, sealed, "NEW_PASSWORD_REQUIRED");
	const name = required(responses, "USERNAME");
	const password = required(responses, "NEW_PASSWORD");
	checkSecretHash(client, name, responses["SECRET_HASH"]);
	// By its own id and by what the caller calls it: an alias that has moved on is no longer this user's.
	const user = await findUser(call, pool, session.userId);
	const called = user && foldName(pool, name) !== foldName(pool, user.username) ? await findUser(call, pool, name) : user;
	if (user === undefined || called?.id !== user.id || user.epoch !== session.epoch || user.version !== session.version)
		throw invalidSession();
	if (!user.enabled) throw userDisabled();
	const status = statusAfter("new password", user);
	checkPasswordPolicy(pool, password);
	const attributes = newAttributes(pool, client, user, responses);
	const after = changedUser(call, user, { status, attributes });
	const verbs = [spend(pool, session), ...updateUser(pool, user, after), ...(await replacePassword(call, pool, user, password))];
	return finish(call, pool, client, { user: after, proved: [...session.proved], passwordExpiresAt: undefined }, verbs);
}

/** All the user's attributes with those of the answer: required ones that have no value yet, and others that the client may write. */
function newAttributes(pool: UserPool, client: AppClient, user: User, responses: Parameters): Readonly<Record<string, string>> {
	const list: AttributeType[] = [];
	for (const [key, value] of Object.entries(responses)) {
		if (!key.startsWith(attributePrefix)) continue;
		const name = key.slice(attributePrefix.length);
		const alreadyProvided = pool.schema.get(name)?.Required === true && user.attributes[name] !== undefined;
		if (alreadyProvided && user.attributes[name] !== value) throw attributeAlreadyProvided(name);
		if (!alreadyProvided) list.push({ Name: name, Value: value });
	}
	for (const name of missingRequiredAttributes(pool, user)) {
		if (!list.some((attribute) => attribute.Name === name && attribute.Value !== "")) throw attributeMissing(name);
	}
	return list.length === 0 ? user.attributes : checkAttributeChanges(pool, user, list, { by: "user", client });
}
