/**
 * Which app client calls an endpoint, proved: by HTTP Basic or in the form, never both (RFC 6749 §2.3.1); a public client only says who
 * it is.
 */
import type { Context } from "hono";
import { AwsError } from "../aws/errors.ts";
import type { Call } from "../domain/call.ts";
import { type AppClient, checkClientSecret, findAppClient } from "../domain/user-pools/app-clients.ts";
import { OAuthError } from "../domain/user-pools/authorization/oauth-error.ts";
import type { DomainEnv } from "../http/domain-request.ts";

/** @throws OAuthError `invalid_request` for two ways at once, else `invalid_client` with `status` */
export async function authenticateClient(
	call: Call,
	c: Context<DomainEnv>,
	form: ReadonlyMap<string, string>,
	status: 400 | 401,
): Promise<AppClient> {
	const refused = () => new OAuthError("invalid_client", undefined, status);
	const header = c.req.header("authorization");
	const basic = header === undefined ? undefined : readBasic(header);
	if (header !== undefined && basic === undefined) throw refused();
	const id = form.get("client_id");
	// One method for each request: a second one could be another client's.
	if (basic !== undefined && form.has("client_secret")) throw new OAuthError("invalid_request");
	if (basic !== undefined && id !== undefined && id !== basic.id) throw new OAuthError("invalid_request");
	const clientId = basic?.id ?? id;
	if (clientId === undefined) throw status === 401 ? refused() : new OAuthError("invalid_request");
	const client = await findAppClient(call, clientId);
	if (client === undefined || client.userPoolId !== c.get("domain").pool.id) throw refused();
	try {
		checkClientSecret(client, (basic === undefined ? form.get("client_secret") : basic.secret) || undefined);
	} catch (error) {
		if (error instanceof AwsError) throw refused();
		throw error;
	}
	return client;
}

/** RFC 7617 §2; id and secret are form-encoded each (RFC 6749 §2.3.1), which many clients leave out: "+" can't mean a space here. */
function readBasic(header: string): { readonly id: string; readonly secret: string } | undefined {
	const [, encoded] = /^basic +([A-Za-z0-9+/=_-]+) *$/i.exec(header) ?? [];
	if (encoded === undefined) return undefined;
	const text = Buffer.from(encoded, "base64").toString("utf8");
	const colon = text.indexOf(":");
	if (colon < 0) return undefined;
	return { id: unescaped(text.slice(0, colon)), secret: unescaped(text.slice(colon + 1)) };
}

function unescaped(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
