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
import { countFailure, isLocked } from "../lockout.ts";
import type { UserPool } from "../pools.ts";
import type { Credentials } from "./credentials.ts";
import { type AuthAnswer, finish, type SignIn, type StepOutcome } from "./finish.ts";
import type { Proved } from "./next-step.ts";

/** @throws NotAuthorizedException where the name is locked */
export function checkUnlocked(call: Call, { failures }: Credentials): void {
	if (!isLocked(call.now, failures)) return;
	call.ports.meters.count("sign_in_lockouts");
	throw passwordAttemptsExceeded();
}

/** Refuses before anything is proved: a locked name, or an unknown or disabled user where the client says which. */
export function checkMayStart(call: Call, client: AppClient, credentials: Credentials): void {
	checkUnlocked(call, credentials);
	if (client.hidesUserExistence) return;
	if (credentials.user === undefined) throw userNotFound();
	if (!credentials.user.enabled) throw userDisabled();
}

/** Refuses before the password is looked at: as above, and a user whose password is to be reset and is not set. */
export function checkMayTry(call: Call, client: AppClient, credentials: Credentials): void {
	checkMayStart(call, client, credentials);
	if (client.hidesUserExistence) return;
	if (!credentials.hasPassword && credentials.user?.status === "RESET_REQUIRED") throw passwordResetRequired();
}

/** Goes on after a right password, counts a wrong one. `named` is what was typed, and the device; `custom` where the pool's functions go on. */
export async function judge(
	call: Call,
	pool: UserPool,
	client: AppClient,
	credentials: Credentials,
	right: boolean,
	{ custom, ...named }: Pick<SignIn, "name" | "deviceKey" | "earlierDeviceKey"> & Pick<Proved, "custom">,
	verbs: readonly Verb<StepOutcome>[],
): Promise<AuthAnswer> {
	const { user, hasPassword, passwordExpiresAt, failures } = credentials;
	if (!right || !hasPassword || user === undefined) {
		await countFailure(call, pool, failures);
		throw incorrectUsernameOrPassword();
	}
	const proved: Proved = { first: "PASSWORD", second: undefined, custom };
	return finish(call, pool, client, { user, ...named, proved, passwordExpiresAt, failures }, verbs);
}
