import { detachPolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html */
export const DetachGroupPolicy = iam("DetachGroupPolicy", {
	auth: "iam",
	async handle(call, input) {
		await detachPolicy(call, "group", input.GroupName, input.PolicyArn);
	},
});
