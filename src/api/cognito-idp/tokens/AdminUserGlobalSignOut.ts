import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { signOutEverywhere } from "../../../domain/user-pools/sign-out.ts";
import { getUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminUserGlobalSignOut.html */
export const AdminUserGlobalSignOut = idp("AdminUserGlobalSignOut", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const user = await getUser(call, pool, input.Username);
		await signOutEverywhere(call, pool, user.id);
		return {};
	},
});
