import { listGroupsForUser } from "../../../domain/user-pools/group-members.ts";
import { wireGroup } from "../../../domain/user-pools/groups.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListGroupsForUser.html */
export const AdminListGroupsForUser = idp("AdminListGroupsForUser", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const { groups, next } = await listGroupsForUser(call, pool, input.Username, input.Limit, input.NextToken);
		return { Groups: groups.map(wireGroup), NextToken: next };
	},
});
