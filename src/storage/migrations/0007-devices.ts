/** Devices that users have confirmed, and which one each sign-in belongs to. */
import type { Migration } from "./migration.ts";

export const devices: Migration = {
	id: "0007-devices",
	tables: {
		devices: {
			columns: {
				pool_id: "text",
				user_id: "text",
				device_key: "text",
				group_key: "text",
				name: "text",
				remembered: "integer",
				salt: "bytes",
				verifier: "bytes",
				last_ip: "text",
				created_at: "integer",
				modified_at: "integer",
				authenticated_at: "integer",
			},
			key: ["pool_id", "user_id", "device_key"],
			scatter: ["pool_id", "user_id"],
		},
	},
	columns: {
		sessions: { device_key: { type: "text", default: "" }, device_confirmed: { type: "integer", default: 0 } },
	},
};
