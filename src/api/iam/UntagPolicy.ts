import { changePolicyTags } from "../../domain/access/managed-policies.ts";
import { withoutCasedTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UntagPolicy.html */
export const UntagPolicy = iam("UntagPolicy", {
	auth: "iam",
	async handle(call, input) {
		await changePolicyTags(call, input.PolicyArn, (tags) => withoutCasedTags(tags, input.TagKeys));
	},
});
