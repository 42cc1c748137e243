/** /forgotPassword: who forgot the password; and /confirmforgotPassword, the code that was sent and the new password. */
import { html } from "hono/html";
import { recoveryAttributes } from "../domain/user-pools/factors.ts";
import { confirmForgotPassword } from "../domain/user-pools/recovery.ts";
import type { Problem } from "./attribute-fields.ts";
import { sentTexts } from "./code-page.ts";
import { codeField, linkForm, primaryLink, sideLink, textField } from "./components.ts";
import { csrfToken } from "./csrf.ts";
import { checkAs, type Fields } from "./fields.ts";
import { endFlow, type FlowOf, findFlow, flowParameter } from "./flow.ts";
import { attempt, leadToReset } from "./follow.ts";
import { nameFieldOf, typedName } from "./names.ts";
import { isPasswordRefusal, newPasswordFields, newPasswordLabels, newPasswordProblems } from "./new-password-fields.ts";
import { isLimit } from "./sentences.ts";
import { formTo, goToSignIn, hrefOf, show, type Visit } from "./visit.ts";

export const forgotPasswordPage = {
	path: "/forgotPassword",

	async get(visit: Visit): Promise<Response> {
		if (recoveryAttributes(visit.pool).length === 0) return showClosed(visit);
		return showForgot(visit, visit.request.loginHint ?? "");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { client, look, pool } = visit;
		if (recoveryAttributes(pool).length === 0) return showClosed(visit);
		const username = typedName(pool, fields.text("username"));
		if (username === "") return showForgot(visit, username, { problem: look.language.text("field.required") });
		const run = async () => {
			checkAs("ForgotPassword", { ClientId: client.id, Username: username });
			// Who is on the way already asks for another code.
			const response = await leadToReset(visit, username, findFlow(visit)?.state.kind === "reset" ? "resent" : undefined);
			endFlow(visit);
			return response;
		};
		return attempt(visit, username, run, (error, refusal) => showForgot(visit, username, { error, isLimited: isLimit(refusal) }));
	},
};

interface Refused {
	readonly error?: string | undefined;
	readonly problem?: string;
	readonly isLimited?: boolean;
}

function showForgot(visit: Visit, username: string, { error, problem, isLimited }: Refused = {}): Promise<Response> {
	const { look, pool } = visit;
	const { text } = look.language;
	const name = nameFieldOf(pool);
	const children = [
		textField(look, {
			name: "username",
			label: text(name.label),
			type: name.type,
			autocomplete: "username",
			value: username,
			autofocus: true,
			error: problem,
		}),
	];
	const body = html`${formTo(visit, "/forgotPassword", { submit: "forgot.submit", children }, undefined)}${sideLink(look, {
		text: "forgot.back",
		href: hrefOf(visit, "/login"),
	})}`;
	const problems = problem === undefined ? [] : [{ name: "username", message: problem }];
	const status = isLimited ? 429 : error !== undefined || problem !== undefined ? 400 : 200;
	return show(visit, { title: "forgot.title", lead: text("forgot.lead"), error, problems, body }, status);
}

/** Only administrators reset passwords here. */
function showClosed(visit: Visit): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const body = primaryLink(look, { text: text("forgot.back"), href: hrefOf(visit, "/login") });
	return show(visit, { title: "forgot.title", error: text("error.contactAdministrator"), body }, 403);
}

type State = FlowOf<"reset">;

export const resetPasswordPage = {
	path: "/confirmforgotPassword",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return state?.kind === "reset" ? showReset(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client, look } = visit;
		const state = findFlow(visit)?.state;
		if (state?.kind !== "reset") return goToSignIn(visit, "expired");
		const { username } = state;
		const code = fields.code("code");
		const problems = [
			...(code === "" ? [{ name: "code", message: look.language.text("field.codeRequired") }] : []),
			...newPasswordProblems(look, fields),
		];
		if (problems.length > 0) return showReset(visit, state, { problems });
		const password = fields.raw("password");
		const run = async () => {
			checkAs("ConfirmForgotPassword", { ClientId: client.id, Username: username, ConfirmationCode: code, Password: password });
			await confirmForgotPassword(call, pool, client, { username, code, password });
			endFlow(visit);
			return goToSignIn(visit, "reset", username);
		};
		return attempt(visit, username, run, (error, refusal) => {
			if (isPasswordRefusal(refusal.code)) return showReset(visit, state, { problems: [{ name: "password", message: error }] });
			return showReset(visit, state, { error, isLimited: isLimit(refusal) });
		});
	},
};

interface ResetRefused {
	readonly error?: string;
	readonly problems?: readonly Problem[];
	readonly isLimited?: boolean;
}

function showReset(visit: Visit, { username, sentTo }: State, { error, problems = [], isLimited }: ResetRefused = {}): Promise<Response> {
	const { look, pool, browserId } = visit;
	const { text } = look.language;
	const problemOf = (name: string) => problems.find((problem) => problem.name === name)?.message;
	const children = [
		codeField(look, { name: "code", label: text("field.code"), autofocus: true, error: problemOf("code") }),
		...newPasswordFields(look, pool, newPasswordLabels, problems),
	];
	const flow = visit.c.req.query(flowParameter) ?? "";
	const again = linkForm(look, {
		question: "code.notReceived",
		text: "code.resend",
		action: hrefOf(visit, "/forgotPassword", { [flowParameter]: flow }),
		csrf: csrfToken(pool, browserId, "/forgotPassword"),
		hidden: { username },
	});
	const body = html`${formTo(visit, "/confirmforgotPassword", { submit: "reset.submit", hidden: { username }, children })}${again}`;
	const status = isLimited ? 429 : error !== undefined || problems.length > 0 ? 400 : 200;
	const sent = sentTexts(visit, sentTo?.destination ?? "");
	return show(visit, { title: "reset.title", ...sent, error, problems, body }, status);
}
