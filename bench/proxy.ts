/**
 * What the access proxy costs on large bodies, beside a bare Node proxy that hashes each body: the least that checking a body can cost.
 * Both take turns before the same sink. A processor's time a gigabyte tells more than throughput where the load shares the machine.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { sign } from "../src/crypto/sigv4-sign.ts";
import { freePort } from "../test/support/ports.ts";
import type { Options } from "./options.ts";
import { cpuSecondsByThread, mainThread } from "./processes.ts";
import { printTable } from "./report.ts";
import { region, rootKey } from "./requests.ts";
import { startServer } from "./server.ts";

const bodyBytes = 32 * 1024 * 1024;
const rounds = 5;
const concurrency = 2;

interface Workload {
	readonly name: string;
	readonly method: "PUT" | "GET";
	readonly payloadHash: string;
}

interface Measured {
	/** 10⁶ bytes a second. */
	readonly megabytes: number;
	/** Of the proxy's main thread, for 10⁹ bytes: a server that has just started makes key pairs in others. */
	readonly cpuSeconds: number;
}

const mainSeconds = (pid: number) => cpuSecondsByThread(pid).get(mainThread) ?? 0;

async function startPeer(...args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly port: number }> {
	const child = spawn(process.execPath, [join(import.meta.dirname, "proxy-peer.ts"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
	process.once("exit", () => child.kill("SIGKILL"));
	const [port] = (await once(child.stdout, "data")) as [Buffer];
	return { child, port: Number(port) };
}

export async function runProxy({ folder, seconds }: Options): Promise<void> {
	mkdirSync(folder, { recursive: true });
	const runFolder = mkdtempSync(join(folder, "run-"));
	const sink = await startPeer("sink");
	const bare = await startPeer("bare", String(sink.port));
	const accessPort = await freePort();
	const env = {
		GATEHOUSE_ACCESS_PORT: String(accessPort),
		GATEHOUSE_UPSTREAM_S3: `http://127.0.0.1:${sink.port}`,
		GATEHOUSE_UPSTREAM_S3_ACCESS_KEY_ID: "upstream",
		GATEHOUSE_UPSTREAM_S3_SECRET_ACCESS_KEY: "upstream",
		// The bench's requests name the loopback address.
		GATEHOUSE_TRUSTED_PROXIES: "127.0.0.1",
	};
	const server = await startServer({ folder: runFolder, databaseUrl: `sqlite:${join(runFolder, "db")}`, env });
	const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
	const body = Buffer.alloc(bodyBytes, 7);
	const workloads: readonly Workload[] = [
		{ name: "upload, hash signed", method: "PUT", payloadHash: createHash("sha256").update(body).digest("hex") },
		{ name: "upload, UNSIGNED-PAYLOAD", method: "PUT", payloadHash: "UNSIGNED-PAYLOAD" },
		{ name: "download", method: "GET", payloadHash: "UNSIGNED-PAYLOAD" },
	];

	function transfer(port: number, { method, payloadHash }: Workload): Promise<void> {
		const target = `/bench/${method === "GET" ? bodyBytes : "object"}`;
		const lines: [string, string][] = [
			["host", `127.0.0.1:${port}`],
			["x-amz-content-sha256", payloadHash],
		];
		const signed = sign({ method, target, headers: lines, body: new Uint8Array(), payloadHash }, rootKey, {
			region,
			service: "s3",
			now: Date.now(),
		});
		const headers = Object.fromEntries([...lines, ...signed, ...(method === "PUT" ? [["content-length", String(bodyBytes)]] : [])]);
		const { promise, resolve, reject } = Promise.withResolvers<void>();
		const outgoing = request({ host: "127.0.0.1", port, method, path: target, headers, agent }, (answer) => {
			answer.resume().on("end", () => (answer.statusCode === 200 ? resolve() : reject(new Error(`answered ${answer.statusCode}`))));
		});
		outgoing.on("error", reject);
		outgoing.end(method === "PUT" ? body : undefined);
		return promise;
	}

	async function measure(pid: number, port: number, workload: Workload): Promise<Measured> {
		const [began, cpuBefore] = [performance.now(), mainSeconds(pid)];
		const until = began + (seconds * 1000) / rounds;
		let bytes = 0;
		const worker = async () => {
			while (performance.now() < until) {
				await transfer(port, workload);
				bytes += bodyBytes;
			}
		};
		await Promise.all(Array.from({ length: concurrency }, worker));
		const took = (performance.now() - began) / 1000;
		return { megabytes: bytes / 1e6 / took, cpuSeconds: ((mainSeconds(pid) - cpuBefore) * 1e9) / bytes };
	}

	try {
		const rows: string[][] = [];
		for (const workload of workloads) {
			const [ours, theirs]: [Measured[], Measured[]] = [[], []];
			for (let round = 0; round <= rounds; round++) {
				const [one, other] = [
					await measure(server.pid, accessPort, workload),
					await measure(bare.child.pid as number, bare.port, workload),
				];
				// The first one warms both.
				if (round > 0) {
					ours.push(one);
					theirs.push(other);
				}
			}
			const median = (list: readonly Measured[], what: keyof Measured) =>
				list.map((each) => each[what]).toSorted((a, b) => a - b)[rounds >> 1] as number;
			const [speed, bareSpeed] = [median(ours, "megabytes"), median(theirs, "megabytes")];
			const [cost, bareCost] = [median(ours, "cpuSeconds"), median(theirs, "cpuSeconds")];
			rows.push([
				workload.name,
				speed.toFixed(0),
				bareSpeed.toFixed(0),
				(speed / bareSpeed).toFixed(2),
				cost.toFixed(2),
				bareCost.toFixed(2),
				(bareCost / cost).toFixed(2),
			]);
		}
		printTable([`${bodyBytes / 1024 / 1024} MiB bodies`, "MB/s", "bare MB/s", "ratio", "CPU s/GB", "bare CPU s/GB", "ratio"], rows);
	} finally {
		agent.destroy();
		await server.stop();
		bare.child.kill("SIGKILL");
		sink.child.kill("SIGKILL");
		rmSync(runFolder, { recursive: true, force: true });
	}
}
