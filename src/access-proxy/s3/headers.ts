/** Which headers go on to the upstream: those of a list for each kind of operation. A header of S3's that is in no list is refused. */
import { checksumNames } from "../../crypto/checksums.ts";
import type { S3Operation } from "./operations.ts";
import { accessDenied, invalidArgument } from "./refusals.ts";
import { readCopySource, writePath, writeQuery } from "./target.ts";

const customerKey = ["algorithm", "key", "key-md5"].map((name) => `server-side-encryption-customer-${name}`);
const conditions = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"];
const checksums = checksumNames.map((name) => `x-amz-checksum-${name}`);
const body = ["content-type", "content-md5", ...checksums];

const read = [
	...conditions,
	"range",
	// Without it a range of another version of the object would be taken for one of this.
	"if-range",
	"x-amz-checksum-mode",
	...customerKey.map((name) => `x-amz-${name}`),
	"x-amz-object-attributes",
	"x-amz-max-parts",
	"x-amz-part-number-marker",
];
export const grantHeaders = ["full-control", "read", "read-acp", "write", "write-acp"].map((name) => `x-amz-grant-${name}`);
const part = [
	...body,
	...conditions,
	"content-encoding",
	"x-amz-checksum-type",
	"x-amz-mp-object-size",
	...customerKey.map((name) => `x-amz-${name}`),
];
const write = [
	...part,
	"cache-control",
	"content-disposition",
	"content-language",
	"expires",
	"x-amz-acl",
	...grantHeaders,
	"x-amz-bucket-object-lock-enabled",
	"x-amz-object-ownership",
	"x-amz-checksum-algorithm",
	"x-amz-server-side-encryption",
	"x-amz-server-side-encryption-aws-kms-key-id",
	"x-amz-server-side-encryption-context",
	"x-amz-server-side-encryption-bucket-key-enabled",
	"x-amz-storage-class",
	"x-amz-website-redirect-location",
	"x-amz-tagging",
	"x-amz-object-lock-mode",
	"x-amz-object-lock-retain-until-date",
	"x-amz-object-lock-legal-hold",
];
const copy = [
	...write,
	"x-amz-metadata-directive",
	"x-amz-tagging-directive",
	"x-amz-copy-source",
	"x-amz-copy-source-range",
	...conditions.map((name) => `x-amz-copy-source-${name}`),
	...customerKey.map((name) => `x-amz-copy-source-${name}`),
];
const remove = [...body, "x-amz-bypass-governance-retention", "x-amz-mfa", "if-match"];
const configure = [...body, "x-amz-acl", ...grantHeaders, "x-amz-bypass-governance-retention", "x-amz-mfa"];

const lists: Readonly<Record<NonNullable<S3Operation["headers"]>, ReadonlySet<string>>> = {
	read: new Set(read),
	write: new Set(write),
	copy: new Set(copy),
	part: new Set(part),
	remove: new Set(remove),
	configure: new Set(configure),
};

/** Headers that are for the proxy itself, or say nothing to the upstream. */
const own: ReadonlySet<string> = new Set([
	"x-amz-content-sha256",
	"x-amz-date",
	"x-amz-decoded-content-length",
	"x-amz-expected-bucket-owner",
	"x-amz-request-payer",
	"x-amz-sdk-checksum-algorithm",
	"x-amz-security-token",
	"x-amz-source-expected-bucket-owner",
	"x-amz-trailer",
	"x-amz-user-agent",
]);

/** The headers of the request to the upstream, but those of its body's length and its signature. @throws AccessDenied */
export function upstreamHeaders(
	{ headers: kind, name: operation }: S3Operation,
	headers: ReadonlyMap<string, string>,
): Map<string, string> {
	const list = kind === undefined ? undefined : lists[kind];
	const takesMetadata = kind === "write" || kind === "copy";
	const passed = new Map<string, string>();
	for (const [name, value] of headers) {
		if (list?.has(name) || (takesMetadata && name.startsWith("x-amz-meta-"))) passed.set(name, value);
		else if (name.startsWith("x-amz-") && !own.has(name)) {
			throw accessDenied(`Gatehouse's access proxy does not pass on the header ${name.slice(0, 128)} with ${operation}.`);
		}
	}
	const source = passed.get("x-amz-copy-source");
	if (source !== undefined) {
		const { bucket, key, versionId } = readCopySource(source);
		passed.set("x-amz-copy-source", writePath(bucket, key) + writeQuery(versionId === undefined ? [] : [["versionId", versionId]]));
	}
	const tags = passed.get("x-amz-tagging");
	if (tags !== undefined) passed.set("x-amz-tagging", writeQuery(readTags(tags)).slice(1));
	const encoding = passed.get("content-encoding");
	if (encoding !== undefined) {
		const kept = encoding.split(",").filter((each) => each.trim().toLowerCase() !== "aws-chunked");
		if (kept.length === 0) passed.delete("content-encoding");
		else passed.set("content-encoding", kept.map((each) => each.trim()).join(","));
	}
	const origin = headers.get("origin");
	if (origin !== undefined) passed.set("origin", origin);
	return passed;
}

/** Of x-amz-tagging: a query of keys and values. @throws InvalidArgument */
export function readTags(header: string): (readonly [key: string, value: string])[] {
	const tags = [...new URLSearchParams(header)];
	if (new Set(tags.map(([key]) => key)).size !== tags.length) throw invalidArgument("Cannot provide multiple Tags with the same key");
	return tags;
}
