/**
 * The access proxy, a door of its own: S3 and DynamoDB behind Gatehouse's credentials. Whoever asks is judged by the policies of who
 * signed, and what may pass is asked of the upstream anew, in the proxy's own words and with the proxy's own signature. It knows what the
 * two services' requests ask for; it must not know what is stored there, nor what a user pool or an identity is.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../aws/errors.ts";
import type { Config } from "../config.ts";
import { randomUuid } from "../crypto/random-text.ts";
import type { Call } from "../domain/call.ts";
import { checkPeer } from "../http/guard.ts";
import { createOriginRules } from "../http/origins.ts";
import { createAddressSet, findClient } from "../http/peer.ts";
import type { AccessUpstream } from "../kernel/ports.ts";
import { corsOfDynamo, encodeDynamoError, serveDynamo } from "./dynamodb/dynamodb.ts";
import { createKeySchemas } from "./dynamodb/key-schemas.ts";
import { findHost, type ProxyHost, type Received, readReceived } from "./received.ts";
import type { ProxyRequest } from "./request.ts";
import { encodeS3Error } from "./s3/refusals.ts";
import { corsOfRefusal, serveS3 } from "./s3/s3.ts";
import type { SignatureChecks } from "./signature.ts";

export interface AccessProxyOptions {
	readonly base: Pick<Call, "store" | "vault" | "caches" | "ports" | "settings">;
	readonly config: Pick<Config, "mode" | "developmentForced" | "publicUrl" | "domainSuffix" | "trustedProxies" | "corsOrigins">;
	readonly checks: SignatureChecks;
	readonly upstreams: { readonly s3?: AccessUpstream; readonly dynamodb?: AccessUpstream };
}

/** Answers one request. `awaits`: its sender waits for 100 Continue before it sends the body. */
export type AccessProxy = (incoming: IncomingMessage, outgoing: ServerResponse, awaits: boolean) => void;

type Service = "s3" | "dynamodb";

/** What is known of a request so far. */
interface Facts {
	service: Service;
	operation: string;
	received: Received | undefined;
	bucket: string | undefined;
}

export function createAccessProxy({ base, config, checks, upstreams }: AccessProxyOptions): AccessProxy {
	const { clock, log, meters, random } = base.ports;
	const isTrustedProxy = createAddressSet(config.trustedProxies);
	const origins = createOriginRules(config);
	const names = { publicUrl: config.publicUrl, suffix: config.domainSuffix };
	const keySchemas = createKeySchemas(clock);

	async function serve(facts: Facts, call: Call, incoming: IncomingMessage, outgoing: ServerResponse, invite: () => void): Promise<void> {
		const received = readReceived(incoming);
		facts.received = received;
		const host = findHost(received.raw, received.headers.get("host"), names);
		facts.service = serviceOf(host, received);
		facts.bucket = host.service === "s3" ? host.bucket : undefined;
		const client = findClient(received.raw, isTrustedProxy);
		const stranger = checkPeer(config, received.raw, client);
		if (stranger !== undefined) throw new AwsError("AccessDenied", stranger.message, { status: 403 });
		const upstream = upstreams[facts.service];
		if (upstream === undefined) {
			const setting = `GATEHOUSE_UPSTREAM_${facts.service.toUpperCase()}`;
			throw new AwsError("AccessDenied", `Nothing is behind this proxy for ${facts.service}: ${setting} is not set.`, { status: 403 });
		}
		const request: ProxyRequest = {
			call: { ...call, sourceIp: client.ip, userAgent: received.headers.get("user-agent") },
			checks,
			upstream,
			received,
			incoming,
			outgoing,
			isForeignPage: origins.page(received.raw.headers) === "foreign",
			isSecure: client.protocol === "https",
			invite,
			name(operation) {
				facts.operation = operation;
			},
			answerHeaders: answerHeaders(call),
		};
		return facts.service === "s3" ? serveS3(request, facts.bucket) : serveDynamo(request, keySchemas);
	}

	async function answer(incoming: IncomingMessage, outgoing: ServerResponse, awaits: boolean): Promise<void> {
		const began = clock.monotonic();
		const now = clock.now();
		const call: Call = { ...base, now, requestId: randomUuid(random), region: undefined, sourceIp: undefined, userAgent: undefined };
		const facts: Facts = { service: "s3", operation: "unknown", received: undefined, bucket: undefined };
		let waits = awaits;
		const invite = () => {
			if (waits) outgoing.writeContinue();
			waits = false;
		};
		let outcome = "ok";
		try {
			await serve(facts, call, incoming, outgoing, invite);
		} catch (thrown) {
			const error = asAwsError(call, facts, thrown, outgoing);
			outcome = error.code;
			// Whoever waits may never send the body, and then what follows would be taken for it.
			await refuse(facts, call, error, outgoing, waits);
		} finally {
			const milliseconds = clock.monotonic() - began;
			meters.operation(facts.service, facts.operation, outcome, milliseconds / 1000);
			const { service, operation } = facts;
			const rounded = Math.round(milliseconds * 10) / 10;
			log.info({ requestId: call.requestId, service, operation, outcome, milliseconds: rounded }, "request");
		}
	}

	async function refuse(
		{ service, received, bucket }: Facts,
		call: Call,
		error: AwsError,
		outgoing: ServerResponse,
		close: boolean,
	): Promise<void> {
		if (outgoing.headersSent) return void outgoing.destroy();
		const upstream = upstreams.s3;
		const cors =
			received === undefined
				? []
				: service === "dynamodb"
					? corsOfDynamo(received)
					: upstream === undefined
						? []
						: await corsOfRefusal({ received, upstream }, bucket, base.ports.patience);
		const { contentType, body } = service === "s3" ? encodeS3Error(error, call.requestId) : encodeDynamoError(error);
		const headers: (readonly [string, string])[] = [
			...cors,
			...answerHeaders(call),
			["content-type", contentType],
			["content-length", String(Buffer.byteLength(body))],
			[service === "s3" ? "x-amz-request-id" : "x-amzn-requestid", call.requestId],
		];
		if (close) headers.push(["connection", "close"]);
		outgoing.writeHead(error.status, headers.flat());
		outgoing.end(received?.method === "HEAD" ? undefined : body);
	}

	return (incoming, outgoing, awaits) => {
		answer(incoming, outgoing, awaits).catch((error: unknown) => {
			log.error({ error }, "an answer could not be written");
			outgoing.destroy();
		});
	};
}

function serviceOf(host: ProxyHost, { headers, raw }: Received): Service {
	if (host.service !== "either") return host.service;
	const asked = headers.get("access-control-request-headers");
	const asksForTarget =
		raw.method === "OPTIONS" &&
		asked
			?.toLowerCase()
			.split(/\s*,\s*/)
			.includes("x-amz-target") === true;
	return headers.has("x-amz-target") || asksForTarget ? "dynamodb" : "s3";
}

/** The server's own clock, which development can move: signers correct theirs by it. */
const answerHeaders = ({ now }: Call): readonly (readonly [string, string])[] => [["date", new Date(now).toUTCString()]];

function asAwsError(call: Call, { service }: Facts, thrown: unknown, outgoing: ServerResponse): AwsError {
	if (thrown instanceof AwsError) return thrown;
	// The client went away, or the upstream did, while the answer was on its way.
	if (outgoing.headersSent) return new AwsError("Cut", "", { status: 500 });
	call.ports.log.error({ requestId: call.requestId, err: thrown }, "request failed");
	const message = `The request failed inside the server. Request id: ${call.requestId}`;
	return new AwsError(service === "s3" ? "InternalError" : "InternalServerError", message, { status: 500 });
}
