import { shownMfa } from "../../../domain/user-pools/mfa-preferences.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { getUser, toWireAttributes } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html */
export const AdminGetUser = idp("AdminGetUser", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const user = await getUser(call, pool, input.Username);
		return {
			Username: user.username,
			UserAttributes: toWireAttributes(user),
			UserCreateDate: user.createdAt,
			UserLastModifiedDate: user.modifiedAt,
			Enabled: user.enabled,
			UserStatus: user.status,
			...shownMfa(pool, user),
		};
	},
});
