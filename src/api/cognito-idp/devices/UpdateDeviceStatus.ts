import { updateDeviceStatus } from "../../../domain/user-pools/devices.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateDeviceStatus.html */
export const UpdateDeviceStatus = idp("UpdateDeviceStatus", {
	auth: "accessToken",
	async handle(call, input) {
		const { pool, user } = call.caller;
		await updateDeviceStatus(call, pool, user.id, input.DeviceKey, input.DeviceRememberedStatus);
		return {};
	},
});
