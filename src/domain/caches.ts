/** The configuration that every request reads and that rarely changes, kept by each process and confirmed once a second. */
import type { ConfigurationCache } from "../storage/cache.ts";
import type { UserAccessKey } from "./access/access-keys.ts";
import type { CompiledEntity } from "./access/entities.ts";
import type { ManagedPolicy } from "./access/managed-policies.ts";
import type { OpenIdKeys } from "./identity-pools/open-id-keys.ts";
import type { IdentityPool } from "./identity-pools/pools.ts";
import type { AppClient } from "./user-pools/app-clients.ts";
import type { ClientBranding } from "./user-pools/branding/client-branding.ts";
import type { UserPoolDomain } from "./user-pools/domains.ts";
import type { Group } from "./user-pools/groups.ts";
import type { UserPool } from "./user-pools/pools.ts";
import type { ProvisionedLimits } from "./user-pools/provisioned-limits.ts";

export interface Caches {
	readonly userPools: ConfigurationCache<UserPool>;
	readonly appClients: ConfigurationCache<AppClient>;
	/** By `groupKey`: pool and folded name. */
	readonly groups: ConfigurationCache<Group>;
	/** By name: a prefix, or a custom domain's whole host name. */
	readonly domains: ConfigurationCache<UserPoolDomain>;
	/** By pool and client: what the client's login pages look like. */
	readonly branding: ConfigurationCache<ClientBranding>;
	readonly identityPools: ConfigurationCache<IdentityPool>;
	/** One entry: the keys of identity pools' OpenID tokens. */
	readonly openIdKeys: ConfigurationCache<OpenIdKeys>;
	/** Roles, users and groups of IAM, by id or by `nameKey`. */
	readonly iamEntities: ConfigurationCache<CompiledEntity>;
	/** By ARN; AWS's own are not here. */
	readonly managedPolicies: ConfigurationCache<ManagedPolicy>;
	/** Keys of IAM's users, by id. */
	readonly accessKeys: ConfigurationCache<UserAccessKey>;
	/** One entry: the request rates that are raised. */
	readonly provisionedLimits: ConfigurationCache<ProvisionedLimits>;
}
