import { setDefaultPolicyVersion } from "../../domain/access/managed-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetDefaultPolicyVersion.html */
export const SetDefaultPolicyVersion = iam("SetDefaultPolicyVersion", {
	auth: "iam",
	async handle(call, input) {
		await setDefaultPolicyVersion(call, input.PolicyArn, input.VersionId);
	},
});
