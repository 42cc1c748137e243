import { createKey } from "../../domain/kms/keys.ts";
import { kms } from "../operation.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const CreateKey = kms("CreateKey", {
	auth: "iam",
	handle: async (call, input) => ({ KeyMetadata: await createKey(call, input) }),
});
