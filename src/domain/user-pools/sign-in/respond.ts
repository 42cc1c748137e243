/** Each further step of a sign-in: RespondToAuthChallenge and AdminRespondToAuthChallenge. */
import type { Call } from "../../call.ts";
import { invalidParameter } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { answerCustomChallenge } from "./challenges/custom-challenge.ts";
import { answerDevicePasswordVerifier } from "./challenges/device-password-verifier.ts";
import { answerDeviceSrp } from "./challenges/device-srp-auth.ts";
import { answerMfaSetup } from "./challenges/mfa-setup.ts";
import { answerNewPassword } from "./challenges/new-password-required.ts";
import { answerPasswordVerifier } from "./challenges/password-verifier.ts";
import { answerChoice } from "./challenges/select-challenge.ts";
import { answerMfaType } from "./challenges/select-mfa-type.ts";
import { answerSoftwareToken } from "./challenges/software-token-mfa.ts";
import { answerWebAuthn } from "./challenges/web-authn.ts";
import type { AuthAnswer } from "./finish.ts";
import { answerCode } from "./one-time-code.ts";
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
			return answerPasswordVerifier(call, pool, client, responses, session);
		case "NEW_PASSWORD_REQUIRED":
			return answerNewPassword(call, pool, client, responses, session);
		case "SELECT_CHALLENGE":
			return answerChoice(call, pool, client, responses, session, undefined);
		case "PASSWORD":
		case "PASSWORD_SRP":
			return answerChoice(call, pool, client, responses, session, challenge);
		case "SMS_MFA":
		case "EMAIL_OTP":
		case "SMS_OTP":
			return answerCode(call, pool, client, responses, session, challenge);
		case "SOFTWARE_TOKEN_MFA":
			return answerSoftwareToken(call, pool, client, responses, session);
		case "SELECT_MFA_TYPE":
			return answerMfaType(call, pool, client, responses, session);
		case "MFA_SETUP":
			return answerMfaSetup(call, pool, client, responses, session);
		case "WEB_AUTHN":
			return answerWebAuthn(call, pool, client, responses, session);
		case "CUSTOM_CHALLENGE":
			return answerCustomChallenge(call, pool, client, responses, session);
		case "DEVICE_SRP_AUTH":
			return answerDeviceSrp(call, pool, client, responses, session);
		case "DEVICE_PASSWORD_VERIFIER":
			return answerDevicePasswordVerifier(call, pool, client, responses, session);
		default:
			// ADMIN_NO_SRP_AUTH is in the enumeration, and nothing leads to it.
			throw invalidParameter(`${challenge} is never asked for.`);
	}
}
