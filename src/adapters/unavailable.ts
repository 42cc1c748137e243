/** The messenger of a server that has nothing to send with: production without SMTP or an SMS webhook. */
import type { Messenger } from "../kernel/ports.ts";

export function createUnavailable(setting: string): Messenger<unknown> {
	return {
		available: false,
		async send() {
			throw new Error(`nothing is configured to send this with; set ${setting}`);
		},
	};
}
