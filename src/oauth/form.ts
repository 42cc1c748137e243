/** The bodies that applications send to endpoints: forms, in which no parameter may come twice (RFC 6749 §3.2). */
import type { Context } from "hono";
import { OAuthError } from "../domain/user-pools/authorization/oauth-error.ts";
import type { DomainEnv } from "../http/domain-request.ts";

/** Codes and assertions fit many times over. */
const bodyBytesMax = 128 * 1024;
const parametersMax = 64;

/** The body's text. @throws OAuthError */
export async function readBody(c: Context<DomainEnv>, type: string): Promise<string> {
	const given = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
	if (given !== type) throw new OAuthError("invalid_request");
	const bytes = await c.req.arrayBuffer();
	if (bytes.byteLength > bodyBytesMax) throw new OAuthError("invalid_request");
	return new TextDecoder().decode(bytes);
}

/**
 * The parameters of a form; those without a value count as left out.
 * @throws OAuthError for another type of body, one too large, or a parameter that comes twice
 */
export async function readForm(c: Context<DomainEnv>): Promise<ReadonlyMap<string, string>> {
	const text = await readBody(c, "application/x-www-form-urlencoded");
	// Counted before they are read: names without values by the thousand take URLSearchParams long.
	if (text.split("&", parametersMax + 1).length > parametersMax) throw new OAuthError("invalid_request");
	const form = new Map<string, string>();
	for (const [name, value] of new URLSearchParams(text)) {
		if (form.has(name)) throw new OAuthError("invalid_request");
		form.set(name, value);
	}
	for (const [name, value] of form) if (value === "") form.delete(name);
	return form;
}

/** @throws OAuthError where it is left out */
export function required(form: ReadonlyMap<string, string>, name: string): string {
	const value = form.get(name);
	if (value === undefined) throw new OAuthError("invalid_request");
	return value;
}
