import { getDevice, wireDevice } from "../../../domain/user-pools/devices.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { getUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetDevice.html */
export const AdminGetDevice = idp("AdminGetDevice", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const user = await getUser(call, pool, input.Username);
		return { Device: wireDevice(call, pool, user, await getDevice(call, pool, user.id, input.DeviceKey), "administrator") };
	},
});
