/** The services behind the access proxy: requests are signed with the upstream's credentials and streamed both ways. */
import { Agent, request as requestPlain } from "node:http";
import { request as requestSecure, Agent as SecureAgent } from "node:https";
import type { Socket } from "node:net";
import { sign } from "../crypto/sigv4-sign.ts";
import type { AccessUpstream, AccessUpstreamAnswer } from "../kernel/ports.ts";

export interface AccessUpstreamOptions {
	/** Scheme, host and perhaps a port. */
	readonly url: string;
	readonly service: "s3" | "dynamodb";
	readonly region: string;
	readonly accessKeyId: string;
	readonly secretAccessKey: string;
}

/** A connection on which nothing moves: CompleteMultipartUpload and copies of large objects answer late. */
const silentMilliseconds = 180_000;
const socketsMax = 512;
/** Less than the idle time of common servers (Node's own: 5 s). */
const idleMilliseconds = 4_000;

/** What is signed; the rest may be changed by what stands between. */
const isSigned = (name: string) => name === "host" || name === "content-type" || name === "content-md5" || name.startsWith("x-amz-");

export function createAccessUpstream({ url, service, region, ...credentials }: AccessUpstreamOptions): AccessUpstream & { close(): void } {
	const { protocol, host, hostname, port } = new URL(url);
	const isSecure = protocol === "https:";
	const agentOptions = { keepAlive: true, maxSockets: socketsMax, timeout: silentMilliseconds };
	const agent = isSecure ? new SecureAgent(agentOptions) : new Agent(agentOptions);
	// The agent's own timeout is that of requests. The next request sets the socket's anew.
	agent.on("free", (socket: Socket) => void socket.setTimeout(idleMilliseconds));
	return {
		open({ method, target, headers, payloadHash }) {
			const lines: [string, string][] = [["host", host], ...headers.map(([name, value]): [string, string] => [name, value])];
			if (payloadHash !== undefined) {
				if (service === "s3") lines.push(["x-amz-content-sha256", payloadHash]);
				const signed = { method, target, headers: lines.filter(([name]) => isSigned(name)), body: new Uint8Array(), payloadHash };
				// The upstream's clock is the machine's, not the one that development moves.
				lines.push(...sign(signed, credentials, { region, service, now: Date.now() }));
			}
			const request = (isSecure ? requestSecure : requestPlain)({
				host: hostname.replace(/^\[(.*)\]$/, "$1"),
				port: port === "" ? undefined : port,
				method,
				path: target,
				headers: Object.fromEntries(lines),
				agent,
				setHost: false,
			});
			request.setNoDelay(true);
			request.setTimeout(silentMilliseconds, () => request.destroy(new Error("the upstream is silent")));
			const { promise, resolve, reject } = Promise.withResolvers<AccessUpstreamAnswer>();
			request.once("response", (response) => {
				const { statusCode = 502, rawHeaders } = response;
				const answered: [string, string][] = [];
				for (let i = 0; i + 1 < rawHeaders.length; i += 2) answered.push([rawHeaders[i] as string, rawHeaders[i + 1] as string]);
				resolve({ status: statusCode, headers: answered, body: response });
			});
			request.on("error", reject);
			request.once("close", () => reject(new Error("the upstream gave no answer")));
			// Whoever waits for the answer sees the rejection; an exchange that was aborted has nobody who waits.
			promise.catch(() => {});
			return { body: request, answer: promise, abort: () => void request.destroy() };
		},
		close: () => agent.destroy(),
	};
}
