/**
 * What is sent to users: which address gets it, and what it says (the pool's templates, or its function's). It must not know why: sign-up
 * and administration do; nor how it gets there: `outbox.ts` does.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
 */
import { html, raw } from "hono/html";
import type { CodeDeliveryDetailsType } from "../../aws/model/cognito-idp.types.ts";
import type { MailMessage, MessageSubject, Messenger, Ports, SmsMessage } from "../../kernel/ports.ts";
import type { Call } from "../call.ts";
import { codeDeliveryFailure } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import type { Attributes } from "./attributes.ts";
import { codeLifetimes } from "./codes.ts";
import { confirmationLink } from "./confirmation-links.ts";
import { codePlaceholder, customise, type Template } from "./custom-message.ts";
import { type CustomSending, customSending, hasCustomSender, type Recipient } from "./custom-senders.ts";
import { type ContactAttribute, isEmailAddress, isPhoneNumber } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { eventAttributes, hasTrigger } from "./triggers.ts";

/** Where a message goes. */
export interface Delivery {
	readonly attribute: ContactAttribute;
	readonly destination: string;
}

/** A message, and until when it is of any use. */
export interface Message {
	readonly pool: UserPool;
	readonly expiresAt: number;
	readonly content: Content;
}

/** What a message comes to: all that is needed to send it, as JSON holds it. */
export type Content =
	| { readonly kind: "email"; readonly mail: Omit<MailMessage, "id"> }
	| { readonly kind: "sms"; readonly sms: Omit<SmsMessage, "id"> }
	/** The pool has a function that words it, which runs no earlier than it is sent. */
	| { readonly kind: "draft"; readonly draft: Draft }
	/** The pool's own function sends it. */
	| { readonly kind: "function"; readonly sending: CustomSending; readonly clientMetadata: Call["clientMetadata"] }
	/** There is nothing that could be sent. */
	| { readonly kind: "nothing" };

/** A message before its wording. */
export interface Draft {
	readonly channel: "email" | "sms";
	readonly delivery: Delivery;
	readonly about: MessageSubject;
	readonly clientId: string | undefined;
	/** As the pool's function is told of the user, at the time that the message is about. */
	readonly userAttributes: Readonly<Record<string, string>>;
	readonly clientMetadata: Call["clientMetadata"];
	readonly fillings: Fillings;
	readonly template: Template;
}

const dayMilliseconds = 24 * 3_600_000;

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
const linkSubject = "Your verification link";
const linkText = "Please click the link below to verify your email address. {##Verify Email##}";

/** What stands for the placeholders of a template. */
interface Fillings {
	readonly username: string;
	/** For `{####}`: a code or a temporary password. */
	readonly secret: string;
	/** For `{##a text##}`: where a click leads to. */
	readonly link?: string | undefined;
}

/** "Amazon Cognito sends links … when users sign up or resend a confirmation code." */
const linkTriggers: ReadonlySet<string> = new Set(["CustomMessage_SignUp", "CustomMessage_ResendCode"]);

/** The message that brings a confirmation code, or a link that has it. */
export function codeMessage(
	call: Call,
	pool: UserPool,
	delivery: Delivery,
	about: MessageSubject & { readonly code: string },
	recipient: Recipient,
): Message {
	const {
		VerificationMessageTemplate: template,
		EmailVerificationMessage,
		EmailVerificationSubject,
		SmsVerificationMessage,
	} = pool.settings;
	const expiresAt = call.now + codeLifetimes[about.trigger === "CustomMessage_ForgotPassword" ? "forgot-password" : "confirm-sign-up"];
	const { clientId } = recipient;
	const isLink = template?.DefaultEmailOption === "CONFIRM_WITH_LINK" && delivery.attribute === "email" && linkTriggers.has(about.trigger);
	if (isLink && clientId !== undefined) {
		const link = confirmationLink(call, pool, clientId, about.username, about.code);
		const subject = template.EmailSubjectByLink ?? linkSubject;
		const email = template.EmailMessageByLink ?? linkText;
		return message(call, pool, expiresAt, delivery, about, recipient, { username: about.username, link }, { subject, email, sms: "" });
	}
	return message(call, pool, expiresAt, delivery, about, recipient, about, {
		subject: template?.EmailSubject ?? EmailVerificationSubject ?? verificationSubject,
		email: template?.EmailMessage ?? EmailVerificationMessage ?? verificationText,
		sms: template?.SmsMessage ?? SmsVerificationMessage ?? verificationText,
	});
}

/** The message that brings the code of a sign-in: SmsAuthenticationMessage, EmailMfaConfiguration. */
export function authenticationMessage(
	call: Call,
	pool: UserPool,
	client: AppClient,
	delivery: Delivery,
	about: Omit<MessageSubject, "trigger"> & { readonly code: string },
	user: Recipient["user"],
): Message {
	const mail = pool.settings.MfaFactors?.EmailMfaConfiguration;
	const expiresAt = call.now + client.lifetimes.authSession * 1000;
	const subject = { ...about, trigger: "CustomMessage_Authentication" };
	return message(call, pool, expiresAt, delivery, subject, { user, clientId: client.id }, about, {
		subject: mail?.Subject ?? authenticationSubject,
		email: mail?.Message ?? authenticationText,
		sms: pool.settings.SmsAuthenticationMessage ?? authenticationText,
	});
}

/** The invitation of a user that an administrator created. `signInName` is what the user will sign in with. */
export function invitation(
	call: Call,
	pool: UserPool,
	delivery: Delivery,
	about: MessageSubject,
	recipient: Recipient,
	signInName: string,
): Message {
	const template = pool.settings.AdminCreateUserConfig?.InviteMessageTemplate;
	const isPasswordless = about.code === undefined;
	const text = isPasswordless ? passwordlessText : invitationText;
	return message(
		call,
		pool,
		call.now + dayMilliseconds,
		delivery,
		about,
		recipient,
		{ username: signInName },
		{
			subject: template?.EmailSubject ?? (isPasswordless ? passwordlessSubject : invitationSubject),
			email: template?.EmailMessage ?? text,
			sms: template?.SMSMessage ?? text,
		},
	);
}

function message(
	call: Call,
	pool: UserPool,
	expiresAt: number,
	delivery: Delivery,
	about: MessageSubject,
	recipient: Recipient,
	fillings: Pick<Fillings, "username" | "link">,
	texts: { readonly subject: string; readonly email: string; readonly sms: string },
): Message {
	const { clientMetadata } = call;
	const sending = customSending(pool, delivery, about, recipient);
	if (sending !== undefined) return { pool, expiresAt, content: { kind: "function", sending, clientMetadata } };
	const isWordedLater = hasTrigger(pool, "CustomMessage");
	const { username, link } = fillings;
	const channel = delivery.attribute === "email" ? "email" : "sms";
	const draft: Draft = {
		channel,
		delivery,
		about,
		clientId: recipient.clientId,
		userAttributes: isWordedLater && recipient.user !== undefined ? eventAttributes(recipient.user) : {},
		clientMetadata,
		fillings: { username, secret: about.code ?? "", link },
		template: { subject: texts.subject, body: texts[channel] },
	};
	return { pool, expiresAt, content: isWordedLater ? { kind: "draft", draft } : filledIn(call.ports, pool, draft, draft.template) };
}

/**
 * Has the pool's function word a draft. `call` brings the ClientMetadata of the request that the message is about.
 * @throws what `customise` does
 */
export async function worded(call: Call, pool: UserPool, draft: Draft): Promise<Content> {
	return filledIn(call.ports, pool, draft, await customise(call, pool, draft));
}

function filledIn(ports: Ports, pool: UserPool, { channel, delivery, about, fillings }: Draft, { subject, body }: Template): Content {
	if (about.code !== undefined && fillings.link === undefined && !body.includes(codePlaceholder)) {
		// Only a pool's template for invitations may be without it: Cognito does not deliver that (API reference, AdminCreateUser).
		ports.log.warn({ userPoolId: pool.id }, "an invitation was not sent: its template has no {####}");
		return { kind: "nothing" };
	}
	const to = delivery.destination;
	if (channel === "sms") {
		const sns = ports.sns && snsOf(pool);
		return { kind: "sms", sms: { to, text: fill(body, fillings), about, ...(sns && { sns }) } };
	}
	const { From: from, ReplyToEmailAddress: replyTo } = pool.settings.EmailConfiguration ?? {};
	const ses = ports.ses && sesOf(pool);
	const mail = {
		...(from ? { from } : {}),
		...(replyTo ? { replyTo } : {}),
		to,
		subject,
		text: fill(plainText(body), fillings),
		// The template is the administrator's HTML; what is put into it is not.
		html: fill(body, fillings, escapeHtml, (text, link) => String(html`<a href="${link}">${raw(text)}</a>`)),
		about,
		...(ses && { ses }),
	};
	return { kind: "email", mail };
}

/** What Amazon's SES is to send a pool's mails as; undefined where the pool does not say that it should. */
function sesOf(pool: UserPool): MailMessage["ses"] {
	const { EmailSendingAccount: account, SourceArn: identityArn, ConfigurationSet } = pool.settings.EmailConfiguration ?? {};
	if (account !== "DEVELOPER" || !identityArn) return undefined;
	return { identityArn, ...(ConfigurationSet && { configurationSet: ConfigurationSet }) };
}

/** Where Amazon's SNS is to send a pool's SMS; undefined where the pool does not say that it should. */
function snsOf(pool: UserPool): SmsMessage["sns"] {
	const { SnsCallerArn, SnsRegion } = pool.settings.SmsConfiguration ?? {};
	return SnsCallerArn ? { region: SnsRegion || pool.region } : undefined;
}

/**
 * Fills all placeholders in one pass, so that a username that looks like a placeholder stays a username. `{##a text##}` is one only where
 * there is a link.
 */
function fill(
	template: string,
	{ username, secret, link }: Fillings,
	escaped: (text: string) => string = (text) => text,
	linked: (text: string, link: string) => string = (text, url) => `${text}: ${url}`,
): string {
	return template.replaceAll(/\{username\}|\{####\}|\{##(.+?)##\}/gs, (placeholder, text: string | undefined) => {
		if (text !== undefined) return link === undefined ? placeholder : linked(text, link);
		return escaped(placeholder === "{username}" ? username : secret);
	});
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

/** Whether something is configured to send to such an address with: the pool's own function, Amazon's services, or what sends for all pools. */
export function isDeliverable({ ports }: Pick<Call, "ports">, pool: UserPool, attribute: ContactAttribute): boolean {
	if (hasCustomSender(pool, attribute)) return true;
	const [own, general] = attribute === "email" ? [sesOf(pool) && ports.ses, ports.mail] : [snsOf(pool) && ports.sns, ports.sms];
	return (own ?? general).available;
}

/** What sends a message that is worded. */
export function sendContent(ports: Ports, id: string, content: Extract<Content, { readonly kind: "email" | "sms" }>): Promise<void> {
	if (content.kind === "sms") return messenger(ports.sms, content.sms.sns && ports.sns).send({ ...content.sms, id });
	return messenger(ports.mail, content.mail.ses && ports.ses).send({ ...content.mail, id });
}

function messenger<M>(general: Messenger<M>, own: Messenger<M> | undefined): Messenger<M> {
	return own ?? general;
}
