import { getUserAttributeVerificationCode } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserAttributeVerificationCode.html */
export const GetUserAttributeVerificationCode = idp("GetUserAttributeVerificationCode", {
	auth: "accessToken",
	async handle(call, input) {
		return { CodeDeliveryDetails: await getUserAttributeVerificationCode(call, call.caller, input.AttributeName) };
	},
});
