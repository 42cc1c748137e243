/** Domains of pools, who is signed in in a browser, and what an OAuth session was granted. */
import type { Migration } from "./migration.ts";

export const domains: Migration = {
	id: "0014-domains",
	tables: {
		user_pool_domains: {
			columns: {
				name: "text",
				pool_id: "text",
				custom: "integer",
				version: "integer",
				managed_login: "integer",
				certificate_arn: "text or null",
				created_at: "integer",
			},
			key: ["name"],
			scatter: ["name"],
		},
		browser_sessions: {
			columns: {
				pool_id: "text",
				user_id: "text",
				key: "bytes",
				id: "text",
				client_id: "text",
				epoch: "integer",
				auth_time: "integer",
				expires_at: "integer",
				device: "text",
				address: "text or null",
			},
			key: ["pool_id", "user_id", "key"],
			scatter: ["pool_id", "user_id"],
		},
	},
	columns: {
		sessions: {
			scopes: { type: "text", default: "" },
			audience: { type: "text", default: "" },
		},
	},
};
