/** Request rates of a region that an administrator has raised. */
import type { Migration } from "./migration.ts";

export const provisionedLimits: Migration = {
	id: "0019-provisioned-limits",
	tables: {
		provisioned_limits: {
			columns: { region: "text", category: "text", value: "integer" },
			key: ["region", "category"],
			scatter: ["region", "category"],
		},
	},
};
