/** Tags of IAM's resources and of sessions. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
import { tagKeyReserved, tagKeysTwice, tooMany } from "./refusals.ts";

export type Tags = Readonly<Record<string, string>>;
type TagList = readonly { readonly Key: string; readonly Value: string }[];

const tagsMax = 50;

/** "Tag keys are not case sensitive": of two that differ only in case neither is taken. @throws InvalidInput */
export function tagsOf(list: TagList | undefined): Tags {
	const tags = list ?? [];
	if (new Set(tags.map(({ Key }) => Key.toLowerCase())).size < tags.length) throw tagKeysTwice();
	if (tags.some(({ Key }) => Key.toLowerCase().startsWith("aws:"))) throw tagKeyReserved();
	return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}

/** The added ones stand in the place of those before that have the same key, in whatever case. */
export function mergedTags(before: Tags, added: Tags): Tags {
	return { ...withoutTags(before, Object.keys(added)), ...added };
}

/** @throws LimitExceeded */
export function withTags(before: Tags, added: Tags): Tags {
	const tags = mergedTags(before, added);
	if (Object.keys(tags).length > tagsMax) throw tooMany("TagsPerResource", tagsMax);
	return tags;
}

export function withoutTags(before: Tags, keys: readonly string[]): Tags {
	const gone = new Set(keys.map((key) => key.toLowerCase()));
	return Object.fromEntries(Object.entries(before).filter(([key]) => !gone.has(key.toLowerCase())));
}

export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
