import { addClientSecret } from "../../../domain/user-pools/client-secrets.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html */
export const AddUserPoolClientSecret = idp("AddUserPoolClientSecret", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { ClientSecretDescriptor: await addClientSecret(call, pool, input) };
	},
});
