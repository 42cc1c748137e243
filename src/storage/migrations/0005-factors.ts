/** Factors: what each user has of them, authenticator apps, and the tries that a challenge has had. */
import type { Migration } from "./migration.ts";

export const factors: Migration = {
	id: "0005-factors",
	tables: {
		software_tokens: {
			columns: {
				pool_id: "text",
				user_id: "text",
				secret_sealed: "bytes or null",
				pending_sealed: "bytes or null",
				name: "text",
				last_step: "integer",
			},
			key: ["pool_id", "user_id"],
			scatter: ["pool_id", "user_id"],
		},
		challenge_attempts: {
			columns: { pool_id: "text", id: "text", attempts: "integer", expires_at: "integer" },
			key: ["pool_id", "id"],
			scatter: ["pool_id", "id"],
		},
	},
	columns: {
		users: { factors: { type: "text", default: "{}" } },
	},
};
