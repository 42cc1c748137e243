/** The access proxy's settings: its port, and what is behind it. */
import type { Config } from "../config.ts";
import { ConfigError, readPort, readUrl, variable } from "./values.ts";

const upstream = (flag: "upstream-s3" | "upstream-dynamodb", name: string) =>
	[
		{ flag, value: "URL", meaning: `${name} behind the access proxy, such as http://127.0.0.1:9000` },
		{ flag: `${flag}-access-key-id`, value: "ID", meaning: "access key that the proxy signs with there", secret: true },
		{ flag: `${flag}-secret-access-key`, value: "SECRET", meaning: "its secret", secret: true },
		{ flag: `${flag}-region`, value: "REGION", meaning: "region that the proxy signs for there", initial: "GATEHOUSE_REGION" },
	] as const;

export const accessSettings = [
	{ flag: "access-port", value: "PORT", meaning: "port of the access proxy, where an upstream is set", initial: "9401" },
	...upstream("upstream-s3", "S3"),
	...upstream("upstream-dynamodb", "DynamoDB"),
] as const;

type AccessFlag = (typeof accessSettings)[number]["flag"];

/** Undefined: nothing is behind the proxy, which is then off. */
export function readAccess(read: (flag: AccessFlag) => string | undefined, region: string): Config["access"] {
	const port = readPort("access-port", read("access-port"));
	const s3 = readUpstream("upstream-s3", read, region);
	const dynamodb = readUpstream("upstream-dynamodb", read, region);
	if (s3 === undefined && dynamodb === undefined) {
		if (port === undefined) return undefined;
		throw new ConfigError(
			`${variable("access-port")} needs ${variable("upstream-s3")} or ${variable("upstream-dynamodb")}: what the access proxy is for.`,
		);
	}
	return { port: port ?? 9401, s3, dynamodb };
}

function readUpstream(
	flag: "upstream-s3" | "upstream-dynamodb",
	read: (flag: AccessFlag) => string | undefined,
	region: string,
): NonNullable<Config["access"]>["s3"] {
	const text = readUrl(flag, read(flag), ["http:", "https:"]);
	const accessKeyId = read(`${flag}-access-key-id`);
	const secretAccessKey = read(`${flag}-secret-access-key`);
	const ownRegion = read(`${flag}-region`);
	if (text === undefined) {
		const without = [accessKeyId, secretAccessKey, ownRegion].find((each) => each !== undefined);
		if (without !== undefined) throw new ConfigError(`The credentials and the region of ${variable(flag)} need ${variable(flag)} itself.`);
		return undefined;
	}
	const url = new URL(text);
	if (url.pathname !== "/" || url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "") {
		throw new ConfigError(`${variable(flag)} must be a scheme, a host and perhaps a port, such as http://127.0.0.1:9000.`);
	}
	if (accessKeyId === undefined || secretAccessKey === undefined) {
		throw new ConfigError(`${variable(flag)} needs ${variable(`${flag}-access-key-id`)} and ${variable(`${flag}-secret-access-key`)}.`);
	}
	// They stand in the header that signs.
	if (!/^[\w.-]{3,128}$/.test(accessKeyId) || !/^[\x21-\x7e]{1,256}$/.test(secretAccessKey)) {
		throw new ConfigError(`${variable(`${flag}-access-key-id`)} and its secret must be printable characters without spaces.`);
	}
	if (ownRegion !== undefined && !/^[a-z0-9-]{1,32}$/.test(ownRegion)) {
		throw new ConfigError(`${variable(`${flag}-region`)} must be a region such as us-east-1.`);
	}
	return { url: url.origin, region: ownRegion ?? region, accessKeyId, secretAccessKey };
}
