import { listIdentityPools } from "../../domain/identity-pools/pools.ts";
import { identity } from "../operation.ts";

/** https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentityPools.html */
export const ListIdentityPools = identity("ListIdentityPools", {
	auth: "iam",
	async handle(call, input) {
		const { pools, next } = await listIdentityPools(call, input.MaxResults, input.NextToken);
		return { IdentityPools: pools, NextToken: next };
	},
});
