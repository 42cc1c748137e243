/**
 * Who owns a name. `user_names` holds every name that a user can be called by once it is active: the username, the sub, verified
 * aliases and username attributes. Its key decides every race for a name; this file decides which rows a user has.
 */
import { consume, insert, require, update, type Verb } from "../../storage/store.ts";
import { usernameCannotBe, usernameShouldBe } from "../refusals.ts";
import type { UserPool } from "./pools.ts";
import type { User } from "./users.ts";

/** In the order in which a name is resolved: a username shadows a sub, a sub every alias. */
export const nameKinds = ["username", "sub", "email", "phone_number", "preferred_username"] as const;
export type NameKind = (typeof nameKinds)[number];

/** The names that messages can be sent to. */
export type ContactAttribute = "email" | "phone_number";

/** What a batch ends with when somebody else has a name already. */
export type NameTaken = `${NameKind} taken`;

/** Longest name that a request can carry, in UTF-16 units (the API's UsernameType). A longer alias is never active: nobody could sign in by it. */
export const nameCharactersMax = 128;

/**
 * A name in the one form that names are compared and stored in, version 1: Unicode NFC and, in pools that are not case
 * sensitive, lower case. Stored rows hold this form: another one needs a migration that folds every name again.
 */
export function foldName(pool: Pick<UserPool, "caseSensitive">, name: string): string {
	return pool.caseSensitive ? name.normalize("NFC") : foldCase(name);
}

/** NFC and lower case; lower-casing can take a text out of NFC. */
export function foldCase(text: string): string {
	return text.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Less is preferred where one name is several users'. */
export function nameRank(kind: string | null): number {
	const rank = (nameKinds as readonly (string | null)[]).indexOf(kind);
	return rank === -1 ? nameKinds.length : rank;
}

export interface Name {
	readonly kind: NameKind;
	readonly folded: string;
}

/** Every name that the user has, once active. */
export function namesOf(pool: UserPool, user: User): Name[] {
	const names: Name[] = [{ kind: "username", folded: foldName(pool, user.username) }];
	// Where the username is the sub, the row above serves both.
	if (user.username !== user.id) names.push({ kind: "sub", folded: user.id });
	for (const kind of ["email", "phone_number", "preferred_username"] as const) {
		const value = user.attributes[kind];
		if (value === undefined || value.length > nameCharactersMax || !isActive(pool, user, kind)) continue;
		names.push({ kind, folded: foldName(pool, value) });
	}
	return names;
}

/** Username attributes are names from the start; e-mail and telephone aliases once they are verified; preferred_username as soon as it is set. */
function isActive(pool: UserPool, user: User, kind: "email" | "phone_number" | "preferred_username"): boolean {
	if (kind !== "preferred_username" && pool.settings.UsernameAttributes?.includes(kind)) return true;
	if (!pool.settings.AliasAttributes?.includes(kind)) return false;
	return kind === "preferred_username" || user.attributes[`${kind}_verified`] === "true";
}

/** Who has to give up which alias: the user that owned it until now. */
export type Handover = ReadonlyMap<NameKind, string>;

/**
 * What turns the name rows of `before` (none, where the user is new) into those of `after`. Names of `handover` are taken from
 * their owners instead of inserted; where an owner has let go meanwhile, the batch ends with `stale`.
 */
export function nameVerbs(
	pool: UserPool,
	before: User | undefined,
	after: User,
	handover: Handover = new Map(),
): Verb<NameTaken | "stale">[] {
	const had = before ? namesOf(pool, before) : [];
	const has = namesOf(pool, after);
	const verbs: Verb<NameTaken | "stale">[] = [];
	const same = (a: Name) => (b: Name) => a.kind === b.kind && a.folded === b.folded;
	for (const name of had) {
		if (has.some(same(name))) continue;
		verbs.push(consume("user_names", { pool_id: pool.id, folded: name.folded, kind: name.kind, user_id: after.id }));
	}
	for (const { kind, folded } of has) {
		if (had.some(same({ kind, folded }))) continue;
		const owner = handover.get(kind);
		if (owner === undefined) {
			verbs.push(insert("user_names", { pool_id: pool.id, folded, kind, user_id: after.id }, `${kind} taken`));
			// Whoever took another user's sub as a username would answer to it from then on.
			if (kind === "username" && isSub(folded) && after.username !== after.id) {
				verbs.push(require("user_names", { pool_id: pool.id, folded, kind: "sub" }, "none", "username taken"));
			}
		} else {
			verbs.push(update("user_names", { pool_id: pool.id, folded, kind, user_id: owner }, { user_id: after.id }, "stale"));
		}
	}
	return [...verbs, ...claimVerbs(pool, had, has, after.id)];
}

/**
 * Where preferred_username is an alias, it and usernames are one name space: a username shadows an alias. Their common row, of
 * the kind `claim`, which nobody is called by, decides the race between the two.
 */
function claimVerbs(pool: UserPool, had: readonly Name[], has: readonly Name[], userId: string): Verb<NameTaken>[] {
	if (!pool.settings.AliasAttributes?.includes("preferred_username")) return [];
	const claimed = (names: readonly Name[]) =>
		new Map(names.filter(({ kind }) => kind === "username" || kind === "preferred_username").map(({ kind, folded }) => [folded, kind]));
	const [before, after] = [claimed(had), claimed(has)];
	const row = (folded: string) => ({ pool_id: pool.id, folded, kind: "claim", user_id: userId });
	const gone = [...before.keys()].filter((folded) => !after.has(folded));
	const added = [...after].filter(([folded]) => !before.has(folded));
	return [
		...gone.map((folded) => consume("user_names", row(folded))),
		...added.map(([folded, kind]) => insert("user_names", row(folded), `${kind} taken` as const)),
	];
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is like the subs of all users: a UUID. */
export function isSub(text: string): boolean {
	return uuidPattern.test(text);
}

/** An address that mail can be sent to: a local part of unquoted characters (RFC 5322 §3.2.3, RFC 6531) and a host name. */
const emailPattern =
	/^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,}@(?:[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)*[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

export function isEmailAddress(text: string): boolean {
	return emailPattern.test(text);
}

/** "+" and 1 to 15 digits (E.164). */
export function isPhoneNumber(text: string): boolean {
	return /^\+\d{1,15}$/.test(text);
}

/** What a new user is called, and the attributes that the name itself gives. */
export interface NewName {
	/** Undefined where the username is to be the sub. */
	readonly username: string | undefined;
	readonly given: Readonly<Record<string, string>>;
	/** The name that decides whether the user exists already. */
	readonly kind: "username" | ContactAttribute;
	readonly name: string;
}

/**
 * Reads the Username of a request that creates a user, as the pool's sign-in options want it.
 * @throws InvalidParameterException
 */
export function checkNewName(pool: UserPool, name: string): NewName {
	const attributes = pool.settings.UsernameAttributes ?? [];
	const aliases = pool.settings.AliasAttributes ?? [];
	// As names are compared: U+1FEF becomes a backtick, which an address may have.
	const plain = name.normalize("NFC");
	const kind: ContactAttribute | undefined = isEmailAddress(plain) ? "email" : isPhoneNumber(plain) ? "phone_number" : undefined;
	if (attributes.length > 0) {
		if (kind === undefined || !attributes.includes(kind)) {
			throw usernameShouldBe(
				attributes.length > 1 ? "either an email or a phone number" : attributes[0] === "email" ? "an email" : "a phone number",
			);
		}
		return { username: undefined, given: { [kind]: name }, kind, name };
	}
	// Else a username could be somebody's future alias.
	if (kind !== undefined && aliases.includes(kind)) throw usernameCannotBe(kind === "email" ? "email" : "phone number");
	// Pools that are not case sensitive keep and show usernames in lower case.
	return { username: pool.caseSensitive ? name.normalize("NFC") : foldCase(name), given: {}, kind: "username", name };
}

/** The kind of name that ended a batch. */
export function kindTaken(outcome: NameTaken): NameKind {
	return outcome.slice(0, -" taken".length) as NameKind;
}
