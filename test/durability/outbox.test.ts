/**
 * Mail through a real SMTP server that is down for a while, and a real server process that is ended by kill -9 in between: every mail
 * arrives, with one Message-ID however often it is tried; twice comes at most what was under way at a kill.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CognitoIdentityProviderClient, SignUpCommand } from "@aws-sdk/client-cognito-identity-provider";
import { SMTPServer } from "smtp-server";
import { type Database, openStore } from "../../src/storage/open.ts";
import { type Running, runGatehouse } from "../support/command-line.ts";
import type { Gatehouse } from "../support/gatehouse.ts";
import { rowsOf, until } from "../support/outbox.ts";
import { freePort } from "../support/ports.ts";
import { startPostgres } from "../support/postgres.ts";
import { systemClock, systemRandom } from "../support/stores.ts";
import { createClient, createPool, goodPassword } from "../support/user-pools.ts";

/** Longer than a lease and the delays after some failures. */
const leapSeconds = 180;
/** The kill comes when so many mails of its turn were taken. */
const takenBeforeKill = 6;

/** A mail server that takes every mail; `onTaken` is told when it has said so. */
function createSink(onTaken: () => void) {
	const taken: { readonly to: string; readonly id: string }[] = [];
	const server = new SMTPServer({
		authOptional: true,
		disabledCommands: ["AUTH", "STARTTLS"],
		onData(stream, session, done) {
			let text = "";
			stream.setEncoding("utf8").on("data", (chunk: string) => {
				text += chunk;
			});
			stream.on("end", () => {
				taken.push({ to: session.envelope.rcptTo[0]?.address ?? "", id: /^Message-ID: <([^@>]+)@/im.exec(text)?.[1] ?? "" });
				done();
				onTaken();
			});
		},
	});
	// Connections of a process that was killed.
	server.on("error", () => {});
	return { taken, server };
}

async function mailThroughKills(database: Database, folder: string): Promise<void> {
	const [port, smtpPort] = [await freePort(), await freePort()];
	const url = `http://127.0.0.1:${port}`;
	const credentials = { accessKeyId: "any", secretAccessKey: "any" };
	const client = new CognitoIdentityProviderClient({ endpoint: url, region: "us-east-1", credentials, maxAttempts: 1 });
	const env = {
		GATEHOUSE_PORT: `${port}`,
		GATEHOUSE_DATABASE_URL: database.engine === "sqlite" ? `sqlite:${database.path}` : database.url,
		GATEHOUSE_DATA_DIR: folder,
		GATEHOUSE_SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
		GATEHOUSE_MAIL_FROM: "no-reply@mail.example",
	};
	let leaps = 0;
	async function leap(seconds: number): Promise<void> {
		const { status } = await fetch(`${url}/_gatehouse/clock`, { method: "POST", body: JSON.stringify({ advanceSeconds: seconds }) });
		assert.equal(status, 200);
	}
	/** A new process has the real time: it goes to where the one before was, and on. */
	async function start(): Promise<Running> {
		const running = runGatehouse([], env);
		await running.says("ready");
		leaps++;
		await leap(leaps * leapSeconds);
		return running;
	}
	let killAt = Number.POSITIVE_INFINITY;
	const sink = createSink(() => {
		if (sink.taken.length >= killAt) server.child.kill("SIGKILL");
	});
	/** Messages that were taken and have their row still: they may come again. */
	const underWay = new Set<string>();
	const remaining = async () => {
		const store = await openStore(database, { clock: systemClock, random: systemRandom });
		try {
			return (await rowsOf({ store })).map(({ id }) => id);
		} finally {
			await store.close();
		}
	};
	async function afterKill(): Promise<string[]> {
		await server.ended;
		killAt = Number.POSITIVE_INFINITY;
		const rows = await remaining();
		for (const id of rows) if (sink.taken.some((mail) => mail.id === id)) underWay.add(id);
		return rows;
	}

	let server = await start();
	try {
		const gatehouse = { client, url } as Gatehouse;
		const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const { id: ClientId } = await createClient(gatehouse, UserPoolId);
		const acknowledged: string[] = [];
		const signUps = (prefix: string, count: number) =>
			Promise.allSettled(
				Array.from({ length: count }, async (_, i) => {
					const Username = `${prefix}-${i}`;
					const UserAttributes = [{ Name: "email", Value: `${Username}@example.com` }];
					await client.send(new SignUpCommand({ ClientId, Username, Password: goodPassword, UserAttributes }));
					acknowledged.push(`${Username}@example.com`);
				}),
			);
		const arrived = (to: string) => sink.taken.some((mail) => mail.to === to);

		// Nobody listens at the mail server's port: the sign-ups succeed, and their mails are kept.
		await signUps("down", 15);
		assert.equal(acknowledged.length, 15);
		assert.equal(sink.taken.length, 0);

		// The mail server is there again; the process ends in the middle of sending them.
		await new Promise<void>((resolve) => sink.server.listen(smtpPort, "127.0.0.1", resolve));
		killAt = takenBeforeKill;
		leaps++;
		await leap(leapSeconds);
		const rows = await afterKill();
		assert.ok(rows.length > 0 && sink.taken.length >= takenBeforeKill, "it is killed in the middle");

		// And in the middle of sign-ups.
		server = await start();
		await until("what was left has arrived", () => acknowledged.every(arrived));
		killAt = sink.taken.length + takenBeforeKill;
		await signUps("live", 15);
		// Some of them nobody was told of: they are there all the same.
		const left = await afterKill();

		server = await start();
		const ids = () => new Set(sink.taken.map(({ id }) => id));
		await until("everything has arrived", () => acknowledged.every(arrived) && left.every((id) => ids().has(id)));
		server.child.kill("SIGTERM");
		assert.equal((await server.ended).code, 0);
		assert.deepEqual(await remaining(), []);

		const received = new Map<string, string[]>();
		for (const { to, id } of sink.taken) received.set(to, [...(received.get(to) ?? []), id]);
		for (const [to, all] of received) {
			assert.match(all[0] ?? "", /^[0-9a-f-]{36}$/);
			assert.equal(new Set(all).size, 1, `${to} got one message, by its Message-ID`);
			assert.ok(all.length === 1 || underWay.has(all[0] ?? ""), `${to} got it ${all.length} times, and it was not under way at a kill`);
		}
	} finally {
		client.destroy();
		server.child.kill("SIGKILL");
		await server.ended;
		if (sink.server.server.listening) await new Promise<void>((resolve) => sink.server.close(() => resolve()));
	}
}

test("Mail arrives although the mail server is down and the server is killed, and twice only where it was under way (sqlite)", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-outbox-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	await mailThroughKills({ engine: "sqlite", path: join(folder, "gatehouse.db") }, folder);
});

test("Mail arrives although the mail server is down and the server is killed, and twice only where it was under way (postgres)", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-outbox-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	// One that syncs: Gatehouse refuses another.
	const postgres = await startPostgres({ fsync: true });
	t.after(() => postgres.stop());
	await mailThroughKills({ engine: "postgres", url: await postgres.createDatabase() }, folder);
});
