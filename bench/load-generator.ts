/** The process that sends the load: apart from the server's, so that its work is not counted as the server's. `load.ts` talks to it. */
import { Connection } from "./connection.ts";
import type { Seed } from "./seed.ts";
import { createLoad, echoWorkload, type Jwks, type Load, type Workload, type WorkloadName } from "./workloads.ts";

export type Target =
	| { readonly kind: "gatehouse"; readonly port: number; readonly seed: Seed; readonly needsTokens: boolean; readonly jwks: Jwks }
	| { readonly kind: "echo"; readonly port: number; readonly body: string };

export type Command =
	/** Connects; signs users in where tokens are needed. */
	| { readonly command: "connect"; readonly target: Target; readonly concurrency: number }
	/** Begins to send, one request after the other on each connection. */
	| { readonly command: "begin"; readonly workload: WorkloadName; readonly concurrency: number }
	/** Answers how many operations were done and found right since `begin`. */
	| { readonly command: "count" }
	/** Lets what is under way finish. */
	| { readonly command: "end" };

export type Reply = { readonly operations: number; readonly latencies?: readonly number[] } | { readonly failure: string };

let connections: Connection[] = [];
let load: Load | undefined;
let echo: Workload | undefined;
let operations = 0;
let latencies: number[] = [];
let running = false;
let loops: Promise<void> = Promise.resolve();

async function loop(connection: Connection, workload: Workload): Promise<void> {
	while (running) {
		const startedAt = performance.now();
		await workload(connection);
		latencies.push(performance.now() - startedAt);
		operations++;
	}
}

async function obey(message: Command): Promise<Reply> {
	switch (message.command) {
		case "connect": {
			const { target, concurrency } = message;
			for (const connection of connections) connection.close();
			connections = await Promise.all(Array.from({ length: concurrency }, () => Connection.open(target.port)));
			if (target.kind === "echo") echo = echoWorkload(target.body);
			else {
				echo = undefined;
				load = createLoad(target.seed, target.jwks);
				if (target.needsTokens) await load.signInUsers(connections);
			}
			return { operations: 0 };
		}
		case "begin": {
			const workload = echo ?? (load as Load).workload(message.workload);
			operations = 0;
			running = true;
			loops = Promise.all(connections.slice(0, message.concurrency).map((connection) => loop(connection, workload))).then(() => {});
			loops.catch((error: Error) => process.send?.({ failure: error.message } satisfies Reply));
			return { operations: 0 };
		}
		case "count": {
			const since = latencies;
			latencies = [];
			return { operations, latencies: since };
		}
		case "end":
			running = false;
			await loops;
			return { operations };
	}
}

process.on("message", (message: Command) => {
	obey(message).then(
		(reply) => process.send?.(reply),
		(error: Error) => process.send?.({ failure: error.message } satisfies Reply),
	);
});
