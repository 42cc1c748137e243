import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError, encodeJsonError, internalError, unknownOperation } from "../../src/aws/errors.ts";

test("an error has its type and text in the body and in the headers", () => {
	// The form of the body: aws/aws-sdk-cpp issue 1789; of the headers: aws-amplify/amplify-swift issue 3344.
	assert.deepEqual(encodeJsonError(new AwsError("NotAuthorizedException", "Invalid Refresh Token."), "r-1"), {
		status: 400,
		headers: {
			"content-type": "application/x-amz-json-1.1",
			"x-amzn-RequestId": "r-1",
			"x-amzn-ErrorType": "NotAuthorizedException:",
			"x-amzn-ErrorMessage": "Invalid Refresh Token.",
		},
		body: '{"__type":"NotAuthorizedException","message":"Invalid Refresh Token."}',
	});
});

test("further members of an error are sent, and none of them replaces its type", () => {
	const error = new AwsError("InvalidParameterException", "No.", {
		members: { reasonCode: "x", __type: "Other", message: "other", absent: undefined },
	});
	assert.deepEqual(JSON.parse(encodeJsonError(error, "r").body), { reasonCode: "x", __type: "InvalidParameterException", message: "No." });
});

test("an unknown operation has no text", () => {
	const encoded = encodeJsonError(unknownOperation("cognito-idp", "Nope"), "r");
	assert.equal(encoded.body, '{"__type":"UnknownOperationException"}');
	assert.equal(encoded.headers["x-amzn-ErrorMessage"], undefined);
	assert.equal(unknownOperation("sts", "Nope", "2011-06-15").code, "InvalidAction");
	assert.equal(unknownOperation("sts", "Nope", "2011-06-15").message, "Could not find operation Nope for version 2011-06-15");
});

test("a defect is answered with 500, the request id, and nothing else", () => {
	for (const [service, code] of [
		["cognito-idp", "InternalErrorException"],
		["cognito-identity", "InternalErrorException"],
		["sts", "InternalFailure"],
	] as const) {
		const error = internalError(service, "r-9");
		assert.equal(error.code, code);
		assert.equal(error.status, 500);
		assert.equal(error.message, "The request failed inside the server. Request id: r-9");
	}
});

test("the message's header is one short line that every HTTP library takes", () => {
	for (const [message, header] of [
		["a\r\nSet-Cookie: x=y", "a Set-Cookie: x=y"],
		["tab\tnull\u0000del\u007f.", "tab null del ."],
		["naïve 名前 \u{1f600}", "naïve ?? ?"],
		["half \ud800", "half ?"],
		["x".repeat(5000), "x".repeat(1024)],
	] as const) {
		const { headers, body } = encodeJsonError(new AwsError("InvalidParameterException", message), "r");
		assert.equal(headers["x-amzn-ErrorMessage"], header);
		assert.doesNotThrow(() => new Response("", { headers }));
		assert.equal(JSON.parse(body).message, message);
	}
});
