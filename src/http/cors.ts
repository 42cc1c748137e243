/**
 * Cross-origin resource sharing. What is public is open to every page (`*`, never with credentials); what is protected only to allowed
 * origins. A preflight can't say which operation follows, so it is granted when some operation would be: an unsigned one to any page.
 */
import { type Audience, isPublicPath, isSigningHeader } from "./guard.ts";
import type { Page } from "./origins.ts";
import { headerValues, type RawRequest } from "./request.ts";

/** How long browsers may keep a preflight's answer. */
const preflightSeconds = 7200;
const requestedHeadersMax = 64;
const exposedHeaders = "x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date";
const methods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "DELETE"];

/** Fetch §4.8: an OPTIONS with an origin that asks for a method. */
export function isPreflight(raw: RawRequest): boolean {
	return (
		raw.method === "OPTIONS" &&
		headerValues(raw.headers, "origin").length > 0 &&
		headerValues(raw.headers, "access-control-request-method").length > 0
	);
}

export type Preflight =
	| { readonly granted: true; readonly headers: Readonly<Record<string, string>> }
	| { readonly granted: false; readonly status: 400 | 403; readonly message: string };

/** Answers a preflight. A header that a page asks for in vain is never granted silently: the whole preflight is refused. */
export function answerPreflight(path: string, raw: RawRequest, page: Page): Preflight {
	const asked = headerValues(raw.headers, "access-control-request-headers").join(",").split(",");
	const names = asked.map((name) => name.trim().toLowerCase()).filter((name) => name !== "");
	// RFC 9110 §5.1: a field name is a token.
	if (names.length > requestedHeadersMax || names.some((name) => !/^[!#$%&'*+\-.^_`|~0-9a-z]{1,128}$/.test(name))) {
		return { granted: false, status: 400, message: "Access-Control-Request-Headers is malformed." };
	}
	const method = headerValues(raw.headers, "access-control-request-method").join(",");
	if (!methods.includes(method)) return { granted: false, status: 403, message: "Pages of other origins may not use this method." };
	if (page !== "allowed" && !isOpen(path, raw, names)) {
		return {
			granted: false,
			status: 403,
			message: "Pages of this origin may not send signed operations. GATEHOUSE_CORS_ORIGINS lists further origins that may.",
		};
	}
	return {
		granted: true,
		headers: {
			"access-control-allow-origin": page === "allowed" ? (headerValues(raw.headers, "origin")[0] as string) : "*",
			"access-control-allow-methods": methods.join(", "),
			...(names.length > 0 && { "access-control-allow-headers": names.join(", ") }),
			"access-control-max-age": String(preflightSeconds),
			vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers",
		},
	};
}

/** Whether any page may go on: an API call without a signature, or a public path (where Authorization is a bearer token or a client's secret). */
function isOpen(path: string, raw: RawRequest, names: readonly string[]): boolean {
	if (path === "/") return !raw.target.includes("?") && !names.some(isSigningHeader);
	return isPublicPath(path);
}

/** The CORS headers of an answer, refusals included. */
export function corsHeaders(audience: Audience, page: Page, raw: RawRequest): Readonly<Record<string, string>> {
	if (audience === "none") return {};
	if (audience === "public") return { "access-control-allow-origin": "*", "access-control-expose-headers": exposedHeaders };
	const origin = headerValues(raw.headers, "origin")[0];
	if (page !== "allowed" || origin === undefined) return { vary: "Origin" };
	return { "access-control-allow-origin": origin, "access-control-expose-headers": exposedHeaders, vary: "Origin" };
}
