/** What a pool's login pages look like: styles of managed login, classic UI customization, the pictures of both, and terms documents. */
import type { Migration } from "./migration.ts";

export const branding: Migration = {
	id: "0015-branding",
	tables: {
		branding_versions: { columns: { pool_id: "text", version: "integer" }, key: ["pool_id"], scatter: ["pool_id"] },
		managed_login_branding: {
			columns: {
				pool_id: "text",
				client_id: "text",
				id: "text",
				version: "integer",
				provided: "integer",
				settings: "text or null",
				assets: "text",
				created_at: "integer",
				modified_at: "integer",
			},
			key: ["pool_id", "client_id"],
			scatter: ["pool_id"],
			indexes: { managed_login_branding_by_id: ["pool_id", "id"] },
		},
		ui_customizations: {
			columns: {
				pool_id: "text",
				client_id: "text",
				version: "integer",
				css: "text or null",
				image: "text or null",
				created_at: "integer",
				modified_at: "integer",
			},
			key: ["pool_id", "client_id"],
			scatter: ["pool_id"],
		},
		branding_images: {
			columns: { pool_id: "text", client_id: "text", kind: "text", hash: "text", part: "integer", data: "bytes" },
			key: ["pool_id", "client_id", "kind", "hash", "part"],
			scatter: ["pool_id", "client_id"],
		},
		terms: {
			columns: {
				pool_id: "text",
				client_id: "text",
				name: "text",
				id: "text",
				source: "text",
				enforcement: "text",
				links: "text",
				created_at: "integer",
				modified_at: "integer",
			},
			key: ["pool_id", "client_id", "name"],
			scatter: ["pool_id"],
			indexes: { terms_by_id: ["pool_id", "id"] },
		},
	},
};
