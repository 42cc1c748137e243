/**
 * Which user pool domain a request is for: by its Host (a prefix below the suffix, or a custom domain), and in development also by a
 * path `/domains/PREFIX`, for clients that can't resolve names below localhost. What is served there is written without that path.
 */
import type { UserPoolDomain } from "../domain/user-pools/domains.ts";
import type { UserPool } from "../domain/user-pools/pools.ts";
import type { HttpEnv } from "./request.ts";

export interface DomainRequest {
	readonly domain: UserPoolDomain;
	readonly pool: UserPool;
	/** What stands before every path of this domain in this request's own URL: "", or `/domains/PREFIX`. */
	readonly basePath: string;
	/** Scheme, host and base path as the browser reached it, without a slash at the end. */
	readonly baseUrl: string;
	/** Whether the browser's connection is TLS, by a trusted proxy's word too. */
	readonly secure: boolean;
}

/** Hono's environment below a domain: `c.get("domain")`. */
export type DomainEnv = { Bindings: HttpEnv["Bindings"]; Variables: HttpEnv["Variables"] & { domain: DomainRequest } };
