import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { describeResourceServer } from "../../../domain/user-pools/resource-servers.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeResourceServer.html */
export const DescribeResourceServer = idp("DescribeResourceServer", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { ResourceServer: await describeResourceServer(call, pool, input.Identifier) };
	},
});
