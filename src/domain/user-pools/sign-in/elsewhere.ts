/**
 * Users that the pool does not have yet, and another place may: a sign-in that brings its password as it is brings such a user along.
 * Whoever is found is stored, and the sign-in goes on as for anybody else.
 */
import { AwsError } from "../../../aws/errors.ts";
import type { Call } from "../../call.ts";
import { passwordResetRequired } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import { countFailure } from "../lockout.ts";
import { migrateUser } from "../migration.ts";
import type { UserPool } from "../pools.ts";
import { hasTrigger } from "../triggers.ts";
import { upstreamOf } from "../upstream-pool.ts";
import { bringFromUpstream, bringPasswordFromUpstream } from "../upstream-users.ts";
import type { User } from "../users.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { checkMayStart, checkUnlocked } from "./judge.ts";

/** What a wrong password is refused with: by the pool that this one was made from, and by a function. */
const guesses: ReadonlySet<string> = new Set(["NotAuthorizedException", "UserLambdaValidationException"]);

/** Whether there is another place to look for the user, or for the password of one who came without. */
export function mayBeElsewhere(pool: UserPool, { user, hasPassword }: Credentials): boolean {
	if (user === undefined) return upstreamOf(pool) !== undefined || hasTrigger(pool, "UserMigration");
	return user.status === "RESET_REQUIRED" && !hasPassword && upstreamOf(pool) !== undefined;
}

/**
 * Asks each place that may have the user, or the password of `user`: whoever is found is stored by then. The function is asked for whom the
 * pool that this one was made from does not have: a password that was changed there would still be right with the function.
 * @throws what the place refuses with
 */
async function findElsewhere(
	call: Call,
	pool: UserPool,
	client: AppClient,
	name: string,
	password: string,
	user: User | undefined,
): Promise<"found" | "reset required" | undefined> {
	if (user !== undefined) return bringPasswordFromUpstream(call, pool, client, user, name, password);
	const brought = await bringFromUpstream(call, pool, client, name, password);
	if (brought === "refused") return undefined;
	const found = brought ?? (await migrateUser(call, pool, client, name, password, "UserMigration_Authentication"));
	if (found === undefined) return undefined;
	return found.status === "RESET_REQUIRED" ? "reset required" : "found";
}

/**
 * Looks elsewhere, and reads the user again if there is one. A guess that is wrong there counts as it does here.
 * @throws NotAuthorizedException where the name is locked, PasswordResetRequiredException where the user comes without its password
 */
export async function lookElsewhere(
	call: Call,
	pool: UserPool,
	client: AppClient,
	name: string,
	password: string,
	credentials: Credentials,
): Promise<Credentials> {
	const { user, failures } = credentials;
	if (user === undefined) checkUnlocked(call, credentials);
	else checkMayStart(call, client, credentials);
	let found: Awaited<ReturnType<typeof findElsewhere>>;
	try {
		found = await findElsewhere(call, pool, client, name, password, user);
	} catch (refusal) {
		if (refusal instanceof AwsError && guesses.has(refusal.code)) await countFailure(call, pool, failures);
		throw refusal;
	}
	if (found === undefined) {
		// Where nobody may know who exists, what follows counts it.
		if (user === undefined && !client.hidesUserExistence) await countFailure(call, pool, failures);
		return credentials;
	}
	if (found === "reset required") throw passwordResetRequired();
	return readCredentials(call, pool, name);
}
