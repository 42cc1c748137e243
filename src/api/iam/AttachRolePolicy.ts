import { attachPolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const AttachRolePolicy = iam("AttachRolePolicy", {
	auth: "iam",
	async handle(call, input) {
		await attachPolicy(call, "role", input.RoleName, input.PolicyArn);
	},
});
