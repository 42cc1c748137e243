/** Passkeys. A credential's id is one user's in the whole pool. */
import type { Migration } from "./migration.ts";

export const passkeys: Migration = {
	id: "0006-passkeys",
	tables: {
		passkeys: {
			columns: {
				pool_id: "text",
				id: "text",
				user_id: "text",
				relying_party_id: "text",
				public_key: "bytes",
				counter: "integer",
				transports: "text",
				attachment: "text or null",
				name: "text",
				user_verified: "integer",
				backed_up: "integer",
				created_at: "integer",
			},
			key: ["pool_id", "id"],
			scatter: ["pool_id", "id"],
			indexes: { passkeys_by_user: ["pool_id", "user_id"] },
		},
	},
};
