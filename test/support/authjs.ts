/** A web application that signs people in with Auth.js: a server of its own on the loopback address, with a page that says who is there. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Auth, type AuthConfig } from "@auth/core";

export interface AuthjsApplication {
	readonly origin: string;
	/** What Auth.js said of refused sign-ins, oldest first: names and reasons. */
	readonly refusals: string[];
	/** Runs `work` while the application answers no call-back; resolves with the URL of the first that came. */
	withhold(work: () => Promise<void>): Promise<string>;
	/** The providers, once their pool is there; `elsewhere` may be gone to after a sign-out. */
	use(providers: AuthConfig["providers"], elsewhere?: string): void;
	stop(): Promise<void>;
}

export async function serveAuthjs(): Promise<AuthjsApplication> {
	const refusals: string[] = [];
	let config: AuthConfig | undefined;
	let withheld: string[] | undefined;
	let origin = "";
	const server = createServer((incoming, outgoing) => {
		answer(incoming, outgoing).catch((error: unknown) => outgoing.writeHead(500).end(String(error)));
	});
	async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		if (config === undefined) throw new Error("no providers yet");
		const request = await requestOf(incoming, origin);
		if (withheld !== undefined && incoming.url?.startsWith("/auth/callback/")) {
			withheld.push(request.url);
			return void outgoing.end("withheld");
		}
		if (new URL(request.url).pathname.startsWith("/auth/")) return send(outgoing, await Auth(request, config));
		const session = await Auth(new Request(`${origin}/auth/session`, { headers: request.headers }), config);
		outgoing.writeHead(200, { "content-type": "text/html; charset=utf-8" });
		outgoing.end(`<!doctype html><title>application</title><link rel="icon" href="data:,"><output>${await session.text()}</output>`);
	}
	await once(server.listen(0, "127.0.0.1"), "listening");
	origin = `http://localhost:${(server.address() as AddressInfo).port}`;
	return {
		origin,
		refusals,
		async withhold(work) {
			const urls: string[] = [];
			withheld = urls;
			try {
				await work();
			} finally {
				withheld = undefined;
			}
			return urls[0] ?? "";
		},
		use(providers, elsewhere) {
			config = {
				providers,
				basePath: "/auth",
				secret: "a secret of the application's own",
				trustHost: true,
				callbacks: {
					jwt: ({ token, profile }) => (profile ? { ...token, profile } : token),
					session: ({ session, token }) => ({ ...session, profile: token["profile"] }),
					redirect: ({ url, baseUrl }) => {
						const to = new URL(url, baseUrl).href;
						return to.startsWith(`${baseUrl}/`) || to === elsewhere ? to : baseUrl;
					},
				},
				logger: {
					error: (error) => void refusals.push(reasonOf(error)),
					warn: () => {},
					// What the server said of its refusal is told here alone.
					debug: (message, facts) => void (message === "OAuthCallbackError" && refusals.push(JSON.stringify(facts))),
				},
			};
		},
		async stop() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/** The error's type, and what its cause was, as far down as Auth.js says. */
function reasonOf(error: Error & { readonly type?: string }): string {
	const { cause } = error as { readonly cause?: { readonly err?: Error } & Record<string, unknown> };
	const inner = cause?.err ?? cause?.["cause"];
	const details = inner instanceof Error ? `${inner.message} ${JSON.stringify(inner.cause ?? {})}` : JSON.stringify(cause ?? {});
	return `${error.type ?? error.name}: ${error.message.split(". Read more")[0]} ${details}`;
}

async function requestOf(incoming: IncomingMessage, origin: string): Promise<Request> {
	const chunks: Buffer[] = [];
	for await (const chunk of incoming) chunks.push(chunk as Buffer);
	const headers = new Headers();
	for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === "string") headers.set(name, value);
	const method = incoming.method ?? "GET";
	return new Request(`${origin}${incoming.url}`, { method, headers, ...(method === "POST" && { body: Buffer.concat(chunks) }) });
}

async function send(outgoing: ServerResponse, response: Response): Promise<void> {
	for (const [name, value] of response.headers) if (name !== "set-cookie") outgoing.setHeader(name, value);
	outgoing.setHeader("set-cookie", response.headers.getSetCookie());
	outgoing.writeHead(response.status).end(Buffer.from(await response.arrayBuffer()));
}
