/**
 * What the access proxy takes from a request before it knows more: one reading of its raw lines, which everything after goes by. What two
 * readers could take for two things is refused here.
 */
import type { IncomingMessage } from "node:http";
import { AwsError } from "../aws/errors.ts";
import { isLoopbackName, parseHost } from "../http/hosts.ts";
import { type RawRequest, rawIncoming } from "../http/request.ts";

export interface Received {
	readonly raw: RawRequest;
	readonly method: string;
	/** By name in lower case. Of what the proxy reads or passes on there is one line each. */
	readonly headers: ReadonlyMap<string, string>;
	/** Bytes of the body as it is sent; undefined where it comes in chunks of HTTP's own. */
	readonly bodyBytes: number | undefined;
}

/** Headers that may come in several lines: the proxy does not pass them on. */
const mayRepeat = /^(?:accept(?:-.*)?|cookie|via|forwarded|x-forwarded-.*|connection|te|cache-control|pragma|sec-.*)$/;

const invalid = (message: string) => new AwsError("InvalidRequest", message, { status: 400 });

/** @throws InvalidRequest, InvalidURI */
export function readReceived(incoming: IncomingMessage): Received {
	const raw = rawIncoming(incoming);
	const headers = new Map<string, string>();
	for (const [line, value] of raw.headers) {
		const name = line.toLowerCase();
		if (!headers.has(name)) headers.set(name, value);
		else if (!mayRepeat.test(name)) throw invalid(`The header ${name} must not come twice.`);
	}
	// RFC 9112 §3.2: the origin form, of characters that a URI has. An absolute form has a host that overrules `Host`.
	if (!/^\/[!-~]*$/.test(raw.target) || /[#<>"\\^`{|}]/.test(raw.target)) {
		throw new AwsError("InvalidURI", "Couldn't parse the specified URI.", { status: 400 });
	}
	const length = headers.get("content-length");
	const transfer = headers.get("transfer-encoding");
	if (length !== undefined && (transfer !== undefined || !/^\d{1,15}$/.test(length))) throw invalid("The length of the body is not clear.");
	if (transfer !== undefined && transfer.toLowerCase() !== "chunked") throw invalid("Transfer-Encoding must be chunked.");
	return { raw, method: raw.method, headers, bodyBytes: transfer === undefined ? Number(length ?? 0) : undefined };
}

/** What a host addresses. `either`: the proxy itself, where the request says which service. */
export type ProxyHost = { readonly service: "s3"; readonly bucket?: string } | { readonly service: "dynamodb" | "either" };

/** @throws MisdirectedRequest */
export function findHost(
	raw: RawRequest,
	value: string | undefined,
	{ publicUrl, suffix }: { publicUrl: string; suffix: string },
): ProxyHost {
	const hostname = value === undefined ? undefined : parseHost(value);
	if (hostname === undefined) throw invalid("The request's Host is malformed.");
	if (hostname === `dynamodb.${suffix}`) return { service: "dynamodb" };
	if (hostname === `s3.${suffix}`) return { service: "s3" };
	if (hostname.endsWith(`.s3.${suffix}`)) return { service: "s3", bucket: hostname.slice(0, -`.s3.${suffix}`.length) };
	const isLoopback = isLoopbackName(hostname) && (hostname === "localhost" || !hostname.endsWith(".localhost"));
	const isOwnAddress = raw.localAddress !== undefined && (hostname === raw.localAddress || hostname === `[${raw.localAddress}]`);
	if (isLoopback || isOwnAddress || hostname === suffix || hostname === new URL(publicUrl).hostname) return { service: "either" };
	const hint = `it answers at s3.${suffix}, BUCKET.s3.${suffix} and dynamodb.${suffix}; clients of a bare host need path-style addressing`;
	throw new AwsError("MisdirectedRequest", `The access proxy does not answer for the host of this request: ${hint}.`, { status: 421 });
}
