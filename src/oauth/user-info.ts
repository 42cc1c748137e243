/** GET and POST /oauth2/userInfo. https://docs.aws.amazon.com/cognito/latest/developerguide/userinfo-endpoint.html */
import type { Context } from "hono";
import { AwsError } from "../aws/errors.ts";
import type { Call, TokenHolder } from "../domain/call.ts";
import { OAuthError } from "../domain/user-pools/authorization/oauth-error.ts";
import { shownAttributes } from "../domain/user-pools/claims.ts";
import { checkAccessToken } from "../domain/user-pools/tokens.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { readForm } from "./form.ts";

const noToken = "Bad OAuth2 request at UserInfo Endpoint";
const badToken = "Access token is expired, disabled, or deleted, or the user has globally signed out.";

export async function userInfo(call: Call, c: Context<DomainEnv>): Promise<Response> {
	const given = await tokenOf(c);
	if (given === undefined) return refuse(c, 400, "invalid_request", noToken);
	const holder = await holderOf(call, given);
	if (holder === undefined || holder.pool.id !== c.get("domain").pool.id) return refuse(c, 401, "invalid_token", badToken);
	const { client, user, scopes } = holder;
	// Every value is text here, "true" of email_verified too.
	const body = { sub: user.id, ...Object.fromEntries(shownAttributes(client, user, [...scopes])), username: user.username };
	return c.body(JSON.stringify(body), 200, { "content-type": "application/json;charset=UTF-8" });
}

/** The token of the header, or of a form's body (RFC 6750 §2.1 and §2.2); undefined where there is none, or two. */
async function tokenOf(c: Context<DomainEnv>): Promise<string | undefined> {
	const header = c.req.header("authorization");
	const isForm = c.req.method === "POST" && c.req.header("content-type")?.startsWith("application/x-www-form-urlencoded");
	const inForm = isForm ? await formToken(c) : undefined;
	if (header === undefined || inForm !== undefined) return header === undefined ? inForm : undefined;
	return /^bearer +([\w.~+/=-]+) *$/i.exec(header)?.[1];
}

async function formToken(c: Context<DomainEnv>): Promise<string | undefined> {
	try {
		return (await readForm(c)).get("access_token");
	} catch (error) {
		if (error instanceof OAuthError) return undefined;
		throw error;
	}
}

/** Undefined where the token is refused, for whatever reason: it is told apart for nobody. */
async function holderOf(call: Call, token: string): Promise<TokenHolder | undefined> {
	try {
		return await checkAccessToken(call, token, "openid");
	} catch (error) {
		if (error instanceof AwsError) return undefined;
		throw error;
	}
}

function refuse(c: Context<DomainEnv>, status: 400 | 401, error: string, description: string): Response {
	c.header("www-authenticate", `Bearer error="${error}", error_description="${description}"`);
	return c.body(JSON.stringify({ error, error_description: description }), status, { "content-type": "application/json;charset=UTF-8" });
}
