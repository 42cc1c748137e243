import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { listSessions } from "../../../domain/user-pools/session-management.ts";
import { getUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminListUserSessions.html */
export const AdminListUserSessions = idp("AdminListUserSessions", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const user = await getUser(call, pool, input.Username);
		return { Sessions: await listSessions(call, pool, user, input.NextToken) };
	},
});
