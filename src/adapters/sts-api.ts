/** An STS elsewhere: Amazon's, or another one that speaks its API, such as MinIO. The SDK is large: it is loaded at the first call. */
import type { STSClient } from "@aws-sdk/client-sts";
import type { TokenService } from "../kernel/ports.ts";
import { createRegionalClients } from "./regional-clients.ts";

export interface StsApi extends TokenService {
	close(): void;
}

type Sdk = typeof import("@aws-sdk/client-sts");

/** All of a call: somebody waits for the credentials. */
const callMilliseconds = 5_000;
/** Which refusals say nothing of the role, and may be no more in a moment. Wire names and the SDK's. */
const passing: ReadonlySet<string> = new Set([
	"IDPCommunicationError",
	"IDPCommunicationErrorException",
	"Throttling",
	"ThrottlingException",
]);
const messageCharactersMax = 500;

/** `endpoint` is a URL, or `aws` for Amazon's own in the identity pool's region. The request is not signed: the token proves who asks. */
export function createStsApi(endpoint: string): StsApi {
	let sdk: Promise<Sdk> | undefined;
	const clients = createRegionalClients<STSClient, Sdk>(endpoint, ({ STSClient }, options) => new STSClient(options));
	return {
		async assumeRole({ region, roleArn, sessionName, token, policy, seconds }) {
			try {
				sdk ??= import("@aws-sdk/client-sts");
				const loaded = await sdk;
				const command = new loaded.AssumeRoleWithWebIdentityCommand({
					RoleArn: roleArn,
					RoleSessionName: sessionName,
					WebIdentityToken: token,
					DurationSeconds: seconds,
					...(policy !== undefined && { Policy: policy }),
				});
				const answer = await clients.of(loaded, region).send(command, { abortSignal: AbortSignal.timeout(callMilliseconds) });
				const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
				if (!AccessKeyId || !SecretAccessKey || !SessionToken || Number.isNaN(Expiration?.getTime() ?? Number.NaN)) {
					return { kind: "unavailable", reason: "the answer has no credentials" };
				}
				return {
					kind: "granted",
					accessKeyId: AccessKeyId,
					secretAccessKey: SecretAccessKey,
					sessionToken: SessionToken,
					expiration: Expiration?.getTime() ?? 0,
				};
			} catch (error) {
				const { name: code, message: text, $response: response } = error as Error & { $response?: { statusCode?: number } };
				const message = text.replaceAll(token, "(token)").slice(0, messageCharactersMax);
				const status = response?.statusCode ?? 0;
				if (status < 400 || status >= 500 || status === 429 || passing.has(code)) {
					return { kind: "unavailable", reason: `${code}: ${message}` };
				}
				return { kind: "refused", code, message };
			}
		},
		close: clients.close,
	};
}
