/** /login/choose: how to sign in, where there are several ways; and /login/password, where the way is the password. */
import { html } from "hono/html";
import { respond } from "../domain/user-pools/sign-in/respond.ts";
import { choices, type IconName, passwordField, person, sideLink } from "./components.ts";
import { checkAs, type Fields } from "./fields.ts";
import { findFlow, flowParameter } from "./flow.ts";
import { attempt, choose, firstChoices, follow, isChallenge } from "./follow.ts";
import type { TextKey } from "./languages.ts";
import { forgotLink } from "./offers.ts";
import { isLimit } from "./sentences.ts";
import { formTo, goToSignIn, hrefOf, show, type Visit } from "./visit.ts";

/** Challenges with whose session one may still choose another way. */
const open = ["SELECT_CHALLENGE", "WEB_AUTHN"] as const;

interface Way {
	readonly label: TextKey;
	readonly hint: TextKey;
	readonly icon: IconName;
}
const ways: Readonly<Record<string, Way>> = {
	PASSWORD: { label: "choose.password", hint: "choose.passwordHint", icon: "key" },
	EMAIL_OTP: { label: "choose.emailCode", hint: "choose.emailCodeHint", icon: "mail" },
	SMS_OTP: { label: "choose.smsCode", hint: "choose.smsCodeHint", icon: "message" },
	WEB_AUTHN: { label: "choose.passkey", hint: "choose.passkeyHint", icon: "passkey" },
};

export const choosePage = {
	path: "/login/choose",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, ...open) ? showChoices(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const state = findFlow(visit)?.state;
		if (!isChallenge(state, ...open)) return goToSignIn(visit, "expired");
		const run = () => choose(visit, state, fields.text("factor"));
		return attempt(visit, state.username, run, (sentence, error) => showChoices(visit, state, sentence, isLimit(error) ? 429 : 400));
	},
};

type State = Parameters<typeof choose>[1];

function showChoices(visit: Visit, state: State, error?: string, status: 200 | 400 | 429 = 200): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const options = firstChoices(state).flatMap((value) => {
		const way = ways[value];
		return way === undefined ? [] : [{ value, label: text(way.label), description: text(way.hint), icon: way.icon }];
	});
	const children = [choices(look, { name: "factor", legend: text("choose.legend"), legendHidden: true, options })];
	const body = html`${whoIs(visit, state.username)}${formTo(visit, "/login/choose", { submit: "page.continue", children })}`;
	return show(visit, { title: "choose.title", error, body }, status);
}

/** Whom the sign-in is of, with a way back to the first page. */
export function whoIs(visit: Visit, name: string) {
	return person(visit.look, { name, change: { text: "signIn.otherUser", href: hrefOf(visit, "/login", { prompt: "login" }) } });
}

export const passwordPage = {
	path: "/login/password",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, ...open) ? showPassword(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client, look } = visit;
		const state = findFlow(visit)?.state;
		if (!isChallenge(state, ...open)) return goToSignIn(visit, "expired");
		const { username, session } = state;
		const password = fields.raw("password");
		if (password === "") return showPassword(visit, state, { problem: look.language.text("field.required") });
		const run = async () => {
			const responses = { USERNAME: username, ANSWER: "PASSWORD", PASSWORD: password };
			checkAs("RespondToAuthChallenge", { ClientId: client.id, ChallengeName: "SELECT_CHALLENGE", ChallengeResponses: responses });
			return follow(visit, { answer: await respond(call, pool, client, "SELECT_CHALLENGE", responses, session), username });
		};
		return attempt(visit, username, run, (error, refusal) => showPassword(visit, state, { error, isLimited: isLimit(refusal) }));
	},
};

interface Refused {
	readonly error?: string;
	readonly problem?: string;
	readonly isLimited?: boolean;
}

function showPassword(visit: Visit, state: State, { error, problem, isLimited }: Refused = {}): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const children = [
		passwordField(look, {
			name: "password",
			label: text("field.password"),
			autocomplete: "current-password",
			autofocus: true,
			error: problem,
			below: forgotLink(visit),
		}),
	];
	const flow = visit.c.req.query(flowParameter) ?? "";
	const other =
		firstChoices(state).length > 1
			? sideLink(look, { text: "signIn.otherWay", href: hrefOf(visit, "/login/choose", { [flowParameter]: flow }) })
			: "";
	const body = html`${whoIs(visit, state.username)}${formTo(visit, "/login/password", {
		submit: "signIn.submit",
		hidden: { username: state.username },
		children,
	})}${other}`;
	const problems = problem === undefined ? [] : [{ name: "password", message: problem }];
	const status = isLimited ? 429 : error !== undefined || problem !== undefined ? 400 : 200;
	return show(visit, { title: "signIn.passwordTitle", error, problems, body }, status);
}
