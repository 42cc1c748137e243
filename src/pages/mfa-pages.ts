/**
 * Second factors: /login/choose-mfa, which of several to use, and /login/setup-mfa, where the pool requires one of a user who has none: an
 * authenticator app, or an e-mail address.
 */
import { html } from "hono/html";
import { create } from "qrcode";
import { verifyInSetup } from "../domain/user-pools/sign-in/challenges/mfa-setup.ts";
import { respond } from "../domain/user-pools/sign-in/respond.ts";
import { startAgain } from "./code-page.ts";
import { choices, codeField, type IconName, qrCode, steps, textField } from "./components.ts";
import { checkAs, type Fields } from "./fields.ts";
import { changeFlow, type Flow, type FlowOf, findFlow } from "./flow.ts";
import { attempt, follow, isChallenge, setupChoices, withSecret } from "./follow.ts";
import type { TextKey } from "./languages.ts";
import { isLimit } from "./sentences.ts";
import { formTo, goTo, goToSignIn, show, type Visit } from "./visit.ts";

type State = FlowOf<"challenge">;

interface Factor {
	readonly label: TextKey;
	readonly hint: TextKey;
	readonly icon: IconName;
}

const factors: Readonly<Record<string, Factor>> = {
	SOFTWARE_TOKEN_MFA: { label: "mfa.totp", hint: "mfa.totpHint", icon: "app" },
	SMS_MFA: { label: "mfa.sms", hint: "mfa.smsHintNew", icon: "message" },
	EMAIL_OTP: { label: "mfa.email", hint: "mfa.emailHintNew", icon: "mail" },
};

function optionsOf({ look }: Visit, names: readonly string[]) {
	const { text } = look.language;
	return names.flatMap((value) => {
		const factor = factors[value];
		return factor === undefined ? [] : [{ value, label: text(factor.label), description: text(factor.hint), icon: factor.icon }];
	});
}

interface Refused {
	readonly error?: string;
	readonly problem?: { readonly name: string; readonly message: string };
	readonly isLimited?: boolean;
	readonly email?: string;
}

const statusOf = ({ error, problem, isLimited }: Refused) => (isLimited ? 429 : error !== undefined || problem !== undefined ? 400 : 200);
const problemsOf = ({ problem }: Refused) => (problem === undefined ? [] : [problem]);

export const chooseMfaPage = {
	path: "/login/choose-mfa",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, "SELECT_MFA_TYPE") ? showFactors(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client } = visit;
		const state = findFlow(visit)?.state;
		if (!isChallenge(state, "SELECT_MFA_TYPE")) return goToSignIn(visit, "expired");
		const { username, session } = state;
		const run = async () => {
			const responses = { USERNAME: username, ANSWER: fields.text("factor") };
			checkAs("RespondToAuthChallenge", { ClientId: client.id, ChallengeName: "SELECT_MFA_TYPE", ChallengeResponses: responses });
			return follow(visit, { answer: await respond(call, pool, client, "SELECT_MFA_TYPE", responses, session), username });
		};
		return attempt(visit, username, run, (error, refusal) => showFactors(visit, state, { error, isLimited: isLimit(refusal) }));
	},
};

function showFactors(visit: Visit, { facts }: State, refused: Refused = {}): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const options = optionsOf(visit, JSON.parse(facts["MFAS_CAN_CHOOSE"] ?? "[]") as string[]);
	const children = [choices(look, { name: "factor", legend: text("mfa.chooseLegend"), legendHidden: true, options })];
	const body = formTo(visit, "/login/choose-mfa", { submit: "page.continue", children });
	return show(visit, { title: "mfa.chooseTitle", lead: text("mfa.chooseLead"), error: refused.error, body }, statusOf(refused));
}

export const setupMfaPage = {
	path: "/login/setup-mfa",

	async get(visit: Visit): Promise<Response> {
		const state = findFlow(visit)?.state;
		return isChallenge(state, "MFA_SETUP") ? showSetup(visit, state) : goToSignIn(visit, "expired");
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const flow = findFlow(visit);
		const state = flow?.state;
		if (flow === undefined || !isChallenge(state, "MFA_SETUP")) return goToSignIn(visit, "expired");
		const refused = (how: Refused) => showSetup(visit, state, how);
		const run = () => {
			// From the page of the choice, to which one may go back.
			if (fields.raw("factor") !== "" && setupChoices(state).length > 1) return chooseSetup(visit, flow, state, fields.text("factor"));
			switch (chosenOf(state)) {
				case "SOFTWARE_TOKEN_MFA":
					return verifyApp(visit, state, fields.code("code"), refused);
				case "EMAIL_OTP":
					return setUpAddress(visit, state, fields.text("email"), refused);
				default:
					return chooseSetup(visit, flow, state, fields.text("factor"));
			}
		};
		const { username } = state;
		return attempt(visit, username, run, (error, refusal) => refused({ error, isLimited: isLimit(refusal), email: fields.text("email") }));
	},
};

/** What is being set up; undefined while it is to be chosen. */
function chosenOf(state: State): string | undefined {
	const [only, ...others] = setupChoices(state);
	return state.facts["chosen"] ?? (others.length === 0 ? only : undefined);
}

async function chooseSetup(visit: Visit, flow: Flow, state: State, factor: string): Promise<Response> {
	if (setupChoices(state).includes(factor)) {
		// A secret that is in an app already stays.
		const isNew = factor === "SOFTWARE_TOKEN_MFA" && state.facts["secret"] === undefined;
		const prepared = isNew ? await withSecret(visit, state) : state;
		changeFlow(visit, flow, { ...prepared, facts: { ...prepared.facts, chosen: factor } });
	}
	return goTo(visit, "/login/setup-mfa", flow.id);
}

async function verifyApp(visit: Visit, state: State, code: string, refused: (how: Refused) => Promise<Response>): Promise<Response> {
	const { call, pool, client, look } = visit;
	if (code === "") return refused({ problem: { name: "code", message: look.language.text("field.codeRequired") } });
	// The model has six digits: whatever else is typed is a wrong code.
	if (!/^\d{6}$/.test(code)) return refused({ error: look.language.text("error.wrongCode") });
	const session = await verifyInSetup(call, state.session, code, undefined);
	const { username } = state;
	return follow(visit, { answer: await respond(call, pool, client, "MFA_SETUP", { USERNAME: username }, session), username });
}

async function setUpAddress(visit: Visit, state: State, email: string, refused: (how: Refused) => Promise<Response>): Promise<Response> {
	const { call, pool, client, look } = visit;
	if (email === "") return refused({ problem: { name: "email", message: look.language.text("field.required") } });
	const { username, session } = state;
	const responses = { USERNAME: username, email };
	checkAs("RespondToAuthChallenge", { ClientId: client.id, ChallengeName: "MFA_SETUP", ChallengeResponses: responses });
	return follow(visit, { answer: await respond(call, pool, client, "MFA_SETUP", responses, session), username });
}

function showSetup(visit: Visit, state: State, refused: Refused = {}): Promise<Response> {
	switch (chosenOf(state)) {
		case "SOFTWARE_TOKEN_MFA":
			return showApp(visit, state, refused);
		case "EMAIL_OTP":
			return showAddress(visit, refused);
		default:
			return showSetupChoice(visit, state, refused);
	}
}

function showSetupChoice(visit: Visit, state: State, refused: Refused): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const options = optionsOf(visit, setupChoices(state));
	const children = [choices(look, { name: "factor", legend: text("mfa.chooseLegend"), legendHidden: true, options })];
	const body = formTo(visit, "/login/setup-mfa", { submit: "page.continue", children });
	return show(visit, { title: "mfa.setupTitle", lead: text("mfa.setupLead"), error: refused.error, body }, statusOf(refused));
}

function showApp(visit: Visit, { facts, username }: State, refused: Refused): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const secret = facts["secret"] ?? "";
	const uri = keyUri(look.name, username, secret);
	const { modules } = create(uri);
	const code = codeField(look, { name: "code", label: text("field.code"), error: refused.problem?.message });
	const children = [
		steps(look, [
			html`<p>${text("mfa.setupTotpStepOne")}</p>${qrCode(look, { modules, secret, uri })}`,
			html`<p>${text("mfa.setupTotpStepTwo")}</p>${code}`,
		]),
	];
	const body = html`${formTo(visit, "/login/setup-mfa", { submit: "page.continue", children })}${startAgain(visit)}`;
	return show(visit, { title: "mfa.setupTotpTitle", error: refused.error, problems: problemsOf(refused), body }, statusOf(refused));
}

/** https://github.com/google/google-authenticator/wiki/Key-Uri-Format: neither name may have a colon. */
function keyUri(place: string, username: string, secret: string): string {
	const part = (text: string) => encodeURIComponent(text.replaceAll(":", " "));
	return `otpauth://totp/${part(place)}:${part(username)}?${`secret=${secret}&issuer=${part(place)}`}`;
}

function showAddress(visit: Visit, refused: Refused): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const children = [
		textField(look, {
			name: "email",
			label: text("field.email"),
			type: "email",
			autocomplete: "email",
			value: refused.email,
			error: refused.problem?.message,
			autofocus: true,
		}),
	];
	const body = html`${formTo(visit, "/login/setup-mfa", { submit: "page.continue", children })}${startAgain(visit)}`;
	const lead = text("mfa.setupEmailLead");
	return show(visit, { title: "mfa.setupEmailTitle", lead, error: refused.error, problems: problemsOf(refused), body }, statusOf(refused));
}
