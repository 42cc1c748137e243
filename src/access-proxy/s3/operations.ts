/**
 * The operations of S3 that pass, and the rights that each needs; whatever is not in this list is AccessDenied. Not in it: form POST,
 * SelectObjectContent, restores (whose body may hold a query), sessions of directory buckets, websites, and what configures a bucket beyond
 * versioning, CORS, ACL, tags and lifecycle.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
 */
import { accessDenied } from "./refusals.ts";
import type { S3Target } from "./target.ts";

/** What the body is to the proxy: nothing that it reads, or a document that says what is asked for. */
export type S3Document = "delete" | "bucket" | "tagging" | "retention" | "legalHold";

export interface S3Operation {
	readonly name: string;
	readonly method: string;
	readonly level: "service" | "bucket" | "object";
	/** Parameters that tell it from others. */
	readonly selectors?: readonly string[];
	/** Other parameters that it takes. */
	readonly query?: readonly string[];
	/** Whether it has x-amz-copy-source. */
	readonly copies?: true;
	readonly actions: readonly string[];
	/** In their place where a version is named. */
	readonly versionActions?: readonly string[];
	readonly headers?: "read" | "write" | "copy" | "part" | "remove" | "configure";
	readonly document?: S3Document;
}

const list = ["delimiter", "encoding-type", "max-keys", "prefix"];
const overrides = ["cache-control", "content-disposition", "content-encoding", "content-language", "content-type", "expires"].map(
	(name) => `response-${name}`,
);
const versioned = ["versionId"];
const verbs: Readonly<Record<string, string>> = { GET: "Get", PUT: "Put", DELETE: "Delete" };

export const s3Operations: readonly S3Operation[] = [
	{
		name: "ListBuckets",
		method: "GET",
		level: "service",
		query: ["bucket-region", "continuation-token", "max-buckets", "prefix"],
		actions: ["s3:ListAllMyBuckets"],
	},

	{ name: "CreateBucket", method: "PUT", level: "bucket", actions: ["s3:CreateBucket"], headers: "write", document: "bucket" },
	{ name: "DeleteBucket", method: "DELETE", level: "bucket", actions: ["s3:DeleteBucket"] },
	{ name: "HeadBucket", method: "HEAD", level: "bucket", actions: ["s3:ListBucket"] },
	{
		name: "ListObjects",
		method: "GET",
		level: "bucket",
		query: [...list, "list-type", "marker", "continuation-token", "fetch-owner", "start-after"],
		actions: ["s3:ListBucket"],
	},
	{
		name: "ListObjectVersions",
		method: "GET",
		level: "bucket",
		selectors: ["versions"],
		query: [...list, "key-marker", "version-id-marker"],
		actions: ["s3:ListBucketVersions"],
	},
	{
		name: "ListMultipartUploads",
		method: "GET",
		level: "bucket",
		selectors: ["uploads"],
		query: ["delimiter", "encoding-type", "max-uploads", "prefix", "key-marker", "upload-id-marker"],
		actions: ["s3:ListBucketMultipartUploads"],
	},
	{
		name: "DeleteObjects",
		method: "POST",
		level: "bucket",
		selectors: ["delete"],
		actions: ["s3:DeleteObject"],
		versionActions: ["s3:DeleteObjectVersion"],
		headers: "remove",
		document: "delete",
	},
	{ name: "GetBucketLocation", method: "GET", level: "bucket", selectors: ["location"], actions: ["s3:GetBucketLocation"] },
	...configurations("versioning", "Versioning", ["GET", "PUT"]),
	...configurations("acl", "Acl", ["GET", "PUT"]),
	...configurations("cors", "CORS", ["GET", "PUT", "DELETE"], "Cors"),
	...configurations("tagging", "Tagging", ["GET", "PUT", "DELETE"]),
	...configurations("lifecycle", "LifecycleConfiguration", ["GET", "PUT", "DELETE"]),

	{
		name: "GetObject",
		method: "GET",
		level: "object",
		query: [...versioned, "partNumber", ...overrides],
		actions: ["s3:GetObject"],
		versionActions: ["s3:GetObjectVersion"],
		headers: "read",
	},
	{
		name: "HeadObject",
		method: "HEAD",
		level: "object",
		query: [...versioned, "partNumber", ...overrides],
		actions: ["s3:GetObject"],
		versionActions: ["s3:GetObjectVersion"],
		headers: "read",
	},
	{
		name: "GetObjectAttributes",
		method: "GET",
		level: "object",
		selectors: ["attributes"],
		query: versioned,
		actions: ["s3:GetObject", "s3:GetObjectAttributes"],
		versionActions: ["s3:GetObjectVersion", "s3:GetObjectVersionAttributes"],
		headers: "read",
	},
	{ name: "PutObject", method: "PUT", level: "object", actions: ["s3:PutObject"], headers: "write" },
	{ name: "CopyObject", method: "PUT", level: "object", copies: true, actions: ["s3:PutObject"], headers: "copy" },
	{
		name: "DeleteObject",
		method: "DELETE",
		level: "object",
		query: versioned,
		actions: ["s3:DeleteObject"],
		versionActions: ["s3:DeleteObjectVersion"],
		headers: "remove",
	},
	{ name: "CreateMultipartUpload", method: "POST", level: "object", selectors: ["uploads"], actions: ["s3:PutObject"], headers: "write" },
	{
		name: "UploadPart",
		method: "PUT",
		level: "object",
		selectors: ["partNumber", "uploadId"],
		actions: ["s3:PutObject"],
		headers: "part",
	},
	{
		name: "UploadPartCopy",
		method: "PUT",
		level: "object",
		selectors: ["partNumber", "uploadId"],
		copies: true,
		actions: ["s3:PutObject"],
		headers: "copy",
	},
	{
		name: "CompleteMultipartUpload",
		method: "POST",
		level: "object",
		selectors: ["uploadId"],
		actions: ["s3:PutObject"],
		headers: "part",
	},
	{ name: "AbortMultipartUpload", method: "DELETE", level: "object", selectors: ["uploadId"], actions: ["s3:AbortMultipartUpload"] },
	{
		name: "ListParts",
		method: "GET",
		level: "object",
		selectors: ["uploadId"],
		query: ["max-parts", "part-number-marker"],
		actions: ["s3:ListMultipartUploadParts"],
		headers: "read",
	},
	...ofVersions("acl", "Acl", ["GET", "PUT"]),
	...ofVersions("tagging", "Tagging", ["GET", "PUT", "DELETE"], "tagging"),
	...ofObjects("retention", "Retention", "retention"),
	...ofObjects("legal-hold", "LegalHold", "legalHold"),
];

/** What configures a bucket: deleting it needs the right to put it. */
function configurations(selector: string, action: string, methods: readonly string[], noun = action): S3Operation[] {
	return methods.map((method) => ({
		name: `${verbs[method]}Bucket${noun}`,
		method,
		level: "bucket",
		selectors: [selector],
		actions: [`s3:${method === "GET" ? "Get" : "Put"}${action === "LifecycleConfiguration" ? action : `Bucket${action}`}`],
		...(method === "PUT" && { headers: "configure" as const }),
	}));
}

/** What an object has beside its bytes, with a right of its own for versions. */
function ofVersions(selector: string, noun: string, methods: readonly string[], document?: S3Document): S3Operation[] {
	return methods.map((method) => ({
		name: `${verbs[method]}Object${noun}`,
		method,
		level: "object",
		selectors: [selector],
		query: versioned,
		actions: [`s3:${verbs[method]}Object${noun}`],
		versionActions: [`s3:${verbs[method]}ObjectVersion${noun}`],
		...(method === "PUT" && { headers: "configure" as const, ...(document && { document }) }),
	}));
}

function ofObjects(selector: string, noun: string, document: S3Document): S3Operation[] {
	return ofVersions(selector, noun, ["GET", "PUT"], document).map(({ versionActions: _, ...operation }) => operation);
}

const selectorNames: ReadonlySet<string> = new Set(s3Operations.flatMap(({ selectors = [] }) => selectors));

/** The operation that a request asks for. @throws AccessDenied */
export function findS3Operation(method: string, target: S3Target, copies: boolean): S3Operation {
	const level = target.bucket === undefined ? "service" : target.key === undefined ? "bucket" : "object";
	const found = s3Operations.find((operation) => {
		const { selectors = [], query = [] } = operation;
		if (operation.method !== method || operation.level !== level || (operation.copies === true) !== copies) return false;
		const takes = (name: string) => selectors.includes(name) || query.includes(name);
		return selectors.every((name) => target.query.has(name)) && [...target.query.keys()].every(takes);
	});
	if (found !== undefined) return found;
	const selected = [...target.query.keys()].filter((name) => selectorNames.has(name)).join(", ");
	throw accessDenied(`Gatehouse's access proxy does not pass on this request: ${method} of ${level}${selected && ` with ${selected}`}.`);
}
