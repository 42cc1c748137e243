import { checkSecretHash, getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { forgotPassword } from "../../../domain/user-pools/recovery.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ForgotPassword.html */
export const ForgotPassword = idp("ForgotPassword", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		checkSecretHash(client, input.Username, input.SecretHash);
		const pool = await getUserPool(call, client.userPoolId);
		return { CodeDeliveryDetails: await forgotPassword(call, pool, client, input.Username) };
	},
});
