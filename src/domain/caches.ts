/** The configuration that every request reads and that rarely changes, kept by each process and confirmed once a second. */
import type { ConfigurationCache } from "../storage/cache.ts";
import type { AppClient } from "./user-pools/app-clients.ts";
import type { Group } from "./user-pools/groups.ts";
import type { UserPool } from "./user-pools/pools.ts";

export interface Caches {
	readonly userPools: ConfigurationCache<UserPool>;
	readonly appClients: ConfigurationCache<AppClient>;
	/** By `groupKey`: pool and folded name. */
	readonly groups: ConfigurationCache<Group>;
}
