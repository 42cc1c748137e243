import { signOutEverywhere } from "../../../domain/user-pools/sign-out.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html */
export const GlobalSignOut = idp("GlobalSignOut", {
	auth: "accessToken",
	async handle(call) {
		await signOutEverywhere(call, call.caller.pool, call.caller.user.id);
		return {};
	},
});
