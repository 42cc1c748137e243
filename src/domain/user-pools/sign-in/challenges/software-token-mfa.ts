/** SOFTWARE_TOKEN_MFA: a code of the user's authenticator app as second factor. */
import type { Call } from "../../../call.ts";
import { codeOrStateMismatch, softwareTokenUsed } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import type { UserPool } from "../../pools.ts";
import { findSoftwareToken, judgeCode } from "../../software-tokens.ts";
import { sealSession, sessionOf, spend } from "../challenge-session.ts";
import { type AuthAnswer, finish, type SignIn, writeStep } from "../finish.ts";
import { type Parameters, required } from "../parameters.ts";
import { continued, countAnswer, countWrongAnswer, knownUser, openStep, provedIn } from "../step.ts";

const challenge = "SOFTWARE_TOKEN_MFA";

export async function askSoftwareToken(call: Call, pool: UserPool, client: AppClient, signIn: SignIn): Promise<AuthAnswer> {
	const { user } = signIn;
	const token = await findSoftwareToken(call, pool, user.id);
	return {
		ChallengeName: challenge,
		Session: sealSession(call, pool, client, sessionOf(signIn, challenge)),
		ChallengeParameters: { FRIENDLY_DEVICE_NAME: token?.name ?? "", USER_ID_FOR_SRP: user.username },
	};
}

/**
 * A wrong code leaves the session usable, a few times; so does one that was taken before, since the app will show another soon.
 * @throws CodeMismatchException, ExpiredCodeException, NotAuthorizedException
 */
export async function answerSoftwareToken(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const step = await openStep(call, pool, client, responses, sealed, challenge);
	const user = knownUser(step);
	const judged = await judgeCode(call, pool, user.id, required(responses, "SOFTWARE_TOKEN_MFA_CODE"));
	if (judged === "wrong") {
		await countWrongAnswer(call, pool, step);
		throw codeOrStateMismatch();
	}
	if (judged === "used") {
		// No guess, but the right answer once more: it is the session that it counts against, and not the name.
		await writeStep(call, [countAnswer(pool, step.session)]);
		throw softwareTokenUsed();
	}
	const proved = { ...provedIn(step), second: challenge } as const;
	const verbs = [spend(pool, step.session), countAnswer(pool, step.session), judged];
	return finish(call, pool, client, continued(step, user, proved, responses), verbs);
}
