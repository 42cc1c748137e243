/** How each setting's text becomes a value, or is refused. `config.ts` says which settings there are. */
import { BlockList, isIP } from "node:net";
import { resolve } from "node:path";
import type { Config } from "../config.ts";

/** A configuration that can't be used; its message is one sentence for the person who wrote it. */
export class ConfigError extends Error {
	override readonly name = "ConfigError";
}

/** The environment variable of a flag. */
export function variable(flag: string): string {
	return `GATEHOUSE_${flag.toUpperCase().replaceAll("-", "_")}`;
}

function readList(value: string | undefined): string[] {
	return (value ?? "")
		.split(",")
		.map((item) => item.trim())
		.filter((item) => item !== "");
}

export function readHosts(value: string | undefined): readonly string[] {
	const hosts = readList(value).flatMap((host) =>
		host.toLowerCase() === "localhost" ? loopbackHosts : [host.replace(/^\[(.*)\]$/, "$1")],
	);
	for (const host of hosts) {
		if (isIP(host) === 0 && !hostnamePattern.test(host))
			throw new ConfigError(
				`${variable("host")} has ${quote(host)}, which is neither an address nor a name; leave the port to ${variable("port")}.`,
			);
	}
	return hosts.length > 0 ? [...new Set(hosts)] : loopbackHosts;
}

const loopbackHosts: readonly string[] = ["127.0.0.1", "::1"];
const hostnamePattern = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
export const amazonIssuer = "https://cognito-idp.{region}.amazonaws.com/{userPoolId}";

export function readPort(flag: string, value: string | undefined): number | undefined {
	if (value === undefined) return undefined;
	const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
	if (port < 1 || port > 65535) throw new ConfigError(`${variable(flag)} is ${quote(value)}; it must be a port from 1 to 65535.`);
	return port;
}

export function readCount(flag: string, value: string | undefined, max: number): number | undefined {
	if (value === undefined) return undefined;
	const count = /^\d{1,9}$/.test(value) ? Number(value) : 0;
	if (count < 1 || count > max) throw new ConfigError(`${variable(flag)} is ${quote(value)}; it must be a whole number from 1 to ${max}.`);
	return count;
}

export function readAwsEndpoint(flag: string, value: string | undefined): string | undefined {
	return value === "aws" ? value : readUrl(flag, value, ["http:", "https:"]);
}

/** A URL that paths are put after: without a slash at its end. */
export function readBaseUrl(flag: string, value: string | undefined): string | undefined {
	return readUrl(flag, value, ["http:", "https:"])?.replace(/\/+$/, "");
}

export function readPublicUrl(value: string | undefined): string | undefined {
	const text = readUrl("public-url", value, ["http:", "https:"]);
	if (text === undefined) return undefined;
	const url = new URL(text);
	if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
		throw new ConfigError(`${variable("public-url")} must be a scheme, a host and perhaps a port, such as https://auth.example.com.`);
	}
	return url.origin;
}

/** The URL as it was written. Never quoted in the refusal: it may hold a password. */
export function readUrl(flag: string, value: string | undefined, protocols: readonly string[]): string | undefined {
	if (value === undefined) return undefined;
	const url = URL.canParse(value) ? new URL(value) : undefined;
	if (url === undefined || !protocols.includes(url.protocol) || url.hostname === "") {
		throw new ConfigError(`${variable(flag)} must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}.`);
	}
	return value;
}

export function readTls(source: string | undefined, port: number | undefined): Config["tls"] {
	if (source === undefined && port === undefined) return undefined;
	if (source === undefined) throw new ConfigError(`${variable("tls-port")} needs ${variable("tls")}: "dev", or a folder of certificates.`);
	if (port === undefined) throw new ConfigError(`${variable("tls")} needs ${variable("tls-port")}, the port of HTTPS.`);
	return { port, source: source === "dev" ? "dev" : { folder: resolve(source) } };
}

export function readCidrs(value: string | undefined): readonly string[] {
	const cidrs = readList(value);
	for (const cidr of cidrs) {
		const [address = "", prefix, ...rest] = cidr.split("/");
		const bits = isIP(address) === 4 ? 32 : 128;
		const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits);
		if (isIP(address) === 0 || address.includes("%") || !fits || rest.length > 0) {
			throw new ConfigError(`${variable("trusted-proxies")} has ${quote(cidr)}; each must be an address or a CIDR such as 10.0.0.0/8.`);
		}
		new BlockList().addSubnet(address, prefix === undefined ? bits : Number(prefix), bits === 32 ? "ipv4" : "ipv6");
	}
	return cidrs;
}

export function readOrigins(value: string | undefined): readonly string[] {
	return readList(value).map((text) => {
		const web = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
		// Apps in a web view have origins such as capacitor://localhost, which the URL standard calls opaque.
		const origin = web ? new URL(text).origin : text.toLowerCase();
		const bare = web ? new URL(text).href === `${origin}/` : /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9._-]+(:\d{1,5})?$/.test(origin);
		if (!bare)
			throw new ConfigError(
				`${variable("cors-origins")} has ${quote(text)}; each must be an origin such as https://app.example.com (no path, no "*").`,
			);
		return origin;
	});
}

export function readDatabase(value: string | undefined, dataDir: string): Config["database"] {
	if (value === undefined) return { engine: "sqlite", path: resolve(dataDir, "gatehouse.db") };
	const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(value)?.[1];
	if (path !== undefined) return { engine: "sqlite", path: resolve(path) };
	if (/^postgres(ql)?:\/\//.test(value)) return { engine: "postgres", url: value };
	throw new ConfigError(`${variable("database-url")} must begin with sqlite: or postgres://.`);
}

export function readIssuer(template: string): string {
	const unknown = /\{(?!publicUrl\}|region\}|userPoolId\})[^}]*\}?/.exec(template)?.[0];
	if (unknown !== undefined)
		throw new ConfigError(`${variable("issuer")} has ${quote(unknown)}; it knows {publicUrl}, {region} and {userPoolId}.`);
	// Without the pool's id all pools would share one issuer, and one pool's tokens would pass for another's.
	if (!template.includes("{userPoolId}")) throw new ConfigError(`${variable("issuer")} must contain {userPoolId}, or be "aws".`);
	const sample = fillIn(template, "http://localhost");
	const url = URL.canParse(sample) ? new URL(sample) : undefined;
	const plain =
		url !== undefined &&
		/^https?:$/.test(url.protocol) &&
		url.search === "" &&
		url.hash === "" &&
		url.username === "" &&
		!sample.endsWith("/");
	// OpenID Connect Discovery 1.0 §3: an https URL with no query or fragment.
	if (!plain)
		throw new ConfigError(`${variable("issuer")} must make an http or https URL with no query, no fragment and no slash at its end.`);
	return template;
}

export function fillIn(template: string, publicUrl: string): string {
	return template
		.replaceAll("{publicUrl}", publicUrl)
		.replaceAll("{region}", "us-east-1")
		.replaceAll("{userPoolId}", "us-east-1_AAAAAAAAA");
}

export function readDomainSuffix(value: string | undefined): string {
	const suffix = (value ?? "auth.localhost").toLowerCase();
	if (!hostnamePattern.test(suffix) || isIP(suffix) !== 0)
		throw new ConfigError(`${variable("domain-suffix")} is ${quote(suffix)}; it must be a host name such as auth.example.com.`);
	return suffix;
}

export function readMasterKeys(value: string | undefined): readonly Uint8Array[] {
	return readList(value).map((text, index) => {
		const key = Buffer.from(text, "base64");
		const unpadded = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
		if (key.length !== 32 || key.toString("base64").replace(/=+$/, "") !== unpadded) {
			throw new ConfigError(
				`${variable("master-key")}: key ${index + 1} is not 32 bytes in base64; make one with: openssl rand -base64 32`,
			);
		}
		return key;
	});
}

/** An access key and its secret, of the flags that begin with `prefix`. */
export function readAccessKey(prefix: string, accessKeyId: string | undefined, secretAccessKey: string | undefined): Config["rootKey"] {
	if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
	const [idVariable, secretVariable] = [variable(`${prefix}access-key-id`), variable(`${prefix}secret-access-key`)];
	if (accessKeyId === undefined || secretAccessKey === undefined) {
		throw new ConfigError(`${idVariable} and ${secretVariable} go together; set both or neither.`);
	}
	// IAM's AccessKey: AccessKeyId is \w, 16 to 128 characters.
	if (!/^\w{16,128}$/.test(accessKeyId)) throw new ConfigError(`${idVariable} must be 16 to 128 letters, digits or underscores.`);
	if (!/^[\x21-\x7e]{16,}$/.test(secretAccessKey))
		throw new ConfigError(`${secretVariable} must be at least 16 printable characters without spaces.`);
	return { accessKeyId, secretAccessKey };
}

export function readMailFrom(value: string | undefined): string | undefined {
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
	if (value !== undefined && (!value.includes("@") || /[\x00-\x1f\x7f]/.test(value))) {
		throw new ConfigError(`${variable("mail-from")} must be an address such as no-reply@example.com or "Example <no-reply@example.com>".`);
	}
	return value;
}

export function mailHost(publicUrl: string): string {
	const { hostname } = new URL(publicUrl);
	return isIP(hostname.replace(/^\[(.*)\]$/, "$1")) === 0 ? hostname : "localhost";
}

export function readPattern(flag: string, value: string | undefined, pattern: RegExp, wanted: string): string | undefined {
	if (value !== undefined && !pattern.test(value)) throw new ConfigError(`${variable(flag)} is ${quote(value)}; it must be ${wanted}.`);
	return value;
}

export function readSwitch(flag: string, value: string | undefined, [on, off]: readonly [string, string]): boolean | undefined {
	if (value === undefined) return undefined;
	if (value !== on && value !== off) throw new ConfigError(`${variable(flag)} is ${quote(value)}; it must be ${on} or ${off}.`);
	return value === on;
}

export function quote(text: string): string {
	return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
