import { isIssuedKeyId } from "../../domain/access/key-ids.ts";
import { accessKeyIdUnknown } from "../../domain/access/refusals.ts";
import { sts } from "../operation.ts";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
export const GetAccessKeyInfo = sts("GetAccessKeyInfo", {
	auth: "iam",
	async handle(call, input) {
		// "does not indicate the state of the access key": an id tells its account even when the key is gone.
		if (input.AccessKeyId !== call.caller.accessKeyId && !isIssuedKeyId(call.vault, input.AccessKeyId)) throw accessKeyIdUnknown();
		return { Account: call.settings.accountId };
	},
});
