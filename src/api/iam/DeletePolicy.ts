import { deletePolicy } from "../../domain/access/managed-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html */
export const DeletePolicy = iam("DeletePolicy", {
	auth: "iam",
	async handle(call, input) {
		await deletePolicy(call, input.PolicyArn);
	},
});
