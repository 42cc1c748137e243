/** Keys of the built-in KMS, under which custom senders get their codes. */
import type { Migration } from "./migration.ts";

export const kms: Migration = {
	id: "0012-kms",
	tables: {
		kms_keys: {
			columns: { region: "text", id: "text", description: "text", material_sealed: "bytes", created_at: "integer" },
			key: ["region", "id"],
			scatter: ["region"],
		},
	},
};
