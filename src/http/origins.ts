/** Which web page sent a request, and whether pages of that origin may do what needs an administrator's key. */
import type { Config } from "../config.ts";
import { isLoopbackName } from "./hosts.ts";
import { type HeaderList, headerValues } from "./request.ts";

/** `none`: no page, or none that says so. `allowed`: loopback, the public URL's own origin or one of GATEHOUSE_CORS_ORIGINS. `foreign`: any other. */
export type Page = "none" | "allowed" | "foreign";

export interface OriginRules {
	page(headers: HeaderList): Page;
}

export function createOriginRules(config: Pick<Config, "publicUrl" | "corsOrigins">): OriginRules {
	const configured = new Set([...config.corsOrigins, new URL(config.publicUrl).origin]);
	return {
		page(headers) {
			const origins = headerValues(headers, "origin");
			if (origins.length > 1) return "foreign";
			const origin = origins[0];
			if (origin !== undefined) return configured.has(origin) || isLoopbackOrigin(origin) ? "allowed" : "foreign";
			// Browsers leave Origin out of many GETs, such as links, images and scripts, but say whether another site is behind them (Fetch Metadata §2.4).
			return headerValues(headers, "sec-fetch-site").some((site) => site.toLowerCase() === "cross-site") ? "foreign" : "none";
		},
	};
}

/** `null` (sandboxed frames, files, opaque redirects) is not loopback; neither is anything but a browser's own serialisation. */
export function isLoopbackOrigin(origin: string): boolean {
	if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
	const url = new URL(origin);
	return url.origin === origin && isLoopbackName(url.hostname);
}
