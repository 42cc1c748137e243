import { unreachable } from "../kernel/assert.ts";
import type { ServiceName } from "./model.ts";

/** An answer that refuses: AWS's code and text, translated once by each door (JSON `__type`, Query XML, OAuth `error`, a page's sentence). */
export class AwsError extends Error {
	override readonly name = "AwsError";
	/** The wire name, such as `NotAuthorizedException`. */
	readonly code: string;
	/** HTTP status; the JSON services answer 400 for every client fault. */
	readonly status: number;
	/** Further members of the error's shape, such as `reasonCode`. */
	readonly members: Readonly<Record<string, unknown>>;

	/** An empty message is not sent. */
	constructor(code: string, message: string, options: { status?: number; members?: Record<string, unknown> } = {}) {
		super(message);
		this.code = code;
		this.status = options.status ?? 400;
		this.members = options.members ?? {};
	}
}

/** The target, or `Action` and `Version`, name no operation. AWS's JSON services send no text here. */
export function unknownOperation(service: ServiceName, operation: string, version = ""): AwsError {
	switch (service) {
		case "sts":
		case "iam":
			return new AwsError("InvalidAction", `Could not find operation ${cut(operation)} for version ${cut(version)}`);
		case "cognito-idp":
		case "cognito-identity":
		case "cognito-sync":
		case "kms":
			return new AwsError("UnknownOperationException", "");
		default:
			return unreachable(service);
	}
}

/** What a caller made up is repeated up to this many characters. */
const repeatedCharactersMax = 128;
const cut = (text: string): string => text.slice(0, repeatedCharactersMax).toWellFormed();

const internalCode: Readonly<Record<ServiceName, string>> = {
	"cognito-idp": "InternalErrorException",
	"cognito-identity": "InternalErrorException",
	"cognito-sync": "InternalErrorException",
	sts: "InternalFailure",
	iam: "InternalFailure",
	kms: "KMSInternalException",
};

/** Something of ours broke: no detail leaves but the request id, by which the log is found. */
export function internalError(service: ServiceName, requestId: string): AwsError {
	return new AwsError(internalCode[service], `The request failed inside the server. Request id: ${requestId}`, { status: 500 });
}

export interface EncodedError {
	readonly status: number;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: string;
}

/** The answer of the JSON services: `__type` without a namespace, `message` in lower case. */
export function encodeJsonError(error: AwsError, requestId: string): EncodedError {
	const message = headerText(error.message);
	return {
		status: error.status,
		headers: {
			"content-type": "application/x-amz-json-1.1",
			"x-amzn-RequestId": requestId,
			// With a colon at the end, as Cognito sends it.
			"x-amzn-ErrorType": `${error.code}:`,
			...(message !== "" && { "x-amzn-ErrorMessage": message }),
		},
		body: JSON.stringify({ ...error.members, __type: error.code, ...(error.message !== "" && { message: error.message }) }),
	};
}

/** Longer texts are cut in the header, since clients bound the size of all headers together; the body has them whole. */
const headerCharactersMax = 1024;

/** The text as one line of Latin-1, which is all that a header holds. */
const headerText = (text: string): string =>
	text
		.slice(0, headerCharactersMax)
		.replaceAll(/\p{Cc}+/gu, " ")
		.replaceAll(/[^ -~\u00a0-\u00ff]/gu, "?")
		.trim();
