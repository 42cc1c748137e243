/** What is sent to the access proxy to make policy and upstream see two things: paths, headers and bodies, byte by byte. */
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { signingKey } from "../../src/crypto/sigv4.ts";
import { sign } from "../../src/crypto/sigv4-sign.ts";
import { allow, type Credentials, deny, directoryOf } from "../support/access.ts";
import { type Recorded, startRecorder, type Upstream } from "../support/access-upstreams.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const region = "us-east-1";

describe("the access proxy under attack", () => {
	let upstream: Upstream;
	let gatehouse: Gatehouse;
	let eve: Credentials;
	let wide: Credentials;

	before(async () => {
		upstream = await startRecorder(undefined);
		const there = { url: upstream.url, region, accessKeyId: "upstream", secretAccessKey: "upstream-secret" };
		gatehouse = await startGatehouse({ config: { access: { port: 0, s3: there, dynamodb: undefined } } });
		const directory = directoryOf(gatehouse);
		eve = await directory.user("eve", [allow(["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::photos/eve/*")]);
		wide = await directory.user("wide", [allow("s3:*"), deny("s3:*", "arn:aws:s3:::photos/private/*")]);
	});
	after(async () => {
		await gatehouse?.stop();
		await upstream?.stop();
	});

	interface Sent {
		readonly method?: string;
		readonly target: string;
		readonly host?: string;
		/** Headers that are signed. */
		readonly headers?: readonly (readonly [string, string])[];
		/** Header lines that are added after signing. */
		readonly added?: readonly string[];
		readonly payloadHash?: string;
		readonly body?: string | Buffer;
		readonly credentials?: Credentials;
		/** Ends the connection after the body instead of waiting for the answer. */
		readonly cut?: boolean;
	}

	function signed({ method = "GET", target, host, headers = [], payloadHash = "UNSIGNED-PAYLOAD", credentials = eve }: Sent) {
		const lines = [["host", host ?? new URL(gatehouse.accessUrl).host], ["x-amz-content-sha256", payloadHash], ...headers] as const;
		const request = { method, target, headers: lines, body: new Uint8Array(), payloadHash };
		return [...lines, ...sign(request, credentials, { region, service: "s3", now: gatehouse.clock.now() })];
	}

	/** Writes the bytes of a request, and gives those of its answer. */
	async function send(sent: Sent, lines = signed(sent)): Promise<{ status: number; text: string }> {
		const { method = "GET", target, added = [], body = "" } = sent;
		const socket = connect(Number(new URL(gatehouse.accessUrl).port), "127.0.0.1");
		const pieces: Buffer[] = [];
		socket.on("data", (bytes: Buffer) => pieces.push(bytes));
		socket.on("error", () => {});
		const head = [`${method} ${target} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`), ...added, "connection: close"];
		socket.write(`${head.join("\r\n")}\r\n\r\n`);
		socket.write(body);
		if (sent.cut) socket.end();
		await once(socket, "close");
		const text = Buffer.concat(pieces).toString();
		return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text };
	}

	/** What the upstream got meanwhile. */
	async function arriving(work: () => Promise<unknown>): Promise<Recorded[]> {
		const before = upstream.recorded.length;
		await work();
		return upstream.recorded.slice(before);
	}

	/** The path that the upstream must see; undefined: it sees nothing. */
	const paths: readonly (readonly [sent: string, seen: string | undefined])[] = [
		["/photos/eve/x", "/photos/eve/x"],
		["/photos/eve%2Fx", "/photos/eve/x"],
		["/%70hotos/%65ve/x", "/photos/eve/x"],
		["/photos/eve//x", "/photos/eve//x"],
		["/photos/eve/x/", "/photos/eve/x/"],
		["/photos/eve/a+b", "/photos/eve/a%2Bb"],
		["/photos/eve/x;y=1,2:3@&", "/photos/eve/x%3By%3D1%2C2%3A3%40%26"],
		["/photos/eve/%252e%252e/bob", "/photos/eve/%252e%252e/bob"],
		["/photos/eve/...", "/photos/eve/..."],
		["/photos/eve/%E2%80%AE%EF%BB%BF", "/photos/eve/%E2%80%AE%EF%BB%BF"],
		["/photos/eve/%EF%BC%8E%EF%BC%8E/bob", "/photos/eve/%EF%BC%8E%EF%BC%8E/bob"],
		["/photos/eve/e%CC%81", "/photos/eve/e%CC%81"],
		["/photos/eve/%C3%A9", "/photos/eve/%C3%A9"],
		["/photos/eve/%3F%23%25", "/photos/eve/%3F%23%25"],
		["/photos/eve/x?x-id=GetObject&versionId=a%26b", undefined],
		["/photos/eve/../bob/x", undefined],
		["/photos/eve/%2e%2e/bob/x", undefined],
		["/photos/eve/.%2E/bob/x", undefined],
		["/photos/eve/..%2fbob", undefined],
		["/photos/eve%2F..%2Fbob", undefined],
		["/photos/eve/..%5Cbob", undefined],
		["/photos/eve/..", undefined],
		["/photos/eve/./x", undefined],
		["/photos/../photos/eve/x", undefined],
		["/./photos/eve/x", undefined],
		["//photos/eve/x", undefined],
		["/photos//eve/x", undefined],
		["/photos%2Feve/x", undefined],
		["/photos/eve/%00", undefined],
		["/photos/eve/%c0%ae%c0%ae/bob", undefined],
		["/photos/eve/%ed%a0%80", undefined],
		["/photos/eve/%ff", undefined],
		["/photos/eve/%zz", undefined],
		["/photos/eve/%", undefined],
		["/photos/eve/\\..\\bob", undefined],
		["/photos/EVE/x", undefined],
		["/PHOTOS/eve/x", undefined],
		["/photos/eve/x?acl", undefined],
		["/photos/eve/x?%61cl", undefined],
		["/photos/eve/x?ACL", undefined],
		["/photos/eve/x?uploadId=1&acl", undefined],
		["/photos/eve/x?partNumber=1&partNumber=2", undefined],
		["/photos/eve/x?unknown=1", undefined],
		["/photos/eve/x#/../../bob", undefined],
		["http://127.0.0.1/photos/eve/x", undefined],
		["*", undefined],
		[`/photos/eve/${"a".repeat(1025)}`, undefined],
	];

	test("whatever a path is made of, the upstream sees the key that the policy allowed, or nothing", async () => {
		for (const [target, seen] of paths) {
			let status = 0;
			const arrived = await arriving(async () => {
				status = (await send({ target })).status;
			});
			deepEqual(
				arrived.map((each) => each.target),
				seen === undefined ? [] : [seen],
				target,
			);
			ok(seen === undefined ? status >= 400 && status < 500 : status === 200, `${target}: ${status}`);
		}
	});

	test("a bucket in the host and one in the path are read alike", async () => {
		const virtual = await arriving(() => send({ target: "/eve/x", host: "photos.s3.auth.localhost" }));
		deepEqual(
			virtual.map(({ target }) => target),
			["/photos/eve/x"],
		);
		const path = await arriving(() => send({ target: "/photos/eve/x", host: "s3.auth.localhost:9401" }));
		deepEqual(
			path.map(({ target }) => target),
			["/photos/eve/x"],
		);
		equal((await send({ target: "/eve/x", host: "photos.localhost" })).status, 421);
		equal((await send({ target: "/photos/eve/x", host: "evil.example" })).status, 421);
		equal((await send({ target: "/eve/x", host: "evil.example.s3.auth.localhost" })).status, 403);
	});

	test("a denied folder is not reached by a doubled slash that a file system would swallow", async () => {
		const arrived = await arriving(async () => {
			for (const target of ["/photos/private/x", "/photos//private/x", "/photos/private//x", "/photos/%2Fprivate/x"]) {
				equal((await send({ target, credentials: wide })).status, 403, target);
			}
		});
		equal(arrived.length, 0);
		equal((await arriving(() => send({ target: "/photos//open/x", credentials: wide })))[0]?.target, "/photos//open/x");
	});

	test("headers that two readers could take for two things are refused", async () => {
		const put = { method: "PUT", target: "/photos/eve/x", body: "hello" };
		const length = "content-length: 5";
		const chunked = { ...put, body: "5\r\nhello\r\n0\r\n\r\n" };
		const cases: readonly Sent[] = [
			{ ...put, added: [length, length] },
			{ ...put, added: [length, "content-length: 6"] },
			{ ...put, added: ["content-length: 5, 5"] },
			{ ...put, added: ["content-length: +5"] },
			{ ...put, added: ["content-length : 5"] },
			{ ...chunked, added: [length, "transfer-encoding: chunked"] },
			{ ...chunked, added: ["transfer-encoding: chunked"] },
			{ ...chunked, added: ["transfer-encoding: chunked, identity"] },
			{ ...chunked, added: ["transfer-encoding: identity", "transfer-encoding: chunked"] },
			{ ...put, added: [length, "content-type: text/plain", "content-type: text/html"] },
			{ target: "/photos/eve/x", added: ["range: bytes=0-1", "range: bytes=5-9"] },
			{ ...put, added: [length, "x-amz-meta-added: 1"] },
			{ ...put, added: [length, "host: evil.example"] },
			{ ...put, added: [length, "x-amz-acl: public-read"] },
			{ ...put, added: [length, "x-amz-copy-source: /photos/bob/x"] },
			{ ...put, headers: [["x-amz-acl", "private"]], added: [length, "x-amz-acl: public-read"] },
			{ ...put, added: [length, "x-amz-meta-a: 1\r\n b: 2"] },
			{ ...put, headers: [["x-amz-unheard-of", "1"]], added: [length] },
			{ ...put, headers: [["x-amz-expected-bucket-owner", "111111111111"]], added: [length] },
		];
		const arrived = await arriving(async () => {
			for (const each of cases) {
				const { status } = await send(each);
				ok(status >= 400 && status < 500, `${JSON.stringify(each)}: ${status}`);
			}
		});
		equal(arrived.length, 0);
	});

	test("the upstream gets listed headers only, and a signature of its own", async () => {
		const [arrived] = await arriving(() =>
			send({
				method: "PUT",
				target: "/photos/eve/x",
				headers: [
					["x-amz-meta-a", "1"],
					["x-amz-user-agent", "sdk"],
				],
				added: ["content-length: 5", "cookie: a=b", "content-type: text/plain"],
				body: "hello",
			}),
		);
		const { authorization, ...headers } = arrived?.headers ?? {};
		match(authorization ?? "", /^AWS4-HMAC-SHA256 Credential=upstream\//);
		deepEqual(Object.keys(headers).toSorted(), [
			"connection",
			"content-length",
			"content-type",
			"host",
			"x-amz-content-sha256",
			"x-amz-date",
			"x-amz-meta-a",
		]);
		equal(arrived?.body.toString(), "hello");
	});

	// --- Bodies ---

	interface Chunked {
		readonly chunks: readonly string[];
		readonly trailer?: string;
		readonly decoded?: number;
		/** Changes what is sent, after it was signed. */
		readonly spoil?: (body: string) => string;
		readonly unsigned?: true;
		readonly cut?: boolean;
	}

	/** A body in chunks that are signed as AWS's documentation has it, written apart from the code under test. */
	function chunked({ chunks, trailer, decoded, spoil = (body) => body, unsigned, cut }: Chunked): {
		sent: Sent;
		lines: readonly (readonly [string, string])[];
	} {
		const kind = unsigned
			? "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
			: `STREAMING-AWS4-HMAC-SHA256-PAYLOAD${trailer === undefined ? "" : "-TRAILER"}`;
		const length = chunks.join("").length;
		const headers: [string, string][] = [
			["content-encoding", "aws-chunked"],
			["x-amz-decoded-content-length", String(decoded ?? length)],
			...(trailer === undefined ? [] : [["x-amz-trailer", trailer.split(":")[0] ?? ""] as [string, string]]),
		];
		const sent: Sent = { method: "PUT", target: "/photos/eve/chunks", headers, payloadHash: kind };
		const lines = signed(sent);
		const value = (name: string) => lines.find(([each]) => each.toLowerCase() === name)?.[1] ?? "";
		const timestamp = value("x-amz-date");
		const date = timestamp.slice(0, 8);
		const key = signingKey(eve.secretAccessKey, { date, region, service: "s3" });
		let previous = value("authorization").slice(-64);
		const next = (algorithm: string, rest: string) => {
			previous = createHmac("sha256", key)
				.update(`${algorithm}\n${timestamp}\n${date}/${region}/s3/aws4_request\n${previous}\n${rest}`)
				.digest("hex");
			return previous;
		};
		let body = "";
		for (const chunk of [...chunks, ""]) {
			const signature = unsigned ? "" : `;chunk-signature=${next("AWS4-HMAC-SHA256-PAYLOAD", `${sha256("")}\n${sha256(chunk)}`)}`;
			body += `${chunk.length.toString(16)}${signature}\r\n${chunk}${chunk === "" ? "" : "\r\n"}`;
		}
		if (trailer !== undefined) body += `${trailer}\r\n`;
		if (trailer !== undefined && !unsigned)
			body += `x-amz-trailer-signature:${next("AWS4-HMAC-SHA256-TRAILER", sha256(`${trailer}\n`))}\r\n`;
		body += "\r\n";
		const spoiled = spoil(body);
		const added = [`content-length: ${cut ? body.length : spoiled.length}`];
		return { sent: { ...sent, added, body: spoiled, ...(cut && { cut }) }, lines };
	}

	const long = "a".repeat(70_000);
	const crc = "x-amz-checksum-crc32:NSRBwg==";

	test("signed chunks arrive without their framing, whatever their checksums and sizes", async () => {
		for (const each of [
			{ chunks: ["hello", " ", "world"] },
			{ chunks: [] },
			{ chunks: [long, long, "end"] },
			{ chunks: ["a"], trailer: "x-amz-checksum-crc32:6Le+Qw==" },
			{ chunks: ["123456789"], trailer: "x-amz-checksum-crc32c:4waSgw==" },
			{ chunks: ["1234", "56789"], trailer: "x-amz-checksum-crc64nvme:rosUhgp5mIg=", unsigned: true },
			{ chunks: ["1234", "56789"], trailer: `x-amz-checksum-sha256:${createHash("sha256").update("123456789").digest("base64")}` },
		] as const) {
			const { sent, lines } = chunked(each);
			let answer = { status: 0, text: "" };
			const arrived = await arriving(async () => {
				answer = await send(sent, lines as [string, string][]);
			});
			equal(answer.status, 200, answer.text);
			deepEqual(
				arrived.map(({ body, headers, isWhole }) => [body.toString() === each.chunks.join(""), headers["content-encoding"], isWhole]),
				[[true, undefined, true]],
			);
		}
	});

	test("a body that is not what was signed ends the upstream's request before its end", async () => {
		const cases: readonly (readonly [Chunked, RegExp])[] = [
			[{ chunks: [long, "hello"], spoil: (body) => body.replace("hello", "hellp") }, /SignatureDoesNotMatch/],
			[{ chunks: [long], spoil: (body) => body.replace("aaa", "aab") }, /SignatureDoesNotMatch/],
			[{ chunks: [long, "1", "2"], spoil: (body) => body.replace("\r\n1\r\n", "\r\n2\r\n") }, /SignatureDoesNotMatch/],
			[{ chunks: [long, "hello"], decoded: long.length + 4 }, /IncompleteBody/],
			[{ chunks: [long, "hello"], decoded: long.length + 6 }, /IncompleteBody/],
			[{ chunks: [long, "hello"], spoil: (body) => body.slice(0, -2) }, /IncompleteBody/],
			[{ chunks: [long, "hello"], spoil: (body) => body.slice(0, -100) }, /IncompleteBody/],
			[{ chunks: [long, "hello"], spoil: (body) => `${body}more` }, /InvalidChunkSizeError/],
			[{ chunks: [long, "hello"], spoil: (body) => body.replace("5;", "5x;") }, /InvalidChunkSizeError/],
			[{ chunks: [long, "hello"], spoil: (body) => body.replace(/;chunk-signature=.{64}/, "") }, /InvalidChunkSizeError/],
			[{ chunks: [long], trailer: crc }, /BadDigest/],
			[{ chunks: [long], trailer: crc, unsigned: true }, /BadDigest/],
			[
				{
					chunks: ["a"],
					trailer: "x-amz-checksum-crc32:6Le+Qw==",
					spoil: (body) => body.replace(/trailer-signature:../, "trailer-signature:00"),
				},
				/SignatureDoesNotMatch/,
			],
			[
				{ chunks: ["a"], trailer: "x-amz-checksum-crc32:6Le+Qw==", unsigned: true, spoil: (body) => body.replace("crc32:", "crc33:") },
				/InvalidChunkSizeError/,
			],
		];
		for (const [i, [each, code]] of cases.entries()) {
			const { sent, lines } = chunked(each);
			let answer = { status: 0, text: "" };
			const arrived = await arriving(async () => {
				answer = await send(sent, lines as [string, string][]);
			});
			match(answer.text, code, `case ${i}`);
			for (const { closed } of arrived) await closed;
			ok(arrived.length <= 1 && arrived.every(({ isWhole }) => !isWhole), `case ${i}`);
		}
	});

	test("a body that breaks off, or whose hash is another, is never whole for the upstream", async () => {
		const plain = { method: "PUT", target: "/photos/eve/whole", payloadHash: sha256("right") };
		equal((await send({ ...plain, added: ["content-length: 5"], body: "right" })).status, 200);
		for (const [sent, code] of [
			[{ ...plain, added: ["content-length: 5"], body: "wrong" }, /XAmzContentSHA256Mismatch/],
			[{ ...plain, added: ["content-length: 0"], body: "" }, /XAmzContentSHA256Mismatch/],
			[{ ...plain, added: ["content-length: 900000"], body: "b".repeat(800_000), cut: true }, /^$|400/],
		] as const) {
			let text = "";
			const arrived = await arriving(async () => {
				text = (await send(sent)).text;
			});
			match(text, code);
			for (const { closed } of arrived) await closed;
			ok(arrived.every(({ isWhole }) => !isWhole));
		}
	});

	test("who waits for 100 Continue is refused before it sends the body", async () => {
		const { text } = await send({ method: "PUT", target: "/photos/bob/x", added: ["content-length: 5000000", "expect: 100-continue"] });
		match(text, /^HTTP\/1\.1 403 /);
		ok(!text.includes("100 Continue"));
		match(text, /connection: close/i);
	});
});
