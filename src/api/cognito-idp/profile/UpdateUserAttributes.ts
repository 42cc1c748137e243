import { updateUserAttributes } from "../../../domain/user-pools/profile.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserAttributes.html */
export const UpdateUserAttributes = idp("UpdateUserAttributes", {
	auth: "accessToken",
	async handle(call, input) {
		const list = await updateUserAttributes(call, call.caller, input.UserAttributes);
		return list.length === 0 ? {} : { CodeDeliveryDetailsList: list };
	},
});
