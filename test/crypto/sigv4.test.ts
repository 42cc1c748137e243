import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import {
	createSigningKeys,
	findRefusal,
	parseAuthorization,
	type ReceivedRequest,
	type Refusal,
	type SignatureRules,
	type Signed,
	signingKey,
	verifySignature,
	verifyWithSigningKey,
} from "../../src/crypto/sigv4.ts";
import { presign, sign } from "../../src/crypto/sigv4-sign.ts";

interface Vectors {
	accessKeyId: string;
	secretAccessKey: string;
	region: string;
	service: string;
	signedAt: string;
	requests: { name: string; method: string; target: string; headers: [string, string][]; body: string }[];
}

const vectors: Vectors = JSON.parse(readFileSync(new URL("../fixtures/sigv4/vectors.json", import.meta.url), "utf8"));
const empty = Buffer.alloc(0);

function parsed(request: ReceivedRequest): Signed {
	const signed = parseAuthorization(request);
	assert.ok(!("refused" in signed), `refused: ${JSON.stringify(signed)}`);
	return signed;
}

function refusal(request: ReceivedRequest, rules: SignatureRules): Refusal | undefined {
	const signed = parseAuthorization(request);
	return "refused" in signed ? signed.refused : findRefusal(signed, rules);
}

const accepted = (request: ReceivedRequest, rules: SignatureRules, secret: string): boolean => {
	const signed = parseAuthorization(request);
	return !("refused" in signed) && findRefusal(signed, rules) === undefined && verifySignature(signed, secret);
};

describe("AWS's published vectors", () => {
	const rules: SignatureRules = {
		now: Date.parse(vectors.signedAt),
		services: [vectors.service],
		region: (name) => name === vectors.region,
	};
	for (const { name, body, ...facts } of vectors.requests) {
		test(`${name} verifies`, () => {
			const request = { ...facts, body: Buffer.from(body) };
			const signed = parsed(request);
			assert.equal(signed.accessKeyId, vectors.accessKeyId);
			assert.equal(findRefusal(signed, rules), undefined);
			assert.equal(verifySignature(signed, vectors.secretAccessKey), true);
			assert.equal(verifyWithSigningKey(signed, signingKey(vectors.secretAccessKey, signed)), true);
			assert.equal(verifySignature(signed, `${vectors.secretAccessKey}x`), false);
		});
	}
});

const now = Date.parse("2026-11-20T12:00:00Z");
const credentials = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "a secret", sessionToken: "a/session+token==" };
const scope = { region: "eu-west-1", service: "cognito-idp", now };
const rules: SignatureRules = { now, services: ["cognito-idp"], region: (name) => name === "eu-west-1" };
const unsigned: ReceivedRequest = {
	method: "POST",
	target: "/path/of%20it?b=2&a=1&a=%2B+x",
	headers: [
		["Host", "localhost:9400"],
		["Content-Type", "application/x-amz-json-1.1"],
		["X-Amz-Target", "AWSCognitoIdentityProviderService.ListUsers"],
	],
	body: Buffer.from('{"UserPoolId":"eu-west-1_abc"}'),
};
const inHeader: ReceivedRequest = { ...unsigned, headers: [...unsigned.headers, ...sign(unsigned, credentials, scope)] };
const inQuery: ReceivedRequest = { ...unsigned, target: presign(unsigned, credentials, { ...scope, expiresSeconds: 60 }) };

/** Every way to change one signed part of a request. */
function* mutations(request: ReceivedRequest): Generator<[what: string, changed: ReceivedRequest]> {
	yield ["method", { ...request, method: "PUT" }];
	yield ["path", { ...request, target: request.target.replace("/path", "/paths") }];
	yield ["encoding of the path", { ...request, target: request.target.replace("%20", "%2520") }];
	yield ["body", { ...request, body: Buffer.concat([request.body, Buffer.from(" ")]) }];
	const [path, query = ""] = request.target.split(/\?(.*)/s);
	const parameters = query.split("&");
	for (const [i, parameter] of parameters.entries()) {
		const others = [...parameters.slice(0, i), ...parameters.slice(i + 1)];
		yield [`parameter ${parameter} removed`, { ...request, target: `${path}?${others.join("&")}` }];
		yield [`value of ${parameter}`, { ...request, target: `${path}?${[...others, `${parameter}0`].join("&")}` }];
		yield [`name of ${parameter}`, { ...request, target: `${path}?${[...others, `0${parameter}`].join("&")}` }];
		yield [`parameter ${parameter} twice`, { ...request, target: `${path}?${[...parameters, parameter].join("&")}` }];
	}
	yield ["a new parameter", { ...request, target: `${request.target}&c=3` }];
	for (const [i, [name, value]] of request.headers.entries()) {
		if (name === "Authorization") continue;
		const others = [...request.headers.slice(0, i), ...request.headers.slice(i + 1)];
		yield [`header ${name} removed`, { ...request, headers: others }];
		yield [`header ${name} changed`, { ...request, headers: [...others, [name, value.replace(/\w$|=$/, "7")]] }];
		yield [`header ${name} twice`, { ...request, headers: [...request.headers, [name, value]] }];
	}
	for (const name of ["X-Amz-Date", "X-Amz-Target", "X-Amz-Security-Token", "X-Amz-Meta"]) {
		if (request.headers.some(([present]) => present === name)) continue;
		yield [`header ${name} added`, { ...request, headers: [...request.headers, [name, "20261120T120001Z"]] }];
	}
}

/** Every way to change one part of the claim itself. */
function* claimMutations(): Generator<[what: string, changed: ReceivedRequest]> {
	for (const [what, from, to] of [
		["access key's date", "/20261120/", "/20261121/"],
		["region", "/eu-west-1/", "/eu-west-2/"],
		["service", "/cognito-idp/", "/cognito-identity/"],
		["terminator", "/aws4_request", "/aws5_request"],
		["list of signed headers", "content-type;", ""],
		["order of the scope", "eu-west-1/cognito-idp", "cognito-idp/eu-west-1"],
		["signature", /Signature=./, "Signature=g"],
		["length of the signature", /(Signature=\w+)/, "$10"],
	] as const) {
		const changed = inHeader.headers.map(([name, value]) => [name, name === "Authorization" ? value.replace(from, to) : value] as const);
		assert.notDeepEqual(changed, inHeader.headers, what);
		yield [what, { ...inHeader, headers: changed }];
	}
	for (const [i, character] of [...(/Signature=(\w+)/.exec(authorizationOf(inHeader))?.[1] ?? "")].entries()) {
		const other = character === "0" ? "1" : "0";
		const changed = authorizationOf(inHeader).replace(/(?<=Signature=)(\w+)/, (text) => `${text.slice(0, i)}${other}${text.slice(i + 1)}`);
		yield [`digit ${i} of the signature`, withAuthorization(changed)];
	}
}

const authorizationOf = (request: ReceivedRequest) => request.headers.find(([name]) => name === "Authorization")?.[1] ?? "";
const withAuthorization = (value: string): ReceivedRequest => ({
	...inHeader,
	headers: inHeader.headers.map(([name, present]) => [name, name === "Authorization" ? value : present]),
});

describe("a signed request", () => {
	test("is accepted as it was signed, in the header and in the query", () => {
		assert.equal(accepted(inHeader, rules, credentials.secretAccessKey), true);
		assert.equal(accepted(inQuery, rules, credentials.secretAccessKey), true);
		assert.equal(accepted(inHeader, rules, "another secret"), false);
	});

	test("tells key, scope and session token", () => {
		for (const [request, form] of [
			[inHeader, "header"],
			[inQuery, "query"],
		] as const) {
			const { accessKeyId, date, region, service, sessionToken, signedAt, form: found } = parsed(request);
			assert.deepEqual(
				{ accessKeyId, date, region, service, sessionToken, signedAt, form: found },
				{
					accessKeyId: "AKIAEXAMPLE",
					date: "20261120",
					region: "eu-west-1",
					service: "cognito-idp",
					sessionToken: "a/session+token==",
					signedAt: now,
					form,
				},
			);
		}
	});

	test("is refused when any one signed part is changed", () => {
		// The scope is let through, so that it is the signature that has to notice.
		const anything: SignatureRules = { now, services: ["cognito-idp", "cognito-identity"], region: () => true };
		let count = 0;
		for (const [form, request] of [
			["header", inHeader],
			["query", inQuery],
		] as const) {
			for (const [what, changed] of mutations(request)) {
				count++;
				assert.equal(accepted(changed, anything, credentials.secretAccessKey), false, `${form}: ${what}`);
			}
		}
		for (const [what, changed] of claimMutations()) {
			count++;
			assert.equal(accepted(changed, anything, credentials.secretAccessKey), false, what);
		}
		assert.ok(count > 150, `${count} mutations`);
	});

	test("is verified over its own body, whatever hash a header names", () => {
		const named: ReceivedRequest = {
			...unsigned,
			headers: [...unsigned.headers, ["X-Amz-Content-Sha256", createHash("sha256").update(unsigned.body).digest("hex")]],
		};
		const request = { ...named, headers: [...named.headers, ...sign(named, credentials, scope)] };
		assert.equal(verifySignature(parsed(request), credentials.secretAccessKey), true);
		assert.equal(verifySignature(parsed({ ...request, body: empty }), credentials.secretAccessKey), false);
	});

	test("is refused where a signed header that was empty is missing", () => {
		const withEmpty: ReceivedRequest = { ...unsigned, headers: [...unsigned.headers, ["Accept", ""]] };
		const request = { ...withEmpty, headers: [...withEmpty.headers, ...sign(withEmpty, credentials, scope)] };
		assert.equal(accepted(request, rules, credentials.secretAccessKey), true);
		const without = { ...request, headers: request.headers.filter(([name]) => name !== "Accept") };
		assert.equal(accepted(without, rules, credentials.secretAccessKey), false);
	});

	test("verifies with kept signing keys, which differ by secret, day, region and service", () => {
		const keys = createSigningKeys(2);
		const signed = parsed(inHeader);
		const key = keys(credentials.secretAccessKey, signed);
		assert.equal(verifyWithSigningKey(signed, key), true);
		assert.equal(keys(credentials.secretAccessKey, signed), key);
		for (const other of [{ date: "20261121" }, { region: "eu-west-2" }, { service: "sts" }]) {
			assert.equal(verifyWithSigningKey(signed, keys(credentials.secretAccessKey, { ...signed, ...other })), false);
		}
		assert.equal(verifyWithSigningKey(signed, keys("another secret", signed)), false);
		assert.notEqual(keys(credentials.secretAccessKey, signed), key, "only the last two are kept");
	});

	test("may be reordered where the order means nothing", () => {
		assert.equal(accepted({ ...inHeader, headers: inHeader.headers.toReversed() }, rules, credentials.secretAccessKey), true);
		const shuffled = inHeader.target.replace("b=2&a=1", "a=1&b=2");
		assert.equal(accepted({ ...inHeader, target: shuffled }, rules, credentials.secretAccessKey), true);
		assert.equal(accepted({ ...inHeader, target: inHeader.target.replace("+x", "%20x") }, rules, credentials.secretAccessKey), true);
	});

	test("may have unsigned headers that are not x-amz-*", () => {
		const more = { ...inHeader, headers: [...inHeader.headers, ["User-Agent", "aws-cli"], ["Accept", "*/*"]] as [string, string][] };
		assert.equal(accepted(more, rules, credentials.secretAccessKey), true);
	});

	test("signs paths of S3 once encoded, of others twice", () => {
		const s3Rules = { ...rules, services: ["s3"] };
		const s3 = { ...scope, service: "s3" };
		const request: ReceivedRequest = { ...unsigned, target: "/bucket/a%20b/../c", headers: [["Host", "s3.localhost"]] };
		const signedForS3 = { ...request, headers: [...request.headers, ...sign(request, credentials, s3)] };
		assert.equal(accepted(signedForS3, s3Rules, credentials.secretAccessKey), true);
		const otherPath = { ...signedForS3, target: "/bucket/c" };
		assert.equal(accepted(otherPath, s3Rules, credentials.secretAccessKey), false, "S3 does not normalize paths");
		assert.equal(
			accepted({ ...signedForS3, target: "/bucket/%61%20b/../c" }, s3Rules, credentials.secretAccessKey),
			true,
			"S3's path is decoded and encoded anew",
		);
		const signedForOther = { ...request, headers: [...request.headers, ...sign(request, credentials, scope)] };
		assert.equal(accepted({ ...signedForOther, target: "/bucket/c" }, rules, credentials.secretAccessKey), true);
		const encodedOnce = { ...signedForOther, target: "/bucket/a%20b/../%63" };
		assert.equal(accepted(encodedOnce, rules, credentials.secretAccessKey), false, "others sign the escapes themselves");
	});
});

describe("the clock", () => {
	const at = (shift: number) => ({ ...rules, now: now + shift });
	test("may differ by five minutes, no more", () => {
		for (const shift of [300_000, -300_000]) assert.equal(accepted(inHeader, at(shift), credentials.secretAccessKey), true);
		assert.deepEqual(refusal(inHeader, at(301_000)), {
			code: "InvalidSignatureException",
			message: "Signature expired: 20261120T120000Z is now earlier than 20261120T120001Z (20261120T120501Z - 5 min.)",
		});
		assert.deepEqual(refusal(inHeader, at(-301_000)), {
			code: "InvalidSignatureException",
			message: "Signature not yet current: 20261120T120000Z is still later than 20261120T115959Z (20261120T115459Z + 5 min.)",
		});
	});

	test("ends a presigned URL after X-Amz-Expires, at most a week", () => {
		assert.equal(accepted(inQuery, at(60_000), credentials.secretAccessKey), true);
		assert.match(refusal(inQuery, at(61_000))?.message ?? "", /^Signature expired: 20261120T120000Z is now earlier than 20261120T120001Z/);
		const week = 7 * 24 * 3600;
		for (const [expiresSeconds, fine] of [
			[week, true],
			[week + 1, false],
		] as const) {
			const request = { ...unsigned, target: presign(unsigned, credentials, { ...scope, expiresSeconds }) };
			assert.equal(refusal(request, at(1000)) === undefined, fine);
		}
	});

	test("is read from the Date header where there is no X-Amz-Date, which must be signed", () => {
		const lines: [string, string][] = [
			["Host", "localhost:9400"],
			["Date", "Fri, 20 Nov 2026 12:00:00 GMT"],
		];
		const dated = (signedHeaders: string): ReceivedRequest => ({
			...unsigned,
			headers: [
				...lines,
				[
					"Authorization",
					`AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261120/eu-west-1/cognito-idp/aws4_request, SignedHeaders=${signedHeaders}, Signature=0`,
				],
			],
		});
		assert.equal(parsed(dated("date;host")).signedAt, now);
		assert.equal(refusal(dated("date;host"), rules), undefined);
		assert.equal(refusal(dated("host"), rules)?.message, "'Date' must be a 'SignedHeader' in the AWS Authorization.");
	});
});

describe("what is refused before any key is looked at", () => {
	const strip = (name: string, request = inHeader): ReceivedRequest => ({
		...request,
		headers: request.headers.filter(([present]) => present !== name),
	});
	const code = (request: ReceivedRequest, other: SignatureRules = rules) => {
		const found = refusal(request, other);
		return found && [found.code, found.message];
	};
	const bare = (authorization: string, ...headers: [string, string][]): ReceivedRequest => ({
		method: "POST",
		target: "/",
		headers: [["Host", "localhost"], ["Authorization", authorization], ...headers],
		body: empty,
	});

	test("no signature, or a bearer token: MissingAuthenticationTokenException", () => {
		const expected = ["MissingAuthenticationTokenException", "Missing Authentication Token"];
		assert.deepEqual(code(unsigned), expected);
		assert.deepEqual(code(bare("Bearer abc")), expected);
		assert.deepEqual(code(bare("")), expected);
	});

	test("an incomplete Authorization header: IncompleteSignatureException names what is missing and hides what was sent", () => {
		// printf %s 'AWS4-HMAC-SHA256 Signature=b' | openssl dgst -sha256 -binary | base64
		const hash = "Y0zwwQu40TWIHa9utCyh+TOdkP5BDFAkHaHf/G+3SCE=";
		assert.deepEqual(code(bare("AWS4-HMAC-SHA256 Signature=b")), [
			"IncompleteSignatureException",
			`Authorization header requires 'Credential' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. (Hashed with SHA-256 and encoded with Base64) Authorization=${hash}`,
		]);
		assert.match(
			code(bare("AWS4-HMAC-SHA256 Signature=b, Credential"))?.[1] ?? "",
			/^Invalid key=value pair \(missing equal-sign\) in Authorization header \(hashed with SHA-256 and encoded with Base64\): '[\w+/]+='\.$/,
		);
	});

	test("an incomplete presigned URL: IncompleteSignatureException", () => {
		assert.deepEqual(code({ ...unsigned, target: "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Date=x" }), [
			"IncompleteSignatureException",
			"AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters.",
		]);
	});

	test("an unknown algorithm, a credential without its five parts, a date in another form", () => {
		const complete = (algorithm: string, credential: string) =>
			`${algorithm} Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=0`;
		const dated: [string, string] = ["X-Amz-Date", "20261120T120000Z"];
		assert.deepEqual(code(bare(complete("AWS4-HMAC-SHA512", "a/b/c/d/e"), dated)), [
			"IncompleteSignatureException",
			"Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512' (only AWS4-HMAC-SHA256 for now). ",
		]);
		assert.deepEqual(code(bare(complete("AWS4-HMAC-SHA256", "a/b/c/d"), dated)), [
			"IncompleteSignatureException",
			"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
		]);
		for (const date of ["2026-11-20T12:00:00Z", "20261131T120000Z", "20261120T250000Z", "yesterday", "1795176000"]) {
			assert.deepEqual(code(bare(complete("AWS4-HMAC-SHA256", "a/b/c/d/e"), ["X-Amz-Date", date])), [
				"IncompleteSignatureException",
				`Date must be in ISO-8601 'basic format'. Got '${date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
			]);
		}
	});

	test("a scope that does not fit: every fault in one InvalidSignatureException", () => {
		assert.deepEqual(code(inHeader, { ...rules, services: ["sts", "iam"], region: () => false }), [
			"InvalidSignatureException",
			"Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. ",
		]);
		const other = withAuthorization(authorizationOf(inHeader).replace("20261120", "20261119").replace("aws4_request", "x"));
		assert.deepEqual(code(other), [
			"InvalidSignatureException",
			"Credential should be scoped with a valid terminator: 'aws4_request', not 'x'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261119' != '20261120', from '20261120T120000Z'.",
		]);
	});

	test("Host or an x-amz-* header that is not signed", () => {
		const without = (name: string) => withAuthorization(authorizationOf(inHeader).replace(name, "accept"));
		assert.deepEqual(code(without("host")), [
			"InvalidSignatureException",
			"'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
		]);
		for (const [name, wireName] of [
			["x-amz-target", "X-Amz-Target"],
			["x-amz-date", "X-Amz-Date"],
			["x-amz-security-token", "X-Amz-Security-Token"],
		] as const) {
			assert.deepEqual(code(without(name)), [
				"InvalidSignatureException",
				`'${wireName}' must be a 'SignedHeader' in the AWS Authorization.`,
			]);
		}
	});

	test("a body hash that is not the body's, and an unsigned payload but in a presigned URL of S3", () => {
		const hashed = (value: string, service: string): ReceivedRequest => {
			const request = { ...unsigned, headers: [...unsigned.headers, ["X-Amz-Content-Sha256", value]] as [string, string][] };
			return { ...request, headers: [...request.headers, ...sign(request, credentials, { ...scope, service })] };
		};
		const both = { ...rules, services: ["cognito-idp", "s3"] };
		const hashOf = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");
		assert.equal(accepted(hashed(hashOf(unsigned.body), "cognito-idp"), both, credentials.secretAccessKey), true);
		assert.equal(code(hashed(hashOf("another body"), "cognito-idp"), both)?.[0], "InvalidSignatureException");
		for (const service of ["cognito-idp", "s3"]) {
			assert.equal(code(hashed("UNSIGNED-PAYLOAD", service), both)?.[0], "InvalidSignatureException");
			assert.equal(code(hashed("STREAMING-AWS4-HMAC-SHA256-PAYLOAD", service), both)?.[0], "InvalidSignatureException");
		}
		const forS3 = { ...unsigned, target: presign(unsigned, credentials, { ...scope, service: "s3", expiresSeconds: 60 }) };
		assert.equal(accepted({ ...forS3, body: empty }, both, credentials.secretAccessKey), true, "the body is not signed");
		assert.equal(accepted({ ...inQuery, body: empty }, both, credentials.secretAccessKey), false);
	});

	test("anything twice: Authorization, Host, dates, tokens, query parameters, both forms at once", () => {
		for (const name of ["Authorization", "Host", "X-Amz-Date", "X-Amz-Security-Token"]) {
			const line = inHeader.headers.find(([present]) => present === name) as [string, string];
			const twice = { ...inHeader, headers: [...inHeader.headers, [name.toLowerCase(), line[1]]] as [string, string][] };
			assert.deepEqual(code(twice), ["IncompleteSignatureException", `Found more than one '${name.toLowerCase()}' header.`]);
		}
		for (const parameter of (inQuery.target.split("?")[1] ?? "").split("&").filter((text) => text.startsWith("X-Amz-"))) {
			assert.deepEqual(code({ ...inQuery, target: `${inQuery.target}&${parameter}` }), [
				"IncompleteSignatureException",
				`Found more than one '${parameter.split("=")[0]}' query-string parameter.`,
			]);
		}
		assert.deepEqual(code({ ...inHeader, target: inQuery.target }), [
			"InvalidSignatureException",
			"Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
		]);
		const token: [string, string] = ["X-Amz-Security-Token", "other"];
		assert.equal(code({ ...inQuery, headers: [...inQuery.headers, token] })?.[0], "IncompleteSignatureException");
		assert.equal(code({ ...strip("X-Amz-Security-Token"), target: "/?X-Amz-Security-Token=x" })?.[0], "IncompleteSignatureException");
	});

	test("hostile input gives a refusal, never an exception", () => {
		const nasty = ["", "%", "%%%", "%zz", "\ud800", "\u0000", "&&==&", "?", "a".repeat(5000), "//../..", "=", ",,,", ";;;", "\u00ff"];
		for (const text of nasty) {
			for (const request of [
				{ ...inHeader, target: text },
				{ ...inQuery, target: `${inQuery.target}&${text}` },
				{ ...inHeader, method: text },
				withAuthorization(`AWS4-HMAC-SHA256 ${text}`),
				withAuthorization(authorizationOf(inHeader).replace(/SignedHeaders=[^,]+/, `SignedHeaders=${text}`)),
				withAuthorization(authorizationOf(inHeader).replace(/Signature=\w+/, `Signature=${text}`)),
				withAuthorization(authorizationOf(inHeader).replace(/AKIAEXAMPLE/, text)),
				{ ...inHeader, headers: [...strip("X-Amz-Date").headers, ["X-Amz-Date", text]] as [string, string][] },
			]) {
				assert.doesNotThrow(() => accepted(request, rules, credentials.secretAccessKey));
			}
		}
	});
});
