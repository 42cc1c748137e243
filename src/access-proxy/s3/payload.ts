/** What a request says of its body, and the check that holds it to that. */
import { createHash, type Hash } from "node:crypto";
import { type ChecksumName, checksumNames } from "../../crypto/checksums.ts";
import type { ChunkVerifier } from "../../crypto/sigv4-chunks.ts";
import type { BodyCheck } from "../relay.ts";
import { createChunkedCheck } from "./aws-chunked.ts";
import {
	contentSha256Mismatch,
	entityTooLarge,
	incompleteBody,
	invalidArgument,
	invalidRequest,
	missingContentLength,
} from "./refusals.ts";

/** "up to 5 GB in size in a single operation". https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
const bodyBytesMax = 5 * 1024 ** 3;
/** Chunk headers, signatures and trailers beside the bytes themselves. */
const framedBytesMax = 2 * bodyBytesMax;

export const unsigned = "UNSIGNED-PAYLOAD";

export interface Payload {
	/** As the signature names it. */
	readonly named: string;
	/** Bytes that go on. */
	readonly length: number;
	/** What the request to the upstream is signed over. */
	readonly upstreamHash: string;
	/** Which checksum follows the body; it is verified here and goes no further. */
	readonly trailer: ChecksumName | undefined;
	/** `chunks` verifies signed chunks; without it signatures are believed. */
	check(chunks: ChunkVerifier | undefined): BodyCheck;
}

/** @throws InvalidRequest, InvalidArgument, MissingContentLength, EntityTooLarge */
export function readPayload(headers: ReadonlyMap<string, string>, bodyBytes: number | undefined, form: "header" | "query"): Payload {
	const named = headers.get("x-amz-content-sha256") ?? (form === "query" ? unsigned : undefined);
	if (named === undefined) throw invalidRequest("Missing required header for this request: x-amz-content-sha256");
	if (bodyBytes !== undefined && bodyBytes > framedBytesMax) throw entityTooLarge();
	const isHash = /^[0-9a-f]{64}$/.test(named);
	if (named === unsigned || isHash) {
		if (headers.has("x-amz-decoded-content-length") || headers.has("x-amz-trailer")) {
			throw invalidRequest("x-amz-decoded-content-length and x-amz-trailer go with a body in chunks.");
		}
		if (bodyBytes === undefined) throw missingContentLength();
		if (bodyBytes > bodyBytesMax) throw entityTooLarge();
		const check = () => createWholeCheck(bodyBytes, isHash ? named : undefined);
		return { named, length: bodyBytes, upstreamHash: named, trailer: undefined, check };
	}
	const kind = /^STREAMING-(AWS4-HMAC-SHA256-PAYLOAD|UNSIGNED-PAYLOAD-TRAILER|AWS4-HMAC-SHA256-PAYLOAD-TRAILER)$/.exec(named)?.[1];
	if (kind === undefined) throw invalidArgument("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-… or a valid sha256 value.");
	const decoded = headers.get("x-amz-decoded-content-length");
	if (decoded === undefined || !/^\d{1,15}$/.test(decoded)) throw missingContentLength();
	const length = Number(decoded);
	if (length > bodyBytesMax) throw entityTooLarge();
	const trailer = kind.endsWith("-TRAILER") ? readTrailerName(headers.get("x-amz-trailer")) : undefined;
	if (!kind.endsWith("-TRAILER") && headers.has("x-amz-trailer")) throw invalidRequest("x-amz-trailer goes with a body that has one.");
	const signed = kind !== "UNSIGNED-PAYLOAD-TRAILER";
	return {
		named,
		length,
		upstreamHash: unsigned,
		trailer,
		check: (chunks) => createChunkedCheck({ length, signed, chunks, hasTrailer: kind.endsWith("-TRAILER"), checksum: trailer }),
	};
}

function readTrailerName(header: string | undefined): ChecksumName | undefined {
	if (header === undefined) return undefined;
	const name = checksumNames.find((each) => header.trim().toLowerCase() === `x-amz-checksum-${each}`);
	if (name === undefined) throw invalidRequest("The value specified in the x-amz-trailer header is not supported");
	return name;
}

function createWholeCheck(length: number, named: string | undefined): BodyCheck {
	const hash: Hash | undefined = named === undefined ? undefined : createHash("sha256");
	let received = 0;
	return {
		push(bytes, pass) {
			received += bytes.length;
			if (received > length) throw incompleteBody();
			hash?.update(bytes);
			pass(bytes);
		},
		end() {
			if (received !== length) throw incompleteBody();
			if (hash !== undefined && hash.digest("hex") !== named) throw contentSha256Mismatch();
		},
	};
}
