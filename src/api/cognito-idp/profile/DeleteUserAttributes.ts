import { deleteUserAttributes } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserAttributes.html */
export const DeleteUserAttributes = idp("DeleteUserAttributes", {
	auth: "accessToken",
	async handle(call, input) {
		await deleteUserAttributes(call, call.caller, input.UserAttributeNames);
		return {};
	},
});
