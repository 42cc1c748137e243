import { getSessionConfiguration } from "../../../domain/user-pools/session-management.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolSessionConfiguration.html */
export const GetUserPoolSessionConfiguration = idp("GetUserPoolSessionConfiguration", {
	auth: "iam",
	async handle(call, input) {
		return getSessionConfiguration(call, input.UserPoolId);
	},
});
