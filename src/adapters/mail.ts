/** E-mail over SMTP, by a small pool of connections. */
import { isIP } from "node:net";
import { createTransport } from "nodemailer";
import type { MailMessage, Messenger } from "../kernel/ports.ts";
import { Undeliverable } from "../kernel/undeliverable.ts";
import { checkAddress, checkHeader } from "./mail-headers.ts";

/** As many as the outbox hands over at once, so that none waits in here. */
const connectionsMax = 10;
const connectMilliseconds = 5_000;
const idleMilliseconds = 10_000;

export interface MailSender extends Messenger<MailMessage> {
	close(): void;
}

/** Sends through the server of an `smtp://` or `smtps://` URL, whose query may hold nodemailer's own options. */
export function createMailSender(options: { readonly url: string; readonly from: string }): MailSender {
	const transport = createTransport({
		url: securedUrl(options.url),
		pool: true,
		maxConnections: connectionsMax,
		connectionTimeout: connectMilliseconds,
		greetingTimeout: connectMilliseconds,
		socketTimeout: idleMilliseconds,
		disableFileAccess: true,
		disableUrlAccess: true,
	});
	return {
		available: true,
		async send({ id, from = options.from, replyTo, to, subject, text, html }) {
			for (const header of [from, replyTo ?? "", subject]) checkHeader(header);
			checkAddress(to);
			const mail = {
				from,
				messageId: messageId(id, from),
				...(replyTo !== undefined && { replyTo }),
				// An object is taken as one address: a string would be parsed, and "a@x, b@y" would go to two people.
				to: { name: "", address: to },
				subject,
				text,
				html,
			};
			await transport.sendMail(mail).catch((error: SmtpFailure) => {
				throw isRefusal(error) ? new Undeliverable(error.message, { cause: error }) : error;
			});
		},
		close: () => transport.close(),
	};
}

/** The same for each attempt, so that a mailbox can tell a message that comes twice (RFC 5322 §3.6.4). The right side is the sender's domain. */
export function messageId(id: string, from: string): string {
	const domain = /@([a-z0-9.-]+)[^@]*$/i.exec(from)?.[1];
	return `<${id}@${domain ?? "localhost"}>`;
}

/** What nodemailer rejects with. */
interface SmtpFailure extends Error {
	readonly code?: string;
	/** The server's answer; undefined where it was not even asked. */
	readonly responseCode?: number;
}

/**
 * Whether it is this message that can't be sent: its sender, recipient or text was refused by a permanent answer (RFC 5321 §4.2.1), or is
 * nothing that could be asked for. An answer to a greeting or a login is about the server, which may be mended.
 */
function isRefusal({ code = "", responseCode = 500 }: SmtpFailure): boolean {
	return (code === "EENVELOPE" || code === "EMESSAGE") && responseCode >= 500;
}

/** With a user in the URL, STARTTLS is required beyond this machine, so that the password does not go out in clear; `ignoreTLS=true` in the URL waives it. */
export function securedUrl(text: string): string {
	const url = new URL(text);
	// The host of an unknown scheme keeps its case.
	const hostname = url.hostname.toLowerCase();
	const local = hostname === "localhost" || hostname === "[::1]" || (isIP(hostname) === 4 && hostname.startsWith("127."));
	if (url.username !== "" && !local && !url.searchParams.has("ignoreTLS")) url.searchParams.set("requireTLS", "true");
	return url.href;
}
