/** A real server process that is ended by kill -9 in the middle of an import, and started again. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import {
	AdminGetUserCommand,
	CognitoIdentityProviderClient,
	DescribeUserImportJobCommand,
	DescribeUserPoolCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { runGatehouse } from "../support/command-line.ts";
import type { Gatehouse } from "../support/gatehouse.ts";
import { createJob, csvOf, headerOf, logOf, person, startJob, upload } from "../support/imports.ts";
import { freePort } from "../support/ports.ts";
import { startPostgres } from "../support/postgres.ts";
import { createPool } from "../support/user-pools.ts";

const users = 3000;

async function importThroughKills(databaseUrl: string, folder: string, kills: number): Promise<void> {
	const port = await freePort();
	const url = `http://127.0.0.1:${port}`;
	const client = new CognitoIdentityProviderClient({
		endpoint: url,
		region: "us-east-1",
		credentials: { accessKeyId: "any", secretAccessKey: "any" },
		maxAttempts: 1,
	});
	const start = async () => {
		const running = runGatehouse([], { GATEHOUSE_PORT: `${port}`, GATEHOUSE_DATABASE_URL: databaseUrl, GATEHOUSE_DATA_DIR: folder });
		await running.says("ready");
		return running;
	};
	let server = await start();
	const gatehouse = { client, url, config: { publicUrl: `http://localhost:${port}` } } as Gatehouse;
	try {
		const UserPoolId = await createPool(gatehouse, { AutoVerifiedAttributes: ["email"] });
		const job = await createJob(gatehouse, UserPoolId);
		const rows = Array.from({ length: users }, (_, i) => person(`user-${i}`));
		assert.equal(await upload(job.url, csvOf(await headerOf(gatehouse, UserPoolId), rows)), "200");
		// What was uploaded is there, whatever happens to the server.
		server.child.kill("SIGKILL");
		await server.ended;
		server = await start();
		await startJob(gatehouse, UserPoolId, job.JobId);
		const describe = async () => {
			const { UserImportJob } = await client.send(new DescribeUserImportJobCommand({ UserPoolId, JobId: job.JobId }));
			return { status: UserImportJob?.Status, imported: UserImportJob?.ImportedUsers ?? 0 };
		};
		let before = 0;
		for (let kill = 0; kill < kills; kill++) {
			let now = await describe();
			while (now.imported <= before && now.status !== "Succeeded") now = await describe();
			assert.equal(now.status, "InProgress", "it is killed in the middle");
			server.child.kill("SIGKILL");
			await server.ended;
			server = await start();
			const after = await describe();
			assert.ok(after.imported >= now.imported, "nothing that was shown is lost");
			before = after.imported;
		}
		let last = await describe();
		while (last.status === "InProgress") last = await describe();
		assert.deepEqual(last, { status: "Succeeded", imported: users });
		const log = await logOf(gatehouse, UserPoolId, job.JobId);
		assert.deepEqual(
			log,
			Array.from({ length: users }, (_, i) => `[SUCCEEDED] Line Number ${i + 2} - The import succeeded.`),
		);
		const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }));
		assert.equal(UserPool?.EstimatedNumberOfUsers, users);
		for (const i of [0, 99, 100, users - 1]) await client.send(new AdminGetUserCommand({ UserPoolId, Username: `user-${i}` }));
	} finally {
		client.destroy();
		server.child.kill("SIGKILL");
		await server.ended;
	}
}

test("An import survives kill -9 of the server: no user is lost or imported twice (sqlite)", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-import-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	await importThroughKills(`sqlite:${join(folder, "gatehouse.db")}`, folder, 1);
});

test("An import survives kill -9 of the server: no user is lost or imported twice (postgres)", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-import-"));
	t.after(() => rmSync(folder, { recursive: true, force: true }));
	// One that syncs: Gatehouse refuses another.
	const postgres = await startPostgres({ fsync: true });
	t.after(() => postgres.stop());
	// Another process, which each start is to this engine, waits for the lease.
	await importThroughKills(await postgres.createDatabase(), folder, 1);
});
