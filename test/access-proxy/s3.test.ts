/** S3 through the access proxy: real clients before it, a real server behind it, and policies that decide. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how policy variables are written
import { deepEqual, equal, match, ok } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { after, before, describe, test } from "node:test";
import {
	CompleteMultipartUploadCommand,
	CopyObjectCommand,
	CreateBucketCommand,
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	DeleteObjectsCommand,
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	PutObjectTaggingCommand,
	S3Client,
	type S3ClientConfig,
	SelectObjectContentCommand,
	UploadPartCommand,
	UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { presign } from "../../src/crypto/sigv4-sign.ts";
import { account, allow, type Credentials, credentialsOf, deny, directoryOf, refused, trusts } from "../support/access.ts";
import { s3Credentials, startS3, type Upstream } from "../support/access-upstreams.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

describe("S3 through the access proxy", () => {
	let upstream: Upstream;
	let gatehouse: Gatehouse;
	let ann: Credentials;
	const clients: { destroy(): void }[] = [];

	before(async () => {
		upstream = await startS3(["photos", "other"]);
		gatehouse = await startGatehouse({
			config: { access: { port: 0, s3: { url: upstream.url, region: "us-east-1", ...s3Credentials }, dynamodb: undefined } },
		});
		ann = await directoryOf(gatehouse).user("ann", [
			allow(["s3:GetObject", "s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::photos/${aws:username}/*"),
			allow("s3:ListBucket", "arn:aws:s3:::photos", { StringLike: { "s3:prefix": ["${aws:username}/*"] } }),
			allow("s3:GetObject", "arn:aws:s3:::photos/public/*"),
		]);
		await admin().send(new PutObjectCommand({ Bucket: "photos", Key: "bob/secret.txt", Body: "bob's" }));
		await admin().send(new PutObjectCommand({ Bucket: "photos", Key: "public/hello.txt", Body: "hello" }));
	});
	after(async () => {
		for (const client of clients) client.destroy();
		await gatehouse?.stop();
		await upstream?.stop();
	});

	function clientOf(credentials: Credentials, more: S3ClientConfig = {}): S3Client {
		const client = new S3Client({
			endpoint: gatehouse.accessUrl,
			region: "us-east-1",
			forcePathStyle: true,
			maxAttempts: 1,
			credentials,
			...more,
		});
		clients.push(client);
		return client;
	}
	/** Any key of nobody's, in development. */
	const admin = () => clientOf({ accessKeyId: "any", secretAccessKey: "any" });
	const own = () => clientOf(ann);
	const status = async (call: Promise<unknown>) => {
		try {
			await call;
		} catch (error) {
			return (error as { $metadata: { httpStatusCode: number } }).$metadata.httpStatusCode;
		}
		throw new Error("it was not refused");
	};

	test("a user puts, reads, lists, copies and deletes in its own folder", async () => {
		const s3 = own();
		await s3.send(
			new PutObjectCommand({ Bucket: "photos", Key: "ann/a bü.txt", Body: "mine", ContentType: "text/x-mine", Metadata: { a: "1" } }),
		);
		const got = await s3.send(new GetObjectCommand({ Bucket: "photos", Key: "ann/a bü.txt" }));
		equal(await got.Body?.transformToString(), "mine");
		equal(got.ContentType, "text/x-mine");
		deepEqual(got.Metadata, { a: "1" });
		await s3.send(new CopyObjectCommand({ Bucket: "photos", Key: "ann/copy.txt", CopySource: "/photos/ann/a%20b%C3%BC.txt" }));
		equal((await s3.send(new HeadObjectCommand({ Bucket: "photos", Key: "ann/copy.txt" }))).ContentLength, 4);
		const listed = await s3.send(new ListObjectsV2Command({ Bucket: "photos", Prefix: "ann/" }));
		deepEqual(listed.Contents?.map(({ Key }) => Key).toSorted(), ["ann/a bü.txt", "ann/copy.txt"]);
		const part = await s3.send(new GetObjectCommand({ Bucket: "photos", Key: "ann/copy.txt", Range: "bytes=1-2" }));
		equal(await part.Body?.transformToString(), "in");
		await s3.send(new DeleteObjectCommand({ Bucket: "photos", Key: "ann/copy.txt" }));
		equal(await status(s3.send(new HeadObjectCommand({ Bucket: "photos", Key: "ann/copy.txt" }))), 404);
	});

	test("another's folder, another bucket and the whole bucket are AccessDenied, and the upstream is not asked", async () => {
		const s3 = own();
		const before = upstream.recorded.length;
		const [code, message] = await refused(s3.send(new GetObjectCommand({ Bucket: "photos", Key: "bob/secret.txt" })));
		equal(code, "AccessDenied");
		equal(
			message,
			`User: arn:aws:iam::${account}:user/ann is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::photos/bob/secret.txt" because no identity-based policy allows the s3:GetObject action`,
		);
		for (const command of [
			new PutObjectCommand({ Bucket: "photos", Key: "bob/x", Body: "x" }),
			new PutObjectCommand({ Bucket: "other", Key: "ann/x", Body: "x" }),
			new DeleteObjectCommand({ Bucket: "photos", Key: "bob/secret.txt" }),
			new ListObjectsV2Command({ Bucket: "photos" }),
			new ListObjectsV2Command({ Bucket: "photos", Prefix: "bob/" }),
			new ListObjectsV2Command({ Bucket: "other", Prefix: "ann/" }),
			new PutObjectCommand({ Bucket: "photos", Key: "public/hello.txt", Body: "x" }),
			new PutObjectTaggingCommand({ Bucket: "photos", Key: "ann/x", Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }),
		]) {
			equal((await refused(s3.send(command as PutObjectCommand)))[0], "AccessDenied");
		}
		equal(await status(s3.send(new HeadObjectCommand({ Bucket: "photos", Key: "bob/secret.txt" }))), 403);
		equal(upstream.recorded.length, before);
	});

	test("a copy needs the right to read its source and to write its target", async () => {
		const s3 = own();
		const copy = (Key: string, CopySource: string) => s3.send(new CopyObjectCommand({ Bucket: "photos", Key, CopySource }));
		for (const source of [
			"photos/bob/secret.txt",
			"/photos/bob%2Fsecret.txt",
			"photos%2Fbob%2Fsecret.txt",
			"photos/ann/%2E%2E/bob/secret.txt",
		]) {
			match((await refused(copy("ann/stolen", source)))[0], /^(AccessDenied|InvalidURI)$/, source);
		}
		equal((await refused(copy("bob/planted", "photos/public/hello.txt")))[0], "AccessDenied");
		await copy("ann/hello.txt", "photos/public/hello.txt");
		const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: "photos", Key: "ann/parts" }));
		const part = { Bucket: "photos", Key: "ann/parts", UploadId, PartNumber: 1 };
		equal((await refused(s3.send(new UploadPartCopyCommand({ ...part, CopySource: "photos/bob/secret.txt" }))))[0], "AccessDenied");
	});

	test("ACLs, tags and holds of new objects are rights of their own", async () => {
		const s3 = own();
		const put = (more: object) => s3.send(new PutObjectCommand({ Bucket: "photos", Key: "ann/extra", Body: "x", ...more }));
		for (const [more, action] of [
			[{ ACL: "public-read" }, "PutObjectAcl"],
			[{ GrantRead: "id=1" }, "PutObjectAcl"],
			[{ Tagging: "a=b" }, "PutObjectTagging"],
			[{ ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date(2 ** 41) }, "PutObjectRetention"],
			[{ ObjectLockLegalHoldStatus: "ON" }, "PutObjectLegalHold"],
		] as const) {
			const [code, message] = await refused(put(more));
			equal(code, "AccessDenied");
			match(message, new RegExp(`s3:${action} on`));
		}
		equal(
			(await refused(s3.send(new CreateMultipartUploadCommand({ Bucket: "photos", Key: "ann/x", ACL: "private" }))))[0],
			"AccessDenied",
		);
	});

	test("conditions see where a page came from, whose the bucket is, where a new one shall be, and what makes an object", async () => {
		const directory = directoryOf(gatehouse);
		const put = (client: S3Client, more: object = {}) =>
			client.send(new PutObjectCommand({ Bucket: "photos", Key: "seen", Body: "a", ...more }));
		const ours = await directory.user("ours", [
			allow("s3:PutObject", "*", { StringLike: { "aws:Referer": "https://app.example/*" } }),
			deny("*", "*", { StringNotEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" } }),
		]);
		equal(await status(put(clientOf(ours))), 403);
		const page = clientOf(ours);
		page.middlewareStack.add(
			(next) => (sent) => {
				(sent.request as { headers: Record<string, string> }).headers["referer"] = "https://app.example/album";
				return next(sent);
			},
			{ step: "build" },
		);
		await put(page);

		const careful = clientOf(
			await directory.user("careful", [
				allow("s3:*"),
				deny("s3:PutObject", "*", { Null: { "s3:if-none-match": "true" }, Bool: { "s3:ObjectCreationOperation": "true" } }),
				deny("s3:CreateBucket", "*", { StringEquals: { "s3:LocationConstraint": "eu-west-1" } }),
				deny("s3:TagResource", "*", { StringEquals: { "aws:RequestTag/team": "red" } }),
			]),
		);
		for (const MaxKeys of [-1, 1.5]) equal(await status(careful.send(new ListObjectsV2Command({ Bucket: "photos", MaxKeys }))), 400);
		equal(await status(put(careful)), 403);
		await put(careful, { Key: "new", IfNoneMatch: "*" });
		const upload = { Bucket: "photos", Key: "parts" };
		const { UploadId } = await careful.send(new CreateMultipartUploadCommand(upload));
		const { ETag } = await careful.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: "abc" }));
		const whole = { ...upload, UploadId, MpuObjectSize: 3, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } };
		equal(await status(careful.send(new CompleteMultipartUploadCommand(whole))), 403);
		await careful.send(new CompleteMultipartUploadCommand({ ...whole, IfNoneMatch: "*" }));
		equal(upstream.recorded.at(-1)?.headers["x-amz-mp-object-size"], "3");

		const create = (Bucket: string, CreateBucketConfiguration?: object) =>
			careful.send(new CreateBucketCommand({ Bucket, ...(CreateBucketConfiguration && { CreateBucketConfiguration }) }));
		equal(await status(create("away", { LocationConstraint: "eu-west-1" })), 403);
		equal(await status(create("tagged", { Tags: [{ Key: "team", Value: "red" }] })), 403);
		await create("plain");
	});

	test("signatures of Version 2 are told what S3 takes instead", async () => {
		const url = new URL("/photos/public/hello.txt", gatehouse.accessUrl);
		const answers = await Promise.all([
			fetch(new URL("?AWSAccessKeyId=AKID&Expires=9999999999&Signature=c2lnbmF0dXJl", url)),
			fetch(url, { headers: { authorization: "AWS AKID:c2lnbmF0dXJl" } }),
		]);
		for (const answer of answers) {
			equal(answer.status, 400);
			match(await answer.text(), /<Code>InvalidRequest<.*Please use AWS4-HMAC-SHA256\./);
		}
	});

	test("a part of an object that is not the one that was meant is not given for it", async () => {
		const s3 = own();
		await s3.send(new PutObjectCommand({ Bucket: "photos", Key: "ann/resumed", Body: "0123456789" }));
		const url = new URL("/photos/ann/resumed", gatehouse.accessUrl);
		const lines = [["host", url.host] as const];
		const scope = { region: "us-east-1", service: "s3", now: gatehouse.clock.now(), expiresSeconds: 60 };
		const signed = presign({ method: "GET", target: url.pathname, headers: lines, body: new Uint8Array() }, ann, scope);
		await (await fetch(new URL(signed, url), { headers: { range: "bytes=0-3", "if-range": '"older"' } })).text();
		equal(upstream.recorded.at(-1)?.headers["if-range"], '"older"');
	});

	test("DeleteObjects deletes what may be deleted and says of each other that it may not", async () => {
		const s3 = own();
		for (const key of ["ann/1", "ann/<2>&"]) await s3.send(new PutObjectCommand({ Bucket: "photos", Key: key, Body: "x" }));
		const Objects = ["ann/1", "bob/secret.txt", "ann/<2>&"].map((Key) => ({ Key }));
		const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket: "photos", Delete: { Objects } }));
		deepEqual(Deleted?.map(({ Key }) => Key).toSorted(), ["ann/1", "ann/<2>&"]);
		deepEqual(
			Errors?.map(({ Key, Code }) => [Key, Code]),
			[["bob/secret.txt", "AccessDenied"]],
		);
		const only = await s3.send(new DeleteObjectsCommand({ Bucket: "photos", Delete: { Objects: [{ Key: "bob/secret.txt" }] } }));
		deepEqual([only.Deleted, only.Errors?.length], [undefined, 1]);
		const still = await admin().send(new GetObjectCommand({ Bucket: "photos", Key: "bob/secret.txt" }));
		equal(await still.Body?.transformToString(), "bob's");
	});

	test("large bodies in parts and in chunks arrive as they were sent", async () => {
		const s3 = own();
		const [first, last] = [randomBytes(5 * 1024 * 1024), randomBytes(1024 * 1024 + 7)];
		const upload = { Bucket: "photos", Key: "ann/large" };
		const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload));
		const parts = [];
		for (const [i, Body] of [first, last].entries()) {
			// A stream goes in chunks with its checksum behind, which the server behind the proxy does not understand itself.
			const ContentLength = Body.length;
			const body = i === 0 ? Body : Readable.from([Body.subarray(0, 1000), Body.subarray(1000)]);
			const { ETag } = await s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber: i + 1, Body: body, ContentLength }));
			parts.push({ ETag, PartNumber: i + 1 });
		}
		equal(upstream.recorded.at(-1)?.headers["x-amz-trailer"], undefined);
		equal(upstream.recorded.at(-1)?.headers["content-length"], String(last.length));
		await s3.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts: parts } }));
		const got = await s3.send(new GetObjectCommand(upload));
		ok(Buffer.concat([first, last]).equals(Buffer.from((await got.Body?.transformToByteArray()) ?? [])));
	});

	test("presigned URLs give what their signer may, while they hold", async () => {
		const sign = (target: string, expiresSeconds: number, method = "GET") => {
			const request = { method, target, headers: [["host", new URL(gatehouse.accessUrl).host]] as const, body: new Uint8Array() };
			return presign({ ...request, payloadHash: "UNSIGNED-PAYLOAD" }, ann, {
				region: "us-east-1",
				service: "s3",
				now: Date.now(),
				expiresSeconds,
			});
		};
		const get = (target: string, init: RequestInit = {}) => fetch(gatehouse.accessUrl + target, init);
		equal(await (await get(sign("/photos/public/hello.txt", 60))).text(), "hello");
		equal((await get(sign("/photos/ann/presigned", 60, "PUT"), { method: "PUT", body: "put" })).status, 200);
		equal(await (await get(sign("/photos/ann/presigned", 60))).text(), "put");
		match(await (await get(sign("/photos/bob/secret.txt", 60))).text(), /<Code>AccessDenied</);
		match(await (await get(sign("/photos/public/hello.txt", 0))).text(), /<Code>AccessDenied<.*Request has expired/);
		match(await (await get(sign("/photos/public/hello.txt", 60).replace("hello", "hellp"))).text(), /<Code>SignatureDoesNotMatch</);
		match(await (await get(sign("/photos/public/hello.txt", 60), { method: "DELETE" })).text(), /<Code>SignatureDoesNotMatch</);
	});

	test("temporary credentials work with their token, within their session's policy, until they expire", async () => {
		const directory = directoryOf(gatehouse);
		const RoleArn = await directory.role("reader", [trusts({ AWS: account })], [allow("s3:*", "arn:aws:s3:::photos/*")]);
		const now = () => gatehouse.clock.now();
		const sts = new STSClient({
			endpoint: gatehouse.url,
			region: "us-east-1",
			credentials: { accessKeyId: "any", secretAccessKey: "any" },
		});
		clients.push(sts);
		const Policy = JSON.stringify({
			Version: "2012-10-17",
			Statement: [allow("s3:GetObject", "*"), deny("s3:*", "arn:aws:s3:::photos/bob/*")],
		});
		const session = { RoleArn, RoleSessionName: "session", DurationSeconds: 900 };
		const credentials = credentialsOf((await sts.send(new AssumeRoleCommand({ ...session, Policy }))).Credentials);
		const get = (Key: string, more: Partial<Credentials> = {}, offset = 0) =>
			clientOf({ ...credentials, ...more }, { systemClockOffset: offset }).send(new GetObjectCommand({ Bucket: "photos", Key }));
		equal(await (await get("public/hello.txt")).Body?.transformToString(), "hello");
		match((await refused(get("bob/secret.txt")))[1], /with an explicit deny in a session policy$/);
		equal(
			(
				await refused(
					get("public/hello.txt", {
						sessionToken: `${credentials.sessionToken?.slice(0, 80)}AAAAAA${credentials.sessionToken?.slice(86)}`,
					}),
				)
			)[0],
			"InvalidToken",
		);
		equal((await refused(get("public/hello.txt", { secretAccessKey: "wrong" })))[0], "SignatureDoesNotMatch");
		const started = now();
		gatehouse.clock.advance(3_600_000);
		try {
			equal((await refused(get("public/hello.txt", {}, now() - Date.now())))[0], "ExpiredToken");
			equal((await refused(own().send(new GetObjectCommand({ Bucket: "photos", Key: "public/hello.txt" }))))[0], "RequestTimeTooSkewed");
		} finally {
			gatehouse.clock.advance(started - now());
		}
	});

	test("keys that are of nobody's any more, and operations outside of the list, are refused", async () => {
		const directory = directoryOf(gatehouse);
		const gone = await directory.user("gone", [allow("s3:*")]);
		await directory.iam("DeleteAccessKey", { UserName: "gone", AccessKeyId: gone.accessKeyId });
		equal(
			(await refused(clientOf(gone).send(new GetObjectCommand({ Bucket: "photos", Key: "public/hello.txt" }))))[0],
			"InvalidAccessKeyId",
		);
		const all = clientOf(await directory.user("all", [allow("*")]));
		const select = new SelectObjectContentCommand({
			Bucket: "photos",
			Key: "public/hello.txt",
			Expression: "select * from s3object",
			ExpressionType: "SQL",
			InputSerialization: { CSV: {} },
			OutputSerialization: { CSV: {} },
		});
		equal((await refused(all.send(select)))[0], "AccessDenied");
		const form = await fetch(`${gatehouse.accessUrl}/photos`, { method: "POST", body: new FormData() });
		equal(form.status, 403);
		const anonymous = await fetch(`${gatehouse.accessUrl}/photos/public/hello.txt`);
		match(await anonymous.text(), /<Code>AccessDenied<\/Code><Message>Access Denied</);
	});

	test("preflights are the bucket's own to answer, and refusals carry the CORS headers that an answer would", async () => {
		const preflight = (origin: string, bucket = "photos") =>
			fetch(`${gatehouse.accessUrl}/${bucket}/ann/x`, {
				method: "OPTIONS",
				headers: { origin, "access-control-request-method": "PUT", "access-control-request-headers": "authorization" },
			});
		equal((await preflight("https://app.example")).headers.get("access-control-allow-origin"), "*");
		equal((await preflight("https://evil.example")).status, 403);
		const denied = await fetch(`${gatehouse.accessUrl}/photos/ann/x`, { headers: { origin: "https://app.example" } });
		deepEqual([denied.status, denied.headers.get("access-control-allow-origin")], [403, "*"]);
	});
});
