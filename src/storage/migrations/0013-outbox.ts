/** Messages that have not been sent yet. */
import type { Migration } from "./migration.ts";

export const outbox: Migration = {
	id: "0013-outbox",
	tables: {
		outbox: {
			columns: {
				pool_id: "text",
				user_id: "text",
				id: "text",
				sealed: "bytes",
				attempts: "integer",
				next_attempt_at: "integer",
				expires_at: "integer",
			},
			key: ["pool_id", "user_id", "id"],
			scatter: ["pool_id", "user_id"],
			indexes: { outbox_by_next_attempt: ["next_attempt_at"] },
		},
	},
};
