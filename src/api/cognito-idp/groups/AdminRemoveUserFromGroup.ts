import { removeUserFromGroup } from "../../../domain/user-pools/group-members.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRemoveUserFromGroup.html */
export const AdminRemoveUserFromGroup = idp("AdminRemoveUserFromGroup", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await removeUserFromGroup(call, pool, input.Username, input.GroupName);
	},
});
