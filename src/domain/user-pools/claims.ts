/** What tokens say, before they are signed. */

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
