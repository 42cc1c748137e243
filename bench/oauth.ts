/**
 * What the endpoints and the login page of a user pool's domain cost: beside the signatures that they can't do without, and client
 * credentials also beside oidc-provider, by the same client in turns on the same machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { formOf } from "../test/support/visitor.ts";
import { type Bounds, best, measureBounds } from "./bound.ts";
import { type Answer, Connection } from "./connection.ts";
import { measureEcho } from "./echo.ts";
import type { Generator, Run } from "./load.ts";
import { formRequest, loginPageRequest, type OAuthPlace, type OAuthWorkloadName, oauthWorkloadNames } from "./oauth-workloads.ts";
import { type Bench, onEachEngine } from "./on-each-engine.ts";
import { columns, type Observation, observe, printBounds, rowOf } from "./operations.ts";
import type { Options } from "./options.ts";
import { cpuSeconds } from "./processes.ts";
import { printTable } from "./report.ts";
import { passwordOf, type Seed, usernameOf } from "./seed.ts";
import { publicUrl, type RunningServer } from "./server.ts";
import type { Jwks } from "./workloads.ts";

export const oauthAims: Partial<Record<OAuthWorkloadName, number>> = { "client-credentials": 0.6, "authorize-code-token": 0.5 };
/** Signatures that each can't do without. */
const signatures: Partial<Record<OAuthWorkloadName, number>> = { "client-credentials": 1, "authorize-code-token": 2 };
export const pageMillisecondsAim = 5;
export const pageKilobytesAim = 60;

const prefix = "bench";
const host = `${prefix}.auth.localhost`;
const redirectUri = "https://app.example/callback";
const scope = "things/read";
const resource = "https://api.example";
/** Browsers that are signed in beforehand. */
const browsersMax = 200;
/** An authorization is two requests and much code, which is compiled late on a busy machine. */
const warmUpFactor = 3;
/** Against the peer: short rounds in turns, so that what disturbs the machine disturbs both. */
const peerRounds = 30;
const peerRoundSeconds = 1;

export function runOAuth(options: Options): Promise<void> {
	return onEachEngine(options, (bench) => measure(options, bench));
}

async function measure(options: Options, { engine, databases, generator, gatehouse, seed }: Bench): Promise<void> {
	const { concurrency } = options;
	const place = await createPlace(gatehouse, seed);
	const bounds: Bounds[] = [];
	const measureBound = async () => bounds.push(await measureBounds({ concurrency, keyPairs: false }));
	const runs: { readonly name: OAuthWorkloadName; readonly run: Run<Observation> }[] = [];
	await measureBound();
	for (const name of oauthWorkloadNames) {
		await generator.connect({ kind: "oauth", port: gatehouse.port, place }, concurrency);
		const warm = { ...options, warmUpSecondsMax: warmUpFactor * options.warmUpSecondsMax };
		runs.push({ name, run: await generator.run(name, warm, () => observe(databases, engine, gatehouse)) });
		await measureBound();
	}
	const bound = best(bounds);
	printBounds(bound);
	const echo = await measureEcho(generator, await pageBytes(gatehouse, place), concurrency);
	const boundOf = (name: OAuthWorkloadName) => (name === "login-page" ? echo : (signatures[name] ?? Number.NaN) * bound.signature);
	printTable(
		columns,
		runs.map(({ name, run }) => rowOf(engine, { name, run, bound: boundOf(name), aim: oauthAims[name] })),
	);
	await reportPage(generator, options, gatehouse, place);
	// Client credentials read and write nothing of the database.
	if (engine !== options.engines[0]) return;
	const peer = await startPeer(place);
	try {
		await reportPeer(generator, options, gatehouse, place, peer);
	} finally {
		peer.stop();
	}
}

/** A domain, a client for machines and one for browsers, and browsers that have signed in at the login page. */
async function createPlace(server: RunningServer, { userPoolId: UserPoolId, users }: Seed): Promise<OAuthPlace> {
	const createClient = async (input: object) => {
		const { UserPoolClient } = (await server.call("CreateUserPoolClient", {
			UserPoolId,
			ClientName: "bench",
			AllowedOAuthFlowsUserPoolClient: true,
			...input,
		})) as { UserPoolClient: { ClientId: string; ClientSecret?: string } };
		return UserPoolClient;
	};
	await server.call("CreateUserPoolDomain", { UserPoolId, Domain: prefix, ManagedLoginVersion: 2 });
	const Scopes = [{ ScopeName: "read", ScopeDescription: "May read" }];
	await server.call("CreateResourceServer", { UserPoolId, Identifier: "things", Name: "API", Scopes });
	const machine = await createClient({ GenerateSecret: true, AllowedOAuthFlows: ["client_credentials"], AllowedOAuthScopes: [scope] });
	const { ClientId: clientId } = await createClient({
		AllowedOAuthFlows: ["code"],
		AllowedOAuthScopes: ["openid", "email"],
		CallbackURLs: [redirectUri],
		SupportedIdentityProviders: ["COGNITO"],
		PreventUserExistenceErrors: "ENABLED",
	});
	const sessions: { cookie: string; username: string }[] = [];
	const connection = await Connection.open(server.port);
	for (let user = 0; user < Math.min(users, browsersMax); user++) {
		sessions.push({ cookie: await signIn(connection, clientId, user), username: usernameOf(user) });
	}
	connection.close();
	return {
		host,
		issuer: `${publicUrl}/${UserPoolId}`,
		jwks: (await server.get(`/${UserPoolId}/.well-known/jwks.json`)) as Jwks,
		tokenPath: "/oauth2/token",
		machine: { id: machine.ClientId, secret: machine.ClientSecret ?? "", scope },
		machineParameters: {},
		browsers: { clientId, redirectUri, sessions },
	};
}

/** Signs a new browser in through the page, and returns its cookies. */
async function signIn(connection: Connection, clientId: string, user: number): Promise<string> {
	const cookies = new Map<string, string>();
	const keep = (answer: Answer) => {
		for (const [, name = "", value = ""] of answer.head.matchAll(/^set-cookie: *([^=]+)=([^;\r]*)/gim)) cookies.set(name, value);
		return answer;
	};
	const cookie = () => [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
	const page = keep(await connection.send(loginPageRequest(host, clientId, redirectUri)));
	const { action, fields } = formOf(
		{ status: page.status, html: page.body, url: `http://${host}/login`, location: undefined, headers: new Headers() },
		"/login",
	);
	const { pathname, search } = new URL(action);
	const filled = { ...fields, username: usernameOf(user), password: passwordOf(user) };
	const done = keep(await connection.send(formRequest(host, pathname + search, filled, `Cookie: ${cookie()}\r\n`)));
	if (!done.head.includes(redirectUri)) throw new Error(`a sign-in at the login page ended with ${done.head} ${done.body}`);
	return cookie();
}

async function pageBytes({ port }: RunningServer, { browsers }: OAuthPlace): Promise<number> {
	const connection = await Connection.open(port);
	const { body } = await connection.send(loginPageRequest(host, browsers?.clientId ?? "", redirectUri));
	connection.close();
	return Buffer.byteLength(body);
}

/** The login page by itself: one request at a time, and all that a browser loads for it. */
async function reportPage(generator: Generator, options: Options, { port, pid }: RunningServer, place: OAuthPlace): Promise<void> {
	await generator.connect({ kind: "oauth", port, place }, 1);
	const { before, after, operations, median, percentile99 } = await generator.run("login-page", { ...options, concurrency: 1 }, () =>
		cpuSeconds(pid),
	);
	const cpu = (((after - before) * 1000) / operations).toFixed(2);
	console.log(
		`login page, one at a time: ${median.toFixed(2)} ms (99 %: ${percentile99.toFixed(2)} ms), CPU ${cpu} ms; aim below ${pageMillisecondsAim} ms`,
	);
	const { clientId = "" } = place.browsers ?? {};
	const connection = await Connection.open(port);
	const page = await connection.send(loginPageRequest(host, clientId, redirectUri));
	const bytes = [{ name: "HTML", bytes: Buffer.byteLength(page.body) }];
	for (const [, path = ""] of page.body.matchAll(/<(?:link|script|img)\b[^>]*?\b(?:href|src)="(\/[^"]*)"/g)) {
		const sent = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n`;
		const { status, head } = await connection.send(sent);
		const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
		if (status !== 200 || !(length > 0)) throw new Error(`${path} was answered with ${status} and a length of ${length}`);
		bytes.push({ name: path.replace(/^.*\//, ""), bytes: length });
	}
	connection.close();
	const whole = bytes.reduce((sum, each) => sum + each.bytes, 0) / 1000;
	const list = bytes.map((each) => `${each.name} ${(each.bytes / 1000).toFixed(1)}`).join(", ");
	console.log(`its weight as transferred: ${whole.toFixed(1)} kB (${list}); aim below ${pageKilobytesAim} kB`);
}

interface Peer {
	readonly pid: number;
	readonly port: number;
	readonly place: OAuthPlace;
	stop(): void;
}

const peers = new Set<ChildProcess>();
process.once("exit", () => {
	for (const child of peers) child.kill("SIGKILL");
});

async function startPeer({ machine }: OAuthPlace): Promise<Peer> {
	const issuer = "https://peer.example";
	const args = [machine.id, machine.secret, scope, resource, issuer];
	const child = spawn(process.execPath, [join(import.meta.dirname, "oauth-peer.ts"), ...args], {
		stdio: ["ignore", "pipe", "inherit"],
		env: { ...process.env, NODE_ENV: "production" },
	});
	peers.add(child);
	const [said] = (await once(child.stdout, "data")) as [Buffer];
	const port = Number(said);
	const connection = await Connection.open(port);
	const { body } = await connection.send("GET /jwks HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
	connection.close();
	return {
		pid: child.pid as number,
		port,
		place: {
			host: "peer.example",
			issuer,
			jwks: JSON.parse(body) as Jwks,
			tokenPath: "/token",
			machine,
			machineParameters: { resource },
		},
		stop() {
			child.kill("SIGKILL");
			peers.delete(child);
		},
	};
}

/** Client credentials of both in turns; each round's pair is compared, and the median of the pairs counts. */
async function reportPeer(
	generator: Generator,
	{ concurrency, warmUpSecondsMax }: Options,
	gatehouse: RunningServer,
	place: OAuthPlace,
	peer: Peer,
): Promise<void> {
	const servers = [
		{ name: "Gatehouse", port: gatehouse.port, pid: gatehouse.pid, place },
		{ name: "oidc-provider", port: peer.port, pid: peer.pid, place: peer.place },
	] as const;
	const measured = servers.map(() => ({ perSecond: [] as number[], cpu: [] as number[] }));
	for (let round = -1; round < peerRounds; round++) {
		// Each goes first as often as second.
		for (const i of round % 2 === 0 ? [0, 1] : [1, 0]) {
			const { port, pid, place: described } = servers[i] as (typeof servers)[number];
			await generator.connect({ kind: "oauth", port, place: described }, concurrency);
			const options = { concurrency, warmUpSecondsMax: round < 0 ? warmUpSecondsMax : 0, seconds: peerRoundSeconds };
			const { operations, seconds, before, after } = await generator.run("client-credentials", options, () => cpuSeconds(pid));
			if (round < 0) continue;
			measured[i]?.perSecond.push(operations / seconds);
			measured[i]?.cpu.push(((after - before) * 1e6) / operations);
		}
	}
	const [own, other] = measured as [(typeof measured)[number], (typeof measured)[number]];
	const ratio = (a: readonly number[], b: readonly number[]) => middle(a.map((value, i) => value / (b[i] as number))).toFixed(2);
	const rows = servers.map(({ name }, i) => [
		name,
		middle(measured[i]?.perSecond ?? []).toFixed(0),
		middle(measured[i]?.cpu ?? []).toFixed(0),
	]);
	printTable(["client credentials, in turns", "per s", "CPU µs"], rows);
	console.log(
		`Gatehouse's throughput is ${ratio(own.perSecond, other.perSecond)} times oidc-provider's (aim: at least 1), its CPU ${ratio(own.cpu, other.cpu)} times`,
	);
}

function middle(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	return ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2;
}
