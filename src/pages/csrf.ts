/**
 * Forms that only our own pages can send. Each carries a token that is bound to the browser, by an id in a cookie, and to the form's path:
 * no other site knows it, and none of another browser or of another form serves. What the browser says of where a post comes from
 * must agree (OWASP ASVS 5, 3.5.1 to 3.5.3).
 */
import type { Context } from "hono";
import { equalBytes } from "../crypto/equal-bytes.ts";
import type { Call } from "../domain/call.ts";
import type { UserPool } from "../domain/user-pools/pools.ts";
import { readCookie, setCookie } from "../http/cookies.ts";
import type { DomainEnv } from "../http/domain-request.ts";

/** The field that the token comes in. */
export const csrfField = "csrf";

const browserIdBytes = 32;
const browserIdPattern = /^[\w-]{43}$/;

/** The browser's id; undefined where it has none that we could have given. */
export function findBrowserId(c: Context<DomainEnv>): string | undefined {
	const id = readCookie(c, "browser");
	return id !== undefined && browserIdPattern.test(id) ? id : undefined;
}

/** Gives the browser a new id, which ends the forms that it has open: with a sign-in, so that nobody who knew the old one can post. */
export function giveBrowserId(call: Call, c: Context<DomainEnv>): string {
	const id = call.ports.random.bytes(browserIdBytes).toString("base64url");
	setCookie(c, "browser", id, undefined);
	return id;
}

/** `path` is the form's, without the domain's base path. */
export function csrfToken(pool: UserPool, browserId: string, path: string): string {
	return pool.keyrings.mac.mac("csrf", browserId, path).toString("base64url");
}

/** Whether a post comes from our own form at `path`, in the browser that the form was made for. */
export function isOwnPost(c: Context<DomainEnv>, path: string, token: string): boolean {
	const { pool, baseUrl } = c.get("domain");
	const origin = c.req.header("origin");
	if (origin !== undefined && origin !== new URL(baseUrl).origin) return false;
	const site = c.req.header("sec-fetch-site");
	if (site !== undefined && site !== "same-origin") return false;
	const browserId = findBrowserId(c);
	return browserId !== undefined && equalBytes(Buffer.from(token), Buffer.from(csrfToken(pool, browserId, path)));
}
