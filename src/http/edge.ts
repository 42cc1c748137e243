/** The middleware that stands before every door: facts, refusals, the body limit, and the headers of every answer. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Config } from "../config.ts";
import type { Clock } from "../kernel/ports.ts";
import { answerPreflight, corsHeaders, isPreflight } from "./cors.ts";
import { checkPage, checkPeer, findAudience } from "./guard.ts";
import { addVary, setHeader } from "./headers.ts";
import { createHostRules, type HostFacts } from "./hosts.ts";
import { createOriginRules, type Page } from "./origins.ts";
import { type Client, createAddressSet, findClient } from "./peer.ts";
import { type HttpEnv, headerValues, type Listener, type RawRequest, rawRequest } from "./request.ts";

/** The largest request body: CreateManagedLoginBranding's 2 MB, the largest that the API documents, and room for the rest of its JSON. */
export const requestBodyBytesMax = 2.5 * 1024 * 1024;

/** What the edge found out; doors read it from `c.get("edge")`. */
export interface Edge {
	readonly raw: RawRequest;
	readonly client: Client;
	readonly host: HostFacts;
	readonly page: Page;
	readonly listener: Listener;
}

export interface EdgeOptions {
	readonly config: Pick<Config, "mode" | "developmentForced" | "publicUrl" | "domainSuffix" | "trustedProxies" | "corsOrigins">;
	readonly clock: Clock;
	/** Whether a host name (lower case, no port) is a custom domain of some pool. Asked by anyone, so it must be cheap. */
	readonly isRegisteredDomain: (hostname: string) => boolean | Promise<boolean>;
	readonly bodyBytesMax?: number;
	/** Below this path the door itself bounds what is sent: there bodies are too large to be held in memory. */
	readonly streamedPath?: string;
}

export function createEdge({
	config,
	clock,
	isRegisteredDomain,
	bodyBytesMax = requestBodyBytesMax,
	streamedPath,
}: EdgeOptions): MiddlewareHandler<HttpEnv> {
	const hosts = createHostRules(config, isRegisteredDomain);
	const origins = createOriginRules(config);
	const isTrustedProxy = createAddressSet(config.trustedProxies);
	const limitStream = bodyLimit({ maxSize: bodyBytesMax, onError: tooLarge });

	return async (c, next) => {
		const raw = rawRequest(c);
		const answer = await handle(c, raw, next);
		if (answer !== undefined) c.res = answer;
		// The server's own clock, which development can move; signers correct their skew by it.
		setHeader(c, "date", new Date(clock.now()).toUTCString());
	};

	async function handle(c: Context<HttpEnv>, raw: RawRequest, next: () => Promise<void>): Promise<Response | undefined> {
		const host = await hosts.find(raw);
		if (host === "malformed") return refused(400, "BadRequest", "The request's target or Host is malformed.");
		if (host === "notOurs") return refused(421, "MisdirectedRequest", "This server does not answer for the host of this request.");
		const client = findClient(raw, isTrustedProxy);
		const page = origins.page(raw.headers);
		const stranger = checkPeer(config, raw, client);
		if (stranger !== undefined) return refused(403, stranger.type, stranger.message);
		if (isPreflight(raw)) {
			const preflight = answerPreflight(c.req.path, raw, page);
			if (preflight.granted) return new Response(null, { status: 204, headers: preflight.headers });
			return refused(preflight.status, "AccessDeniedException", preflight.message);
		}
		const audience = findAudience(c.req.path, raw);
		const foreign = checkPage(audience, page);
		if (foreign !== undefined) return refused(403, foreign.type, foreign.message);
		const listener = (c.env as HttpEnv["Bindings"] | undefined)?.listener ?? "public";
		if (listener === "admin" && !c.req.path.startsWith("/_gatehouse/"))
			return refused(404, "NotFound", "The admin port has operations only.");
		c.set("edge", { raw, client, host, page, listener });
		const tooLong = await limitBody(c, raw, next);
		if (tooLong !== undefined) c.res = tooLong;
		const { vary, ...cors } = corsHeaders(audience, page, raw);
		for (const [name, value] of Object.entries(cors)) setHeader(c, name, value);
		if (vary !== undefined) addVary(c, vary);
		return undefined;
	}

	/** A stated length is checked without touching the body; a chunked one is counted while it is read. */
	async function limitBody(c: Context<HttpEnv>, raw: RawRequest, next: () => Promise<void>): Promise<Response | undefined> {
		if (raw.method === "GET" || raw.method === "HEAD") return void (await next());
		if (streamedPath !== undefined && raw.method === "PUT" && c.req.path.startsWith(`${streamedPath}/`)) return void (await next());
		const length = headerValues(raw.headers, "content-length")[0];
		if (length !== undefined && headerValues(raw.headers, "transfer-encoding").length === 0) {
			return Number(length) > bodyBytesMax ? tooLarge() : void (await next());
		}
		// Hono's `next` gives the context, and so does the middleware where it lets through.
		const limited: unknown = await limitStream(c, next);
		return limited instanceof Response ? limited : undefined;
	}
}

function tooLarge(): Response {
	return refused(413, "RequestEntityTooLarge", "The request body is too large.");
}

/** A refusal in the form that AWS clients parse. */
function refused(status: number, type: string, message: string): Response {
	return new Response(JSON.stringify({ __type: type, message }), {
		status,
		headers: { "content-type": "application/json", "x-amzn-errortype": type, "cache-control": "no-store" },
	});
}
