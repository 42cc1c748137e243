/** How every sign-in begins: whose it is, and the functions that come before anything is proved. */
import type { Call } from "../../call.ts";
import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { hasTrigger } from "../triggers.ts";
import { preAuthenticate } from "./authentication-triggers.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { lookElsewhere, mayBeElsewhere } from "./elsewhere.ts";
import type { Choice } from "./first-factors.ts";
import { checkMayStart } from "./judge.ts";

/**
 * Reads the user that `name` means. `password` is given where the sign-in brings it as it is: then a user that the pool does not have
 * may be found elsewhere.
 * @throws what the pool's functions refuse with; for a pool with PreAuthentication, what `checkMayStart` does
 */
export async function begin(
	call: Call,
	pool: UserPool,
	client: AppClient,
	name: string,
	deviceKey: string | undefined,
	password?: string,
): Promise<Choice> {
	let credentials = await readCredentials(call, pool, name);
	if (password !== undefined && mayBeElsewhere(pool, credentials)) {
		credentials = await lookElsewhere(call, pool, client, name, password, credentials);
	}
	if (hasTrigger(pool, "PreAuthentication")) credentials = await askWhetherToBegin(call, pool, client, name, credentials);
	return { name, credentials, deviceKey, session: undefined };
}

/** Fires PreAuthentication, and reads again: functions change the users that they are called for. */
export async function askWhetherToBegin(
	call: Call,
	pool: UserPool,
	client: AppClient,
	name: string,
	credentials: Credentials,
): Promise<Credentials> {
	checkMayStart(call, client, credentials);
	await preAuthenticate(call, pool, client, name, credentials.user);
	return readCredentials(call, pool, name);
}
