/** Ends a step of a sign-in: tokens, the next challenge, or a refusal. */
import type { AuthenticationResultType, ChallengeNameType } from "../../../aws/model/cognito-idp.types.ts";
import { unreachable } from "../../../kernel/assert.ts";
import type { Verb } from "../../../storage/store.ts";
import type { Call } from "../../call.ts";
import {
	aliasExists,
	deviceNotFound,
	invalidSession,
	passwordAttemptsExceeded,
	softwareTokenUsed,
	tooManyRequests,
} from "../../refusals.ts";
import type { AppClient } from "../app-clients.ts";
import { type BrowserSession, startBrowserSession } from "../authorization/browser-sessions.ts";
import type { Device } from "../devices.ts";
import { poolFactors } from "../factors.ts";
import { clearFailures, demandUnlocked, type Failures } from "../lockout.ts";
import type { UserPool } from "../pools.ts";
import { findUserOverrides, type TokenOverrides } from "../pre-token-generation.ts";
import { writeSignIn } from "../session-management.ts";
import { refreshTokenOf, startSession } from "../sessions.ts";
import { issueTokens, selfServiceScope } from "../tokens.ts";
import { hasTrigger } from "../triggers.ts";
import type { User, UserOutcome } from "../users.ts";
import { postAuthenticate } from "./authentication-triggers.ts";
import { askDeviceSrp } from "./challenges/device-srp-auth.ts";
import { askMfaSetup } from "./challenges/mfa-setup.ts";
import { askNewPassword } from "./challenges/new-password-required.ts";
import { askMfaType } from "./challenges/select-mfa-type.ts";
import { askSoftwareToken } from "./challenges/software-token-mfa.ts";
import { continuedByFunctions, defineNext } from "./custom-auth.ts";
import { type NextStep, nextStep, type Proved } from "./next-step.ts";
import { askMfaCode } from "./one-time-code.ts";
import { deviceOfTokens, findSigningDevice } from "./signing-device.ts";

/** What InitiateAuth and RespondToAuthChallenge answer, in the API's own words. */
export interface AuthAnswer {
	readonly ChallengeName?: ChallengeNameType;
	readonly Session?: string;
	readonly ChallengeParameters: Readonly<Record<string, string>>;
	readonly AvailableChallenges?: ChallengeNameType[];
	readonly AuthenticationResult?: AuthenticationResultType;
	/** In the place of tokens on login pages: the browser's session, and the value of its cookie. */
	readonly browserSession?: { readonly token: string; readonly session: BrowserSession };
}

/** What a step's batch may end with besides `done`. */
export type StepOutcome = "taken" | "locked" | "spent" | "exhausted" | "limited" | "code used" | "device gone" | UserOutcome;

/** A sign-in on its way: what a step that was answered hands on. */
export interface SignIn {
	readonly user: User;
	/** The name as it was typed. */
	readonly name: string;
	readonly proved: Proved;
	/** Set for a temporary password: milliseconds since the epoch. */
	readonly passwordExpiresAt: number | undefined;
	/** Failures counted against the name, as they were read: only tokens clear them. */
	readonly failures: Failures;
	/** The key of the device that the client says it is, as this step names it. */
	readonly deviceKey: string | undefined;
	/** The key that an earlier step named: it serves where this one names none. */
	readonly earlierDeviceKey?: string | undefined;
	/** That device, where it was read already. */
	readonly device?: Device | undefined;
}

/** Goes on after a proof: `verbs` is what the step itself writes, in one batch with what it gives. */
export async function finish(
	call: Call,
	pool: UserPool,
	client: AppClient,
	before: SignIn,
	verbs: readonly Verb<StepOutcome>[],
): Promise<AuthAnswer> {
	const device = await findSigningDevice(call, pool, before);
	if (device === "unknown") {
		// The answer counts, and spends nothing: clients repeat it without the key.
		const counted = verbs.filter(({ table }) => table === "challenge_attempts");
		await writeStep(call, [...counted, demandUnlocked(call.now, pool, before.failures)]);
		throw deviceNotFound();
	}
	const signIn: SignIn = { ...before, device, deviceKey: device?.key };
	let next: NextStep;
	try {
		next = nextStep({ ...signIn, deviceIsRemembered: device?.isRemembered === true }, poolFactors(pool), call.now);
	} catch (refusal) {
		// Else a burst of guesses would learn from the kind of refusal which password is the right one, past the lock.
		await writeStep(call, [...verbs, demandUnlocked(call.now, pool, signIn.failures)]);
		throw refusal;
	}
	const { custom } = signIn.proved;
	if (custom !== undefined && custom.isDecided !== true && isForFunctions(next)) {
		await writeStep(call, [...verbs, demandUnlocked(call.now, pool, signIn.failures)]);
		return defineNext(call, pool, client, continuedByFunctions(signIn));
	}
	if (next.step === "tokens") {
		const all = [...verbs, ...clearFailures(call.now, pool, signIn.failures)];
		if (call.managedLogin) return { ChallengeParameters: {}, browserSession: await giveBrowserSession(call, pool, client, signIn, all) };
		return { ChallengeParameters: {}, AuthenticationResult: await giveTokens(call, pool, client, signIn, all) };
	}
	// The failures stay counted: whoever knows the password alone must not get a new count with it.
	await writeStep(call, [...verbs, demandUnlocked(call.now, pool, signIn.failures)]);
	switch (next.step) {
		case "NEW_PASSWORD_REQUIRED":
			return askNewPassword(call, pool, client, signIn);
		case "SMS_MFA":
		case "EMAIL_OTP":
			return askMfaCode(call, pool, client, signIn, next.step);
		case "SOFTWARE_TOKEN_MFA":
			return askSoftwareToken(call, pool, client, signIn);
		case "SELECT_MFA_TYPE":
			return askMfaType(call, pool, client, signIn, next.among);
		case "MFA_SETUP":
			return askMfaSetup(call, pool, client, signIn, next.among);
		case "DEVICE_SRP_AUTH":
			return askDeviceSrp(call, pool, client, signIn);
		default:
			return unreachable(next);
	}
}

/** Whether the pool's functions decide before the step is asked for; second factors come right after a password. */
function isForFunctions({ step }: NextStep): boolean {
	return step === "tokens" || step === "NEW_PASSWORD_REQUIRED" || step === "DEVICE_SRP_AUTH";
}

/** Records the sign-in and issues its tokens; both run at once, and the answer waits for both. */
async function giveTokens(
	call: Call,
	pool: UserPool,
	client: AppClient,
	signIn: SignIn,
	verbs: readonly Verb<StepOutcome>[],
): Promise<AuthenticationResultType> {
	const { user } = signIn;
	const device = deviceOfTokens(call, pool, signIn);
	let own = verbs;
	let overrides: TokenOverrides | undefined;
	if (hasTrigger(pool, "PostAuthentication") || hasTrigger(pool, "PreTokenGeneration")) {
		// What was proved is decided before a function hears of it, and the sign-in recorded after: docs/adr/0008.
		await writeStep(call, verbs);
		own = [];
		overrides = await askFunctions(call, pool, client, signIn, device.offered !== undefined);
	}
	const { session, verb } = startSession(call, pool, client, user, { device: device.session });
	const write = async () => checkOutcome(await writeSignIn(call, pool, user, session, [...own, verb, ...device.verbs]));
	const [, tokens] = await Promise.all([write(), issueTokens(call, pool, client, user, session, overrides)]);
	const result = authenticationResult(tokens, refreshTokenOf(pool, user, session));
	return device.offered === undefined ? result : { ...result, NewDeviceMetadata: device.offered };
}

/**
 * Records a sign-in on login pages. Its tokens come later, from the codes that the session is good for: PreTokenGeneration is asked
 * then, and devices are remembered for tokens alone.
 */
async function giveBrowserSession(
	call: Call,
	pool: UserPool,
	client: AppClient,
	signIn: SignIn,
	verbs: readonly Verb<StepOutcome>[],
): Promise<NonNullable<AuthAnswer["browserSession"]>> {
	let own = verbs;
	if (hasTrigger(pool, "PostAuthentication")) {
		// As for tokens: docs/adr/0008.
		await writeStep(call, verbs);
		own = [];
		await postAuthenticate(call, pool, client, signIn.user, false);
	}
	const { token, session, verb } = startBrowserSession(call, pool, client, signIn.user);
	await writeStep(call, [...own, verb]);
	return { token, session };
}

/** The functions before tokens: PostAuthentication, then PreTokenGeneration. */
async function askFunctions(
	call: Call,
	pool: UserPool,
	client: AppClient,
	{ user, proved }: SignIn,
	newDeviceUsed: boolean,
): Promise<TokenOverrides | undefined> {
	await postAuthenticate(call, pool, client, user, newDeviceUsed);
	if (!hasTrigger(pool, "PreTokenGeneration")) return undefined;
	const occasion = proved.second === "DEVICE" ? "AuthenticateDevice" : proved.newPassword ? "NewPasswordChallenge" : "Authentication";
	return findUserOverrides(call, pool, client, user, occasion, [selfServiceScope]);
}

/** The API's form of issued tokens; without `refreshToken` the client keeps the one it has. */
export function authenticationResult(
	tokens: { readonly idToken: string | undefined; readonly accessToken: string; readonly expiresIn: number },
	refreshToken: string | undefined,
): AuthenticationResultType {
	return {
		AccessToken: tokens.accessToken,
		ExpiresIn: tokens.expiresIn,
		TokenType: "Bearer",
		...(refreshToken === undefined ? {} : { RefreshToken: refreshToken }),
		...(tokens.idToken === undefined ? {} : { IdToken: tokens.idToken }),
	};
}

/** Writes what a step writes. @throws NotAuthorizedException where the step was answered before or the name is locked by now, AliasExistsException */
export async function writeStep(call: Call, verbs: readonly Verb<StepOutcome>[]): Promise<void> {
	if (verbs.length > 0) checkOutcome(await call.store.write(verbs));
}

function checkOutcome(outcome: "done" | StepOutcome): void {
	switch (outcome) {
		case "done":
			return;
		case "locked":
			throw passwordAttemptsExceeded();
		case "taken":
		case "spent":
		case "stale":
		case "exhausted":
			throw invalidSession();
		case "device gone":
			throw deviceNotFound();
		case "limited":
			throw tooManyRequests();
		case "code used":
			throw softwareTokenUsed();
		default:
			// A name that somebody else has meanwhile: the alias that the step would have made active.
			throw aliasExists(outcome.replace(" taken", ""));
	}
}
