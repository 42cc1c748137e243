/**
 * Shows by the system calls themselves that no success leaves before the sync that follows its commit: for every answer, the last
 * write to the write-ahead log since its request arrived was synced before the answer's first byte was written.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Connection } from "./connection.ts";
import { createDatabases, type Engine } from "./database.ts";
import { checkDisk } from "./disk.ts";
import type { Options } from "./options.ts";
import { request } from "./requests.ts";
import { type RunningServer, startServer } from "./server.ts";

/** People who sign up, get a password and sign in, one request after the other. */
const people = 50;
/** For what the tracer still has to write. */
const tracerMilliseconds = 1_000;
/** Sets what is judged apart from what came before it, on a clock of whole milliseconds. */
const spanMarginMilliseconds = 5;
const tracedCalls = "read,write,writev,pwrite64,pwritev,fdatasync,fsync";

/** With -D the tracer is not the parent: signals and the process id are the server's own. */
const tracer = (output: string) => ["strace", "-D", "-f", "-ttt", "-T", "-y", "-s", "16", "-e", `trace=${tracedCalls}`, "-o", output];

export async function runStrace(options: Options): Promise<void> {
	if (spawnSync("strace", ["-V"]).status !== 0) throw new Error("strace is not installed; Debian has it in the package strace");
	checkDisk(options.folder);
	for (const engine of options.engines) {
		const { answers, early, syncs, median } = await traceEngine(options.folder, engine);
		const margin = `the nearest sync ended ${median.toFixed(0)} µs before its answer (median)`;
		console.log(
			`${engine}: ${answers} successes, ${syncs} syncs; ${early === 0 ? `none left before its sync; ${margin}` : `${early} LEFT BEFORE THEIR SYNC`}`,
		);
		if (early > 0 || answers !== people * 3) process.exitCode = 1;
	}
}

async function traceEngine(parent: string, engine: Engine): Promise<Verdict> {
	const folder = mkdtempSync(join(parent, "run-"));
	let databaseTrace: string | undefined;
	const databases = createDatabases(parent, (place) => {
		databaseTrace = join(place, "trace");
		return tracer(databaseTrace);
	});
	let server: RunningServer | undefined;
	try {
		const serverTrace = join(folder, "trace");
		server = await startServer({ folder, databaseUrl: await databases.open(engine, folder), under: tracer(serverTrace) });
		const span = await write(server);
		await server.stop();
		await setTimeout(tracerMilliseconds);
		const calls = [serverTrace, ...(databaseTrace === undefined ? [] : [databaseTrace])].flatMap((file) =>
			parseTrace(readFileSync(file, "utf8")),
		);
		return judge(calls, span);
	} finally {
		await server?.stop();
		await databases.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Every request writes; returns from when to when, in seconds since the epoch. */
async function write(server: RunningServer): Promise<{ from: number; to: number }> {
	const { UserPool } = (await server.call("CreateUserPool", { PoolName: "traced" })) as { UserPool: { Id: string } };
	const { UserPoolClient } = (await server.call("CreateUserPoolClient", {
		UserPoolId: UserPool.Id,
		ClientName: "bench",
		ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
	})) as { UserPoolClient: { ClientId: string } };
	const { ClientId } = UserPoolClient;
	const connection = await Connection.open(server.port);
	await setTimeout(spanMarginMilliseconds);
	const from = Date.now() / 1000;
	for (let person = 0; person < people; person++) {
		const [USERNAME, PASSWORD] = [`someone-${person}`, "Correct-horse-7"];
		const set = { UserPoolId: UserPool.Id, Username: USERNAME, Password: PASSWORD, Permanent: true };
		for (const text of [
			request("SignUp", { ClientId, Username: USERNAME, Password: PASSWORD }),
			request("AdminSetUserPassword", set, "signed"),
			request("InitiateAuth", { AuthFlow: "USER_PASSWORD_AUTH", ClientId, AuthParameters: { USERNAME, PASSWORD } }),
		]) {
			const { status, body } = await connection.send(text);
			if (status !== 200) throw new Error(`answered with ${status}: ${body}`);
		}
	}
	connection.close();
	return { from, to: (Date.now() + spanMarginMilliseconds) / 1000 };
}

interface SystemCall {
	readonly name: string;
	/** What strace prints between the parentheses. */
	readonly args: string;
	/** Seconds since the epoch. */
	readonly begin: number;
	readonly end: number;
}

/** Lines such as `123 1700000000.000001 fdatasync(21</path/gatehouse.db-wal>) = 0 <0.001>`, of which a call that others overtake has two. */
export function parseTrace(text: string): SystemCall[] {
	const calls: SystemCall[] = [];
	const unfinished = new Map<string, { name: string; args: string; begin: number }>();
	for (const line of text.split("\n")) {
		const [, pid = "", at = "", rest = ""] = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line) ?? [];
		const seconds = /<(\d+\.\d+)>$/.exec(rest)?.[1];
		const whole = /^(\w+)\((.*)$/.exec(rest);
		if (whole !== null) {
			const call = { name: whole[1] as string, args: whole[2] as string, begin: Number(at) };
			if (seconds === undefined) unfinished.set(pid, call);
			else calls.push({ ...call, end: call.begin + Number(seconds) });
		} else if (rest.startsWith("<... ") && seconds !== undefined) {
			const call = unfinished.get(pid);
			unfinished.delete(pid);
			// What was read is known only now.
			if (call !== undefined) calls.push({ ...call, args: call.args + rest, end: call.begin + Number(seconds) });
		}
	}
	return calls;
}

interface Verdict {
	readonly answers: number;
	readonly syncs: number;
	/** Answers that began before the log was synced. */
	readonly early: number;
	/** Microseconds from the end of the last sync to the answer. */
	readonly median: number;
}

function judge(calls: readonly SystemCall[], span: { from: number; to: number }): Verdict {
	const within = calls.filter(({ begin }) => begin >= span.from && begin <= span.to).sort((a, b) => a.begin - b.begin);
	const ofLog = (call: SystemCall) => /^\d+<[^>]*(-wal|\/pg_wal\/[^>]*)>/.test(call.args);
	const syncs = within.filter((call) => /^f(data)?sync$/.test(call.name) && ofLog(call));
	const writes = within.filter((call) => /^pwritev?/.test(call.name) && ofLog(call));
	const requests = within.filter((call) => call.name === "read" && call.args.includes('"POST / '));
	const answers = within.filter((call) => /^writev?$/.test(call.name) && call.args.includes('"HTTP/1.1 200'));
	const margins: number[] = [];
	for (const answer of answers) {
		const arrived = requests.findLast(({ end }) => end <= answer.begin)?.end ?? Number.POSITIVE_INFINITY;
		const written = writes.findLast(({ begin }) => begin > arrived && begin < answer.begin);
		const synced = syncs.findLast(({ begin, end }) => written !== undefined && begin >= written.end && end <= answer.begin);
		if (synced !== undefined) margins.push((answer.begin - synced.end) * 1e6);
	}
	margins.sort((a, b) => a - b);
	return {
		answers: answers.length,
		syncs: syncs.length,
		early: answers.length - margins.length,
		median: margins[Math.floor(margins.length / 2)] ?? Number.NaN,
	};
}
