/**
 * CustomMessage: the function that words a message anew before Gatehouse sends it. It never gets the code: its texts have the place where
 * the code goes. Messages that a custom sender sends are not worded at all, so nobody asks this function for them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
 */
import type { Call } from "../call.ts";
import { customMessageLacks, customMessageTooLong } from "../refusals.ts";
import type { Draft } from "./messages.ts";
import type { UserPool } from "./pools.ts";
import { fire, type Json, metadataOf, textOf } from "./triggers.ts";

/** What a message says, with placeholders. An SMS has no subject. */
export interface Template {
	readonly subject: string;
	readonly body: string;
}

/** For a code or a temporary password. */
export const codePlaceholder = "{####}";
export const usernamePlaceholder = "{username}";
/** Always in the event, whether or not the pool sends links. */
const linkPlaceholder = "{##Click Here##}";

/** MessageTemplateType of the API reference, in characters. */
const charactersMax = { smsMessage: 140, emailMessage: 20_000, emailSubject: 140 } as const;

/**
 * The template that a message is made from: the pool's own, or what the function says in its stead. A text that the function leaves
 * null, as it finds it, is the pool's.
 * @throws what `fire` does; InvalidLambdaResponseException where the function's text is too long, or has no place for the code or, in an
 * invitation, for the username, and for a mail's texts where the pool doesn't send mails on its own account
 */
export async function customise(
	call: Call,
	pool: UserPool,
	{ delivery: { attribute, destination }, about, userAttributes, clientId, fillings, template }: Draft,
): Promise<Template> {
	const { username, trigger: source, code } = about;
	const isInvitation = source === "CustomMessage_AdminCreateUser";
	const request = {
		// An address that has yet to be verified is the one that the message is for, not the one that it will replace.
		userAttributes: { ...userAttributes, [attribute]: destination },
		codeParameter: codePlaceholder,
		linkParameter: linkPlaceholder,
		usernameParameter: isInvitation ? usernamePlaceholder : null,
		...metadataOf(call),
	};
	const response = { smsMessage: null, emailMessage: null, emailSubject: null };
	const client = clientId === undefined ? undefined : { id: clientId };
	const answer = (await fire(call, pool, "CustomMessage", source, { userName: username, client }, request, response)) ?? {};
	const name = attribute === "email" ? "emailMessage" : "smsMessage";
	// The guide takes an emailMessage only where EmailSendingAccount is DEVELOPER; but Amplify's own set-ups word mails of pools that say
	// nothing, so every pool's are taken.
	const body = checkedText(answer, name);
	if (body !== undefined) {
		// Users without a password are invited without one.
		if (code !== undefined && !(fillings.link !== undefined && hasLink(body))) checkContains(name, body, codePlaceholder);
		if (isInvitation) checkContains(name, body, usernamePlaceholder);
	}
	const subject = attribute === "email" ? checkedText(answer, "emailSubject") : undefined;
	return { subject: subject ?? template.subject, body: body ?? template.body };
}

function checkedText(answer: Json, name: keyof typeof charactersMax): string | undefined {
	const text = textOf(answer, name);
	const max = charactersMax[name];
	// Characters are counted only where that decides it: one has up to two UTF-16 units.
	if (text !== undefined && text.length > max && (text.length > 2 * max || [...text].length > max)) throw customMessageTooLong(name, max);
	return text;
}

/** Where the message brings a link, its place may stand for the code's. */
function hasLink(body: string): boolean {
	return /\{##.+?##\}/s.test(body);
}

function checkContains(name: string, text: string, placeholder: string): void {
	if (!text.includes(placeholder)) throw customMessageLacks(name, placeholder);
}
