import { detachPolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html */
export const DetachRolePolicy = iam("DetachRolePolicy", {
	auth: "iam",
	async handle(call, input) {
		await detachPolicy(call, "role", input.RoleName, input.PolicyArn);
	},
});
