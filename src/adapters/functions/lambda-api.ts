/** Functions behind a Lambda Invoke API: Amazon's, SAM's local one, an emulator's. The SDK is large: it is loaded at the first call. */
import type { LambdaClient } from "@aws-sdk/client-lambda";
import { parseJson } from "../../kernel/json.ts";
import type { FunctionOutcome, Log } from "../../kernel/ports.ts";
import type { FunctionArn } from "./arn.ts";
import type { FunctionLimits } from "./limits.ts";

export interface LambdaApi {
	/** Invokes a function once; `event` is JSON. */
	call(arn: FunctionArn, event: string, wait: boolean): Promise<FunctionOutcome>;
	close(): void;
}

type Sdk = typeof import("@aws-sdk/client-lambda");

const connectMilliseconds = 2_000;
/** Of a function's error message: more than any door passes on. */
const errorCharactersMax = 16_384;

/** `endpoint` is a URL, or `aws` for Amazon's own in the region of the ARN. */
export function createLambdaApi(endpoint: string, limits: FunctionLimits, log: Log): LambdaApi {
	const amazon = endpoint === "aws" || /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
	/** One for each region: requests are signed for it. */
	const clients = new Map<string, LambdaClient>();
	let sdk: Promise<Sdk> | undefined;
	let underWay = 0;

	function clientOf({ LambdaClient }: Sdk, region: string): LambdaClient {
		let client = clients.get(region);
		if (client === undefined) {
			client = new LambdaClient({
				region,
				...(endpoint !== "aws" && { endpoint }),
				// How often it is tried is for the caller to say.
				maxAttempts: 1,
				requestHandler: {
					connectionTimeout: connectMilliseconds,
					requestTimeout: limits.callMilliseconds,
					throwOnRequestTimeout: true,
				},
			});
			// An event is JSON. The SDK calls it bytes, which SAM's local API refuses.
			client.middlewareStack.add(
				(next) => (args) => {
					(args.request as { headers: Record<string, string> }).headers["content-type"] = "application/json";
					return next(args);
				},
				{ step: "build", name: "jsonContentType" },
			);
			clients.set(region, client);
		}
		return client;
	}

	async function invoke(arn: FunctionArn, event: string, wait: boolean, abortSignal: AbortSignal): Promise<FunctionOutcome> {
		sdk ??= import("@aws-sdk/client-lambda");
		const loaded = await sdk;
		// SAM's local API knows names, and Amazon's, of all accounts, ARNs.
		const target = amazon ? { FunctionName: arn.arn } : { FunctionName: arn.name, ...(arn.qualifier && { Qualifier: arn.qualifier }) };
		const command = new loaded.InvokeCommand({
			...target,
			InvocationType: wait ? "RequestResponse" : "Event",
			Payload: Buffer.from(event),
		});
		const answer = await clientOf(loaded, arn.region).send(command, { abortSignal });
		if (!wait) return { kind: "accepted" };
		const payload = parseJson(Buffer.from(answer.Payload ?? []).toString("utf8"));
		if (answer.FunctionError === undefined) return { kind: "answered", payload };
		const error = (payload ?? {}) as { errorType?: unknown; errorMessage?: unknown };
		const errorType = typeof error.errorType === "string" ? error.errorType : undefined;
		const errorMessage = (typeof error.errorMessage === "string" ? error.errorMessage : answer.FunctionError).slice(0, errorCharactersMax);
		log.warn({ function: arn.name, errorType, errorMessage }, "a function failed");
		return { kind: "failed", errorType, errorMessage };
	}

	return {
		async call(arn, event, wait) {
			if (underWay >= limits.remoteCallsMax) return { kind: "unavailable", reason: "busy" };
			underWay++;
			const abort = new AbortController();
			const late = Promise.withResolvers<FunctionOutcome>();
			// Not all that the SDK waits for can be aborted: looking for credentials can't.
			const timer = setTimeout(() => {
				abort.abort();
				late.resolve({ kind: "unavailable", reason: "timeout" });
			}, limits.callMilliseconds);
			const outcome = await Promise.race([
				invoke(arn, event, wait, abort.signal).catch((error: unknown) => unavailable(error)),
				late.promise,
			]).finally(() => {
				clearTimeout(timer);
				underWay--;
			});
			if (outcome.kind === "unavailable") {
				const { reason, errorCode } = outcome;
				log.warn({ function: arn.name, reason, errorCode }, "a function could not be invoked");
			}
			return outcome;
		},
		close() {
			for (const client of clients.values()) client.destroy();
			clients.clear();
		},
	};
}

/** What the SDK threw: an answer with an HTTP status, or what kept it from getting one. */
function unavailable(error: unknown): FunctionOutcome {
	const { name, code, $metadata } = error as { name?: string; code?: string; $metadata?: { httpStatusCode?: number } };
	// The SDK calls a connection that was hung up a timeout as well.
	if (name === "AbortError" || (name === "TimeoutError" && code !== "ECONNRESET" && code !== "EPIPE"))
		return { kind: "unavailable", reason: "timeout" };
	const errorCode = code ?? name;
	const reason = $metadata?.httpStatusCode === undefined ? "unreachable" : name === "ResourceNotFoundException" ? "absent" : "refused";
	return { kind: "unavailable", reason, ...(errorCode !== undefined && { errorCode }) };
}
