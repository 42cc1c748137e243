/** /signup: a new account, with a name, what the pool requires of its users, and a password. */
import { html } from "hono/html";
import type { AwsError } from "../aws/errors.ts";
import { sealPasswordProof } from "../domain/user-pools/sign-in/after-sign-up.ts";
import { startSignIn } from "../domain/user-pools/sign-in/start.ts";
import { signUp } from "../domain/user-pools/sign-up.ts";
import { type AskedAttribute, attributeFields, missingAttributes, type Problem, problemsIn, readAttributes } from "./attribute-fields.ts";
import { finePrint, paragraph, primaryLink, sideLink, textField } from "./components.ts";
import { checkAs, type Fields } from "./fields.ts";
import { startFlow } from "./flow.ts";
import { attempt, follow, sentToOf } from "./follow.ts";
import type { TextKey } from "./languages.ts";
import type { Html } from "./look.ts";
import { newNameFieldOf, typedName } from "./names.ts";
import { isPasswordRefusal, newPasswordFields, newPasswordProblems, signUpLabels } from "./new-password-fields.ts";
import { allowsSignUp, offersPasskeys } from "./offers.ts";
import { isLimit } from "./sentences.ts";
import { leadOnTo } from "./sign-in-page.ts";
import { formTo, goTo, hrefOf, show, type Visit } from "./visit.ts";

export const signUpPage = {
	path: "/signup",

	async get(visit: Visit): Promise<Response> {
		return allowsSignUp(visit) ? showSignUp(visit) : showClosed(visit);
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, pool, client, look } = visit;
		if (!allowsSignUp(visit)) return showClosed(visit);
		const asked = askedAttributes(visit);
		const username = typedName(pool, fields.text("username"));
		const problems = [
			...(username === "" ? [{ name: "username", message: look.language.text("field.required") }] : []),
			...missingAttributes(look, asked, fields),
			...newPasswordProblems(look, fields),
		];
		if (problems.length > 0) return showSignUp(visit, { fields, problems });
		const password = fields.raw("password");
		const run = async () => {
			const attributes = readAttributes(asked, fields);
			checkAs("SignUp", { ClientId: client.id, Username: username, Password: password, UserAttributes: attributes });
			const { user, delivery } = await signUp(call, pool, client, { username, password, attributes, validationData: undefined });
			if (user.status === "CONFIRMED") {
				const parameters = { USERNAME: username, PASSWORD: password };
				const answer = await startSignIn(call, "public", pool, client, "USER_PASSWORD_AUTH", parameters, undefined);
				return follow(visit, { answer, username, before: offersPasskeys(visit) ? "/passkeys/add" : undefined });
			}
			if (delivery === undefined) return showWaiting(visit);
			const proof = sealPasswordProof(call, pool, client, username, user);
			return goTo(visit, "/confirm", startFlow(visit, { kind: "confirm", username, sentTo: sentToOf(delivery), proof }));
		};
		return attempt(visit, username, run, async (sentence, error) => {
			// The user is there: a new code is the way out.
			if (error.code === "CodeDeliveryFailureException")
				return goTo(visit, "/confirm", startFlow(visit, { kind: "confirm", username, sentTo: undefined, proof: undefined }));
			return showSignUp(visit, { fields, ...explain(visit, asked, sentence, error) });
		});
	},
};

interface Shown {
	readonly fields?: Fields | undefined;
	readonly problems?: readonly Problem[] | undefined;
	readonly error?: string | undefined;
	readonly isLimited?: boolean | undefined;
}

/** Puts a refusal beside the field that it is about, where it is about one. */
function explain(visit: Visit, asked: readonly AskedAttribute[], sentence: string, error: AwsError): Shown {
	if (isPasswordRefusal(error.code)) return { problems: [{ name: "password", message: sentence }] };
	if (error.code === "UsernameExistsException" || /^Username (should|cannot) be/.test(error.message))
		return { problems: [{ name: "username", message: sentence }] };
	const problems = problemsIn(visit.look, asked, error);
	if (problems.length > 0) return { problems };
	// The model's own constraints: what is wrong with a name or a password that no policy has.
	const [, member] = /Value (?:'[^']*' )?at '(username|password)'/.exec(error.message) ?? [];
	if (member !== undefined)
		return { problems: [{ name: member, message: member === "username" ? nameSentence(visit, sentence) : sentence }] };
	return { error: sentence, isLimited: isLimit(error) };
}

function nameSentence({ look, pool }: Visit, otherwise: string): string {
	const { type } = newNameFieldOf(pool);
	return type === "text" ? otherwise : look.language.text(type === "email" ? "error.invalidEmail" : "error.invalidPhone");
}

/**
 * What the pool requires, and the addresses that it would verify: without one of those a user could never confirm. What the name is
 * already is not asked for again.
 */
function askedAttributes({ pool, client }: Visit): AskedAttribute[] {
	const { UsernameAttributes: names = [], AutoVerifiedAttributes: verified = [] } = pool.settings;
	const required = [...pool.schema].filter(([name, schema]) => schema.Required && name !== "sub").map(([name]) => name);
	const optional = verified.filter((name) => !required.includes(name) && (client.writable === undefined || client.writable.has(name)));
	// With one kind of address as name it is that; with two, the one that was not given can be given too.
	const isName = (name: string) => names.length === 1 && names[0] === name;
	const mayBeName = (name: string) => names.some((each) => each === name);
	return [
		...required.map((name) => ({ name, isRequired: !mayBeName(name) })),
		...(names.length === 0 ? optional.map((name) => ({ name, isRequired: verified.length === 1 })) : []),
	].filter(({ name }) => !isName(name));
}

function showSignUp(visit: Visit, { fields, problems = [], error, isLimited }: Shown = {}): Promise<Response> {
	const { look, pool } = visit;
	const { text } = look.language;
	const name = newNameFieldOf(pool);
	const children = [
		textField(look, {
			name: "username",
			label: text(name.label),
			type: name.type,
			hint: name.type === "tel" ? text("field.phoneHint") : undefined,
			autocomplete: "username",
			value: fields?.text("username"),
			autofocus: fields === undefined,
			error: problems.find((problem) => problem.name === "username")?.message,
		}),
		...attributeFields(look, pool, askedAttributes(visit), fields, problems),
		...newPasswordFields(look, pool, signUpLabels, problems),
	];
	const body = html`${formTo(visit, "/signup", { submit: "signUp.submit", children, after: termsOf(visit) })}${sideLink(look, {
		question: "signUp.haveAccount",
		text: "signUp.signIn",
		href: hrefOf(visit, "/login"),
	})}`;
	const lead = leadOnTo(look);
	const status = isLimited ? 429 : error !== undefined || problems.length > 0 ? 400 : 200;
	return show(visit, { title: "signUp.title", lead, error, problems, body }, status);
}

/** "By signing up, you agree to …": both documents, or nothing. They open beside the form, so that nothing that was typed is lost. */
function termsOf({ look, terms }: Visit): Html | undefined {
	if (terms === undefined) return undefined;
	const link = (href: string, text: TextKey) =>
		html`<a class="link" href="${href}" target="_blank" rel="noopener noreferrer">${look.language.text(text)}</a>`;
	const links = { terms: link(terms.use, "terms.use"), privacy: link(terms.privacy, "terms.privacy") };
	return finePrint(look, look.language.html("signUp.terms", links));
}

/** Only administrators make users here. */
function showClosed(visit: Visit): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const body = primaryLink(look, { text: text("forgot.back"), href: hrefOf(visit, "/login") });
	return show(visit, { title: "signUp.title", error: text("error.signUpNotAllowed"), body }, 403);
}

/** The pool sends no codes: "Amazon Cognito has created the new user, but hasn't been able to send a verification message." */
function showWaiting(visit: Visit): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const body = html`${paragraph(look, text("signUp.waitLead"))}${primaryLink(look, { text: text("forgot.back"), href: hrefOf(visit, "/login") })}`;
	return show(visit, { title: "signUp.waitTitle", body, icon: "person" });
}
