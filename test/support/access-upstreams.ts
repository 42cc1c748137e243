/** What stands behind the access proxy in tests: real servers of S3 and DynamoDB, with a recorder before each that sees what arrives. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/** A request as the upstream got it. */
export interface Recorded {
	readonly method: string;
	readonly target: string;
	readonly headers: IncomingHttpHeaders;
	body: Buffer;
	/** Whether all of its body came. */
	isWhole: boolean;
	/** Nothing more comes of it. */
	readonly closed: Promise<unknown>;
}

export interface Upstream {
	readonly url: string;
	readonly recorded: Recorded[];
	stop(): Promise<void>;
}

/** Bodies longer than this are counted and not kept. */
const keptBytesMax = 1024 * 1024;

/** Records what comes and passes it on to a port of this machine; without one it answers itself. */
export async function startRecorder(port: number | undefined, answer: () => string = () => ""): Promise<Upstream> {
	const recorded: Recorded[] = [];
	const server = createServer((incoming, outgoing) => {
		const { method = "", url: target = "", headers } = incoming;
		const entry: Recorded = {
			method,
			target,
			headers,
			body: Buffer.alloc(0),
			isWhole: false,
			closed: new Promise((resolve) => incoming.on("close", resolve)),
		};
		recorded.push(entry);
		incoming.on("data", (bytes: Buffer) => {
			if (entry.body.length < keptBytesMax) entry.body = Buffer.concat([entry.body, bytes]);
		});
		incoming.on("end", () => {
			entry.isWhole = incoming.complete;
		});
		if (port === undefined) return void incoming.on("end", () => outgoing.end(answer()));
		const onward = request({ host: "127.0.0.1", port, method, path: target, headers }, (response) => {
			outgoing.writeHead(response.statusCode ?? 500, response.rawHeaders);
			response.pipe(outgoing);
		});
		onward.on("error", () => outgoing.destroy());
		incoming.on("close", () => {
			if (!entry.isWhole) onward.destroy();
		});
		incoming.pipe(onward);
	});
	await once(server.listen(0, "127.0.0.1"), "listening");
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, recorded, stop: () => stopServer(server) };
}

async function stopServer(server: Server): Promise<void> {
	const closed = once(server, "close");
	server.close();
	server.closeAllConnections();
	await closed;
}

export const s3Credentials = { accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

/** S3 with those buckets, which pages of `https://app.example` may use. */
export async function startS3(buckets: readonly string[]): Promise<Upstream> {
	const S3rver = require("s3rver") as new (
		options: object,
	) => { run(): Promise<{ port: number }>; close(): Promise<void>; httpServer: Server };
	const directory = mkdtempSync(join(tmpdir(), "gatehouse-s3-"));
	const cors =
		"<CORSConfiguration><CORSRule><AllowedOrigin>https://app.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>*</AllowedHeader></CORSRule></CORSConfiguration>";
	const configureBuckets = buckets.map((name) => ({ name, configs: [cors] }));
	const s3 = new S3rver({ address: "127.0.0.1", port: 0, silent: true, directory, vhostBuckets: false, configureBuckets });
	const { port } = await s3.run();
	const recorder = await startRecorder(port);
	return {
		...recorder,
		async stop() {
			await recorder.stop();
			s3.httpServer.closeAllConnections();
			await s3.close();
			rmSync(directory, { recursive: true, force: true });
		},
	};
}

/** DynamoDB; not its transactions, which this one does not have. */
export async function startDynamo(): Promise<Upstream> {
	const dynalite = require("dynalite") as (options: object) => Server;
	const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const recorder = await startRecorder((server.address() as AddressInfo).port);
	return {
		...recorder,
		async stop() {
			await recorder.stop();
			server.closeAllConnections();
			await new Promise<void>((resolve) => server.close(() => resolve()));
		},
	};
}
