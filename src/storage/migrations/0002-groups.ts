/** Groups: what they are, who is in them, and each user's own list of them. */
import type { Migration } from "./migration.ts";

export const groups: Migration = {
	id: "0002-groups",
	tables: {
		groups: {
			columns: {
				pool_id: "text",
				folded: "text",
				id: "text",
				name: "text",
				version: "integer",
				created_at: "integer",
				modified_at: "integer",
				description: "text or null",
				precedence: "integer or null",
				role_arn: "text or null",
			},
			key: ["pool_id", "folded"],
			scatter: ["pool_id"],
		},
		group_members: {
			columns: { pool_id: "text", group_id: "text", user_id: "text" },
			key: ["pool_id", "group_id", "user_id"],
			// By range, not scattered: a page of members reads neighbours.
			scatter: [],
		},
		deleted_groups: { columns: { pool_id: "text", id: "text" }, key: ["pool_id", "id"], scatter: ["pool_id", "id"] },
	},
	columns: {
		users: { groups: { type: "text", default: "[]" } },
	},
};
