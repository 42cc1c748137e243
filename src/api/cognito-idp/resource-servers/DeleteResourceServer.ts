import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { deleteResourceServer } from "../../../domain/user-pools/resource-servers.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteResourceServer.html */
export const DeleteResourceServer = idp("DeleteResourceServer", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await deleteResourceServer(call, pool, input.Identifier);
	},
});
