import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPage, checkPeer, findAudience } from "../../src/http/guard.ts";
import { createHostRules, isLoopbackName, parseHost } from "../../src/http/hosts.ts";
import { createOriginRules, isLoopbackOrigin } from "../../src/http/origins.ts";
import { createAddressSet, findClient, isLoopbackAddress } from "../../src/http/peer.ts";
import { plainAddress, type RawRequest } from "../../src/http/request.ts";

function raw(headers: [string, string][] = [], facts: Partial<RawRequest> = {}): RawRequest {
	return { method: "POST", target: "/", headers, peerAddress: "127.0.0.1", localAddress: "127.0.0.1", encrypted: false, ...facts };
}

const hostRules = createHostRules(
	{ publicUrl: "https://id.example.com", domainSuffix: "auth.example.com" },
	(name) => name === "login.customer.org",
);

for (const host of [
	"localhost",
	"LocalHost:9400",
	"gate.localhost:9400",
	"127.0.0.1:1",
	"127.8.9.10",
	"[::1]:9400",
	"id.example.com",
	"ID.example.com:8443",
	"auth.example.com",
]) {
	test(`Host ${host} is the server`, async () => {
		const verdict = await hostRules.find(raw([["Host", host]]));
		assert.equal(typeof verdict === "object" && verdict.kind, "server");
	});
}

test("the public URL's host is the server even below the domain suffix", async () => {
	const rules = createHostRules({ publicUrl: "https://auth.example.com", domainSuffix: "example.com" }, () => false);
	const verdict = await rules.find(raw([["Host", "auth.example.com"]]));
	assert.equal(typeof verdict === "object" && verdict.kind, "server");
});

test("a prefix below the suffix and a registered name are domains", async () => {
	assert.deepEqual(await hostRules.find(raw([["host", "shop.auth.example.com:9400"]])), {
		kind: "prefixDomain",
		hostname: "shop.auth.example.com",
		prefix: "shop",
	});
	assert.deepEqual(await hostRules.find(raw([["host", "login.customer.org"]])), { kind: "customDomain", hostname: "login.customer.org" });
});

test("the address that a request arrived at is ours, another address is not", async () => {
	const at = (host: string, localAddress: string) => hostRules.find(raw([["host", host]], { localAddress }));
	assert.deepEqual(await at("192.0.2.7:9400", "192.0.2.7"), { kind: "server", hostname: "192.0.2.7" });
	assert.equal(await at("192.0.2.8:9400", "192.0.2.7"), "notOurs");
	assert.deepEqual(await at("[2001:DB8:0::1]", "2001:db8::1"), { kind: "server", hostname: "[2001:db8::1]" });
	assert.equal(plainAddress("::ffff:192.0.2.7"), "192.0.2.7");
});

for (const host of [
	"evil.com:9400",
	"localhost.evil.com",
	"evil-localhost",
	"0.0.0.0:9400",
	"[::]:9400",
	"[::ffff:127.0.0.1]",
	"a.b.auth.example.com",
	"xauth.example.com",
	"id.example.com.evil.com",
	"gatehouse",
	"169.254.169.254",
]) {
	test(`Host ${host} is not ours`, async () => assert.equal(await hostRules.find(raw([["Host", host]])), "notOurs"));
}

for (const host of [
	"",
	"localhost.",
	"localhost:9400.",
	"user@localhost",
	"localhost@evil.com",
	"localhost, evil.com",
	"localhost/evil",
	"127.1",
	"127.1:9400",
	"2130706433",
	"0x7f.0.0.1",
	"0177.0.0.1",
	"[::1",
	"[::1%lo]",
	"::1",
	"localhost:99999",
	"localhost:",
	"loc alhost",
	"lоcalhost",
	".localhost",
]) {
	test(`Host ${JSON.stringify(host)} is malformed`, async () => {
		assert.equal(await hostRules.find(raw([["Host", host]])), "malformed");
		assert.equal(parseHost(host), undefined);
	});
}

test("no Host, two Hosts and a target with a host of its own are malformed", async () => {
	assert.equal(await hostRules.find(raw([])), "malformed");
	assert.equal(
		await hostRules.find(
			raw([
				["Host", "localhost"],
				["host", "localhost"],
			]),
		),
		"malformed",
	);
	assert.equal(await hostRules.find(raw([["Host", "localhost"]], { target: "http://evil.com/" })), "malformed");
	assert.equal(await hostRules.find(raw([["Host", "localhost"]], { target: "/a#/_gatehouse" })), "malformed");
});

test("loopback names are those that nobody can point elsewhere", () => {
	for (const name of ["localhost", "a.localhost", "127.0.0.1", "[::1]"]) assert.ok(isLoopbackName(name), name);
	for (const name of ["localhost.", "localhost.evil.com", "127.0.0.1.evil.com", "127.evil.com", "128.0.0.1", "notlocalhost", "::1"])
		assert.ok(!isLoopbackName(name), name);
});

for (const origin of [
	"http://localhost",
	"http://localhost:3000",
	"https://app.localhost:3000",
	"http://127.0.0.1:8080",
	"http://[::1]:3000",
]) {
	test(`Origin ${origin} is loopback`, () => assert.ok(isLoopbackOrigin(origin)));
}

for (const origin of [
	"null",
	"",
	"https://evil.com",
	"http://localhost.evil.com",
	"http://localhost@evil.com",
	"http://localhost:80@evil.com",
	"http://evil.com/#localhost",
	"http://localhost.",
	"http://127.1",
	"http://127.0.0.1.evil.com",
	"http://LOCALHOST:3000",
	"http://localhost:3000/",
	"http://localhost:3000, http://evil.com",
	"file://localhost",
	"capacitor://localhost",
	"http://[::ffff:127.0.0.1]",
	"http://0.0.0.0:3000",
]) {
	test(`Origin ${JSON.stringify(origin)} is not loopback`, () => assert.ok(!isLoopbackOrigin(origin)));
}

test("a page is allowed by loopback, the public URL or the configuration, and foreign otherwise", () => {
	const origins = createOriginRules({
		publicUrl: "https://id.example.com",
		corsOrigins: ["https://app.example.com", "capacitor://localhost"],
	});
	const page = (...headers: [string, string][]) => origins.page(headers);
	assert.equal(page(), "none");
	assert.equal(page(["Origin", "http://localhost:3000"], ["Sec-Fetch-Site", "cross-site"]), "allowed");
	assert.equal(page(["Origin", "https://id.example.com"]), "allowed");
	assert.equal(page(["origin", "https://app.example.com"]), "allowed");
	assert.equal(page(["origin", "capacitor://localhost"]), "allowed");
	assert.equal(page(["origin", "https://app.example.com:8443"]), "foreign");
	assert.equal(page(["origin", "null"]), "foreign");
	assert.equal(page(["origin", "http://localhost:3000"], ["Origin", "https://evil.com"]), "foreign");
	assert.equal(page(["sec-fetch-site", "cross-site"]), "foreign");
	assert.equal(page(["sec-fetch-site", "same-origin"]), "none");
	assert.equal(page(["sec-fetch-site", "none"]), "none");
});

const development = { mode: "development", developmentForced: false } as const;
const direct = { ip: "127.0.0.1", protocol: "http", throughProxy: false } as const;

test("development refuses a peer that is not loopback", () => {
	for (const peerAddress of ["127.0.0.1", "127.5.5.5", "::1", undefined])
		assert.equal(checkPeer(development, raw([], { peerAddress }), direct), undefined, String(peerAddress));
	for (const peerAddress of ["192.168.0.9", "10.0.0.1", "172.17.0.1", "2001:db8::1", "fe80::1", ""])
		assert.ok(checkPeer(development, raw([], { peerAddress }), direct), peerAddress);
	assert.equal(checkPeer({ mode: "development", developmentForced: true }, raw([], { peerAddress: "192.168.0.9" }), direct), undefined);
	assert.equal(checkPeer({ mode: "production", developmentForced: false }, raw([], { peerAddress: "192.168.0.9" }), direct), undefined);
	assert.ok(isLoopbackAddress("::ffff:127.0.0.1"));
	assert.ok(!isLoopbackAddress("::ffff:192.168.0.9"));
});

for (const name of ["Forwarded", "X-Forwarded-For", "x-forwarded-proto", "X-Forwarded-Host", "Via"]) {
	test(`development refuses a request with ${name}, unless it is forced or the proxy is trusted`, () => {
		const request = raw([[name, "x"]]);
		assert.match(checkPeer(development, request, direct)?.message ?? "", /came through a proxy/);
		assert.equal(checkPeer({ mode: "development", developmentForced: true }, request, direct), undefined);
		assert.equal(checkPeer(development, request, { ...direct, throughProxy: true }), undefined);
		assert.equal(checkPeer({ mode: "production", developmentForced: false }, request, direct), undefined);
	});
}

const json: [string, string] = ["Content-Type", "application/x-amz-json-1.1"];
const form: [string, string] = ["Content-Type", "application/x-www-form-urlencoded"];

test("what is protected to foreign pages: signed requests and forms at the API, and the operations", () => {
	const refused = (path: string, request: RawRequest) => checkPage(findAudience(path, request), "foreign") !== undefined;
	assert.equal(refused("/", raw([json])), false);
	assert.equal(
		refused("/", raw([json, ["Authorization", "AWS4-HMAC-SHA256 Credential=MADEUP/20260101/us-east-1/cognito-idp/aws4_request"]])),
		true,
	);
	assert.equal(refused("/", raw([json, ["X-Amz-Security-Token", "x"]])), true);
	assert.equal(refused("/", raw([json], { target: "/?X-Amz-Signature=0" })), true);
	assert.equal(refused("/", raw([json], { target: "/?%58-Amz-Credential=0" })), true);
	assert.equal(refused("/", raw([form])), true);
	assert.equal(refused("/", raw([["Content-Type", "text/plain"]])), true);
	assert.equal(refused("/", raw([["Content-Type", "multipart/form-data; boundary=x"]])), true);
	assert.equal(refused("/", raw([])), true);
	assert.equal(refused("/", raw([json, form])), true);
	assert.equal(refused("/", raw([], { method: "GET", target: "/?Action=GetCallerIdentity" })), true);
	assert.equal(refused("/", raw([], { method: "GET" })), false);
	for (const path of ["/_gatehouse", "/_gatehouse/inbox", "/_gatehouse/reset", "/identitypools/x"])
		assert.equal(refused(path, raw([json])), true, path);
	for (const path of ["/us-east-1_abc/.well-known/jwks.json", "/oauth2/token", "/oauth2/userInfo", "/domains/shop/oauth2/token"])
		assert.equal(findAudience(path, raw([form])), "public", path);
	assert.equal(findAudience("/login", raw([form])), "none");
	assert.equal(checkPage("protected", "none"), undefined);
	assert.equal(checkPage("protected", "allowed"), undefined);
});

test("the client is the last hop that a trusted proxy vouches for", () => {
	const trusted = createAddressSet(["10.0.0.0/8", "2001:db8:1::/48"]);
	const ip = (peerAddress: string, ...forwarded: string[]) =>
		findClient(
			raw(
				forwarded.map((value) => ["X-Forwarded-For", value]),
				{ peerAddress },
			),
			trusted,
		).ip;
	assert.equal(ip("203.0.113.9", "1.1.1.1"), "203.0.113.9");
	assert.equal(ip("10.0.0.1", "6.6.6.6, 198.51.100.4"), "198.51.100.4");
	assert.equal(ip("10.0.0.1", "6.6.6.6, 198.51.100.4, 10.2.3.4"), "198.51.100.4");
	assert.equal(ip("10.0.0.1", "6.6.6.6", "198.51.100.4"), "198.51.100.4");
	assert.equal(ip("::ffff:10.0.0.1", "198.51.100.4:4711"), "198.51.100.4");
	assert.equal(ip("2001:db8:1::5", "[2001:db8:2::1]:443"), "2001:db8:2::1");
	assert.equal(ip("10.0.0.1", "6.6.6.6, unknown"), "10.0.0.1");
	assert.equal(ip("10.0.0.1"), "10.0.0.1");
	assert.equal(ip("10.0.0.1", "10.0.0.2, 10.0.0.3"), "10.0.0.2");
});

test("X-Forwarded-Proto is believed of a trusted proxy only, and its own word wins over the client's", () => {
	const trusted = createAddressSet(["10.0.0.0/8"]);
	const protocol = (peerAddress: string, value: string) =>
		findClient(raw([["X-Forwarded-Proto", value]], { peerAddress }), trusted).protocol;
	assert.equal(protocol("10.0.0.1", "https"), "https");
	assert.equal(protocol("10.0.0.1", "https, http"), "http");
	assert.equal(protocol("10.0.0.1", "gopher"), "http");
	assert.equal(protocol("192.0.2.1", "https"), "http");
});
