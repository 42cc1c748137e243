import { listGroups, wireGroup } from "../../../domain/user-pools/groups.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListGroups.html */
export const ListGroups = idp("ListGroups", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const { groups, next } = await listGroups(call, pool, input.Limit, input.NextToken);
		return { Groups: groups.map(wireGroup), NextToken: next };
	},
});
