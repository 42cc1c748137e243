/** When access keys and roles were last used: what counts as a use, what is written of it and when, and what IAM says of it. */
import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { CognitoIdentityProviderClient, ListUserPoolsCommand } from "@aws-sdk/client-cognito-identity-provider";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import * as iam from "@aws-sdk/client-iam";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { createLastUses } from "../../src/domain/access/last-uses.ts";
import type { Principal } from "../../src/domain/call.ts";
import {
	account,
	allow,
	type Credentials,
	credentialsOf,
	type Directory,
	directoryOf,
	policy,
	refused,
	trusts,
} from "../support/access.ts";
import { runGatehouse } from "../support/command-line.ts";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";
import { freePort } from "../support/ports.ts";

const day = 24 * 3600_000;
const anyKey = { accessKeyId: "any", secretAccessKey: "any" };
const never = { ServiceName: "N/A", Region: "N/A" };
/** Nothing is there: what the policies refuse never gets so far. */
const upstream = { url: "http://127.0.0.1:9", region: "us-east-1", ...anyKey };

for (const engine of engines) {
	describe(`last uses (${engine})`, () => {
		let gatehouse: Gatehouse;
		let directory: Directory;
		const clients: { destroy(): void }[] = [];
		before(async () => {
			gatehouse = await startGatehouse({ engine, config: { access: { port: 0, s3: upstream, dynamodb: upstream } } });
			directory = directoryOf(gatehouse);
		});
		after(async () => {
			for (const client of clients) client.destroy();
			await gatehouse.stop();
		});

		const optionsOf = (credentials: Credentials, to: Gatehouse) => ({
			...{ endpoint: to.url, region: "us-east-1", maxAttempts: 1, credentials },
			// Signed at the test's time.
			systemClockOffset: gatehouse.clock.now() - Date.now(),
		});
		function kept<T extends { destroy(): void }>(client: T): T {
			clients.push(client);
			return client;
		}
		const iamOf = (credentials: Credentials = anyKey) => kept(new iam.IAMClient(optionsOf(credentials, gatehouse)));
		const stsOf = (credentials: Credentials = anyKey, to = gatehouse) => kept(new STSClient(optionsOf(credentials, to)));
		const callerOf = (credentials: Credentials, to?: Gatehouse) => stsOf(credentials, to).send(new GetCallerIdentityCommand({}));
		const poolsOf = (credentials: Credentials, region: string, to = gatehouse) =>
			kept(new CognitoIdentityProviderClient({ ...optionsOf(credentials, to), region })).send(new ListUserPoolsCommand({ MaxResults: 1 }));

		/** Writes what there is to write, as the server does by itself. */
		const write = async () => {
			while ((await gatehouse.lastUses.step()).more);
		};
		/** What IAM says of a key, its date as the minutes that it is ago. */
		async function useOf(AccessKeyId: string) {
			const { UserName, AccessKeyLastUsed } = await iamOf().send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }));
			const { LastUsedDate, ServiceName, Region } = AccessKeyLastUsed ?? {};
			return { UserName, ...(LastUsedDate && { minutesAgo: minutesAgo(LastUsedDate) }), ServiceName, Region };
		}
		const minutesAgo = (date: Date) => Math.round(Math.abs(gatehouse.clock.now() - date.getTime()) / 60_000);
		const roleUse = async (RoleName: string) => {
			const { LastUsedDate, Region } = (await iamOf().send(new iam.GetRoleCommand({ RoleName }))).Role?.RoleLastUsed ?? {};
			return LastUsedDate && { minutesAgo: minutesAgo(LastUsedDate), Region };
		};

		test("a key that signed nothing has no date, and then the date, service and region of what it signed last", async () => {
			const key = await directory.user("first", [allow("cognito-idp:ListUserPools")]);
			deepEqual(await useOf(key.accessKeyId), { UserName: "first", ...never });
			await callerOf(key);
			await write();
			deepEqual(await useOf(key.accessKeyId), { UserName: "first", minutesAgo: 0, ServiceName: "sts", Region: "us-east-1" });
			gatehouse.clock.advance(5 * 60_000);
			await poolsOf(key, "eu-west-1");
			await write();
			deepEqual(await useOf(key.accessKeyId), { UserName: "first", minutesAgo: 0, ServiceName: "cognito-idp", Region: "eu-west-1" });
			gatehouse.clock.advance(5 * 60_000);
			await write();
			equal((await useOf(key.accessKeyId)).minutesAgo, 5);
		});

		test("a key is written once a minute at most, with the last of its uses", async () => {
			const key = await directory.user("busy", [allow("cognito-idp:ListUserPools")]);
			await callerOf(key);
			await write();
			await poolsOf(key, "eu-west-1");
			await poolsOf(key, "eu-west-2");
			equal((await gatehouse.cost(write)).batches, 0);
			equal((await useOf(key.accessKeyId)).ServiceName, "sts");
			gatehouse.clock.advance(61_000);
			equal((await gatehouse.cost(write)).batches, 1);
			equal((await useOf(key.accessKeyId)).Region, "eu-west-2");
			gatehouse.clock.advance(61_000);
			equal((await gatehouse.cost(write)).batches, 0);
		});

		test("a request writes nothing of it, and several keys are written in one batch", async () => {
			const keys = [await directory.user("one"), await directory.user("two"), await directory.user("three")];
			await write();
			for (const key of keys) await callerOf(key);
			const again = async () => {
				for (const key of keys) await callerOf(key);
			};
			deepEqual(await gatehouse.cost(again), { statements: 0, batches: 0, exponentiations: 0 });
			equal((await gatehouse.cost(write)).batches, 1);
			for (const key of keys) equal((await useOf(key.accessKeyId)).ServiceName, "sts");
		});

		test("what is refused for its signature is no use, and what the policies refuse is one", async () => {
			const key = await directory.user("refused");
			const id = key.accessKeyId;
			equal((await refused(callerOf({ ...key, secretAccessKey: "wrong" })))[0], "SignatureDoesNotMatch");
			await directory.iam("UpdateAccessKey", { UserName: "refused", AccessKeyId: id, Status: "Inactive" });
			equal((await refused(callerOf(key)))[0], "InvalidClientTokenId");
			await write();
			deepEqual(await useOf(id), { UserName: "refused", ...never });
			await directory.iam("UpdateAccessKey", { UserName: "refused", AccessKeyId: id, Status: "Active" });
			equal((await refused(poolsOf(key, "us-east-1")))[0], "AccessDeniedException");
			await write();
			equal((await useOf(id)).ServiceName, "cognito-idp");
		});

		test("the access proxy's services count", async () => {
			const options = (credentials: Credentials) => ({ ...optionsOf(credentials, gatehouse), endpoint: gatehouse.accessUrl });
			const [reader, player] = [await directory.user("reader"), await directory.user("player")];
			const s3 = kept(new S3Client({ ...options(reader), forcePathStyle: true }));
			equal((await refused(s3.send(new GetObjectCommand({ Bucket: "photos", Key: "one" }))))[0], "AccessDenied");
			const wrong = kept(new DynamoDBClient(options({ ...player, secretAccessKey: "wrong" })));
			equal((await refused(wrong.send(new ListTablesCommand({}))))[0], "InvalidSignatureException");
			await write();
			deepEqual(await useOf(reader.accessKeyId), { UserName: "reader", minutesAgo: 0, ServiceName: "s3", Region: "us-east-1" });
			deepEqual(await useOf(player.accessKeyId), { UserName: "player", ...never });
			const own = kept(new DynamoDBClient(options(player)));
			equal((await refused(own.send(new ListTablesCommand({}))))[0], "AccessDeniedException");
			await write();
			equal((await useOf(player.accessKeyId)).ServiceName, "dynamodb");
		});

		test("a role is used by the requests of its sessions, not by being assumed, and reported for 400 days", async () => {
			const trust = trusts({ AWS: account });
			const arn = await directory.role("worker", [trust], [allow("cognito-idp:ListUserPools")]);
			const { Credentials } = await stsOf().send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "work" }));
			const session = credentialsOf(Credentials);
			await write();
			equal(await roleUse("worker"), undefined);
			await poolsOf(session, "eu-central-1");
			await write();
			deepEqual(await roleUse("worker"), { minutesAgo: 0, Region: "eu-central-1" });
			const { RoleDetailList } = await iamOf().send(new iam.GetAccountAuthorizationDetailsCommand({ Filter: ["Role"] }));
			equal(RoleDetailList?.find(({ RoleName }) => RoleName === "worker")?.RoleLastUsed?.Region, "eu-central-1");
			const { Roles } = await iamOf().send(new iam.ListRolesCommand({}));
			equal(Roles?.find(({ RoleName }) => RoleName === "worker")?.RoleLastUsed, undefined);
			// What is changed of the role leaves it alone.
			await directory.iam("UpdateRole", { RoleName: "worker", Description: "works" });
			equal((await roleUse("worker"))?.Region, "eu-central-1");
			gatehouse.clock.advance(399 * day);
			equal((await roleUse("worker"))?.Region, "eu-central-1");
			gatehouse.clock.advance(2 * day);
			equal(await roleUse("worker"), undefined);
		});

		test("a session of a user's is no use of the key that asked for it", async () => {
			const key = await directory.user("temporary", [allow("cognito-idp:ListUserPools")]);
			const { Credentials } = await stsOf(key).send(new GetSessionTokenCommand({}));
			gatehouse.clock.advance(61_000);
			await write();
			await poolsOf(credentialsOf(Credentials), "eu-west-1");
			equal((await gatehouse.cost(write)).batches, 0);
			gatehouse.clock.advance(61_000);
			await write();
			equal((await useOf(key.accessKeyId)).ServiceName, "sts");
		});

		test("uses go with their key and their role", async () => {
			const key = await directory.user("leaving");
			const arn = await directory.role("leaving", [trusts({ AWS: account })]);
			const { Credentials } = await stsOf().send(new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "work" }));
			await Promise.all([callerOf(key), callerOf(credentialsOf(Credentials))]);
			await directory.iam("DeleteAccessKey", { UserName: "leaving", AccessKeyId: key.accessKeyId });
			await directory.iam("DeleteRolePolicy", { RoleName: "leaving", PolicyName: "p" }).catch(() => {});
			await directory.iam("DeleteRole", { RoleName: "leaving" });
			await directory.role("leaving", [trusts({ AWS: account })]);
			await write();
			equal(await roleUse("leaving"), undefined);
			const [code, message] = await refused(useOf(key.accessKeyId));
			equal(code, "AccessDenied");
			const asked = `perform iam:GetAccessKeyLastUsed on resource: access key ${key.accessKeyId}`;
			equal(message, `User: arn:aws:iam::${account}:root is not authorized to ${asked}`);
		});

		test("who may ask is decided on the user whose key it is", async () => {
			const own = `arn:aws:iam::${account}:user/asking`;
			const key = await directory.user("asking", [allow("iam:GetAccessKeyLastUsed", own)]);
			const other = await directory.user("other");
			const ask = (AccessKeyId: string) => iamOf(key).send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId }));
			equal((await ask(key.accessKeyId)).UserName, "asking");
			equal((await refused(ask(other.accessKeyId)))[0], "AccessDenied");
			equal((await refused(ask("AKIAIOSFODNN7EXAMPLE")))[0], "AccessDenied");
			await directory.iam("TagUser", { UserName: "other", Tags: [{ Key: "team", Value: "blue" }] });
			const tagged = allow("iam:GetAccessKeyLastUsed", "*", { StringEquals: { "aws:ResourceTag/team": "blue" } });
			await directory.iam("PutUserPolicy", { UserName: "asking", PolicyName: "p", PolicyDocument: policy(tagged) });
			equal((await ask(other.accessKeyId)).UserName, "other");
			equal((await refused(ask(key.accessKeyId)))[0], "AccessDenied");
		});

		test("what is noted while a batch is written is not lost, and an earlier use changes nothing", async () => {
			const key = await directory.user("between");
			const uses = createLastUses(gatehouse.store, gatehouse.clock);
			const principal = { kind: "user", accessKeyId: key.accessKeyId, session: undefined } as Principal;
			const now = gatehouse.clock.now();
			uses.note(principal, "sts", "us-east-1", now);
			const writing = uses.step();
			uses.note(principal, "kms", "us-east-2", now + 1000);
			uses.note(principal, "s3", "us-east-1", now - 1000);
			deepEqual(await writing, { more: false });
			equal((await useOf(key.accessKeyId)).ServiceName, "sts");
			await uses.writeAll();
			deepEqual(await useOf(key.accessKeyId), { UserName: "between", minutesAgo: 0, ServiceName: "kms", Region: "us-east-2" });
			equal((await gatehouse.cost(() => uses.writeAll())).batches, 0);
			// Another process, with an earlier one.
			const others = createLastUses(gatehouse.store, gatehouse.clock);
			others.note(principal, "iam", "us-east-1", now);
			await others.writeAll();
			equal((await useOf(key.accessKeyId)).ServiceName, "kms");
			others.note(principal, "iam", "no/region", now + 2000);
			await others.writeAll();
			equal((await useOf(key.accessKeyId)).Region, "N/A");
		});

		test("many keys are written a batch at a time", async () => {
			const uses = createLastUses(gatehouse.store, gatehouse.clock);
			for (let i = 0; i < 150; i++) {
				uses.note({ kind: "user", accessKeyId: `AKIA${i}`, session: undefined } as Principal, "sts", "us-east-1", gatehouse.clock.now());
			}
			deepEqual(await uses.step(), { more: true });
			deepEqual(await uses.step(), { more: false });
			equal((await gatehouse.cost(() => uses.step())).batches, 0);
		});

		if (engine === "postgres") {
			test("of several nodes the later use counts, whichever writes last", async () => {
				const other = await gatehouse.node();
				try {
					const key = await directory.user("nodes", [allow("cognito-idp:ListUserPools")]);
					await callerOf(key);
					gatehouse.clock.advance(120_000);
					await poolsOf(key, "eu-west-1", other);
					await other.lastUses.step();
					await write();
					deepEqual(await useOf(key.accessKeyId), { UserName: "nodes", minutesAgo: 0, ServiceName: "cognito-idp", Region: "eu-west-1" });
				} finally {
					await other.stop();
				}
			});
		}
	});
}

test("a server writes uses by itself, and the rest when it stops", async () => {
	const folder = mkdtempSync(join(tmpdir(), "gatehouse-uses-"));
	const port = await freePort();
	const options = { endpoint: `http://127.0.0.1:${port}`, region: "us-east-1", maxAttempts: 1 };
	const admin = new iam.IAMClient({ ...options, credentials: anyKey });
	const start = async () => {
		const running = runGatehouse([], { GATEHOUSE_PORT: `${port}`, GATEHOUSE_DATA_DIR: folder });
		await running.says("ready");
		return running;
	};
	let server = await start();
	try {
		const UserName = "ann";
		await admin.send(new iam.CreateUserCommand({ UserName }));
		const credentials = credentialsOf((await admin.send(new iam.CreateAccessKeyCommand({ UserName }))).AccessKey);
		const serviceOf = async () => {
			const { AccessKeyLastUsed } = await admin.send(new iam.GetAccessKeyLastUsedCommand({ AccessKeyId: credentials.accessKeyId }));
			return AccessKeyLastUsed?.ServiceName;
		};
		const sts = new STSClient({ ...options, credentials });
		await sts.send(new GetCallerIdentityCommand({}));
		// The server writes it within a second or so; so many questions take far longer.
		let asked = 0;
		while (asked++ < 20_000 && (await serviceOf()) === "N/A");
		equal(await serviceOf(), "sts");
		// Within the minute that the key rests.
		const pools = new CognitoIdentityProviderClient({ ...options, credentials });
		equal((await refused(pools.send(new ListUserPoolsCommand({ MaxResults: 1 }))))[0], "AccessDeniedException");
		sts.destroy();
		pools.destroy();
		server.child.kill("SIGTERM");
		equal((await server.ended).code, 0);
		server = await start();
		equal(await serviceOf(), "cognito-idp");
	} finally {
		admin.destroy();
		server.child.kill("SIGKILL");
		await server.ended;
		rmSync(folder, { recursive: true, force: true });
	}
});
