import { getPolicy } from "../../domain/access/managed-policies.ts";
import { iam } from "../operation.ts";
import { awsPolicyAnswer, findAwsPolicy, policyAnswer } from "./answers.ts";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html */
export const GetPolicy = iam("GetPolicy", {
	auth: "iam",
	async handle(call, input) {
		const aws = findAwsPolicy(input.PolicyArn);
		if (aws !== undefined) return { Policy: { ...(await awsPolicyAnswer(call, aws)), Description: aws.description, Tags: [] } };
		return { Policy: await policyAnswer(call, await getPolicy(call, input.PolicyArn)) };
	},
});
