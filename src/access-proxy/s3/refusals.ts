/** What S3 says of a request that it refuses. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
import { AwsError } from "../../aws/errors.ts";
import type { SignatureFault } from "../signature.ts";
import { xmlText } from "./xml-text.ts";

const refusal = (status: number, code: string, message: string) => new AwsError(code, message, { status });

export const accessDenied = (message = "Access Denied") => refusal(403, "AccessDenied", message);
export const invalidUri = () => refusal(400, "InvalidURI", "Couldn't parse the specified URI.");
export const invalidBucketName = () => refusal(400, "InvalidBucketName", "The specified bucket is not valid.");
export const keyTooLong = () => refusal(400, "KeyTooLongError", "Your key is too long");
export const invalidArgument = (message: string) => refusal(400, "InvalidArgument", message);
export const invalidRequest = (message: string) => refusal(400, "InvalidRequest", message);
export const missingContentLength = () => refusal(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
export const entityTooLarge = () =>
	refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size of a single request.");
export const maxMessageLengthExceeded = () => refusal(400, "MaxMessageLengthExceeded", "Your request was too big.");
export const malformedXml = () =>
	refusal(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");
export const incompleteBody = () =>
	refusal(400, "IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header.");
export const invalidChunk = () => refusal(400, "InvalidChunkSizeError", "The chunks of the body are not well-formed.");
export const badDigest = (what: string) => refusal(400, "BadDigest", `The ${what} you specified did not match what we received.`);
export const contentSha256Mismatch = () =>
	refusal(400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
export const upstreamSilent = () => refusal(503, "ServiceUnavailable", "The storage behind this proxy does not answer. Please try again.");
export const signatureMismatch = () =>
	refusal(
		403,
		"SignatureDoesNotMatch",
		"The request signature we calculated does not match the signature you provided. Check your key and signing method.",
	);

/** Signature Version 2, by which older clients still presign. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingAWSSDK.html#UsingAWSSDK-sig2-deprecation */
export const signatureVersionUnsupported = () =>
	invalidRequest("The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");

export function refuseSignature(fault: SignatureFault, message: string): AwsError {
	switch (fault) {
		case "missing":
			return accessDenied();
		case "malformed":
			return refusal(400, "AuthorizationHeaderMalformed", message);
		case "scope":
			return refusal(400, "AuthorizationHeaderMalformed", `The authorization header is malformed; ${message}`);
		case "unknownKey":
			return refusal(403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
		case "invalidToken":
			return refusal(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
		case "expiredToken":
			return refusal(400, "ExpiredToken", "The provided token has expired.");
		case "mismatch":
			return signatureMismatch();
		case "skewed":
			return refusal(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
		case "urlExpired":
			return accessDenied("Request has expired");
		case "unsignedHeaders":
			return accessDenied("There were headers present in the request which were not signed");
	}
}

/** The answer that S3's clients parse. */
export function encodeS3Error(error: AwsError, requestId: string): { readonly contentType: string; readonly body: string } {
	const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.code}</Code><Message>${xmlText(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`;
	return { contentType: "application/xml", body };
}
