/** E-mail over SMTP, by a small pool of connections. */
import { isIP } from "node:net";
import { createTransport } from "nodemailer";
import type { MailMessage, Messenger } from "../kernel/ports.ts";

const connectionsMax = 5;
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
		async send({ from = options.from, replyTo, to, subject, text, html }) {
			for (const header of [from, replyTo ?? "", subject]) checkHeader(header);
			checkAddress(to);
			await transport.sendMail({
				from,
				...(replyTo !== undefined && { replyTo }),
				// An object is taken as one address: a string would be parsed, and "a@x, b@y" would go to two people.
				to: { name: "", address: to },
				subject,
				text,
				html,
			});
		},
		close: () => transport.close(),
	};
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

/** A line break in a header starts another header (RFC 5322 §2.2). */
function checkHeader(value: string): void {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
	if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) throw new Error("a header of the message has control characters");
}

/** One plain address: no lists, comments, quotes, brackets, spaces or control characters. */
function checkAddress(address: string): void {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
	if (!/^[^\s\x00-\x1f\x7f<>()[\]\\,;:"@]+@[^\s\x00-\x1f\x7f<>()[\]\\,;:"@]+$/u.test(address))
		throw new Error("the recipient is not one plain e-mail address");
}
