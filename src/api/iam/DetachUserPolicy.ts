import { detachPolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html */
export const DetachUserPolicy = iam("DetachUserPolicy", {
	auth: "iam",
	async handle(call, input) {
		await detachPolicy(call, "user", input.UserName, input.PolicyArn);
	},
});
