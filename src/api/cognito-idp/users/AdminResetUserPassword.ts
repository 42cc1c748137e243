import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { adminResetUserPassword } from "../../../domain/user-pools/recovery.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminResetUserPassword.html */
export const AdminResetUserPassword = idp("AdminResetUserPassword", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await adminResetUserPassword(call, pool, input.Username);
		return {};
	},
});
