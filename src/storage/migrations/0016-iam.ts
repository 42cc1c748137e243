/** IAM: roles, users and groups, what they are allowed, their access keys, and SAML providers. OIDC providers come with identity pools. */
import type { Migration } from "./migration.ts";

export const iam: Migration = {
	id: "0016-iam",
	tables: {
		iam_entities: {
			columns: {
				kind: "text",
				folded: "text",
				id: "text",
				name: "text",
				path: "text",
				version: "integer",
				created_at: "integer",
				settings: "text",
			},
			key: ["kind", "folded"],
			scatter: [],
			indexes: { iam_entities_by_id: ["id"] },
		},
		iam_group_members: {
			columns: { group_id: "text", user_id: "text" },
			key: ["group_id", "user_id"],
			scatter: [],
		},
		iam_access_keys: {
			columns: {
				id: "text",
				user_id: "text",
				status: "text",
				version: "integer",
				secret_sealed: "bytes",
				created_at: "integer",
			},
			key: ["id"],
			scatter: ["id"],
			indexes: { iam_access_keys_by_user: ["user_id", "id"] },
		},
		iam_policies: {
			columns: {
				folded: "text",
				id: "text",
				name: "text",
				path: "text",
				version: "integer",
				created_at: "integer",
				modified_at: "integer",
				attachments: "integer",
				settings: "text",
			},
			key: ["folded"],
			scatter: [],
		},
		iam_policy_uses: {
			columns: { policy_arn: "text", entity_id: "text", usage: "text" },
			key: ["policy_arn", "entity_id", "usage"],
			scatter: [],
		},
		saml_providers: {
			columns: {
				name: "text",
				document: "text",
				tags: "text",
				version: "integer",
				created_at: "integer",
				valid_until: "integer",
			},
			key: ["name"],
			scatter: ["name"],
		},
	},
};
