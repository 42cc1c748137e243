import { createPolicy } from "../../domain/access/managed-policies.ts";
import { casedTagsOf } from "../../domain/access/tags.ts";
import { iam } from "../operation.ts";
import { createdPolicy } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const CreatePolicy = iam("CreatePolicy", {
	auth: "iam",
	async handle(call, input) {
		const policy = await createPolicy(call, {
			name: input.PolicyName,
			path: input.Path ?? "/",
			document: input.PolicyDocument,
			description: input.Description,
			tags: casedTagsOf(input.Tags),
		});
		return { Policy: await createdPolicy(call, policy) };
	},
});
