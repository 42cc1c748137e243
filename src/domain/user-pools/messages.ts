/**
 * What is sent to users: which address gets it, what it says (the pool's templates, or its function's), and its sending.
 * It must not know why: sign-up and administration do.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
 */
import { html } from "hono/html";
import { AwsError } from "../../aws/errors.ts";
import type { CodeDeliveryDetailsType } from "../../aws/model/cognito-idp.types.ts";
import type { MailMessage, MessageSubject, Messenger, Ports, SmsMessage } from "../../kernel/ports.ts";
import type { Call } from "../call.ts";
import { codeDeliveryFailure, tooManyRequests } from "../refusals.ts";
import type { Attributes } from "./attributes.ts";
import { codePlaceholder, customise, type Template } from "./custom-message.ts";
import { type CustomSending, customSending, hasCustomSender, type Recipient, sendByFunction } from "./custom-senders.ts";
import { type ContactAttribute, isEmailAddress, isPhoneNumber } from "./names.ts";
import type { UserPool } from "./pools.ts";

/** Where a message goes. */
export interface Delivery {
	readonly attribute: ContactAttribute;
	readonly destination: string;
}

export type Message =
	| Draft
	/** The pool's own function sends it. */
	| { readonly channel: "function"; readonly sending: CustomSending };

/** A message that is worded when it is sent: the pool may have a function for that, and it runs no earlier. */
interface Draft {
	readonly channel: "email" | "sms";
	readonly pool: UserPool;
	readonly delivery: Delivery;
	readonly about: MessageSubject;
	readonly recipient: Recipient;
	readonly fillings: Fillings;
	readonly template: Template;
}

/**
 * Where a confirmation code goes: to an attribute that the pool verifies by itself and the user has. Where both are possible
 * Cognito sends to the telephone number alone ("If you require users to confirm both email addresses and phone numbers").
 */
export function codeDelivery(pool: UserPool, attributes: Attributes): Delivery | undefined {
	for (const attribute of verifiedAtSignUp(pool)) {
		const destination = attributes[attribute];
		if (destination !== undefined) return { attribute, destination };
	}
	return undefined;
}

/** The attributes that the pool verifies by itself, the one that codes go to first. */
export function verifiedAtSignUp(pool: UserPool): ContactAttribute[] {
	return (["phone_number", "email"] as const).filter((attribute) => pool.settings.AutoVerifiedAttributes?.includes(attribute));
}

/** Whether the pool sends confirmation codes at all. */
export function sendsCodes(pool: UserPool): boolean {
	return (pool.settings.AutoVerifiedAttributes ?? []).length > 0;
}

/**
 * Where a code would have gone, for a name that nobody has: chosen by the name's format and the pool's settings (`attributes`, the
 * likeliest first), and always the same for the same name.
 */
export function simulatedDelivery(pool: UserPool, name: string, folded: string, attributes: readonly ContactAttribute[]): Delivery {
	const chance = pool.keyrings.mac.mac("simulated-delivery", folded);
	const letter = (index: number) => String.fromCharCode(97 + ((chance[index] ?? 0) % 26));
	// Folded, as the address of a user is who has it.
	if (isEmailAddress(name) && attributes.includes("email")) return { attribute: "email", destination: folded };
	if (isPhoneNumber(name) && attributes.includes("phone_number")) return { attribute: "phone_number", destination: name };
	return attributes[0] === "phone_number"
		? { attribute: "phone_number", destination: `+1555${String(chance.readUInt32BE() % 10_000_000).padStart(7, "0")}` }
		: { attribute: "email", destination: `${letter(0)}@${letter(1)}` };
}

/** The API's form of a delivery, its address masked: `t***@t***`, `+*******1234`. */
export function deliveryDetails({ attribute, destination }: Delivery): CodeDeliveryDetailsType {
	return attribute === "email"
		? { AttributeName: attribute, DeliveryMedium: "EMAIL", Destination: maskEmailAddress(destination) }
		: { AttributeName: attribute, DeliveryMedium: "SMS", Destination: `+*******${destination.slice(-4)}` };
}

function maskEmailAddress(address: string): string {
	const at = address.lastIndexOf("@");
	const first = (text: string) => String.fromCodePoint(text.codePointAt(0) ?? 0x2a);
	return `${first(address)}***@${first(address.slice(at + 1))}***`;
}

// What is said where the pool has no text of its own.
const verificationSubject = "Your verification code";
const verificationText = "Your verification code is {####}.";
const authenticationSubject = "Your authentication code";
const authenticationText = "Your authentication code is {####}.";
const invitationSubject = "Your temporary password";
const invitationText = "Your username is {username} and your temporary password is {####}.";
const passwordlessSubject = "Your new account";
const passwordlessText = "Your username is {username}.";

/** What stands for the placeholders of a template. */
interface Fillings {
	readonly username: string;
	/** For `{####}`: a code or a temporary password. */
	readonly secret: string;
}

/** The message that brings a confirmation code. Links (CONFIRM_WITH_LINK) need a domain's pages; until those are there it is the code. */
export function codeMessage(
	pool: UserPool,
	delivery: Delivery,
	about: MessageSubject & { readonly code: string },
	recipient: Recipient,
): Message {
	const sending = customSending(pool, delivery, about, recipient);
	if (sending !== undefined) return { channel: "function", sending };
	const {
		VerificationMessageTemplate: template,
		EmailVerificationMessage,
		EmailVerificationSubject,
		SmsVerificationMessage,
	} = pool.settings;
	return draft(pool, delivery, about, recipient, about.username, {
		subject: template?.EmailSubject ?? EmailVerificationSubject ?? verificationSubject,
		email: template?.EmailMessage ?? EmailVerificationMessage ?? verificationText,
		sms: template?.SmsMessage ?? SmsVerificationMessage ?? verificationText,
	});
}

/** The message that brings the code of a sign-in: SmsAuthenticationMessage, EmailMfaConfiguration. */
export function authenticationMessage(
	pool: UserPool,
	delivery: Delivery,
	about: Omit<MessageSubject, "trigger"> & { readonly code: string },
	recipient: Recipient,
): Message {
	const subject = { ...about, trigger: "CustomMessage_Authentication" };
	const sending = customSending(pool, delivery, subject, recipient);
	if (sending !== undefined) return { channel: "function", sending };
	const mail = pool.settings.MfaFactors?.EmailMfaConfiguration;
	return draft(pool, delivery, subject, recipient, about.username, {
		subject: mail?.Subject ?? authenticationSubject,
		email: mail?.Message ?? authenticationText,
		sms: pool.settings.SmsAuthenticationMessage ?? authenticationText,
	});
}

/** The invitation of a user that an administrator created. `signInName` is what the user will sign in with. */
export function invitation(pool: UserPool, delivery: Delivery, about: MessageSubject, recipient: Recipient, signInName: string): Message {
	const sending = customSending(pool, delivery, about, recipient);
	if (sending !== undefined) return { channel: "function", sending };
	const template = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate;
	const isPasswordless = about.code === undefined;
	const text = isPasswordless ? passwordlessText : invitationText;
	return draft(pool, delivery, about, recipient, signInName, {
		subject: template?.EmailSubject ?? (isPasswordless ? passwordlessSubject : invitationSubject),
		email: template?.EmailMessage ?? text,
		sms: template?.SMSMessage ?? text,
	});
}

function draft(
	pool: UserPool,
	delivery: Delivery,
	about: MessageSubject,
	recipient: Recipient,
	username: string,
	texts: { readonly subject: string; readonly email: string; readonly sms: string },
): Draft {
	const channel = delivery.attribute === "email" ? "email" : "sms";
	const fillings = { username, secret: about.code ?? "" };
	return { channel, pool, delivery, about, recipient, fillings, template: { subject: texts.subject, body: texts[channel] } };
}

function email({ pool, delivery, about, fillings }: Draft, { subject, body }: Template): MailMessage {
	const { From: from, ReplyToEmailAddress: replyTo } = pool.settings.EmailConfiguration ?? {};
	return {
		...(from ? { from } : {}),
		...(replyTo ? { replyTo } : {}),
		to: delivery.destination,
		subject,
		text: fill(plainText(body), fillings),
		// The template is the administrator's HTML; what is put into it is not.
		html: fill(body, fillings, escapeHtml),
		about,
	};
}

function sms({ delivery, about, fillings }: Draft, { body }: Template): SmsMessage {
	return { to: delivery.destination, text: fill(body, fillings), about };
}

/** Fills both placeholders in one pass, so that a username that looks like a placeholder stays a username. */
function fill(template: string, { username, secret }: Fillings, escaped: (text: string) => string = (text) => text): string {
	return template.replaceAll(/\{username\}|\{####\}/g, (placeholder) => escaped(placeholder === "{username}" ? username : secret));
}

function escapeHtml(text: string): string {
	return String(html`${text}`);
}

const entities: Readonly<Record<string, string>> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " ", "&amp;": "&" };

/** A template for the text part: without tags, with line breaks where HTML has them. */
function plainText(body: string): string {
	return body
		.replaceAll(/<br\s*\/?>|<\/(?:p|div|h[1-6]|li|tr)>/gi, "\n")
		.replaceAll(/<[^<>]*>/g, "")
		.replaceAll(/&(?:lt|gt|quot|#39|nbsp|amp);/g, (entity) => entities[entity] ?? entity)
		.replaceAll(/\n{3,}/g, "\n\n")
		.trim();
}

/** What the pool's functions fail with. */
const functionFailures: ReadonlySet<string> = new Set([
	"UnexpectedLambdaException",
	"UserLambdaValidationException",
	"InvalidLambdaResponseException",
]);

/**
 * Sends and waits for it; a function that sends is only waited for until it has its event.
 * @throws CodeDeliveryFailureException where nothing is configured to send with, or the sending failed; what `fire` does where a function
 * is to word the message; UnexpectedLambdaException where a function that sends took no event; TooManyRequestsException where too many
 * messages are under way
 */
export async function deliver(call: Call, message: Message): Promise<void> {
	if (message.channel !== "function" && !messengerOf(call, message.channel).available) throw codeDeliveryFailure();
	// Callers who hang up are not missed: without a bound a slow mail server would let them fill the memory.
	checkRoomToDeliverLater(call);
	const set = sendings(call.ports);
	const sending = send(call, message);
	const settled = sending.then(
		() => {},
		() => {},
	);
	set.add(settled);
	try {
		await sending;
	} catch (error) {
		logFailure(call, message, error);
		throw error instanceof AwsError && functionFailures.has(error.code) ? error : codeDeliveryFailure();
	} finally {
		set.delete(settled);
	}
}

/** @throws CodeDeliveryFailureException where nothing is configured to send to such an address with */
export function checkDeliverable(call: Call, pool: UserPool, attribute: ContactAttribute): void {
	if (!isDeliverable(call, pool, attribute)) throw codeDeliveryFailure();
}

/**
 * For callers who may not learn who exists: asks of all attributes that the pool sends codes to, since what can be sent to the one
 * that a user has would tell that there is a user. @throws CodeDeliveryFailureException where nothing is configured to send with
 */
export function checkSomeDeliverable(call: Call, pool: UserPool, attributes: readonly ContactAttribute[]): void {
	if (!attributes.some((attribute) => isDeliverable(call, pool, attribute))) throw codeDeliveryFailure();
}

/** Whether something is configured to send to such an address with: the pool's own function, or what sends for all pools. */
export function isDeliverable(call: Call, pool: UserPool, attribute: ContactAttribute): boolean {
	return hasCustomSender(pool, attribute) || messengerOf(call, attribute === "email" ? "email" : "sms").available;
}

const messengerOf = (call: Call, channel: "email" | "sms"): Messenger<never> => (channel === "email" ? call.ports.mail : call.ports.sms);

/** Messages that may be on their way. */
const underWayMax = 1000;
const underWay = new WeakMap<Ports, Set<Promise<void>>>();

function sendings(ports: Ports): Set<Promise<void>> {
	let set = underWay.get(ports);
	if (set === undefined) {
		set = new Set();
		underWay.set(ports, set);
	}
	return set;
}

/** Asked before a message is made; where nobody may know of it, before it matters whether there will be one. @throws TooManyRequestsException */
export function checkRoomToDeliverLater(call: Call): void {
	if (sendings(call.ports).size >= underWayMax) throw tooManyRequests();
}

/** Sends without anybody waiting, so that no answer's time tells whether there was a message to send. Failures are logged. */
export function deliverLater(call: Call, message: Message): void {
	const set = sendings(call.ports);
	const sending = new Promise<void>((resolve) => setImmediate(resolve))
		.then(() => send(call, message))
		.catch((error: unknown) => logFailure(call, message, error))
		.finally(() => set.delete(sending));
	set.add(sending);
}

/** Resolves when every message that is under way has been sent or has failed: a graceful stop waits for it. */
export async function messagesSettled(ports: Ports): Promise<void> {
	await Promise.all(sendings(ports));
}

async function send(call: Call, message: Message): Promise<void> {
	if (message.channel === "function") return sendByFunction(call, message.sending);
	const { pool, delivery, about, recipient, template } = message;
	const worded = await customise(call, pool, delivery, about, recipient, template);
	if (about.code !== undefined && !worded.body.includes(codePlaceholder)) {
		// Only a pool's template for invitations may be without it: Cognito does not deliver that (API reference, AdminCreateUser).
		call.ports.log.warn({ userPoolId: pool.id }, "an invitation was not sent: its template has no {####}");
		return;
	}
	return message.channel === "email" ? call.ports.mail.send(email(message, worded)) : call.ports.sms.send(sms(message, worded));
}

function logFailure(call: Call, message: Message, error: unknown): void {
	const { userPoolId, trigger } = subjectOf(message);
	const reason = error instanceof Error ? error.message : String(error);
	call.ports.log.warn({ requestId: call.requestId, userPoolId, trigger, channel: message.channel, reason }, "a message could not be sent");
}

function subjectOf(message: Message): Pick<MessageSubject, "userPoolId" | "trigger"> {
	if (message.channel !== "function") return message.about;
	const { userPoolId, triggerSource: trigger } = message.sending.event;
	return { userPoolId, trigger };
}
