/** What users of a pool are called on pages: the field that a name is asked for with, and the name that they know themselves by. */
import type { UserPool } from "../domain/user-pools/pools.ts";
import type { User } from "../domain/user-pools/users.ts";
import type { TextKey } from "./languages.ts";

export interface NameField {
	readonly label: TextKey;
	readonly type: "text" | "email" | "tel";
}

/** By what the pool takes as a name at sign-in: usernames and their aliases, or addresses instead of usernames. */
export function nameFieldOf({ settings }: UserPool): NameField {
	const instead = settings.UsernameAttributes ?? [];
	const aliases = settings.AliasAttributes ?? [];
	const takes = (name: string) => [...instead, ...aliases].some((each) => each === name);
	const [email, phone] = [takes("email"), takes("phone_number")];
	if (instead.length > 0) {
		if (email && phone) return { label: "field.emailOrPhone", type: "text" };
		return email ? { label: "field.email", type: "email" } : { label: "field.phone", type: "tel" };
	}
	if (email && phone) return { label: "field.usernameEmailOrPhone", type: "text" };
	if (email) return { label: "field.usernameOrEmail", type: "text" };
	return { label: phone ? "field.usernameOrPhone" : "field.username", type: "text" };
}

/** What a new user is asked for as a name: a username of its own, or an address instead of one. */
export function newNameFieldOf(pool: UserPool): NameField {
	return (pool.settings.UsernameAttributes ?? []).length > 0 ? nameFieldOf(pool) : { label: "field.username", type: "text" };
}

/** A name as it was typed: a telephone number without the groups that people write it in. */
export function typedName({ settings }: UserPool, text: string): string {
	const numbers = [...(settings.UsernameAttributes ?? []), ...(settings.AliasAttributes ?? [])].includes("phone_number");
	return numbers && /^\+[\d\s().-]+$/.test(text) ? text.replaceAll(/[\s().-]/g, "") : text;
}

/** The name that a user knows: where addresses stand in for usernames, the username is a UUID. */
export function displayNameOf({ settings }: UserPool, { username, attributes }: User): string {
	if ((settings.UsernameAttributes ?? []).length === 0) return username;
	return attributes["email"] ?? attributes["phone_number"] ?? username;
}
