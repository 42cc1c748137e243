/** Right or wrong: what a proof of the password leads to, and who may not even try. */
import type { Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import {
	incorrectUsernameOrPassword,
	passwordAttemptsExceeded,
	passwordResetRequired,
	userDisabled,
	userNotFound,
} from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import { clearFailures, countFailure, isLocked } from "../lockout.ts";
import type { UserPool } from "../pools.ts";
import type { Credentials } from "./credentials.ts";
import { type AuthAnswer, finish, type StepOutcome } from "./finish.ts";

/** Refuses before the password is looked at: a locked name, or an unknown, disabled or passwordless user where the client says which. */
export function checkMayTry(call: Call, client: AppClient, credentials: Credentials): void {
	if (isLocked(call.now, credentials.failures)) {
		call.ports.meters.count("sign_in_lockouts");
		throw passwordAttemptsExceeded();
	}
	if (client.hidesUserExistence) return;
	if (credentials.user === undefined) throw userNotFound();
	if (!credentials.user.enabled) throw userDisabled();
	if (!credentials.hasPassword && credentials.user.status === "RESET_REQUIRED") throw passwordResetRequired();
}

/** Goes on after a right password, counts a wrong one. */
export async function judge(
	call: Call,
	pool: UserPool,
	client: AppClient,
	credentials: Credentials,
	right: boolean,
	verbs: readonly Verb<StepOutcome>[],
): Promise<AuthAnswer> {
	const { user, hasPassword, passwordExpiresAt, failures } = credentials;
	if (!right || !hasPassword || user === undefined) {
		await countFailure(call, pool, failures);
		throw incorrectUsernameOrPassword();
	}
	return finish(call, pool, client, { user, proved: ["password"], passwordExpiresAt }, [
		...verbs,
		...clearFailures(call.now, pool, failures),
	]);
}
