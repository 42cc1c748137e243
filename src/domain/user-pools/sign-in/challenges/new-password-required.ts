/** NEW_PASSWORD_REQUIRED: a user with a temporary password sets one of its own, and the required attributes that are missing. */
import type { AttributeType } from "../../../../aws/model/cognito-idp.types.ts";
import type { Call } from "../../../call.ts";
import { attributeAlreadyProvided, attributeMissing, attributeNotMutable, attributeNotWritable, userDisabled } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import { checkAttributeChanges, missingRequiredAttributes, verifiedFlags } from "../../attributes.ts";
import { attributeOf, poolFactors } from "../../factors.ts";
import { replacePassword } from "../../password-history.ts";
import { checkPasswordPolicy } from "../../password-policy.ts";
import type { UserPool } from "../../pools.ts";
import { statusAfter } from "../../status-machine.ts";
import { changedUser, readableBy, type User, updateUser } from "../../users.ts";
import { sealSession, sessionOf, spend } from "../challenge-session.ts";
import { type AuthAnswer, finish, type SignIn } from "../finish.ts";
import { askedFactors } from "../next-step.ts";
import { type Parameters, required } from "../parameters.ts";
import { continued, knownUser, openStep, provedIn } from "../step.ts";

const attributePrefix = "userAttributes.";

export function askNewPassword(call: Call, pool: UserPool, client: AppClient, signIn: SignIn): AuthAnswer {
	const { user } = signIn;
	const missing = missingRequiredAttributes(pool, user).map((name) => `${attributePrefix}${name}`);
	return {
		ChallengeName: "NEW_PASSWORD_REQUIRED",
		Session: sealSession(call, pool, client, sessionOf(signIn, "NEW_PASSWORD_REQUIRED")),
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
	const step = await openStep(call, pool, client, responses, sealed, "NEW_PASSWORD_REQUIRED");
	const user = knownUser(step);
	const password = required(responses, "NEW_PASSWORD");
	if (!user.enabled) throw userDisabled();
	const status = statusAfter("new password", user);
	checkPasswordPolicy(pool, password);
	const attributes = newAttributes(pool, client, user, responses);
	const after = changedUser(call, user, { status, attributes });
	checkSecondFactors(pool, user, after);
	const verbs = [spend(pool, step.session), ...updateUser(pool, user, after), ...(await replacePassword(call, pool, user, password))];
	return finish(call, pool, client, continued(step, after, { ...provedIn(step), newPassword: true }, responses), verbs);
}

/**
 * A temporary password is one factor: who has no other does not choose where the codes of the second one go. Only what the pool
 * requires of its users, and this one does not have yet, can be added.
 */
function checkSecondFactors(pool: UserPool, before: User, after: User): void {
	const factors = poolFactors(pool);
	const asked = askedFactors(before, factors);
	if (asked.length === 0) return;
	for (const attribute of [...asked, ...askedFactors(after, factors)].map(attributeOf)) {
		if (attribute === undefined || before.attributes[attribute] === after.attributes[attribute]) continue;
		if (before.attributes[attribute] !== undefined) throw attributeAlreadyProvided(attribute);
		if (!isRequired(pool, attribute)) throw attributeNotWritable();
	}
}

const isRequired = (pool: UserPool, name: string) => pool.schema.get(name)?.Required === true;

/** All the user's attributes with those of the answer: required ones that have no value yet, and others that the client may write. */
function newAttributes(pool: UserPool, client: AppClient, user: User, responses: Parameters): Readonly<Record<string, string>> {
	const list: AttributeType[] = [];
	for (const [key, value] of Object.entries(responses)) {
		if (!key.startsWith(attributePrefix)) continue;
		const name = key.slice(attributePrefix.length);
		// "You can't modify a required attribute that already has a value", nor send the same one again, which clients have to strip:
		// https://github.com/aws-amplify/amplify-js/issues/10491
		if (isRequired(pool, name) && user.attributes[name] !== undefined) throw attributeAlreadyProvided(name);
		if (verifiedFlags.has(name)) throw attributeNotMutable(name);
		list.push({ Name: name, Value: value });
	}
	for (const name of missingRequiredAttributes(pool, user)) {
		if (!list.some((attribute) => attribute.Name === name && attribute.Value !== "")) throw attributeMissing(name);
	}
	return list.length === 0 ? user.attributes : checkAttributeChanges(pool, user, list, { by: "user", client });
}
