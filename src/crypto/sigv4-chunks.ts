/**
 * Signatures of a body that is sent in chunks: each is made over the one before it, so that none can be changed, left out or moved.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
import { createHmac, type Hash, hash, type KeyObject } from "node:crypto";
import { equalBytes } from "./equal-bytes.ts";
import { type SignatureClaim, sha256, terminator } from "./sigv4-canonical.ts";

const emptyHash = hash("sha256", "");

/** Verifies the chunks of one body, in order. */
export interface ChunkVerifier {
	/** Whether the next chunk, of which `data` is the SHA-256 so far, was signed so. */
	verifyChunk(data: Hash, signature: string): boolean;
	/** Whether the headers after the last chunk, one `name:value` a line, were signed so. */
	verifyTrailer(lines: string, signature: string): boolean;
}

/** `key` and `signature` are those of the request itself, which the first chunk follows. */
export function createChunkVerifier(
	claim: Pick<SignatureClaim, "timestamp" | "date" | "region" | "service">,
	key: KeyObject,
	signature: string,
): ChunkVerifier {
	const scope = `${claim.date}/${claim.region}/${claim.service}/${terminator}`;
	let previous = signature;
	const verify = (algorithm: string, rest: string, given: string): boolean => {
		const expected = createHmac("sha256", key).update(`${algorithm}\n${claim.timestamp}\n${scope}\n${previous}\n${rest}`).digest("hex");
		previous = expected;
		return equalBytes(Buffer.from(expected), Buffer.from(given));
	};
	return {
		verifyChunk: (data, given) => verify("AWS4-HMAC-SHA256-PAYLOAD", `${emptyHash}\n${data.digest("hex")}`, given),
		verifyTrailer: (lines, given) => verify("AWS4-HMAC-SHA256-TRAILER", sha256(Buffer.from(lines, "latin1")), given),
	};
}
