import { checkRecipient, generateDataKey } from "../../domain/kms/ciphertexts.ts";
import { dataKeyLengthNeeded, dryRun } from "../../domain/kms/refusals.ts";
import { kms } from "../operation.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html */
export const GenerateDataKey = kms("GenerateDataKey", {
	auth: "iam",
	async handle(call, input) {
		checkRecipient(input.Recipient);
		const { KeyId: keyId, KeySpec: spec, NumberOfBytes: bytes, EncryptionContext: context = {} } = input;
		// "You must use either the KeySpec or the NumberOfBytes parameter, but not both".
		if ((spec === undefined) === (bytes === undefined)) throw dataKeyLengthNeeded();
		const { keyArn, ciphertext, plaintext } = await generateDataKey(call, keyId, context, bytes ?? (spec === "AES_128" ? 16 : 32));
		if (input.DryRun === true) throw dryRun();
		return { KeyId: keyArn, CiphertextBlob: ciphertext, Plaintext: plaintext };
	},
});
