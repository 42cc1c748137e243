import { deleteGroup } from "../../../domain/user-pools/groups.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteGroup.html */
export const DeleteGroup = idp("DeleteGroup", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await deleteGroup(call, pool, input.GroupName);
	},
});
