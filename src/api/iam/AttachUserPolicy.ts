import { attachPolicy } from "../../domain/access/entity-policies.ts";
import { iam } from "../operation.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
export const AttachUserPolicy = iam("AttachUserPolicy", {
	auth: "iam",
	async handle(call, input) {
		await attachPolicy(call, "user", input.UserName, input.PolicyArn);
	},
});
