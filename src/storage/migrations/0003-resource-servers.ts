/** Resource servers with their scopes, and the certificates for a pool's SAML requests. */
import type { Migration } from "./migration.ts";

export const resourceServers: Migration = {
	id: "0003-resource-servers",
	tables: {
		resource_servers: {
			columns: { pool_id: "text", identifier: "text", name: "text", scopes: "text" },
			key: ["pool_id", "identifier"],
			scatter: ["pool_id"],
		},
		signing_certificates: {
			columns: { pool_id: "text", number: "integer", certificate: "bytes", private_sealed: "bytes", created_at: "integer" },
			key: ["pool_id", "number"],
			scatter: ["pool_id"],
		},
	},
};
