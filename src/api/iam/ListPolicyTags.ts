import { getPolicy } from "../../domain/access/managed-policies.ts";
import { pageFields, pageOf } from "../../domain/access/paging.ts";
import { tagList } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";
import { findAwsPolicy } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicyTags.html */
export const ListPolicyTags = iam("ListPolicyTags", {
	auth: "iam",
	async handle(call, input) {
		// AWS's own policies have none.
		const tags = findAwsPolicy(input.PolicyArn) === undefined ? (await getPolicy(call, input.PolicyArn)).settings.tags : {};
		const page = pageOf(tagList(tags), ({ Key }) => Key, input);
		return { Tags: page.items, ...pageFields(page) };
	},
});
