import { addUserToGroup } from "../../../domain/user-pools/group-members.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminAddUserToGroup.html */
export const AdminAddUserToGroup = idp("AdminAddUserToGroup", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await addUserToGroup(call, pool, input.Username, input.GroupName);
	},
});
