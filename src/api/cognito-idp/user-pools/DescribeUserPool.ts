import { describeUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html */
export const DescribeUserPool = idp("DescribeUserPool", {
	auth: "iam",
	async handle(call, input) {
		return { UserPool: await describeUserPool(call, input.UserPoolId) };
	},
});
