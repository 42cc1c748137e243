import { authFactors } from "../../../domain/user-pools/mfa-preferences.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { getUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUserAuthFactors.html */
export const AdminGetUserAuthFactors = idp("AdminGetUserAuthFactors", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return authFactors(call, pool, await getUser(call, pool, input.Username));
	},
});
