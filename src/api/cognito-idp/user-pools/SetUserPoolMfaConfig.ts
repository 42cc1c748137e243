import { setMfaConfig } from "../../../domain/user-pools/mfa-config.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolMfaConfig.html */
export const SetUserPoolMfaConfig = idp("SetUserPoolMfaConfig", {
	auth: "iam",
	async handle(call, input) {
		return setMfaConfig(call, input);
	},
});
