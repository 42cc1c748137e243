/**
 * What passwords a pool accepts, and temporary ones that it makes itself.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html ("Adding user pool password requirements")
 */
import { randomText } from "../../crypto/random-text.ts";
import { assert } from "../../kernel/assert.ts";
import type { Random } from "../../kernel/ports.ts";
import { invalidPassword } from "../refusals.ts";
import type { UserPool } from "./pools.ts";

const minimumLengthDefault = 8;
const temporaryValidityDaysDefault = 7;
const temporaryCharactersMin = 12;
const dayMilliseconds = 86_400_000;

/** The special characters that the developer guide lists. */
const symbolPattern = /[\^$*.[\]{}()?\-"!@#%&/\\,><':;|_~`+= ]/;

const requirements = [
	{ policy: "RequireUppercase", pattern: /[A-Z]/, reason: "Password must have uppercase characters" },
	{ policy: "RequireLowercase", pattern: /[a-z]/, reason: "Password must have lowercase characters" },
	{ policy: "RequireNumbers", pattern: /[0-9]/, reason: "Password must have numeric characters" },
	{ policy: "RequireSymbols", pattern: symbolPattern, reason: "Password must have symbol characters" },
] as const;

/**
 * Names the first requirement that the password misses.
 * @throws InvalidPasswordException
 */
export function checkPasswordPolicy(pool: UserPool, password: string, wording: "policy" | "password policy" = "policy"): void {
	const policy = pool.settings.Policies?.PasswordPolicy ?? {};
	if (password.length < (policy.MinimumLength ?? minimumLengthDefault)) throw invalidPassword(wording, "Password not long enough");
	for (const requirement of requirements) {
		if (policy[requirement.policy] && !requirement.pattern.test(password)) throw invalidPassword(wording, requirement.reason);
	}
}

// Characters that are told apart in every typeface, and symbols that need no escaping in a mail.
const alphabets = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789", "!@#%*-_+=?"] as const;
const roundsMax = 1000;

/** A password with characters of every class that any policy can require, as long as the pool's policy asks and never short. */
export function createTemporaryPassword(pool: UserPool, random: Random): string {
	const length = Math.max(pool.settings.Policies?.PasswordPolicy?.MinimumLength ?? 0, temporaryCharactersMin);
	// Drawn as a whole until every class is in it: each acceptable password is as likely as any other.
	for (let round = 0; round < roundsMax; round++) {
		const password = randomText(random, alphabets.join(""), length);
		if (requirements.every(({ pattern }) => pattern.test(password))) return password;
	}
	assert(false, "the source of chance gives no usable password");
}

/** When a temporary password that is set now stops working: milliseconds since the epoch. */
export function temporaryPasswordExpiry(pool: UserPool, now: number): number {
	// UnusedAccountValidityDays is what the setting was called before; 0 means the default.
	const days =
		pool.settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ||
		pool.settings.AdminCreateUserConfig?.UnusedAccountValidityDays ||
		temporaryValidityDaysDefault;
	return now + days * dayMilliseconds;
}
