import { asksForId, createAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html */
export const CreateUserPoolClient = idp("CreateUserPoolClient", {
	auth: "iam",
	// The colon of `_custom_id_:ID`, which development takes for the client's id, is none of ClientName's characters.
	constrained: (settings, input) => (asksForId(settings, input.ClientName) ? { ...input, ClientName: "custom" } : input),
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UserPoolClient: await createAppClient(call, pool, input) };
	},
});
