import { checkSecretHash, getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { resendConfirmationCode } from "../../../domain/user-pools/sign-up.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResendConfirmationCode.html */
export const ResendConfirmationCode = idp("ResendConfirmationCode", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		checkSecretHash(client, input.Username, input.SecretHash);
		const pool = await getUserPool(call, client.userPoolId);
		return { CodeDeliveryDetails: await resendConfirmationCode(call, pool, client, input.Username) };
	},
});
