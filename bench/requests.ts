/** Requests of the AWS API as bytes for `Connection`, signed where the operation asks for it. */
import { sign } from "../src/crypto/sigv4-sign.ts";

/** The administrator of every server that the benchmarks start. */
export const rootKey = { accessKeyId: "AKIABENCHMARKS000000", secretAccessKey: "a-secret-that-only-benchmarks-know" };
export const region = "us-east-1";

/** One operation with its input. `signed` by the root key. */
export function request(operation: string, input: object, signed: "signed" | "unsigned" = "unsigned"): string {
	const body = JSON.stringify(input);
	const headers: [string, string][] = [
		["Host", "127.0.0.1"],
		["Content-Type", "application/x-amz-json-1.1"],
		["X-Amz-Target", `AWSCognitoIdentityProviderService.${operation}`],
	];
	if (signed === "signed") {
		const received = { method: "POST", target: "/", headers, body: Buffer.from(body) };
		headers.push(...sign(received, rootKey, { region, service: "cognito-idp", now: Date.now() }));
	}
	const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
	return `POST / HTTP/1.1\r\n${lines}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** A GET, or a POST of JSON, of something beside the AWS API. */
export function plainRequest(path: string, json?: object): string {
	if (json === undefined) return `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
	const body = JSON.stringify(json);
	return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
