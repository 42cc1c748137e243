/** What stands where nothing is configured: a messenger without SMTP or an SMS webhook, functions without a folder or an endpoint, no pools of Amazon's. */
import type { Functions, Messenger, UpstreamUserPools } from "../kernel/ports.ts";

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

/** Pools of Amazon's of which there are none. */
export const noUpstream: UpstreamUserPools = {
	signIn: async () => ({ kind: "unavailable", reason: "absent" }),
};
