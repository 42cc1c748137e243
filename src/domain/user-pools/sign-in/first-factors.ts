/**
 * The first factors of a sign-in by choice: which ones there are for a name, and how each is begun. Names that nobody has come this
 * way too, with made-up factors (`existence.ts`), where the client hides who exists.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
 */
import { unreachable } from "../../../kernel/assert.ts";
import type { Call } from "../../call.ts";
import type { AppClient } from "../app-clients.ts";
import { isDeviceKey } from "../devices.ts";
import { imaginedFactors } from "../existence.ts";
import { poolFactors } from "../factors.ts";
import { foldName } from "../names.ts";
import { relyingPartyOf } from "../passkeys.ts";
import { schemeOf } from "../passwords.ts";
import type { UserPool } from "../pools.ts";
import { type ChallengeSession, type NewSession, resealSession, type Step, sealSession, spend } from "./challenge-session.ts";
import { askPassword, askPasswordVerifier, provePassword } from "./challenges/password.ts";
import { askWebAuthn } from "./challenges/web-authn.ts";
import type { Credentials } from "./credentials.ts";
import { type AuthAnswer, writeStep } from "./finish.ts";
import { type FirstChallenge, firstChallenges } from "./next-step.ts";
import { askFirstCode } from "./one-time-code.ts";
import type { Parameters } from "./parameters.ts";

/** A sign-in by choice of which nothing is proved yet. */
export interface Choice {
	/** The name as it was typed. */
	readonly name: string;
	readonly credentials: Credentials;
	/** The key of the device that the client says it is, as this step names it. */
	readonly deviceKey: string | undefined;
	/** The session that the choice came with: what it leads to spends it. Undefined where InitiateAuth said what is preferred. */
	readonly session: ChallengeSession | undefined;
}

/** What somebody called so may begin with: never nothing. */
export function availableTo(pool: UserPool, { credentials, name }: Choice): FirstChallenge[] {
	// Made up for everybody, so that it takes the time of everybody.
	const imagined = imaginedFactors(pool, name, foldName(pool, name));
	const isSet = credentials.user === undefined ? imagined.hasPassword : credentials.hasPassword;
	const takesSrp = schemeOf(pool) === "srp-6a" && credentials.scheme === "srp-6a";
	const canAskPasskey = relyingPartyOf(pool) !== undefined;
	const challenges = firstChallenges(credentials.user ?? imagined, poolFactors(pool), { isSet, takesSrp }).filter(
		(challenge) => challenge !== "WEB_AUTHN" || canAskPasskey,
	);
	if (challenges.length > 0) return challenges;
	// Who can't begin with anything, such as an imported user of a pool with passwords alone, learns why from the answer to a password.
	return takesSrp ? ["PASSWORD", "PASSWORD_SRP"] : ["PASSWORD"];
}

/** Begins with the factor, or proves it where `parameters` has its proof already. */
export async function beginWith(
	call: Call,
	pool: UserPool,
	client: AppClient,
	choice: Choice,
	challenge: FirstChallenge,
	parameters: Parameters,
): Promise<AuthAnswer> {
	switch (challenge) {
		case "PASSWORD":
			if (!parameters["PASSWORD"]) return askPassword(call, pool, client, choice, challenge);
			return provePassword(call, pool, client, choice, parameters["PASSWORD"]);
		case "PASSWORD_SRP":
			if (!parameters["SRP_A"]) return askPassword(call, pool, client, choice, challenge);
			return askPasswordVerifier(call, pool, client, choice, parameters["SRP_A"], "with a session");
		case "EMAIL_OTP":
		case "SMS_OTP":
			return askFirstCode(call, pool, client, choice, challenge);
		case "WEB_AUTHN": {
			const { name, credentials, session } = choice;
			const { user, userId, username } = credentials;
			if (session !== undefined) await writeStep(call, [spend(pool, session)]);
			return askWebAuthn(call, pool, client, { user, userId, username, name, deviceKey: deviceKeyOf(choice) });
		}
		default:
			return unreachable(challenge);
	}
}

/** What does not look like a device's key names none: the one that an earlier step named stays. */
function deviceKeyOf({ deviceKey, session }: Choice): string | undefined {
	return deviceKey !== undefined && isDeviceKey(deviceKey) ? deviceKey : session?.deviceKey;
}

/** The session of a step before anything is proved. */
export function unproved(choice: Choice, step: Step): NewSession {
	const { user, userId } = choice.credentials;
	const { epoch, version } = user ?? { epoch: 0, version: 0 };
	return { step, name: choice.name, userId, epoch, version, proved: undefined, deviceKey: deviceKeyOf(choice) };
}

/**
 * The session of a step that asks for the rest of an answer: of the session that the choice came with it is a copy, so that a wrong
 * password can be corrected, and the right one spends both.
 */
export function sealUnproved(call: Call, pool: UserPool, client: AppClient, choice: Choice, step: Step): string {
	const { session } = choice;
	if (session === undefined) return sealSession(call, pool, client, unproved(choice, step));
	return resealSession(pool, client, { ...session, step, deviceKey: deviceKeyOf(choice) });
}
