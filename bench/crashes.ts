/**
 * Writes, is ended by kill -9 in the middle of it, starts again, and looks whether everything that was acknowledged is there: each
 * person signs in with the last password that was acknowledged.
 */
import { randomInt } from "node:crypto";
import { Connection } from "./connection.ts";
import { request } from "./requests.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

export interface CrashOptions {
	/** What to start, each time on the same data. */
	readonly server: ServerOptions;
	readonly kills: number;
	/** Acknowledged writes, over all kills. */
	readonly acknowledged: number;
	/** Ends the database by kill -9 too, and starts it again: once for so many kills of the server. */
	readonly crashDatabase?: { readonly every: number; readonly crash: () => Promise<void> };
	readonly log?: (line: string) => void;
}

export interface CrashOutcome {
	readonly kills: number;
	readonly databaseKills: number;
	readonly signUps: number;
	readonly passwordChanges: number;
	/** Writes that were under way at a kill, and so were not acknowledged. */
	readonly unanswered: number;
	/** What was acknowledged and is not there: must be empty. */
	readonly lost: readonly string[];
}

interface Person {
	readonly username: string;
	/** The last password that was acknowledged. */
	password: string;
	/** A password that was being set at a kill: either may be there, until a sign-in has shown which. */
	perhaps: string | undefined;
}

const connections = 8;
/** Of so many writes one is a sign-up, where there is somebody whose password can change. */
const writesPerSignUp = 2;
const signInsAtOnce = 8;
/** How long a server may take to find a database that was started again. */
const recoverSeconds = 60;

export async function crashAndLook(options: CrashOptions): Promise<CrashOutcome> {
	const { kills, log = () => {} } = options;
	const people: Person[] = [];
	const counts = { kills: 0, databaseKills: 0, signUps: 0, passwordChanges: 0, unanswered: 0 };
	const lost: string[] = [];
	let server = await startServer(options.server);
	try {
		const pool = await createPool(server);
		const { every = kills, crash } = options.crashDatabase ?? {};
		const rounds = crash === undefined ? kills : kills + Math.floor(kills / every);
		for (let round = 0; round < rounds; round++) {
			const wanted = Math.ceil((options.acknowledged * (round + 1)) / rounds) - counts.signUps - counts.passwordChanges;
			const ofDatabase = crash !== undefined && round % (every + 1) === every;
			const touched = await writeUntil(server, pool, people, counts, wanted, async () => {
				if (!ofDatabase) return server.kill();
				await crash();
			});
			if (ofDatabase) {
				counts.databaseKills++;
				await waitUntilReady(server);
			} else {
				counts.kills++;
				server = await startServer(options.server);
			}
			lost.push(...(await look(server, pool, touched)));
			if (lost.length > 0) break;
			if ((round + 1) % 10 === 0) log(`${round + 1} kills, ${counts.signUps + counts.passwordChanges} acknowledged, nothing lost`);
		}
		// What a later crash would have taken along.
		lost.push(...(await look(server, pool, people)));
	} finally {
		await server.kill();
	}
	return { ...counts, lost };
}

interface Pool {
	readonly userPoolId: string;
	readonly clientId: string;
}

async function createPool(server: RunningServer): Promise<Pool> {
	const { UserPool } = (await server.call("CreateUserPool", { PoolName: "durable" })) as { UserPool: { Id: string } };
	const { UserPoolClient } = (await server.call("CreateUserPoolClient", {
		UserPoolId: UserPool.Id,
		ClientName: "bench",
		ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
	})) as { UserPoolClient: { ClientId: string } };
	return { userPoolId: UserPool.Id, clientId: UserPoolClient.ClientId };
}

/** Writes over several connections; `end` is called in the middle of it, when `wanted` writes were acknowledged. Returns whom it wrote. */
async function writeUntil(
	server: RunningServer,
	pool: Pool,
	people: Person[],
	counts: { signUps: number; passwordChanges: number; unanswered: number },
	wanted: number,
	end: () => Promise<void>,
): Promise<Person[]> {
	const touched = new Set<Person>();
	const busy = new Set<Person>();
	let acknowledged = 0;
	let ending: Promise<void> | undefined;
	let ended = false;

	/** One write; false where it was not answered, or the database was away. */
	async function write(connection: Connection): Promise<boolean> {
		const person = people.length > 0 && randomInt(writesPerSignUp) > 0 ? people[randomInt(people.length)] : undefined;
		const password = `Correct-horse-${randomInt(1e12)}`;
		if (person !== undefined && busy.has(person)) return true;
		if (person === undefined) {
			const username = `someone-${people.length}-${randomInt(1e12)}`;
			const text = request("SignUp", { ClientId: pool.clientId, Username: username, Password: password });
			if (!(await isAcknowledged(connection, text))) return false;
			const added = { username, password, perhaps: undefined };
			people.push(added);
			touched.add(added);
			counts.signUps++;
		} else {
			busy.add(person);
			const input = { UserPoolId: pool.userPoolId, Username: person.username, Password: password, Permanent: true };
			person.perhaps = password;
			touched.add(person);
			if (!(await isAcknowledged(connection, request("AdminSetUserPassword", input, "signed")))) return false;
			person.password = password;
			person.perhaps = undefined;
			busy.delete(person);
			counts.passwordChanges++;
		}
		acknowledged++;
		return true;
	}

	async function loop(): Promise<void> {
		const connection = await Connection.open(server.port);
		while (!ended) {
			if (!(await write(connection))) {
				counts.unanswered++;
				break;
			}
			// The others are in the middle of their writes. A server whose database comes back in time answers them all.
			if (acknowledged >= wanted && ending === undefined) {
				ending = end().finally(() => {
					ended = true;
				});
			}
		}
		connection.close();
	}

	await Promise.all(Array.from({ length: connections }, loop));
	await ending;
	return [...touched];
}

/** Only an answer of 200 acknowledges. Any other answer is a fault, but for a database that is away. */
async function isAcknowledged(connection: Connection, text: string): Promise<boolean> {
	const answer = await connection.send(text).catch(() => undefined);
	if (answer === undefined) return false;
	if (answer.status === 200) return true;
	if (answer.status < 500) throw new Error(`a write was refused: ${answer.status} ${answer.body}`);
	return false;
}

async function waitUntilReady(server: RunningServer): Promise<void> {
	const until = performance.now() + recoverSeconds * 1000;
	for (;;) {
		try {
			await server.call("ListUserPools", { MaxResults: 1 });
			return;
		} catch (error) {
			if (performance.now() > until) throw error;
		}
	}
}

/** Signs everybody in; returns what is not as it was acknowledged. */
async function look(server: RunningServer, pool: Pool, people: readonly Person[]): Promise<string[]> {
	const lost: string[] = [];
	let next = 0;
	const loop = async () => {
		const connection = await Connection.open(server.port);
		while (next < people.length) {
			const person = people[next++] as Person;
			if (await signsIn(connection, pool, person.username, person.password)) person.perhaps = undefined;
			else if (person.perhaps !== undefined && (await signsIn(connection, pool, person.username, person.perhaps))) {
				person.password = person.perhaps;
				person.perhaps = undefined;
			} else lost.push(person.username);
		}
		connection.close();
	};
	await Promise.all(Array.from({ length: signInsAtOnce }, loop));
	return lost;
}

/** Somebody who has only signed up is told so after the right password alone. */
async function signsIn(connection: Connection, pool: Pool, USERNAME: string, PASSWORD: string): Promise<boolean> {
	const input = { AuthFlow: "USER_PASSWORD_AUTH", ClientId: pool.clientId, AuthParameters: { USERNAME, PASSWORD } };
	const { status, body } = await connection.send(request("InitiateAuth", input));
	return status === 200 ? body.includes("AccessToken") : body.includes("UserNotConfirmedException");
}
