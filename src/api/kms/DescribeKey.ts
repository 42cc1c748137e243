import { describeKey } from "../../domain/kms/keys.ts";
import { kms } from "../operation.ts";

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
export const DescribeKey = kms("DescribeKey", {
	auth: "iam",
	handle: async (call, input) => ({ KeyMetadata: await describeKey(call, input.KeyId) }),
});
