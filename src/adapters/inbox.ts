/** Development's mail and SMS: messages stay in memory, where `/_gatehouse/inbox` shows them, codes included. */
import type { Clock, MailMessage, MessageSubject, Messenger, SmsMessage } from "../kernel/ports.ts";

/** Older messages make room for newer ones. */
export const inboxMessagesMax = 1000;

export type Channel = "email" | "sms";

/** A message as `/_gatehouse/inbox` lists it: the same keys always, null where a message has none. */
export interface InboxEntry {
	readonly id: string;
	/** ISO 8601, by the server's clock. */
	readonly at: string;
	readonly channel: Channel;
	readonly to: string;
	readonly subject: string | null;
	readonly text: string;
	readonly html: string | null;
	readonly code: string | null;
	readonly userPoolId: string;
	readonly username: string;
	readonly trigger: string;
}

export interface Inbox {
	readonly mail: Messenger<MailMessage>;
	readonly sms: Messenger<SmsMessage>;
	/** Newest first. */
	list(filter?: { readonly to?: string | undefined; readonly channel?: Channel | undefined }): InboxEntry[];
	clear(): void;
}

export function createInbox(clock: Clock): Inbox {
	let messages: InboxEntry[] = [];

	function keep(
		channel: Channel,
		id: string,
		to: string,
		about: MessageSubject,
		content: Pick<InboxEntry, "subject" | "text" | "html">,
	): void {
		const { userPoolId, username, trigger, code = null } = about;
		const at = new Date(clock.now()).toISOString();
		messages.push({ id, at, channel, to, ...content, code, userPoolId, username, trigger });
		if (messages.length > inboxMessagesMax) messages.shift();
	}

	return {
		mail: {
			available: true,
			send: async ({ id, to, subject, text, html, about }) => keep("email", id, to, about, { subject, text, html }),
		},
		sms: { available: true, send: async ({ id, to, text, about }) => keep("sms", id, to, about, { subject: null, text, html: null }) },
		list({ to, channel } = {}) {
			return messages
				.filter((each) => (to === undefined || each.to === to) && (channel === undefined || each.channel === channel))
				.reverse();
		},
		clear() {
			messages = [];
		},
	};
}
