/**
 * Messages in the AWS Encryption SDK's format, as Cognito sends them to custom senders: header of version 1, suite 0x0378 (AES-256-GCM,
 * HKDF, ECDSA over P-384), one encrypted data key of a KMS key. The library is loaded with the first message: it takes a tenth of a
 * second and some megabytes, which only those pay who have custom senders.
 * https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/message-format.html
 */
import type { NodeEncryptionMaterial } from "@aws-crypto/material-management-node";
import type { DataKey } from "../kernel/ports.ts";

/** Asks KMS for a data key of `bytes` bytes, bound to `context`. */
export type DataKeySource = (bytes: number, context: Readonly<Record<string, string>>) => Promise<DataKey>;

type Encrypt = (source: DataKeySource, context: Readonly<Record<string, string>>, plaintext: Uint8Array) => Promise<Buffer>;

let loading: Promise<Encrypt> | undefined;

/** The encrypted message. It is bound to `context`, which stands in it for everyone to read. */
export async function encryptMessage(
	source: DataKeySource,
	context: Readonly<Record<string, string>>,
	plaintext: Uint8Array,
): Promise<Buffer> {
	loading ??= load();
	return (await loading)(source, context, plaintext);
}

async function load(): Promise<Encrypt> {
	const { buildEncrypt } = await import("@aws-crypto/encrypt-node");
	const { AlgorithmSuiteIdentifier, CommitmentPolicy, EncryptedDataKey, KeyringNode, KeyringTraceFlag } = await import(
		"@aws-crypto/material-management-node"
	);
	// Cognito's messages commit to no key, which is why its own sample allows such messages to be decrypted.
	const { encrypt } = buildEncrypt(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);
	const suiteId = AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA384_ECDSA_P384;
	const { WRAPPING_KEY_GENERATED_DATA_KEY, WRAPPING_KEY_ENCRYPTED_DATA_KEY, WRAPPING_KEY_SIGNED_ENC_CTX } = KeyringTraceFlag;
	const encrypted = WRAPPING_KEY_ENCRYPTED_DATA_KEY | WRAPPING_KEY_SIGNED_ENC_CTX;
	const providerId = "aws-kms";

	class DataKeyKeyring extends KeyringNode {
		readonly #source: DataKeySource;
		constructor(source: DataKeySource) {
			super();
			this.#source = source;
		}
		override async _onEncrypt(material: NodeEncryptionMaterial): Promise<NodeEncryptionMaterial> {
			const { keyArn, plaintext, ciphertext } = await this.#source(material.suite.keyLengthBytes, material.encryptionContext);
			const trace = { keyNamespace: providerId, keyName: keyArn, flags: WRAPPING_KEY_GENERATED_DATA_KEY | encrypted };
			const dataKey = new EncryptedDataKey({ providerId, providerInfo: keyArn, encryptedDataKey: ciphertext });
			// The library wants memory that nothing else shares, and wipes it after.
			return material.setUnencryptedDataKey(new Uint8Array(plaintext), trace).addEncryptedDataKey(dataKey, encrypted);
		}
		override _onDecrypt(): never {
			throw new Error("messages are only encrypted here");
		}
	}

	return async (source, context, plaintext) => {
		const { result } = await encrypt(new DataKeyKeyring(source), plaintext, { suiteId, encryptionContext: { ...context } });
		return result;
	};
}
