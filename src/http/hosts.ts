/**
 * Which `Host` is ours. A page of another site that rebinds its name to our address (DNS rebinding) still sends its own name here;
 * answering only to names that nobody else can own is what stops it.
 */
import { isIP } from "node:net";
import type { Config } from "../config.ts";
import { headerValues, type RawRequest } from "./request.ts";

/** What a request's host addresses. */
export type HostFacts =
	/** The server itself: its APIs, discovery and operations. */
	| { readonly kind: "server"; readonly hostname: string }
	/** `PREFIX.<suffix>`: whether a domain has that prefix is the door's question. */
	| { readonly kind: "prefixDomain"; readonly hostname: string; readonly prefix: string }
	| { readonly kind: "customDomain"; readonly hostname: string };

export type HostVerdict = HostFacts | "malformed" | "notOurs";

export interface HostRules {
	/** Says what the request's Host addresses, `malformed` (400) or `notOurs` (421). */
	find(raw: RawRequest): Promise<HostVerdict>;
}

/** `isRegisteredDomain` is asked only for well-formed names (lower case, no port) with a dot that are not ours already. */
export function createHostRules(
	config: Pick<Config, "publicUrl" | "domainSuffix">,
	isRegisteredDomain: (hostname: string) => boolean | Promise<boolean>,
): HostRules {
	const publicHost = new URL(config.publicUrl).hostname;
	const suffix = `.${config.domainSuffix}`;
	return {
		async find(raw) {
			// RFC 9112 §3.2.2 has absolute targets for proxies, whose host would overrule `Host`: we are none.
			if (!raw.target.startsWith("/") || raw.target.includes("#")) return "malformed";
			const values = headerValues(raw.headers, "host");
			const hostname = values.length === 1 ? parseHost(values[0] as string) : undefined;
			if (hostname === undefined) return "malformed";
			// It may well be below the suffix: then nobody's prefix.
			if (hostname === publicHost) return { kind: "server", hostname };
			if (hostname.endsWith(suffix)) {
				const prefix = hostname.slice(0, -suffix.length);
				return prefix.includes(".") ? "notOurs" : { kind: "prefixDomain", hostname, prefix };
			}
			if (isLoopbackName(hostname) || hostname === config.domainSuffix) return { kind: "server", hostname };
			// An address literal can't be rebound: whoever sends it already reached that address.
			if (raw.localAddress !== undefined && hostname === bracketed(raw.localAddress)) return { kind: "server", hostname };
			if (isIP(unbracketed(hostname)) !== 0 || !hostname.includes(".")) return "notOurs";
			return (await isRegisteredDomain(hostname)) ? { kind: "customDomain", hostname } : "notOurs";
		},
	};
}

const namePattern = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * The host of a `Host` header in lower case and without its port; IPv6 in brackets and in canonical form. Undefined for anything else
 * than a name or address with perhaps a port: userinfo, lists, trailing dots and short forms of addresses have no business here.
 */
export function parseHost(value: string): string | undefined {
	const [, host = "", port] = /^(\[[0-9a-f:.]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(value.toLowerCase()) ?? [];
	if (port !== undefined && Number(port) > 65535) return undefined;
	if (host.startsWith("[")) return isIP(unbracketed(host)) === 6 ? new URL(`http://${host}`).hostname : undefined;
	if (!namePattern.test(host)) return undefined;
	// Browsers take 127.1, 0x7f.1 and 2130706433 for 127.0.0.1; they also send it in its plain form, so others are not let through.
	return /(^|\.)(\d+|0x[0-9a-f]*)$/.test(host) && isIP(host) !== 4 ? undefined : host;
}

/** `localhost`, a name below it (RFC 6761 §6.3), 127.0.0.0/8 or `[::1]`, in canonical form: names that nobody can point elsewhere. */
export function isLoopbackName(hostname: string): boolean {
	return (
		hostname === "localhost" ||
		hostname.endsWith(".localhost") ||
		hostname === "[::1]" ||
		(isIP(hostname) === 4 && hostname.startsWith("127."))
	);
}

function bracketed(address: string): string {
	return isIP(address) === 6 ? new URL(`http://[${address}]`).hostname : address;
}

function unbracketed(hostname: string): string {
	return hostname.replace(/^\[(.*)\]$/, "$1");
}
