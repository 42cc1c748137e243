/**
 * Outbound HTTP to URLs that came through an API. The address is checked where it counts, when connecting: the name is resolved here,
 * every address it has must be public, and the connection goes to exactly those, so that a second look-up can't answer otherwise.
 */
import { lookup as systemLookup } from "node:dns/promises";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import type { OutboundHttp, OutboundRequest, OutboundResponse } from "../kernel/ports.ts";
import { isPublicAddress } from "./public-addresses.ts";

const timeoutMilliseconds = 5_000;
const responseBytesMax = 1024 * 1024;
const redirectsMax = 3;
const responseHeaderBytesMax = 16 * 1024;

/** A request that was not made or not finished; the message names no address, so that it may be shown to who gave the URL. */
export class OutboundError extends Error {
	override readonly name = "OutboundError";
}

export interface Address {
	readonly address: string;
	readonly family: number;
}

export interface OutboundOptions {
	/** Which addresses may be connected to; public ones unless told otherwise. URLs of the operator's own configuration may go anywhere. */
	readonly mayConnect?: (address: string) => boolean;
	/** Resolves a name to all its addresses; the system's resolver unless told otherwise. */
	readonly resolve?: (hostname: string) => Promise<readonly Address[]>;
}

export function createOutbound(options: OutboundOptions = {}): OutboundHttp {
	const mayConnect = options.mayConnect ?? isPublicAddress;
	const resolve = options.resolve ?? ((hostname: string) => systemLookup(hostname, { all: true }));

	async function request(wanted: OutboundRequest): Promise<OutboundResponse> {
		const signal = AbortSignal.timeout(wanted.timeoutMilliseconds ?? timeoutMilliseconds);
		let url = parseUrl(wanted.url);
		let method = wanted.method ?? "GET";
		let body = wanted.body;
		let headers: Record<string, string> = { ...wanted.headers };
		for (let redirects = 0; ; redirects++) {
			const hop = { url, method, body, headers, signal, responseBytesMax: wanted.responseBytesMax ?? responseBytesMax };
			const response = await send(hop, mayConnect, resolve);
			const location = response.headers["location"];
			if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return response;
			if (redirects >= (wanted.redirectsMax ?? redirectsMax)) throw new OutboundError("the server redirects too often");
			const next = parseUrl(location, url);
			if (url.protocol === "https:" && next.protocol === "http:") throw new OutboundError("the server redirects from https to http");
			const keepsBody = response.status === 307 || response.status === 308 || method === "GET";
			if (!keepsBody) {
				method = "GET";
				body = undefined;
				headers = without(headers, (name) => name.startsWith("content-"));
			}
			if (next.origin !== url.origin) {
				// A body may hold a client's secret, as a token request does.
				if (body !== undefined) throw new OutboundError("the server redirects a request with a body to another origin");
				headers = without(headers, (name) => name !== "accept" && name !== "user-agent");
			}
			url = next;
		}
	}

	return { request };
}

function parseUrl(text: string, base?: URL): URL {
	if (!URL.canParse(text, base?.href)) throw new OutboundError("the URL is malformed");
	const url = new URL(text, base?.href);
	if (url.protocol !== "http:" && url.protocol !== "https:") throw new OutboundError("only http and https URLs are allowed");
	if (url.username !== "" || url.password !== "") throw new OutboundError("a URL with credentials is not allowed");
	return url;
}

function without(headers: Record<string, string>, unwanted: (lowerName: string) => boolean): Record<string, string> {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => !unwanted(name.toLowerCase())));
}

interface Hop {
	readonly url: URL;
	readonly method: string;
	readonly body: string | Uint8Array | undefined;
	readonly headers: Record<string, string>;
	readonly signal: AbortSignal;
	readonly responseBytesMax: number;
}

async function send(
	hop: Hop,
	mayConnect: (address: string) => boolean,
	resolve: NonNullable<OutboundOptions["resolve"]>,
): Promise<OutboundResponse> {
	const hostname = hop.url.hostname.replace(/^\[(.*)\]$/, "$1");
	const version = isIP(hostname);
	const addresses = version === 0 ? await within(hop.signal, resolve(hostname)) : [{ address: hostname, family: version }];
	// One bad address is enough: a name that mixes public and private ones is aimed at the private ones.
	if (addresses.length === 0 || !addresses.every(({ address }) => mayConnect(address)))
		throw new OutboundError("the URL's host is not a public address");
	const pinned = addresses.map(({ address, family }) => ({ address, family }));
	const lookup: LookupFunction = (_, { all }, answer) => {
		const first = pinned[0] as Address;
		if (all === true) answer(null, pinned);
		else answer(null, first.address, first.family);
	};
	const start = hop.url.protocol === "https:" ? httpsRequest : httpRequest;
	const { promise, resolve: done, reject } = Promise.withResolvers<OutboundResponse>();
	const outgoing = start(hop.url, {
		method: hop.method,
		headers: { "user-agent": "gatehouse", ...hop.headers },
		lookup,
		// A connection of its own each: one kept open would not be looked up again.
		agent: false,
		signal: hop.signal,
		maxHeaderSize: responseHeaderBytesMax,
	});
	outgoing.on("error", (error) => reject(failure(error, hop.signal)));
	outgoing.on("response", (incoming) => {
		collect(incoming, hop).then(done, (error: unknown) => {
			outgoing.destroy();
			reject(failure(error, hop.signal));
		});
	});
	outgoing.end(hop.body);
	return promise;
}

async function collect(incoming: IncomingMessage, hop: Hop): Promise<OutboundResponse> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of incoming as AsyncIterable<Buffer>) {
		size += chunk.length;
		if (size > hop.responseBytesMax) throw new OutboundError("the answer is too large");
		chunks.push(chunk);
	}
	const headers = Object.entries(incoming.headers).map(
		([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")] as const,
	);
	return { status: incoming.statusCode ?? 0, headers: Object.fromEntries(headers), body: Buffer.concat(chunks), url: hop.url.href };
}

async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
	const { promise, reject } = Promise.withResolvers<never>();
	const stop = () => reject(failure(undefined, signal));
	signal.addEventListener("abort", stop, { once: true });
	try {
		return await Promise.race([work, promise]);
	} catch (error) {
		throw failure(error, signal);
	} finally {
		signal.removeEventListener("abort", stop);
	}
}

/** What may be told of a failure: its kind, never an address or what the other side said. */
function failure(error: unknown, signal: AbortSignal): OutboundError {
	if (error instanceof OutboundError) return error;
	if (signal.aborted) return new OutboundError("the server did not answer in time");
	return new OutboundError("the server can't be reached", { cause: error });
}
