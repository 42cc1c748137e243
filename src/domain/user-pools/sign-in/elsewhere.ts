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
import { bringFromUpstream } from "../upstream-users.ts";
import type { User } from "../users.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { checkUnlocked } from "./judge.ts";

/** What a wrong password is refused with: by the pool that this one was made from, and by a function. */
const guesses: ReadonlySet<string> = new Set(["NotAuthorizedException", "UserLambdaValidationException"]);

/** Whether there is another place to look for the user. */
export function mayBeElsewhere(pool: UserPool, { user }: Credentials): boolean {
	return user === undefined && (upstreamOf(pool) !== undefined || hasTrigger(pool, "UserMigration"));
}

/**
 * The user, stored by now, whom another place knows by this name and password: each such place is asked here. The function is asked for
 * whom the pool that this one was made from does not have: a password that was changed there would still be right with the function.
 * @throws what the place refuses with
 */
async function findElsewhere(call: Call, pool: UserPool, client: AppClient, name: string, password: string): Promise<User | undefined> {
	const found = await bringFromUpstream(call, pool, client, name, password);
	if (found === "refused") return undefined;
	return found ?? migrateUser(call, pool, client, name, password, "UserMigration_Authentication");
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
	checkUnlocked(call, credentials);
	const { failures } = credentials;
	let found: User | undefined;
	try {
		found = await findElsewhere(call, pool, client, name, password);
	} catch (refusal) {
		if (refusal instanceof AwsError && guesses.has(refusal.code)) await countFailure(call, pool, failures);
		throw refusal;
	}
	if (found === undefined) {
		// Where nobody may know who exists, what follows counts it.
		if (!client.hidesUserExistence) await countFailure(call, pool, failures);
		return credentials;
	}
	if (found.status === "RESET_REQUIRED") throw passwordResetRequired();
	return readCredentials(call, pool, name);
}
