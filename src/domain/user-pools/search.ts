/** What ListUsers finds users by: `user_search` has one row for each searchable attribute of a user, kept here and nowhere else. */
import { consume, insert, type Verb } from "../../storage/store.ts";
import { foldCase, foldName } from "./names.ts";
import type { UserPool } from "./pools.ts";
import type { User } from "./users.ts";

/** Attributes with rows of their own. `sub` is searchable too: it is the user's key. */
export const searchableAttributes = [
	"username",
	"email",
	"phone_number",
	"name",
	"given_name",
	"family_name",
	"preferred_username",
	"cognito:user_status",
	"status",
] as const;
export type SearchableAttribute = (typeof searchableAttributes)[number];

/**
 * Most UTF-16 units of a value that are indexed: an index row of PostgreSQL holds about 2,700 bytes. A filter has at most 256
 * characters, so it never asks for more.
 */
const indexedCharactersMax = 512;

/** The form in which an attribute's values are compared: usernames as names are, `status` as it is, all others without case. */
export function foldForSearch(pool: UserPool, attribute: SearchableAttribute, value: string): string {
	const folded = attribute === "username" ? foldName(pool, value) : attribute === "status" ? value : foldCase(value);
	// A surrogate pair that is cut in two would be stored as U+FFFD.
	return folded.length <= indexedCharactersMax ? folded : folded.slice(0, indexedCharactersMax).replace(/[\ud800-\udbff]$/, "");
}

/** The value of `status`, which the console calls "Enabled". */
const enabledText = (user: User) => (user.enabled ? "Enabled" : "Disabled");

function searchedValue(user: User, attribute: SearchableAttribute): string | undefined {
	switch (attribute) {
		case "username":
			return user.username;
		case "cognito:user_status":
			return user.status;
		case "status":
			return enabledText(user);
		default:
			return user.attributes[attribute];
	}
}

/** What turns the search rows of `before` (none, where the user is new) into those of `after`. */
export function searchVerbs(pool: UserPool, before: User | undefined, after: User): Verb<never>[] {
	const verbs: Verb<never>[] = [];
	for (const attribute of searchableAttributes) {
		const had = before && foldedValue(pool, before, attribute);
		const has = foldedValue(pool, after, attribute);
		if (had === has) continue;
		if (had !== undefined) verbs.push(consume("user_search", { pool_id: pool.id, attribute, folded: had, user_id: after.id }));
		if (has !== undefined) verbs.push(insert("user_search", { pool_id: pool.id, attribute, folded: has, user_id: after.id }));
	}
	return verbs;
}

function foldedValue(pool: UserPool, user: User, attribute: SearchableAttribute): string | undefined {
	const value = searchedValue(user, attribute);
	return value === undefined ? undefined : foldForSearch(pool, attribute, value);
}
