/** Identity pools, the identities in them and the logins that these are found by, the keys of their OpenID tokens, and IAM's OIDC providers. */
import type { Migration } from "./migration.ts";

export const identityPools: Migration = {
	id: "0017-identity-pools",
	tables: {
		identity_pools: {
			columns: {
				id: "text",
				region: "text",
				name: "text",
				version: "integer",
				created_at: "integer",
				modified_at: "integer",
				settings: "text",
			},
			key: ["id"],
			scatter: ["id"],
			indexes: { identity_pools_by_region: ["region", "id"] },
		},
		identities: {
			columns: {
				id: "text",
				pool_id: "text",
				state: "text",
				version: "integer",
				merged_into: "text or null",
				logins: "text",
				created_at: "integer",
				modified_at: "integer",
			},
			key: ["id"],
			scatter: ["id"],
			indexes: { identities_by_pool: ["pool_id", "id"] },
		},
		identity_logins: {
			columns: { pool_id: "text", login: "text", identity_id: "text" },
			key: ["pool_id", "login"],
			scatter: ["pool_id", "login"],
		},
		identity_token_keys: {
			columns: { number: "integer", kid: "text", public_jwk: "text", private_sealed: "bytes", created_at: "integer" },
			key: ["number"],
			scatter: ["number"],
		},
		oidc_providers: {
			columns: {
				arn: "text",
				url: "text",
				client_ids: "text",
				thumbprints: "text",
				tags: "text",
				version: "integer",
				created_at: "integer",
			},
			key: ["arn"],
			scatter: ["arn"],
		},
	},
};
