/** Bodies on their way through the access proxy: however large and however slow the other side, little of them is in memory. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { after, before, describe, test } from "node:test";
import { sign } from "../../src/crypto/sigv4-sign.ts";
import { allow, type Credentials, directoryOf } from "../support/access.ts";
import { type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

const piece = Buffer.alloc(64 * 1024, 7);
const bodyBytes = 64 * 1024 * 1024;
/** Buffers of the two connections, in the kernel and in Node. */
const heldBytesMax = 24 * 1024 * 1024;

/** Bytes that a side has sent so far. */
type Sent = () => number;
const sentBy =
	(socket: Socket | null | undefined): Sent =>
	() =>
		socket === null || socket === undefined ? 0 : socket.bytesWritten - socket.writableLength;

/** Reads a body more slowly than it could come: how much came, and the most that was on its way meanwhile. */
async function readSlowly(incoming: IncomingMessage, sent: Sent): Promise<{ bytes: number; heldBytes: number }> {
	let [bytes, heldBytes] = [0, 0];
	for await (const chunk of incoming as AsyncIterable<Buffer>) {
		bytes += chunk.length;
		heldBytes = Math.max(heldBytes, sent() - bytes);
		for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
	}
	return { bytes, heldBytes };
}

function* pieces() {
	for (let sent = 0; sent < bodyBytes; sent += piece.length) yield piece;
}

describe("bodies through the access proxy", () => {
	let upstream: Server;
	let gatehouse: Gatehouse;
	let credentials: Credentials;
	let uploaded: Promise<{ bytes: number; heldBytes: number }> | undefined;
	/** What the upstream does with a request. */
	let serve: Parameters<typeof createServer>[1];

	before(async () => {
		upstream = createServer((incoming, outgoing) => serve?.(incoming, outgoing as never));
		await once(upstream.listen(0, "127.0.0.1"), "listening");
		const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
		const there = { url, region: "us-east-1", accessKeyId: "upstream", secretAccessKey: "upstream" };
		gatehouse = await startGatehouse({ config: { access: { port: 0, s3: there, dynamodb: undefined } } });
		credentials = await directoryOf(gatehouse).user("ann", [allow("s3:*")]);
	});
	after(async () => {
		await gatehouse.stop();
		upstream.closeAllConnections();
		upstream.close();
	});

	function open(method: string, more: readonly (readonly [string, string])[] = []) {
		const { host } = new URL(gatehouse.accessUrl);
		const payloadHash = "UNSIGNED-PAYLOAD";
		const lines = [["host", host], ["x-amz-content-sha256", payloadHash], ...more] as const;
		const scope = { region: "us-east-1", service: "s3", now: gatehouse.clock.now() };
		const signed = sign({ method, target: "/photos/x", headers: lines, body: new Uint8Array(), payloadHash }, credentials, scope);
		const outgoing = request(`${gatehouse.accessUrl}/photos/x`, { method, headers: Object.fromEntries([...lines, ...signed]) });
		return { outgoing, answered: once(outgoing, "response") as Promise<[IncomingMessage]> };
	}

	test("an upload waits for an upstream that reads slowly", async () => {
		serve = async (incoming, outgoing) => {
			uploaded = readSlowly(incoming, () => sentBy(client.outgoing.socket)());
			await uploaded;
			outgoing.end();
		};
		const client = open("PUT", [["content-length", String(bodyBytes)]]);
		await pipeline(Readable.from(pieces()), client.outgoing);
		const [answer] = await client.answered;
		answer.resume();
		const { bytes, heldBytes } = (await uploaded) ?? { bytes: 0, heldBytes: 0 };
		equal(answer.statusCode, 200);
		equal(bytes, bodyBytes);
		ok(heldBytes < heldBytesMax, `${heldBytes} bytes were held`);
	});

	test("a download waits for a client that reads slowly", async () => {
		let sent: Sent = () => 0;
		serve = (_, outgoing) => {
			sent = sentBy(outgoing.socket);
			outgoing.writeHead(200, { "content-length": bodyBytes });
			pipeline(Readable.from(pieces()), outgoing).catch(() => {});
		};
		const { outgoing, answered } = open("GET");
		outgoing.end();
		const { bytes, heldBytes } = await readSlowly((await answered)[0], () => sent());
		equal(bytes, bodyBytes);
		ok(heldBytes < heldBytesMax, `${heldBytes} bytes were held`);
	});

	test("a client that goes away takes the upstream's request with it, and an upstream that goes away the client's answer", async () => {
		const { promise: cut, resolve } = Promise.withResolvers<boolean>();
		serve = (incoming) => {
			incoming.once("data", () => client.outgoing.destroy());
			incoming.on("error", () => {});
			incoming.on("close", () => resolve(!incoming.complete));
		};
		const client = open("PUT", [["content-length", String(bodyBytes)]]);
		client.answered.catch(() => {});
		await pipeline(Readable.from(pieces()), client.outgoing).catch(() => {});
		ok(await cut);
		serve = (_, outgoing) => {
			outgoing.writeHead(200, { "content-length": 1000 });
			outgoing.write("half", () => outgoing.destroy());
		};
		const reader = open("GET");
		reader.outgoing.end();
		const [answer] = await reader.answered;
		equal(
			await answer.toArray().then(
				() => "whole",
				() => "cut",
			),
			"cut",
		);
	});

	test("an answer that comes before the body's end reaches the client", async () => {
		serve = (_, outgoing) => void outgoing.writeHead(403, { "content-length": 2 }).end("no");
		const { outgoing, answered } = open("PUT", [["content-length", String(bodyBytes)]]);
		outgoing.on("error", () => {});
		pipeline(Readable.from(pieces()), outgoing).catch(() => {});
		const [answer] = await answered;
		equal(answer.statusCode, 403);
		equal(Buffer.concat(await answer.toArray()).toString(), "no");
		outgoing.destroy();
	});

	test("what an upstream has against the proxy's own key, and where else it sends to, is told to nobody", async () => {
		const ask = async () => {
			const { outgoing, answered } = open("GET");
			outgoing.end();
			const [answer] = await answered;
			return { status: answer.statusCode, headers: answer.headers, text: Buffer.concat(await answer.toArray()).toString() };
		};
		const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><AWSAccessKeyId>upstream</AWSAccessKeyId></Error>`;
		for (const [status, code] of [
			[403, "InvalidAccessKeyId"],
			[403, "SignatureDoesNotMatch"],
			[403, "RequestTimeTooSkewed"],
			[400, "AuthorizationHeaderMalformed"],
		] as const) {
			serve = (_, outgoing) => void outgoing.writeHead(status).end(error(code));
			const { status: answered, text } = await ask();
			deepEqual([answered, text.includes("upstream")], [503, false], code);
			ok(gatehouse.logged.some((line) => line.includes(code)));
		}
		serve = (_, outgoing) => void outgoing.writeHead(307, { location: "http://storage.internal/photos/x" }).end();
		const moved = await ask();
		deepEqual([moved.status, moved.headers.location], [503, undefined]);
		const named = { connection: "x-internal", "x-internal": "a", "x-amz-meta-b": "b" };
		const denied = `${error("AccessDenied").padEnd(9000)}<!-- AuthorizationHeaderMalformed -->`;
		serve = (_, outgoing) => void outgoing.writeHead(403, named).end(denied);
		const { status, headers, text } = await ask();
		deepEqual([status, text, headers["x-internal"], headers["x-amz-meta-b"]], [403, denied, undefined, "b"]);
	});

	test("an upstream that is silent does not keep anybody from being refused", { timeout: 30_000 }, async () => {
		serve = () => {};
		const answer = await fetch(`${gatehouse.accessUrl}/photos/x`, { headers: { origin: "https://app.example" } });
		equal(answer.status, 403);
		await answer.text();
	});

	test("an upstream that is gone is ServiceUnavailable", async () => {
		upstream.closeAllConnections();
		await new Promise((resolve) => upstream.close(resolve));
		const { outgoing, answered } = open("GET");
		outgoing.end();
		const [answer] = await answered;
		equal(answer.statusCode, 503);
		ok(Buffer.concat(await answer.toArray()).includes("<Code>ServiceUnavailable</Code>"));
	});
});
