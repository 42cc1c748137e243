import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import { after, test } from "node:test";
import { SMTPServer } from "smtp-server";
import { createMailSender, securedUrl } from "../../src/adapters/mail.ts";
import { createUnavailable } from "../../src/adapters/unavailable.ts";
import { Undeliverable } from "../../src/kernel/undeliverable.ts";

const arrived: { from: string; to: string[]; text: string }[] = [];
const sink = new SMTPServer({
	authOptional: true,
	disabledCommands: ["AUTH", "STARTTLS"],
	onData(stream, session, done) {
		let text = "";
		stream.setEncoding("utf8");
		stream.on("data", (chunk: string) => {
			text += chunk;
		});
		stream.on("end", () => {
			const { mailFrom, rcptTo } = session.envelope;
			arrived.push({ from: mailFrom === false ? "" : mailFrom.address, to: rcptTo.map(({ address }) => address), text });
			done();
		});
	},
});
await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
const { port } = sink.server.address() as AddressInfo;
const sender = createMailSender({ url: `smtp://127.0.0.1:${port}`, from: "Gatehouse <no-reply@example.com>" });
after(() => {
	sender.close();
	sink.close();
});

const about = { userPoolId: "us-east-1_a", username: "ann", trigger: "CustomMessage_SignUp", code: "123456" };
const message = { id: "id-1", to: "ann@example.com", subject: "Your code: ünï", text: "code 123456", html: "<b>code 123456</b>", about };

test("a message arrives with text, HTML, sender and an encoded subject", async () => {
	await sender.send(message);
	const mail = arrived.at(-1);
	assert.equal(mail?.from, "no-reply@example.com");
	assert.deepEqual(mail?.to, ["ann@example.com"]);
	assert.match(mail?.text ?? "", /^From: Gatehouse <no-reply@example\.com>\r$/m);
	assert.match(mail?.text ?? "", /^Subject: =\?UTF-8\?/m);
	assert.match(mail?.text ?? "", /^code 123456\r$/m);
	assert.match(mail?.text ?? "", /<b>code 123456<\/b>/);
});

test("a pool's own sender and reply address are used", async () => {
	await sender.send({ ...message, from: "Shop <shop@example.com>", replyTo: "help@example.com" });
	assert.equal(arrived.at(-1)?.from, "shop@example.com");
	assert.match(arrived.at(-1)?.text ?? "", /^Reply-To: help@example\.com\r$/m);
});

test("headers and recipients that would add others are refused, and nothing is sent", async () => {
	const before = arrived.length;
	for (const bad of [
		{ subject: "x\r\nBcc: eve@example.com" },
		{ subject: "x\nBcc: eve@example.com" },
		{ from: "a@example.com\r\nBcc: eve@example.com" },
		{ replyTo: "a@example.com\nX: y" },
		{ to: "ann@example.com, eve@example.com" },
		{ to: "ann@example.com;eve@example.com" },
		{ to: "ann@example.com\r\nRCPT TO:<eve@example.com>" },
		{ to: "Ann <ann@example.com>" },
		{ to: '"eve@example.com"@example.com' },
		{ to: "ann" },
		{ to: "" },
		{ to: "a b@example.com" },
	]) {
		await assert.rejects(sender.send({ ...message, ...bad }), /control characters|not one plain e-mail address/, JSON.stringify(bad));
	}
	assert.equal(arrived.length, before);
});

test("content can't name files or URLs of the server", async () => {
	// What a caller without types could smuggle in: an object in place of text.
	await assert.rejects(sender.send({ ...message, text: { path: "/etc/hostname" } as unknown as string }), /disabled|rejected/i);
});

test("a server that is not there is an error, and so is none at all", async () => {
	const gone = createMailSender({ url: "smtp://127.0.0.1:1", from: "a@example.com" });
	await assert.rejects(gone.send(message), /ECONNREFUSED/);
	gone.close();
	const none = createUnavailable("GATEHOUSE_SMTP_URL");
	assert.equal(none.available, false);
	await assert.rejects(none.send(message), /GATEHOUSE_SMTP_URL/);
});

test("credentials need TLS beyond this machine, unless the URL says otherwise", () => {
	for (const url of [
		"smtp://user:pass@mail.example.com",
		"smtp://user:pass@mail.example.com:587?requireTLS=false",
		"smtp://user:pass@localhost.example.com",
		"smtp://user:pass@128.0.0.1",
	]) {
		assert.equal(new URL(securedUrl(url)).searchParams.get("requireTLS"), "true", url);
	}
	for (const url of [
		"smtp://mail.example.com",
		"smtp://user:pass@localhost:1025",
		"smtp://user:pass@127.0.0.1",
		"smtp://user:pass@[::1]",
		"smtp://user:pass@mail?ignoreTLS=true",
	]) {
		assert.equal(new URL(securedUrl(url)).searchParams.get("requireTLS"), null, url);
	}
});

test("a sign-in in clear to a server without TLS does not happen", async () => {
	// The sink offers no STARTTLS.
	const demanding = createMailSender({ url: `smtp://user:pass@127.0.0.1:${port}?requireTLS=true`, from: "a@example.com" });
	const before = arrived.length;
	await assert.rejects(demanding.send(message), /STARTTLS|TLS/);
	assert.equal(arrived.length, before);
	demanding.close();
});

test("each attempt has the same Message-ID, of the sender's domain", async () => {
	for (const from of [undefined, undefined, "Shop <shop@shop.example>"]) {
		await sender.send({ ...message, id: "0f9c2a4e-1", ...(from && { from }) });
	}
	const ids = arrived.slice(-3).map(({ text }) => /^Message-ID: (.*)\r$/im.exec(text)?.[1]);
	assert.deepEqual(ids, ["<0f9c2a4e-1@example.com>", "<0f9c2a4e-1@example.com>", "<0f9c2a4e-1@shop.example>"]);
});

test("what a server refuses for good is told from what may pass", async (t) => {
	const answer = (responseCode: number) => Object.assign(new Error("no"), { responseCode });
	const choosy = new SMTPServer({
		disabledCommands: ["STARTTLS"],
		authOptional: true,
		onAuth: (_, __, done) => done(answer(535)),
		onRcptTo: ({ address }, _, done) => done(/^rcpt-(\d+)@/.test(address) ? answer(Number(address.slice(5, 8))) : null),
		onData(stream, { envelope }, done) {
			stream.resume();
			stream.on("end", () => done(answer(Number(/^data-(\d+)@/.exec(envelope.rcptTo[0]?.address ?? "")?.[1]))));
		},
	});
	await new Promise<void>((resolve) => choosy.listen(0, "127.0.0.1", resolve));
	const { port: choosyPort } = choosy.server.address() as AddressInfo;
	const open = createMailSender({ url: `smtp://127.0.0.1:${choosyPort}`, from: "a@example.com" });
	const known = createMailSender({ url: `smtp://user:wrong@127.0.0.1:${choosyPort}`, from: "a@example.com" });
	t.after(() => {
		open.close();
		known.close();
		choosy.close();
	});
	for (const [to, forGood] of [
		["rcpt-550@example.com", true],
		["rcpt-450@example.com", false],
		["data-554@example.com", true],
		["data-451@example.com", false],
	] as const) {
		await assert.rejects(open.send({ ...message, to }), (error) => error instanceof Undeliverable === forGood, to);
	}
	await assert.rejects(known.send(message), (error: Error) => !(error instanceof Undeliverable) && /535/.test(error.message));
});
