/** The access proxy's settings. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { test } from "node:test";
import { readConfig } from "../../src/config.ts";

const read = (env: Record<string, string>, files: Record<string, string> = {}) =>
	readConfig({ argv: [], env, readFile: (path) => files[path] ?? "" }).access;
const s3 = {
	GATEHOUSE_UPSTREAM_S3: "http://127.0.0.1:9000/",
	GATEHOUSE_UPSTREAM_S3_ACCESS_KEY_ID: "minio",
	GATEHOUSE_UPSTREAM_S3_SECRET_ACCESS_KEY: "secret",
};

test("without an upstream there is no access proxy", () => equal(read({}), undefined));

test("an upstream has its URL, its region and its credentials, which may come from files", () => {
	const upstream = { url: "http://127.0.0.1:9000", region: "eu-west-1", accessKeyId: "minio", secretAccessKey: "secret" };
	deepEqual(read({ ...s3, GATEHOUSE_REGION: "eu-west-1" }), { port: 9401, s3: upstream, dynamodb: undefined });
	const { GATEHOUSE_UPSTREAM_S3_SECRET_ACCESS_KEY: _, ...rest } = s3;
	const inFile = {
		...rest,
		GATEHOUSE_UPSTREAM_S3_SECRET_ACCESS_KEY_FILE: "/s",
		GATEHOUSE_UPSTREAM_S3_REGION: "garage",
		GATEHOUSE_ACCESS_PORT: "9500",
	};
	deepEqual(read(inFile, { "/s": "filed\n" }), {
		port: 9500,
		s3: { ...upstream, region: "garage", secretAccessKey: "filed" },
		dynamodb: undefined,
	});
});

test("settings that do not go together are refused", () => {
	const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
		[{ GATEHOUSE_ACCESS_PORT: "9401" }, /GATEHOUSE_ACCESS_PORT needs GATEHOUSE_UPSTREAM_S3 or/],
		[{ ...s3, GATEHOUSE_ACCESS_PORT: "9400" }, /must differ/],
		[{ ...s3, GATEHOUSE_UPSTREAM_S3: "" }, /need GATEHOUSE_UPSTREAM_S3 itself/],
		[{ ...s3, GATEHOUSE_UPSTREAM_S3_ACCESS_KEY_ID: "" }, /GATEHOUSE_UPSTREAM_S3 needs/],
		[{ ...s3, GATEHOUSE_UPSTREAM_S3: "http://127.0.0.1/base" }, /must be a scheme, a host/],
		[{ ...s3, GATEHOUSE_UPSTREAM_S3: "ftp://127.0.0.1" }, /must be a URL that begins with/],
		[{ ...s3, GATEHOUSE_UPSTREAM_S3_ACCESS_KEY_ID: "a/b" }, /printable characters/],
		[{ ...s3, GATEHOUSE_UPSTREAM_S3_REGION: "a b" }, /must be a region/],
		[{ GATEHOUSE_UPSTREAM_DYNAMODB: "http://127.0.0.1:8000" }, /GATEHOUSE_UPSTREAM_DYNAMODB needs/],
	];
	for (const [env, message] of cases) throws(() => read(env), message, JSON.stringify(env));
});
