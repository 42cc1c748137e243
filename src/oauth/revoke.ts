/** POST /oauth2/revoke (RFC 7009). https://docs.aws.amazon.com/cognito/latest/developerguide/revocation-endpoint.html */
import type { Context } from "hono";
import { AwsError } from "../aws/errors.ts";
import { OAuthError } from "../domain/user-pools/authorization/oauth-error.ts";
import { revokeRefreshToken } from "../domain/user-pools/sign-out.ts";
import type { DoorCall } from "../http/call.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { authenticateClient } from "./client-authentication.ts";
import { readForm, required } from "./form.ts";

export async function revoke(call: DoorCall, c: Context<DomainEnv>): Promise<Response> {
	const form = await readForm(c);
	const client = await authenticateClient(call, c, form, 401);
	const { pool, domain } = c.get("domain");
	call.quotas.takeOfClient(domain.name, client.id);
	const token = required(form, "token");
	try {
		await revokeRefreshToken(call, pool, client, token);
	} catch (error) {
		if (!(error instanceof AwsError)) throw error;
		if (error.code === "UnsupportedTokenTypeException") throw new OAuthError("unsupported_token_type");
		// Another client's token, and a client whose tokens can't be revoked.
		throw new OAuthError(error.code === "UnauthorizedException" ? "unauthorized_client" : "invalid_request");
	}
	return c.body(null, 200);
}
