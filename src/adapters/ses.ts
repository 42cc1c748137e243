/**
 * E-mail through Amazon SES, or another server that speaks its API, for pools whose EmailConfiguration names an identity. The SDK is
 * large: it is loaded at the first call. Credentials are those that AWS's tools find.
 */
import type { SESv2Client } from "@aws-sdk/client-sesv2";
import type { MailMessage, Messenger } from "../kernel/ports.ts";
import { Undeliverable } from "../kernel/undeliverable.ts";
import { checkAddress, checkHeader } from "./mail-headers.ts";
import { createRegionalClients } from "./regional-clients.ts";

type Sdk = typeof import("@aws-sdk/client-sesv2");

/** What SES refuses the message itself with. Limits, pauses and missing permissions are the account's, and may pass. */
const refusals: ReadonlySet<string> = new Set(["BadRequestException", "MessageRejected", "MailFromDomainNotVerifiedException"]);

export interface AmazonMail extends Messenger<MailMessage> {
	close(): void;
}

/** `endpoint` is a URL, or `aws` for Amazon's own in the region of the identity's ARN. */
export function createSes(endpoint: string): AmazonMail {
	let sdk: Promise<Sdk> | undefined;
	const clients = createRegionalClients<SESv2Client, Sdk>(endpoint, ({ SESv2Client }, options) => new SESv2Client(options));
	return {
		available: true,
		async send({ id, from, replyTo, to, subject, text, html, ses }) {
			const [, region, identity] = /^arn:aws[a-z-]*:ses:([a-z0-9-]{1,32}):\d*:identity\/(.+)$/.exec(ses?.identityArn ?? "") ?? [];
			if (ses === undefined || region === undefined || identity === undefined) {
				throw new Undeliverable("EmailConfiguration.SourceArn is not the ARN of an identity of SES");
			}
			// An identity that is an address is who sends, where the pool names nobody else.
			const sender = from ?? (identity.includes("@") ? identity : `no-reply@${identity}`);
			for (const header of [sender, replyTo ?? "", subject]) checkHeader(header);
			checkAddress(to);
			sdk ??= import("@aws-sdk/client-sesv2");
			const loaded = await sdk;
			const utf8 = (Data: string) => ({ Data, Charset: "UTF-8" });
			const command = new loaded.SendEmailCommand({
				FromEmailAddress: sender,
				FromEmailAddressIdentityArn: ses.identityArn,
				Destination: { ToAddresses: [to] },
				...(replyTo !== undefined && { ReplyToAddresses: [replyTo] }),
				...(ses.configurationSet !== undefined && { ConfigurationSetName: ses.configurationSet }),
				Content: {
					Simple: {
						Subject: utf8(subject),
						Body: { Text: utf8(text), Html: utf8(html) },
						// SES gives each message a Message-ID of its own: this one tells what is sent twice.
						Headers: [{ Name: "X-Gatehouse-Message-Id", Value: id }],
					},
				},
			});
			await clients
				.of(loaded, region)
				.send(command)
				.catch((error: Error) => {
					throw refusals.has(error.name) ? new Undeliverable(`${error.name}: ${error.message}`, { cause: error }) : error;
				});
		},
		close: clients.close,
	};
}
