import { putInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const PutRolePolicy = iam("PutRolePolicy", {
	auth: "iam",
	async handle(call, input) {
		await putInlinePolicy(call, "role", input.RoleName, input.PolicyName, input.PolicyDocument);
	},
});
