/** SELECT_MFA_TYPE: a user with several second factors, and no preference, takes one of them. */
import { unreachable } from "../../../../kernel/assert.ts";
import type { Call } from "../../../call.ts";
import { mfaTypeNotOffered } from "../../../refusals.ts";
import type { AppClient } from "../../app-clients.ts";
import type { MfaFactor } from "../../factors.ts";
import type { UserPool } from "../../pools.ts";
import { sealSession, sessionOf, spend } from "../challenge-session.ts";
import { type AuthAnswer, type SignIn, writeStep } from "../finish.ts";
import { askMfaCode } from "../one-time-code.ts";
import { type Parameters, required } from "../parameters.ts";
import { askedOn, continued, knownUser, openStep, provedIn } from "../step.ts";
import { askSoftwareToken } from "./software-token-mfa.ts";

const challenge = "SELECT_MFA_TYPE";

export async function askMfaType(
	call: Call,
	pool: UserPool,
	client: AppClient,
	signIn: SignIn,
	among: readonly MfaFactor[],
): Promise<AuthAnswer> {
	const types = JSON.stringify(among);
	return {
		ChallengeName: challenge,
		Session: sealSession(call, pool, client, { ...sessionOf(signIn, challenge), among }),
		// Clients read the first, as the service sends it; the developer guide ("Details of MFA logic at user runtime") names the second.
		ChallengeParameters: { MFAS_CAN_CHOOSE: types, MFAS_CAN_SELECT: types, USER_ID_FOR_SRP: signIn.user.username },
	};
}

/** @throws InvalidParameterException for a factor that was not offered, and the session stays usable; NotAuthorizedException */
export async function answerMfaType(
	call: Call,
	pool: UserPool,
	client: AppClient,
	responses: Parameters,
	sealed: string | undefined,
): Promise<AuthAnswer> {
	const step = await openStep(call, pool, client, responses, sealed, challenge);
	const user = knownUser(step);
	const given = required(responses, "ANSWER");
	// RespondToAuthChallenge's reference calls it EMAIL_MFA, the developer guide EMAIL_OTP.
	const answer = given === "EMAIL_MFA" ? "EMAIL_OTP" : given;
	const chosen = (step.session.among ?? []).find((factor) => factor === answer) as MfaFactor | undefined;
	if (chosen === undefined) throw mfaTypeNotOffered();
	await writeStep(call, [spend(pool, step.session)]);
	const signIn = askedOn(continued(step, user, provedIn(step), responses));
	switch (chosen) {
		case "SMS_MFA":
		case "EMAIL_OTP":
			return askMfaCode(call, pool, client, signIn, chosen);
		case "SOFTWARE_TOKEN_MFA":
			return askSoftwareToken(call, pool, client, signIn);
		default:
			return unreachable(chosen);
	}
}
