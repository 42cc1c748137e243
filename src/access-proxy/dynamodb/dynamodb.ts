/** DynamoDB behind the proxy: the operation is in a header, all else in a body of JSON, which is read, judged and written anew. */
import { sha256 } from "../../crypto/sigv4-canonical.ts";
import { parseObject } from "../../kernel/json.ts";
import type { Received } from "../received.ts";
import { type BodyCheck, readBody } from "../relay.ts";
import { findDenial, type ProxyRequest, relayWhole } from "../request.ts";
import { findSigner } from "../signature.ts";
import { type KeySchemas, openDynamo } from "./key-schemas.ts";
import { dynamoOperations } from "./operations.ts";
import {
	accessDenied,
	bodyCut,
	refuseSignature,
	requestTooLarge,
	serialization,
	tableNotFound,
	upstreamSilent,
	validation,
} from "./refusals.ts";
import { checkMembers, rightsOf } from "./rights.ts";

export { encodeDynamoError } from "./refusals.ts";

/** As every signed request to AWS but S3's. */
const skewMilliseconds = 5 * 60_000;
/** BatchWriteItem's 16 MB, and room for JSON around it. */
const bodyBytesMax = 18 * 1024 * 1024;
/** As DynamoDB's own endpoints answer: two days. */
const preflightSeconds = 172_800;
const faults = { cut: bodyCut, upstreamSilent };
const target = /^DynamoDB_20120810\.([A-Za-z]{1,64})$/;

/** @throws the refusals of `refusals.ts` */
export async function serveDynamo(request: ProxyRequest, keySchemas: KeySchemas): Promise<void> {
	const { received, call, checks, upstream, incoming } = request;
	const { method, raw, headers } = received;
	if (method === "OPTIONS") return answerPreflight(request);
	const name = target.exec(headers.get("x-amz-target") ?? "")?.[1] ?? "";
	const operation = dynamoOperations.get(name);
	if (operation !== undefined) request.name(name);
	const rules = { service: "dynamodb", skewMilliseconds, presigned: false, refuse: refuseSignature } as const;
	const claimed = await findSigner(call, checks, raw, rules);
	if (received.bodyBytes === undefined || received.bodyBytes > bodyBytesMax) throw requestTooLarge();
	request.invite();
	const body = await readBody(incoming, asItComes(received.bodyBytes), bodyBytesMax, requestTooLarge, faults);
	const signer = claimed.prove(sha256(body));
	if (!signer.isVerified && request.isForeignPage) {
		throw accessDenied(
			"Web pages of this origin may not send requests that any access key signs. GATEHOUSE_CORS_ORIGINS lists those that may.",
		);
	}
	if (method !== "POST" || raw.target !== "/" || operation === undefined) {
		throw accessDenied("Gatehouse's access proxy does not pass on this operation.");
	}
	const input = parseUtf8(body);
	checkMembers(input, operation.members);
	const tableArns = `arn:aws:dynamodb:${signer.region}:${call.settings.accountId}:table/`;
	const schema = (table: string) => keySchemas.find({ call, upstream }, table);
	const rights = await rightsOf(name, operation, input, { tableArns, schema });
	// A batch or transaction of nothing asks for no right, and nobody needs it.
	if (rights.length === 0) throw validation("The batch or transaction must have at least one item.");
	for (const right of rights) {
		const denial = await findDenial(request, signer, right);
		if (denial !== undefined) throw accessDenied(denial);
	}
	if (rights.some(({ isMissing }) => isMissing === true)) throw tableNotFound();
	// What is judged is what is sent: a name that came twice has one value now.
	const rewritten = write(input);
	if (operation.kind === "table") keySchemas.forget(String(input["TableName"]));
	const answered = { ...request, answerHeaders: [...request.answerHeaders, ...corsOfDynamo(received)] };
	return relayWhole(answered, rewritten, openDynamo(upstream, name, rewritten), faults);
}

function asItComes(length: number): BodyCheck {
	let received = 0;
	return {
		push(bytes, pass) {
			received += bytes.length;
			pass(bytes);
		},
		end() {
			if (received !== length) throw bodyCut();
		},
	};
}

function parseUtf8(body: Buffer): Readonly<Record<string, unknown>> {
	let text: string;
	try {
		text = new TextDecoder("utf-8", { fatal: true }).decode(body);
	} catch {
		throw serialization();
	}
	const input = parseObject(text);
	if (input === undefined) throw serialization();
	return input;
}

function write(input: object): Buffer {
	try {
		return Buffer.from(JSON.stringify(input));
	} catch {
		// Nested deeper than the stack; DynamoDB itself takes 32 levels.
		throw serialization();
	}
}

/** DynamoDB's endpoints are open to every page: its requests prove themselves. */
export function corsOfDynamo({ headers }: Received): readonly (readonly [name: string, value: string])[] {
	if (!headers.has("origin")) return [];
	return [
		["access-control-allow-origin", "*"],
		["access-control-expose-headers", "x-amzn-errortype,x-amzn-requestid,x-amzn-errormessage,date"],
	];
}

function answerPreflight({ received, outgoing, answerHeaders }: ProxyRequest): void {
	const asked = received.headers.get("access-control-request-headers");
	const allowed: [string, string][] =
		asked === undefined || !/^[\w!#$%&'*+.^`|~, -]*$/.test(asked) ? [] : [["access-control-allow-headers", asked]];
	const headers: (readonly [string, string])[] = [
		["access-control-allow-origin", "*"],
		["access-control-allow-methods", "POST"],
		["access-control-max-age", String(preflightSeconds)],
		...allowed,
		...answerHeaders,
	];
	outgoing.writeHead(200, [...headers, ["content-length", "0"] as const].flat());
	outgoing.end();
}
