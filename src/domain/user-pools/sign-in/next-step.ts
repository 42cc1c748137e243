/** What is asked next: decided here alone, from the user and what has been proved so far. */
import type { User } from "../users.ts";

export interface Progress {
	readonly user: User;
	readonly proved: readonly "password"[];
	/** Milliseconds since the epoch; set for a temporary password. */
	readonly passwordExpiresAt: number | undefined;
	readonly now: number;
}

export type NextStep =
	| "tokens"
	| "NEW_PASSWORD_REQUIRED"
	| "refuse: disabled"
	| "refuse: unconfirmed"
	| "refuse: reset required"
	| "refuse: temporary password expired";

export function nextStep({ user, passwordExpiresAt, now }: Progress): NextStep {
	if (!user.enabled) return "refuse: disabled";
	switch (user.status) {
		case "UNCONFIRMED":
			return "refuse: unconfirmed";
		case "RESET_REQUIRED":
			return "refuse: reset required";
		case "FORCE_CHANGE_PASSWORD":
			if (passwordExpiresAt !== undefined && passwordExpiresAt <= now) return "refuse: temporary password expired";
			return "NEW_PASSWORD_REQUIRED";
		default:
			return "tokens";
	}
}
