/**
 * /passkeys/add: a passkey for who is signed in here. An application links to it, and sign-up leads to it where the app client has sign-in
 * by passkey. https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
import { html } from "hono/html";
import { AwsError } from "../aws/errors.ts";
import type { TokenHolder } from "../domain/call.ts";
import { type BrowserSession, findBrowserSession } from "../domain/user-pools/authorization/browser-sessions.ts";
import { completeAuthorization } from "../domain/user-pools/authorization/complete.ts";
import { isSelfRegistered } from "../domain/user-pools/authorization/requests.ts";
import { completeRegistration, startRegistration } from "../domain/user-pools/passkeys.ts";
import { selfServiceScope } from "../domain/user-pools/tokens.ts";
import { readCookie } from "../http/cookies.ts";
import { withoutScript } from "./components.ts";
import { showNotFound } from "./error-page.ts";
import { checkAs, type Fields } from "./fields.ts";
import { attempt, nextParameter } from "./follow.ts";
import { passkeyMessage } from "./offers.ts";
import { isLimit, sentenceOf } from "./sentences.ts";
import { formTo, goToSignIn, redirect, show, type Visit } from "./visit.ts";

export const addPasskeyPage = {
	path: "/passkeys/add",
	// "The passkey URL takes client_id and redirect_uri parameters": the others may be left out.
	defaults: { response_type: "code" },

	async get(visit: Visit): Promise<Response> {
		if (!isThere(visit)) return showNotFound(visit.c);
		const session = await findSession(visit);
		return session === undefined ? askToSignIn(visit) : showAdd(visit, session);
	},

	async post(visit: Visit, fields: Fields): Promise<Response> {
		const { call, look } = visit;
		if (!isThere(visit)) return showNotFound(visit.c);
		const session = await findSession(visit);
		if (session === undefined) return askToSignIn(visit);
		if (fields.raw("later") !== "") return goBack(visit, session, {});
		const credential = parsed(fields.raw("credential"));
		// Only a form that no script has filled in is empty.
		const reason = fields.raw("credential") === "" ? "passkey.noScript" : "passkey.failed";
		if (credential === undefined) return showAdd(visit, session, look.language.text(reason), 400);
		const run = async () => {
			checkAs("CompleteWebAuthnRegistration", { AccessToken: "a", Credential: credential });
			await completeRegistration(call, holderOf(visit, session), credential);
			return goBack(visit, session, { result: "success" });
		};
		return attempt(visit, session.user.username, run, (error, refusal) => showAdd(visit, session, error, isLimit(refusal) ? 429 : 400));
	},
};

/** "Only available in managed login." And not for clients that registered themselves, which must not get a code without a sign-in. */
const isThere = ({ c, client }: Visit) => c.get("domain").domain.managedLoginVersion !== 1 && !isSelfRegistered(client);

/** A way to sign in is added by who has just signed in, not by who finds a browser that somebody left (OWASP ASVS 5, 7.5.1). */
const recentMilliseconds = 15 * 60_000;

/** The sign-in that the page goes by: a recent one, and no older than the request allows. */
async function findSession({ c, call, pool, request }: Visit): Promise<BrowserSession | undefined> {
	const session = await findBrowserSession(call, pool, readCookie(c, "session"));
	if (session === undefined || request.prompt.has("login")) return undefined;
	const age = call.now - session.authTime;
	return age <= Math.min(recentMilliseconds, (request.maxAge ?? Number.POSITIVE_INFINITY) * 1000) ? session : undefined;
}

/** "Amazon Cognito only permits authenticated users to access this page." Signing in leads back to it. */
function askToSignIn(visit: Visit): Response {
	const { request, query } = visit;
	query.set(nextParameter, query.has("response_type") ? "passkey" : "passkey-alone");
	query.set("response_type", request.responseType);
	// Else the page would offer to go on as who is signed in.
	query.set("prompt", "login");
	return goToSignIn(visit, "expired");
}

/** The user who is signed in here, as self-service knows a caller. */
function holderOf({ pool, client }: Visit, { user, id }: BrowserSession): TokenHolder {
	return { kind: "accessToken", pool, client, user, sessionId: id, scopes: new Set([selfServiceScope]) };
}

function parsed(text: string): object | undefined {
	try {
		const value: unknown = JSON.parse(text);
		return typeof value === "object" && value !== null ? value : undefined;
	} catch {
		return undefined;
	}
}

/** Back to the application: with a code where the request asked for one, else to the URL alone. */
async function goBack(visit: Visit, session: BrowserSession, result: Readonly<Record<string, string>>): Promise<Response> {
	const { call, pool, request, query } = visit;
	if (query.has("response_type")) return redirect(visit, await completeAuthorization(call, pool, request, session));
	const location = new URL(request.redirectUri);
	for (const [name, value] of Object.entries(result)) location.searchParams.set(name, value);
	return redirect(visit, location.href);
}

async function showAdd(visit: Visit, session: BrowserSession, error?: string, status: 200 | 400 | 429 = 200): Promise<Response> {
	const { look } = visit;
	const { text } = look.language;
	const options = await askFor(visit, session);
	const refused = options instanceof AwsError ? sentenceOf(look.language, options) : undefined;
	const create = formTo(visit, "/passkeys/add", {
		id: "passkey-create",
		submit: "passkey.add",
		submitIcon: "passkey",
		hidden: { options: options instanceof AwsError ? "" : options, credential: "" },
		children: [passkeyMessage(look)],
	});
	const later = formTo(visit, "/passkeys/add", { submit: "passkey.later", secondary: true, hidden: { later: "true" }, children: [] });
	const body = html`${refused === undefined ? html`${withoutScript(look, text("passkey.noScript"))}${create}` : ""}${later}`;
	return show(
		visit,
		{
			title: "passkey.addTitle",
			lead: text("passkey.addLead"),
			icon: "passkey",
			error: error ?? refused,
			body,
			scripts: ["passkey.js"],
		},
		status,
	);
}

/** What the browser is to make a passkey by, or why there is none to make. */
async function askFor(visit: Visit, session: BrowserSession): Promise<string | AwsError> {
	try {
		return JSON.stringify(await startRegistration(visit.call, holderOf(visit, session)));
	} catch (error) {
		if (error instanceof AwsError) return error;
		throw error;
	}
}
