import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { adminConfirmSignUp } from "../../../domain/user-pools/sign-up.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminConfirmSignUp.html */
export const AdminConfirmSignUp = idp("AdminConfirmSignUp", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await adminConfirmSignUp(call, pool, input.Username);
		return {};
	},
});
