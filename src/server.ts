/** The listeners: HTTP on each address, HTTPS beside it, the admin port of production, the access proxy's; and how they stop. */
import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import { createServer as createTlsServer, Server as TlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { AccessProxy } from "./access-proxy/proxy.ts";
import type { Certificates } from "./adapters/tls.ts";
import type { Config } from "./config.ts";
import type { HttpBindings, Listener } from "./http/request.ts";
import type { Log } from "./kernel/ports.ts";

/** Slow senders hold a connection no longer than this: headers, then the whole request. */
const headersMilliseconds = 10_000;
const requestMilliseconds = 30_000;
/** No door gives more time than this for a request: the upload of an import's file. */
const longestRequestMilliseconds = 15 * 60_000;
/** S3's largest body, 5 GB, at a little more than 1 MB a second. */
const accessMilliseconds = 75 * 60_000;
const handshakeMilliseconds = 10_000;
/** How often the two above are looked at. */
const timeoutCheckMilliseconds = 2_000;
/** Longer than the idle time of common load balancers (60 s), so that they and not we close idle connections. */
const keepAliveMilliseconds = 65_000;
/** A socket on which nothing moves: slow readers of an answer. */
const silentMilliseconds = 120_000;
/** Room for tokens in cookies and SAML messages in URLs. */
const headerBytesMax = 32 * 1024;
/** How long requests under way may take at the end. */
const graceMilliseconds = 10_000;
const idleCheckMilliseconds = 50;

export type Fetch = (request: Request, env: HttpBindings) => Response | Promise<Response>;

export interface ListenOptions {
	readonly config: Pick<Config, "mode" | "hosts" | "port" | "tls" | "adminPort"> & Partial<Pick<Config, "access">>;
	/** Answers every request; `env.listener` says which port took it. */
	readonly fetch: Fetch;
	readonly log: Log;
	/** Needed where `config.access` is set. */
	readonly accessProxy?: AccessProxy | undefined;
	/** Needed where `config.tls` is set. */
	readonly certificates?: Certificates;
}

export interface Listening {
	/** The ports that are open; port 0 in the configuration means one that was free. */
	readonly port: number;
	readonly tlsPort: number | undefined;
	readonly adminPort: number | undefined;
	readonly accessPort: number | undefined;
	/** Accepts no more, lets requests under way finish for a bounded time, and closes. */
	close(options?: { readonly graceMilliseconds?: number }): Promise<void>;
}

/** A port that can't be opened; the message is one sentence. */
export class ListenError extends Error {
	override readonly name = "ListenError";
}

/** Opens every listener of the configuration, or none. */
export async function listen({ config, fetch, log, accessProxy, certificates }: ListenOptions): Promise<Listening> {
	const servers: Stoppable[] = [];
	const options: ServerOptions = {
		headersTimeout: headersMilliseconds,
		// Node has one time for all requests: `limitTime` ends those that have no more than the usual.
		requestTimeout: longestRequestMilliseconds,
		connectionsCheckingInterval: timeoutCheckMilliseconds,
		keepAliveTimeout: keepAliveMilliseconds,
		maxHeaderSize: headerBytesMax,
	};
	const create = (listener: Listener) => createServer(options, requestListener(fetch, listener, log));
	const createAccess = (serve: AccessProxy) =>
		createServer({ ...options, requestTimeout: accessMilliseconds }, (incoming, outgoing) => serve(incoming, outgoing, false)).on(
			"checkContinue",
			(incoming: IncomingMessage, outgoing: ServerResponse) => serve(incoming, outgoing, true),
		);
	const createTls = (secure: Certificates) => {
		const { certificate, privateKey } = secure.fallback;
		const server = createTlsServer(
			{
				...options,
				cert: certificate,
				key: privateKey,
				minVersion: "TLSv1.2",
				handshakeTimeout: handshakeMilliseconds,
				SNICallback: (servername, answer) => answer(null, secure.find(servername)),
			},
			requestListener(fetch, "public", log),
		);
		secure.onChange(() =>
			server.setSecureContext({ cert: secure.fallback.certificate, key: secure.fallback.privateKey, minVersion: "TLSv1.2" }),
		);
		return server;
	};
	/** Opens one port on every address; the first address decides what port 0 means for all. */
	async function open(hosts: readonly string[], wanted: number, make: () => Server): Promise<number> {
		let port = wanted;
		let opened = 0;
		for (const host of hosts) {
			const server = make();
			const stop = trackConnections(server);
			server.timeout = silentMilliseconds;
			try {
				port = await bind(server, host, port);
			} catch (error) {
				// A machine without IPv6 still has the other loopback address.
				if (host === "::1" && opened > 0 && isMissingAddress(error)) continue;
				throw new ListenError(bindFailure(error, host, port), { cause: error });
			}
			opened++;
			servers.push({ server, stop });
			server.on("error", (error) => log.error({ error, host, port }, "a listener failed"));
		}
		return port;
	}

	try {
		const port = await open(config.hosts, config.port, () => create("public"));
		const tls = config.tls !== undefined && certificates !== undefined ? { port: config.tls.port, certificates } : undefined;
		const tlsPort = tls === undefined ? undefined : await open(config.hosts, tls.port, () => createTls(tls.certificates));
		const adminPort = config.mode === "production" ? await open(["127.0.0.1", "::1"], config.adminPort, () => create("admin")) : undefined;
		const access = config.access !== undefined && accessProxy !== undefined ? { port: config.access.port, serve: accessProxy } : undefined;
		const accessPort = access === undefined ? undefined : await open(config.hosts, access.port, () => createAccess(access.serve));
		return { port, tlsPort, adminPort, accessPort, close: (bounds) => closeAll(servers, bounds?.graceMilliseconds ?? graceMilliseconds) };
	} catch (error) {
		await closeAll(servers, 0);
		throw error;
	}
}

/** Where a request keeps what gives it more time: a WeakMap of all requests costs each of them several times as much. */
const allowance = Symbol("allowance");
type Limited = IncomingMessage & { [allowance]?: (milliseconds: number) => void };
interface Served {
	readonly incoming: Limited;
	readonly outgoing: ServerResponse;
}

function requestListener(fetch: Fetch, listener: Listener, log: Log): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
	const answer = (request: Request, { incoming, outgoing }: Served) =>
		fetch(request, { incoming, outgoing, listener, allowTime: incoming[allowance] });
	const listen = getRequestListener((request, env) => answer(request, env as unknown as Served), {
		errorHandler(error) {
			// What can't even be made a URL: a Host or a target that no client sends by accident.
			if (error instanceof RequestError) return new Response("Bad Request", { status: 400 });
			log.error({ error }, "a request failed at the edge");
			return new Response("Internal Server Error", { status: 500 });
		},
	});
	return (incoming: Limited, outgoing) => {
		incoming[allowance] = limitTime(incoming, outgoing);
		listen(incoming, outgoing).catch((error: unknown) => {
			log.error({ error }, "an answer could not be written");
			outgoing.destroy();
		});
	};
}

/** Ends a request that has not arrived as a whole in time, as Node does; returns what gives it more time. */
function limitTime(incoming: IncomingMessage, outgoing: ServerResponse): (milliseconds: number) => void {
	const end = () => {
		if (incoming.complete) return;
		if (!outgoing.headersSent) incoming.socket.write("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
		incoming.socket.destroy();
	};
	let timer = setTimeout(end, requestMilliseconds);
	outgoing.once("close", () => clearTimeout(timer));
	return (milliseconds) => {
		clearTimeout(timer);
		timer = setTimeout(end, milliseconds);
	};
}

function bind(server: Server, host: string, port: number): Promise<number> {
	const { promise, resolve, reject } = Promise.withResolvers<number>();
	server.once("error", reject);
	server.listen({ host, port }, () => {
		server.off("error", reject);
		resolve((server.address() as AddressInfo).port);
	});
	return promise;
}

function isMissingAddress(error: unknown): boolean {
	return error instanceof Error && "code" in error && (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT");
}

function bindFailure(error: unknown, host: string, port: number): string {
	const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
	if (code === "EADDRINUSE")
		return `port ${port} on ${host} is taken; stop what uses it, or choose another with GATEHOUSE_PORT, GATEHOUSE_TLS_PORT, GATEHOUSE_ADMIN_PORT or GATEHOUSE_ACCESS_PORT.`;
	if (code === "EACCES") return `port ${port} on ${host} may not be opened by this user; ports below 1024 need a privilege.`;
	return `port ${port} on ${host} can't be opened (${code}).`;
}

interface Stoppable {
	readonly server: Server;
	/** Closes connections on which nothing was asked yet. */
	readonly stop: () => void;
}

/** Node counts a connection without a first request as busy: browsers open such ones in advance, and they would hold up the end. */
function trackConnections(server: Server): () => void {
	const unused = new Set<Socket>();
	server.on(server instanceof TlsServer ? "secureConnection" : "connection", (socket: Socket) => {
		unused.add(socket);
		socket.once("close", () => unused.delete(socket));
	});
	server.prependListener("request", (incoming: IncomingMessage) => unused.delete(incoming.socket));
	return () => {
		for (const socket of unused) socket.destroy();
	};
}

async function closeAll(servers: readonly Stoppable[], grace: number): Promise<void> {
	const closed = Promise.all(servers.map(({ server }) => new Promise<void>((resolve) => server.close(() => resolve()))));
	for (const { stop } of servers) stop();
	// A connection that becomes idle only later would be kept alive until its timeout.
	const idle = setInterval(() => {
		for (const { server } of servers) server.closeIdleConnections();
	}, idleCheckMilliseconds);
	const end = setTimeout(() => {
		for (const { server } of servers) server.closeAllConnections();
	}, grace);
	await closed;
	clearInterval(idle);
	clearTimeout(end);
}
