/**
 * Whether a user exists is hidden here and nowhere else. An unknown name gets a user of its own, made by HMAC under the pool's
 * key: always the same id, salt and verifier for the same name, over restarts too (RFC 5054 §2.5.1.3), so that what follows runs
 * the same statements and exponentiations and fails like a wrong password.
 */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { randomUuid } from "../../crypto/random-text.ts";
import { statement } from "../../storage/store.ts";
import type { Call } from "../call.ts";
import { readFactors, type UserFactors, withFactor } from "./factors.ts";
import { lockoutKey } from "./lockout.ts";
import { type ContactAttribute, foldName, isEmailAddress, isPhoneNumber, nameRank } from "./names.ts";
import type { UserPool } from "./pools.ts";
import { type User, userFromRow } from "./users.ts";

const verifierBytes = 384;
const saltBytes = 16;

/** What stands in for an unknown user's credentials. */
export interface Apparition {
	readonly userId: string;
	/** What SRP calls USER_ID_FOR_SRP. */
	readonly username: string;
	readonly salt: Buffer;
	/** Below N and above 1, like a real verifier; nobody knows a password for it. */
	readonly verifier: Buffer;
}

/** The stand-in for a name that nobody has. `name` is as the caller typed it, `folded` as names are compared. */
export function apparition(pool: UserPool, name: string, folded: string): Apparition {
	const seed = pool.keyrings.mac.mac("apparition", folded);
	// SHAKE256, since it gives any length at once: this is made for known names too.
	const verifier = createHash("shake256", { outputLength: verifierBytes }).update(seed).update("verifier").digest();
	verifier[0] = 0; // N's first byte is 0xff: so it is below N
	const userId = randomUuid({ bytes: (length) => createHash("sha256").update(seed).update("id").digest().subarray(0, length) });
	return {
		userId,
		username: looksLikeAlias(pool, name) ? userId : folded,
		salt: createHash("sha256").update(seed).update("salt").digest().subarray(0, saltBytes),
		verifier,
	};
}

/** Where people sign in by an alias or an e-mail address, the answer for a known one is its internal username. */
function looksLikeAlias(pool: UserPool, name: string): boolean {
	if ((pool.settings.UsernameAttributes ?? []).length > 0) return true;
	const aliases: readonly string[] = pool.settings.AliasAttributes ?? [];
	return (aliases.includes("email") && name.includes("@")) || (aliases.includes("phone_number") && /^\+\d+$/.test(name));
}

/** What stands in for an unknown user's first factors. */
export interface ImaginedFactors {
	readonly attributes: Readonly<Record<string, string>>;
	readonly factors: UserFactors;
	readonly hasPassword: boolean;
}

/**
 * What somebody of that name would begin a sign-in by choice with: by the name's format and the pool's settings, and else by chance,
 * always the same for the same name. "A random selection from the challenge types allowed for the user pool":
 * https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 */
export function imaginedFactors(pool: UserPool, name: string, folded: string): ImaginedFactors {
	const chance = pool.keyrings.mac.mac("imagined-factors", folded);
	const oneIn = (index: number, shares: number) => (chance[index] ?? 0) % shares === 0;
	const isExpected = (attribute: ContactAttribute) =>
		pool.schema.get(attribute)?.Required === true || pool.settings.AutoVerifiedAttributes?.includes(attribute) === true;
	const attributes: Record<string, string> = {};
	if (isEmailAddress(name) || isExpected("email") || oneIn(0, 2)) attributes["email"] = standInAddress;
	if (isPhoneNumber(name) || isExpected("phone_number") || oneIn(1, 4)) attributes["phone_number"] = standInNumber;
	const first = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
	const isPasswordless = (first.includes("EMAIL_OTP") || first.includes("SMS_OTP")) && oneIn(3, 4);
	// Who has a passkey signs in with it wherever that is possible; where a second factor is a matter of choice some have made it.
	const hasPasskey = oneIn(2, 4);
	const withMfa = pool.settings.MfaConfiguration === "OPTIONAL" && oneIn(4, 4) ? withFactor(noFactors, "SOFTWARE_TOKEN_MFA") : noFactors;
	const factors = { ...withMfa, hasSoftwareToken: withMfa !== noFactors, passkeys: hasPasskey ? 1 : 0, passkeyMfa: hasPasskey };
	return { attributes, factors, hasPassword: !isPasswordless };
}

const noFactors = readFactors("{}");
const standInAddress = "somebody@stand-in.example";
const standInNumber = "+15550000000";

/** As long as most users' attributes. */
export const standInAttributes = JSON.stringify({ email: standInAddress, email_verified: "true" });

/**
 * The columns of a user where a join found one; else what is given instead, of the same kinds and about the same lengths. So finding
 * out that nobody has a name takes as long as reading whose it is. `known_id` tells which it was.
 */
export function userColumnsOr(standIn: {
	readonly pool: string;
	readonly id: string;
	readonly username: string;
	readonly attributes: string;
	readonly key: Uint8Array;
}) {
	return [
		sql<string>`coalesce(users.pool_id, ${standIn.pool})`.as("pool_id"),
		sql<string>`coalesce(users.id, ${standIn.id})`.as("id"),
		sql<string>`coalesce(users.username, ${standIn.username})`.as("username"),
		sql<string>`coalesce(users.status, 'CONFIRMED')`.as("status"),
		sql<number>`coalesce(users.enabled, 1)`.as("enabled"),
		sql<number>`coalesce(users.version, 1)`.as("version"),
		sql<number>`coalesce(users.epoch, 0)`.as("epoch"),
		sql<number>`coalesce(users.created_at, 0)`.as("created_at"),
		sql<number>`coalesce(users.modified_at, 0)`.as("modified_at"),
		sql<string>`coalesce(users.attributes, ${standIn.attributes})`.as("attributes"),
		sql<Uint8Array>`coalesce(users.lockout_key, ${standIn.key})`.as("lockout_key"),
		sql<string>`coalesce(users.groups, '[]')`.as("groups"),
		sql<string>`coalesce(users.factors, '{}')`.as("factors"),
		sql<string | null>`users.id`.as("known_id"),
	] as const;
}

export const userOrStandIn = statement<{
	pool: string;
	folded: string;
	id: string;
	username: string;
	attributes: string;
	key: Uint8Array;
}>()("userOrStandIn", (db, param) =>
	db
		.selectFrom(sql<{ one: number }>`(select 1 as one)`.as("always"))
		.leftJoin("user_names", (join) => join.on("user_names.pool_id", "=", param("pool")).on("user_names.folded", "=", param("folded")))
		.leftJoin("users", (join) =>
			join.on("users.pool_id", "=", param("pool")).on("users.id", "=", sql<string>`coalesce(user_names.user_id, ${param("id")})`),
		)
		.select(
			userColumnsOr({
				pool: param("pool"),
				id: param("id"),
				username: param("username"),
				attributes: param("attributes"),
				key: param("key"),
			}),
		)
		.select("user_names.kind"),
);

/** As `findUser`, for callers who must not learn whether there is one: it takes the same time either way. */
export async function findUserOrStandIn(
	call: Call,
	pool: UserPool,
	name: string,
): Promise<{ readonly user: User | undefined; readonly standIn: Apparition }> {
	const folded = foldName(pool, name);
	const standIn = apparition(pool, name, folded);
	const rows = await call.store.read(userOrStandIn, {
		pool: pool.id,
		folded,
		id: standIn.userId,
		username: standIn.username,
		attributes: standInAttributes,
		key: lockoutKey(pool, folded),
	});
	const row = rows.reduce((best, other) => (nameRank(other.kind) < nameRank(best.kind) ? other : best));
	const read = userFromRow(row);
	return { user: row.known_id === null ? undefined : read, standIn };
}
