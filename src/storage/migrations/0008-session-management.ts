/** Tracked sessions: what a user is shown of its sign-ins, and what holds their number within the pool's limit. */
import type { Migration } from "./migration.ts";

export const sessionManagement: Migration = {
	id: "0008-session-management",
	tables: {
		token_sessions: {
			columns: {
				pool_id: "text",
				user_id: "text",
				session_id: "text",
				id: "text",
				client_id: "text",
				created_at: "integer",
				active_at: "integer",
				expires_at: "integer",
				device: "text",
				address: "text or null",
				sso_id: "text or null",
			},
			key: ["pool_id", "user_id", "session_id"],
			scatter: ["pool_id", "user_id"],
		},
		tracked_sign_ins: {
			columns: { pool_id: "text", user_id: "text", sign_ins: "integer", expires_at: "integer" },
			key: ["pool_id", "user_id"],
			scatter: ["pool_id", "user_id"],
		},
	},
};
