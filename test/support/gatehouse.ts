/**
 * A whole Gatehouse in this process, on a real socket and a real engine, with a clock that the test moves.
 * Real AWS SDK clients talk to it; nothing inside is replaced but time and the making of RSA keys.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider";
import { createAccessUpstream } from "../../src/adapters/access-upstream.ts";
import { createBcrypt } from "../../src/adapters/bcrypt.ts";
import { createClock, type MovableClock } from "../../src/adapters/clock.ts";
import { createExponentiation } from "../../src/adapters/exponentiation.ts";
import { createInbox, type InboxEntry } from "../../src/adapters/inbox.ts";
import { createMeters } from "../../src/adapters/meters.ts";
import { createOutbound } from "../../src/adapters/outbound.ts";
import { createPatience } from "../../src/adapters/patience.ts";
import { createRandom } from "../../src/adapters/random.ts";
import { noFunctions, noUpstream } from "../../src/adapters/unavailable.ts";
import { type App, createApp } from "../../src/app.ts";
import type { Config } from "../../src/config.ts";
import type { ImportRunner } from "../../src/domain/user-pools/imports/runner.ts";
import type { OutboxRunner } from "../../src/domain/user-pools/outbox-runner.ts";
import { messagesSettled } from "../../src/domain/user-pools/outbox-state.ts";
import type { Exponentiation, Log, Ports } from "../../src/kernel/ports.ts";
import { listen } from "../../src/server.ts";
import { openStore } from "../../src/storage/open.ts";
import { createResealer, type Resealer } from "../../src/storage/resealer.ts";
import type { Store } from "../../src/storage/store.ts";
import { createVault } from "../../src/storage/vault.ts";
import { newDatabase, nextKeyPair } from "./made-once.ts";

export type Engine = "sqlite" | "postgres";
export const engines: readonly Engine[] = ["sqlite", "postgres"];

/** Declares one test for each engine. */
export function eachEngine(name: string, run: (engine: Engine) => Promise<void>): void {
	for (const engine of engines) test(`${name} (${engine})`, () => run(engine));
}

export interface Gatehouse {
	readonly url: string;
	/** Of the access proxy, where `config.access` is set. */
	readonly accessUrl: string;
	readonly config: Config;
	/** An administrator's SDK client in us-east-1; it signs with a key of its own making, as development allows. */
	readonly client: CognitoIdentityProviderClient;
	readonly clock: MovableClock;
	readonly store: Store;
	/** Imports users step by step, as the server does by itself once a second. */
	readonly imports: ImportRunner;
	/** Makes the further attempts of messages, as the server does by itself once a second. */
	readonly outbox: OutboxRunner;
	/** Writes when access keys and roles were last used, as the server does by itself once a second and when it stops. */
	readonly lastUses: App["lastUses"];
	/** Learns of new data keys, and seals secrets anew under them, as the server does by itself. */
	readonly resealer: Resealer;
	/** Exponentiations so far. */
	readonly exponentiations: () => number;
	/**
	 * What `work` costs. What is cached does not grow old meanwhile: the confirmations of a pool and a client, once a second each, would
	 * else fall into some measurements and not into others.
	 */
	cost(work: () => Promise<unknown>): Promise<Cost>;
	/** What was logged, as one JSON line each. */
	readonly logged: readonly string[];
	/** What was sent, newest first. */
	inbox(filter?: { to?: string; channel?: "email" | "sms" }): InboxEntry[];
	/** The newest code sent to `to`. */
	code(to: string): string;
	/** An SDK client of another region or with other credentials. */
	clientOf(options: ConstructorParameters<typeof CognitoIdentityProviderClient>[0]): CognitoIdentityProviderClient;
	/** A second server on the same database with its own memory, as another node would be. PostgreSQL only. */
	node(): Promise<Gatehouse>;
	/** Stops the server and starts another one on the same data. */
	restart(): Promise<Gatehouse>;
	stop(): Promise<void>;
}

export interface Cost {
	readonly statements: number;
	readonly batches: number;
	readonly exponentiations: number;
}

export interface GatehouseOptions {
	readonly engine?: Engine;
	/** Changes to the configuration, such as production mode or a root key. */
	readonly config?: Partial<Config>;
	/** Replaces a port, such as mail. */
	readonly ports?: Partial<Ports>;
}

const masterKey = new Uint8Array(32).fill(7);

/** Starts a server on a new database of its own. */
export async function startGatehouse({ engine = "sqlite", config = {}, ports = {} }: GatehouseOptions = {}): Promise<Gatehouse> {
	const dataDir = mkdtempSync(join(tmpdir(), "gatehouse-test-"));
	const database = await newDatabase(engine, dataDir);
	const discard = async () => rmSync(dataDir, { recursive: true, force: true });
	return serve({ ...defaults, dataDir, database, ...config }, ports, createTestClock(), discard);
}

interface TestClock extends MovableClock {
	/** Holds the monotonic clock at its beginning, or lets it go on. */
	hold(isHeld: boolean): void;
}

function createTestClock(): TestClock {
	const clock = createClock();
	let isHeld = false;
	return {
		...clock,
		monotonic: () => (isHeld ? 0 : clock.monotonic()),
		hold(now) {
			isHeld = now;
		},
	};
}

const defaults: Omit<Config, "dataDir" | "database"> = {
	mode: "development",
	developmentForced: false,
	hosts: ["127.0.0.1"],
	port: 0,
	publicUrl: "http://localhost:9400",
	tls: undefined,
	adminPort: 0,
	trustedProxies: [],
	corsOrigins: [],
	region: "us-east-1",
	accountId: "000000000000",
	issuer: "{publicUrl}/{userPoolId}",
	publicProviderUrls: {
		facebook: "https://graph.facebook.com",
		google: "https://accounts.google.com",
		amazon: "https://api.amazon.com",
		apple: "https://appleid.apple.com",
	},
	domainSuffix: "auth.localhost",
	domainsByPath: true,
	masterKeys: [masterKey],
	rootKey: undefined,
	smtpUrl: undefined,
	mailFrom: "no-reply@gatehouse.example",
	smsUrl: undefined,
	sesEndpoint: undefined,
	snsEndpoint: undefined,
	functionsDir: "",
	functionsWorkers: 8,
	functionsKey: undefined,
	lambdaEndpoint: undefined,
	kmsEndpoint: undefined,
	stsEndpoint: undefined,
	access: undefined,
	limits: false,
	requestQuotas: {},
};

async function serve(config: Config, replaced: Partial<Ports>, clock: TestClock, discard: () => Promise<void>): Promise<Gatehouse> {
	const random = createRandom();
	const inbox = createInbox(clock);
	const meters = createMeters();
	const { port: exponentiation, count } = countedExponentiation();
	const logged: string[] = [];
	const ports: Ports = {
		clock,
		patience: createPatience(),
		random,
		keyPairs: { take: async () => nextKeyPair() },
		exponentiation,
		bcrypt,
		mail: inbox.mail,
		sms: inbox.sms,
		functions: noFunctions,
		upstream: noUpstream,
		outbound: createOutbound(),
		log: memoryLog(logged),
		meters,
		...replaced,
	};
	const store = await openStore(config.database, { clock, random, postgres: { acceptUnsafeCommits: true } });
	const vault = await createVault(store, config.masterKeys, random, clock);
	const { s3, dynamodb } = config.access ?? {};
	const upstreams = {
		...(s3 && { s3: createAccessUpstream({ ...s3, service: "s3" }) }),
		...(dynamodb && { dynamodb: createAccessUpstream({ ...dynamodb, service: "dynamodb" }) }),
	};
	const app = createApp({
		config,
		ports,
		store,
		vault,
		...(config.access && { accessUpstreams: upstreams }),
		metrics: { text: () => meters.text(), contentType: meters.contentType },
		...(config.mode === "development" && {
			development: { inbox: (filter) => inbox.list(filter), advanceClock: (ms) => clock.advance(ms), forget: () => inbox.clear() },
		}),
	});
	const listening = await listen({ config, fetch: app.fetch, log: ports.log, accessProxy: app.accessProxy });
	const url = `http://127.0.0.1:${listening.port}`;
	const clients: CognitoIdentityProviderClient[] = [];
	const clientOf: Gatehouse["clientOf"] = (options = {}) => {
		const credentials = config.rootKey ?? { accessKeyId: "any", secretAccessKey: "any" };
		const client = new CognitoIdentityProviderClient({ endpoint: url, region: config.region, credentials, maxAttempts: 1, ...options });
		clients.push(client);
		return client;
	};
	const close = async () => {
		for (const client of clients) client.destroy();
		await listening.close({ graceMilliseconds: 1000 });
		for (const upstream of Object.values(upstreams)) upstream.close();
		await messagesSettled(ports);
		await store.close();
	};
	return {
		url,
		accessUrl: `http://127.0.0.1:${listening.accessPort}`,
		config,
		client: clientOf({}),
		clock,
		store,
		imports: app.imports,
		outbox: app.outbox,
		lastUses: app.lastUses,
		resealer: createResealer(store, vault, { clock, random, log: ports.log }),
		exponentiations: count,
		async cost(work) {
			// What is done behind an answer, such as the end of a message's row, belongs to the call that caused it.
			await messagesSettled(ports);
			const before = { ...store.counts, exponentiations: count() };
			clock.hold(true);
			try {
				await work();
			} finally {
				await messagesSettled(ports);
				clock.hold(false);
			}
			const { statements, batches } = store.counts;
			return {
				statements: statements - before.statements,
				batches: batches - before.batches,
				exponentiations: count() - before.exponentiations,
			};
		},
		logged,
		inbox: (filter = {}) => inbox.list(filter),
		code(to) {
			const code = inbox.list({ to })[0]?.code;
			if (!code) throw new Error(`no code was sent to ${to}`);
			return code;
		},
		clientOf,
		node: () => serve(config, replaced, clock, async () => {}),
		async restart() {
			await close();
			return serve(config, replaced, clock, discard);
		},
		async stop() {
			await close();
			await discard();
		},
	};
}

/** Starts its threads when the first is needed, and keeps no process alive. */
const bcrypt = createBcrypt();
/** One set of threads for every server of a test process; each server counts its own. */
let shared: ReturnType<typeof createExponentiation> | undefined;

function countedExponentiation(): { port: Exponentiation; count: () => number } {
	shared ??= createExponentiation();
	const threads = shared;
	let count = 0;
	const power: Exponentiation["power"] = (base, exponent) => {
		count++;
		return threads.power(base, exponent);
	};
	return { port: { power }, count: () => count };
}

function memoryLog(lines: string[]): Log {
	const write = (level: string) => (facts: object, message: string) => {
		const readable = Object.fromEntries(
			Object.entries(facts).map(([key, value]) => [key, value instanceof Error ? String(value.stack) : value]),
		);
		lines.push(JSON.stringify({ level, message, ...readable }));
		if (level === "error" && process.env["GATEHOUSE_TEST_LOG"]) console.error(message, facts);
	};
	return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}
