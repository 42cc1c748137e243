/**
 * CustomEmailSender and CustomSMSSender: the pool's function gets the code, encrypted under the pool's KMS key, and sends the message
 * itself, whatever it says. It must not know how messages are worded: here is none to word.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sender-triggers.html
 */
import { encryptMessage } from "../../crypto/encryption-sdk.ts";
import { present } from "../../kernel/assert.ts";
import type { MessageSubject } from "../../kernel/ports.ts";
import type { Call } from "../call.ts";
import { generateDataKey } from "../kms/ciphertexts.ts";
import { triggerUnavailable } from "../refusals.ts";
import type { ContactAttribute } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { eventAttributes, type TriggerEvent, triggerEvent } from "./trigger-event.ts";
import type { User } from "./users.ts";

/** Whom a message is for, as a pool's functions are told. */
export interface Recipient {
	/** Undefined for a name that nobody has: its message is made up and never sent. */
	readonly user: User | undefined;
	/** The app client that the call came through; undefined for an administrator's. */
	readonly clientId: string | undefined;
}

/** A message that a function sends. */
export interface CustomSending {
	readonly functionArn: string;
	readonly kmsKeyId: string;
	/** All but the call's ClientMetadata, and the code, which is encrypted when the function is called. */
	readonly event: TriggerEvent<SenderRequest>;
	readonly bringsMetadata: boolean;
	/** A code, or a temporary password as HTML; undefined where there is none to bring. */
	readonly secret: string | undefined;
}

interface SenderRequest {
	readonly type: "customEmailSenderRequestV1" | "customSMSSenderRequestV1";
	/** Base64; null where there is none. */
	readonly code: string | null;
	readonly clientMetadata: Readonly<Record<string, string>> | null;
	readonly userAttributes: Readonly<Record<string, string>>;
}

/** The trigger sources whose events bring ClientMetadata: the guide's note on both triggers. */
const sourcesWithMetadata: ReadonlySet<string> = new Set(["SignUp", "ForgotPassword", "Authentication"]);

/** Whether a function sends the pool's messages to such addresses. */
export function hasCustomSender(pool: UserPool, attribute: ContactAttribute): boolean {
	return senderOf(pool, attribute) !== undefined;
}

function senderOf({ settings: { LambdaConfig: config } }: UserPool, attribute: ContactAttribute) {
	return attribute === "email" ? config?.CustomEmailSender : config?.CustomSMSSender;
}

/** The message for the pool's function; undefined where the pool has none for such addresses. */
export function customSending(
	pool: UserPool,
	{ attribute, destination }: { readonly attribute: ContactAttribute; readonly destination: string },
	about: MessageSubject,
	{ user, clientId }: Recipient,
): CustomSending | undefined {
	const sender = senderOf(pool, attribute);
	if (sender === undefined) return undefined;
	const occasion = about.trigger.replace(/^CustomMessage_/, "");
	const isEmail = attribute === "email";
	const request: SenderRequest = {
		type: isEmail ? "customEmailSenderRequestV1" : "customSMSSenderRequestV1",
		code: null,
		clientMetadata: null,
		// An address that has yet to be verified is the one that the message is for, not the one that it will replace.
		userAttributes: { ...(user && eventAttributes(user)), [attribute]: destination },
	};
	const triggerSource = `${isEmail ? "CustomEmailSender" : "CustomSMSSender"}_${occasion}`;
	return {
		functionArn: sender.LambdaArn,
		kmsKeyId: present(pool.settings.LambdaConfig?.KMSKeyID, "a pool with a custom sender has a KMS key"),
		event: triggerEvent(pool, { triggerSource, userName: about.username, clientId }, request),
		bringsMetadata: sourcesWithMetadata.has(occasion),
		// "Amazon Cognito HTML-escapes reserved characters like < (&lt;) and > (&gt;) in your user's temporary password."
		secret: occasion === "AdminCreateUser" && about.code !== undefined ? escapePassword(about.code) : about.code,
	};
}

/** With & itself, so that unescaping gives every password back; quotes need none where nothing is an attribute. */
function escapePassword(password: string): string {
	return password.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * Encrypts the code and hands the function its event. "Except for Custom Sender Lambda triggers, Amazon Cognito invokes Lambda
 * functions synchronously": nobody waits for what the function makes of it.
 * @throws UnexpectedLambdaException where there is no function to take it; what KMS throws where the key can't be used
 */
export async function sendByFunction(call: Call, sending: CustomSending): Promise<void> {
	const { functionArn, kmsKeyId, event, bringsMetadata, secret } = sending;
	const code = secret === undefined ? null : await encryptCode(call, kmsKeyId, event.userPoolId, secret);
	const clientMetadata = bringsMetadata ? (call.clientMetadata ?? null) : null;
	const whole = { ...event, request: { ...event.request, code, clientMetadata } };
	const outcome = await call.ports.functions.invoke(functionArn, whole, { wait: false });
	if (outcome.kind === "unavailable") {
		throw triggerUnavailable(event.triggerSource.split("_")[0] ?? "", outcome.reason, outcome.errorCode);
	}
}

/** The encryption context is in the guide's own policy for the key: `kms:EncryptionContext:userpool-id`. */
async function encryptCode(call: Call, kmsKeyId: string, userPoolId: string, secret: string): Promise<string> {
	const { keyService } = call.ports;
	const message = await encryptMessage(
		(bytes, context) =>
			keyService === undefined
				? generateDataKey({ ...call, region: regionOf(kmsKeyId) }, kmsKeyId, context, bytes)
				: keyService.generateDataKey(kmsKeyId, context, bytes),
		{ "userpool-id": userPoolId },
		Buffer.from(secret, "utf8"),
	);
	return message.toString("base64");
}

/** A key is in the region that its ARN names, wherever the call came in. */
function regionOf(keyArn: string): string | undefined {
	return keyArn.split(":")[3];
}
