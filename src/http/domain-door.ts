/**
 * Finds the user pool domain that a request is for and hands it to what is served there. A domain's requests go nowhere else: what is
 * not a page or an endpoint of its own is not found, whatever the server has at that path.
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { findDomain } from "../domain/user-pools/domains.ts";
import type { CallBase } from "./call.ts";
import type { DomainEnv, DomainRequest } from "./domain-request.ts";
import type { Edge } from "./edge.ts";
import { setHeader } from "./headers.ts";
import { type HttpBindings, type HttpEnv, headerValues } from "./request.ts";

type Base = Pick<CallBase, "caches" | "settings" | "ports" | "quotas">;

/** A year, as Cognito says it. Not in development: localhost's other ports speak plain HTTP. */
const transportSecurity = "max-age=31536000 ; includeSubDomains";

/** What the door found out, for the app below it. */
type Found = HttpBindings & { readonly found?: { readonly edge: Edge; readonly domain: DomainRequest; readonly path: string } };

/** Behind the edge and before everything else. `doors` are tried in their order; their paths are written without the domain's own. */
export function createDomainDoor({ caches, settings, ports, quotas }: Base, doors: readonly Hono<DomainEnv>[]): MiddlewareHandler<HttpEnv> {
	const app = new Hono<DomainEnv>({
		getPath: (request, options) => (options?.env as Found | undefined)?.found?.path ?? new URL(request.url).pathname,
	});
	app.use(async (c, next) => {
		const { found } = c.env as Found;
		if (found === undefined) return c.notFound();
		c.set("edge", found.edge);
		c.set("domain", found.domain);
		await next();
		if (found.domain.secure && settings.mode === "production") setHeader(c, "strict-transport-security", transportSecurity);
		return undefined;
	});
	for (const door of doors) app.route("/", door);
	app.notFound((c) => c.text("There is no such page here.", 404, plain));
	app.onError((error, c) => {
		ports.log.error({ err: error }, "a request to a domain failed");
		return c.text("Something went wrong.", 500, plain);
	});

	return async (c, next) => {
		const edge = c.get("edge");
		const place = placeOf(edge, c.req.path);
		if (place === undefined) return next();
		const domain = await findDomain({ caches }, place.name);
		const pool = domain ? await caches.userPools.get(domain.poolId) : undefined;
		if (domain === undefined || pool === undefined) return c.text("Nobody has this domain.", 404, plain);
		const counts = !filePaths.some((path) => place.path.startsWith(path));
		if (counts && !quotas.takeOfDomain(domain.name, edge.client.ip, c.req.query("client_id"))) return tooMany(c, place.path);
		await quotas.refresh();
		const { basePath } = place;
		const { protocol } = edge.client;
		const request: DomainRequest = {
			domain,
			pool,
			basePath,
			baseUrl: `${protocol}://${headerValues(edge.raw.headers, "host")[0] ?? edge.host.hostname}${basePath}`,
			secure: protocol === "https",
		};
		const env: Found = { ...(c.env as HttpBindings | undefined), found: { edge, domain: request, path: place.path } };
		return app.fetch(c.req.raw, env);
	};

	/** In development the path form is answered whether or not URLs are made so. Custom domains have a dot, and prefixes none. */
	function placeOf({ host }: Edge, path: string): Place | undefined {
		if (host.kind === "prefixDomain") return { name: host.prefix, basePath: "", path };
		if (host.kind === "customDomain") return { name: host.hostname, basePath: "", path };
		const [, prefix] = settings.mode === "development" ? (/^\/domains\/([a-z0-9-]{1,63})(?=\/|$)/.exec(path) ?? []) : [];
		if (prefix === undefined) return undefined;
		const basePath = `/domains/${prefix}`;
		return { name: prefix, basePath, path: path.slice(basePath.length) || "/" };
	}
}

/** Where nothing is but files that caches keep. */
const filePaths = ["/assets/", "/branding/", "/.well-known/"];

/** Applications get the form of every endpoint's refusals; nothing is drawn for what comes too often. */
function tooMany(c: Context, path: string): Response {
	const headers = { ...plain, "retry-after": "1" };
	if (path.startsWith("/oauth2/")) return c.json({ error: "server_error", error_description: "Rate exceeded" }, 429, headers);
	return c.text("Rate exceeded. Please try again in a moment.", 429, headers);
}

interface Place {
	readonly name: string;
	readonly basePath: string;
	readonly path: string;
}

const plain = { "cache-control": "no-store", "x-content-type-options": "nosniff", "x-frame-options": "DENY" };
