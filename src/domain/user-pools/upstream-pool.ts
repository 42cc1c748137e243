/**
 * The user pool of Amazon's that a pool was made from (`gatehouse migrate-from-cognito`), and whether a password is right there: it is
 * the only place that knows the passwords which users had. What a sign-in makes of the answer is not this file's matter.
 */
import type { UpstreamUser, UpstreamUserPools } from "../../kernel/ports.ts";
import type { AppClient } from "./app-clients.ts";
import { factorsWith, type MfaFactor, type UserFactors } from "./factors.ts";
import type { UserPool } from "./pools.ts";

/** Where the pool was made from, as it stands in the pool's settings. The API neither shows nor sets it. */
export interface UpstreamPool {
	readonly UserPoolId: string;
	readonly Region: string;
	/** Undefined for Amazon's own. */
	readonly Endpoint?: string | undefined;
}

export function upstreamOf(pool: UserPool): UpstreamPool | undefined {
	return pool.settings.UpstreamPool;
}

/** What the pool that this one was made from says to a name and a password. */
export type UpstreamOutcome =
	/** `attributes` are those that this pool knows, without `sub`. */
	| ({ readonly kind: "match"; readonly sub: string } & UpstreamUser)
	/** Another password; a user who is disabled or locked there; or, where the client hides it, nobody of that name. */
	| { readonly kind: "mismatch" }
	| { readonly kind: "absent" }
	/** An administrator reset it there, or an import left none. */
	| { readonly kind: "reset required" }
	| { readonly kind: "not confirmed" }
	/** A function of that pool does not let the user in. */
	| { readonly kind: "not let in" }
	/** For the log: it says nothing of the password. */
	| { readonly kind: "unavailable"; readonly reason: string };

/** Errors that are about the user. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
const outcomes: Readonly<Record<string, Exclude<UpstreamOutcome["kind"], "match" | "unavailable">>> = {
	NotAuthorizedException: "mismatch",
	UserNotFoundException: "absent",
	PasswordResetRequiredException: "reset required",
	UserNotConfirmedException: "not confirmed",
	UserLambdaValidationException: "not let in",
};

/**
 * Tries a name and a password at the pool that `pool` was made from, through the client of the same id; undefined where there is none.
 * It counts as a sign-in there, with all that hangs on it: triggers, lockout, quotas.
 */
export async function checkUpstreamPassword(
	upstreams: UpstreamUserPools,
	pool: UserPool,
	client: AppClient,
	username: string,
	password: string,
): Promise<UpstreamOutcome | undefined> {
	const upstream = upstreamOf(pool);
	if (upstream === undefined) return undefined;
	const { Region: region, Endpoint: endpoint, UserPoolId: userPoolId } = upstream;
	const place = { region, endpoint, userPoolId, clientId: client.id, clientSecret: client.secrets.at(-1) };
	const answer = await upstreams.signIn(place, username, password);
	if (answer.kind === "unavailable") return answer;
	if (answer.kind === "refused") {
		const kind = /secret hash/i.test(answer.message) ? undefined : outcomes[answer.code];
		return kind === undefined ? { kind: "unavailable", reason: answer.code } : { kind };
	}
	const { sub, ...others } = answer.user.attributes;
	if (sub === undefined) return { kind: "unavailable", reason: "the user has no sub" };
	const attributes = Object.fromEntries(Object.entries(others).filter(([name]) => pool.schema.has(name)));
	return { ...answer.user, kind: "match", sub, attributes };
}

/** Factors that need nothing but an address. */
const movableFactors: readonly MfaFactor[] = ["SMS_MFA", "EMAIL_OTP"];

/** Those of a user's second factors that come along. */
export function movedFactors(none: UserFactors, mfa: UpstreamUser["mfa"], attributes: Readonly<Record<string, string>>): UserFactors {
	const enabled = movableFactors.filter((factor) => mfa.enabled.includes(factor));
	return factorsWith({ ...none, enabled, preferred: enabled.find((factor) => factor === mfa.preferred) }, attributes);
}
