import { checkAlgorithm, checkRecipient, decrypt, symmetricAlgorithm } from "../../domain/kms/ciphertexts.ts";
import { dryRun } from "../../domain/kms/refusals.ts";
import { kms } from "../operation.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
export const Decrypt = kms("Decrypt", {
	auth: "iam",
	async handle(call, input) {
		checkAlgorithm(input.EncryptionAlgorithm);
		checkRecipient(input.Recipient);
		const { keyArn, plaintext } = await decrypt(call, input.KeyId, input.EncryptionContext ?? {}, input.CiphertextBlob);
		if (input.DryRun === true) throw dryRun();
		return { KeyId: keyArn, Plaintext: plaintext, EncryptionAlgorithm: symmetricAlgorithm };
	},
});
