import { findKeyUse } from "../../domain/access/access-keys.ts";
import { keyUseDenied } from "../../domain/access/refusals.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html */
export const GetAccessKeyLastUsed = iam("GetAccessKeyLastUsed", {
	auth: "iam",
	async handle(call, input) {
		const use = await findKeyUse(call, input.AccessKeyId);
		if (use === undefined) throw keyUseDenied(call.caller.arn, input.AccessKeyId);
		const { userName, lastUsed } = use;
		return {
			UserName: userName,
			AccessKeyLastUsed: {
				...(lastUsed && { LastUsedDate: lastUsed.at }),
				ServiceName: lastUsed?.service ?? "N/A",
				Region: lastUsed?.region ?? "N/A",
			},
		};
	},
});
