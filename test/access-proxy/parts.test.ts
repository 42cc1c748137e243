/** Parts of the access proxy that decide what a policy sees: key values as text, and documents. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { test } from "node:test";
import { keyText } from "../../src/access-proxy/dynamodb/key-values.ts";
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
	equal(keyText({ B: "/+==" }), keyText({ B: "/+" }));
	equal(keyText({ S: "01" }), "01");
	equal(keyText(undefined), undefined);
	for (const value of [{ N: "x" }, { N: "" }, { N: "." }, { S: "a", N: "1" }, { S: 1 }, { BOOL: true }, {}, null, "a", []]) {
		throws(() => keyText(value), { code: "ValidationException" });
	}
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
		`<Delete>${item("a&b")}</Delete>`,
		`<Delete>${item("a").repeat(1001)}</Delete>`,
	]) {
		throws(() => read(xml), { code: "MalformedXML" }, xml.slice(0, 80));
	}
	throws(() => read(`<Delete>${item("a/../b")}</Delete>`), { code: "InvalidURI" });
	throws(() => readDelete(Buffer.from(`<Delete>${item("\xff")}</Delete>`, "latin1")), { code: "MalformedXML" });
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
