import { deleteInlinePolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html */
export const DeleteGroupPolicy = iam("DeleteGroupPolicy", {
	auth: "iam",
	async handle(call, input) {
		await deleteInlinePolicy(call, "group", input.GroupName, input.PolicyName);
	},
});
