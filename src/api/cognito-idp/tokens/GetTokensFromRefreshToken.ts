import { checkClientSecret, getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { refreshTokens } from "../../../domain/user-pools/sign-in/refresh.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html */
export const GetTokensFromRefreshToken = idp("GetTokensFromRefreshToken", {
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		checkClientSecret(client, input.ClientSecret);
		const pool = await getUserPool(call, client.userPoolId);
		return { AuthenticationResult: await refreshTokens(call, pool, client, input.RefreshToken, input.DeviceKey) };
	},
});
