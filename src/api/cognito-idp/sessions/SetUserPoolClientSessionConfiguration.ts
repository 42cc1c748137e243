import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { setClientSessionConfiguration } from "../../../domain/user-pools/session-management.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserPoolClientSessionConfiguration.html */
export const SetUserPoolClientSessionConfiguration = idp("SetUserPoolClientSessionConfiguration", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return setClientSessionConfiguration(call, pool, input);
	},
});
