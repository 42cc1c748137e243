import { listSessions } from "../../../domain/user-pools/session-management.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserSessions.html */
export const ListUserSessions = idp("ListUserSessions", {
	auth: "accessToken",
	async handle(call, input) {
		const { pool, user, sessionId } = call.caller;
		return { Sessions: await listSessions(call, pool, user, input.NextToken, sessionId) };
	},
});
