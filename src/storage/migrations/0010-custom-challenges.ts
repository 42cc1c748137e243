/** Custom challenges whose private parameters are longer than a session may be. */
import type { Migration } from "./migration.ts";

export const customChallenges: Migration = {
	id: "0010-custom-challenges",
	tables: {
		custom_challenges: {
			columns: { pool_id: "text", id: "text", sealed: "bytes", expires_at: "integer" },
			key: ["pool_id", "id"],
			scatter: ["pool_id", "id"],
		},
	},
};
