import { listDevices } from "../../../domain/user-pools/devices.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { getUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListDevices.html */
export const AdminListDevices = idp("AdminListDevices", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const user = await getUser(call, pool, input.Username);
		return listDevices(call, pool, user, "administrator", input);
	},
});
