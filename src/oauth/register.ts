/** POST /oauth2/register (RFC 7591 §3.1). */
import type { Context } from "hono";
import { OAuthError } from "../domain/user-pools/authorization/oauth-error.ts";
import { registerClient } from "../domain/user-pools/authorization/registration.ts";
import type { DoorCall } from "../http/call.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { readBody } from "./form.ts";

export async function register(call: DoorCall, c: Context<DomainEnv>): Promise<Response> {
	const header = c.req.header("authorization");
	const token = header === undefined ? undefined : (/^bearer +([\w.~+/=-]+) *$/i.exec(header)?.[1] ?? "");
	const text = await readBody(c, "application/json");
	let metadata: unknown;
	try {
		metadata = JSON.parse(text);
	} catch {
		throw new OAuthError("invalid_client_metadata");
	}
	const { pool } = c.get("domain");
	// What strangers may write. Others have a token, which says whose they are.
	if (token === undefined) call.quotas.takeRegistration(pool.id);
	const client = await registerClient(call, pool, metadata, token);
	return c.body(JSON.stringify(client), 201, { "content-type": "application/json;charset=UTF-8" });
}
