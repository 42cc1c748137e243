/**
 * /login: who one is, and the password; the name alone where the app client has sign-in by choice and the pool offers more than passwords.
 * Whoever is signed in already may go on as that user.
 */
import { html } from "hono/html";
import type { AwsError } from "../aws/errors.ts";
import { findBrowserSession } from "../domain/user-pools/authorization/browser-sessions.ts";
import { mayContinue } from "../domain/user-pools/authorization/complete.ts";
import { nameCharactersMax } from "../domain/user-pools/names.ts";
import { startSignIn } from "../domain/user-pools/sign-in/start.ts";
import { readCookie } from "../http/cookies.ts";
import { passwordField, person, primaryLink, sideLink, textField } from "./components.ts";
import { checkAs, type Fields } from "./fields.ts";
import { attempt, follow } from "./follow.ts";
import { saysName } from "./layout.ts";
import type { Html, Look } from "./look.ts";
import { displayNameOf, nameFieldOf, typedName } from "./names.ts";
import { allowsSignUp, forgotLink, offersChoice, offersPasskeys } from "./offers.ts";
import { discoveryForm } from "./passkey-discovery.ts";
import { isLimit } from "./sentences.ts";
import { findNotice, formTo, hrefOf, show, type Visit } from "./visit.ts";

export const signInPage = {
	path: "/login",

	async get(visit: Visit): Promise<Response> {
		const { c, call, pool, request } = visit;
		const session = await findBrowserSession(call, pool, readCookie(c, "session"));
		if (session !== undefined && mayContinue(call, pool, request, session)) return showWelcome(visit, displayNameOf(pool, session.user));
		return showSignIn(visit, { username: request.loginHint ?? "", notice: findNotice(visit) });
	},

	post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client } = visit;
		const username = typedName(pool, fields.text("username"));
		const byChoice = offersChoice(visit);
		const password = byChoice ? "" : fields.raw("password");
		const { text } = visit.look.language;
		const problems = [
			...(username === "" ? [{ name: "username", message: text("field.required") }] : []),
			// Nobody has one: it would only make headers long.
			...([...username].length > nameCharactersMax ? [{ name: "username", message: text("error.invalidValue") }] : []),
			...(byChoice || password !== "" ? [] : [{ name: "password", message: text("field.required") }]),
		];
		if (problems.length > 0) return showSignIn(visit, { username, problems });
		const run = async () => {
			const flow = byChoice ? "USER_AUTH" : "USER_PASSWORD_AUTH";
			const parameters = { USERNAME: username, ...(byChoice ? {} : { PASSWORD: password }) };
			checkAs("InitiateAuth", { AuthFlow: flow, ClientId: client.id, AuthParameters: parameters });
			const answer = await startSignIn(call, "public", pool, client, flow, parameters, undefined);
			return follow(visit, { answer, username });
		};
		return attempt(visit, username, run, (sentence, error) => showSignIn(visit, { username, sentence, error }));
	},
};

interface Shown {
	readonly username: string;
	readonly problems?: readonly { readonly name: string; readonly message: string }[] | undefined;
	readonly sentence?: string | undefined;
	readonly error?: AwsError | undefined;
	readonly notice?: string | undefined;
}

/** The page, with what refuses a sign-in that began on it. */
export function showSignIn(visit: Visit, { username, problems = [], sentence, error, notice }: Shown): Promise<Response> {
	const { look, pool } = visit;
	const { text } = look.language;
	const byChoice = offersChoice(visit);
	const problemOf = (name: string) => problems.find((problem) => problem.name === name)?.message;
	const nameField = nameFieldOf(pool);
	const forgot = forgotLink(visit);
	const children = [
		textField(look, {
			name: "username",
			label: text(nameField.label),
			type: nameField.type,
			value: username,
			autocomplete: byChoice ? "username webauthn" : "username",
			autofocus: username === "",
			error: problemOf("username"),
		}),
		byChoice
			? undefined
			: passwordField(look, {
					name: "password",
					label: text("field.password"),
					autocomplete: "current-password",
					autofocus: username !== "",
					error: problemOf("password"),
					below: forgot,
				}),
	];
	const submit = byChoice ? ("signIn.next" as const) : ("signIn.submit" as const);
	const anyPasskey = offersPasskeys(visit) ? discoveryForm(visit, error === undefined) : "";
	const body = html`${formTo(visit, "/login", { submit, children })}${anyPasskey}${byChoice ? (forgot ?? "") : ""}${signUpLink(visit) ?? ""}`;
	const lead = leadOnTo(look);
	const refused = sentence !== undefined || problems.length > 0;
	const status = error !== undefined && isLimit(error) ? 429 : refused ? 400 : 200;
	const scripts = anyPasskey === "" ? [] : ["passkey.js"];
	return show(visit, { title: "signIn.title", lead, error: sentence, problems, notice, body, scripts }, status);
}

/** "to continue to …", where the page's head does not say it already. */
export function leadOnTo(look: Look): Html | undefined {
	return saysName(look) ? undefined : look.language.html("page.to", { name: look.name });
}

function signUpLink(visit: Visit): Html | undefined {
	if (!allowsSignUp(visit)) return undefined;
	return sideLink(visit.look, { question: "signIn.noAccount", text: "signIn.create", href: hrefOf(visit, "/signup") });
}

/** Somebody is signed in here. The authorization endpoint goes on as that user; another sign-in is asked for as `prompt=login` asks. */
function showWelcome(visit: Visit, name: string): Promise<Response> {
	const { look } = visit;
	const body = html`${person(look, { name })}
${primaryLink(look, { text: look.language.text("page.continue"), href: hrefOf(visit, "/oauth2/authorize") })}
${sideLink(look, { text: "signIn.otherAccount", href: hrefOf(visit, "/login", { prompt: "login" }) })}`;
	return show(visit, { title: "signIn.sessionTitle", lead: leadOnTo(look), body });
}
