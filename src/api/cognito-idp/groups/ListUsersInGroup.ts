import { listUsersInGroup } from "../../../domain/user-pools/group-members.ts";
import { shownMfaOptions } from "../../../domain/user-pools/mfa-preferences.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { wireUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsersInGroup.html */
export const ListUsersInGroup = idp("ListUsersInGroup", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const { users, next } = await listUsersInGroup(call, pool, input.GroupName, input.Limit, input.NextToken);
		return { Users: users.map((user) => ({ ...wireUser(user), ...shownMfaOptions(pool, user) })), NextToken: next };
	},
});
