import { asksForId, updateAppClient } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html */
export const UpdateUserPoolClient = idp("UpdateUserPoolClient", {
	auth: "iam",
	// The name that gave the client its id in development stays valid: Describe answers it, and tools send it back.
	constrained: (settings, input) => (asksForId(settings, input.ClientName) ? { ...input, ClientName: "custom" } : input),
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		return { UserPoolClient: await updateAppClient(call, pool, input) };
	},
});
