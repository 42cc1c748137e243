import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { getClientSessionConfiguration } from "../../../domain/user-pools/session-management.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolClientSessionConfiguration.html */
export const GetUserPoolClientSessionConfiguration = idp("GetUserPoolClientSessionConfiguration", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return getClientSessionConfiguration(call, pool, input.ClientId);
	},
});
