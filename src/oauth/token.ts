/** POST /oauth2/token. https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html */
import type { Context } from "hono";
import { grantClientCredentials, redeemCode, redeemRefreshToken, type TokenAnswer } from "../domain/user-pools/authorization/grants.ts";
import { OAuthError } from "../domain/user-pools/authorization/oauth-error.ts";
import type { DoorCall } from "../http/call.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { parseObject } from "../kernel/json.ts";
import { authenticateClient } from "./client-authentication.ts";
import { readForm, required } from "./form.ts";

export async function token(call: DoorCall, c: Context<DomainEnv>): Promise<Response> {
	const form = await readForm(c);
	const grant = required(form, "grant_type");
	const client = await authenticateClient(call, c, form, 400);
	const { pool, domain } = c.get("domain");
	const { quotas } = call;
	quotas.takeOfClient(domain.name, client.id);
	// Whoever sends a request slowly gains no time over codes that expire.
	const whole = { ...call, now: call.ports.clock.now() };
	return send(c, await answerTo(grant));

	function answerTo(type: string): Promise<TokenAnswer> {
		switch (type) {
			case "authorization_code": {
				const given = { code: required(form, "code"), redirectUri: required(form, "redirect_uri"), verifier: form.get("code_verifier") };
				quotas.take({ quota: "CodeRedemption" });
				return redeemCode(whole, pool, client, given);
			}
			case "refresh_token":
				quotas.take({ quota: "UserAuthentication" });
				return redeemRefreshToken(whole, pool, client, required(form, "refresh_token"), form.get("scope"));
			case "client_credentials": {
				const clientMetadata = metadataOf(form.get("aws_client_metadata"));
				quotas.take({ quota: "ClientAuthentication" });
				return grantClientCredentials({ ...whole, clientMetadata }, pool, client, form.get("scope"));
			}
			default:
				throw new OAuthError("unsupported_grant_type");
		}
	}
}

function send(c: Context<DomainEnv>, answer: TokenAnswer): Response {
	return c.body(JSON.stringify(answer), 200, { "content-type": "application/json;charset=UTF-8" });
}

/** The JSON object of texts that the pool's function is told, where there is one. @throws OAuthError for anything else */
function metadataOf(text: string | undefined): Readonly<Record<string, string>> | undefined {
	if (text === undefined) return undefined;
	const value = parseObject(text);
	if (value === undefined || !Object.values(value).every((each) => typeof each === "string")) throw new OAuthError("invalid_request");
	return value as Record<string, string>;
}
