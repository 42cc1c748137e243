/** Tags of identity pools: part of a pool's settings, with operations of their own that name the pool by its ARN. */
import type { Call } from "../call.ts";
import { untilSettled } from "../user-pools/users.ts";
import { checkTags } from "./pool-settings.ts";
import { attemptIdentityPoolChange, getIdentityPoolSettings, identityPoolArn, isIdentityId } from "./pools.ts";
import { identityPoolNotFound, notAnIdentityPoolArn } from "./refusals.ts";

type Tags = Readonly<Record<string, string>>;

const arnPattern = /^arn:[\w-]+:cognito-identity:[\w-]+:\d+:identitypool\/([\w-]+:[0-9a-f-]+)$/;

/** @throws InvalidParameterException, ResourceNotFoundException */
export async function listIdentityPoolTags(call: Call, arn: string): Promise<Tags> {
	return (await getIdentityPoolSettings(call, poolOf(call, arn))).IdentityPoolTags;
}

/** Adds tags, or changes their values. @throws InvalidParameterException, ResourceNotFoundException, TooManyRequestsException */
export async function addIdentityPoolTags(call: Call, arn: string, tags: Tags): Promise<void> {
	await changeTags(call, arn, (current) => checkTags({ ...current, ...tags }));
}

/** Takes tags away; those that are not there are no matter. @throws InvalidParameterException, ResourceNotFoundException, TooManyRequestsException */
export async function removeIdentityPoolTags(call: Call, arn: string, keys: readonly string[]): Promise<void> {
	const removed = new Set(keys);
	await changeTags(call, arn, (current) => Object.fromEntries(Object.entries(current).filter(([key]) => !removed.has(key))));
}

async function changeTags(call: Call, arn: string, change: (tags: Tags) => Tags): Promise<void> {
	const id = poolOf(call, arn);
	await untilSettled(() =>
		attemptIdentityPoolChange(call, id, (settings) => ({ ...settings, IdentityPoolTags: change(settings.IdentityPoolTags) })),
	);
}

function poolOf(call: Call, arn: string): string {
	const id = arnPattern.exec(arn)?.[1];
	if (id === undefined) throw notAnIdentityPoolArn(arn);
	if (!isIdentityId(id) || arn !== identityPoolArn(call, id)) throw identityPoolNotFound(id);
	return id;
}
