import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { updateResourceServer } from "../../../domain/user-pools/resource-servers.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateResourceServer.html */
export const UpdateResourceServer = idp("UpdateResourceServer", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { ResourceServer: await updateResourceServer(call, pool, input) };
	},
});
