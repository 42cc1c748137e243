import { listUserPools } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPools.html */
export const ListUserPools = idp("ListUserPools", {
	auth: "iam",
	async handle(call, input) {
		const { pools, next } = await listUserPools(call, input.MaxResults, input.NextToken);
		return { UserPools: pools, NextToken: next };
	},
});
