/** Parts of the access proxy that decide what a policy sees: key values as text, and documents. */
import { deepEqual, equal, ok, rejects, throws } from "node:assert/strict";
import { test } from "node:test";
import { keyText } from "../../src/access-proxy/dynamodb/key-values.ts";
import { rightsOf } from "../../src/access-proxy/dynamodb/rights.ts";
import { readDelete, writeDelete } from "../../src/access-proxy/s3/documents.ts";
import { upstreamHeaders } from "../../src/access-proxy/s3/headers.ts";
import { findS3Operation } from "../../src/access-proxy/s3/operations.ts";
import { readTarget } from "../../src/access-proxy/s3/target.ts";

test("a partition key is one text, however its number or bytes are written", () => {
	for (const text of ["120", "0120", "120.0", "1.2e2", "1.2E+2", "+120", "12000e-2", " 120 "]) equal(keyText({ N: text }), "120", text);
	for (const text of ["0", "-0", "0.000", "0e5"]) equal(keyText({ N: text }), "0", text);
	equal(keyText({ N: "-0.0050" }), "-0.005");
	equal(keyText({ N: "5e-3" }), "0.005");
	equal(keyText({ N: "1e125" })?.length, 126);
	equal(keyText({ B: "/w==" }), "/w==");
	equal(keyText({ S: "01" }), "01");
	equal(keyText(undefined), undefined);
	for (const B of ["/w", "/+==", "YW5u====Ym9i", "YW5u Ym9i", "YW5u\n", "_w==", "/w==="])
		throws(() => keyText({ B }), { code: "ValidationException" }, B);
	for (const value of [{ N: "x" }, { N: "" }, { N: "." }, { S: "a", N: "1" }, { S: 1 }, { BOOL: true }, {}, null, "a", []]) {
		throws(() => keyText(value), { code: "ValidationException" });
	}
});

test("a query of an index whose partition key has several attributes names each of them", async () => {
	const indexKeys = new Map([["teams", ["tenant", "team"]] as const]);
	const schema = { partitionKey: ["player"], indexKeys } as const;
	const place = { tableArns: "arn:aws:dynamodb:us-east-1:000000000000:table/", schema: async () => schema };
	const query = (KeyConditionExpression: string) => {
		const values = { ":a": { S: "acme" }, ":b": { S: "red" } };
		const input = { TableName: "Scores", IndexName: "teams", KeyConditionExpression, ExpressionAttributeValues: values };
		return rightsOf("Query", { kind: "query", members: [] }, input, place);
	};
	const [right] = await query("team = :b AND tenant = :a");
	deepEqual(right?.context["dynamodb:LeadingKeys"], ["acme"]);
	deepEqual(right?.context["dynamodb:FirstPartitionKeyValues"], ["acme"]);
	deepEqual(right?.context["dynamodb:SecondPartitionKeyValues"], ["red"]);
	await rejects(query("tenant = :a"), { code: "ValidationException" });
});

test("a document of objects to delete is read in one way or not at all", () => {
	const read = (xml: string) => readDelete(Buffer.from(xml));
	const item = (key: string) => `<Object><Key>${key}</Key></Object>`;
	const whole = read(
		`<?xml version="1.0"?><!-- a --><Delete xmlns="x"><Object><Key>a&amp;b&#x2F;&#99;</Key><VersionId>v</VersionId></Object><Quiet>true</Quiet></Delete>`,
	);
	deepEqual(whole, { objects: [{ key: "a&b/c", versionId: "v", conditions: [] }], quiet: true });
	deepEqual(readDelete(writeDelete(whole)), whole);
	for (const xml of [
		"",
		"<Delete></Delete>",
		`<Delete>${item("a")}`,
		`<Delete>${item("a")}</Delete><Delete>${item("b")}</Delete>`,
		`<Delete>${item("a")}</Other>`,
		`<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>`,
		`<Delete><Object><Key>a<b/></Key></Object></Delete>`,
		`<Delete><Object><Key>a</Key><Other>b</Other></Object></Delete>`,
		`<Delete><Object></Object></Delete>`,
		`<Delete>${item("<![CDATA[a]]>")}</Delete>`,
		`<!DOCTYPE d [<!ENTITY e "x">]><Delete>${item("&e;")}</Delete>`,
		`<Delete>${item("&e;")}</Delete>`,
		`<Delete>${item("&toString;")}</Delete>`,
		`<Delete>${item("&valueOf;")}</Delete>`,
		`<Delete>${item("a&b")}</Delete>`,
		`<Delete>${item("a").repeat(1001)}</Delete>`,
	]) {
		throws(() => read(xml), { code: "MalformedXML" }, xml.slice(0, 80));
	}
	throws(() => read(`<Delete>${item("a/../b")}</Delete>`), { code: "InvalidURI" });
	throws(() => readDelete(Buffer.from(`<Delete>${item("\xff")}</Delete>`, "latin1")), { code: "MalformedXML" });
});

test("a document that is long and means nothing takes no time to refuse", () => {
	const million = 1_000_000;
	const began = performance.now();
	for (const xml of [
		`<Delete>${"&".repeat(8 * million)}`,
		`<Delete${' a="b"'.repeat(million)}/>`,
		`<Delete>${"<a/>".repeat(2 * million)}</Delete>`,
		`<Delete>${"&amp;<!---->".repeat(million / 2)}</Delete>`,
	]) {
		throws(() => readDelete(Buffer.from(xml)), { code: "MalformedXML" }, xml.slice(0, 20));
	}
	ok(performance.now() - began < 5_000);
	const objects = Array.from({ length: 1000 }, (_, i) => ({
		key: `${"&".repeat(1000)}${i}`,
		versionId: "v",
		conditions: [["ETag", "e"]] as const,
	}));
	deepEqual(readDelete(writeDelete({ objects, quiet: false })).objects, objects);
});

test("tags in a header are written anew, and a copy's source too", () => {
	const target = readTarget("/b0b/key", undefined);
	const passed = (headers: Record<string, string>) => {
		const map = new Map(Object.entries(headers));
		return Object.fromEntries(upstreamHeaders(findS3Operation("PUT", target, map.has("x-amz-copy-source")), map));
	};
	deepEqual(passed({ "x-amz-tagging": "a=b+c&d=%26" }), { "x-amz-tagging": "a=b%20c&d=%26" });
	throws(() => passed({ "x-amz-tagging": "a=1&a=2" }), { code: "InvalidArgument" });
	deepEqual(passed({ "x-amz-copy-source": "src%2Fa+b?versionId=1" }), { "x-amz-copy-source": "/src/a%2Bb?versionId=1" });
	for (const source of ["src", "src/", "src/a?acl", "src/a?versionId=1&versionId=2", "a b/c"]) {
		throws(() => passed({ "x-amz-copy-source": source }), { code: /Invalid/ }, source);
	}
	deepEqual(passed({ "content-encoding": "aws-chunked, gzip" }), { "content-encoding": "gzip" });
});
