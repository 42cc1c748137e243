/** How every answer to a challenge begins: whose it is, and whether the session that it carries still stands. */
import type { AuthFactorType } from "../../../aws/model/cognito-idp.types.ts";
import { put, type Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { invalidSession } from "../../refusals.ts";
import { type AppClient, checkSecretHash } from "../app-clients.ts";
import { poolFactors } from "../factors.ts";
import { countFailure } from "../lockout.ts";
import { foldName } from "../names.ts";
import type { UserPool } from "../pools.ts";
import { findUser, type User } from "../users.ts";
import { type ChallengeSession, openSession, type Step } from "./challenge-session.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import type { SignIn } from "./finish.ts";
import { checkUnlocked } from "./judge.ts";
import type { Proved } from "./next-step.ts";
import { type Parameters, required } from "./parameters.ts";

/** Wrong answers that a challenge survives. */
export const answersMax = 5;

export interface OpenStep {
	readonly session: ChallengeSession;
	/** The user and its failures, read anew. Its user is undefined where nobody has the name. */
	readonly credentials: Credentials;
}

/**
 * Opens the session of an answer and reads its user: one query, and none where the session is not ours.
 * @throws NotAuthorizedException where the session is another's, of another step, expired, or older than a change of the user;
 * where the name is locked
 */
export async function openStep(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
	...steps: readonly Step[]
): Promise<OpenStep> {
	const session = openSession(call, pool, client, sealed, steps);
	const name = required(responses, "USERNAME");
	checkSecretHash(client, name, responses["SECRET_HASH"]);
	const credentials = await readAnew(call, pool, session);
	if (!(await isCalled(call, pool, credentials, session.name, name))) throw invalidSession();
	checkUnlocked(call, credentials);
	return { session, credentials };
}

/** As `openStep`, for operations that bring the session and nothing else. @throws NotAuthorizedException */
export async function openBareStep(
	call: Call,
	pool: UserPool,
	client: AppClient,
	sealed: string,
	...steps: readonly Step[]
): Promise<OpenStep> {
	const session = openSession(call, pool, client, sealed, steps);
	const credentials = await readAnew(call, pool, session);
	checkUnlocked(call, credentials);
	return { session, credentials };
}

/** The user of a session, where it is as it was when the session began. @throws NotAuthorizedException */
async function readAnew(call: Call, pool: UserPool, session: ChallengeSession): Promise<Credentials> {
	const credentials = await readCredentials(call, pool, session.name);
	if (!stands(session, credentials)) throw invalidSession();
	return credentials;
}

/** Whether nothing has changed the user since the session was sealed, and its name is still nobody else's. */
export function stands(session: ChallengeSession, { userId, user }: Credentials): boolean {
	return userId === session.userId && (user?.epoch ?? 0) === session.epoch && (user?.version ?? 0) === session.version;
}

/** Whether `name` means the session's user: as it was typed, by its own names, or by an alias that is its own now. */
export async function isCalled(call: Call, pool: UserPool, credentials: Credentials, typed: string, name: string): Promise<boolean> {
	const folded = foldName(pool, name);
	if ([typed, credentials.username, credentials.userId].some((known) => foldName(pool, known) === folded)) return true;
	// Asked of a stand-in too: else the time would tell that nobody has the session's name.
	const called = await findUser(call, pool, name);
	return called !== undefined && called.id === credentials.userId;
}

/** The user of a step whose first factor is proved: there is one. @throws NotAuthorizedException */
export function knownUser(step: OpenStep): User {
	if (step.credentials.user === undefined || step.session.proved === undefined) throw invalidSession();
	return step.credentials.user;
}

/** A pool may have changed its mind since the session began. @throws NotAuthorizedException where no sign-in begins with the factor any more */
export function checkMayBeginWith(pool: UserPool, factor: AuthFactorType): void {
	if (!poolFactors(pool).first.has(factor)) throw invalidSession();
}

/** What the session of a step says is proved. @throws NotAuthorizedException where that is nothing yet */
export function provedIn({ session }: OpenStep): Proved {
	if (session.proved === undefined) throw invalidSession();
	return session.proved;
}

/** The sign-in after a step: `user` as the step's batch will leave it. */
export function continued({ session, credentials }: OpenStep, user: User, proved: Proved, responses: Parameters): SignIn {
	return {
		user,
		name: session.name,
		proved,
		passwordExpiresAt: undefined,
		failures: credentials.failures,
		deviceKey: responses["DEVICE_KEY"],
		earlierDeviceKey: session.deviceKey,
	};
}

/** The sign-in after a step that asks for the next one itself, without `finish`: the device that either named is kept for that one. */
export function askedOn(signIn: SignIn): SignIn {
	return { ...signIn, deviceKey: signIn.deviceKey ?? signIn.earlierDeviceKey };
}

/**
 * Counts one answer to a challenge, right or wrong: the batch ends with `exhausted` once there have been too many. Since both kinds
 * write the same row, a burst of guesses is no better than the same guesses one after the other.
 */
export function countAnswer(pool: UserPool, session: ChallengeSession): Verb<"exhausted"> {
	return put(
		"challenge_attempts",
		["pool_id", "id"],
		{ pool_id: pool.id, id: session.id, attempts: { add: 1 }, expires_at: session.expiresAt },
		{ attempts: { below: answersMax } },
		"exhausted",
	);
}

/** Counts a wrong answer against its challenge and its name. @throws NotAuthorizedException where the challenge had too many */
export async function countWrongAnswer(call: Call, pool: UserPool, { session, credentials }: OpenStep): Promise<void> {
	const outcome = await call.store.write([countAnswer(pool, session)]);
	await countFailure(call, pool, credentials.failures);
	if (outcome === "exhausted") throw invalidSession();
}
