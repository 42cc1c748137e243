import { invalidAccessToken } from "../../../domain/refusals.ts";
import { forgetDevice } from "../../../domain/user-pools/devices.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgetDevice.html */
export const ForgetDevice = idp("ForgetDevice", {
	// The model makes the token optional, and has nothing else that could say whose device it is.
	auth: "accessTokenOrSession",
	async handle(call, input) {
		if (call.caller === undefined) throw invalidAccessToken();
		await forgetDevice(call, call.caller.pool, call.caller.user.id, input.DeviceKey);
	},
});
