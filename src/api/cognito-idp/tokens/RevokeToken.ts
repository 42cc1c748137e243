import { checkClientSecret, getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { revokeRefreshToken } from "../../../domain/user-pools/sign-out.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html */
export const RevokeToken = idp("RevokeToken", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		checkClientSecret(client, input.ClientSecret);
		const pool = await getUserPool(call, client.userPoolId);
		await revokeRefreshToken(call, pool, client, input.Token, input.RevokeAssociatedSessions === "LINKED");
		return {};
	},
});
