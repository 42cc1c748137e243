/**
 * What an upstream has against the proxy itself, rather than against who asked: a key or signature that it does not take, or another
 * address that it sends to. Handed on, that would tell strangers of the proxy's own key and of addresses behind it, and its clients that
 * their credentials are wrong.
 */
import { Readable } from "node:stream";
import type { AccessUpstreamAnswer } from "../kernel/ports.ts";

/** Error documents begin with their code; an item of DynamoDB's, which may follow, can be long. */
const beginningBytesMax = 4096;
const elsewhere: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const refusing: ReadonlySet<number> = new Set([400, 401, 403]);
/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html,
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const codes = [
	"AuthorizationHeaderMalformed",
	"ExpiredToken",
	"IncompleteSignature",
	"InvalidAccessKeyId",
	"InvalidClientTokenId",
	"InvalidSecurity",
	"InvalidSignature",
	"InvalidToken",
	"MissingAuthenticationToken",
	"RequestTimeTooSkewed",
	"SignatureDoesNotMatch",
	"UnrecognizedClient",
].join("|");
const ownCode = new RegExp(`<Code>(${codes})</Code>|"__type"\\s*:\\s*"(?:[^"#]*#)?(${codes})(?:Exception)?"`);

export interface SeenAnswer {
	readonly answer: AccessUpstreamAnswer;
	/** What the upstream has against the proxy; undefined: nothing. */
	readonly ownFault: string | undefined;
}

/** The answer, of which the beginning may have been read and stands in it again. */
export async function findOwnFault(answer: AccessUpstreamAnswer): Promise<SeenAnswer> {
	const { status, body } = answer;
	if (elsewhere.has(status)) {
		body.destroy();
		return { answer, ownFault: `it answers ${status}` };
	}
	if (!refusing.has(status)) return { answer, ownFault: undefined };
	const rest = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
	const pieces: Buffer[] = [];
	for (let length = 0; length < beginningBytesMax; ) {
		const next = await rest.next();
		if (next.done === true) break;
		pieces.push(next.value);
		length += next.value.length;
	}
	const beginning = Buffer.concat(pieces);
	const [, ofS3, ofDynamo] = ownCode.exec(beginning.toString("latin1", 0, beginningBytesMax)) ?? [];
	const ownFault = ofS3 ?? ofDynamo;
	if (ownFault !== undefined) body.destroy();
	const whole = Readable.from(
		(async function* () {
			if (beginning.length > 0) yield beginning;
			yield* { [Symbol.asyncIterator]: () => rest };
		})(),
	);
	// Whoever gives up the answer before it was read gives up the upstream's.
	whole.once("close", () => body.destroy());
	return { answer: { ...answer, body: whole }, ownFault };
}
