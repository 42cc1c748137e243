import { getUserPool } from "../../../domain/user-pools/pools.ts";
import { revokeTrackedSession } from "../../../domain/user-pools/session-management.ts";
import { getUser } from "../../../domain/user-pools/users.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminRevokeUserSession.html */
export const AdminRevokeUserSession = idp("AdminRevokeUserSession", {
	auth: "iam",
	async handle(call, input) {
		const pool = await getUserPool(call, input.UserPoolId);
		const user = await getUser(call, pool, input.Username);
		await revokeTrackedSession(call, pool, user, { id: input.SessionId, linked: input.RevokeAssociatedSessions === "LINKED" });
		return {};
	},
});
