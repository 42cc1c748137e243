/**
 * CUSTOM_AUTH: functions of the pool's say what a sign-in has to prove. DefineAuthChallenge is told all results so far and decides what
 * comes next; CreateAuthChallenge and VerifyAuthChallengeResponse pose and judge what it calls a CUSTOM_CHALLENGE. SRP may come first.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html ("Custom authentication")
 */
import type { Call } from "../../call.ts";
import {
	customAuthNotConfigured,
	flowNotEnabled,
	incorrectUsernameOrPassword,
	invalidLambdaResponse,
	invalidParameter,
	invalidSession,
} from "../../refusals.ts";
import { type AppClient, checkSecretHash } from "../app-clients.ts";
import { countFailure } from "../lockout.ts";
import type { UserPool } from "../pools.ts";
import { statusAfter } from "../status-machine.ts";
import { fire, flagOf, hasTrigger, type Json, metadataOf, type TriggerName, textOf } from "../triggers.ts";
import type { User } from "../users.ts";
import { signInUser } from "./authentication-triggers.ts";
import { begin } from "./begin.ts";
import { askCustomChallenge } from "./challenges/custom-challenge.ts";
import { askNewPassword } from "./challenges/new-password-required.ts";
import { askPasswordVerifier, checkSrp } from "./challenges/password.ts";
import { type Credentials, readCredentials } from "./credentials.ts";
import { type AuthAnswer, finish, type SignIn } from "./finish.ts";
import type { Choice } from "./first-factors.ts";
import { checkMayStart } from "./judge.ts";
import type { ChallengeResult, Proved } from "./next-step.ts";
import { type Parameters, required } from "./parameters.ts";

/** A sign-in on its way through the functions. */
export interface CustomSignIn {
	/** The name as it was typed. */
	readonly name: string;
	/** Its user is undefined where nobody has the name: the functions are told so, and it never gets tokens. */
	readonly credentials: Pick<Credentials, "user" | "userId" | "username" | "failures">;
	readonly results: readonly ChallengeResult[];
	/** Everything else that is proved. */
	readonly proved: Proved;
	/** The key of the device that the client says it is. */
	readonly deviceKey: string | undefined;
}

/** @throws InvalidParameterException, NotAuthorizedException, UserNotFoundException; what the functions refuse with */
export async function byFunctions(call: Call, pool: UserPool, client: AppClient, parameters: Parameters): Promise<AuthAnswer> {
	if (!client.flows.has("ALLOW_CUSTOM_AUTH")) throw flowNotEnabled("CUSTOM_AUTH");
	const name = required(parameters, "USERNAME");
	const srpA = firstPublicValue(pool, parameters);
	checkConfigured(pool, "DefineAuthChallenge");
	checkSecretHash(client, name, parameters["SECRET_HASH"]);
	const choice = await begin(call, pool, client, name, parameters["DEVICE_KEY"]);
	const { credentials, deviceKey } = choice;
	checkMayStart(call, client, credentials);
	// Where anybody may know who exists, the functions are spared what could not end well.
	if (!client.hidesUserExistence && credentials.user !== undefined) statusAfter("sign-in", credentials.user);
	const results = srpA === undefined ? [] : [{ name: "SRP_A", result: true }];
	const signIn: CustomSignIn = { name, credentials, results, proved: { first: "CUSTOM", second: undefined }, deviceKey };
	return defineNext(call, pool, client, signIn, srpA === undefined ? undefined : { choice, srpA });
}

/** "To start the authentication flow with password verification, include SRP_A": undefined where it starts without. */
function firstPublicValue(pool: UserPool, parameters: Parameters): string | undefined {
	switch (parameters["CHALLENGE_NAME"]) {
		case "SRP_A": {
			const srpA = required(parameters, "SRP_A");
			checkSrp(pool, srpA);
			return srpA;
		}
		case undefined:
		case "":
		case "CUSTOM_CHALLENGE":
			return undefined;
		default:
			throw invalidParameter("CHALLENGE_NAME must be SRP_A or CUSTOM_CHALLENGE.");
	}
}

/** @throws InvalidParameterException */
export function checkConfigured(pool: UserPool, trigger: TriggerName): void {
	if (!hasTrigger(pool, trigger)) throw customAuthNotConfigured();
}

/**
 * Asks DefineAuthChallenge what comes next, and does it. `srp` is SRP's first half, where the sign-in began with it just now.
 * @throws NotAuthorizedException where the function says so, InvalidLambdaResponseException where it says nothing that can be done
 */
export async function defineNext(
	call: Call,
	pool: UserPool,
	client: AppClient,
	signIn: CustomSignIn,
	srp?: { readonly choice: Choice; readonly srpA: string },
): Promise<AuthAnswer> {
	const { isFailed, isOver, challenge } = await define(call, pool, client, signIn);
	if (isFailed) return refuse(call, pool, signIn);
	if (isOver) return decide(call, pool, client, signIn);
	switch (challenge) {
		case "CUSTOM_CHALLENGE":
			return askCustomChallenge(call, pool, client, signIn);
		case "PASSWORD_VERIFIER": {
			if (srp === undefined) throw invalidLambdaResponse();
			const credentials = await readAfterFunctions(call, pool, signIn);
			return askPasswordVerifier(call, pool, client, { ...srp.choice, credentials }, srp.srpA, "for functions");
		}
		case "NEW_PASSWORD_REQUIRED": {
			const { user } = await readAfterFunctions(call, pool, signIn);
			// It is for who has proved a temporary password.
			if (user?.status !== "FORCE_CHANGE_PASSWORD" || signIn.proved.first !== "PASSWORD") throw invalidLambdaResponse();
			return askNewPassword(call, pool, client, continuedWith(signIn, user, { ...signIn.proved, custom: { results: signIn.results } }));
		}
		default:
			throw invalidLambdaResponse();
	}
}

async function define(call: Call, pool: UserPool, client: AppClient, signIn: CustomSignIn) {
	const request = { ...requestOf(call, client, signIn), session: eventSession(signIn.results) };
	const empty = { challengeName: null, issueTokens: null, failAuthentication: null };
	const subject = subjectOf(client, signIn);
	const response = (await fire(call, pool, "DefineAuthChallenge", "DefineAuthChallenge_Authentication", subject, request, empty)) ?? {};
	return {
		isFailed: flagOf(response, "failAuthentication"),
		isOver: flagOf(response, "issueTokens"),
		challenge: textOf(response, "challengeName"),
	};
}

/** Whom the events are about: a name that nobody has is told as it was typed. */
export function subjectOf(client: AppClient, { credentials, name }: CustomSignIn) {
	return { userName: credentials.user?.username ?? name, client };
}

/** What all three functions are told. */
export function requestOf(call: Call, client: AppClient, { credentials }: CustomSignIn): Json {
	return { ...signInUser(client, credentials.user), ...metadataOf(call) };
}

/** The results as events have them. */
export function eventSession(results: readonly ChallengeResult[]): Json[] {
	return results.map(({ name, result, metadata = null }) => ({
		challengeName: name,
		challengeResult: result,
		challengeMetadata: metadata,
	}));
}

/** The functions let nobody in: that counts as a wrong password does. */
async function refuse(call: Call, pool: UserPool, { credentials }: CustomSignIn): Promise<never> {
	await countFailure(call, pool, credentials.failures);
	throw incorrectUsernameOrPassword();
}

/** The functions say that tokens are due: what the pool itself still asks for comes first, such as a remembered device's proof. */
async function decide(call: Call, pool: UserPool, client: AppClient, signIn: CustomSignIn): Promise<AuthAnswer> {
	const { user } = await readAfterFunctions(call, pool, signIn);
	if (user === undefined) return refuse(call, pool, signIn);
	const proved: Proved = { ...signIn.proved, custom: { results: [], isDecided: true } };
	return finish(call, pool, client, continuedWith(signIn, user, proved), []);
}

function continuedWith({ name, credentials, deviceKey }: CustomSignIn, user: User, proved: Proved): SignIn {
	// The device was named before: one that is forgotten by now is let go of.
	return {
		user,
		name,
		proved,
		passwordExpiresAt: undefined,
		failures: credentials.failures,
		deviceKey: undefined,
		earlierDeviceKey: deviceKey,
	};
}

/**
 * The user as the functions have left it: they may change those that they are called for.
 * @throws NotAuthorizedException where it is another one by now, or was signed out everywhere
 */
export async function readAfterFunctions(call: Call, pool: UserPool, { name, credentials }: CustomSignIn): Promise<Credentials> {
	const now = await readCredentials(call, pool, name);
	if (now.userId !== credentials.userId || now.user?.epoch !== credentials.user?.epoch) throw invalidSession();
	return now;
}

/** A sign-in by functions after a step that Cognito itself asked for: its result is what they are told next. */
export function continuedByFunctions({ user, name, proved, failures, deviceKey, earlierDeviceKey }: SignIn): CustomSignIn {
	const { custom, ...rest } = proved;
	const results = [...(custom?.results ?? [])];
	const done = [...(rest.newPassword === true ? ["NEW_PASSWORD_REQUIRED"] : []), ...(rest.second === undefined ? [] : [rest.second])];
	for (const challenge of done) {
		if (!results.some((result) => result.name === challenge)) results.push({ name: challenge, result: true });
	}
	const credentials = { user, userId: user.id, username: user.username, failures };
	return { name, credentials, results, proved: rest, deviceKey: deviceKey ?? earlierDeviceKey };
}
