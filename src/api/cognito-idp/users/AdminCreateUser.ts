import { adminCreateUser, resendInvitation } from "../../../domain/user-pools/admin-users.ts";
import { shownMfaOptions } from "../../../domain/user-pools/mfa-preferences.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { wireUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html */
export const AdminCreateUser = idp("AdminCreateUser", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const request = {
			username: input.Username,
			attributes: input.UserAttributes,
			validationData: input.ValidationData,
			temporaryPassword: input.TemporaryPassword,
			mediums: input.DesiredDeliveryMediums,
			suppressMessage: input.MessageAction === "SUPPRESS",
			forceAliasCreation: input.ForceAliasCreation ?? false,
		};
		const create = input.MessageAction === "RESEND" ? resendInvitation : adminCreateUser;
		const user = await create(call, pool, request);
		return { User: { ...wireUser(user), ...shownMfaOptions(pool, user) } };
	},
});
