import { putInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html */
export const PutUserPolicy = iam("PutUserPolicy", {
	auth: "iam",
	async handle(call, input) {
		await putInlinePolicy(call, "user", input.UserName, input.PolicyName, input.PolicyDocument);
	},
});
