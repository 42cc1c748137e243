/**
 * What is encrypted under a key of the built-in KMS. A ciphertext says which key it needs and is opaque beyond that: version (1 byte),
 * the key's id (16), a sealed box, which is bound to the key and to the encryption context.
 */
import type { EncryptionAlgorithmSpec, RecipientInfo } from "../../aws/model/kms.types.ts";
import { createSealKey, open, seal, sealedBoxNonceBytes } from "../../crypto/sealed-box.ts";
import { findKey, getKey, type KmsCall, type KmsKey } from "./keys.ts";
import { algorithmIncompatible, ciphertextInvalid, ciphertextKeyUnknown, keyIncorrect, unsupported } from "./refusals.ts";

/** What a decryption must name again, word for word. It is no secret. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** The one algorithm: symmetric keys have no other. */
export const symmetricAlgorithm: EncryptionAlgorithmSpec = "SYMMETRIC_DEFAULT";

const version = 1;
const idBytes = 16;
const headerBytes = 1 + idBytes;
/** Keys are not rotated: each has one material. */
const materialId = 1;

export interface Encrypted {
	readonly keyArn: string;
	readonly ciphertext: Buffer;
}

export interface Decrypted {
	readonly keyArn: string;
	readonly plaintext: Buffer;
}

/** @throws InvalidKeyUsageException */
export function checkAlgorithm(algorithm: EncryptionAlgorithmSpec | undefined): void {
	if (algorithm !== undefined && algorithm !== symmetricAlgorithm) throw algorithmIncompatible(algorithm);
}

/** Answers for nobody but a Nitro enclave: they would have to be encrypted once more. @throws UnsupportedOperationException */
export function checkRecipient(recipient: RecipientInfo | undefined): void {
	if (recipient !== undefined) throw unsupported("Gatehouse's KMS knows no enclaves.");
}

/** @throws NotFoundException */
export async function encrypt(call: KmsCall, keyId: string, context: EncryptionContext, plaintext: Uint8Array): Promise<Encrypted> {
	return encryptUnder(call, await getKey(call, keyId), context, plaintext);
}

/** A new data key of `bytes` random bytes, in the clear and encrypted. @throws NotFoundException */
export async function generateDataKey(
	call: KmsCall,
	keyId: string,
	context: EncryptionContext,
	bytes: number,
): Promise<Encrypted & { readonly plaintext: Buffer }> {
	const key = await getKey(call, keyId);
	const plaintext = call.ports.random.bytes(bytes);
	return { ...encryptUnder(call, key, context, plaintext), plaintext };
}

/**
 * @param keyId the key that it must be encrypted under; undefined takes whichever it is
 * @throws NotFoundException, IncorrectKeyException, InvalidCiphertextException, AccessDeniedException
 */
export async function decrypt(
	call: KmsCall,
	keyId: string | undefined,
	context: EncryptionContext,
	ciphertext: Uint8Array,
): Promise<Decrypted> {
	const wanted = keyId === undefined ? undefined : await getKey(call, keyId);
	const id = keyIdOf(ciphertext);
	if (id === undefined) throw ciphertextInvalid();
	if (wanted !== undefined && wanted.id !== id) throw keyIncorrect();
	const key = wanted ?? (await findKey(call, id));
	if (key === undefined) throw ciphertextKeyUnknown();
	const sealKey = createSealKey(key.material);
	const plaintext = open(
		(material) => (material === materialId ? sealKey : undefined),
		boundTo(key, context),
		ciphertext.subarray(headerBytes),
	);
	if (plaintext === undefined) throw ciphertextInvalid();
	return { keyArn: key.arn, plaintext };
}

function encryptUnder(call: KmsCall, key: KmsKey, context: EncryptionContext, plaintext: Uint8Array): Encrypted {
	const nonce = call.ports.random.bytes(sealedBoxNonceBytes);
	const header = Buffer.from(`0${version}${key.id.replaceAll("-", "")}`, "hex");
	const box = seal(createSealKey(key.material), materialId, nonce, boundTo(key, context), plaintext);
	return { keyArn: key.arn, ciphertext: Buffer.concat([header, box]) };
}

/** The key that a ciphertext says it needs; undefined for what is none of ours. */
export function keyIdOf(ciphertext: Uint8Array): string | undefined {
	if (ciphertext.length < headerBytes || ciphertext[0] !== version) return undefined;
	const hex = Buffer.from(ciphertext.subarray(1, headerBytes)).toString("hex");
	return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** The order of a context's pairs says nothing: https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html */
function boundTo(key: KmsKey, context: EncryptionContext): readonly string[] {
	const names = Object.keys(context).sort();
	return ["kms", key.region, key.id, ...names.flatMap((name) => [name, context[name] ?? ""])];
}
