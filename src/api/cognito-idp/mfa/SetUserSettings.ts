import { setUserSettings } from "../../../domain/user-pools/mfa-preferences.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserSettings.html */
export const SetUserSettings = idp("SetUserSettings", {
	auth: "accessToken",
	async handle(call, input) {
		await setUserSettings(call, call.caller, input.MFAOptions);
		return {};
	},
});
