/** Where a step of a sign-in leads: the page of the next challenge, or back to the application. */
import { AwsError } from "../aws/errors.ts";
import type { CodeDeliveryDetailsType } from "../aws/model/cognito-idp.types.ts";
import { rateExceeded, tooManyRequests } from "../domain/refusals.ts";
import { endBrowserSession } from "../domain/user-pools/authorization/browser-sessions.ts";
import { completeAuthorization } from "../domain/user-pools/authorization/complete.ts";
import { forgotPassword } from "../domain/user-pools/recovery.ts";
import { associateInSetup } from "../domain/user-pools/sign-in/challenges/mfa-setup.ts";
import type { AuthAnswer } from "../domain/user-pools/sign-in/finish.ts";
import { respond } from "../domain/user-pools/sign-in/respond.ts";
import { resendConfirmationCode } from "../domain/user-pools/sign-up.ts";
import { readCookie, setCookie } from "../http/cookies.ts";
import { Overloaded, RateExceeded } from "../kernel/overloaded.ts";
import { giveBrowserId } from "./csrf.ts";
import { endFlow, endFlows, type FlowOf, type FlowState, findFlow, type SentTo, startFlow } from "./flow.ts";
import { quotaOfPage } from "./quotas.ts";
import { isOver, sentenceOf } from "./sentences.ts";
import { goTo, goToSignIn, hrefOf, type Notice, redirect, type Visit } from "./visit.ts";

type ChallengeFlow = FlowOf<"challenge">;

/** The query parameter of a sign-in that /passkeys/add asked for. */
export const nextParameter = "next";

/** The page of each challenge that a sign-in on pages may come to. Custom challenges and devices' own are not among them. */
const pageOf = {
	SELECT_CHALLENGE: "/login/choose",
	PASSWORD: "/login/password",
	EMAIL_OTP: "/login/code",
	SMS_OTP: "/login/code",
	SMS_MFA: "/login/code",
	WEB_AUTHN: "/login/passkey",
	SOFTWARE_TOKEN_MFA: "/login/totp",
	SELECT_MFA_TYPE: "/login/choose-mfa",
	MFA_SETUP: "/login/setup-mfa",
	NEW_PASSWORD_REQUIRED: "/login/new-password",
} as const;

/** The challenges that a page answers. */
export type PageChallenge = keyof typeof pageOf;

/** What pages need of a challenge's parameters; all else would make the cookie longer. */
const keptFacts: readonly string[] = [
	"CODE_DELIVERY_DESTINATION",
	"CODE_DELIVERY_DELIVERY_MEDIUM",
	"requiredAttributes",
	"MFAS_CAN_SETUP",
	"MFAS_CAN_CHOOSE",
	"FRIENDLY_DEVICE_NAME",
	"CREDENTIAL_REQUEST_OPTIONS",
];

/** What a sign-in answered, and the name that was typed at its beginning. */
export interface Followed {
	readonly answer: AuthAnswer;
	readonly username: string;
	/** The page to come to first where the sign-in ends with this. */
	readonly before?: string | undefined;
}

/** Goes on after a step. */
export async function follow(visit: Visit, { answer, username, before }: Followed): Promise<Response> {
	const { browserSession, ChallengeName: challenge, Session: session = "" } = answer;
	if (browserSession !== undefined) {
		const { c, call, pool, request } = visit;
		// Whoever signed in here before is not signed in any more.
		await endBrowserSession(call, pool, readCookie(c, "session"));
		setCookie(c, "session", browserSession.token, (browserSession.session.expiresAt - call.now) / 1000);
		giveBrowserId(call, c);
		endFlows(visit);
		const next = before ?? (/^passkey(-alone)?$/.test(visit.query.get(nextParameter) ?? "") ? "/passkeys/add" : undefined);
		if (next !== undefined) return redirect(visit, hrefAfterSignIn(visit, next));
		return redirect(visit, await completeAuthorization(call, pool, request, browserSession.session));
	}
	if (challenge === undefined || !Object.hasOwn(pageOf, challenge))
		throw new AwsError("InvalidParameterException", "The sign-in can't go on here.");
	const available = answer.AvailableChallenges;
	const state: ChallengeFlow = { kind: "challenge", challenge, username, session, facts: factsOf(answer), available };
	return followChallenge(visit, challenge as PageChallenge, state);
}

/** What its page needs of a challenge. */
export function factsOf({ ChallengeParameters }: AuthAnswer): Readonly<Record<string, string>> {
	return Object.fromEntries(Object.entries(ChallengeParameters).filter(([name]) => keptFacts.includes(name)));
}

/** A page of ours that comes between the sign-in and the application. What the request asked of the sign-in is done. */
function hrefAfterSignIn(visit: Visit, path: string): string {
	const query = new URLSearchParams(visit.query);
	// Without a response_type the page gives no code.
	if (query.get(nextParameter) === "passkey-alone") query.delete("response_type");
	for (const done of [nextParameter, "prompt", "max_age"]) query.delete(done);
	return hrefOf({ ...visit, query }, path);
}

async function followChallenge(visit: Visit, challenge: PageChallenge, state: ChallengeFlow): Promise<Response> {
	if (challenge === "SELECT_CHALLENGE") {
		const [only, ...others] = firstChoices(state);
		// A choice of one is none.
		if (only !== undefined && only !== "PASSWORD" && others.length === 0) return choose(visit, state, only);
		if (others.length === 0) return enter(visit, "PASSWORD", state);
	}
	if (challenge === "MFA_SETUP" && setupChoices(state).length === 1 && setupChoices(state)[0] === "SOFTWARE_TOKEN_MFA") {
		return enter(visit, challenge, await withSecret(visit, state));
	}
	return enter(visit, challenge, withShortOptions(state));
}

/** What the flow was before stays with it, for who goes back. */
function enter(visit: Visit, challenge: PageChallenge, state: FlowState): Response {
	return goTo(visit, pageOf[challenge], startFlow(visit, state));
}

/** The first factors to choose from. The page has the password itself, for which SRP is only another way. */
export function firstChoices({ available = [] }: ChallengeFlow): string[] {
	return available.filter((factor) => factor !== "PASSWORD_SRP");
}

/** Chooses a first factor. */
export async function choose(visit: Visit, state: ChallengeFlow, factor: string): Promise<Response> {
	const { call, pool, client } = visit;
	if (factor === "PASSWORD" && firstChoices(state).includes(factor)) {
		const flow = findFlow(visit);
		return flow === undefined ? enter(visit, "PASSWORD", state) : goTo(visit, pageOf.PASSWORD, flow.id);
	}
	const { username, session, available } = state;
	const answer = await respond(call, pool, client, "SELECT_CHALLENGE", { USERNAME: username, ANSWER: factor }, session);
	return follow(visit, { answer: { ...answer, ...(available && { AvailableChallenges: [...available] }) }, username });
}

/** The second factors that may be set up here: an SMS message's number is no matter of a sign-in. */
export function setupChoices({ facts }: ChallengeFlow): string[] {
	return (JSON.parse(facts["MFAS_CAN_SETUP"] ?? "[]") as string[]).filter((factor) => factor !== "SMS_MFA");
}

/** The set-up with a new secret for an authenticator app. */
export async function withSecret({ call }: Visit, state: ChallengeFlow): Promise<ChallengeFlow> {
	const { secretCode, session } = await associateInSetup(call, state.session);
	return { ...state, session, facts: { ...state.facts, secret: secretCode } };
}

const optionsCharactersMax = 1200;

/** Without the list of passkeys where that is too long for a cookie: browsers find those of the domain themselves, since all are discoverable. */
function withShortOptions(state: ChallengeFlow): ChallengeFlow {
	const options = state.facts["CREDENTIAL_REQUEST_OPTIONS"];
	if (options === undefined || options.length <= optionsCharactersMax) return state;
	const short = JSON.stringify({ ...(JSON.parse(options) as object), allowCredentials: [] });
	return { ...state, facts: { ...state.facts, CREDENTIAL_REQUEST_OPTIONS: short } };
}

/**
 * Counts a step in its request quota and runs it, and says what refuses it: `refused` shows the page again. A sign-in that can't go on
 * begins again; a user who has to confirm or to reset first is sent a code and led to where it is asked for.
 */
export async function attempt(
	visit: Visit,
	username: string,
	run: () => Promise<Response>,
	refused: (sentence: string, error: AwsError) => Promise<Response>,
): Promise<Response> {
	const { language } = visit.look;
	try {
		const quota = quotaOfPage[visit.path];
		if (quota !== undefined) visit.call.quotas.take(quota);
		return await run();
	} catch (thrown) {
		const error = thrown instanceof RateExceeded ? rateExceeded() : thrown instanceof Overloaded ? tooManyRequests() : thrown;
		if (!(error instanceof AwsError)) throw error;
		if (isOver(error)) {
			endFlow(visit);
			return goToSignIn(visit, "expired");
		}
		try {
			if (error.code === "UserNotConfirmedException") return await leadToConfirmation(visit, username);
			if (error.code === "PasswordResetRequiredException") return await leadToReset(visit, username);
		} catch (second) {
			if (!(second instanceof AwsError)) throw second;
			return refused(sentenceOf(language, second), second);
		}
		return refused(sentenceOf(language, error), error);
	}
}

/** Sends a new code to a user who never confirmed. */
async function leadToConfirmation(visit: Visit, username: string): Promise<Response> {
	const { call, pool, client } = visit;
	const sentTo = sentToOf(await resendConfirmationCode(call, pool, client, username));
	return goTo(visit, "/confirm", startFlow(visit, { kind: "confirm", username, sentTo, proof: undefined }));
}

/** Sends a code that lets the password be changed. */
export async function leadToReset(visit: Visit, username: string, notice?: Notice): Promise<Response> {
	const { call, pool, client } = visit;
	const sentTo = sentToOf(await forgotPassword(call, pool, client, username));
	return goTo(visit, "/confirmforgotPassword", startFlow(visit, { kind: "reset", username, sentTo }), notice);
}

/** Where a code went. */
export function sentToOf(delivery: CodeDeliveryDetailsType): SentTo {
	return { destination: delivery.Destination ?? "", medium: delivery.DeliveryMedium === "SMS" ? "SMS" : "EMAIL" };
}

/** The flow's challenge, where the request is in one that this page answers. */
export function isChallenge(state: FlowState | undefined, ...challenges: readonly PageChallenge[]): state is ChallengeFlow {
	return state?.kind === "challenge" && (challenges as readonly string[]).includes(state.challenge);
}
