import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { createResourceServer } from "../../../domain/user-pools/resource-servers.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateResourceServer.html */
export const CreateResourceServer = idp("CreateResourceServer", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { ResourceServer: await createResourceServer(call, pool, input) };
	},
});
