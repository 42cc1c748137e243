/** A pool that is asked whether a password is right, and answers late, in drops, or with nonsense. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { createAmazonCognito } from "../../src/adapters/amazon-cognito.ts";
import type { UpstreamAnswer } from "../../src/kernel/ports.ts";

// AdminGetUser is signed with whatever there is.
Object.assign(process.env, { AWS_ACCESS_KEY_ID: "any", AWS_SECRET_ACCESS_KEY: "any" });

const password = "Correct-Horse-7";
const shortMilliseconds = 400;

/** What comes of a sign-in at a server that answers so. */
async function askAt(t: TestContext, answer: RequestListener, milliseconds?: number): Promise<() => Promise<UpstreamAnswer>> {
	const server = createServer(answer).listen(0, "127.0.0.1");
	await once(server, "listening");
	const upstream = createAmazonCognito(milliseconds);
	t.after(() => {
		upstream.close();
		server.closeAllConnections();
		server.close();
	});
	const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const place = { region: "us-east-1", endpoint, userPoolId: "us-east-1_Abcdefghi", clientId: "client", clientSecret: undefined };
	return () => upstream.signIn(place, "ann", password);
}

test("A pool that never answers, or never comes to the end of its answer, is given up in time, and holds up nobody after it", async (t) => {
	const late: UpstreamAnswer = { kind: "unavailable", reason: "timeout" };
	for (const answer of [
		() => {},
		(_, response) => {
			response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
			const drops = setInterval(() => response.write(" "), 20);
			response.once("close", () => clearInterval(drops));
		},
	] satisfies RequestListener[]) {
		const ask = await askAt(t, answer, shortMilliseconds);
		// More than may wait at once: those are told so at once.
		const answers = await Promise.all(Array.from({ length: 60 }, ask));
		assert.equal(answers.filter(({ kind }) => kind === "unavailable").length, 60);
		assert.equal(answers.filter((each) => each.kind === "unavailable" && each.reason === "busy").length, 10);
		assert.deepEqual(await ask(), late);
	}
});

test("What is no answer of Cognito's is none, and no reason has the password in it", async (t) => {
	const status = (code: number, body: string): RequestListener => {
		return (_, response) => response.writeHead(code, { "content-type": "application/x-amz-json-1.1" }).end(body);
	};
	for (const [answer, kind] of [
		[status(200, "no JSON"), "refused"],
		[status(200, "[]"), "unavailable"],
		[status(400, `{"__type":"NotAuthorizedException","message":"${password}"}`), "refused"],
		[status(400, "<html>"), "refused"],
		[(request) => request.socket.destroy(), "unavailable"],
	] as const satisfies readonly (readonly [RequestListener, string])[]) {
		const told = await (await askAt(t, answer))();
		assert.equal(told.kind, kind, JSON.stringify(told));
		if (told.kind === "refused") assert.ok(!told.code.includes(password));
		if (told.kind === "unavailable") assert.ok(!told.reason.includes(password));
	}
});
