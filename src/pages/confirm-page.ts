/** /confirm: the code of a sign-up, or where its link was sent; and /resendcode, which sends another one. */
import { html } from "hono/html";
import { AwsError } from "../aws/errors.ts";
import { confirmsByLink } from "../domain/user-pools/confirmation-links.ts";
import { signInAfterSignUp } from "../domain/user-pools/sign-in/after-sign-up.ts";
import { confirmSignUp, resendConfirmationCode } from "../domain/user-pools/sign-up.ts";
import { sentTexts } from "./code-page.ts";
import { codeField, linkForm, primaryLink } from "./components.ts";
import { csrfToken } from "./csrf.ts";
import { checkAs, type Fields } from "./fields.ts";
import { changeFlow, endFlow, type Flow, type FlowOf, findFlow, flowParameter } from "./flow.ts";
import { attempt, follow, sentToOf } from "./follow.ts";
import type { View } from "./layout.ts";
import { offersPasskeys } from "./offers.ts";
import { isLimit } from "./sentences.ts";
import { findNotice, formTo, goTo, goToSignIn, hasNotice, hrefOf, show, type Visit } from "./visit.ts";

type State = FlowOf<"confirm">;

export const confirmPage = {
	path: "/confirm",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return state?.kind === "confirm" ? showConfirm(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client, look } = visit;
		const state = findFlow(visit)?.state;
		if (state?.kind !== "confirm") return goToSignIn(visit, "expired");
		const { username, proof } = state;
		const code = fields.code("code");
		if (code === "") return showConfirm(visit, state, { problem: look.language.text("field.codeRequired") });
		const run = async () => {
			checkAs("ConfirmSignUp", { ClientId: client.id, Username: username, ConfirmationCode: code });
			await confirmSignUp(call, pool, client, { username, code, forceAliasCreation: false, session: undefined });
			return proof === undefined ? goToConfirmed(visit, username) : signIn(visit, state, proof);
		};
		return attempt(visit, username, run, (error, refusal) => showConfirm(visit, state, { error, isLimited: isLimit(refusal) }));
	},
};

/** On to the application. Where the sign-in is refused, the account is confirmed all the same: signing in says why. */
async function signIn(visit: Visit, { username }: State, proof: string): Promise<Response> {
	const { call, pool, client } = visit;
	try {
		const answer = await signInAfterSignUp(call, pool, client, proof);
		return await follow(visit, { answer, username, before: offersPasskeys(visit) ? "/passkeys/add" : undefined });
	} catch (error) {
		if (error instanceof AwsError) return goToConfirmed(visit, username);
		throw error;
	}
}

function goToConfirmed(visit: Visit, username: string): Response {
	endFlow(visit);
	return goToSignIn(visit, "confirmed", username);
}

interface Refused {
	readonly error?: string;
	readonly problem?: string;
	readonly isLimited?: boolean;
}

function showConfirm(visit: Visit, state: State, { error, problem, isLimited }: Refused = {}): Promise<Response> {
	const { look, pool, browserId } = visit;
	const { text } = look.language;
	const { sentTo, username } = state;
	const isLink = sentTo?.medium === "EMAIL" && confirmsByLink(pool);
	const children = [codeField(look, { name: "code", label: text("field.code"), autofocus: true, error: problem })];
	const flow = visit.c.req.query(flowParameter) ?? "";
	const again = linkForm(look, {
		question: isLink ? "confirm.linkNotReceived" : "code.notReceived",
		text: isLink ? "confirm.linkResend" : "code.resend",
		action: hrefOf(visit, "/resendcode", { [flowParameter]: flow }),
		csrf: csrfToken(pool, browserId, "/resendcode"),
	});
	const main = isLink
		? primaryLink(look, { text: text("forgot.back"), href: hrefOf(visit, "/login", { login_hint: username }) })
		: formTo(visit, "/confirm", { submit: "confirm.submit", children });
	const body = html`${main}${again}`;
	const problems = problem === undefined ? [] : [{ name: "code", message: problem }];
	const status = isLimited ? 429 : error !== undefined || problem !== undefined ? 400 : 200;
	return show(
		visit,
		{
			title: "confirm.title",
			...(sentTo === undefined
				? { notice: findNotice(visit) }
				: isLink
					? linkTexts(visit, sentTo.destination)
					: sentTexts(visit, sentTo.destination)),
			icon: sentTo?.medium === "SMS" ? "message" : "mail",
			error,
			problems,
			body,
		},
		status,
	);
}

/** "We sent a link to …": the mail has no code. */
function linkTexts(visit: Visit, destination: string): Pick<View, "lead" | "notice"> {
	const { language } = visit.look;
	const lead = language.html("confirm.linkSentTo", { destination });
	return hasNotice(visit, "resent") ? { lead, notice: language.html("confirm.linkResent", { destination }) } : { lead };
}

export const resendPage = {
	path: "/resendcode",

	/** Links of the page that a refusal shows lead here: to its language, for one. */
	get: (visit: Visit): Promise<Response> => confirmPage.get(visit),

	async post(visit: Visit): Promise<Response> {
		const { call, pool, client } = visit;
		const flow = findFlow(visit);
		const state = flow?.state;
		if (flow === undefined || state?.kind !== "confirm") return goToSignIn(visit, "expired");
		const run = async () => {
			const sentTo = sentToOf(await resendConfirmationCode(call, pool, client, state.username));
			changeFlow(visit, flow as Flow, { ...state, sentTo });
			return goTo(visit, "/confirm", flow.id, "resent");
		};
		return attempt(visit, state.username, run, (error, refusal) => showConfirm(visit, state, { error, isLimited: isLimit(refusal) }));
	},
};
