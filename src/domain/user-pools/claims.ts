/** What tokens say, before they are signed, and which of a user's attributes an application is shown. */
import type { AppClient } from "./app-clients.ts";
import { profileAttributes } from "./schema.ts";
import { readableBy, type User } from "./users.ts";

export type Claims = Readonly<Record<string, unknown>>;

/** An attribute in the type that the ID token gives it. */
export function attributeClaim(name: string, value: string): unknown {
	switch (name) {
		case "email_verified":
		case "phone_number_verified":
			return value === "true";
		case "updated_at":
			return Number(value);
		case "address":
			// OpenID Connect Core §5.1.1: the claim is an object.
			return { formatted: value };
		default:
			return value;
	}
}

/** Custom attributes belong to it as well. https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html */
const profileClaims: ReadonlySet<string> = new Set([...profileAttributes, "updated_at"]);

/** Which scope shows an attribute; undefined for `address`, which no scope of Cognito's names. */
function scopeOf(attribute: string): string | undefined {
	if (attribute === "email" || attribute === "email_verified") return "email";
	if (attribute === "phone_number" || attribute === "phone_number_verified") return "phone";
	return profileClaims.has(attribute) || attribute.includes(":") ? "profile" : undefined;
}

/**
 * The attributes that the client may read. With any of the scopes profile, email and phone only what these name: `openid` alone shows
 * "all user attributes that the app client can read".
 */
export function shownAttributes(client: AppClient, user: User, scopes: readonly string[] | undefined): [string, string][] {
	const isReadable = readableBy(client);
	const cutting = scopes?.filter((scope) => ["profile", "email", "phone"].includes(scope)) ?? [];
	return Object.entries(user.attributes).filter(
		([name]) => isReadable(name) && (cutting.length === 0 || cutting.includes(scopeOf(name) ?? "")),
	);
}
