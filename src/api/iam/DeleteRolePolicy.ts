import { deleteInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html */
export const DeleteRolePolicy = iam("DeleteRolePolicy", {
	auth: "iam",
	async handle(call, input) {
		await deleteInlinePolicy(call, "role", input.RoleName, input.PolicyName);
	},
});
