/** Each further step of a sign-in: RespondToAuthChallenge and AdminRespondToAuthChallenge. */
import type { Call } from "../../call.ts";
import { invalidParameter } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { answerNewPassword } from "./challenges/new-password-required.ts";
import { answerPasswordVerifier } from "./challenges/password-verifier.ts";
import type { AuthAnswer } from "./finish.ts";
import type { Parameters } from "./parameters.ts";

export function respond(
	call: Call,
	pool: UserPool,
	client: AppClient,
	challenge: string,
	responses: Parameters,
	session: string | undefined,
): Promise<AuthAnswer> {
	switch (challenge) {
		case "PASSWORD_VERIFIER":
			return answerPasswordVerifier(call, pool, client, responses);
		case "NEW_PASSWORD_REQUIRED":
			return answerNewPassword(call, pool, client, responses, session);
		default:
			// Challenges of factors and flows that docs/compatibility.md lists as not yet there.
			throw invalidParameter(`Gatehouse does not have the ${challenge} challenge yet.`);
	}
}
