/**
 * How often an hour each user may ask for something: "API operations that are called per user" of the developer guide's quotas.
 * Counted by HMAC of the folded name, for known and unknown names alike, in fixed hours. They hold with GATEHOUSE_LIMITS on.
 */
import { put, type Verb } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import { attemptLimitExceeded } from "../refusals.ts";
import type { UserPool } from "./pools.ts";

/** Calls an hour for each user. */
export const callsPerHourMax = {
	ConfirmSignUp: 15,
	ResendConfirmationCode: 5,
	/** ForgotPassword and ConfirmForgotPassword together: "between 5 and 20", by a risk that nothing here assesses. */
	ForgotPassword: 20,
	ChangePassword: 5,
	GetUserAttributeVerificationCode: 5,
	VerifyUserAttribute: 15,
	/** Codes that sign-ins send, as first or second factor: AWS publishes no figure. */
	SignInCode: 30,
} as const;
export type LimitedOperation = keyof typeof callsPerHourMax;

const hourMilliseconds = 3_600_000;

/** Counts one call, or ends the batch with `limited` when the hour's calls are used up. Nothing where limits are off. */
export function countCall(call: Call, pool: UserPool, operation: LimitedOperation, foldedName: string): Verb<"limited">[] {
	if (!call.settings.limits) return [];
	const windowStartsAt = call.now - (call.now % hourMilliseconds);
	// The hour is in the key: a new hour is a new row, and the old one is swept up.
	const key = pool.keyrings.mac.mac("call-count", operation, foldedName, String(windowStartsAt));
	return [
		put(
			"call_counts",
			["pool_id", "key"],
			{ pool_id: pool.id, key, window_starts_at: windowStartsAt, calls: { add: 1 } },
			{ calls: { below: callsPerHourMax[operation] } },
			"limited",
		),
	];
}

/** A refused call counts too: writes `counted` and gives the error to throw. */
export async function countRefused(call: Call, counted: readonly Verb<"limited">[], error: Error): Promise<Error> {
	if (counted.length === 0) return error;
	return (await call.store.write(counted)) === "limited" ? attemptLimitExceeded() : error;
}
