/**
 * SMS through Amazon SNS, or another server that speaks its API, for pools whose SmsConfiguration names a role. The role is not assumed:
 * the credentials are those that AWS's tools find. The SDK is large: it is loaded at the first call.
 */
import type { SNSClient } from "@aws-sdk/client-sns";
import type { Messenger, SmsMessage } from "../kernel/ports.ts";
import { Undeliverable } from "../kernel/undeliverable.ts";
import { createRegionalClients } from "./regional-clients.ts";

type Sdk = typeof import("@aws-sdk/client-sns");

/** What SNS refuses the message itself with, by its wire names and the SDK's. */
const refusals: ReadonlySet<string> = new Set([
	"InvalidParameter",
	"InvalidParameterException",
	"ParameterValueInvalid",
	"InvalidParameterValueException",
	"OptedOut",
	"OptedOutException",
	"ValidationException",
]);

export interface AmazonSms extends Messenger<SmsMessage> {
	close(): void;
}

/** `endpoint` is a URL, or `aws` for Amazon's own in the pool's SnsRegion. */
export function createSns(endpoint: string): AmazonSms {
	let sdk: Promise<Sdk> | undefined;
	const clients = createRegionalClients<SNSClient, Sdk>(endpoint, ({ SNSClient }, options) => new SNSClient(options));
	return {
		available: true,
		async send({ to, text, sns }) {
			if (sns === undefined) throw new Undeliverable("the pool has no SmsConfiguration");
			sdk ??= import("@aws-sdk/client-sns");
			const loaded = await sdk;
			const command = new loaded.PublishCommand({
				PhoneNumber: to,
				Message: text,
				// Codes are not advertisements, which SNS may delay.
				MessageAttributes: { "AWS.SNS.SMS.SMSType": { DataType: "String", StringValue: "Transactional" } },
			});
			await clients
				.of(loaded, sns.region)
				.send(command)
				.catch((error: Error) => {
					throw refusals.has(error.name) ? new Undeliverable(`${error.name}: ${error.message}`, { cause: error }) : error;
				});
		},
		close: clients.close,
	};
}
