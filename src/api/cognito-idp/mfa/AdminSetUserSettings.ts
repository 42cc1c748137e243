import { adminSetUserSettings } from "../../../domain/user-pools/mfa-preferences.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserSettings.html */
export const AdminSetUserSettings = idp("AdminSetUserSettings", {
	auth: "iam",
	async handle(call, input) {
		await adminSetUserSettings(call, await getUserPool(call, input.UserPoolId), input.Username, input.MFAOptions);
		return {};
	},
});
