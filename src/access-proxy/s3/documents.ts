/** The documents that say what is asked for: the objects to delete, tags, and what holds an object. */
import type { ContextValues } from "../../domain/access/permissions.ts";
import type { S3Document } from "./operations.ts";
import { malformedXml } from "./refusals.ts";
import { tagContext } from "./rights.ts";
import { checkKey } from "./target.ts";
import { childText, parseXml, type XmlElement } from "./xml.ts";
import { xmlText } from "./xml-text.ts";

/** Keys of 1,024 bytes, of which each may take six characters as an entity. */
export const documentBytesMax = 8 * 1024 * 1024;
const deletedMax = 1000;

export interface DeletedObject {
	readonly key: string;
	readonly versionId: string | undefined;
	/** Further elements of the item, by name. */
	readonly conditions: readonly (readonly [name: string, value: string])[];
}

export interface DeleteDocument {
	readonly objects: readonly DeletedObject[];
	readonly quiet: boolean;
}

const itemConditions = ["ETag", "LastModifiedTime", "Size"];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html @throws MalformedXML */
export function readDelete(body: Buffer): DeleteDocument {
	const root = parseXml(body);
	const quiet = childText(root, "Quiet")?.trim().toLowerCase();
	const items = root.children.filter(({ name }) => name === "Object");
	const others = root.children.filter(({ name }) => name !== "Object" && name !== "Quiet");
	if (root.name !== "Delete" || others.length > 0 || items.length === 0 || items.length > deletedMax) throw malformedXml();
	if (quiet !== undefined && quiet !== "true" && quiet !== "false") throw malformedXml();
	return { objects: items.map(readItem), quiet: quiet === "true" };
}

function readItem(item: XmlElement): DeletedObject {
	if (item.children.some(({ name }) => ![...itemConditions, "Key", "VersionId"].includes(name))) throw malformedXml();
	const key = childText(item, "Key");
	if (key === undefined || key === "") throw malformedXml();
	const conditions = itemConditions.flatMap((name) => {
		const value = childText(item, name);
		return value === undefined ? [] : [[name, value] as const];
	});
	return { key: checkKey(key), versionId: childText(item, "VersionId"), conditions };
}

export function writeDelete({ objects, quiet }: DeleteDocument): Buffer {
	const element = (name: string, value: string | undefined) => (value === undefined ? "" : `<${name}>${xmlText(value)}</${name}>`);
	const items = objects.map(({ key, versionId, conditions }) => {
		const rest = conditions.map(([name, value]) => element(name, value)).join("");
		return `<Object>${element("Key", key)}${element("VersionId", versionId)}${rest}</Object>`;
	});
	const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";
	return Buffer.from(`<Delete xmlns="${namespace}">${items.join("")}${quiet ? "<Quiet>true</Quiet>" : ""}</Delete>`);
}

/** The condition keys that a document gives. @throws MalformedXML */
export function documentContext(kind: Exclude<S3Document, "delete">, body: Buffer): ContextValues {
	// A bucket of the usual region needs no document.
	if (kind === "bucket" && body.length === 0) return {};
	const root = parseXml(body);
	switch (kind) {
		case "bucket":
			return bucketContext(root);
		case "tagging": {
			const [set, ...others] = root.children;
			if (root.name !== "Tagging" || set?.name !== "TagSet" || others.length > 0) throw malformedXml();
			return tagContext(readTags(set));
		}
		case "retention":
			return present({
				"s3:object-lock-mode": childText(root, "Mode"),
				"s3:object-lock-retain-until-date": childText(root, "RetainUntilDate"),
			});
		case "legalHold":
			return present({ "s3:object-lock-legal-hold": childText(root, "Status") });
	}
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
function bucketContext(root: XmlElement): ContextValues {
	const [set, ...others] = root.children.filter(({ name }) => name === "Tags");
	if (root.name !== "CreateBucketConfiguration" || others.length > 0) throw malformedXml();
	const context = present({ "s3:LocationConstraint": childText(root, "LocationConstraint") });
	if (set === undefined) return context;
	const tags = readTags(set);
	const requested = tags.map(([key, value]) => [`aws:RequestTag/${key}`, value] as const);
	return { ...context, "aws:TagKeys": tags.map(([key]) => key), ...Object.fromEntries(requested) };
}

function readTags({ children }: XmlElement): (readonly [key: string, value: string])[] {
	const tags = children.map((tag) => [childText(tag, "Key") ?? "", childText(tag, "Value") ?? ""] as const);
	if (new Set(tags.map(([key]) => key)).size !== tags.length) throw malformedXml();
	return tags;
}

function present(values: Readonly<Record<string, string | undefined>>): ContextValues {
	return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
