import { deleteInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html */
export const DeleteUserPolicy = iam("DeleteUserPolicy", {
	auth: "iam",
	async handle(call, input) {
		await deleteInlinePolicy(call, "user", input.UserName, input.PolicyName);
	},
});
