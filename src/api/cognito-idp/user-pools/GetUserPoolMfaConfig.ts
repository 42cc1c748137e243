import { getMfaConfig } from "../../../domain/user-pools/mfa-config.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html */
export const GetUserPoolMfaConfig = idp("GetUserPoolMfaConfig", {
	auth: "iam",
	async handle(call, input) {
		return getMfaConfig(call, input.UserPoolId);
	},
});
