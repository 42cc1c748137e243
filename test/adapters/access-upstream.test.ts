/** Connections to the services behind the access proxy. */
import { deepEqual, ok } from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { createAccessUpstream } from "../../src/adapters/access-upstream.ts";

test("a connection serves one request after another, and is closed before an upstream that says nothing of it would", {
	timeout: 30_000,
}, async () => {
	const sockets = new Set<Socket>();
	// No Keep-Alive header: as S3 and servers written in Go answer.
	const server = createServer({ keepAliveTimeout: 0 }, (_, outgoing) => outgoing.end("ok"));
	server.on("connection", (socket) => sockets.add(socket));
	await once(server.listen(0, "127.0.0.1"), "listening");
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const upstream = createAccessUpstream({ url, service: "s3", region: "us-east-1", accessKeyId: "a", secretAccessKey: "b" });
	try {
		const ask = async () => {
			const exchange = upstream.open({ method: "GET", target: "/", headers: [], payloadHash: undefined });
			exchange.body.end();
			return Buffer.concat(await (await exchange.answer).body.toArray()).toString();
		};
		deepEqual([await ask(), await ask(), sockets.size], ["ok", "ok", 1]);
		const [socket] = sockets;
		ok(socket);
		await once(socket, "close");
	} finally {
		upstream.close();
		server.closeAllConnections();
		await once(server.close(), "close");
	}
});
