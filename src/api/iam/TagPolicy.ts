import { changePolicyTags } from "../../domain/access/managed-policies.ts";
import { casedTagsOf, withCasedTags } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_TagPolicy.html */
export const TagPolicy = iam("TagPolicy", {
	auth: "iam",
	async handle(call, input) {
		const tags = casedTagsOf(input.Tags);
		await changePolicyTags(call, input.PolicyArn, (before) => withCasedTags(before, tags));
	},
});
