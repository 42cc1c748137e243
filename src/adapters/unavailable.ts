/** What stands where nothing is configured: a messenger without SMTP or an SMS webhook, functions without a folder or an endpoint. */
import type { Functions, Messenger } from "../kernel/ports.ts";

export function createUnavailable(setting: string): Messenger<unknown> {
	return {
		available: false,
		async send() {
			throw new Error(`nothing is configured to send this with; set ${setting}`);
		},
	};
}

/** Functions of which there are none. */
export const noFunctions: Functions = {
	invoke: async () => ({ kind: "unavailable", reason: "absent" }),
};
