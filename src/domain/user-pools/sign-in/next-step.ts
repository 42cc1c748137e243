/**
 * What is asked next: decided here alone, from the pool, the user and what has been proved so far. Nothing in this file reads or writes.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html ("Details of MFA logic at user runtime")
 */
import { noSecondFactor, temporaryPasswordExpired, userDisabled } from "../../refusals.ts";
import { attributeOf, type MfaFactor, type PoolFactors } from "../factors.ts";
import { statusAfter } from "../status-machine.ts";
import type { User } from "../users.ts";

/**
 * What a sign-in began with, once it is proved. CONFIRMATION is the code of a sign-up, which ConfirmSignUp took. CUSTOM is whatever the
 * pool's functions ask for.
 */
export type FirstProof = "PASSWORD" | "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN" | "CONFIRMATION" | "CUSTOM";
/** What was proved on top of it. DEVICE is a remembered device, which stands in for a second factor. */
export type SecondProof = MfaFactor | "DEVICE";

export interface Proved {
	readonly first: FirstProof;
	readonly second: SecondProof | undefined;
	/** Whether the authenticator of a WEB_AUTHN proof verified its user. */
	readonly userVerified?: boolean | undefined;
	/** Whether a temporary password was replaced on the way. */
	readonly newPassword?: boolean | undefined;
	/** Where the pool's functions decide (CUSTOM_AUTH), how far they are. */
	readonly custom?: CustomProgress | undefined;
}

/** A challenge of a sign-in by functions, as DefineAuthChallenge is told of it. */
export interface ChallengeResult {
	readonly name: string;
	readonly result: boolean;
	/** CreateAuthChallenge's name for it. */
	readonly metadata?: string | undefined;
}

export interface CustomProgress {
	readonly results: readonly ChallengeResult[];
	/** Whether DefineAuthChallenge has said that tokens are due. */
	readonly isDecided?: boolean | undefined;
}

export interface Progress {
	readonly user: User;
	readonly proved: Proved;
	/** Milliseconds since the epoch; set for a temporary password. */
	readonly passwordExpiresAt: number | undefined;
	/** Whether the request names a device that the user has told the pool to remember. */
	readonly deviceIsRemembered: boolean;
}

export type NextStep =
	| { readonly step: "tokens" }
	| { readonly step: "NEW_PASSWORD_REQUIRED" }
	| { readonly step: MfaFactor }
	| { readonly step: "SELECT_MFA_TYPE"; readonly among: readonly MfaFactor[] }
	| { readonly step: "MFA_SETUP"; readonly among: readonly MfaFactor[] }
	| { readonly step: "DEVICE_SRP_AUTH" };

/** @throws NotAuthorizedException, UserNotConfirmedException, PasswordResetRequiredException: the user may not sign in */
export function nextStep(progress: Progress, pool: PoolFactors, now: number): NextStep {
	const { user, proved, passwordExpiresAt } = progress;
	if (!user.enabled) throw userDisabled();
	const status = statusAfter(proved.first === "PASSWORD" || proved.first === "CUSTOM" ? "sign-in" : "passwordless sign-in", user);
	// Functions may let in who has a temporary password and was not asked for it.
	if (status === "FORCE_CHANGE_PASSWORD" && proved.first !== "CUSTOM") {
		if (passwordExpiresAt !== undefined && passwordExpiresAt <= now) throw temporaryPasswordExpired();
		return { step: "NEW_PASSWORD_REQUIRED" };
	}
	// "After your user succeeds all challenges …, Amazon Cognito returns one final DEVICE_SRP_AUTH challenge":
	// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html ("Signing in with a device")
	const isDecided = proved.custom?.isDecided === true && proved.second === undefined;
	if (isDecided && progress.deviceIsRemembered && pool.devicesSkipMfa) return { step: "DEVICE_SRP_AUTH" };
	// "If MFA is enabled for a user, after Amazon Cognito verifies the password": without one, the functions are all there is.
	if (proved.first === "CUSTOM") return { step: "tokens" };
	if (pool.mfa === "OFF" || proved.second !== undefined || isTwoFactors(proved, user, pool)) return { step: "tokens" };
	const asked = askedFactors(user, pool);
	const next = asked.length > 0 ? oneOf(asked) : pool.mfa === "ON" ? setUp(user, pool) : ({ step: "tokens" } as const);
	// "Device authentication only replaces the MFA-authentication challenge": it sets nothing up.
	const isReplaced = next.step !== "tokens" && next.step !== "MFA_SETUP" && progress.deviceIsRemembered && pool.devicesSkipMfa;
	return isReplaced ? { step: "DEVICE_SRP_AUTH" } : next;
}

/** "Passkeys with user verification can satisfy MFA requirements", where the pool says so and the user has turned it on. */
function isTwoFactors(proved: Proved, user: User, pool: PoolFactors): boolean {
	return proved.first === "WEB_AUTHN" && proved.userVerified === true && pool.passkeyMfa && user.factors.passkeyMfa;
}

/** The second factors that a sign-in asks for one of; none where it asks for none, or has one set up. Steps 2 to 7 of the guide's list. */
export function askedFactors(user: FactorOwner, pool: PoolFactors): MfaFactor[] {
	if (pool.mfa === "OFF") return [];
	const turnedOn = turnedOnFactors(user, pool);
	const { preferred } = user.factors;
	if (preferred !== undefined && turnedOn.includes(preferred)) return [preferred];
	if (pool.mfa === "OPTIONAL") return turnedOn;
	const eligible = eligibleFactors(user, pool);
	// What the user turned on while MFA was optional protects it still: else a password alone would set up another factor.
	return eligible.length > 0 ? eligible : turnedOn.filter((factor) => pool.offered.has(factor));
}

/** A user, or the stand-in for one: what decides which factors there are. */
export type FactorOwner = Pick<User, "attributes" | "factors">;

/** Second factors that the user has turned on and can still use. */
export function turnedOnFactors(user: FactorOwner, pool: PoolFactors): MfaFactor[] {
	return user.factors.enabled.filter((factor) => isUsable(user, pool, factor));
}

/**
 * Whether the user could answer such a challenge. "If you deactivate software token MFA for the user pool later, users who
 * previously associated and verified a TOTP token can continue to use it."
 */
export function isUsable(user: FactorOwner, pool: PoolFactors, factor: MfaFactor): boolean {
	const attribute = attributeOf(factor);
	if (attribute === undefined) return user.factors.hasSoftwareToken;
	return pool.offered.has(factor) && user.attributes[attribute] !== undefined;
}

/** What a pool that requires MFA can ask a user for that prefers nothing: whatever there is, but for the address of account recovery. */
export function eligibleFactors(user: FactorOwner, pool: PoolFactors): MfaFactor[] {
	const byMessage = (["SMS_MFA", "EMAIL_OTP"] as const).filter(
		(factor) => isUsable(user, pool, factor) && attributeOf(factor) !== pool.recovery,
	);
	return user.factors.hasSoftwareToken && pool.offered.has("SOFTWARE_TOKEN_MFA") ? [...byMessage, "SOFTWARE_TOKEN_MFA"] : byMessage;
}

/** Where MFA is required of a user who has none: steps 6 and 8 of the guide's list. */
function setUp(user: User, pool: PoolFactors): NextStep {
	const settable = (["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"] as const).filter((factor) => isSettable(user, pool, factor));
	// A telephone number is not set up by a sign-in: "add a phone number attribute separately and restart authentication".
	if (!settable.some((factor) => factor !== "SMS_MFA")) throw noSecondFactor();
	return { step: "MFA_SETUP", among: settable };
}

/** Whether a sign-in may set the factor up: an address only for who has neither an address nor a number nor an authenticator app. */
function isSettable(user: User, pool: PoolFactors, factor: MfaFactor): boolean {
	if (!pool.offered.has(factor)) return false;
	const attribute = attributeOf(factor);
	if (attribute === undefined) return true;
	const hasNone = user.attributes["email"] === undefined && user.attributes["phone_number"] === undefined && !user.factors.hasSoftwareToken;
	return attribute !== pool.recovery && hasNone;
}

function oneOf(factors: readonly MfaFactor[]): NextStep {
	const [only, ...others] = factors;
	return only !== undefined && others.length === 0 ? { step: only } : { step: "SELECT_MFA_TYPE", among: factors };
}

/** A first factor as AvailableChallenges lists it. */
export type FirstChallenge = "PASSWORD" | "PASSWORD_SRP" | "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN";

/**
 * What a user may begin a sign-in by choice with (USER_AUTH).
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html ("Things to know about user pool MFA", its table)
 */
export function firstChallenges(
	user: FactorOwner,
	pool: PoolFactors,
	password: { readonly isSet: boolean; readonly takesSrp: boolean },
): FirstChallenge[] {
	const needsSecond = pool.mfa === "ON" || (pool.mfa === "OPTIONAL" && turnedOnFactors(user, pool).length > 0);
	const challenges: FirstChallenge[] = [];
	if (pool.first.has("EMAIL_OTP") && !needsSecond && user.attributes["email"] !== undefined) challenges.push("EMAIL_OTP");
	if (pool.first.has("SMS_OTP") && !needsSecond && user.attributes["phone_number"] !== undefined) challenges.push("SMS_OTP");
	const passkeySuffices = !needsSecond || (pool.passkeyMfa && user.factors.passkeyMfa);
	if (pool.first.has("WEB_AUTHN") && user.factors.passkeys > 0 && passkeySuffices) challenges.push("WEB_AUTHN");
	if (pool.first.has("PASSWORD") && password.isSet) {
		challenges.push("PASSWORD");
		if (password.takesSrp) challenges.push("PASSWORD_SRP");
	}
	return challenges;
}
