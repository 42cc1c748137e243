import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { listResourceServers, resourceServersPageDefault } from "../../../domain/user-pools/resource-servers.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListResourceServers.html */
export const ListResourceServers = idp("ListResourceServers", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const { servers, next } = await listResourceServers(call, pool, input.MaxResults ?? resourceServersPageDefault, input.NextToken);
		return { ResourceServers: servers, NextToken: next };
	},
});
