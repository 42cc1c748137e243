import { deleteOwnUser } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUser.html */
export const DeleteUser = idp("DeleteUser", {
	auth: "accessToken",
	async handle(call) {
		await deleteOwnUser(call, call.caller);
	},
});
