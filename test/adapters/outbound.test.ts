import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { createOutbound, OutboundError } from "../../src/adapters/outbound.ts";
import { isPublicAddress } from "../../src/adapters/public-addresses.ts";
import { createSmsSender } from "../../src/adapters/sms.ts";
import { Undeliverable } from "../../src/kernel/undeliverable.ts";

const servers: Server[] = [];
after(() => {
	for (const server of servers) {
		server.closeAllConnections();
		server.close();
	}
});

async function serve(host: string, handle: (incoming: IncomingMessage, outgoing: ServerResponse, body: string) => void): Promise<number> {
	const server = createServer((incoming, outgoing) => {
		let body = "";
		incoming.setEncoding("utf8");
		incoming.on("data", (chunk) => {
			body += chunk;
		});
		incoming.on("end", () => handle(incoming, outgoing, body));
	});
	servers.push(server);
	await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, host, resolve));
	return (server.address() as AddressInfo).port;
}

/** What the public server was asked, and where the private one must never be reached. */
const seen: { method: string | undefined; url: string | undefined; headers: IncomingMessage["headers"]; body: string }[] = [];
let privateCalls = 0;
const privatePort = await serve("127.0.0.2", (_, outgoing) => {
	privateCalls++;
	outgoing.end("metadata");
}).catch(() => 1); // Only Linux gives the whole of 127.0.0.0/8; elsewhere the refusals alone are seen.
const port = await serve("127.0.0.1", (incoming, outgoing, body) => {
	seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
	const url = new URL(incoming.url ?? "/", "http://x");
	const to = url.searchParams.get("to");
	if (to !== null) return outgoing.writeHead(Number(url.searchParams.get("status") ?? "302"), { location: to }).end();
	if (url.pathname === "/loop") return outgoing.writeHead(302, { location: "/loop" }).end();
	if (url.pathname === "/large") return outgoing.end("x".repeat(2000));
	if (url.pathname === "/endless") return void outgoing.write("x");
	if (url.pathname === "/silent") return undefined;
	return outgoing.writeHead(200, { "content-type": "text/plain", "x-two": ["a", "b"] }).end("hello");
});
const otherPort = await serve("127.0.0.1", (incoming, outgoing, body) => {
	seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
	outgoing.end("other");
});

// Of this machine's addresses only 127.0.0.1 plays the Internet here.
const outbound = createOutbound({ mayConnect: (address) => address === "127.0.0.1" });
const base = `http://127.0.0.1:${port}`;

async function refuses(promise: Promise<unknown>, pattern: RegExp): Promise<void> {
	await assert.rejects(promise, (error) => error instanceof OutboundError && pattern.test(error.message));
}

test("a request goes out and its answer comes back", async () => {
	const answer = await outbound.request({ url: `${base}/a?b=c`, method: "POST", headers: { "content-type": "text/plain" }, body: "ping" });
	assert.equal(answer.status, 200);
	assert.equal(answer.body.toString(), "hello");
	assert.equal(answer.headers["x-two"], "a, b");
	assert.equal(answer.url, `${base}/a?b=c`);
	assert.equal(seen.at(-1)?.body, "ping");
	assert.equal(seen.at(-1)?.headers.host, `127.0.0.1:${port}`);
});

test("every spelling of loopback and private addresses is refused", async () => {
	const guarded = createOutbound();
	const before = seen.length;
	for (const host of [
		"localhost",
		"127.0.0.1",
		"127.1",
		"2130706433",
		"0x7f000001",
		"0177.0.0.1",
		"0.0.0.0",
		"[::1]",
		"[::]",
		"[::ffff:127.0.0.1]",
		"[::ffff:7f00:1]",
		"[64:ff9b::7f00:1]",
		"169.254.169.254",
		"[fd00:ec2::254]",
		"[fe80::1]",
	]) {
		await refuses(guarded.request({ url: `http://${host}:${port}/` }), /not a public address/);
	}
	assert.equal(seen.length, before);
});

test("a name is refused if any of its addresses is private, and is connected to only as it was checked", async () => {
	let looked = 0;
	const rebinding = createOutbound({
		mayConnect: (address) => address === "127.0.0.1",
		resolve: async () => (looked++ === 0 ? [{ address: "127.0.0.1", family: 4 }] : [{ address: "127.0.0.2", family: 4 }]),
	});
	assert.equal((await rebinding.request({ url: `http://rebind.example:${port}/` })).body.toString(), "hello");
	assert.equal(looked, 1);
	assert.equal(seen.at(-1)?.headers.host, `rebind.example:${port}`);
	await refuses(rebinding.request({ url: `http://rebind.example:${privatePort}/` }), /not a public address/);
	const mixed = createOutbound({
		mayConnect: (address) => address === "127.0.0.1",
		resolve: async () => [
			{ address: "127.0.0.1", family: 4 },
			{ address: "127.0.0.2", family: 4 },
		],
	});
	await refuses(mixed.request({ url: `http://mixed.example:${port}/` }), /not a public address/);
	const nowhere = createOutbound({ resolve: async () => [] });
	await refuses(nowhere.request({ url: "http://nowhere.example/" }), /not a public address/);
	assert.equal(privateCalls, 0);
});

test("a redirect to a private address is refused at the redirect", async () => {
	for (const status of [301, 302, 303, 307, 308]) {
		await refuses(
			outbound.request({ url: `${base}/?status=${status}&to=http://127.0.0.2:${privatePort}/latest/meta-data` }),
			/not a public address/,
		);
	}
	await refuses(outbound.request({ url: `${base}/?to=//127.0.0.2:${privatePort}/` }), /not a public address/);
	assert.equal(privateCalls, 0);
});

test("redirects are followed up to a number, and only to http and https", async () => {
	const answer = await outbound.request({ url: `${base}/?to=/there` });
	assert.equal(answer.url, `${base}/there`);
	await refuses(outbound.request({ url: `${base}/loop` }), /redirects too often/);
	await refuses(outbound.request({ url: `${base}/?to=/there`, redirectsMax: 0 }), /redirects too often/);
	await refuses(outbound.request({ url: `${base}/?to=file:///etc/passwd` }), /only http and https/);
	await refuses(outbound.request({ url: `${base}/?to=http://user:pass@127.0.0.1:${port}/` }), /credentials/);
});

test("a redirect to another origin carries no credentials, headers of its own or body", async () => {
	const headers = { authorization: "Bearer x", cookie: "a=b", "x-api-key": "k", accept: "application/json" };
	await outbound.request({ url: `${base}/?to=http://127.0.0.1:${otherPort}/`, headers });
	const there = seen.at(-1)?.headers ?? {};
	assert.equal(there.accept, "application/json");
	for (const name of ["authorization", "cookie", "x-api-key"]) assert.equal(there[name], undefined, name);
	await outbound.request({ url: `${base}/?to=/same`, headers });
	assert.equal(seen.at(-1)?.headers.authorization, "Bearer x");
	await refuses(
		outbound.request({ url: `${base}/?status=307&to=http://127.0.0.1:${otherPort}/`, method: "POST", body: "client_secret=x" }),
		/with a body to another origin/,
	);
	await outbound.request({ url: `${base}/?status=307&to=/same`, method: "POST", body: "kept" });
	assert.deepEqual([seen.at(-1)?.method, seen.at(-1)?.body], ["POST", "kept"]);
	await outbound.request({
		url: `${base}/?status=303&to=/same`,
		method: "POST",
		body: "dropped",
		headers: { "content-type": "text/plain" },
	});
	assert.deepEqual([seen.at(-1)?.method, seen.at(-1)?.body, seen.at(-1)?.headers["content-type"]], ["GET", "", undefined]);
});

test("size and time are bounded", async () => {
	await refuses(outbound.request({ url: `${base}/large`, responseBytesMax: 1999 }), /too large/);
	assert.equal((await outbound.request({ url: `${base}/large`, responseBytesMax: 2000 })).body.length, 2000);
	await refuses(outbound.request({ url: `${base}/silent`, timeoutMilliseconds: 50 }), /in time/);
	await refuses(outbound.request({ url: `${base}/endless`, timeoutMilliseconds: 50 }), /in time/);
	const stuck = createOutbound({ resolve: () => new Promise(() => {}) });
	await refuses(stuck.request({ url: "http://stuck.example/", timeoutMilliseconds: 50 }), /in time/);
});

test("what is no http URL, or can't be reached, is refused without telling an address", async () => {
	for (const url of ["", "ftp://127.0.0.1/", "file:///etc/passwd", "data:text/plain,x", "http://", "gopher://127.0.0.1/"])
		await assert.rejects(outbound.request({ url }), OutboundError);
	await refuses(outbound.request({ url: `http://a:b@127.0.0.1:${port}/` }), /credentials/);
	await refuses(outbound.request({ url: "http://127.0.0.1:1/" }), /^the server can't be reached$/);
	await refuses(
		createOutbound({ resolve: () => Promise.reject(new Error("ENOTFOUND 10.0.0.1")) }).request({ url: "http://x.example/" }),
		/^the server can't be reached$/,
	);
});

for (const address of [
	"8.8.8.8",
	"1.1.1.1",
	"172.15.0.1",
	"172.32.0.1",
	"100.63.0.1",
	"2606:4700::1111",
	"2a00:1450::1",
	"::ffff:8.8.8.8",
	"64:ff9b::8.8.8.8",
]) {
	test(`${address} is public`, () => assert.ok(isPublicAddress(address)));
}

for (const address of [
	"0.0.0.0",
	"0.1.2.3",
	"10.0.0.1",
	"100.64.0.1",
	"100.100.100.200",
	"127.0.0.1",
	"127.255.255.255",
	"168.63.129.16",
	"169.254.169.254",
	"172.16.0.1",
	"172.31.255.255",
	"192.0.0.192",
	"192.0.2.1",
	"192.168.1.1",
	"198.18.0.1",
	"203.0.113.1",
	"224.0.0.1",
	"239.255.255.255",
	"255.255.255.255",
	"::",
	"::1",
	"::127.0.0.1",
	"::ffff:127.0.0.1",
	"::ffff:10.0.0.1",
	"::ffff:0.0.0.1",
	"::ffff:0:127.0.0.1",
	"64:ff9b::10.0.0.1",
	"64:ff9b::1",
	"64:ff9b:1::8.8.8.8",
	"2002:7f00:1::",
	"2002:808:808::1",
	"2001:0:4136:e378:8000:63bf:3fff:fdd2",
	"2001:db8::1",
	"3fff::1",
	"100::1",
	"fc00::1",
	"fd00:ec2::254",
	"fe80::1",
	"fe80::1%eth0",
	"2606:4700::1111%eth0",
	"fec0::1",
	"ff02::1",
	"localhost",
	"",
	"127.1",
]) {
	test(`${JSON.stringify(address)} is not public`, () => assert.ok(!isPublicAddress(address)));
}

test("an SMS goes to the operator's webhook, wherever it is, as JSON", async () => {
	const open = createOutbound({ mayConnect: () => true });
	const about = { userPoolId: "us-east-1_a", username: "ann", trigger: "CustomMessage_SignUp", code: "123456" };
	await createSmsSender({ url: `http://us%40er:pass@127.0.0.1:${port}/sms`, outbound: open }).send({
		id: "id-1",
		to: "+15550100",
		text: "123456",
		about,
	});
	assert.equal(seen.at(-1)?.body, '{"to":"+15550100","text":"123456"}');
	assert.equal(seen.at(-1)?.headers["idempotency-key"], "id-1");
	assert.equal(seen.at(-1)?.headers.authorization, `Basic ${Buffer.from("us@er:pass").toString("base64")}`);
	const redirecting = createSmsSender({ url: `${base}/?to=/other`, outbound: open });
	await assert.rejects(redirecting.send({ id: "id-2", to: "+1", text: "x", about }), /redirects/);
	const failing = await serve("127.0.0.1", (_, outgoing) => outgoing.writeHead(500).end());
	await assert.rejects(
		createSmsSender({ url: `http://127.0.0.1:${failing}/`, outbound: open }).send({ id: "id-2", to: "+1", text: "x", about }),
		(error: Error) => /answered 500/.test(error.message) && !(error instanceof Undeliverable),
	);
	const refusing = await serve("127.0.0.1", (_, outgoing) => outgoing.writeHead(422).end());
	await assert.rejects(
		createSmsSender({ url: `http://127.0.0.1:${refusing}/`, outbound: open }).send({ id: "id-2", to: "+1", text: "x", about }),
		(error) => error instanceof Undeliverable,
	);
});
