import { listDevices } from "../../../domain/user-pools/devices.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListDevices.html */
export const ListDevices = idp("ListDevices", {
	auth: "accessToken",
	handle: (call, input) => listDevices(call, call.caller.pool, call.caller.user, "user", input),
});
