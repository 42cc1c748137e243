/**
 * CustomMessage: the function that words a message anew before Gatehouse sends it. It never gets the code: its texts have the place where
 * the code goes. Messages that a custom sender sends are not worded at all, so nobody asks this function for them.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
 */
import type { MessageSubject } from "../../kernel/ports.ts";
import type { Call } from "../call.ts";
import { customMessageLacks, customMessageTooLong } from "../refusals.ts";
import type { Recipient } from "./custom-senders.ts";
import type { ContactAttribute } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { eventAttributes, fire, hasTrigger, type Json, metadataOf, textOf } from "./triggers.ts";

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
 * null, as it finds it, is the pool's. The guide would refuse texts for mails where EmailSendingAccount is not DEVELOPER; as pools' own
 * templates, which it says the same of, they are taken, since Gatehouse sends all mails in one way.
 * @throws what `fire` does; InvalidLambdaResponseException where the function's text is too long, or has no place for the code or, in an
 * invitation, for the username
 */
export async function customise(
	call: Call,
	pool: UserPool,
	{ attribute, destination }: { readonly attribute: ContactAttribute; readonly destination: string },
	{ username, trigger: source, code }: MessageSubject,
	{ user, clientId }: Recipient,
	template: Template,
): Promise<Template> {
	if (!hasTrigger(pool, "CustomMessage")) return template;
	const isInvitation = source === "CustomMessage_AdminCreateUser";
	const request = {
		// An address that has yet to be verified is the one that the message is for, not the one that it will replace.
		userAttributes: { ...(user && eventAttributes(user)), [attribute]: destination },
		codeParameter: codePlaceholder,
		linkParameter: linkPlaceholder,
		usernameParameter: isInvitation ? usernamePlaceholder : null,
		...metadataOf(call),
	};
	const response = { smsMessage: null, emailMessage: null, emailSubject: null };
	const client = clientId === undefined ? undefined : { id: clientId };
	const answer = (await fire(call, pool, "CustomMessage", source, { userName: username, client }, request, response)) ?? {};
	const name = attribute === "email" ? "emailMessage" : "smsMessage";
	const body = checkedText(answer, name);
	if (body !== undefined) {
		// Users without a password are invited without one.
		if (code !== undefined) checkContains(name, body, codePlaceholder);
		if (isInvitation) checkContains(name, body, usernamePlaceholder);
	}
	const subject = attribute === "email" ? checkedText(answer, "emailSubject") : undefined;
	return { subject: subject ?? template.subject, body: body ?? template.body };
}

function checkedText(answer: Json, name: keyof typeof charactersMax): string | undefined {
	const text = textOf(answer, name);
	const max = charactersMax[name];
	// Characters are counted only where there could be too many.
	if (text !== undefined && text.length > max && [...text].length > max) throw customMessageTooLong(name, max);
	return text;
}

function checkContains(name: string, text: string, placeholder: string): void {
	if (!text.includes(placeholder)) throw customMessageLacks(name, placeholder);
}
