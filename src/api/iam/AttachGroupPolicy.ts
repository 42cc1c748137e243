import { attachPolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html */
export const AttachGroupPolicy = iam("AttachGroupPolicy", {
	auth: "iam",
	async handle(call, input) {
		await attachPolicy(call, "group", input.GroupName, input.PolicyArn);
	},
});
