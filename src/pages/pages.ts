/**
 * The door of managed login: the pages of a user pool's domain, all of them listed here. They work without script and keep nothing between
 * two requests but sealed cookies. Each step calls the function of the domain that the API's operation calls; what it refuses becomes a
 * sentence. This folder must not know how anything is stored, and no rule of sign-in.
 */
import { type Context, Hono } from "hono";
import { AwsError } from "../aws/errors.ts";
import { AuthorizationPageError, AuthorizationRedirectError } from "../domain/user-pools/authorization/requests.ts";
import type { CallBase } from "../http/call.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { addPasskeyPage } from "./add-passkey-page.ts";
import { createBrandingFiles } from "./branding-files.ts";
import { choosePage, passwordPage } from "./choose-page.ts";
import { codePage, totpPage } from "./code-page.ts";
import { confirmPage, resendPage } from "./confirm-page.ts";
import { confirmUserPage } from "./confirm-user-page.ts";
import { csrfField, isOwnPost } from "./csrf.ts";
import { errorPage, goToErrorPage, showExpiredForm, showNoLocalUsers, showNotFound, showUnexpected } from "./error-page.ts";
import { type Fields, readFields } from "./fields.ts";
import { forgotPasswordPage, resetPasswordPage } from "./forgot-password-pages.ts";
import { chooseMfaPage, setupMfaPage } from "./mfa-pages.ts";
import { newPasswordPage } from "./new-password-page.ts";
import { allowsLocalUsers } from "./offers.ts";
import { passkeyPage } from "./passkey-page.ts";
import { signInPage } from "./sign-in-page.ts";
import { signUpPage } from "./sign-up-page.ts";
import { signedOutPage } from "./signed-out-page.ts";
import { findAsset } from "./static-files.ts";
import { openVisit, pageCall, redirect, type Visit } from "./visit.ts";

/** A page that belongs to an authorization request, whose parameters are in its query. */
export interface Page {
	/** Without the domain's base path. */
	readonly path: string;
	/** Parameters of an authorization request that the page does without. */
	readonly defaults?: Readonly<Record<string, string>>;
	get?(visit: Visit): Promise<Response>;
	post?(visit: Visit, fields: Fields): Promise<Response>;
}

export const pages: readonly Page[] = [
	signInPage, // /login
	choosePage, // /login/choose
	passwordPage, // /login/password
	passkeyPage, // /login/passkey
	codePage, // /login/code
	totpPage, // /login/totp
	chooseMfaPage, // /login/choose-mfa
	setupMfaPage, // /login/setup-mfa
	newPasswordPage, // /login/new-password
	signUpPage, // /signup
	confirmPage, // /confirm
	resendPage, // /resendcode
	forgotPasswordPage, // /forgotPassword
	resetPasswordPage, // /confirmforgotPassword
	addPasskeyPage, // /passkeys/add
];

/** The Hono app that serves a domain's pages; paths are those below the domain's base. */
export function createPages(base: CallBase): Hono<DomainEnv> {
	const app = new Hono<DomainEnv>();
	app.get("/assets/:name", (c, next) => {
		const found = findAsset(c.req.param("name"), c.req.raw.headers);
		return found === undefined ? next() : Promise.resolve(found);
	});
	app.route("/", createBrandingFiles(base));
	app.get(errorPage.path, errorPage.get);
	// Who only asks whether there is a page confirms nothing.
	app.get(confirmUserPage.path, async (c) => (c.req.raw.method === "HEAD" ? c.body(null) : confirmUserPage.get(pageCall(base, c), c)));
	app.get(signedOutPage.path, (c) => signedOutPage.get(pageCall(base, c), c));
	for (const page of pages) {
		app.get(page.path, (c) => serve(base, c, page, page.get));
		app.post(page.path, (c) => serve(base, c, page, page.post));
	}
	app.get("*", (c) => showNotFound(c));
	return app;
}

type Handler = ((visit: Visit) => Promise<Response>) | ((visit: Visit, fields: Fields) => Promise<Response>) | undefined;

/** Answers one request to a page, and says in the log and the meters how it went. */
async function serve(base: CallBase, c: Context<DomainEnv>, page: Page, handler: Handler): Promise<Response> {
	const { clock, log, meters } = base.ports;
	const began = clock.monotonic();
	const name = `${c.req.method} ${page.path}`;
	let outcome = "ok";
	try {
		const response = await answer(base, c, page, handler);
		outcome = String(response.status);
		return response;
	} catch (thrown) {
		if (thrown instanceof AuthorizationPageError) {
			outcome = thrown.error;
			return goToErrorPage(c, thrown);
		}
		if (thrown instanceof AuthorizationRedirectError) {
			outcome = "redirected";
			return redirect({ c }, thrown.location);
		}
		outcome = thrown instanceof AwsError ? thrown.code : "InternalErrorException";
		if (!(thrown instanceof AwsError)) log.error({ err: thrown, page: name }, "a page failed");
		return showUnexpected(c, page.path, thrown instanceof AwsError ? 400 : 500);
	} finally {
		const milliseconds = clock.monotonic() - began;
		meters.operation("pages", name, outcome, milliseconds / 1000);
		log.info({ service: "pages", operation: name, outcome, milliseconds: Math.round(milliseconds * 10) / 10 }, "request");
	}
}

async function answer(base: CallBase, c: Context<DomainEnv>, page: Page, handler: Handler): Promise<Response> {
	if (handler === undefined) return showUnexpected(c, page.path, 405);
	if (c.req.method !== "POST") {
		const visit = await openVisit(pageCall(base, c), c, page.path, page.defaults);
		return allowsLocalUsers(visit) ? (handler as NonNullable<Page["get"]>)(visit) : showNoLocalUsers(visit);
	}
	const fields = await readFields(c);
	if (fields === undefined || !isOwnPost(c, page.path, fields.raw(csrfField))) return showExpiredForm(c, page.path);
	// The instant is taken once the whole form is there.
	const visit = await openVisit(pageCall(base, c), c, page.path, page.defaults);
	return allowsLocalUsers(visit) ? (handler as NonNullable<Page["post"]>)(visit, fields) : showNoLocalUsers(visit);
}
