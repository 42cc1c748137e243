/** When access keys and roles were last used, and where; 0 is never. Users and groups have the columns as well, and nothing in them. */
import type { Migration } from "./migration.ts";

export const lastUses: Migration = {
	id: "0020-last-uses",
	tables: {},
	columns: {
		iam_access_keys: {
			last_used_at: { type: "integer", default: 0 },
			last_used_service: { type: "text", default: "" },
			last_used_region: { type: "text", default: "" },
		},
		iam_entities: {
			last_used_at: { type: "integer", default: 0 },
			last_used_region: { type: "text", default: "" },
		},
	},
};
