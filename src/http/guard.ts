/**
 * Who may send what. In development any access key is the administrator, so the machine's own user is all that stands between the
 * server and others: only loopback peers with no proxy in between are let in, and pages of other sites that run in that user's browser
 * may do no more than an unsigned caller.
 */
import type { Config } from "../config.ts";
import type { Page } from "./origins.ts";
import { type Client, isLoopbackAddress } from "./peer.ts";
import { headerValues, type RawRequest } from "./request.ts";

/** Why a request is refused: a sentence for its sender. */
export type Refusal = { readonly type: string; readonly message: string };

/** Development: refuses peers beyond this machine, and proxies and tunnels that would make one look local. */
export function checkPeer(config: Pick<Config, "mode" | "developmentForced">, raw: RawRequest, client: Client): Refusal | undefined {
	if (config.mode !== "development" || config.developmentForced || client.throughProxy) return undefined;
	if (raw.peerAddress !== undefined && !isLoopbackAddress(raw.peerAddress)) {
		return refusal("This server is in development mode and answers to its own machine only. GATEHOUSE_DEVELOPMENT=1 lets others in.");
	}
	const proxied = raw.headers.find(([name]) => /^(forwarded|via|x-forwarded-.*)$/i.test(name));
	if (proxied === undefined) return undefined;
	return refusal(
		`This server is in development mode and refuses requests that came through a proxy (${proxied[0].toLowerCase()}). GATEHOUSE_TRUSTED_PROXIES or GATEHOUSE_DEVELOPMENT=1 allows it.`,
	);
}

/** What a path is to web pages: open to every page, only to allowed origins, or not for scripts of other origins at all. */
export type Audience = "public" | "protected" | "none";

/**
 * The audience of a request: the AWS API at `/` is public while unsigned. A form is never public there, since any page can post one unasked.
 * `path` is the one that the router goes by (dot segments and escapes resolved), or a page could spell its way around this.
 */
export function findAudience(path: string, raw: RawRequest): Audience {
	if (path === "/") return isSigned(raw) || isForm(raw) ? "protected" : "public";
	if (path === "/_gatehouse" || path.startsWith("/_gatehouse/") || path.startsWith("/identitypools")) return "protected";
	return isPublicPath(path) ? "public" : "none";
}

/** Refuses what is protected to pages of foreign origins, whether or not the browser asked first. */
export function checkPage(audience: Audience, page: Page): Refusal | undefined {
	if (audience !== "protected" || page !== "foreign") return undefined;
	return refusal("Web pages of this origin may not send signed operations. GATEHOUSE_CORS_ORIGINS lists further origins that may.");
}

/** Discovery and keys of a pool; token, userInfo, revocation and registration of a domain, by host or below `/domains/PREFIX`. */
export function isPublicPath(path: string): boolean {
	return (
		/^(\/[\w-]+|\/domains\/[a-z0-9-]+)?\/\.well-known\/[\w.-]+$/.test(path) ||
		/^(\/domains\/[a-z0-9-]+)?\/oauth2\/(token|userInfo|revoke|register)$/.test(path)
	);
}

/** Whether a request brings a signature of any kind, or what would be taken for one. */
export function isSigned(raw: RawRequest): boolean {
	if (raw.headers.some(([name]) => isSigningHeader(name))) return true;
	return /(^|&)(x-amz-|awsaccesskeyid=|signature=)/i.test(queryOf(raw));
}

export function isSigningHeader(name: string): boolean {
	return /^(authorization|x-amz-security-token)$/i.test(name);
}

/** A body that an HTML form can send without asking (Fetch §2.2.2, CORS-safelisted types), or one of no stated type. */
function isForm(raw: RawRequest): boolean {
	if (raw.method === "GET" || raw.method === "HEAD") return /(^|&)action=/i.test(queryOf(raw));
	const types = headerValues(raw.headers, "content-type");
	return types.length !== 1 || !/^\s*application\/(x-amz-json-1\.[01]|json)\s*(;|$)/i.test(types[0] as string);
}

/** The query with its escapes resolved, whatever they are: enough to recognise names. */
function queryOf(raw: RawRequest): string {
	const start = raw.target.indexOf("?");
	if (start < 0) return "";
	return raw.target.slice(start + 1).replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function refusal(message: string): Refusal {
	return { type: "AccessDeniedException", message };
}
