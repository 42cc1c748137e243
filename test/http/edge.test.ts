import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, test } from "node:test";
import { Hono } from "hono";
import { createClock } from "../../src/adapters/clock.ts";
import { createInbox } from "../../src/adapters/inbox.ts";
import { createLog } from "../../src/adapters/log.ts";
import { createMeters } from "../../src/adapters/meters.ts";
import { createEdge } from "../../src/http/edge.ts";
import { createOperations } from "../../src/http/operations.ts";
import type { HttpEnv } from "../../src/http/request.ts";
import { type Listening, listen } from "../../src/server.ts";

const log = createLog({ destination: { write() {} } });
const clock = createClock();
const inbox = createInbox(clock);
const meters = createMeters();
let storeAnswers = true;
let resets = 0;

async function serve(
	mode: "development" | "production",
	settings: { trustedProxies?: string[]; developmentForced?: boolean } = {},
): Promise<Listening> {
	const config = {
		mode,
		developmentForced: settings.developmentForced ?? false,
		hosts: ["127.0.0.1"],
		port: 0,
		tls: undefined,
		adminPort: 0,
		publicUrl: "http://localhost:9400",
		domainSuffix: "auth.localhost",
		trustedProxies: settings.trustedProxies ?? [],
		corsOrigins: ["https://app.example.com"],
	};
	const app = new Hono<HttpEnv>();
	app.use(createEdge({ config, clock, isRegisteredDomain: (name) => name === "login.customer.org", bodyBytesMax: 1000 }));
	app.route(
		"/_gatehouse",
		createOperations({
			mode,
			check: async () => {
				if (!storeAnswers) throw new Error("gone");
			},
			metrics: meters,
			monotonic: clock.monotonic,
			development: {
				inbox: inbox.list,
				advanceClock: clock.advance,
				now: clock.now,
				reset: async () => {
					resets++;
					inbox.clear();
					clock.reset();
				},
			},
		}),
	);
	app.post("/", async (c) => {
		if (c.req.header("x-break") !== undefined) throw new Error("a door broke");
		const { raw, host, client } = c.get("edge");
		return c.json({ body: await c.req.text(), target: raw.target, headers: raw.headers, host, ip: client.ip }, 200, { vary: "Accept" });
	});
	app.onError((_, c) => c.json({ __type: "InternalErrorException" }, 500));
	app.get("/pool/.well-known/jwks.json", (c) => c.json({ keys: [] }));
	app.get("/login", (c) => c.text("a page"));
	app.get("/slow", async (c) => {
		started();
		await finish;
		return c.text("finished");
	});
	const listening = await listen({ config, fetch: (request, env) => app.fetch(request, env), log });
	open.push(listening);
	return listening;
}
const open: Listening[] = [];
let started = () => {};
let finish = Promise.resolve();
after(() => Promise.all(open.map((each) => each.close({ graceMilliseconds: 0 }))));

interface Answer {
	readonly status: number;
	readonly headers: Headers;
	readonly text: string;
}

/** Sends exactly these bytes and reads one answer until the server closes. */
function send(port: number, lines: readonly string[], body = ""): Promise<Answer> {
	const { promise, resolve, reject } = Promise.withResolvers<Answer>();
	const socket = connect(port, "127.0.0.1", () => socket.write(`${[...lines, "Connection: close", "", ""].join("\r\n")}${body}`));
	let text = "";
	socket.setEncoding("utf8");
	socket.on("data", (chunk) => {
		text += chunk;
	});
	socket.on("error", reject);
	socket.on("close", () => {
		const [head = "", ...rest] = text.split("\r\n\r\n");
		const [status = "", ...fields] = head.split("\r\n");
		const headers = new Headers();
		for (const field of fields) headers.append(field.slice(0, field.indexOf(":")), field.slice(field.indexOf(":") + 1).trim());
		resolve({ status: Number(status.split(" ")[1]), headers, text: rest.join("\r\n\r\n") });
	});
	return promise;
}

const { port } = await serve("development");
const own = `Host: localhost:${port}`;
const json = ["Content-Type: application/x-amz-json-1.1", "Content-Length: 2"];
const signature =
	"Authorization: AWS4-HMAC-SHA256 Credential=MADEUP/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=00";

test("a door sees the raw target and header list", async () => {
	const answer = await send(port, ["POST /?b=%2f&a=%41 HTTP/1.1", own, ...json, "X-Amz-Meta: one", "x-amz-meta:  two "], "{}");
	assert.equal(answer.status, 200);
	const seen = JSON.parse(answer.text) as { target: string; headers: [string, string][]; ip: string; body: string };
	assert.equal(seen.target, "/?b=%2f&a=%41");
	assert.equal(seen.body, "{}");
	assert.equal(seen.ip, "127.0.0.1");
	assert.deepEqual(
		seen.headers.filter(([name]) => /meta/i.test(name)),
		[
			["X-Amz-Meta", "one"],
			["x-amz-meta", "two"],
		],
	);
});

test("a rebound name gets 421 and reaches no door", async () => {
	const answer = await send(
		port,
		["POST / HTTP/1.1", `Host: evil.com:${port}`, `Origin: http://evil.com:${port}`, "Sec-Fetch-Site: same-origin", ...json],
		"{}",
	);
	assert.equal(answer.status, 421);
	assert.equal(answer.headers.get("access-control-allow-origin"), null);
	assert.equal((await send(port, ["GET /_gatehouse/inbox HTTP/1.1", "Host: localhost.evil.com"])).status, 421);
	assert.equal((await send(port, ["POST / HTTP/1.1", "Host: login.customer.org", ...json], "{}")).status, 200);
});

test("malformed hosts and targets get 400", async () => {
	for (const lines of [
		["POST / HTTP/1.1", "Host: user@localhost", ...json],
		["POST / HTTP/1.1", own, "Host: evil.com", ...json],
		["POST http://evil.com/ HTTP/1.1", own, ...json],
		["POST / HTTP/1.1", ...json],
		["POST / HTTP/1.0", ...json],
		["POST * HTTP/1.1", own, ...json],
		["POST / HTTP/1.1", "Host: 0x7f.1", ...json],
		["POST / HTTP/1.1", "Host: local host", ...json],
	]) {
		assert.equal((await send(port, lines, "{}")).status, 400, lines.join(" | "));
	}
});

test("a cross-site form post of Action= is refused", async () => {
	const body = "Action=GetCallerIdentity&Version=2011-06-15";
	const form = ["POST / HTTP/1.1", own, "Content-Type: application/x-www-form-urlencoded", `Content-Length: ${body.length}`];
	for (const page of ["Origin: https://evil.com", "Origin: null", "Sec-Fetch-Site: cross-site", "Origin: http://localhost.evil.com"]) {
		const answer = await send(port, [...form, page], body);
		assert.equal(answer.status, 403, page);
		assert.equal((JSON.parse(answer.text) as { __type: string }).__type, "AccessDeniedException");
		assert.equal(answer.headers.get("access-control-allow-origin"), null);
	}
	assert.equal((await send(port, form, body)).status, 200);
	assert.equal((await send(port, [...form, "Origin: http://localhost:3000"], body)).status, 200);
});

test("a signed request of a foreign page is refused, an unsigned one is open to every page", async () => {
	const call = ["POST / HTTP/1.1", own, ...json];
	assert.equal((await send(port, [...call, signature, "Origin: https://evil.com"], "{}")).status, 403);
	assert.equal((await send(port, [...call, signature], "{}")).status, 200);
	const allowed = await send(port, [...call, signature, "Origin: https://app.example.com"], "{}");
	assert.equal(allowed.status, 200);
	assert.equal(allowed.headers.get("access-control-allow-origin"), "https://app.example.com");
	assert.equal(allowed.headers.get("vary"), "Accept, Origin");
	const open = await send(port, [...call, "Origin: https://evil.com"], "{}");
	assert.equal(open.status, 200);
	assert.equal(open.headers.get("access-control-allow-origin"), "*");
	assert.equal(open.headers.get("access-control-allow-credentials"), null);
	assert.equal(open.headers.get("access-control-expose-headers"), "x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date");
});

function preflight(path: string, origin: string, asked: string | undefined, method = "POST"): Promise<Answer> {
	const lines = [`OPTIONS ${path} HTTP/1.1`, own, `Origin: ${origin}`, `Access-Control-Request-Method: ${method}`];
	return send(port, asked === undefined ? lines : [...lines, `Access-Control-Request-Headers: ${asked}`]);
}

test("a preflight for an unsigned call is granted to every page for two hours", async () => {
	const answer = await preflight(
		"/",
		"https://evil.com",
		"content-type,x-amz-target,amz-sdk-invocation-id, X-Amz-User-Agent,cache-control",
	);
	assert.equal(answer.status, 204);
	assert.equal(answer.headers.get("access-control-allow-origin"), "*");
	assert.equal(
		answer.headers.get("access-control-allow-headers"),
		"content-type, x-amz-target, amz-sdk-invocation-id, x-amz-user-agent, cache-control",
	);
	assert.equal(answer.headers.get("access-control-max-age"), "7200");
	assert.match(answer.headers.get("access-control-allow-methods") ?? "", /POST/);
	assert.equal((await preflight("/", "https://evil.com", undefined)).status, 204);
	assert.equal((await preflight("/us-east-1_abc/.well-known/jwks.json", "https://evil.com", undefined, "GET")).status, 204);
	assert.equal(
		(await preflight("/oauth2/userInfo", "https://evil.com", "authorization", "GET")).headers.get("access-control-allow-origin"),
		"*",
	);
});

test("a preflight for a call with a made-up key is refused to foreign pages", async () => {
	for (const origin of ["https://evil.com", "null", "http://localhost.evil.com"]) {
		const answer = await preflight("/", origin, "authorization,content-type,x-amz-date,x-amz-target");
		assert.equal(answer.status, 403, origin);
		assert.equal(answer.headers.get("access-control-allow-origin"), null);
		assert.equal(answer.headers.get("access-control-allow-headers"), null);
	}
	for (const origin of ["http://localhost:3000", "https://app.example.com"]) {
		const answer = await preflight("/", origin, "authorization,content-type,x-amz-date,x-amz-target");
		assert.equal(answer.status, 204, origin);
		assert.equal(answer.headers.get("access-control-allow-origin"), origin);
	}
	assert.equal((await preflight("/?X-Amz-Signature=1", "https://evil.com", "x-amz-target")).status, 403);
	assert.equal((await preflight("/_gatehouse/clock", "https://evil.com", "content-type")).status, 403);
	assert.equal((await preflight("/identitypools/x", "https://evil.com", undefined, "PUT")).status, 403);
	assert.equal((await preflight("/login", "https://evil.com", undefined)).status, 403);
});

test("a preflight with a made-up header name or method, or very many, is refused", async () => {
	for (const asked of [
		"x-amz-target, ba d",
		"x(y)",
		"x:y",
		'x"y',
		"x\u00e9",
		"x".repeat(200),
		Array.from({ length: 65 }, (_, i) => `x-${i}`).join(","),
	]) {
		const answer = await preflight("/", "http://localhost:3000", asked);
		assert.equal(answer.status, 400, asked);
		assert.equal(answer.headers.get("access-control-allow-headers"), null);
	}
	assert.equal((await preflight("/", "http://localhost:3000", undefined, "TRACE")).status, 403);
});

test("errors and public answers carry CORS headers, pages do not", async () => {
	const large = await send(
		port,
		["POST / HTTP/1.1", own, "Origin: https://evil.com", json[0] as string, "Content-Length: 1001"],
		"x".repeat(1001),
	);
	assert.equal(large.status, 413);
	assert.equal(large.headers.get("access-control-allow-origin"), "*");
	assert.equal(
		(await send(port, ["GET /pool/.well-known/jwks.json HTTP/1.1", own, "Origin: https://evil.com"])).headers.get(
			"access-control-allow-origin",
		),
		"*",
	);
	assert.equal((await send(port, ["GET /pool/.well-known/jwks.json HTTP/1.1", own])).headers.get("access-control-allow-origin"), "*");
	assert.equal(
		(await send(port, ["GET /login HTTP/1.1", own, "Origin: http://localhost:3000"])).headers.get("access-control-allow-origin"),
		null,
	);
});

test("a body beyond the limit gets 413, whether its length is stated or not", async () => {
	const chunked = ["POST / HTTP/1.1", own, "Content-Type: application/x-amz-json-1.1", "Transfer-Encoding: chunked"];
	const chunk = (size: number) => `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
	assert.equal((await send(port, chunked, `${chunk(600)}${chunk(400)}0\r\n\r\n`)).status, 200);
	assert.equal((await send(port, chunked, `${chunk(600)}${chunk(401)}0\r\n\r\n`)).status, 413);
	assert.equal((await send(port, ["POST / HTTP/1.1", own, json[0] as string, "Content-Length: 1000"], "x".repeat(1000))).status, 200);
	// The limit is told before a long body has arrived.
	assert.equal((await send(port, ["POST / HTTP/1.1", own, json[0] as string, "Content-Length: 999999"], "x")).status, 413);
	assert.equal(
		(await send(port, ["POST / HTTP/1.1", own, json[0] as string, "Content-Length: 5", "Transfer-Encoding: chunked"], chunk(5))).status,
		400,
	);
});

test("headers beyond their limit get 431", async () => {
	assert.equal((await send(port, ["POST / HTTP/1.1", own, ...json, `X: ${"x".repeat(40_000)}`], "{}")).status, 431);
});

test("development refuses a proxy in front, unless it is trusted", async () => {
	for (const header of ["X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1", "Via: 1.1 tunnel", "x-forwarded-host: localhost"]) {
		const answer = await send(port, ["POST / HTTP/1.1", own, ...json, header], "{}");
		assert.equal(answer.status, 403, header);
		assert.match(answer.text, /development mode/);
	}
	const trusting = await serve("development", { trustedProxies: ["127.0.0.1"] });
	const answer = await send(trusting.port, ["POST / HTTP/1.1", own, ...json, "X-Forwarded-For: 198.51.100.4"], "{}");
	assert.equal((JSON.parse(answer.text) as { ip: string }).ip, "198.51.100.4");
	const forced = await serve("development", { developmentForced: true });
	assert.equal((await send(forced.port, ["POST / HTTP/1.1", own, ...json, "Via: 1.1 tunnel"], "{}")).status, 200);
});

test("operations are refused to foreign pages, however the path is spelt", async () => {
	for (const path of ["/_gatehouse/inbox", "/x/../_gatehouse/inbox", "/%5fgatehouse/inbox", "/./_gatehouse/metrics", "/_gatehouse/live"]) {
		for (const page of ["Origin: https://evil.com", "Sec-Fetch-Site: cross-site", "Origin: null"]) {
			const { status } = await send(port, [`GET ${path} HTTP/1.1`, own, page]);
			assert.ok(status === 403 || status === 404, `${path} ${page} ${status}`);
		}
	}
	const answer = await send(port, ["GET /_gatehouse/inbox HTTP/1.1", own, "Origin: http://localhost:3000"]);
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get("access-control-allow-origin"), "http://localhost:3000");
	assert.equal(answer.headers.get("cross-origin-resource-policy"), "same-origin");
	assert.equal((await send(port, ["POST /_gatehouse/reset HTTP/1.1", own, "Origin: https://evil.com", "Content-Length: 0"])).status, 403);
	assert.equal(resets, 0);
});

test("the inbox lists messages newest first, by recipient and channel", async () => {
	const about = { userPoolId: "us-east-1_a", username: "ann", trigger: "CustomMessage_SignUp", code: "123456" };
	await inbox.mail.send({ id: "id-1", to: "ann@example.com", subject: "Code", text: "123456", html: "<b>123456</b>", about });
	await inbox.sms.send({ id: "id-2", to: "+15550100", text: "654321", about: { ...about, code: "654321" } });
	const list = async (query: string) =>
		JSON.parse((await send(port, [`GET /_gatehouse/inbox${query} HTTP/1.1`, own])).text) as { channel: string }[];
	const all = await list("");
	assert.deepEqual(
		all.map(({ channel }) => channel),
		["sms", "email"],
	);
	assert.deepEqual(Object.keys(all[0] ?? {}), [
		"id",
		"at",
		"channel",
		"to",
		"subject",
		"text",
		"html",
		"code",
		"userPoolId",
		"username",
		"trigger",
	]);
	assert.equal((await list("?to=ann%40example.com")).length, 1);
	assert.equal((await list("?channel=sms&to=%2B15550100")).length, 1);
	assert.equal((await list("?to=nobody")).length, 0);
	assert.equal((await send(port, ["GET /_gatehouse/inbox?channel=fax HTTP/1.1", own])).status, 400);
});

test("the clock moves forward, Date follows it, and reset empties the server and sets it back", async () => {
	const post = (path: string, body: string) =>
		send(port, [`POST ${path} HTTP/1.1`, own, `Content-Length: ${Buffer.byteLength(body)}`], body);
	const before = Date.now();
	const answer = await post("/_gatehouse/clock", '{"advanceSeconds": 3600}');
	assert.equal(answer.status, 200);
	const date = Date.parse((await send(port, ["GET /_gatehouse/live HTTP/1.1", own])).headers.get("date") ?? "");
	assert.ok(date >= before + 3_600_000 - 1000 && date <= Date.now() + 3_600_000, String(date));
	for (const body of ["", "{}", "[]", "null", '{"advanceSeconds": -1}', '{"advanceSeconds": "5"}', '{"advanceSeconds": 1e300}', "{"]) {
		assert.equal((await post("/_gatehouse/clock", body)).status, 400, body);
	}
	assert.equal((await post("/_gatehouse/clock", `{"advanceSeconds": ${"0".repeat(2000)}}`)).status, 413);
	assert.equal((await post("/_gatehouse/reset", "")).status, 200);
	assert.equal(resets, 1);
	assert.ok(Math.abs(clock.now() - Date.now()) < 1000);
});

test("readiness follows the store, liveness does not, and metrics are Prometheus's", async () => {
	const { port: fresh } = await serve("development");
	storeAnswers = false;
	assert.equal((await send(fresh, ["GET /_gatehouse/ready HTTP/1.1", own])).status, 503);
	assert.equal((await send(fresh, ["GET /_gatehouse/live HTTP/1.1", own])).status, 200);
	storeAnswers = true;
	const { port: other } = await serve("development");
	assert.equal((await send(other, ["GET /_gatehouse/health HTTP/1.1", own])).status, 200);
	meters.operation("cognito-idp", "SignUp", "ok", 0.004);
	const metrics = await send(other, ["GET /_gatehouse/metrics HTTP/1.1", own]);
	assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
	assert.match(metrics.text, /gatehouse_operations_total\{service="cognito-idp",operation="SignUp",outcome="ok"\} 1/);
	assert.match(metrics.text, /gatehouse_process_resident_memory_bytes/);
});

test("production answers operations on the admin port only, and has no development calls", async () => {
	const { port: outside, adminPort } = await serve("production");
	assert.ok(adminPort);
	for (const path of ["/_gatehouse/live", "/_gatehouse/ready", "/_gatehouse/metrics", "/_gatehouse/inbox"]) {
		assert.equal((await send(outside, [`GET ${path} HTTP/1.1`, own])).status, 404, path);
	}
	for (const path of ["/_gatehouse/live", "/_gatehouse/ready", "/_gatehouse/metrics"]) {
		assert.equal((await send(adminPort, [`GET ${path} HTTP/1.1`, own])).status, 200, path);
	}
	assert.equal((await send(adminPort, ["GET /_gatehouse/inbox HTTP/1.1", own])).status, 404);
	assert.equal((await send(adminPort, ["POST / HTTP/1.1", own, ...json], "{}")).status, 404);
	assert.equal((await send(adminPort, ["POST /_gatehouse/reset HTTP/1.1", own, "Content-Length: 0"])).status, 404);
	assert.equal((await send(adminPort, ["GET /_gatehouse/metrics HTTP/1.1", "Host: evil.com"])).status, 421);
	assert.equal((await send(adminPort, ["GET /_gatehouse/metrics HTTP/1.1", own, "Origin: https://evil.com"])).status, 403);
});

test("an answer of the error handler has CORS headers and the server's Date too", async () => {
	const answer = await send(port, ["POST / HTTP/1.1", own, ...json, "Origin: https://evil.com", "X-Break: 1"], "{}");
	assert.equal(answer.status, 500);
	assert.equal(answer.headers.get("access-control-allow-origin"), "*");
	assert.ok(answer.headers.get("date"));
});

test("stopping finishes the request under way, closes idle connections and opens no new ones", { timeout: 5_000 }, async () => {
	const stopping = await serve("development");
	const { promise: underWay, resolve: begun } = Promise.withResolvers<void>();
	const { promise, resolve: end } = Promise.withResolvers<void>();
	started = begun;
	finish = promise;
	const idle = connect(stopping.port, "127.0.0.1");
	const idleClosed = new Promise((resolve) => idle.once("close", resolve));
	await new Promise((resolve) => idle.once("connect", resolve));
	// Kept alive: the server must not wait for its idle timeout.
	const answer = fetch(`http://localhost:${stopping.port}/slow`, { keepalive: true });
	await underWay;
	const closed = stopping.close({ graceMilliseconds: 60_000 });
	await assert.rejects(send(stopping.port, ["GET /login HTTP/1.1", own]));
	await idleClosed;
	end();
	assert.equal(await (await answer).text(), "finished");
	await closed;
});

test("stopping waits for a request no longer than its grace", async () => {
	const stopping = await serve("development");
	const { promise: underWay, resolve: begun } = Promise.withResolvers<void>();
	started = begun;
	const { promise, resolve: end } = Promise.withResolvers<void>();
	finish = promise;
	const answer = send(stopping.port, ["GET /slow HTTP/1.1", own]).catch(() => undefined);
	await underWay;
	await stopping.close({ graceMilliseconds: 20 });
	end();
	await answer;
});

test("a taken port is refused with a sentence, and nothing stays open", async () => {
	const config = { mode: "development", hosts: ["127.0.0.1"], port, tls: undefined, adminPort: 0 } as const;
	await assert.rejects(listen({ config, fetch: () => new Response(), log }), /port \d+ on 127\.0\.0\.1 is taken/);
});

test("a call from within the process has the facts of its Request", async () => {
	const app = new Hono<HttpEnv>();
	const config = {
		mode: "development",
		developmentForced: false,
		publicUrl: "http://localhost:9400",
		domainSuffix: "auth.localhost",
		trustedProxies: [],
		corsOrigins: [],
	} as const;
	app.use(createEdge({ config, clock, isRegisteredDomain: () => false }));
	app.post("/", (c) => c.json(c.get("edge")));
	const answer = await app.fetch(
		new Request("http://shop.auth.localhost:9400/?x=1", {
			method: "POST",
			body: "{}",
			headers: { "content-type": "application/x-amz-json-1.1" },
		}),
	);
	const edge = (await answer.json()) as { host: { kind: string }; raw: { target: string } };
	assert.equal(edge.host.kind, "prefixDomain");
	assert.equal(edge.raw.target, "/?x=1");
	assert.ok(answer.headers.get("date"));
	assert.equal((await app.fetch(new Request("http://evil.com/", { method: "POST" }))).status, 421);
});
