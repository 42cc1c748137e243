/** The session tags that an identity's credentials carry, from the claims of its logins. */
import type { Claims } from "../user-pools/claims.ts";
import type { PrincipalTagMap } from "./pool-settings.ts";

/** "default (username and clientID)": the console's default mappings. */
const defaultTags: Readonly<Record<string, string>> = { username: "sub", client: "aud" };
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html: what STS takes. */
const tagsMax = 50;
const keyPattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const valuePattern = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;

/** Whether it can be the key of a session tag. */
export function isTagKey(key: string): boolean {
	return keyPattern.test(key) && !key.toLowerCase().startsWith("aws:");
}

/** Tags by key. A claim that is not there, is no plain value, or would be no tag's value leaves its tag out. */
export function principalTags(map: PrincipalTagMap | undefined, claims: Claims): Readonly<Record<string, string>> {
	if (map === undefined) return {};
	const mapping = map.UseDefaults ? defaultTags : map.PrincipalTags;
	return Object.fromEntries(
		Object.entries(mapping)
			.flatMap(([key, claim]): [string, string][] => {
				const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
				if (!["string", "number", "boolean"].includes(typeof value)) return [];
				return valuePattern.test(String(value)) ? [[key, String(value)]] : [];
			})
			.slice(0, tagsMax),
	);
}
