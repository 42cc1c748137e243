/**
 * The one reading of a request's target: bucket, key and query. Policies see what is read here, and the upstream gets what is written
 * from it, so that nothing between the two can be understood in another way.
 */
import { TextDecoder } from "node:util";
import { encode } from "../../crypto/sigv4-canonical.ts";
import { invalidArgument, invalidBucketName, invalidUri, keyTooLong } from "./refusals.ts";

export interface ObjectName {
	readonly bucket: string;
	readonly key: string;
}

export interface S3Target {
	/** Undefined: the service itself, which lists buckets. */
	readonly bucket: string | undefined;
	/** Undefined: the bucket itself. Never empty. */
	readonly key: string | undefined;
	/** Without the parameters that sign the request. */
	readonly query: ReadonlyMap<string, string>;
}

const keyBytesMax = 1024;
const parametersMax = 64;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** `hostBucket`: the bucket of a virtual-hosted request. @throws InvalidURI, InvalidBucketName, KeyTooLongError, InvalidArgument */
export function readTarget(target: string, hostBucket: string | undefined): S3Target {
	const mark = target.indexOf("?");
	const path = mark < 0 ? target : target.slice(0, mark);
	const name = readName(path, hostBucket);
	return { ...name, query: readQuery(mark < 0 ? "" : target.slice(mark + 1)) };
}

function readName(path: string, hostBucket: string | undefined): Pick<S3Target, "bucket" | "key"> {
	const rest = path.slice(1);
	if (hostBucket !== undefined) return { bucket: checkBucket(hostBucket), key: rest === "" ? undefined : checkKey(decode(rest)) };
	if (rest === "") return { bucket: undefined, key: undefined };
	const slash = rest.indexOf("/");
	const bucket = checkBucket(decode(slash < 0 ? rest : rest.slice(0, slash)));
	const written = slash < 0 ? "" : rest.slice(slash + 1);
	return { bucket, key: written === "" ? undefined : checkKey(decode(written)) };
}

/** Of x-amz-copy-source: `[/]BUCKET/KEY[?versionId=ID]`, percent-encoded. */
export function readCopySource(text: string): ObjectName & { readonly versionId: string | undefined } {
	if (!/^[!-~]+$/.test(text)) throw invalidArgument("Invalid copy source encoding");
	const mark = text.indexOf("?");
	const path = (mark < 0 ? text : text.slice(0, mark)).replace(/^\//, "");
	// Some clients encode the slash between bucket and key as well.
	const whole = decode(path);
	const slash = whole.indexOf("/");
	if (slash < 0 || slash === whole.length - 1) throw invalidArgument("Invalid copy source object key");
	const query = readQuery(mark < 0 ? "" : text.slice(mark + 1));
	const versionId = query.get("versionId");
	if (query.size !== (versionId === undefined ? 0 : 1)) throw invalidArgument("Invalid copy source");
	return { bucket: checkBucket(whole.slice(0, slash)), key: checkKey(whole.slice(slash + 1)), versionId };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, and the older rules of us-east-1. */
function checkBucket(name: string): string {
	if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(name) || name.includes("..")) throw invalidBucketName();
	return name;
}

/**
 * Keys are bytes to S3, but servers that keep objects as files would leave the folder at a dot segment; and HTTP's own rules remove them
 * (RFC 3986 §5.2.4), however they are encoded.
 */
export function checkKey(key: string): string {
	if (Buffer.byteLength(key) > keyBytesMax) throw keyTooLong();
	if (key.includes("\0") || key.split(/[/\\]/).some((segment) => segment === "." || segment === "..")) throw invalidUri();
	return key;
}

function readQuery(text: string): ReadonlyMap<string, string> {
	const query = new Map<string, string>();
	if (text === "") return query;
	const pairs = text.split("&");
	if (pairs.length > parametersMax) throw invalidUri();
	for (const pair of pairs) {
		if (pair === "") continue;
		const equals = pair.indexOf("=");
		// As the signature reads it: a plus is a space.
		const [name, value] = [equals < 0 ? pair : pair.slice(0, equals), equals < 0 ? "" : pair.slice(equals + 1)].map((part) =>
			decode(part.replaceAll("+", " ")),
		) as [string, string];
		if (query.has(name)) throw invalidArgument(`The query parameter ${name.slice(0, 64)} must not come twice.`);
		query.set(name, value);
	}
	return query;
}

/** Percent-decoding of UTF-8; a stray `%` and bytes that are no UTF-8 are refused, since others may read them differently. */
function decode(text: string): string {
	if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw invalidUri();
	if (!text.includes("%")) return text;
	const bytes = text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
	try {
		return utf8.decode(Buffer.from(bytes, "latin1"));
	} catch {
		throw invalidUri();
	}
}

const encodeText = (text: string) => encode(Buffer.from(text).toString("latin1"));

/** `/BUCKET/KEY`, each character that is not unreserved encoded. */
export function writePath(bucket: string | undefined, key: string | undefined): string {
	if (bucket === undefined) return "/";
	return key === undefined ? `/${bucket}` : `/${bucket}/${key.split("/").map(encodeText).join("/")}`;
}

/** With its question mark; a parameter without a value stands alone. */
export function writeQuery(parameters: Iterable<readonly [string, string]>): string {
	const pairs = [...parameters].map(([name, value]) => (value === "" ? encodeText(name) : `${encodeText(name)}=${encodeText(value)}`));
	return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/**
 * The ARNs that stand for a key. Servers that keep objects as files take `a//b` for `a/b`, S3 does not: where the two differ, both must
 * be allowed.
 */
export function objectArns({ bucket, key }: ObjectName): string[] {
	const plain = key.replace(/\/{2,}/g, "/").replace(/^\//, "");
	return [...new Set([key, plain])].map((each) => `arn:aws:s3:::${bucket}/${each}`);
}

export const bucketArn = (bucket: string): string => `arn:aws:s3:::${bucket}`;
