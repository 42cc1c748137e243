/** S3 behind the proxy: who signed, what is asked for, whether it is allowed, and then the request anew, with the upstream's signature. */
import { createHash } from "node:crypto";
import { sha256 } from "../../crypto/sigv4-canonical.ts";
import type { ContextValues } from "../../domain/access/permissions.ts";
import type { AccessUpstreamExchange, Patience } from "../../kernel/ports.ts";
import { readAnswer, readBody } from "../relay.ts";
import { askUpstream, findDenial, type ProxyRequest, relay, relayWhole } from "../request.ts";
import { findSigner, type Signer } from "../signature.ts";
import { deniedItems, mergeDenied } from "./delete-objects.ts";
import { documentBytesMax, documentContext, readDelete, writeDelete } from "./documents.ts";
import { upstreamHeaders } from "./headers.ts";
import { findS3Operation, type S3Operation } from "./operations.ts";
import { type Payload, readPayload } from "./payload.ts";
import {
	accessDenied,
	badDigest,
	incompleteBody,
	invalidArgument,
	invalidRequest,
	maxMessageLengthExceeded,
	refuseSignature,
	signatureVersionUnsupported,
	upstreamSilent,
} from "./refusals.ts";
import { type AskedOfS3, rightsOf } from "./rights.ts";
import { readTarget, type S3Target, writePath, writeQuery } from "./target.ts";

/** "The difference between the request time and the server's time is too large": S3 allows 15 minutes. */
const skewMilliseconds = 15 * 60_000;
/** Of an answer that is changed on its way back: DeleteObjects', of 1,000 keys. */
const answerBytesMax = 16 * 1024 * 1024;
const faults = { cut: incompleteBody, upstreamSilent };
/** How long a refusal waits for the headers that an upstream would give its answer: whoever is refused may be anybody. */
const refusalMilliseconds = 2_000;

const signingParameters: ReadonlySet<string> = new Set(
	["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token"].map((name) => `X-Amz-${name}`),
);

/** @throws the refusals of `refusals.ts` */
export async function serveS3(request: ProxyRequest, hostBucket: string | undefined): Promise<void> {
	const { received, call, checks } = request;
	const { raw, method } = received;
	const whole = readTarget(raw.target, hostBucket);
	if (method === "OPTIONS") return passPreflight(request, whole);
	if (/^AWS\s/.test(received.headers.get("authorization") ?? "") || whole.query.has("AWSAccessKeyId")) throw signatureVersionUnsupported();
	const rules = { service: "s3", skewMilliseconds, presigned: true, refuse: refuseSignature } as const;
	const claimed = await findSigner(call, checks, raw, rules);
	const { target, headers } = splitQuery(whole, received.headers, claimed.form);
	const payload = readPayload(headers, received.bodyBytes, claimed.form);
	const signer = claimed.prove(payload.named);
	if (!signer.isVerified && request.isForeignPage) {
		throw accessDenied(
			"Web pages of this origin may not send requests that any access key signs. GATEHOUSE_CORS_ORIGINS lists those that may.",
		);
	}
	const operation = findS3Operation(method, target, headers.has("x-amz-copy-source"));
	request.name(operation.name);
	checkOwner(headers, call.settings.accountId);
	const passed = upstreamHeaders(operation, headers);
	checkOutside(operation, target, payload);
	const asked = (document: ContextValues): AskedOfS3 => {
		return { operation, target, headers, document, signer, now: call.now, accountId: call.settings.accountId };
	};
	const open = (bytes: number, hash: string) => openUpstream(request, operation, target, passed, bytes, hash);
	if (operation.document === undefined) {
		await checkRights(request, signer, asked({}));
		return relay(request, payload.check(signer.chunks), () => open(payload.length, payload.upstreamHash), faults);
	}
	request.invite();
	const body = await readBody(request.incoming, payload.check(signer.chunks), documentBytesMax, maxMessageLengthExceeded, faults);
	checkMd5(headers, body);
	if (operation.document === "delete") return deleteObjects(request, signer, asked({}), passed, body);
	await checkRights(request, signer, asked(documentContext(operation.document, body)));
	return relayWhole(request, body, open(body.length, sha256(body)), faults);
}

/** Presigned URLs may carry S3's headers in their query. */
function splitQuery(
	target: S3Target,
	sent: ReadonlyMap<string, string>,
	form: "header" | "query",
): { readonly target: S3Target; readonly headers: ReadonlyMap<string, string> } {
	const query = new Map<string, string>();
	const headers = new Map(sent);
	for (const [name, value] of target.query) {
		const header = name.toLowerCase();
		// Which operation an SDK means by a request; it says nothing new.
		if (name === "x-id" || (form === "query" && signingParameters.has(name))) continue;
		if (form === "query" && header.startsWith("x-amz-")) {
			if (headers.has(header) || !/^[\t -~\u00a0-\u00ff]*$/.test(value)) throw invalidArgument(`${header} must not come twice.`);
			headers.set(header, value);
		} else query.set(name, value);
	}
	return { target: { ...target, query }, headers };
}

/** Whose bucket it is, the caller may ask to be sure of: here all are the account's. */
function checkOwner(headers: ReadonlyMap<string, string>, accountId: string): void {
	for (const name of ["x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner"]) {
		if ((headers.get(name) ?? accountId) !== accountId) throw accessDenied();
	}
}

function checkOutside({ method, name }: S3Operation, { query }: S3Target, payload: Payload): void {
	if (method !== "PUT" && method !== "POST" && payload.length > 0) throw invalidRequest(`${name} has no body.`);
	if ((query.get("list-type") ?? "2") !== "2") throw invalidArgument("Invalid List Type specified in Request");
	// A number to policies too: of -1 some servers give as many as there are.
	if (!/^\d{1,10}$/.test(query.get("max-keys") ?? "0")) throw invalidArgument("Provided max-keys not an integer or within integer range");
}

async function checkRights(request: ProxyRequest, signer: Signer, asked: AskedOfS3): Promise<void> {
	for (const right of rightsOf(asked)) {
		const denial = await findDenial(request, signer, right, '"');
		if (denial !== undefined) throw accessDenied(denial);
	}
}

function checkMd5(headers: ReadonlyMap<string, string>, body: Buffer): void {
	const claimed = headers.get("content-md5");
	if (claimed !== undefined && claimed !== createHash("md5").update(body).digest("base64")) throw badDigest("Content-MD5");
}

function openUpstream(
	{ upstream }: ProxyRequest,
	{ method }: S3Operation,
	{ bucket, key, query }: S3Target,
	headers: ReadonlyMap<string, string>,
	bytes: number,
	payloadHash: string,
): AccessUpstreamExchange {
	const length: [string, string][] = method === "PUT" || method === "POST" ? [["content-length", String(bytes)]] : [];
	return upstream.open({ method, target: writePath(bucket, key) + writeQuery(query), headers: [...headers, ...length], payloadHash });
}

/** Those that may be deleted go on; the others come back as errors of theirs, beside the upstream's. */
async function deleteObjects(
	request: ProxyRequest,
	signer: Signer,
	asked: AskedOfS3,
	passed: ReadonlyMap<string, string>,
	body: Buffer,
): Promise<void> {
	const { outgoing, answerHeaders, upstream } = request;
	const document = readDelete(body);
	const bucket = asked.target.bucket as string;
	const { allowed, denied } = await deniedItems(request, signer, asked, document.objects);
	const finish = (xml: Buffer, headers: readonly (readonly [string, string])[]) => {
		const own: [string, string][] = [
			["content-type", "application/xml"],
			["content-length", String(xml.length)],
		];
		outgoing.writeHead(200, [...headers, ...own, ...answerHeaders].flat());
		outgoing.end(xml);
	};
	if (allowed.length === 0) return finish(mergeDenied(undefined, denied), []);
	const rewritten = writeDelete({ ...document, objects: allowed });
	const headers = new Map([...passed].filter(([name]) => !name.startsWith("x-amz-checksum-") && name !== "content-type"));
	headers.set("content-type", "application/xml");
	headers.set("content-md5", createHash("md5").update(rewritten).digest("base64"));
	headers.set("content-length", String(rewritten.length));
	const target = `${writePath(bucket, undefined)}?delete`;
	const exchange = upstream.open({ method: "POST", target, headers: [...headers], payloadHash: sha256(rewritten) });
	const answer = await askUpstream(request, rewritten, exchange, faults);
	const answered = await readAnswer(answer, answerBytesMax);
	if (answered === undefined) throw upstreamSilent();
	const cors = answer.headers.filter(([name]) => /^(?:access-control-|vary$|x-amz-)/i.test(name));
	if (answer.status === 200) return finish(mergeDenied(answered, denied), cors);
	outgoing.writeHead(answer.status, [...cors, ["content-type", "application/xml"] as const, ...answerHeaders].flat());
	outgoing.end(answered);
}

/** A browser asks whether it may ask: the bucket's own CORS says so, and the answer tells nothing else. */
async function passPreflight(request: ProxyRequest, target: S3Target): Promise<void> {
	const { received, upstream } = request;
	const headers = ["origin", "access-control-request-method", "access-control-request-headers"].flatMap((name) => {
		const value = received.headers.get(name);
		return value === undefined ? [] : [[name, value] as const];
	});
	request.name("OPTIONS");
	if (headers.length < 2 || target.bucket === undefined || received.bodyBytes !== 0) throw accessDenied();
	const path = writePath(target.bucket, target.key);
	return relayWhole(request, Buffer.alloc(0), upstream.open({ method: "OPTIONS", target: path, headers, payloadHash: undefined }), faults);
}

/** The CORS headers of a refusal: what the bucket's rules would have given the answer, or a page could not read why. */
export async function corsOfRefusal(
	{ received, upstream }: Pick<ProxyRequest, "received" | "upstream">,
	hostBucket: string | undefined,
	patience: Patience,
): Promise<readonly (readonly [name: string, value: string])[]> {
	const origin = received.headers.get("origin");
	if (origin === undefined || received.method === "OPTIONS") return [];
	try {
		const { bucket, key } = readTarget(received.raw.target, hostBucket);
		if (bucket === undefined) return [];
		const headers: [string, string][] = [
			["origin", origin],
			["access-control-request-method", received.method],
		];
		const exchange = upstream.open({ method: "OPTIONS", target: writePath(bucket, key), headers, payloadHash: undefined });
		exchange.body.end();
		const answer = await patience.within(refusalMilliseconds, exchange.answer);
		if (answer === undefined) {
			exchange.abort();
			return [];
		}
		answer.body.resume();
		if (answer.status !== 200 && answer.status !== 204) return [];
		return answer.headers.filter(([name]) => /^(?:access-control-(?:allow-origin|allow-credentials|expose-headers)|vary)$/i.test(name));
	} catch {
		return [];
	}
}
