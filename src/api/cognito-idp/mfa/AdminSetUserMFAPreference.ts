import { adminSetMfaPreference } from "../../../domain/user-pools/mfa-preferences.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserMFAPreference.html */
export const AdminSetUserMFAPreference = idp("AdminSetUserMFAPreference", {
	auth: "iam",
	async handle(call, input) {
		await adminSetMfaPreference(call, await getUserPool(call, input.UserPoolId), input.Username, input);
		return {};
	},
});
