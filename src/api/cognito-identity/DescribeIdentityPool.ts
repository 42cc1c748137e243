import { describeIdentityPool } from "../../domain/identity-pools/pools.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentityPool.html */
export const DescribeIdentityPool = identity("DescribeIdentityPool", {
	auth: "iam",
	async handle(call, input) {
		return describeIdentityPool(call, input.IdentityPoolId);
	},
});
