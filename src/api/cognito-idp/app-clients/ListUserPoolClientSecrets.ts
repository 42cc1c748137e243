import { listSecretsOfClient } from "../../../domain/user-pools/client-secrets.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClientSecrets.html */
export const ListUserPoolClientSecrets = idp("ListUserPoolClientSecrets", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { ClientSecrets: await listSecretsOfClient(call, pool, input.ClientId) };
	},
});
