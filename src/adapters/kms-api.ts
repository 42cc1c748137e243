/** A KMS elsewhere: Amazon's, or another one that speaks its API. The SDK is large: it is loaded at the first call. */
import type { KMSClient } from "@aws-sdk/client-kms";
import type { KeyService } from "../kernel/ports.ts";

export interface KmsApi extends KeyService {
	close(): void;
}

type Sdk = typeof import("@aws-sdk/client-kms");

const connectMilliseconds = 2_000;
/** All of a call, its second attempt included: somebody waits for the code. */
const callMilliseconds = 5_000;
/** Regions whose clients are kept; keys are few. */
const clientsMax = 50;

/** `endpoint` is a URL, or `aws` for Amazon's own in the region of the key's ARN. Credentials are those that the SDK finds. */
export function createKmsApi(endpoint: string): KmsApi {
	/** One for each region: requests are signed for it. */
	const clients = new Map<string, KMSClient>();
	let sdk: Promise<Sdk> | undefined;

	function clientOf({ KMSClient }: Sdk, region: string): KMSClient {
		let client = clients.get(region);
		if (client === undefined) {
			if (clients.size >= clientsMax) throw new Error("there are keys of too many regions");
			client = new KMSClient({
				region,
				...(endpoint !== "aws" && { endpoint }),
				maxAttempts: 2,
				requestHandler: { connectionTimeout: connectMilliseconds, requestTimeout: callMilliseconds, throwOnRequestTimeout: true },
			});
			clients.set(region, client);
		}
		return client;
	}

	return {
		async generateDataKey(keyArn, context, bytes) {
			const region = /^arn:aws[a-z-]*:kms:([a-z0-9-]{1,32}):/.exec(keyArn)?.[1];
			if (region === undefined) throw new Error("the KMS key's ARN names no region");
			sdk ??= import("@aws-sdk/client-kms");
			const loaded = await sdk;
			const command = new loaded.GenerateDataKeyCommand({ KeyId: keyArn, NumberOfBytes: bytes, EncryptionContext: { ...context } });
			const answer = await clientOf(loaded, region).send(command, { abortSignal: AbortSignal.timeout(callMilliseconds) });
			const { KeyId, Plaintext, CiphertextBlob } = answer;
			if (KeyId === undefined || Plaintext?.length !== bytes || CiphertextBlob === undefined) {
				throw new Error("the KMS gave no data key");
			}
			return { keyArn: KeyId, plaintext: Plaintext, ciphertext: CiphertextBlob };
		},
		close() {
			for (const client of clients.values()) client.destroy();
			clients.clear();
		},
	};
}
