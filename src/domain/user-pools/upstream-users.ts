/**
 * Users of the pool that this one was made from, who become users here at their first sign-in with a password: that is the one moment
 * at which the password is known. Status and second factors are such that nothing that was asked for there is not asked for here.
 */
import { AwsError, internalError } from "../../aws/errors.ts";
import type { Call } from "../call.ts";
import { incorrectUsernameOrPassword } from "../refusals.ts";
import type { AppClient } from "./app-clients.ts";
import { noFactors, poolFactors, type UserFactors } from "./factors.ts";
import { createMigrated, type Described } from "./migration.ts";
import { foldName, isSub } from "./names.ts";
import { temporaryPasswordExpiry } from "./password-policy.ts";
import { newPassword } from "./passwords.ts";
import type { UserPool } from "./pools.ts";
import { firstStatus, statusAfter } from "./status-machine.ts";
import { checkUpstreamPassword, movedFactors, type UpstreamOutcome } from "./upstream-pool.ts";
import { changedUser, findUser, type User, type UserOutcome, updateUser } from "./users.ts";

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
	const outcome = await ask(call, pool, client, name, password);
	if (outcome?.kind === "unavailable" && !client.hidesUserExistence) throw internalError("cognito-idp", call.requestId);
	if (outcome === undefined || outcome.kind === "absent") return undefined;
	// There they get no further either, and nothing is told of them that could be stored.
	if (outcome.kind !== "match") return "refused";
	// A name of before, of somebody who is here by another by now.
	const refuse = (reason: string): "refused" => {
		call.ports.log.warn({ ...factsOf(call, pool), reason }, "a user could not be migrated");
		return "refused";
	};
	const { sub } = outcome;
	const owner = isSub(sub) ? await findUser(call, pool, sub) : undefined;
	if (owner?.id === sub) {
		// A call beside this one may just have brought the user.
		const current = await findUser(call, pool, name);
		return current?.id === sub ? current : refuse("the user is here by other names");
	}
	const id = isSub(sub) && owner === undefined ? sub : undefined;
	if (!isNamed(pool, outcome, id, name)) return refuse("the name is not one that the user would have here");
	if (id === undefined) {
		const reason = owner === undefined ? "it has not the form of one" : "somebody has it as username";
		call.ports.log.warn({ ...factsOf(call, pool), reason }, "a user who is migrated gets a new sub: the one of before can't be kept");
	}
	try {
		return await createMigrated(call, pool, name, password, describe(pool, outcome, id));
	} catch (error) {
		if (!(error instanceof AwsError && ["AliasExistsException", "UsernameExistsException"].includes(error.code))) throw error;
		return refuse(error.message);
	}
}

/**
 * The password that was right in that pool, for a user who is here and has none: `migrate-from-cognito` read the user without it. "found"
 * where it is stored, or somebody changes the user just now: then what is there is to be read again. "reset required" where it is right,
 * and not enough. Undefined where nothing comes of it; the log says where that pool can't be asked.
 * @throws NotAuthorizedException for another password, but where the client hides who exists
 */
export async function bringPasswordFromUpstream(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	name: string,
	password: string,
): Promise<"found" | "reset required" | undefined> {
	const outcome = await ask(call, pool, client, name, password);
	// Another sub is somebody else, whom the name means there.
	if (outcome?.kind !== "match" || outcome.sub !== user.id || !user.enabled) return undefined;
	if (isUnguarded(pool, outcome.mfa, user.factors)) return "reset required";
	const status = statusAfter(outcome.hasTemporaryPassword ? "temporary password" : "permanent password", user);
	const after = changedUser(call, user, { status });
	const expiresAt = status === "FORCE_CHANGE_PASSWORD" ? temporaryPasswordExpiry(pool, call.now) : undefined;
	const verb = await newPassword(call, pool, { userId: user.id, username: user.username, password, expiresAt });
	await call.store.write<UserOutcome>([...updateUser(pool, user, after), verb]);
	return "found";
}

/** What that pool says, but for another password where the client may say so. @throws NotAuthorizedException */
async function ask(call: Call, pool: UserPool, client: AppClient, name: string, password: string): Promise<UpstreamOutcome | undefined> {
	const outcome = await checkUpstreamPassword(call.ports.upstream, pool, client, name, password);
	if (outcome?.kind === "unavailable") {
		const { reason } = outcome;
		call.ports.log.error({ ...factsOf(call, pool), reason }, "the user pool that this one was made from can't be asked");
	}
	if (outcome?.kind === "mismatch" && !client.hidesUserExistence) throw incorrectUsernameOrPassword();
	return outcome;
}

const factsOf = (call: Call, pool: UserPool) => ({ requestId: call.requestId, userPoolId: pool.id });

/** Whether the user can be signed in by the name here. `id` is the sub, where it stays what it is there. */
function isNamed(pool: UserPool, { username, attributes }: Match, id: string | undefined, name: string): boolean {
	const { UsernameAttributes: instead = [], AliasAttributes: aliases = [] } = pool.settings;
	const given = [...instead, ...aliases].map((attribute) => attributes[attribute]);
	const names = [id, instead.length > 0 ? undefined : username, ...given];
	return names.some((each) => each !== undefined && foldName(pool, each) === foldName(pool, name));
}

function describe(pool: UserPool, { username, attributes, mfa, hasTemporaryPassword }: Match, id: string | undefined): Described {
	const factors = poolFactors(pool).mfa === "OFF" ? noFactors : movedFactors(noFactors, mfa, attributes);
	const status =
		firstStatus[
			isUnguarded(pool, mfa, factors)
				? "import"
				: hasTemporaryPassword
					? "AdminCreateUser"
					: "import with a password or a passwordless factor"
		];
	return {
		id,
		username: pool.settings.UsernameAttributes?.length ? undefined : username,
		...{ attributes, status, factors },
		...{ isWelcomed: false, mediums: undefined, takesAliases: false },
	};
}

/**
 * Whether a second factor that is asked for there would not be asked for here, as `factors` are: an authenticator app can't come along.
 * So that the password alone is not enough, such a user sets a new one by a code.
 */
function isUnguarded(pool: UserPool, mfa: Match["mfa"], factors: UserFactors): boolean {
	const { mfa: asked, offered } = poolFactors(pool);
	return asked !== "OFF" && mfa.enabled.length > 0 && !factors.enabled.some((factor) => offered.has(factor));
}
