/**
 * Imports users with bcrypt hashes from a CSV file, beside what the database needs to insert the same rows, as many in each commit. Then
 * some of them sign in with their password, and after that by SRP: all must get in.
 */
import { randomInt } from "node:crypto";
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { hashSync } from "bcryptjs";
import { runLimits } from "../src/domain/user-pools/imports/runner.ts";
import { Connection } from "./connection.ts";
import { createDatabases, type Databases, type Engine } from "./database.ts";
import { checkDisk } from "./disk.ts";
import { insertAgain } from "./import-bound.ts";
import type { Options } from "./options.ts";
import { memoryMegabytes } from "./processes.ts";
import { printTable } from "./report.ts";
import { request } from "./requests.ts";
import { type RunningServer, startServer } from "./server.ts";
import { answerSrp, startSrp } from "./srp-client.ts";

/** What most systems use. A hash takes a tenth of a second, so that users share a few of them. */
const bcryptCost = 10;
const passwords = Array.from({ length: 8 }, (_, i) => `Correct-horse-${i}`);
const signInsAtOnce = 8;
const lookMilliseconds = 250;

const usernameOf = (user: number) => `user-${String(user).padStart(7, "0")}`;
const passwordOf = (user: number) => passwords[user % passwords.length] as string;

export async function runImport(options: Options): Promise<void> {
	checkDisk(options.folder);
	const hashes = passwords.map((password) => hashSync(password, bcryptCost));
	const databases = createDatabases(options.folder);
	const rows: string[][] = [];
	try {
		for (const engine of options.engines) rows.push(await runOn(options, databases, engine, hashes));
	} finally {
		await databases.close();
	}
	printTable(
		["engine", "users", "upload s", "import s", "users/s", "inserts alone users/s", "MB before", "MB most", "by password/s", "by SRP/s"],
		rows,
	);
}

async function runOn(options: Options, databases: Databases, engine: Engine, hashes: readonly string[]): Promise<string[]> {
	const { rows: users, samples } = options;
	const folder = mkdtempSync(join(options.folder, "run-"));
	const databaseUrl = await databases.open(engine, folder);
	let server: RunningServer | undefined;
	try {
		server = await startServer({ folder, databaseUrl });
		const pool = await createPool(server);
		const memoryBefore = memoryMegabytes(server.pid);
		const { uploadSeconds, seconds, memoryMost } = await importAll(server, pool.userPoolId, folder, users, hashes);
		const sampled = Array.from({ length: Math.min(samples, users) }, () => randomInt(users));
		const byPassword = await signIn(server, [...new Set(sampled)], (connection, user) => signInByPassword(connection, pool, user));
		const bySrp = await signIn(server, [...new Set(sampled)], (connection, user) => signInBySrp(connection, pool, user));
		await server.stop();
		// What the sign-ins have changed are a few rows of the same size.
		const alone = await insertAgain(databases, engine, folder, databaseUrl, pool.userPoolId, runLimits.linesAtOnce);
		const number = (value: number, digits = 0) => value.toFixed(digits);
		return [
			engine,
			`${users}`,
			number(uploadSeconds, 1),
			number(seconds, 1),
			number(users / seconds),
			number(alone),
			number(memoryBefore),
			number(memoryMost),
			number(byPassword, 1),
			number(bySrp, 1),
		];
	} finally {
		await server?.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

interface Pool {
	readonly userPoolId: string;
	readonly clientId: string;
}

async function createPool(server: RunningServer): Promise<Pool> {
	const { UserPool } = (await server.call("CreateUserPool", { PoolName: "imported", AutoVerifiedAttributes: ["email"] })) as {
		UserPool: { Id: string };
	};
	const { UserPoolClient } = (await server.call("CreateUserPoolClient", {
		UserPoolId: UserPool.Id,
		ClientName: "bench",
		ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
	})) as { UserPoolClient: { ClientId: string } };
	return { userPoolId: UserPool.Id, clientId: UserPoolClient.ClientId };
}

/** Uploads a file of so many users and imports it. Throws where not all of them are imported. */
async function importAll(server: RunningServer, UserPoolId: string, folder: string, users: number, hashes: readonly string[]) {
	const { CSVHeader } = (await server.call("GetCSVHeader", { UserPoolId })) as { CSVHeader: string[] };
	const columns = [...CSVHeader, "cognito:password_hash"];
	const file = join(folder, "users.csv");
	const lines = Array.from({ length: users }, (_, user) => {
		const values: Record<string, string> = {
			"cognito:username": usernameOf(user),
			email: `${usernameOf(user)}@people.example`,
			email_verified: "true",
			"cognito:password_hash": hashes[user % hashes.length] as string,
		};
		return columns.map((column) => values[column] ?? "").join(",");
	});
	writeFileSync(file, [columns.join(","), ...lines].join("\n"));
	const { UserImportJob } = (await server.call("CreateUserImportJob", {
		UserPoolId,
		JobName: "bench",
		CloudWatchLogsRoleArn: "arn:aws:iam::000000000000:role/bench",
		PasswordHashingAlgorithm: "BCRYPT",
	})) as { UserImportJob: { JobId: string; PreSignedUrl: string } };
	const { pathname, search } = new URL(UserImportJob.PreSignedUrl);
	const startedUpload = performance.now();
	const answer = await fetch(`http://127.0.0.1:${server.port}${pathname}${search}`, { method: "PUT", body: await openAsBlob(file) });
	if (answer.status !== 200) throw new Error(`the upload was refused: ${answer.status} ${await answer.text()}`);
	const uploadSeconds = (performance.now() - startedUpload) / 1000;

	await server.call("StartUserImportJob", { UserPoolId, JobId: UserImportJob.JobId });
	let began: number | undefined;
	let memoryMost = 0;
	for (;;) {
		const job = (await server.call("DescribeUserImportJob", { UserPoolId, JobId: UserImportJob.JobId }))["UserImportJob"] as {
			Status: string;
			ImportedUsers: number;
			CompletionMessage?: string;
		};
		memoryMost = Math.max(memoryMost, memoryMegabytes(server.pid));
		if (job.Status !== "Pending") began ??= performance.now();
		if (job.Status === "Succeeded" && job.ImportedUsers === users) break;
		if (job.Status !== "Pending" && job.Status !== "InProgress") throw new Error(`${job.Status}: ${job.CompletionMessage}`);
		await setTimeout(began === undefined ? 5 : lookMilliseconds);
	}
	return { uploadSeconds, seconds: (performance.now() - (began ?? 0)) / 1000, memoryMost };
}

/** Signs in each of the users; answers how many in a second. */
async function signIn(
	server: RunningServer,
	users: readonly number[],
	one: (connection: Connection, user: number) => Promise<string>,
): Promise<number> {
	let next = 0;
	const startedAt = performance.now();
	const loop = async () => {
		const connection = await Connection.open(server.port);
		while (next < users.length) {
			const user = users[next++] as number;
			const body = await one(connection, user);
			if (!body.includes("AccessToken")) throw new Error(`${usernameOf(user)} can't sign in: ${body}`);
		}
		connection.close();
	};
	await Promise.all(Array.from({ length: signInsAtOnce }, loop));
	return (users.length / (performance.now() - startedAt)) * 1000;
}

async function signInByPassword(connection: Connection, { clientId }: Pool, user: number): Promise<string> {
	const AuthParameters = { USERNAME: usernameOf(user), PASSWORD: passwordOf(user) };
	return (await connection.send(request("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", ClientId: clientId, AuthParameters }))).body;
}

async function signInBySrp(connection: Connection, { clientId, userPoolId }: Pool, user: number): Promise<string> {
	const start = startSrp();
	const AuthParameters = { USERNAME: usernameOf(user), SRP_A: start.SRP_A };
	const { body } = await connection.send(request("InitiateAuth", { AuthFlow: "USER_SRP_AUTH", ClientId: clientId, AuthParameters }));
	const { ChallengeParameters } = JSON.parse(body) as { ChallengeParameters: Record<string, string> };
	const ChallengeResponses = answerSrp(start, ChallengeParameters, userPoolId, passwordOf(user));
	const input = { ChallengeName: "PASSWORD_VERIFIER", ClientId: clientId, ChallengeResponses };
	return (await connection.send(request("RespondToAuthChallenge", input))).body;
}
