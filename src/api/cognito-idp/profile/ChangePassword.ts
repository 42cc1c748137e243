import { changePassword } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ChangePassword.html */
export const ChangePassword = idp("ChangePassword", {
	auth: "accessToken",
	async handle(call, input) {
		await changePassword(call, call.caller, { previous: input.PreviousPassword, proposed: input.ProposedPassword });
		return {};
	},
});
