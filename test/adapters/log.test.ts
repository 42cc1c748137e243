import assert from "node:assert/strict";
import { test } from "node:test";
import { createClock } from "../../src/adapters/clock.ts";
import { createInbox, inboxMessagesMax } from "../../src/adapters/inbox.ts";
import { createLog } from "../../src/adapters/log.ts";
import { createMeters } from "../../src/adapters/meters.ts";

function logged(facts: object, message = "m"): string {
	const lines: string[] = [];
	createLog({ destination: { write: (line: string) => void lines.push(line) } }).warn(facts, message);
	return lines.join("");
}

test("facts are one line of JSON", () => {
	const line = JSON.parse(logged({ userPoolId: "us-east-1_a", took: 3 }, "signed in")) as Record<string, unknown>;
	assert.deepEqual({ ...line, time: undefined }, { level: 40, time: undefined, userPoolId: "us-east-1_a", took: 3, msg: "signed in" });
});

test("secrets are redacted by their names, however deep", () => {
	const facts = {
		Password: "hunter22",
		a: { b: [{ secretHash: "hunter22" }, { AccessToken: "hunter22" }] },
		code: 622222,
		ConfirmationCode: "hunter22",
		headers: { Authorization: "hunter22", cookie: "hunter22" },
		Session: "hunter22",
		clientSecret: Buffer.from("hunter22"),
		PreviousPassword: { nested: "hunter22" },
	};
	const text = logged(facts);
	assert.ok(!text.includes("hunter22"), text);
	assert.ok(!text.includes("622222"), text);
});

test("secrets are redacted by their looks, in facts, errors and messages", () => {
	const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJl";
	const error = new Error(`bad token ${jwt} for postgres://user:hunter22@db/x`, { cause: new Error(`Bearer ${jwt}`) });
	Object.assign(error, { parameters: ["hunter22"], code: "23505" });
	for (const text of [
		logged({ note: jwt }),
		logged({ error }),
		logged({}, `Authorization: Bearer ${jwt}`),
		logged({ url: "smtp://user:hunter22@mail.example.com" }),
		logged({ note: "AWS4-HMAC-SHA256 Credential=AK/20260101/x, Signature=hunter22" }),
		logged({ url: "/?X-Amz-Signature=hunter22&X-Amz-Security-Token=hunter22" }),
	]) {
		assert.ok(!text.includes("hunter22") && !text.includes("c2lnbmF0dXJl") && !text.includes("eyJzdWIi"), text);
	}
	assert.match(logged({ error }), /"errorCode":"23505"/);
});

test("each of their looks gives a secret away by itself, in any case of letters", () => {
	for (const text of [
		"eyJhbGciOiJIUzI1NiJ9.hunter22",
		"Bearer hunter22",
		"BASIC hunter22",
		"signature=hunter22",
		"X-Amz-Signature=hunter22",
		"x-amz-security-token=hunter22",
		"redis://:hunter22@cache",
	]) {
		assert.ok(!logged({ note: text }).includes("hunter22"), text);
	}
});

test("cycles, deep and long facts are cut", () => {
	const cycle: Record<string, unknown> = { text: "x".repeat(100_000), list: Array.from({ length: 10_000 }, (_, i) => i) };
	cycle["self"] = cycle;
	assert.ok(logged(cycle).length < 60_000);
});

test("debug is silent unless asked for", () => {
	const lines: string[] = [];
	createLog({ destination: { write: (line: string) => void lines.push(line) } }).debug({}, "quiet");
	assert.deepEqual(lines, []);
});

test("the inbox keeps the newest thousand messages", async () => {
	const inbox = createInbox(createClock());
	const about = { userPoolId: "p", username: "u", trigger: "t" };
	for (let i = 0; i < inboxMessagesMax + 5; i++) await inbox.sms.send({ id: `${i}`, to: `+${i}`, text: "x", about });
	const all = inbox.list();
	assert.equal(all.length, inboxMessagesMax);
	assert.equal(all[0]?.to, `+${inboxMessagesMax + 4}`);
	assert.equal(all.at(-1)?.to, "+5");
	assert.equal(all[0]?.code, null);
	inbox.clear();
	assert.equal(inbox.list().length, 0);
});

test("the clock moves forward and back to the real time, the monotonic one never", () => {
	const clock = createClock();
	const before = clock.monotonic();
	clock.advance(3_600_000);
	assert.ok(clock.now() - Date.now() > 3_599_000);
	assert.ok(clock.monotonic() - before < 10_000);
	clock.reset();
	assert.ok(Math.abs(clock.now() - Date.now()) < 1_000);
});

test("metrics stay bounded however many labels come", async () => {
	const meters = createMeters();
	for (let i = 0; i < 5_000; i++) meters.operation("cognito-idp", `Made${i}`, "ok", 0.001);
	for (let i = 0; i < 500; i++) meters.count(`made_${i}`);
	meters.count("made_1", 4);
	let store = 7;
	meters.gauge("store_batches", "Batches", () => store);
	store = 8;
	const text = await meters.text();
	assert.ok((text.match(/^gatehouse_operations_total\{/gm)?.length ?? 0) <= 1_002);
	assert.match(text, /gatehouse_operations_total\{service="other",operation="other",outcome="other"\} \d{4}/);
	assert.match(text, /^gatehouse_made_1_total 5$/m);
	assert.ok(!text.includes("gatehouse_made_499_total"));
	assert.match(text, /^gatehouse_store_batches 8$/m);
});
