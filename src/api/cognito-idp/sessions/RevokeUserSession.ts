import { revokeTrackedSession } from "../../../domain/user-pools/session-management.ts";
import { idp } from "../../operation.ts";

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeUserSession.html */
export const RevokeUserSession = idp("RevokeUserSession", {
	auth: "accessToken",
	async handle(call, input) {
		const { pool, user, sessionId } = call.caller;
		const linked = input.RevokeAssociatedSessions === "LINKED";
		await revokeTrackedSession(call, pool, user, { id: input.SessionId, linked, current: sessionId });
		return {};
	},
});
