/** What is asked next: decided here alone, from the user and what has been proved so far. */
import { mfaNotThereYet, temporaryPasswordExpired, userDisabled } from "../../refusals.ts";
import { statusAfter } from "../status-machine.ts";
import type { User } from "../users.ts";

export interface Progress {
	readonly user: User;
	readonly proved: readonly "password"[];
	/** Milliseconds since the epoch; set for a temporary password. */
	readonly passwordExpiresAt: number | undefined;
	/** Whether the pool demands a second factor of everybody. */
	readonly mfaRequired: boolean;
	readonly now: number;
}

export type NextStep = "tokens" | "NEW_PASSWORD_REQUIRED";

/** @throws NotAuthorizedException, UserNotConfirmedException, PasswordResetRequiredException: the user may not sign in */
export function nextStep({ user, passwordExpiresAt, mfaRequired, now }: Progress): NextStep {
	if (!user.enabled) throw userDisabled();
	if (statusAfter("sign-in", user) !== "FORCE_CHANGE_PASSWORD") {
		// A password alone is not what such a pool's owner asked for: no tokens until factors can be asked for.
		if (mfaRequired) throw mfaNotThereYet();
		return "tokens";
	}
	if (passwordExpiresAt !== undefined && passwordExpiresAt <= now) throw temporaryPasswordExpired();
	return "NEW_PASSWORD_REQUIRED";
}
