import { updateTrust } from "../../domain/access/roles.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html */
export const UpdateAssumeRolePolicy = iam("UpdateAssumeRolePolicy", {
	auth: "iam",
	async handle(call, input) {
		await updateTrust(call, input.RoleName, input.PolicyDocument);
	},
});
