import { adminSetUserPassword } from "../../../domain/user-pools/admin-users.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html */
export const AdminSetUserPassword = idp("AdminSetUserPassword", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await adminSetUserPassword(call, pool, input.Username, input.Password, input.Permanent ?? false);
		return {};
	},
});
