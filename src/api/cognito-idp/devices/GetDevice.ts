import { invalidAccessToken } from "../../../domain/refusals.ts";
import { getDevice, wireDevice } from "../../../domain/user-pools/devices.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetDevice.html */
export const GetDevice = idp("GetDevice", {
	// The model makes the token optional, and has nothing else that could say whose device it is.
	auth: "accessTokenOrSession",
	async handle(call, input) {
		if (call.caller === undefined) throw invalidAccessToken();
		const { pool, user } = call.caller;
		return { Device: wireDevice(call, pool, user, await getDevice(call, pool, user.id, input.DeviceKey), "user") };
	},
});
