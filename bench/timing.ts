/**
 * Whether the time of an answer tells who exists. Pairs of requests that differ only in whether the user exists, one at a time over
 * one connection, in random order within each pair; then Welch's t of the two samples. Below 4.5 (the bound that is usual in tests of
 * side channels) nothing was found with that many samples.
 */
import { randomBytes, randomInt } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Answer, Connection } from "./connection.ts";
import { createDatabases, type Databases, type Engine } from "./database.ts";
import { checkDisk } from "./disk.ts";
import type { Options } from "./options.ts";
import { printTable } from "./report.ts";
import { request } from "./requests.ts";
import { emailOf, type Seed, seedOf, usernameOf } from "./seed.ts";
import { type RunningServer, startServer } from "./server.ts";
import { startSrp } from "./srp-client.ts";

export const bound = 4.5;
/** Pairs that are not counted: the engine compiles what runs often. */
const warmUpPairs = 1_000;
const signUpConnections = 16;
/**
 * Times above this share of all are left out of a second, stricter look: what is slow by chance hides what is slow by cause. What it
 * alone sees is said and not judged: it is there for whoever can filter out the noise of a machine of one's own.
 */
const cropShare = 0.95;
const clientPrivate = startSrp();

/** A name that nobody has, as long as `usernameOf(user)` and its neighbour in every index. */
const strangerOf = (user: number) => `${usernameOf(user).slice(0, -1)}${"abcdefghij"[user % 10]}`;

interface Kind {
	readonly name: string;
	/** Sends what comes before the request that is timed, and returns that request. */
	prepare(connection: Connection, username: string): Promise<string> | string;
}

export async function runTiming(options: Options): Promise<void> {
	checkDisk(options.folder);
	const databases = createDatabases(options.folder);
	try {
		for (const engine of options.engines) await runOn(options, databases, engine);
	} finally {
		await databases.close();
	}
}

async function runOn(options: Options, databases: Databases, engine: Engine): Promise<void> {
	const users = options.pairs + warmUpPairs;
	const { seed, path } = await seedOf(join(options.folder, "seeds"), users, console.log);
	const folder = mkdtempSync(join(options.folder, "run-"));
	let server: RunningServer | undefined;
	let connection: Connection | undefined;
	try {
		const databaseUrl = await databases.open(engine, folder, path);
		server = await startServer({ folder, databaseUrl, mode: "development", env: { GATEHOUSE_LIMITS: "on" } });
		const unconfirmedClientId = await signUpUsers(server, users);
		connection = await Connection.open(server.port);
		console.log(`\n${engine}, ${options.pairs} interleaved pairs of each kind; |t| below ${bound} means that no difference was found`);
		const rows: string[][] = [];
		for (const kind of kindsOf(seed, unconfirmedClientId)) rows.push(await measure(connection, kind, options.pairs));
		printTable(["request", "existing, median µs", "unknown, median µs", "|t|", "|t| below p95", "verdict"], rows);
		if (rows.some((row) => row.at(-1) === "DIFFERENT")) process.exitCode = 1;
	} finally {
		connection?.close();
		await server?.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

function kindsOf(seed: Seed, unconfirmedClientId: string): Kind[] {
	const ClientId = seed.clientId;
	const srpStart = (username: string) => {
		const AuthParameters = { USERNAME: username, SRP_A: clientPrivate.SRP_A };
		return request("InitiateAuth", { AuthFlow: "USER_SRP_AUTH", ClientId, AuthParameters });
	};
	const codeStart = (username: string) => {
		const AuthParameters = { USERNAME: username, PREFERRED_CHALLENGE: "EMAIL_OTP" };
		return request("InitiateAuth", { AuthFlow: "USER_AUTH", ClientId: unconfirmedClientId, AuthParameters });
	};
	return [
		{
			name: "password sign-in, wrong password",
			prepare: (_, USERNAME) =>
				request("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME, PASSWORD: "Not-the-password-1" } }),
		},
		{ name: "SRP, start", prepare: (_, username) => srpStart(username) },
		{
			name: "SRP, wrong answer",
			async prepare(connection, username) {
				const { ChallengeParameters } = JSON.parse((await connection.send(srpStart(username))).body) as {
					ChallengeParameters: Record<string, string>;
				};
				const ChallengeResponses = {
					USERNAME: ChallengeParameters["USER_ID_FOR_SRP"],
					PASSWORD_CLAIM_SECRET_BLOCK: ChallengeParameters["SECRET_BLOCK"],
					PASSWORD_CLAIM_SIGNATURE: randomBytes(32).toString("base64"),
					TIMESTAMP: "Sat Nov 21 01:02:03 UTC 2026",
				};
				return request("RespondToAuthChallenge", { ChallengeName: "PASSWORD_VERIFIER", ClientId, ChallengeResponses });
			},
		},
		{
			name: "ForgotPassword",
			prepare: (_, Username) => request("ForgotPassword", { ClientId, Username }),
		},
		{
			name: "ResendConfirmationCode",
			prepare: (_, Username) => request("ResendConfirmationCode", { ClientId: unconfirmedClientId, Username }),
		},
		{ name: "USER_AUTH, start with a code by e-mail", prepare: (_, username) => codeStart(username) },
		{
			name: "USER_AUTH, wrong code",
			async prepare(connection, USERNAME) {
				const { Session } = JSON.parse((await connection.send(codeStart(USERNAME))).body) as { Session: string };
				const ChallengeResponses = { USERNAME, EMAIL_OTP_CODE: "not the code" };
				const input = { ChallengeName: "EMAIL_OTP", ClientId: unconfirmedClientId, Session, ChallengeResponses };
				return request("RespondToAuthChallenge", input);
			},
		},
	];
}

/** A pool of people who have signed up and not confirmed it yet, and may sign in by a code; returns its client. */
async function signUpUsers(server: RunningServer, users: number): Promise<string> {
	const { UserPool } = (await server.call("CreateUserPool", {
		PoolName: "unconfirmed",
		AutoVerifiedAttributes: ["email"],
		Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } },
	})) as { UserPool: { Id: string } };
	const { UserPoolClient } = (await server.call("CreateUserPoolClient", {
		UserPoolId: UserPool.Id,
		ClientName: "bench",
		ExplicitAuthFlows: ["ALLOW_USER_AUTH"],
		PreventUserExistenceErrors: "ENABLED",
	})) as { UserPoolClient: { ClientId: string } };
	const { ClientId } = UserPoolClient;
	let next = 0;
	const loop = async () => {
		const connection = await Connection.open(server.port);
		while (next < users) {
			const user = next++;
			const UserAttributes = [{ Name: "email", Value: emailOf(user) }];
			const input = { ClientId, Username: usernameOf(user), Password: "Correct-horse-7", UserAttributes };
			const { status, body } = await connection.send(request("SignUp", input));
			if (status !== 200) throw new Error(`SignUp: ${body}`);
		}
		connection.close();
	};
	await Promise.all(Array.from({ length: signUpConnections }, loop));
	return ClientId;
}

async function measure(connection: Connection, kind: Kind, pairs: number): Promise<string[]> {
	const existing: number[] = [];
	const unknown: number[] = [];
	for (let pair = 0; pair < pairs + warmUpPairs; pair++) {
		// The last users are for warming up, so that nothing is asked twice about the others.
		const user = pair < warmUpPairs ? pairs + pair : pair - warmUpPairs;
		const existingFirst = randomInt(2) === 0;
		const first = await timed(connection, kind, existingFirst ? usernameOf(user) : strangerOf(user));
		const second = await timed(connection, kind, existingFirst ? strangerOf(user) : usernameOf(user));
		checkAlike(kind, first.answer, second.answer);
		if (pair < warmUpPairs) continue;
		existing.push(existingFirst ? first.microseconds : second.microseconds);
		unknown.push(existingFirst ? second.microseconds : first.microseconds);
	}
	const crop = percentile([...existing, ...unknown], cropShare);
	const below = (times: readonly number[]) => times.filter((time) => time < crop);
	const [whole, cropped] = [Math.abs(welch(existing, unknown)), Math.abs(welch(below(existing), below(unknown)))];
	const verdict = whole >= bound ? "DIFFERENT" : cropped >= bound ? "same; a trace below p95" : "same";
	const median = (times: readonly number[]) => percentile(times, 0.5).toFixed(0);
	return [kind.name, median(existing), median(unknown), whole.toFixed(2), cropped.toFixed(2), verdict];
}

async function timed(connection: Connection, kind: Kind, username: string): Promise<{ answer: Answer; microseconds: number }> {
	const text = await kind.prepare(connection, username);
	const startedAt = process.hrtime.bigint();
	const answer = await connection.send(text);
	return { answer, microseconds: Number(process.hrtime.bigint() - startedAt) / 1000 };
}

/** The answers must not tell either: the same status, the same keys, and the same words where it is an error. */
function checkAlike({ name }: Kind, a: Answer, b: Answer): void {
	const shape = ({ status, body }: Answer) => `${status} ${JSON.stringify(shapeOf(JSON.parse(body)))}`;
	const [first, second] = [shape(a), shape(b)];
	if (first !== second || (a.status !== 200 && a.body !== b.body)) throw new Error(`${name}: answers differ: ${a.body} and ${b.body}`);
}

function shapeOf(value: unknown): unknown {
	if (typeof value !== "object" || value === null) return typeof value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item)]));
}

/** Welch's t: how far apart two means are, in standard errors of their difference. */
export function welch(a: readonly number[], b: readonly number[]): number {
	const [x, y] = [moments(a), moments(b)];
	return (x.mean - y.mean) / Math.sqrt(x.variance / a.length + y.variance / b.length);
}

function moments(values: readonly number[]): { mean: number; variance: number } {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
	return { mean, variance };
}

function percentile(values: readonly number[], share: number): number {
	return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] as number;
}
