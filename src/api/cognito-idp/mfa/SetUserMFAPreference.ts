import { setMfaPreference } from "../../../domain/user-pools/mfa-preferences.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html */
export const SetUserMFAPreference = idp("SetUserMFAPreference", {
	auth: "accessToken",
	async handle(call, input) {
		await setMfaPreference(call, call.caller, input);
		return {};
	},
});
