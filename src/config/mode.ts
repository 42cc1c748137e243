/** Development or production: what tells them apart, and what production can't do without. */
import { isIP } from "node:net";
import type { Config, ConfigSources } from "../config.ts";
import { fillIn, variable } from "./values.ts";

interface Places {
	readonly hosts: readonly string[];
	readonly publicUrl: string;
	/** As it was written, so that `aws` can be told from a URL. */
	readonly issuer: string;
	readonly domainSuffix: string;
	readonly database: Config["database"];
	readonly env: ConfigSources["env"];
}

/** The settings that reach beyond this machine: development has none. */
export function whatIsNotLocal({ hosts, publicUrl, issuer, domainSuffix, database, env }: Places): string[] {
	const found: string[] = [];
	const host = hosts.find((each) => !isLocalName(each));
	if (host !== undefined) found.push(`listens on ${host}`);
	if (!isLocalName(new URL(publicUrl).hostname)) found.push(`has the public URL ${publicUrl}`);
	if (issuer !== "aws" && !isLocalName(new URL(fillIn(issuer, publicUrl)).hostname)) found.push("has an issuer that is not local");
	if (!isLocalName(domainSuffix)) found.push(`has the domain suffix ${domainSuffix}`);
	if (database.engine === "postgres" && !postgresHosts(database.url, env).every((each) => each.startsWith("/") || isLocalName(each))) {
		found.push("has a database on another machine");
	}
	return found;
}

/** Every host that a connection URL names: `host` in its query wins, and none at all means PGHOST, as libpq has it; a socket's folder begins with a slash. */
function postgresHosts(url: string, env: ConfigSources["env"]): string[] {
	const [, authority = "", query = ""] = /^postgres(?:ql)?:\/\/([^/?#]*)[^?#]*(?:\?([^#]*))?/.exec(url) ?? [];
	const parameters = new URLSearchParams(query);
	const named = [...parameters.getAll("host"), ...parameters.getAll("hostaddr")].flatMap((each) => each.split(","));
	const listed = authority
		.slice(authority.lastIndexOf("@") + 1)
		.split(",")
		.map((each) => decodeHost(each.replace(/:\d*$/, "")));
	const hosts = (named.length > 0 ? named : listed).filter((each) => each !== "");
	return hosts.length > 0 ? hosts : [env["PGHOST"] || "localhost"];
}

function decodeHost(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

export function whatProductionLacks(given: Pick<Config, "masterKeys" | "rootKey" | "publicUrl" | "trustedProxies">): string[] {
	const lacking: string[] = [];
	if (given.rootKey === undefined)
		lacking.push(`a root access key (${variable("root-access-key-id")} and ${variable("root-secret-access-key")})`);
	if (given.masterKeys.length === 0) lacking.push(`a master key (${variable("master-key")})`);
	if (!given.publicUrl.startsWith("https:") && given.trustedProxies.length === 0) {
		lacking.push(`an https public URL (${variable("public-url")}) or a proxy in front (${variable("trusted-proxies")})`);
	}
	return lacking;
}

export function productionRefusal(outside: readonly string[], lacking: readonly string[]): string {
	if (outside.length === 0) {
		return `a root access key asks for production, which needs ${list(lacking)}; without the root key everything here is local and runs in development.`;
	}
	return `this server ${list(outside)}, which is production, and production needs ${list(lacking)}; ${variable("development")}=1 makes it development, where any access key is the administrator.`;
}

function list(items: readonly string[]): string {
	return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** `localhost`, a name below it, 127.0.0.0/8 or ::1, as they stand in a URL's host. */
function isLocalName(hostname: string): boolean {
	const name = hostname.toLowerCase().replace(/^\[(.*)\]$/, "$1");
	return name === "localhost" || name.endsWith(".localhost") || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}
