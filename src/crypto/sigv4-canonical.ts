/**
 * What AWS Signature Version 4 signs: the request written down in one canonical way, and the key that signs it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * Text from the wire is kept one character a byte (latin1).
 */
import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";

export const algorithm = "AWS4-HMAC-SHA256";
export const terminator = "aws4_request";
export const unsignedPayload = "UNSIGNED-PAYLOAD";

export interface ReceivedRequest {
	readonly method: string;
	/** The path and query as they came, percent-encoding untouched. */
	readonly target: string;
	/** Every header line, in order; names in any case. */
	readonly headers: readonly (readonly [name: string, value: string])[];
	readonly body: Uint8Array;
	/** What stands for the body's hash in the signature, where the body comes later or is not signed; `body` then counts for nothing. */
	readonly payloadHash?: string;
}

/** A request's signed parts, looked up by name. */
export interface RequestParts {
	readonly method: string;
	readonly path: string;
	/** Decoded to one character a byte. */
	readonly query: readonly QueryParameter[];
	/** By name in lower case, each with its lines' values in order. */
	readonly headers: ReadonlyMap<string, readonly string[]>;
	readonly body: Uint8Array;
	readonly payloadHash: string | undefined;
}

/** What a signature is made over, besides the request itself. */
export interface SignatureClaim {
	readonly parts: RequestParts;
	/** Where the signature is: in the Authorization header, or in the query of a presigned URL. */
	readonly form: "header" | "query";
	/** The credential scope: YYYYMMDD, region and service. */
	readonly date: string;
	readonly region: string;
	readonly service: string;
	/** Names in lower case. */
	readonly signedHeaders: readonly string[];
	/** When it was signed, as ISO 8601 basic. */
	readonly timestamp: string;
}

/** The key that signs for one day, region and service. Deriving it is most of what verifying costs: `createSigningKeys` keeps them. */
export function signingKey(secretAccessKey: string, scope: Pick<SignatureClaim, "date" | "region" | "service">): KeyObject {
	// Key objects, since Node 24 takes 8 µs longer over a key in a Buffer.
	let key = createSecretKey(`AWS4${secretAccessKey}`, "utf8");
	for (const part of [scope.date, scope.region, scope.service, terminator]) {
		key = createSecretKey(createHmac("sha256", key).update(part).digest());
	}
	return key;
}

/**
 * `signingKey` with a memory of the last `max` keys. Looking one up tells by its time whether that secret signed lately: use one
 * memory for known keys and for the stand-in of unknown ones.
 */
export function createSigningKeys(max: number): typeof signingKey {
	const kept = new Map<string, KeyObject>();
	return (secretAccessKey, scope) => {
		const name = JSON.stringify([secretAccessKey, scope.date, scope.region, scope.service]);
		const key = kept.get(name) ?? signingKey(secretAccessKey, scope);
		// Moved to the end: the first is the one that was not asked for longest.
		kept.delete(name);
		kept.set(name, key);
		for (const oldest of kept.keys()) {
			if (kept.size <= max) break;
			kept.delete(oldest);
		}
		return key;
	};
}

export function signatureOf(claim: SignatureClaim, key: KeyObject): string {
	return createHmac("sha256", key).update(stringToSign(claim)).digest("hex");
}

function stringToSign(claim: SignatureClaim): string {
	const scope = `${claim.date}/${claim.region}/${claim.service}/${terminator}`;
	return `${algorithm}\n${claim.timestamp}\n${scope}\n${sha256(Buffer.from(canonicalRequest(claim), "latin1"))}`;
}

/** The request as the signer must have written it down. */
function canonicalRequest({ parts, form, service, signedHeaders }: SignatureClaim): string {
	const names = signedHeaders.toSorted();
	const parameters = parts.query
		.filter(([name]) => form === "header" || name !== "X-Amz-Signature")
		.map(([name, value]) => [encode(name), encode(value)] as const)
		.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
	return [
		parts.method,
		encodePath(service === "s3" ? decode(parts.path) : normalize(parts.path)),
		parameters.map((pair) => pair.join("=")).join("&"),
		...names.map((name) => `${name}:${(parts.headers.get(name) ?? []).map(trimAll).join(",")}`),
		"",
		names.join(";"),
		payloadHash(parts, form, service),
	].join("\n");
}

function payloadHash(parts: RequestParts, form: "header" | "query", service: string): string {
	if (parts.payloadHash !== undefined) return parts.payloadHash;
	const mayBeUnsigned = form === "query" && service === "s3";
	return mayBeUnsigned && (namedPayloadHash(parts) ?? unsignedPayload) === unsignedPayload ? unsignedPayload : sha256(parts.body);
}

export function namedPayloadHash(parts: RequestParts): string | undefined {
	return firstHeader(parts, "x-amz-content-sha256") ?? queryValue(parts, "X-Amz-Content-Sha256");
}

export type QueryParameter = readonly [name: string, value: string];

export function partsOf({ method, target, headers: lines, body, payloadHash }: ReceivedRequest): RequestParts {
	const [path, query = ""] = splitAt(target, "?");
	const headers = new Map<string, string[]>();
	for (const [name, value] of lines) {
		const values = headers.get(name.toLowerCase());
		if (values) values.push(value);
		else headers.set(name.toLowerCase(), [value]);
	}
	return { method, path, query: parseQuery(query), headers, body, payloadHash };
}

/** Names and values, decoded to one character a byte (latin1), as a form is decoded: `+` is a space. */
function parseQuery(query: string): QueryParameter[] {
	return query
		.split("&")
		.filter((pair) => pair !== "")
		.map((pair) => {
			const [name, value = ""] = splitAt(pair, "=");
			return [decode(name.replaceAll("+", " ")), decode(value.replaceAll("+", " "))];
		});
}

export function queryValue(parts: RequestParts, wanted: string): string | undefined {
	return parts.query.find(([name]) => name === wanted)?.[1];
}

export function firstHeader(parts: RequestParts, name: string): string | undefined {
	return parts.headers.get(name)?.[0];
}

/** Percent-decoding to one character a byte. A `%` that begins no escape stands for itself. */
function decode(text: string): string {
	return Buffer.from(text)
		.toString("latin1")
		.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** RFC 3986 §2.3's unreserved characters stay, every other byte is written %XY. Takes one character a byte. */
export function encode(text: string): string {
	return text.replace(/[^A-Za-z0-9\-._~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

const encodePath = (path: string) => path.split("/").map(encode).join("/");

/**
 * The path as services other than S3 sign it: dot segments and double slashes removed (RFC 3986 §6.2.2.3), its bytes not decoded, so
 * that encoding it encodes `%` a second time.
 */
function normalize(path: string): string {
	const kept: string[] = [];
	for (const segment of Buffer.from(path).toString("latin1").split("/")) {
		if (segment === "..") kept.pop();
		else if (segment !== "" && segment !== ".") kept.push(segment);
	}
	const end = kept.length > 0 && path.endsWith("/") ? "/" : "";
	return `/${kept.join("/")}${end}`;
}

const trimAll = (value: string) => value.trim().replace(/\s+/g, " ");
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
export const sha256 = (data: Uint8Array) => hash("sha256", data);

export function splitAt(text: string, separator: string): [string, string?] {
	const at = text.indexOf(separator);
	return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** ISO 8601 basic: 20150830T123600Z. */
export function basicInstant(milliseconds: number): string {
	return new Date(milliseconds).toISOString().replace(/\.\d{3}|[-:]/g, "");
}
