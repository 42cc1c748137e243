/** Tags of user pools: they are part of a pool's settings, and have operations of their own that name the pool by its ARN. */
import type { UserPoolTagsType } from "../../aws/model/cognito-idp.types.ts";
import type { Call } from "../call.ts";
import { invalidParameter, notAUserPoolArn, userPoolNotFound } from "../refusals.ts";
import { checkTags } from "./pool-settings.ts";
import { attemptPoolChange, getPoolSettings, userPoolArn } from "./pools.ts";
import { untilSettled } from "./users.ts";

const arnPattern = /^arn:[\w-]+:cognito-idp:([\w-]+):\d+:userpool\/([\w-]+_[0-9a-zA-Z]+)$/;

/** @throws InvalidParameterException, ResourceNotFoundException */
export async function listTags(call: Call, arn: string): Promise<UserPoolTagsType> {
	return (await getPoolSettings(call, poolOf(call, arn))).UserPoolTags ?? {};
}

/**
 * Adds tags to the pool's, or changes their values.
 * @throws InvalidParameterException, ResourceNotFoundException, TooManyRequestsException
 */
export async function addTags(call: Call, arn: string, tags: UserPoolTagsType): Promise<void> {
	await changeTags(call, arn, (current) => checkTags({ ...current, ...tags }, invalidParameter));
}

/**
 * Takes tags away; those that the pool does not have are no matter.
 * @throws InvalidParameterException, ResourceNotFoundException, TooManyRequestsException
 */
export async function removeTags(call: Call, arn: string, keys: readonly string[]): Promise<void> {
	const removed = new Set(keys);
	await changeTags(call, arn, (current) => Object.fromEntries(Object.entries(current).filter(([key]) => !removed.has(key))));
}

async function changeTags(call: Call, arn: string, change: (tags: UserPoolTagsType) => UserPoolTagsType): Promise<void> {
	const id = poolOf(call, arn);
	await untilSettled(() => attemptPoolChange(call, id, (settings) => ({ ...settings, UserPoolTags: change(settings.UserPoolTags ?? {}) })));
}

/** The pool's id; pools of other accounts there are none. */
function poolOf(call: Call, arn: string): string {
	const [, region, id] = arnPattern.exec(arn) ?? [];
	if (region === undefined || id === undefined) throw notAUserPoolArn(arn);
	if (arn !== userPoolArn(call, region, id) || !id.startsWith(`${region}_`)) throw userPoolNotFound(id);
	return id;
}
