// Generated from kms.json by scripts/generate.ts: change the model and run `npm run generate`.
// Timestamps are milliseconds since the epoch.

export interface Kms {
	CreateKey: { input: CreateKeyRequest; output: CreateKeyResponse };
	Decrypt: { input: DecryptRequest; output: DecryptResponse };
	DescribeKey: { input: DescribeKeyRequest; output: DescribeKeyResponse };
	Encrypt: { input: EncryptRequest; output: EncryptResponse };
	GenerateDataKey: { input: GenerateDataKeyRequest; output: GenerateDataKeyResponse };
	ListKeys: { input: ListKeysRequest; output: ListKeysResponse };
}

export interface CreateKeyRequest {
	readonly BypassPolicyLockoutSafetyCheck?: boolean | undefined;
	readonly CustomKeyStoreId?: string | undefined;
	readonly CustomerMasterKeySpec?: CustomerMasterKeySpec | undefined;
	readonly Description?: string | undefined;
	readonly KeySpec?: KeySpec | undefined;
	readonly KeyUsage?: KeyUsageType | undefined;
	readonly MultiRegion?: boolean | undefined;
	readonly Origin?: OriginType | undefined;
	readonly Policy?: string | undefined;
	readonly Tags?: TagList | undefined;
	readonly XksKeyId?: string | undefined;
}
export interface CreateKeyResponse {
	readonly KeyMetadata?: KeyMetadata | undefined;
}
export type CustomerMasterKeySpec = "RSA_2048" | "RSA_3072" | "RSA_4096" | "ECC_NIST_P256" | "ECC_NIST_P384" | "ECC_NIST_P521" | "ECC_SECG_P256K1" | "SYMMETRIC_DEFAULT" | "HMAC_224" | "HMAC_256" | "HMAC_384" | "HMAC_512" | "SM2";
export type DataKeySpec = "AES_256" | "AES_128";
export interface DecryptRequest {
	readonly CiphertextBlob: Uint8Array;
	readonly DryRun?: boolean | undefined;
	readonly EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
	readonly EncryptionContext?: EncryptionContextType | undefined;
	readonly GrantTokens?: GrantTokenList | undefined;
	readonly KeyId?: string | undefined;
	readonly Recipient?: RecipientInfo | undefined;
}
export interface DecryptResponse {
	readonly EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
	readonly KeyId?: string | undefined;
	readonly Plaintext?: Uint8Array | undefined;
}
export interface DescribeKeyRequest {
	readonly GrantTokens?: GrantTokenList | undefined;
	readonly KeyId: string;
}
export interface DescribeKeyResponse {
	readonly KeyMetadata?: KeyMetadata | undefined;
}
export interface DryRunOperationException {
	readonly message?: string | undefined;
}
export interface EncryptRequest {
	readonly DryRun?: boolean | undefined;
	readonly EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
	readonly EncryptionContext?: EncryptionContextType | undefined;
	readonly GrantTokens?: GrantTokenList | undefined;
	readonly KeyId: string;
	readonly Plaintext: Uint8Array;
}
export interface EncryptResponse {
	readonly CiphertextBlob?: Uint8Array | undefined;
	readonly EncryptionAlgorithm?: EncryptionAlgorithmSpec | undefined;
	readonly KeyId?: string | undefined;
}
export type EncryptionAlgorithmSpec = "SYMMETRIC_DEFAULT" | "RSAES_OAEP_SHA_1" | "RSAES_OAEP_SHA_256" | "SM2PKE";
export type EncryptionAlgorithmSpecList = readonly EncryptionAlgorithmSpec[];
export type EncryptionContextType = { readonly [key: string]: string };
export interface GenerateDataKeyRequest {
	readonly DryRun?: boolean | undefined;
	readonly EncryptionContext?: EncryptionContextType | undefined;
	readonly GrantTokens?: GrantTokenList | undefined;
	readonly KeyId: string;
	readonly KeySpec?: DataKeySpec | undefined;
	readonly NumberOfBytes?: number | undefined;
	readonly Recipient?: RecipientInfo | undefined;
}
export interface GenerateDataKeyResponse {
	readonly CiphertextBlob?: Uint8Array | undefined;
	readonly KeyId?: string | undefined;
	readonly Plaintext?: Uint8Array | undefined;
}
export type GrantTokenList = readonly string[];
export interface IncorrectKeyException {
	readonly message?: string | undefined;
}
export interface InvalidCiphertextException {
	readonly message?: string | undefined;
}
export interface InvalidKeyUsageException {
	readonly message?: string | undefined;
}
export interface InvalidMarkerException {
	readonly message?: string | undefined;
}
export interface KMSInternalException {
	readonly message?: string | undefined;
}
export type KeyEncryptionMechanism = "RSAES_OAEP_SHA_256";
export type KeyList = readonly KeyListEntry[];
export interface KeyListEntry {
	readonly KeyArn?: string | undefined;
	readonly KeyId?: string | undefined;
}
export type KeyManagerType = "AWS" | "CUSTOMER";
export interface KeyMetadata {
	readonly AWSAccountId?: string | undefined;
	readonly Arn?: string | undefined;
	readonly CreationDate?: number | undefined;
	readonly CustomerMasterKeySpec?: CustomerMasterKeySpec | undefined;
	readonly Description?: string | undefined;
	readonly Enabled?: boolean | undefined;
	readonly EncryptionAlgorithms?: EncryptionAlgorithmSpecList | undefined;
	readonly KeyId: string;
	readonly KeyManager?: KeyManagerType | undefined;
	readonly KeySpec?: KeySpec | undefined;
	readonly KeyState?: KeyState | undefined;
	readonly KeyUsage?: KeyUsageType | undefined;
	readonly MultiRegion?: boolean | undefined;
	readonly Origin?: OriginType | undefined;
}
export type KeySpec = "RSA_2048" | "RSA_3072" | "RSA_4096" | "ECC_NIST_P256" | "ECC_NIST_P384" | "ECC_NIST_P521" | "ECC_SECG_P256K1" | "SYMMETRIC_DEFAULT" | "HMAC_224" | "HMAC_256" | "HMAC_384" | "HMAC_512" | "SM2" | "ML_DSA_44" | "ML_DSA_65" | "ML_DSA_87" | "ECC_NIST_EDWARDS25519" | "ML_KEM_512" | "ML_KEM_768" | "ML_KEM_1024";
export type KeyState = "Creating" | "Enabled" | "Disabled" | "PendingDeletion" | "PendingImport" | "PendingReplicaDeletion" | "Unavailable" | "Updating";
export type KeyUsageType = "SIGN_VERIFY" | "ENCRYPT_DECRYPT" | "GENERATE_VERIFY_MAC" | "KEY_AGREEMENT" | "ENCAPSULATE_DECAPSULATE";
export interface ListKeysRequest {
	readonly Limit?: number | undefined;
	readonly Marker?: string | undefined;
}
export interface ListKeysResponse {
	readonly Keys?: KeyList | undefined;
	readonly NextMarker?: string | undefined;
	readonly Truncated?: boolean | undefined;
}
export interface NotFoundException {
	readonly message?: string | undefined;
}
export type OriginType = "AWS_KMS" | "EXTERNAL" | "AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE";
export interface RecipientInfo {
	readonly AttestationDocument?: Uint8Array | undefined;
	readonly KeyEncryptionAlgorithm?: KeyEncryptionMechanism | undefined;
}
export interface Tag {
	readonly TagKey: string;
	readonly TagValue: string;
}
export type TagList = readonly Tag[];
export interface UnsupportedOperationException {
	readonly message?: string | undefined;
}
