/**
 * What a user can sign in with besides a password, and what its pool allows: facts only. What a sign-in makes of them is decided in
 * `sign-in/next-step.ts`.
 */
import type { AuthFactorType } from "../../aws/model/cognito-idp.types.ts";
import type { ContactAttribute } from "./names.ts";
import type { UserPool } from "./pools.ts";

/** The second factors, by the names that challenges and UserMFASettingList give them. */
export type MfaFactor = "SMS_MFA" | "EMAIL_OTP" | "SOFTWARE_TOKEN_MFA";

export interface UserFactors {
	/** Second factors that are turned on for the user. */
	readonly enabled: readonly MfaFactor[];
	readonly preferred: MfaFactor | undefined;
	/** Whether an authenticator app is registered and verified. */
	readonly hasSoftwareToken: boolean;
	/** How many passkeys there are. */
	readonly passkeys: number;
	/** Whether a passkey with user verification counts as two factors (WebAuthnMfaSettings). */
	readonly passkeyMfa: boolean;
}

export const noFactors: UserFactors = { enabled: [], preferred: undefined, hasSoftwareToken: false, passkeys: 0, passkeyMfa: false };

/** The column `factors` of a user. */
export function readFactors(text: string): UserFactors {
	// Most users have none.
	return text === "{}" ? noFactors : { ...noFactors, ...(JSON.parse(text) as Partial<UserFactors>) };
}

/** What differs from having none, as JSON. */
export function writeFactors(factors: UserFactors): string {
	return JSON.stringify({
		...(factors.enabled.length > 0 && { enabled: factors.enabled }),
		...(factors.preferred && { preferred: factors.preferred }),
		...(factors.hasSoftwareToken && { hasSoftwareToken: true }),
		...(factors.passkeys > 0 && { passkeys: factors.passkeys }),
		...(factors.passkeyMfa && { passkeyMfa: true }),
	});
}

/** What a pool's configuration says of factors. */
export interface PoolFactors {
	/** OFF, OPTIONAL, or ON where everybody needs a second factor. */
	readonly mfa: "OFF" | "OPTIONAL" | "ON";
	/** The second factors that the pool offers. */
	readonly offered: ReadonlySet<MfaFactor>;
	/**
	 * The attribute that recovery codes go to first: it is not offered as a second factor of its own accord. Undefined where only
	 * administrators reset passwords.
	 */
	readonly recovery: ContactAttribute | undefined;
	/** The factors that a sign-in by choice may begin with (AllowedFirstAuthFactors). */
	readonly first: ReadonlySet<AuthFactorType>;
	/** Whether a passkey with user verification counts as two factors. */
	readonly passkeyMfa: boolean;
	/** Whether a remembered device stands in for the second factor. */
	readonly devicesSkipMfa: boolean;
}

const known = new WeakMap<object, PoolFactors>();

/** What the pool's settings say: worked out once for each reading of them, since every sign-in asks. */
export function poolFactors({ settings }: Pick<UserPool, "settings">): PoolFactors {
	let factors = known.get(settings);
	if (factors === undefined) {
		factors = factorsOf({ settings });
		known.set(settings, factors);
	}
	return factors;
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html ("User pool settings and their effect on MFA options") */
function factorsOf(pool: Pick<UserPool, "settings">): PoolFactors {
	const { settings } = pool;
	const factors = settings.MfaFactors;
	const offered = new Set<MfaFactor>();
	if (settings.SmsConfiguration !== undefined) offered.add("SMS_MFA");
	if (factors?.EmailMfaConfiguration !== undefined) offered.add("EMAIL_OTP");
	if (factors?.SoftwareTokenMfaConfiguration?.Enabled === true) offered.add("SOFTWARE_TOKEN_MFA");
	return {
		mfa: settings.MfaConfiguration ?? "OFF",
		offered,
		recovery: recoveryAttributes(pool)[0],
		first: new Set(settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"]),
		passkeyMfa: factors?.WebAuthnConfiguration?.FactorConfiguration === "MULTI_FACTOR_WITH_USER_VERIFICATION",
		devicesSkipMfa: settings.DeviceConfiguration?.ChallengeRequiredOnNewDevice === true,
	};
}

/** The attributes whose verified addresses recovery codes may go to, by the pool's priorities; none where only administrators reset passwords. */
export function recoveryAttributes(pool: Pick<UserPool, "settings">): ContactAttribute[] {
	const mechanisms = pool.settings.AccountRecoverySetting?.RecoveryMechanisms;
	// "A verified phone number first, and a verified email address if users don't have a phone number attribute."
	if (mechanisms === undefined || mechanisms.length === 0) return ["phone_number", "email"];
	return [...mechanisms]
		.sort((a, b) => a.Priority - b.Priority)
		.flatMap(({ Name: name }) => (name === "verified_email" ? ["email"] : name === "verified_phone_number" ? ["phone_number"] : []));
}

/** The attribute that a factor's codes go to; undefined for an authenticator app. */
export function attributeOf(factor: MfaFactor): ContactAttribute | undefined {
	return factor === "SMS_MFA" ? "phone_number" : factor === "EMAIL_OTP" ? "email" : undefined;
}

/** The factors that are left with these attributes: one whose address is gone is off, and preferred no more. */
export function factorsWith(factors: UserFactors, attributes: Readonly<Record<string, string>>): UserFactors {
	const isLost = (factor: MfaFactor) => {
		const attribute = attributeOf(factor);
		return attribute !== undefined && attributes[attribute] === undefined;
	};
	return factors.enabled.some(isLost) ? withoutFactors(factors, isLost) : factors;
}

/** The factors with some of them turned off. */
export function withoutFactors(factors: UserFactors, isOff: (factor: MfaFactor) => boolean): UserFactors {
	const enabled = factors.enabled.filter((factor) => !isOff(factor));
	return { ...factors, enabled, preferred: factors.preferred !== undefined && isOff(factors.preferred) ? undefined : factors.preferred };
}

/** The factors with one turned on. */
export function withFactor(factors: UserFactors, factor: MfaFactor): UserFactors {
	return factors.enabled.includes(factor) ? factors : { ...factors, enabled: [...factors.enabled, factor] };
}

/** The factors with one that a sign-in has set up: it is the one that the user chose, unless there is another preference. */
export function withFactorSetUp(factors: UserFactors, factor: MfaFactor): UserFactors {
	return { ...withFactor(factors, factor), preferred: factors.preferred ?? factor };
}

/** The first factors that are codes, and the attribute that each goes to. */
export const codeFactors = { EMAIL_OTP: "email", SMS_OTP: "phone_number" } as const satisfies Readonly<Record<string, ContactAttribute>>;

/** The attributes that codes may go to as first factor. */
export function codeAttributes(pool: Pick<UserPool, "settings">): ContactAttribute[] {
	const { first } = poolFactors(pool);
	return (["EMAIL_OTP", "SMS_OTP"] as const).filter((factor) => first.has(factor)).map((factor) => codeFactors[factor]);
}
