/**
 * PreSignUp and PostConfirmation: the functions before a user is there and after it is confirmed.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-sign-up.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-post-confirmation.html
 */
import type { AttributeType } from "../../aws/model/cognito-idp.types.ts";
import type { Call } from "../call.ts";
import { autoVerifiedUnconfirmed, nothingToAutoVerify } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import type { Attributes } from "./attributes.ts";
import type { ContactAttribute } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { eventAttributes, fire, flagOf, metadataOf, type TriggerSubject } from "./triggers.ts";
import type { User } from "./users.ts";

/** What the function made of a sign-up. */
export interface SignUpDecision {
	/** Whether the user needs no code. */
	readonly isConfirmed: boolean;
	readonly verified: readonly ContactAttribute[];
}

const undecided: SignUpDecision = { isConfirmed: false, verified: [] };
const switches = { autoVerifyEmail: "email", autoVerifyPhone: "phone_number" } as const satisfies Record<string, ContactAttribute>;

/**
 * Asks whether there may be such a user: last of all, when nothing else keeps it from being made. `attributes` are those that came with
 * the request. What the function answers about a user of an administrator's is "ignored"; its errors are not.
 * @throws what `fire` does; InvalidLambdaResponseException
 */
export async function preSignUp(
	call: Call,
	pool: UserPool,
	occasion: "SignUp" | "AdminCreateUser",
	subject: TriggerSubject,
	attributes: Attributes,
	validationData: readonly AttributeType[] | undefined,
): Promise<SignUpDecision> {
	const request = { userAttributes: attributes, validationData: valuesOf(validationData), ...metadataOf(call) };
	const response = { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false };
	const answer = await fire(call, pool, "PreSignUp", `PreSignUp_${occasion}`, subject, request, response);
	if (answer === undefined || occasion === "AdminCreateUser") return undecided;
	const isConfirmed = flagOf(answer, "autoConfirmUser");
	const verified: ContactAttribute[] = [];
	for (const [name, attribute] of Object.entries(switches)) {
		if (!flagOf(answer, name)) continue;
		if (attributes[attribute] === undefined) throw nothingToAutoVerify(attribute);
		verified.push(attribute);
	}
	if (verified.length > 0 && !isConfirmed) throw autoVerifiedUnconfirmed();
	return { isConfirmed, verified };
}

/** ValidationData as events have it: null where there is none. */
function valuesOf(list: readonly AttributeType[] | undefined): Readonly<Record<string, string>> | null {
	if (list === undefined || list.length === 0) return null;
	return Object.fromEntries(list.map(({ Name, Value = "" }) => [Name, Value]));
}

/** Tells the function that the user confirmed itself, or a new password: that is so by then, whatever it says. @throws what `fire` does */
export async function postConfirmation(
	call: Call,
	pool: UserPool,
	client: AppClient | undefined,
	user: User,
	occasion: "ConfirmSignUp" | "ConfirmForgotPassword",
): Promise<void> {
	const request = { userAttributes: eventAttributes(user), ...metadataOf(call) };
	await fire(call, pool, "PostConfirmation", `PostConfirmation_${occasion}`, { userName: user.username, client }, request, {});
}
