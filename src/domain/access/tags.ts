/** Tags of IAM's resources and of sessions. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
import type { AwsError } from "../../aws/errors.ts";
import { casedTagKeysTwice, sessionTagKeyReserved, sessionTagKeysTwice, tagKeyReserved, tagKeysTwice, tooManyTags } from "./refusals.ts";

export type Tags = Readonly<Record<string, string>>;
type TagList = readonly { readonly Key: string; readonly Value: string }[];
type Fold = (key: string) => string;

const tagsMax = 50;

/** Tag keys of users, roles and sessions: "Please note that Tag keys are case insensitive", says IAM of roles and STS of sessions. */
const caseless: Fold = (key) => key.toLowerCase();
/**
 * Those of managed policies, of which IAM was seen to keep `a` and `A` beside each other (localstack/localstack,
 * tests/aws/services/iam/test_iam_policies.snapshot.json). Of providers no such answer is known; they are taken alike.
 */
const cased: Fold = (key) => key;

function read(list: TagList | undefined, fold: Fold, twice: () => AwsError, reserved: () => AwsError): Tags {
	const tags = list ?? [];
	if (new Set(tags.map(({ Key }) => fold(Key))).size < tags.length) throw twice();
	if (tags.some(({ Key }) => Key.toLowerCase().startsWith("aws:"))) throw reserved();
	return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** Of users and roles: of two keys that differ only in case neither is taken. @throws InvalidInput */
export const tagsOf = (list: TagList | undefined): Tags => read(list, caseless, tagKeysTwice, tagKeyReserved);
/** Of sessions. @throws InvalidParameterValue */
export const sessionTagsOf = (list: TagList | undefined): Tags => read(list, caseless, sessionTagKeysTwice, sessionTagKeyReserved);
/** Of managed policies and providers. @throws InvalidInput */
export const casedTagsOf = (list: TagList | undefined): Tags => read(list, cased, casedTagKeysTwice, tagKeyReserved);

/** The added ones stand in the place of those before that have the same key, in whatever case. */
export function mergedTags(before: Tags, added: Tags): Tags {
	return { ...withoutTags(before, Object.keys(added)), ...added };
}

/** @throws LimitExceeded */
export const withTags = (before: Tags, added: Tags): Tags => bounded(mergedTags(before, added));
/** @throws LimitExceeded */
export const withCasedTags = (before: Tags, added: Tags): Tags => bounded({ ...before, ...added });

export const withoutTags = (before: Tags, keys: readonly string[]): Tags => without(before, keys, caseless);
export const withoutCasedTags = (before: Tags, keys: readonly string[]): Tags => without(before, keys, cased);

function bounded(tags: Tags): Tags {
	if (Object.keys(tags).length > tagsMax) throw tooManyTags();
	return tags;
}

function without(before: Tags, keys: readonly string[], fold: Fold): Tags {
	const gone = new Set(keys.map(fold));
	return Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(fold(key))));
}

export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
