import { checkClientSecret, getAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getClientToken } from "../../../domain/user-pools/client-tokens.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetClientToken.html */
export const GetClientToken = idp("GetClientToken", {
	// SDKs sign it all the same; nobody looks at the signature.
	auth: "public",
	async handle(call, input) {
		const client = await getAppClient(call, input.ClientId);
		checkClientSecret(client, input.Secret);
		call.quotas.take({ quota: "ClientAuthentication" });
		const pool = await getUserPool(call, client.userPoolId);
		return { ClientAuthenticationResult: await getClientToken(call, pool, client, input.Scopes) };
	},
});
