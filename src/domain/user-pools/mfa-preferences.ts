/**
 * Which second factors a user has turned on and prefers: how that is set, and how the API shows it. What a sign-in makes of it is
 * decided in `sign-in/next-step.ts`.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html ("User MFA preferences")
 */
import type { AuthFactorType, MFAOptionType, SetUserMFAPreferenceRequest, SMSMfaSettingsType } from "../../aws/model/cognito-idp.types.ts";
import type { Call, TokenHolder } from "../call.ts";
import { factorNotUsable, onePreferredFactor, onlySmsSettings, passkeyMfaAlone, passkeyMfaOff, preferredFactorOff } from "../refusals.ts";
import { type MfaFactor, type PoolFactors, poolFactors, type UserFactors, withFactor, withoutFactors } from "./factors.ts";
import { readPasswords } from "./password-history.ts";
import type { UserPool } from "./pools.ts";
import { asCaller } from "./profile.ts";
import { eligibleFactors, firstChallenges, isUsable } from "./sign-in/next-step.ts";
import { changedUser, getUser, type User, type UserOutcome, untilSettled, updateUser } from "./users.ts";

/** What SetUserMFAPreference and AdminSetUserMFAPreference take. A factor that is left out stays as it is. */
export type MfaPreference = Pick<
	SetUserMFAPreferenceRequest,
	"SMSMfaSettings" | "EmailMfaSettings" | "SoftwareTokenMfaSettings" | "WebAuthnMfaSettings"
>;

/** @throws InvalidParameterException */
export function setMfaPreference(call: Call, caller: TokenHolder, preference: MfaPreference): Promise<undefined> {
	const { pool } = caller;
	return asCaller(call, caller, (user) => writeFactors(call, pool, user, preferredFactors(pool, user, preference)));
}

/** @throws UserNotFoundException, InvalidParameterException */
export function adminSetMfaPreference(call: Call, pool: UserPool, username: string, preference: MfaPreference): Promise<undefined> {
	return untilSettled(async () => {
		const user = await getUser(call, pool, username);
		return writeFactors(call, pool, user, preferredFactors(pool, user, preference));
	});
}

/** SetUserSettings, from before there were other factors: codes by SMS on, or off with an empty list. @throws InvalidParameterException */
export function setUserSettings(call: Call, caller: TokenHolder, options: readonly MFAOptionType[]): Promise<undefined> {
	return setMfaPreference(call, caller, smsPreference(options));
}

/** @throws UserNotFoundException, InvalidParameterException */
export function adminSetUserSettings(call: Call, pool: UserPool, username: string, options: readonly MFAOptionType[]): Promise<undefined> {
	return adminSetMfaPreference(call, pool, username, smsPreference(options));
}

/** "You can use it to configure only SMS MFA." */
function smsPreference(options: readonly MFAOptionType[]): MfaPreference {
	const isSms = (option: MFAOptionType) => option.DeliveryMedium === "SMS" && option.AttributeName === "phone_number";
	if (!options.every(isSms)) throw onlySmsSettings();
	return { SMSMfaSettings: { Enabled: options.length > 0 } };
}

async function writeFactors(call: Call, pool: UserPool, user: User, factors: UserFactors): Promise<undefined | "stale"> {
	if (factors === user.factors) return undefined;
	const outcome = await call.store.write<UserOutcome>(updateUser(pool, user, changedUser(call, user, { factors })));
	return outcome === "done" ? undefined : "stale";
}

/** The user's factors with a preference; the same object where it changes nothing. */
function preferredFactors(pool: UserPool, user: User, preference: MfaPreference): UserFactors {
	const offers = poolFactors(pool);
	const settings = [
		["SMS_MFA", preference.SMSMfaSettings],
		["EMAIL_OTP", preference.EmailMfaSettings],
		["SOFTWARE_TOKEN_MFA", preference.SoftwareTokenMfaSettings],
	] as const;
	if (settings.filter(([, setting]) => setting?.PreferredMfa === true).length > 1) throw onePreferredFactor();
	let factors = user.factors;
	for (const [factor, setting] of settings) {
		if (setting !== undefined) factors = preferredFactor(offers, user, factors, factor, setting);
	}
	const passkeyMfa = preference.WebAuthnMfaSettings?.Enabled ?? factors.passkeyMfa;
	if (passkeyMfa === factors.passkeyMfa) return factors;
	const after = { ...factors, passkeyMfa };
	if (passkeyMfa) {
		if (!offers.passkeyMfa) throw passkeyMfaOff();
		// "The user must also have at least one other MFA method … activated to prevent account lockout."
		if (activeFactors({ ...user, factors: after }, offers).length === 0) throw passkeyMfaAlone();
	}
	return after;
}

function preferredFactor(
	offers: PoolFactors,
	user: User,
	factors: UserFactors,
	factor: MfaFactor,
	{ Enabled: enabled = factors.enabled.includes(factor), PreferredMfa: prefers }: SMSMfaSettingsType,
): UserFactors {
	if (!enabled) {
		if (prefers === true) throw preferredFactorOff(factor);
		// "When you set MFA to required in a user pool, users can't enable or disable any MFA methods. You can only set a preferred method."
		// Clients turn the others off whenever they set one, so that this must not be refused.
		if (offers.mfa === "ON" || !factors.enabled.includes(factor)) return factors;
		return withoutFactors(factors, (each) => each === factor);
	}
	if (!isUsable(user, offers, factor)) throw factorNotUsable(factor);
	const on = withFactor(factors, factor);
	if (prefers === true && on.preferred !== factor) return { ...on, preferred: factor };
	if (prefers === false && on.preferred === factor) return { ...on, preferred: undefined };
	return on;
}

const inOrder: readonly MfaFactor[] = ["SMS_MFA", "EMAIL_OTP", "SOFTWARE_TOKEN_MFA"];

/** The second factors that are on for a user: those that it turned on and, in a pool that requires MFA, those that a sign-in asks for. */
export function activeFactors(user: User, pool: PoolFactors): readonly MfaFactor[] {
	if (pool.mfa !== "ON") return user.factors.enabled;
	const active = new Set([...user.factors.enabled, ...eligibleFactors(user, pool)]);
	return inOrder.filter((factor) => active.has(factor));
}

export interface ShownMfa {
	MFAOptions?: MFAOptionType[];
	UserMFASettingList?: string[];
	PreferredMfaSetting?: string;
}

/** The MFA of GetUser and AdminGetUser: no keys at all for a user without. */
export function shownMfa(pool: UserPool, user: User): ShownMfa {
	return { ...shownMfaOptions(pool, user), ...shownMfaSettings(pool, user) };
}

/** "It provides information only about SMS MFA configurations": all that ListUsers and AdminCreateUser show. */
export function shownMfaOptions(pool: UserPool, user: User): Pick<ShownMfa, "MFAOptions"> {
	if (!activeFactors(user, poolFactors(pool)).includes("SMS_MFA")) return {};
	return { MFAOptions: [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }] };
}

function shownMfaSettings(pool: UserPool, user: User): Omit<ShownMfa, "MFAOptions"> {
	const active = activeFactors(user, poolFactors(pool));
	const { preferred } = user.factors;
	return {
		...(active.length > 0 && { UserMFASettingList: [...active] }),
		...(preferred !== undefined && { PreferredMfaSetting: preferred }),
	};
}

/**
 * The answer of GetUserAuthFactors: MFA as above, and what a sign-in by choice can begin with. "The list of options in the response to
 * this query … are returned in InitiateAuth:AvailableChallenges"; PASSWORD stands for PASSWORD_SRP too, which is no AuthFactorType.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html
 */
export async function authFactors(call: Call, pool: UserPool, user: User) {
	const { current } = await readPasswords(call, pool, user);
	const challenges = firstChallenges(user, poolFactors(pool), { isSet: current !== undefined, takesSrp: false });
	const configured = challenges.filter((challenge): challenge is AuthFactorType & typeof challenge => challenge !== "PASSWORD_SRP");
	return { Username: user.username, ...shownMfaSettings(pool, user), ConfiguredUserAuthFactors: configured as AuthFactorType[] };
}
