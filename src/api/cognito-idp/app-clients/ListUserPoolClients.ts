import { appClientsPageDefault, listAppClients } from "../../../domain/user-pools/app-clients.ts";
import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html */
export const ListUserPoolClients = idp("ListUserPoolClients", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const limit = input.MaxResults ?? appClientsPageDefault;
		const { clients, next } = await listAppClients(call, pool, limit, input.NextToken, input.ClientType);
		return { UserPoolClients: clients, NextToken: next };
	},
});
