/**
 * Users of the pool that this one was made from, who become users here at their first sign-in with a password: that is the one moment
 * at which the password is known. Status and second factors are such that nothing that was asked for there is not asked for here.
 */
import { AwsError, internalError } from "../../aws/errors.ts";
import type { Call } from "../call.ts";
import { incorrectUsernameOrPassword } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { noFactors, poolFactors } from "./factors.ts";
import { createMigrated, type Described } from "./migration.ts";
import { foldName } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { firstStatus } from "./status-machine.ts";
import { checkUpstreamPassword, movedFactors, type UpstreamOutcome } from "./upstream-pool.ts";
import type { User } from "./users.ts";

type Match = Extract<UpstreamOutcome, { readonly kind: "match" }>;

/**
 * The user, stored by now, whom that pool knows by this name and password; "refused" where it may have the user and nobody comes of it;
 * undefined where it has none, or there is no such pool. Where the client hides who exists every refusal is "refused", so that a name
 * that only that pool has is answered as any other, whether the pool answers or not; the log says what happened.
 * @throws NotAuthorizedException for another password; InternalErrorException where that pool can't be asked
 */
export async function bringFromUpstream(
	call: Call,
	pool: UserPool,
	client: AppClient,
	name: string,
	password: string,
): Promise<User | "refused" | undefined> {
	const outcome = await checkUpstreamPassword(call.ports.upstream, pool, client, name, password);
	if (outcome === undefined) return undefined;
	const facts = { requestId: call.requestId, userPoolId: pool.id };
	switch (outcome.kind) {
		case "absent":
			return undefined;
		case "unavailable":
			call.ports.log.error({ ...facts, reason: outcome.reason }, "the user pool that this one was made from can't be asked");
			if (!client.hidesUserExistence) throw internalError("cognito-idp", call.requestId);
			return "refused";
		case "mismatch":
			if (!client.hidesUserExistence) throw incorrectUsernameOrPassword();
			return "refused";
		// There they get no further either, and nothing is told of them that could be stored.
		case "reset required":
		case "not confirmed":
			return "refused";
	}
	// A name of before, of somebody who is here by another by now.
	const refuse = (reason: string): "refused" => {
		call.ports.log.warn({ ...facts, reason }, "a user could not be migrated");
		return "refused";
	};
	if (!isNamed(pool, outcome, name)) return refuse("the name is not one that the user would have here");
	try {
		return await createMigrated(call, pool, name, password, describe(pool, outcome));
	} catch (error) {
		if (!(error instanceof AwsError && ["AliasExistsException", "UsernameExistsException"].includes(error.code))) throw error;
		return refuse(error.message);
	}
}

/** Whether the user can be signed in by the name here: there a sub is a name too, and here the sub is another. */
function isNamed(pool: UserPool, { username, attributes }: Match, name: string): boolean {
	const { UsernameAttributes: instead = [], AliasAttributes: aliases = [] } = pool.settings;
	const names = [instead.length > 0 ? undefined : username, ...[...instead, ...aliases].map((attribute) => attributes[attribute])];
	return names.some((each) => each !== undefined && foldName(pool, each) === foldName(pool, name));
}

function describe(pool: UserPool, { username, attributes, mfa, hasTemporaryPassword }: Match): Described {
	const { mfa: asked, offered } = poolFactors(pool);
	const factors = asked === "OFF" ? noFactors : movedFactors(noFactors, mfa, attributes);
	// An authenticator app can't come along. So that the password alone is not enough, such a user sets a new one by a code.
	const isUnguarded = asked !== "OFF" && mfa.enabled.length > 0 && !factors.enabled.some((factor) => offered.has(factor));
	const status =
		firstStatus[isUnguarded ? "import" : hasTemporaryPassword ? "AdminCreateUser" : "import with a password or a passwordless factor"];
	return {
		username: pool.settings.UsernameAttributes?.length ? undefined : username,
		...{ attributes, status, factors },
		...{ isWelcomed: false, mediums: undefined, takesAliases: false },
	};
}
