import { deleteClientSecret } from "../../../domain/user-pools/client-secrets.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPoolClientSecret.html */
export const DeleteUserPoolClientSecret = idp("DeleteUserPoolClientSecret", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		await deleteClientSecret(call, pool, input.ClientId, input.ClientSecretId);
		return {};
	},
});
