/** SES and SNS by the real SDK, against a server that verifies its signatures and answers as they do. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { after, beforeEach, test } from "node:test";
import { createSes } from "../../src/adapters/ses.ts";
import { createSns } from "../../src/adapters/sns.ts";
import { parseAuthorization, verifySignature } from "../../src/crypto/sigv4.ts";
import { Undeliverable } from "../../src/kernel/undeliverable.ts";
import { startGatehouse } from "../support/gatehouse.ts";
import { createClient, createPool, refuses, signUp } from "../support/user-pools.ts";

const secretAccessKey = "secret of this test";
const environment = {
	AWS_ACCESS_KEY_ID: "KEYOFTHISTEST",
	AWS_SECRET_ACCESS_KEY: secretAccessKey,
	AWS_EC2_METADATA_DISABLED: "true",
	AWS_CONFIG_FILE: "/nonexistent",
	AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
};
const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
Object.assign(process.env, environment);

interface Seen {
	readonly service: string;
	readonly region: string;
	readonly path: string;
	readonly body: string;
}

let seen: Seen[] = [];
/** What is answered instead of success: an error's name and its status. */
let refusal: { readonly name: string; readonly status: number } | undefined;
beforeEach(() => {
	seen = [];
	refusal = undefined;
});

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html, https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const server = createServer(async (request, response) => {
	const body = Buffer.concat(await request.toArray());
	const { service, region } = verified(request, body);
	seen.push({ service, region, path: request.url ?? "", body: body.toString("utf8") });
	const { name, status } = refusal ?? { name: "", status: 200 };
	if (service === "ses") {
		response.writeHead(status, { "content-type": "application/json", ...(name !== "" && { "x-amzn-errortype": name }) });
		response.end(JSON.stringify(name === "" ? { MessageId: "of-ses" } : { message: "no" }));
		return;
	}
	response.writeHead(status, { "content-type": "text/xml" });
	response.end(
		name === ""
			? "<PublishResponse><PublishResult><MessageId>of-sns</MessageId></PublishResult></PublishResponse>"
			: `<ErrorResponse><Error><Type>Sender</Type><Code>${name}</Code><Message>no</Message></Error></ErrorResponse>`,
	);
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const [ses, sns] = [createSes(url), createSns(url)];
after(() => {
	ses.close();
	sns.close();
	server.close();
	for (const [name, value] of before) {
		if (value === undefined) delete process.env[name];
		else process.env[name] = value;
	}
});

function verified({ method = "", url: target = "", rawHeaders }: IncomingMessage, body: Uint8Array) {
	const headers = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? ""] as const] : []));
	const signed = parseAuthorization({ method, target, headers, body });
	assert.ok(!("refused" in signed) && verifySignature(signed, secretAccessKey), "the request is signed");
	assert.equal(signed.accessKeyId, environment.AWS_ACCESS_KEY_ID);
	return signed;
}

const identityArn = "arn:aws:ses:eu-west-1:123456789012:identity/shop@example.com";
const about = { userPoolId: "us-east-1_a", username: "ann", trigger: "CustomMessage_SignUp", code: "123456" };
const mail = {
	id: "id-1",
	to: "ann@example.com",
	subject: "Grüße",
	text: "code 123456",
	html: "<b>code 123456</b>",
	about,
	ses: { identityArn },
};
const sms = { id: "id-2", to: "+15550100", text: "code 123456", about, sns: { region: "eu-central-1" } };

test("SES gets a signed SendEmail in the region of the identity, as the pool has it", async () => {
	await ses.send({ ...mail, from: "Shop <shop@example.com>", replyTo: "help@example.com", ses: { identityArn, configurationSet: "set" } });
	const [{ service, region, path, body } = assert.fail()] = seen;
	assert.deepEqual([service, region, path], ["ses", "eu-west-1", "/v2/email/outbound-emails"]);
	assert.deepEqual(JSON.parse(body), {
		FromEmailAddress: "Shop <shop@example.com>",
		FromEmailAddressIdentityArn: identityArn,
		Destination: { ToAddresses: ["ann@example.com"] },
		ReplyToAddresses: ["help@example.com"],
		ConfigurationSetName: "set",
		Content: {
			Simple: {
				Subject: { Data: "Grüße", Charset: "UTF-8" },
				Body: { Text: { Data: "code 123456", Charset: "UTF-8" }, Html: { Data: "<b>code 123456</b>", Charset: "UTF-8" } },
				Headers: [{ Name: "X-Gatehouse-Message-Id", Value: "id-1" }],
			},
		},
	});
	await ses.send(mail);
	assert.equal(JSON.parse(seen[1]?.body ?? "").FromEmailAddress, "shop@example.com");
});

test("SNS gets a signed Publish of a transactional SMS in the pool's region", async () => {
	await sns.send(sms);
	const [{ service, region, body } = assert.fail()] = seen;
	assert.deepEqual([service, region], ["sns", "eu-central-1"]);
	const form = Object.fromEntries(new URLSearchParams(body));
	assert.equal(form["Action"], "Publish");
	assert.equal(form["PhoneNumber"], "+15550100");
	assert.equal(form["Message"], "code 123456");
	assert.equal(form["MessageAttributes.entry.1.Name"], "AWS.SNS.SMS.SMSType");
	assert.equal(form["MessageAttributes.entry.1.Value.StringValue"], "Transactional");
});

test("what is refused of the message is refused for good, and what is of the account may pass", async () => {
	const isForGood = (send: Promise<void>) =>
		send.then(
			() => assert.fail("it should have failed"),
			(error: unknown) => error instanceof Undeliverable,
		);
	for (const [name, status, forGood] of [
		["MessageRejected", 400, true],
		["BadRequestException", 400, true],
		["LimitExceededException", 400, false],
		["TooManyRequestsException", 429, false],
		["InternalFailure", 500, false],
	] as const) {
		refusal = { name, status };
		assert.equal(await isForGood(ses.send(mail)), forGood, name);
	}
	for (const [name, status, forGood] of [
		["InvalidParameter", 400, true],
		["ParameterValueInvalid", 400, true],
		["OptedOut", 400, true],
		["AuthorizationError", 403, false],
		["Throttled", 429, false],
		["InternalError", 500, false],
	] as const) {
		refusal = { name, status };
		assert.equal(await isForGood(sns.send(sms)), forGood, name);
	}
	seen = [];
	assert.ok(await isForGood(ses.send({ ...mail, to: "ann@example.com, eve@example.com" })));
	assert.ok(await isForGood(ses.send({ ...mail, ses: { identityArn: "arn:aws:iam::1:role/x" } })));
	assert.deepEqual(seen, []);
});

test("a pool that says DEVELOPER sends through SES, one with an SmsConfiguration through SNS, and others as all do", async () => {
	const gatehouse = await startGatehouse({ ports: { ses, sns } });
	try {
		const own = await createPool(gatehouse, {
			AutoVerifiedAttributes: ["email", "phone_number"],
			EmailConfiguration: { EmailSendingAccount: "DEVELOPER", SourceArn: identityArn, From: "Shop <shop@example.com>" },
			SmsConfiguration: { SnsCallerArn: "arn:aws:iam::000000000000:role/sms", SnsRegion: "eu-central-1" },
		});
		const { id } = await createClient(gatehouse, own);
		await signUp(gatehouse, id, "ann", { email: "ann@example.com" });
		await signUp(gatehouse, id, "bob", { phone_number: "+15550001111" });
		assert.deepEqual(
			seen.map(({ service, region }) => [service, region]),
			[
				["ses", "eu-west-1"],
				["sns", "eu-central-1"],
			],
		);
		refusal = { name: "MessageRejected", status: 400 };
		await refuses(signUp(gatehouse, id, "cal", { email: "cal@example.com" }), "CodeDeliveryFailureException");
		refusal = { name: "TooManyRequestsException", status: 429 };
		await signUp(gatehouse, id, "dan", { email: "dan@example.com" });
		refusal = undefined;
		seen = [];
		gatehouse.clock.advance(6_500);
		await gatehouse.outbox.step();
		assert.match(seen[0]?.body ?? "", /dan@example\.com/);
		assert.deepEqual(gatehouse.inbox(), []);

		const plain = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"], EmailConfiguration: { SourceArn: identityArn } });
		await signUp(gatehouse, (await createClient(gatehouse, plain)).id, "ann", { email: "ann@example.com" });
		assert.equal(gatehouse.inbox().length, 1);
	} finally {
		await gatehouse.stop();
	}
});
