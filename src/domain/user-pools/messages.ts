/**
 * What is sent to users: which address gets it, what it says (the pool's templates), and its sending.
 * It must not know why: sign-up and administration do. Triggers that change messages will come in here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
 */
import { html } from "hono/html";
import type { CodeDeliveryDetailsType } from "../../aws/model/cognito-idp.types.ts";
import type { MailMessage, MessageSubject, Messenger, Ports, SmsMessage } from "../../kernel/ports.ts";
import type { Call } from "../call.ts";
import { codeDeliveryFailure, tooManyRequests } from "../refusals.ts";
import type { Attributes } from "./attributes.ts";
import { type ContactAttribute, isEmailAddress, isPhoneNumber } from "./names.ts";
import type { UserPool } from "./pools.ts";

/** Where a message goes. */
export interface Delivery {
	readonly attribute: ContactAttribute;
	readonly destination: string;
}

export type Message = { readonly channel: "email"; readonly mail: MailMessage } | { readonly channel: "sms"; readonly sms: SmsMessage };

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
	if (isEmailAddress(name) && attributes.includes("email")) return { attribute: "email", destination: name };
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
const invitationSubject = "Your temporary password";
const invitationText = "Your username is {username} and your temporary password is {####}.";

/** What stands for the placeholders of a template. */
interface Fillings {
	readonly username: string;
	/** For `{####}`: a code or a temporary password. */
	readonly secret: string;
}

/** The message that brings a confirmation code. Links (CONFIRM_WITH_LINK) need a domain's pages; until those are there it is the code. */
export function codeMessage(pool: UserPool, delivery: Delivery, about: MessageSubject & { readonly code: string }): Message {
	const {
		VerificationMessageTemplate: template,
		EmailVerificationMessage,
		EmailVerificationSubject,
		SmsVerificationMessage,
	} = pool.settings;
	const fillings = { username: about.username, secret: about.code };
	return delivery.attribute === "email"
		? email(pool, delivery.destination, about, fillings, {
				subject: template?.EmailSubject ?? EmailVerificationSubject ?? verificationSubject,
				body: template?.EmailMessage ?? EmailVerificationMessage ?? verificationText,
			})
		: sms(delivery.destination, about, fillings, template?.SmsMessage ?? SmsVerificationMessage ?? verificationText);
}

/**
 * The invitation of a user that an administrator created; undefined where the pool's template has no place for the password,
 * since Cognito does not deliver that (API reference, AdminCreateUser). `signInName` is what the user will sign in with.
 */
export function invitation(
	pool: UserPool,
	delivery: Delivery,
	about: MessageSubject & { readonly code: string },
	signInName: string,
): Message | undefined {
	const template = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate;
	const fillings = { username: signInName, secret: about.code };
	const body = (delivery.attribute === "email" ? template?.EmailMessage : template?.SMSMessage) ?? invitationText;
	if (!body.includes("{####}")) return undefined;
	return delivery.attribute === "email"
		? email(pool, delivery.destination, about, fillings, { subject: template?.EmailSubject ?? invitationSubject, body })
		: sms(delivery.destination, about, fillings, body);
}

function email(
	pool: UserPool,
	to: string,
	about: MessageSubject,
	fillings: Fillings,
	template: { readonly subject: string; readonly body: string },
): Message {
	const { From: from, ReplyToEmailAddress: replyTo } = pool.settings.EmailConfiguration ?? {};
	return {
		channel: "email",
		mail: {
			...(from ? { from } : {}),
			...(replyTo ? { replyTo } : {}),
			to,
			subject: template.subject,
			text: fill(plainText(template.body), fillings),
			// The template is the administrator's HTML; what is put into it is not.
			html: fill(template.body, fillings, escapeHtml),
			about,
		},
	};
}

function sms(to: string, about: MessageSubject, fillings: Fillings, template: string): Message {
	return { channel: "sms", sms: { to, text: fill(template, fillings), about } };
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

/**
 * Sends and waits for it.
 * @throws CodeDeliveryFailureException where nothing is configured to send with, or the sending failed; TooManyRequestsException
 * where too many messages are under way
 */
export async function deliver(call: Call, message: Message): Promise<void> {
	checkDeliverable(call, message.channel === "email" ? "email" : "phone_number");
	// Callers who hang up are not missed: without a bound a slow mail server would let them fill the memory.
	checkRoomToDeliverLater(call);
	const set = sendings(call.ports);
	const sending = send(call.ports, message);
	const settled = sending.then(
		() => {},
		() => {},
	);
	set.add(settled);
	try {
		await sending;
	} catch (error) {
		logFailure(call, message, error);
		throw codeDeliveryFailure();
	} finally {
		set.delete(settled);
	}
}

/** @throws CodeDeliveryFailureException where nothing is configured to send to such an address with */
export function checkDeliverable(call: Call, attribute: ContactAttribute): void {
	if (!isDeliverable(call, attribute)) throw codeDeliveryFailure();
}

/**
 * For callers who may not learn who exists: asks of all attributes that the pool sends codes to, since what can be sent to the one
 * that a user has would tell that there is a user. @throws CodeDeliveryFailureException where nothing is configured to send with
 */
export function checkSomeDeliverable(call: Call, attributes: readonly ContactAttribute[]): void {
	if (!attributes.some((attribute) => isDeliverable(call, attribute))) throw codeDeliveryFailure();
}

function isDeliverable(call: Call, attribute: ContactAttribute): boolean {
	const messenger: Messenger<never> = attribute === "email" ? call.ports.mail : call.ports.sms;
	return messenger.available;
}

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
		.then(() => send(call.ports, message))
		.catch((error: unknown) => logFailure(call, message, error))
		.finally(() => set.delete(sending));
	set.add(sending);
}

/** Resolves when every message that is under way has been sent or has failed: a graceful stop waits for it. */
export async function messagesSettled(ports: Ports): Promise<void> {
	await Promise.all(sendings(ports));
}

function send(ports: Ports, message: Message): Promise<void> {
	return message.channel === "email" ? ports.mail.send(message.mail) : ports.sms.send(message.sms);
}

function logFailure(call: Call, message: Message, error: unknown): void {
	const { userPoolId, trigger } = message.channel === "email" ? message.mail.about : message.sms.about;
	const reason = error instanceof Error ? error.message : String(error);
	call.ports.log.warn({ requestId: call.requestId, userPoolId, trigger, channel: message.channel, reason }, "a message could not be sent");
}
