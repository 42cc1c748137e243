/** /login/code: a code that was sent, as the first factor or as the second one; and /login/totp, a code of the user's authenticator app. */
import { html } from "hono/html";
import { resendCode } from "../domain/user-pools/sign-in/one-time-code.ts";
import { respond } from "../domain/user-pools/sign-in/respond.ts";
import { codeField, linkForm, sideLink } from "./components.ts";
import { csrfToken } from "./csrf.ts";
import { checkAs, type Fields } from "./fields.ts";
import { changeFlow, type Flow, type FlowOf, findFlow, flowParameter } from "./flow.ts";
import { attempt, factsOf, follow, isChallenge } from "./follow.ts";
import type { View } from "./layout.ts";
import type { Html } from "./look.ts";
import { isLimit } from "./sentences.ts";
import { findNotice, formTo, goTo, goToSignIn, hasNotice, hrefOf, show, type Visit } from "./visit.ts";

type State = FlowOf<"challenge">;

interface Refused {
	readonly error?: string;
	readonly problem?: string;
	readonly isLimited?: boolean;
}

const statusOf = ({ error, problem, isLimited }: Refused) => (isLimited ? 429 : error !== undefined || problem !== undefined ? 400 : 200);
const problemsOf = ({ problem }: Refused) => (problem === undefined ? [] : [{ name: "code", message: problem }]);

/** Answers the challenge of `state` with the code of the form. */
function answerWith(visit: Visit, state: State, code: string, refused: (how: Refused) => Promise<Response>): Promise<Response> {
	const { call, pool, client, look } = visit;
	if (code === "") return refused({ problem: look.language.text("field.codeRequired") });
	const { challenge, username, session } = state;
	const run = async () => {
		const responses = { USERNAME: username, [`${challenge}_CODE`]: code };
		checkAs("RespondToAuthChallenge", { ClientId: client.id, ChallengeName: challenge, ChallengeResponses: responses });
		return follow(visit, { answer: await respond(call, pool, client, challenge, responses, session), username });
	};
	return attempt(visit, username, run, (error, refusal) => refused({ error, isLimited: isLimit(refusal) }));
}

const sent = ["EMAIL_OTP", "SMS_OTP", "SMS_MFA"] as const;

export const codePage = {
	path: "/login/code",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, ...sent) ? showCode(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const flow = findFlow(visit);
		const state = flow?.state;
		if (flow === undefined || !isChallenge(state, ...sent)) return goToSignIn(visit, "expired");
		if (fields.raw("resend") !== "") return resend(visit, flow, state);
		return answerWith(visit, state, fields.code("code"), (refused) => showCode(visit, state, refused));
	},
};

/** Another code for the same sign-in. The page stays where it is. */
function resend(visit: Visit, flow: Flow, state: State): Promise<Response> {
	const { call, pool, client } = visit;
	const run = async () => {
		const answer = await resendCode(call, pool, client, state.session);
		changeFlow(visit, flow, { ...state, session: answer.Session ?? "", facts: factsOf(answer) });
		return goTo(visit, "/login/code", flow.id, "resent");
	};
	return attempt(visit, state.username, run, (error, refusal) => showCode(visit, state, { error, isLimited: isLimit(refusal) }));
}

function showCode(visit: Visit, state: State, refused: Refused = {}): Promise<Response> {
	const { look, pool, browserId } = visit;
	const { text } = look.language;
	const destination = state.facts["CODE_DELIVERY_DESTINATION"] ?? "";
	const isSms = state.facts["CODE_DELIVERY_DELIVERY_MEDIUM"] === "SMS";
	const children = [codeField(look, { name: "code", label: text("field.code"), autofocus: true, error: refused.problem })];
	const flow = visit.c.req.query(flowParameter) ?? "";
	const again = linkForm(look, {
		question: "code.notReceived",
		text: "code.resend",
		action: hrefOf(visit, "/login/code", { [flowParameter]: flow }),
		csrf: csrfToken(pool, browserId, "/login/code"),
		hidden: { resend: "true" },
	});
	const body = html`${formTo(visit, "/login/code", { submit: "code.submit", children })}${again}${startAgain(visit)}`;
	return show(
		visit,
		{
			title: isSms ? "code.titleSms" : "code.titleEmail",
			...sentTexts(visit, destination),
			icon: isSms ? "message" : "mail",
			error: refused.error,
			problems: problemsOf(refused),
			body,
		},
		statusOf(refused),
	);
}

/** "We sent a code to …", with the address set apart; of another code the page's notice says so instead. */
export function sentTexts(visit: Visit, destination: string): Pick<View, "lead" | "notice"> {
	const { language } = visit.look;
	const say = (key: "code.sentTo" | "code.resent") =>
		destination === "" ? language.text("code.sent") : language.html(key, { destination });
	return hasNotice(visit, "resent") ? { notice: say("code.resent") } : { lead: say("code.sentTo"), notice: findNotice(visit) };
}

/** The way out for who can't do what a page asks, or is somebody else. */
export function startAgain(visit: Visit): Html {
	return sideLink(visit.look, { text: "page.startAgain", href: hrefOf(visit, "/login") });
}

export const totpPage = {
	path: "/login/totp",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, "SOFTWARE_TOKEN_MFA") ? showTotp(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const state = findFlow(visit)?.state;
		if (!isChallenge(state, "SOFTWARE_TOKEN_MFA")) return goToSignIn(visit, "expired");
		return answerWith(visit, state, fields.code("code"), (refused) => showTotp(visit, state, refused));
	},
};

function showTotp(visit: Visit, _state: State, refused: Refused = {}): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const children = [codeField(look, { name: "code", label: text("field.code"), autofocus: true, error: refused.problem })];
	const body = html`${formTo(visit, "/login/totp", { submit: "page.continue", children })}${startAgain(visit)}`;
	const lead = look.language.html("totp.lead", { name: look.name });
	return show(
		visit,
		{ title: "totp.title", lead, icon: "app", error: refused.error, problems: problemsOf(refused), body },
		statusOf(refused),
	);
}
