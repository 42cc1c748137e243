/** What users set before: passwords that they may not set again, and addresses that they have yet to verify. */
import type { Migration } from "./migration.ts";

export const passwordHistory: Migration = {
	id: "0004-password-history",
	tables: {
		password_history: {
			columns: { pool_id: "text", user_id: "text", earlier: "bytes" },
			key: ["pool_id", "user_id"],
			scatter: ["pool_id", "user_id"],
		},
		pending_attributes: {
			columns: { pool_id: "text", user_id: "text", attribute: "text", value: "text" },
			key: ["pool_id", "user_id", "attribute"],
			scatter: ["pool_id", "user_id"],
		},
	},
};
