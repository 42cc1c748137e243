/** What DynamoDB says of a request that it refuses. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
import { AwsError } from "../../aws/errors.ts";
import type { SignatureFault } from "../signature.ts";

export const accessDenied = (message: string) => new AwsError("AccessDeniedException", message);
export const validation = (message: string) => new AwsError("ValidationException", message);
export const serialization = () => new AwsError("SerializationException", "The request's body is not an object of JSON.");
export const tableNotFound = () => new AwsError("ResourceNotFoundException", "Requested resource not found");
export const requestTooLarge = () => new AwsError("RequestEntityTooLarge", "The request's body is too large.", { status: 413 });
export const bodyCut = () => serialization();
export const upstreamSilent = () =>
	new AwsError("ServiceUnavailable", "The database behind this proxy does not answer. Please try again.", { status: 503 });

export function refuseSignature(fault: SignatureFault, message: string): AwsError {
	switch (fault) {
		case "missing":
			return new AwsError("MissingAuthenticationTokenException", "Request is missing Authentication Token");
		case "malformed":
			return new AwsError("IncompleteSignatureException", message);
		case "unknownKey":
		case "invalidToken":
			return new AwsError("UnrecognizedClientException", "The security token included in the request is invalid.");
		case "expiredToken":
			return new AwsError("ExpiredTokenException", "The security token included in the request is expired");
		case "mismatch":
			return new AwsError(
				"InvalidSignatureException",
				"The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
			);
		case "skewed":
		case "urlExpired":
		case "unsignedHeaders":
		case "scope":
			return new AwsError("InvalidSignatureException", message);
	}
}

/** Errors of the service itself; the others are of the layer before it. */
const ofDynamo: ReadonlySet<string> = new Set(["ResourceNotFoundException", "InternalServerError"]);

/** The answer that DynamoDB's clients parse. */
export function encodeDynamoError(error: AwsError): { readonly contentType: string; readonly body: string } {
	const namespace = ofDynamo.has(error.code) ? "com.amazonaws.dynamodb.v20120810" : "com.amazon.coral.service";
	const body = JSON.stringify({ __type: `${namespace}#${error.code}`, message: error.message, Message: error.message });
	return { contentType: "application/x-amz-json-1.0", body };
}
