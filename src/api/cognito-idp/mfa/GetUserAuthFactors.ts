import { authFactors } from "../../../domain/user-pools/mfa-preferences.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAuthFactors.html */
export const GetUserAuthFactors = idp("GetUserAuthFactors", {
	auth: "accessToken",
	async handle(call) {
		return authFactors(call, call.caller.pool, call.caller.user);
	},
});
