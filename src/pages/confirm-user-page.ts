/**
 * /confirmUser: where the link of a message leads that confirms a sign-up by a click (CONFIRM_WITH_LINK). It carries no authorization
 * request, so it ends here: the user goes back to the application and signs in.
 */
import type { Context } from "hono";
import { html } from "hono/html";
import { AwsError } from "../aws/errors.ts";
import type { Call } from "../domain/call.ts";
import { codeMismatch, rateExceeded, tooManyRequests } from "../domain/refusals.ts";
import { type AppClient, findAppClient } from "../domain/user-pools/app-clients.ts";
import { confirmSignUp } from "../domain/user-pools/sign-up.ts";
import type { DoorCall } from "../http/call.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { Overloaded, RateExceeded } from "../kernel/overloaded.ts";
import { findBranding } from "./branding.ts";
import { placeOf } from "./error-page.ts";
import { checkAs } from "./fields.ts";
import { isLimit, sentenceOf } from "./sentences.ts";
import { lookOf, showPage } from "./visit.ts";

export const confirmUserPage = {
	path: "/confirmUser",

	async get(call: DoorCall, c: Context<DomainEnv>): Promise<Response> {
		const { pool, domain, basePath } = c.get("domain");
		const client = await findClient(call, c);
		const branding = client && (await findBranding(call, pool, client, domain, basePath));
		// The address has the code: no link of the page carries it on.
		const look = { ...lookOf(c, "/confirmUser", client?.name ?? placeOf(c)), branding, languageLinks: [] };
		const { text } = look.language;
		const refusal = client === undefined ? undefined : await confirm(call, c, client);
		if (client !== undefined && refusal === undefined) {
			const view = { title: "confirm.doneTitle", lead: text("confirm.doneLead"), body: html``, icon: "check", tone: "success" } as const;
			return showPage(c, look, view, 200);
		}
		const error = refusal === undefined ? undefined : sentenceOf(look.language, refusal);
		const view = {
			title: "confirm.failedTitle",
			lead: text("confirm.failedLead"),
			error,
			body: html``,
			icon: "alert",
			tone: "warning",
		} as const;
		return showPage(c, look, view, refusal !== undefined && isLimit(refusal) ? 429 : 400);
	},
};

async function findClient(call: Call, c: Context<DomainEnv>): Promise<AppClient | undefined> {
	const client = await findAppClient(call, c.req.query("client_id") ?? "");
	return client?.userPoolId === c.get("domain").pool.id ? client : undefined;
}

/** Confirms whom the link is for, or says why not. */
async function confirm(call: DoorCall, c: Context<DomainEnv>, client: AppClient): Promise<AwsError | undefined> {
	const { pool } = c.get("domain");
	const username = c.req.query("user_name") ?? "";
	const code = c.req.query("confirmation_code") ?? "";
	try {
		call.quotas.take({ quota: "UserCreation" });
		checkAs("ConfirmSignUp", { ClientId: client.id, Username: username, ConfirmationCode: code });
		await confirmSignUp(call, pool, client, { username, code, forceAliasCreation: false, session: undefined });
		return undefined;
	} catch (error) {
		if (error instanceof Overloaded) return error instanceof RateExceeded ? rateExceeded() : tooManyRequests();
		if (!(error instanceof AwsError)) throw error;
		// That a name is confirmed already is the state of somebody: a stranger hears what is said of every name.
		return client.hidesUserExistence && error.code === "NotAuthorizedException" ? codeMismatch() : error;
	}
}
