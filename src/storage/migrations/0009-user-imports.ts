/** Imports of users from CSV files: the jobs, the files in pieces, what became of each line, and the one job that runs. */
import type { Migration } from "./migration.ts";

export const userImports: Migration = {
	id: "0009-user-imports",
	tables: {
		user_imports: {
			columns: {
				pool_id: "text",
				id: "text",
				name: "text",
				role_arn: "text",
				algorithm: "text or null",
				status: "text",
				created_at: "integer",
				started_at: "integer or null",
				completed_at: "integer or null",
				message: "text or null",
				imported: "integer",
				skipped: "integer",
				failed: "integer",
				uploading: "text",
				upload_id: "text",
				upload_bytes: "integer",
				upload_lines: "integer",
				position: "integer",
				line: "integer",
			},
			key: ["pool_id", "id"],
			scatter: ["pool_id"],
			indexes: { user_imports_by_creation: ["pool_id", "created_at", "id"] },
		},
		user_import_chunks: {
			columns: { pool_id: "text", import_id: "text", upload_id: "text", number: "integer", data: "bytes" },
			key: ["pool_id", "import_id", "upload_id", "number"],
			scatter: ["pool_id", "import_id"],
		},
		user_import_log: {
			columns: { pool_id: "text", import_id: "text", line: "integer", runs: "text", at: "integer" },
			key: ["pool_id", "import_id", "line"],
			scatter: ["pool_id", "import_id"],
		},
		user_import_data: {
			columns: { pool_id: "text", import_id: "text", discard_at: "integer" },
			key: ["pool_id", "import_id"],
			scatter: ["pool_id", "import_id"],
		},
		active_user_import: {
			columns: { name: "text", pool_id: "text", import_id: "text", holder: "text", lease_expires_at: "integer" },
			key: ["name"],
			scatter: ["name"],
		},
	},
};
