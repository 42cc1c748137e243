import { checkAlgorithm, encrypt, symmetricAlgorithm } from "../../domain/kms/ciphertexts.ts";
import { dryRun } from "../../domain/kms/refusals.ts";
import { kms } from "../operation.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export const Encrypt = kms("Encrypt", {
	auth: "iam",
	async handle(call, input) {
		checkAlgorithm(input.EncryptionAlgorithm);
		const { keyArn, ciphertext } = await encrypt(call, input.KeyId, input.EncryptionContext ?? {}, input.Plaintext);
		if (input.DryRun === true) throw dryRun();
		return { KeyId: keyArn, CiphertextBlob: ciphertext, EncryptionAlgorithm: symmetricAlgorithm };
	},
});
