/**
 * The edge of the process: what every request passes before a door sees it. This folder turns sockets and headers into facts, refuses
 * what no door may see, and writes the headers that every answer has. It must not know what a pool, a user or a token is.
 *
 * This file: the raw facts of one request, as they came over the wire.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Context } from "hono";
import type { Edge } from "./edge.ts";

/** What the listeners hand over beside the request. In-process calls (`app.fetch(new Request(…))`) have none of it. */
export interface HttpBindings {
	readonly incoming?: IncomingMessage;
	readonly outgoing?: ServerResponse;
	/** Which listener took the request; the public one if absent. */
	readonly listener?: Listener;
	/** Gives the sender so many milliseconds more than others have to send the whole request. */
	readonly allowTime?: ((milliseconds: number) => void) | undefined;
}

/** `admin` is the loopback port of production. */
export type Listener = "public" | "admin";

/** Hono's environment of every app that is mounted behind the edge. */
export type HttpEnv = { Bindings: HttpBindings; Variables: { edge: Edge } };

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface RawRequest {
	readonly method: string;
	/** The request target exactly as sent (RFC 9112 §3.2): SigV4 signs these bytes. */
	readonly target: string;
	/** Every header line in order, duplicates kept, names as sent; values are Latin-1 as Node decodes them. */
	readonly headers: HeaderList;
	/** Address of the other end of the socket, empty if it is gone; undefined for a call from within the process. */
	readonly peerAddress: string | undefined;
	/** Address on our end of the socket. */
	readonly localAddress: string | undefined;
	/** Whether this socket itself is TLS. */
	readonly encrypted: boolean;
}

/** The raw facts of a request; without a socket, those of its `Request`. */
export function rawRequest(c: Context<HttpEnv>): RawRequest {
	// Hono leaves `env` undefined for calls that pass none.
	const incoming = (c.env as HttpBindings | undefined)?.incoming;
	return incoming === undefined ? rawFromRequest(c.req.raw) : rawIncoming(incoming);
}

/** The raw facts of a request on a socket. */
export function rawIncoming(incoming: IncomingMessage): RawRequest {
	const headers: [string, string][] = [];
	const { rawHeaders } = incoming;
	for (let i = 0; i + 1 < rawHeaders.length; i += 2) headers.push([rawHeaders[i] as string, rawHeaders[i + 1] as string]);
	return {
		method: incoming.method ?? "GET",
		target: incoming.url ?? "/",
		headers,
		// A socket that is closed already has no address left: that is nobody's, not the process's own.
		peerAddress: plainAddress(incoming.socket.remoteAddress ?? ""),
		localAddress: plainAddress(incoming.socket.localAddress),
		encrypted: (incoming.socket as TLSSocket).encrypted === true,
	};
}

function rawFromRequest(request: Request): RawRequest {
	const url = new URL(request.url);
	const headers: [string, string][] = [...request.headers];
	if (!request.headers.has("host")) headers.unshift(["host", url.host]);
	return {
		method: request.method,
		target: url.pathname + url.search,
		headers,
		peerAddress: undefined,
		localAddress: undefined,
		encrypted: url.protocol === "https:",
	};
}

/** A dual-stack socket shows IPv4 peers as `::ffff:a.b.c.d` (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string | undefined): string | undefined {
	return address?.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "").replace(/%.*$/, "");
}

/** Every value of a header, in order; `name` in lower case. */
export function headerValues(headers: HeaderList, name: string): string[] {
	const values: string[] = [];
	for (const [each, value] of headers) {
		if (each.length === name.length && each.toLowerCase() === name) values.push(value);
	}
	return values;
}
