import { describeTermsByClient } from "../../../domain/user-pools/branding/terms.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeTermsByClient.html */
export const DescribeTermsByClient = idp("DescribeTermsByClient", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { Terms: await describeTermsByClient(call, pool, input.ClientId, input.TermsName) };
	},
});
