import { deletePolicyVersion } from "../../domain/access/managed-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicyVersion.html */
export const DeletePolicyVersion = iam("DeletePolicyVersion", {
	auth: "iam",
	async handle(call, input) {
		await deletePolicyVersion(call, input.PolicyArn, input.VersionId);
	},
});
