/**
 * ListUsers: its filter, its order and its pages. A filter is a search in one index, never a scan.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html ("Searching user attributes")
 */
import type { Call } from "../call.ts";
import { attributesNotThere, filterUnparsable, invalidPaginationToken, searchAttributeInvalid } from "../refusals.ts";
import { openPage, type Page, pageOf } from "./paging.ts";
import type { UserPool } from "./pools.ts";
import { foldForSearch, type SearchableAttribute, searchableAttributes } from "./search.ts";
import { type User, type UserRow, userColumns, userFromRow } from "./users.ts";

export const usersPerPageMax = 60;
const tokenLifetimeMilliseconds = 3_600_000;

export interface UserFilter {
	readonly attribute: SearchableAttribute | "sub";
	readonly match: "equal" | "prefix";
	readonly value: string;
}

/** attribute = "value", attribute ^= "value"; the attribute may be quoted, and `\` escapes a character of the value. */
const filterPattern = /^\s*(?:"([^"]*)"|([^\s"=^]+))\s*(=|\^=)\s*"((?:[^"\\]|\\.)*)"\s*$/s;

/** The filter; undefined for a blank one, which finds everybody. @throws InvalidParameterException */
export function parseFilter(text: string | undefined): UserFilter | undefined {
	if (text === undefined || text.trim() === "") return undefined;
	const parts = filterPattern.exec(text);
	if (parts === null) throw filterUnparsable();
	const name = parts[1] ?? parts[2] ?? "";
	const attribute = name === "sub" ? name : searchableAttributes.find((searchable) => searchable === name);
	if (attribute === undefined) throw searchAttributeInvalid(name);
	return { attribute, match: parts[3] === "=" ? "equal" : "prefix", value: (parts[4] ?? "").replaceAll(/\\(.)/gs, "$1") };
}

export interface ListUsersRequest {
	readonly filter: string | undefined;
	/** 0 means the most there can be. */
	readonly limit: number | undefined;
	readonly token: string | undefined;
	/** Undefined means all. */
	readonly attributesToGet: readonly string[] | undefined;
}

/** Where a page ends: what was sorted by, and the user. */
interface Position {
	readonly folded: string;
	readonly id: string;
}

/** One page of users, in ascending order of the attribute that is searched for, else of their ids. */
export async function listUsers(
	call: Call,
	pool: UserPool,
	request: ListUsersRequest,
): Promise<{ readonly users: readonly User[]; readonly next: string | undefined }> {
	const filter = parseFilter(request.filter);
	const asked = request.attributesToGet ?? [];
	if (asked.some((name) => !pool.schema.has(name))) throw attributesNotThere();
	const page: Page = { kind: "ListUsers", scope: [pool.id, filter?.attribute ?? "", filter?.match ?? "", filter?.value ?? ""] };
	const after = openPosition(call, page, request.token);
	const limit = request.limit || usersPerPageMax;
	const found = await (filter === undefined || filter.attribute === "sub"
		? findBySub(call, pool, filter, after, limit + 1)
		: findByAttribute(call, pool, filter.attribute, filter, after, limit + 1));
	const { rows, next } = pageOf(call.vault, page, found, limit, (row) => JSON.stringify([call.now, row.folded, row.id]));
	const users = rows.map(userFromRow);
	// "Amazon Cognito returns an error if not all users in the results have set a value for the attribute": the API reference.
	for (const name of asked) {
		if (name !== "sub" && users.some((user) => user.attributes[name] === undefined)) throw attributesNotThere();
	}
	return { users, next };
}

function openPosition(call: Call, page: Page, token: string | undefined): Position | undefined {
	const text = openPage(call.vault, page, token);
	if (text === undefined) return undefined;
	const [issuedAt, folded, id] = JSON.parse(text) as [number, string, string];
	if (call.now - issuedAt > tokenLifetimeMilliseconds) throw invalidPaginationToken();
	return { folded, id };
}

type Found = UserRow & { readonly folded: string };

async function findBySub(
	call: Call,
	pool: UserPool,
	filter: UserFilter | undefined,
	after: Position | undefined,
	count: number,
): Promise<Found[]> {
	let query = call.store.db.selectFrom("users").select(userColumns).where("pool_id", "=", pool.id).orderBy("id").limit(count);
	if (after !== undefined) query = query.where("id", ">", after.id);
	// A sub is a UUID in lower case.
	const value = filter?.value.toLowerCase() ?? "";
	if (filter?.match === "equal") query = query.where("id", "=", value);
	else if (value !== "") {
		const end = afterPrefix(value);
		query = query.where("id", ">=", value);
		if (end !== undefined) query = query.where("id", "<", end);
	}
	return (await query.execute()).map((row) => ({ ...row, folded: "" }));
}

async function findByAttribute(
	call: Call,
	pool: UserPool,
	attribute: SearchableAttribute,
	filter: UserFilter,
	after: Position | undefined,
	count: number,
): Promise<Found[]> {
	const value = foldForSearch(pool, attribute, filter.value);
	let query = call.store.db
		.selectFrom("user_search")
		.innerJoin("users", (join) => join.onRef("users.pool_id", "=", "user_search.pool_id").onRef("users.id", "=", "user_search.user_id"))
		.select(userColumns)
		.select("user_search.folded")
		.where("user_search.pool_id", "=", pool.id)
		.where("user_search.attribute", "=", attribute)
		.orderBy("user_search.folded")
		.orderBy("user_search.user_id")
		.limit(count);
	if (filter.match === "equal") {
		query = query.where("user_search.folded", "=", value);
		if (after !== undefined) query = query.where("user_search.user_id", ">", after.id);
		return query.execute();
	}
	const end = afterPrefix(value);
	if (end !== undefined) query = query.where("user_search.folded", "<", end);
	if (after === undefined) query = query.where("user_search.folded", ">=", value);
	else {
		query = query.where((eb) => eb(eb.refTuple("user_search.folded", "user_search.user_id"), ">", eb.tuple(after.folded, after.id)));
	}
	return query.execute();
}

/** The first text, in the order of code points (which is that of UTF-8's bytes), after every text with the prefix; undefined where there is none. */
export function afterPrefix(prefix: string): string | undefined {
	const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
	for (let last = points.pop(); last !== undefined; last = points.pop()) {
		if (last === 0x10ffff) continue;
		// Surrogates are no characters: U+E000 comes after U+D7FF.
		return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
	}
	return undefined;
}
