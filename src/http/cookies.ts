/**
 * The cookies of a user pool domain. Host-only and without script access always; over TLS on a host of its own with the prefix
 * `__Host-`, which no other host and no plain connection can set (RFC 6265bis §4.1.3.2). In the form by path, names carry the pool's id
 * and cookies go to that path alone.
 */
import type { Context } from "hono";
import { deleteCookie as deleteByName, getCookie, setCookie as setByName } from "hono/cookie";
import type { DomainEnv, DomainRequest } from "./domain-request.ts";

/**
 * `session`: who is signed in. `browser`: an id of the browser, which its forms are bound to. `lang`: the language that it chose.
 * `flow-ID`: the state of one sign-in on its way.
 */
export type CookieKind = "session" | "browser" | "lang" | `flow-${string}`;

/** The value; undefined where there is none, or an empty one. */
export function readCookie(c: Context<DomainEnv>, kind: CookieKind): string | undefined {
	return getCookie(c, cookieName(c.get("domain"), kind)) || undefined;
}

/** `maxAgeSeconds` undefined leaves it until the browser is closed. */
export function setCookie(c: Context<DomainEnv>, kind: CookieKind, value: string, maxAgeSeconds: number | undefined): void {
	const domain = c.get("domain");
	setByName(c, cookieName(domain, kind), value, {
		...attributes(domain),
		...(maxAgeSeconds === undefined ? {} : { maxAge: Math.max(0, Math.floor(maxAgeSeconds)) }),
	});
}

export function deleteCookie(c: Context<DomainEnv>, kind: CookieKind): void {
	const domain = c.get("domain");
	deleteByName(c, cookieName(domain, kind), attributes(domain));
}

/** The ids of the flow cookies that came with the request, in the order that they came. */
export function flowIds(c: Context<DomainEnv>): string[] {
	const start = cookieName(c.get("domain"), "flow-");
	return Object.keys(getCookie(c))
		.filter((name) => name.startsWith(start))
		.map((name) => name.slice(start.length));
}

const names: Readonly<Record<string, string>> = { session: "gatehouse", browser: "gatehouse-browser", lang: "lang" };

function cookieName({ basePath, pool, secure }: DomainRequest, kind: CookieKind): string {
	const name = names[kind] ?? `gatehouse-${kind}`;
	if (basePath !== "") return kind === "session" ? `gatehouse-${pool.id}` : `gatehouse-${pool.id}-${kind}`;
	return secure ? `__Host-${name}` : name;
}

/** Lax: a link from an application to /oauth2/authorize must bring the session, and a post from another site must not. */
function attributes({ basePath, secure }: DomainRequest) {
	return { path: basePath === "" ? "/" : basePath, httpOnly: true, secure, sameSite: "Lax" } as const;
}
