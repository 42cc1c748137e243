import { confirmDevice } from "../../../domain/user-pools/devices.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmDevice.html */
export const ConfirmDevice = idp("ConfirmDevice", {
	auth: "accessToken",
	handle: (call, input) => confirmDevice(call, call.caller, input),
});
