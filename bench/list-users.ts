/**
 * ListUsers over a large pool, page by page, while users come and go: who is there all the time is listed exactly once. Prints what
 * a page takes, beside the same at fewer users.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createDatabases, type Databases, type Engine } from "./database.ts";
import type { Options } from "./options.ts";
import { printTable } from "./report.ts";
import { seedOf, usernameOf } from "./seed.ts";
import { type RunningServer, startServer } from "./server.ts";

const usersPerPageMax = 60;
/** Users who are there for a moment; their names and addresses lie among those of the others. */
const visitorsMax = 20;
const visitor = "-visitor-";

/** Searches that find every user of the seed, by each attribute that these have. */
const searches = ["", 'sub ^= ""', 'username ^= "user"', 'email ^= "user"', 'cognito:user_status = "confirmed"', 'status = "Enabled"'];

export async function runListUsers(options: Options): Promise<void> {
	const databases = createDatabases(options.folder);
	const rows: string[][] = [];
	try {
		for (const engine of options.engines) {
			for (const users of options.users) rows.push(...(await runOn(options, databases, engine, users)));
		}
	} finally {
		await databases.close();
	}
	printTable(["engine", "users", "search", "pages", "visitors met", "p50 ms", "p99 ms"], rows);
}

async function runOn(options: Options, databases: Databases, engine: Engine, users: number): Promise<string[][]> {
	const { seed, path } = await seedOf(join(options.folder, "seeds"), users, console.log);
	const folder = mkdtempSync(join(options.folder, "run-"));
	let server: RunningServer | undefined;
	try {
		server = await startServer({ folder, databaseUrl: await databases.open(engine, folder, path) });
		const meanwhile = visits(server, seed.userPoolId, users);
		const rows: string[][] = [];
		for (const search of searches) {
			const { pageMilliseconds, visitors } = await walk(server, seed.userPoolId, users, search, meanwhile);
			const sorted = pageMilliseconds.toSorted((a, b) => a - b);
			const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(1);
			rows.push([engine, `${users}`, search || "(everybody)", `${sorted.length}`, `${visitors}`, at(0.5), at(0.99)]);
		}
		return rows;
	} finally {
		await server?.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** One visitor comes, and one goes. */
function visits(server: RunningServer, UserPoolId: string, users: number): () => Promise<void> {
	const present: string[] = [];
	let visit = 0;
	return async () => {
		// A prime's steps go everywhere.
		const Username = `${usernameOf((visit++ * 7919) % users)}${visitor}${visit}`;
		const leaving = present.length < visitorsMax ? undefined : present.shift();
		const UserAttributes = [{ Name: "email", Value: `${Username}@people.example` }];
		await Promise.all([
			server.call("AdminCreateUser", { UserPoolId, Username, UserAttributes, MessageAction: "SUPPRESS" }),
			leaving && server.call("AdminDeleteUser", { UserPoolId, Username: leaving }),
		]);
		present.push(Username);
	};
}

/** All pages of a search. Throws where somebody is missing, is there twice, or should not be. */
async function walk(server: RunningServer, UserPoolId: string, users: number, Filter: string, meanwhile: () => Promise<void>) {
	const seen = new Uint8Array(users);
	const visitors = new Set<string>();
	const pageMilliseconds: number[] = [];
	let PaginationToken: unknown;
	do {
		const change = meanwhile();
		const askedAt = performance.now();
		const page = await server.call("ListUsers", { UserPoolId, Filter, Limit: usersPerPageMax, PaginationToken });
		pageMilliseconds.push(performance.now() - askedAt);
		for (const { Username } of page["Users"] as { Username: string }[]) {
			const number = Number(/\d+/.exec(Username)?.[0]);
			const again = Username.includes(visitor) ? visitors.has(Username) : seen[number] !== 0;
			if (again) throw new Error(`${Filter}: ${Username} is listed twice`);
			if (Username.includes(visitor)) visitors.add(Username);
			else seen[number] = 1;
		}
		PaginationToken = page["PaginationToken"];
		await change;
	} while (PaginationToken !== undefined);
	const missing = seen.indexOf(0);
	if (missing !== -1) throw new Error(`${Filter}: ${usernameOf(missing)} is missing`);
	return { pageMilliseconds, visitors: visitors.size };
}
