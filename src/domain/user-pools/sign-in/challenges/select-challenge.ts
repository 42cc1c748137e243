/** SELECT_CHALLENGE: somebody who signs in by choice is told what there is, and chooses. */
import type { Call } from "../../../call.ts";
import { challengeNotAvailable } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import type { UserPool } from "../../pools.ts";
import { type Step, sealSession } from "../challenge-session.ts";
import { lookElsewhere, mayBeElsewhere } from "../elsewhere.ts";
import type { AuthAnswer } from "../finish.ts";
import { availableTo, beginWith, type Choice, unproved } from "../first-factors.ts";
import type { FirstChallenge } from "../next-step.ts";
import { type Parameters, required } from "../parameters.ts";
import { openStep } from "../step.ts";

/** The developer guide's example leaves ChallengeName out, the API reference and clients have it. */
export function askChoice(call: Call, pool: UserPool, client: AppClient, choice: Choice, available: readonly FirstChallenge[]): AuthAnswer {
	return {
		ChallengeName: "SELECT_CHALLENGE",
		Session: sealSession(call, pool, client, unproved(choice, "SELECT_CHALLENGE")),
		ChallengeParameters: {},
		AvailableChallenges: [...available],
	};
}

/**
 * The sessions that a choice may come with. Clients change their mind, and ask with what they have: after a passkey that was not given
 * Amplify chooses anew with the session of WEB_AUTHN.
 */
const openToChoice: readonly Step[] = ["SELECT_CHALLENGE", "PASSWORD", "PASSWORD_SRP", "WEB_AUTHN"];

/**
 * An answer to SELECT_CHALLENGE, and to PASSWORD and PASSWORD_SRP, which are the same with the choice in their name. It may have the
 * proof of what is chosen with it; a wrong one leaves the session usable.
 * @throws InvalidParameterException, NotAuthorizedException
 */
export async function answerChoice(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
	chosen: "PASSWORD" | "PASSWORD_SRP" | undefined,
): Promise<AuthAnswer> {
	const answer = chosen ?? required(responses, "ANSWER");
	if (chosen !== undefined) required(responses, chosen === "PASSWORD" ? "PASSWORD" : "SRP_A");
	const { session, credentials: read } = await openStep(call, pool, client, responses, sealed, ...openToChoice);
	const password = answer === "PASSWORD" ? responses["PASSWORD"] : undefined;
	const credentials = password && mayBeElsewhere(pool, read) ? await lookElsewhere(call, pool, client, session.name, password, read) : read;
	const choice: Choice = { name: session.name, credentials, deviceKey: responses["DEVICE_KEY"], session };
	const challenge = availableTo(pool, choice).find((available) => available === answer);
	if (challenge === undefined) throw challengeNotAvailable();
	return beginWith(call, pool, client, choice, challenge, responses);
}
