/**
 * What a request needs to be allowed: actions, each on its resources with its condition keys.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html#amazons3-policy-keys
 */
import type { ContextValues } from "../../domain/access/permissions.ts";
import type { Signer } from "../signature.ts";
import { grantHeaders, readTags } from "./headers.ts";
import type { S3Operation } from "./operations.ts";
import { bucketArn, objectArns, readCopySource, type S3Target } from "./target.ts";

export interface Right {
	readonly action: string;
	readonly resources: readonly string[];
	readonly context: ContextValues;
}

export interface AskedOfS3 {
	readonly operation: S3Operation;
	readonly target: S3Target;
	/** Those that presigned URLs carry in their query included. */
	readonly headers: ReadonlyMap<string, string>;
	/** Condition keys that the body's document gives. */
	readonly document: ContextValues;
	readonly signer: Pick<Signer, "form" | "signedAt">;
	readonly now: number;
	readonly accountId: string;
}

/** Query parameters and headers that are condition keys under their own names. */
const queryKeys = ["prefix", "delimiter", "max-keys"];
const headerKeys = [
	"x-amz-acl",
	...grantHeaders,
	"x-amz-content-sha256",
	"x-amz-metadata-directive",
	"x-amz-server-side-encryption",
	"x-amz-server-side-encryption-aws-kms-key-id",
	"x-amz-server-side-encryption-customer-algorithm",
	"x-amz-storage-class",
	"x-amz-website-redirect-location",
	"x-amz-object-ownership",
	"if-match",
	"if-none-match",
];
/** Headers whose keys have names of their own. */
const renamedKeys: Readonly<Record<string, string>> = {
	"x-amz-object-lock-mode": "object-lock-mode",
	"x-amz-object-lock-retain-until-date": "object-lock-retain-until-date",
	"x-amz-object-lock-legal-hold": "object-lock-legal-hold",
};
/**
 * What of `s3:PutObject` makes an object; the other parts of a multipart upload do not.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const creations: ReadonlySet<string> = new Set(["PutObject", "CopyObject", "CompleteMultipartUpload"]);
const dayMilliseconds = 24 * 60 * 60 * 1000;

/** All of which must be allowed. Not those of DeleteObjects, whose items are judged one by one. */
export function rightsOf(asked: AskedOfS3): Right[] {
	const { operation, target, headers } = asked;
	const context = contextOf(asked);
	const { bucket, key } = target;
	const versionId = target.query.get("versionId");
	const resources = bucket === undefined ? ["*"] : key === undefined ? [bucketArn(bucket)] : objectArns({ bucket, key });
	const actions = versionId === undefined ? operation.actions : (operation.versionActions ?? operation.actions);
	const own = [...actions, ...headerActions(asked)].map((action) => ({ action, resources, context }));
	const source = operation.copies === true ? headers.get("x-amz-copy-source") : undefined;
	if (source === undefined) return own;
	const from = readCopySource(source);
	const { "s3:VersionId": _, ...shared } = context;
	const readContext = from.versionId === undefined ? shared : { ...shared, "s3:VersionId": from.versionId };
	const reads = [from.versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion"];
	if (operation.name === "CopyObject" && headers.get("x-amz-tagging-directive")?.toUpperCase() === "COPY") {
		reads.push(from.versionId === undefined ? "s3:GetObjectTagging" : "s3:GetObjectVersionTagging");
	}
	return [...reads.map((action) => ({ action, resources: objectArns(from), context: readContext })), ...own];
}

/** What headers, and the document of a new bucket, ask for beside the operation itself. */
function headerActions({ operation, target, headers, document }: AskedOfS3): string[] {
	const actions: string[] = [];
	const has = (...names: string[]) => names.some((name) => headers.has(name));
	if (headers.get("x-amz-bypass-governance-retention")?.toLowerCase() === "true") actions.push("s3:BypassGovernanceRetention");
	if (operation.headers !== "write" && operation.headers !== "copy") return actions;
	const isBucket = target.key === undefined;
	// Tags of a new bucket stand in its document.
	if (document["aws:TagKeys"] !== undefined) actions.push("s3:TagResource");
	if (has("x-amz-acl", ...grantHeaders)) actions.push(isBucket ? "s3:PutBucketAcl" : "s3:PutObjectAcl");
	if (has("x-amz-object-ownership")) actions.push("s3:PutBucketOwnershipControls");
	if (has("x-amz-bucket-object-lock-enabled")) actions.push("s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning");
	if (has("x-amz-tagging", "x-amz-tagging-directive")) actions.push("s3:PutObjectTagging");
	if (has("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date")) actions.push("s3:PutObjectRetention");
	if (has("x-amz-object-lock-legal-hold")) actions.push("s3:PutObjectLegalHold");
	return actions;
}

function contextOf({ operation, target, headers, document, signer, now, accountId }: AskedOfS3): ContextValues {
	const context: ContextValues = {
		"s3:ResourceAccount": accountId,
		"s3:authType": signer.form === "header" ? "REST-HEADER" : "REST-QUERY-STRING",
		"s3:signatureversion": "AWS4-HMAC-SHA256",
		"s3:signatureAge": String(Math.max(0, now - signer.signedAt)),
	};
	for (const name of queryKeys) {
		const value = target.query.get(name);
		if (value !== undefined) context[`s3:${name}`] = value;
	}
	for (const name of headerKeys) {
		const value = headers.get(name);
		if (value !== undefined) context[`s3:${name}`] = value;
	}
	for (const [name, key] of Object.entries(renamedKeys)) {
		const value = headers.get(name);
		if (value !== undefined) context[`s3:${key}`] = value;
	}
	const source = headers.get("x-amz-copy-source");
	if (source !== undefined && operation.copies === true) {
		const { bucket, key } = readCopySource(source);
		context["s3:x-amz-copy-source"] = `${bucket}/${key}`;
	}
	const versionId = target.query.get("versionId");
	if (versionId !== undefined) context["s3:VersionId"] = versionId;
	if (operation.actions.includes("s3:PutObject")) context["s3:ObjectCreationOperation"] = String(creations.has(operation.name));
	const tags = headers.get("x-amz-tagging");
	if (tags !== undefined) Object.assign(context, tagContext(readTags(tags)));
	Object.assign(context, document);
	const until = Date.parse(String(context["s3:object-lock-retain-until-date"] ?? ""));
	if (!Number.isNaN(until)) context["s3:object-lock-remaining-retention-days"] = String(Math.ceil((until - now) / dayMilliseconds));
	return context;
}

/** `s3:RequestObjectTag/KEY` and the keys together. */
export function tagContext(tags: readonly (readonly [key: string, value: string])[]): ContextValues {
	const context: ContextValues = { "s3:RequestObjectTagKeys": tags.map(([key]) => key) };
	for (const [key, value] of tags) context[`s3:RequestObjectTag/${key}`] = value;
	return context;
}
