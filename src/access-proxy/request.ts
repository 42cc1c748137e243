/** What a service of the proxy gets to serve a request with. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AwsError } from "../aws/errors.ts";
import { denialText } from "../domain/access/denials.ts";
import { type ContextValues, decide } from "../domain/access/permissions.ts";
import type { Call } from "../domain/call.ts";
import type { AccessUpstream, AccessUpstreamAnswer, AccessUpstreamExchange } from "../kernel/ports.ts";
import { findOwnFault } from "./own-faults.ts";
import type { Received } from "./received.ts";
import { type BodyCheck, sendAnswer, sendBody } from "./relay.ts";
import type { SignatureChecks, Signer } from "./signature.ts";

export interface ProxyRequest {
	readonly call: Call;
	readonly checks: SignatureChecks;
	readonly upstream: AccessUpstream;
	readonly received: Received;
	readonly incoming: IncomingMessage;
	readonly outgoing: ServerResponse;
	/** Whether a web page of an origin that is not allowed sent it. */
	readonly isForeignPage: boolean;
	readonly isSecure: boolean;
	/** Tells a sender that waits for it (Expect: 100-continue) to send the body. */
	invite(): void;
	/** For the log and the meters. */
	name(operation: string): void;
	/** Headers that every answer has. */
	readonly answerHeaders: readonly (readonly [name: string, value: string])[];
}

/** One right, judged; the text of the refusal, or undefined. */
export async function findDenial(
	{ call, isSecure, received }: Pick<ProxyRequest, "call" | "isSecure" | "received">,
	{ principal, region }: Pick<Signer, "principal" | "region">,
	right: { readonly action: string; readonly resources: readonly string[]; readonly context: ContextValues },
	quote: '"' | "" = "",
): Promise<string | undefined> {
	if (principal.kind === "administrator" && principal.session === undefined) return undefined;
	const referer = received.headers.get("referer");
	const context = { ...right.context, "aws:SecureTransport": String(isSecure), ...(referer !== undefined && { "aws:Referer": referer }) };
	const decision = await decide({ ...call, region }, principal, { action: right.action, resources: right.resources, context });
	return decision.outcome === "allowed" ? undefined : denialText(principal, right.action, decision, quote);
}

export interface Faults {
	cut(): AwsError;
	upstreamSilent(): AwsError;
}

/** Sends a body that is checked on the way, and hands back what the upstream says. */
export async function relay(request: ProxyRequest, check: BodyCheck, open: () => AccessUpstreamExchange, faults: Faults): Promise<void> {
	request.invite();
	const upstreamSilent = (error: unknown) => silent(request, faults, error);
	const { exchange, answer } = await sendBody(request.incoming, check, open, { cut: faults.cut, upstreamSilent });
	try {
		await sendAnswer(request.outgoing, await withoutOwnFault(request, answer, faults), request.answerHeaders);
	} finally {
		if (!exchange.body.writableFinished) exchange.abort();
	}
}

/** The same with a body that is here already. */
export async function relayWhole(request: ProxyRequest, body: Buffer, exchange: AccessUpstreamExchange, faults: Faults): Promise<void> {
	await sendAnswer(request.outgoing, await askUpstream(request, body, exchange, faults), request.answerHeaders);
}

/** The upstream's answer to a whole body. */
export async function askUpstream(
	request: Pick<ProxyRequest, "call">,
	body: Buffer,
	exchange: AccessUpstreamExchange,
	faults: Pick<Faults, "upstreamSilent">,
): Promise<AccessUpstreamAnswer> {
	if (body.length === 0) exchange.body.end();
	else exchange.body.end(body);
	const answer = await exchange.answer.catch((error: unknown): never => {
		throw silent(request, faults, error);
	});
	return withoutOwnFault(request, answer, faults);
}

async function withoutOwnFault(
	request: Pick<ProxyRequest, "call">,
	answer: AccessUpstreamAnswer,
	faults: Pick<Faults, "upstreamSilent">,
): Promise<AccessUpstreamAnswer> {
	const { answer: seen, ownFault } = await findOwnFault(answer).catch((error: unknown): never => {
		throw silent(request, faults, error);
	});
	if (ownFault === undefined) return seen;
	request.call.ports.log.error({ requestId: request.call.requestId, ownFault }, "an upstream refuses the proxy's own requests");
	throw faults.upstreamSilent();
}

function silent({ call }: Pick<ProxyRequest, "call">, faults: Pick<Faults, "upstreamSilent">, error: unknown): AwsError {
	call.ports.log.warn({ requestId: call.requestId, error: error instanceof Error ? error.message : "" }, "an upstream gave no answer");
	return faults.upstreamSilent();
}
