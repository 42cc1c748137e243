/**
 * What every event for a function of a pool has around its request.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html ("Lambda trigger event")
 */
import type { UserPool } from "./pools.ts";
import type { User } from "./users.ts";

export interface TriggerEvent<R> {
	readonly version: string;
	readonly triggerSource: string;
	readonly region: string;
	readonly userPoolId: string;
	readonly userName: string;
	readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string };
	readonly request: R;
}

/** `clientId` is undefined where an administrator's call came through no app client. */
export function triggerEvent<R>(
	pool: Pick<UserPool, "id" | "region">,
	about: { readonly triggerSource: string; readonly userName: string; readonly clientId: string | undefined },
	request: R,
): TriggerEvent<R> {
	const { triggerSource, userName, clientId = "CLIENT_ID_NOT_APPLICABLE" } = about;
	return {
		version: "1",
		triggerSource,
		region: pool.region,
		userPoolId: pool.id,
		userName,
		callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId },
		request,
	};
}

/** A user as functions see it: every value is text. */
export function eventAttributes(user: Pick<User, "id" | "status" | "attributes">): Readonly<Record<string, string>> {
	return { sub: user.id, "cognito:user_status": user.status, ...user.attributes };
}
