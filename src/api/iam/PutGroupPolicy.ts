import { putInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html */
export const PutGroupPolicy = iam("PutGroupPolicy", {
	auth: "iam",
	async handle(call, input) {
		await putInlinePolicy(call, "group", input.GroupName, input.PolicyName, input.PolicyDocument);
	},
});
