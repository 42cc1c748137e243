/** Until when a data key is kept that no row is sealed under any more. */
import type { Migration } from "./migration.ts";

export const retiredKeys: Migration = {
	id: "0018-retired-keys",
	tables: {},
	columns: { data_keys: { kept_until: { type: "integer", default: 0 } } },
};
