/** Ends a step of a sign-in: tokens, the next challenge, or a refusal. */
import type { AuthenticationResultType } from "../../../aws/model/cognito-idp.types.ts";
import { unreachable } from "../../../kernel/assert.ts";
import type { Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import { aliasExists, invalidSession, passwordAttemptsExceeded } from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import type { UserPool } from "../pools.ts";
import { refreshTokenOf, startSession } from "../sessions.ts";
import { issueTokens } from "../tokens.ts";
import type { User, UserOutcome } from "../users.ts";
import { askNewPassword } from "./challenges/new-password-required.ts";
import { type NextStep, nextStep, type Progress } from "./next-step.ts";

/** What InitiateAuth and RespondToAuthChallenge answer, in the API's own words. */
export interface AuthAnswer {
	readonly ChallengeName?: "NEW_PASSWORD_REQUIRED" | "PASSWORD_VERIFIER";
	readonly Session?: string;
	readonly ChallengeParameters: Readonly<Record<string, string>>;
	readonly AuthenticationResult?: AuthenticationResultType;
}

/** What a step's batch may end with besides `done`. */
export type StepOutcome = "locked" | "spent" | UserOutcome;

/** Goes on after a proof: `verbs` is what the step itself writes, in one batch with what it gives. */
export async function finish(
	call: Call,
	pool: UserPool,
	client: AppClient,
	progress: Omit<Progress, "mfaRequired" | "now">,
	verbs: readonly Verb<StepOutcome>[],
): Promise<AuthAnswer> {
	let step: NextStep;
	try {
		step = nextStep({ ...progress, mfaRequired: pool.settings.MfaConfiguration === "ON", now: call.now });
	} catch (refusal) {
		// Else a burst of guesses would learn from the kind of refusal which password is the right one, past the lock.
		await writeStep(call, verbs);
		throw refusal;
	}
	switch (step) {
		case "NEW_PASSWORD_REQUIRED":
			await writeStep(call, verbs);
			return askNewPassword(call, pool, client, progress.user);
		case "tokens":
			return { ChallengeParameters: {}, AuthenticationResult: await signIn(call, pool, client, progress.user, verbs) };
		default:
			return unreachable(step);
	}
}

/** Records the sign-in and issues its tokens; both run at once, and the answer waits for both. */
async function signIn(
	call: Call,
	pool: UserPool,
	client: AppClient,
	user: User,
	verbs: readonly Verb<StepOutcome>[],
): Promise<AuthenticationResultType> {
	const { session, verb } = startSession(call, pool, client, user);
	const [, tokens] = await Promise.all([writeStep(call, [...verbs, verb]), issueTokens(call, pool, client, user, session)]);
	return authenticationResult(tokens, refreshTokenOf(pool, user, session));
}

/** The API's form of issued tokens; without `refreshToken` the client keeps the one it has. */
export function authenticationResult(
	tokens: { readonly idToken: string; readonly accessToken: string; readonly expiresIn: number },
	refreshToken: string | undefined,
): AuthenticationResultType {
	return {
		AccessToken: tokens.accessToken,
		ExpiresIn: tokens.expiresIn,
		TokenType: "Bearer",
		...(refreshToken === undefined ? {} : { RefreshToken: refreshToken }),
		IdToken: tokens.idToken,
	};
}

async function writeStep(call: Call, verbs: readonly Verb<StepOutcome>[]): Promise<void> {
	if (verbs.length === 0) return;
	const outcome = await call.store.write(verbs);
	switch (outcome) {
		case "done":
			return;
		case "locked":
			throw passwordAttemptsExceeded();
		case "spent":
		case "stale":
			throw invalidSession();
		default:
			// A name that somebody else has meanwhile: the alias that the step would have made active.
			throw aliasExists(outcome.replace(" taken", ""));
	}
}
