/** Calls of the AWS API without an SDK, for tests that make many thousands of them: a tenth of the time, and nothing retried. */
import { Agent, request } from "node:http";

/** What a call came to: `ok` or the error's code, and the answer. */
export interface RawAnswer {
	readonly outcome: string;
	readonly body: Readonly<Record<string, unknown>>;
}

export interface RawClient {
	call(operation: string, input: object): Promise<RawAnswer>;
	close(): void;
}

/** Any key signs in development: the signature is not looked at. */
const authorization =
	"AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature=00";

/** `connectionsMax` is how many calls may be under way at once. */
export function createRawClient(url: string, connectionsMax = 64): RawClient {
	const agent = new Agent({ keepAlive: true, maxSockets: connectionsMax });
	return {
		call(operation, input) {
			const body = JSON.stringify(input);
			const headers = {
				"Content-Type": "application/x-amz-json-1.1",
				"Content-Length": Buffer.byteLength(body),
				"X-Amz-Target": `AWSCognitoIdentityProviderService.${operation}`,
				"X-Amz-Date": "20260101T000000Z",
				Authorization: authorization,
			};
			return new Promise((resolve, reject) => {
				const outgoing = request(url, { method: "POST", agent, headers }, (incoming) => {
					const chunks: Buffer[] = [];
					incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
					incoming.on("error", reject);
					incoming.on("end", () => {
						const text = Buffer.concat(chunks).toString();
						const answer = text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
						const code = String(answer["__type"] ?? incoming.statusCode).replace(/^.*#/, "");
						resolve({ outcome: incoming.statusCode === 200 ? "ok" : code, body: answer });
					});
				});
				outgoing.on("error", reject);
				outgoing.end(body);
			});
		},
		close: () => agent.destroy(),
	};
}
