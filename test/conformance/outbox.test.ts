/** What becomes of messages that can't be sent at once: kept sealed, tried again, given up; and that nothing tells who is a user. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
	AdminCreateUserCommand,
	AdminDeleteUserCommand,
	ConfirmSignUpCommand,
	ForgotPasswordCommand,
	ResendConfirmationCodeCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { createRandom } from "../../src/adapters/random.ts";
import { delayAfter } from "../../src/domain/user-pools/outbox-attempts.ts";
import { dueMessages } from "../../src/domain/user-pools/outbox-runner.ts";
import type { MailMessage } from "../../src/kernel/ports.ts";
import { Undeliverable } from "../../src/kernel/undeliverable.ts";
import { eachEngine, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { emptied, rowsOf } from "../support/outbox.ts";
import { eachStore, explain } from "../support/stores.ts";
import { createClient, createPool, refuses, signUp } from "../support/user-pools.ts";

/** A mail server that fails as it is told, and keeps what it takes. */
function createSink() {
	const sink = {
		failure: undefined as Error | undefined,
		tries: [] as string[],
		taken: [] as MailMessage[],
		mail: {
			available: true,
			async send(message: MailMessage) {
				sink.tries.push(message.id);
				if (sink.failure !== undefined) throw sink.failure;
				sink.taken.push(message);
			},
		},
	};
	return sink;
}

const hides = { PreventUserExistenceErrors: "ENABLED" } as const;

/** Takes up everything whose time has come. */
async function sendDue({ outbox }: Gatehouse): Promise<void> {
	while ((await outbox.step()).more);
}

eachEngine(
	"A message that can't be sent yet is no failure: it is kept sealed, tried again with growing delays, and sent once",
	async (engine) => {
		const sink = createSink();
		const gatehouse = await startGatehouse({ engine, ports: { mail: sink.mail } });
		try {
			const pool = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
			const { id: ClientId } = await createClient(gatehouse, pool);
			sink.failure = new Error("connect ECONNREFUSED");
			await signUp(gatehouse, ClientId, "ann", { email: "ann@example.com" });
			assert.equal(sink.tries.length, 1);
			const [row] = await rowsOf(gatehouse);
			assert.equal(row?.attempts, 1);
			const text = Buffer.from(row?.sealed ?? []).toString("latin1");
			assert.ok(!text.includes("ann@example.com") && !text.includes("verification"), "the row is sealed");
			assert.ok(gatehouse.logged.some((line) => line.includes("a message could not be sent yet") && line.includes("ECONNREFUSED")));

			await sendDue(gatehouse);
			assert.equal(sink.tries.length, 1, "not before its time");
			gatehouse.clock.advance(6_500);
			await sendDue(gatehouse);
			assert.equal(sink.tries.length, 2);
			gatehouse.clock.advance(6_500);
			await sendDue(gatehouse);
			assert.equal(sink.tries.length, 2, "the second delay is longer");
			sink.failure = undefined;
			gatehouse.clock.advance(6_500);
			await sendDue(gatehouse);
			assert.equal(sink.taken.length, 1);
			assert.deepEqual(new Set(sink.tries), new Set([row?.id]), "it is one message");
			await emptied(gatehouse);
			const ConfirmationCode = sink.taken[0]?.about.code ?? "";
			await gatehouse.client.send(new ConfirmSignUpCommand({ ClientId, Username: "ann", ConfirmationCode }));
			assert.ok(gatehouse.logged.every((line) => !line.includes(ConfirmationCode)));
		} finally {
			await gatehouse.stop();
		}
	},
);

eachEngine("A message is given up once it is of no use, or refused for good, and goes with its user", async (engine) => {
	const sink = createSink();
	const gatehouse = await startGatehouse({ engine, ports: { mail: sink.mail } });
	try {
		const pool = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const { id: ClientId } = await createClient(gatehouse, pool);
		sink.failure = new Error("421 later");
		await signUp(gatehouse, ClientId, "ann", { email: "ann@example.com" });
		gatehouse.clock.advance(24 * 3_600_000);
		await sendDue(gatehouse);
		assert.equal(sink.tries.length, 1, "its code has expired");
		await emptied(gatehouse);
		assert.ok(gatehouse.logged.some((line) => line.includes("a message was given up")));

		await signUp(gatehouse, ClientId, "bob", { email: "bob@example.com" });
		sink.failure = new Undeliverable("550 no such mailbox");
		gatehouse.clock.advance(60_000);
		await sendDue(gatehouse);
		assert.equal(sink.tries.length, 3);
		await emptied(gatehouse);
		await refuses(
			gatehouse.client.send(new ResendConfirmationCodeCommand({ ClientId, Username: "bob" })),
			"CodeDeliveryFailureException",
			"The message could not be delivered.",
		);
		await emptied(gatehouse);

		sink.failure = new Error("421 later");
		await gatehouse.client.send(
			new AdminCreateUserCommand({
				...{ UserPoolId: pool, Username: "cal", DesiredDeliveryMediums: ["EMAIL"] },
				UserAttributes: [{ Name: "email", Value: "cal@example.com" }],
			}),
		);
		assert.equal((await rowsOf(gatehouse)).length, 1);
		await gatehouse.client.send(new AdminDeleteUserCommand({ UserPoolId: pool, Username: "cal" }));
		assert.equal((await rowsOf(gatehouse)).length, 0);
	} finally {
		await gatehouse.stop();
	}
});

eachEngine("Where nobody may learn who exists, somebody whom nothing is sent to has a row all the same", async (engine) => {
	const sink = createSink();
	const gatehouse = await startGatehouse({ engine, ports: { mail: sink.mail } });
	try {
		const pool = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const { id: ClientId } = await createClient(gatehouse, pool, hides);
		await signUp(gatehouse, ClientId, "ann", { email: "ann@example.com" });
		await emptied(gatehouse);
		const costs: number[] = [];
		for (const Username of ["ann", "nobody"]) {
			const { batches } = gatehouse.store.counts;
			await gatehouse.client.send(new ResendConfirmationCodeCommand({ ClientId, Username }));
			await emptied(gatehouse);
			costs.push(gatehouse.store.counts.batches - batches);
		}
		assert.deepEqual(costs, [2, 2], "its insertion with the code, and its deletion");
		await gatehouse.client.send(new ForgotPasswordCommand({ ClientId, Username: "nobody" }));
		await emptied(gatehouse);
		assert.deepEqual(
			sink.taken.map(({ to }) => to),
			["ann@example.com", "ann@example.com"],
		);
	} finally {
		await gatehouse.stop();
	}
});

test("Of two nodes that find a message whose time has come one sends it", async () => {
	const sink = createSink();
	const gatehouse = await startGatehouse({ engine: "postgres", ports: { mail: sink.mail } });
	const other = await gatehouse.node();
	try {
		const pool = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const { id: ClientId } = await createClient(gatehouse, pool);
		sink.failure = new Error("connect ECONNREFUSED");
		await Promise.all(Array.from({ length: 12 }, (_, i) => signUp(gatehouse, ClientId, `u${i}`, { email: `u${i}@example.com` })));
		sink.failure = undefined;
		gatehouse.clock.advance(6_500);
		await Promise.all([sendDue(gatehouse), sendDue(other)]);
		await emptied(gatehouse);
		assert.equal(sink.taken.length, 12);
		assert.equal(new Set(sink.taken.map(({ id }) => id)).size, 12);
	} finally {
		await other.stop();
		await gatehouse.stop();
	}
});

test("The delays grow from 5 seconds to 15 minutes, and differ by a fifth at most", () => {
	const random = createRandom();
	for (const [attempts, seconds] of [
		[1, 5],
		[2, 10],
		[6, 160],
		[8, 640],
		[9, 900],
		[1000, 900],
	] as const) {
		const delays = Array.from({ length: 50 }, () => delayAfter(random, attempts));
		assert.ok(delays.every((delay) => delay >= seconds * 800 && delay <= seconds * 1200));
		assert.ok(new Set(delays).size > 10);
	}
});

test("messages whose time has come are found", (t) =>
	eachStore(t, "in the order of an index", async (store) => {
		const plan = await explain(store, dueMessages);
		assert.ok(plan.isIndexSearch, plan.text);
	}));
