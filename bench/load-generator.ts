/** The process that sends the load: apart from the server's, so that its work is not counted as the server's. `load.ts` talks to it. */
import { Connection } from "./connection.ts";
import { type CredentialsPlace, type CredentialsWorkloadName, createCredentialsLoad } from "./credentials-workloads.ts";
import { createOAuthLoad, type OAuthPlace, type OAuthWorkloadName } from "./oauth-workloads.ts";
import type { Seed } from "./seed.ts";
import { createLoad, echoWorkload, type Jwks, type Workload, type WorkloadName } from "./workloads.ts";

export type Target =
	| { readonly kind: "gatehouse"; readonly port: number; readonly seed: Seed; readonly needsTokens: boolean; readonly jwks: Jwks }
	| { readonly kind: "oauth"; readonly port: number; readonly place: OAuthPlace }
	| { readonly kind: "credentials"; readonly port: number; readonly place: CredentialsPlace }
	| { readonly kind: "echo"; readonly port: number; readonly body: string };

export type AnyWorkloadName = WorkloadName | OAuthWorkloadName | CredentialsWorkloadName;

export type Command =
	/** Connects; signs users in where tokens are needed. */
	| { readonly command: "connect"; readonly target: Target; readonly concurrency: number }
	/** Begins to send, one request after the other on each connection. */
	| { readonly command: "begin"; readonly workload: AnyWorkloadName; readonly concurrency: number }
	/** Answers how many operations were done and found right since `begin`. */
	| { readonly command: "count" }
	/** Lets what is under way finish. */
	| { readonly command: "end" };

export type Reply = { readonly operations: number; readonly latencies?: readonly number[] } | { readonly failure: string };

let connections: Connection[] = [];
let load: (name: AnyWorkloadName) => Workload = () => {
	throw new Error("connected to nothing");
};
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

async function loadOf(target: Target): Promise<typeof load> {
	switch (target.kind) {
		case "gatehouse": {
			const { workload, signInUsers } = createLoad(target.seed, target.jwks);
			if (target.needsTokens) await signInUsers(connections);
			return (name) => workload(name as WorkloadName);
		}
		case "oauth": {
			const workload = createOAuthLoad(target.place);
			return (name) => workload(name as OAuthWorkloadName);
		}
		case "credentials": {
			const workload = createCredentialsLoad(target.place);
			return (name) => workload(name as CredentialsWorkloadName);
		}
		case "echo":
			return () => echoWorkload(target.body);
	}
}

async function obey(message: Command): Promise<Reply> {
	switch (message.command) {
		case "connect": {
			const { target, concurrency } = message;
			for (const connection of connections) connection.close();
			connections = await Promise.all(Array.from({ length: concurrency }, () => Connection.open(target.port)));
			load = await loadOf(target);
			return { operations: 0 };
		}
		case "begin": {
			const workload = load(message.workload);
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
