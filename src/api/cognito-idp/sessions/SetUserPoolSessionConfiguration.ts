import { setSessionConfiguration } from "../../../domain/user-pools/session-management.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolSessionConfiguration.html */
export const SetUserPoolSessionConfiguration = idp("SetUserPoolSessionConfiguration", {
	auth: "iam",
	async handle(call, input) {
		return setSessionConfiguration(call, input);
	},
});
