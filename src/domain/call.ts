/**
 * What a request carries into the domain: facts and ports. Never a service, never a bag:
 * what a domain function needs besides this it imports.
 */
import type { Ports } from "../kernel/ports.ts";
import type { Store } from "../storage/store.ts";
import type { Vault } from "../storage/vault.ts";
import type { Caches } from "./caches.ts";
import type { AppClient } from "./user-pools/app-clients.ts";
import type { UserPool } from "./user-pools/pools.ts";
import type { User } from "./user-pools/users.ts";

/** The part of the configuration that the domain reads. */
export interface Settings {
	readonly mode: "development" | "production";
	readonly publicUrl: string;
	readonly accountId: string;
	readonly defaultRegion: string;
	/** `iss` of a pool's tokens. */
	issuer(region: string, userPoolId: string): string;
	/** `iss` of the OpenID tokens of identity pools. */
	readonly identityIssuer: string;
	/** Where the APIs of the public identity providers are; no URL ends with a slash. */
	readonly publicProviderUrls: Readonly<Record<"facebook" | "google" | "amazon" | "apple", string>>;
	/** What prefix domains stand below. */
	readonly domainSuffix: string;
	/** Absolute base of a prefix domain, without a slash at its end. */
	prefixDomainUrl(prefix: string): string;
	/** Whether request quotas and hourly limits per user hold (`GATEHOUSE_LIMITS`). */
	readonly limits: boolean;
	/** Rates of the request quotas as they are set, in requests a second; what is not there is unlimited (`GATEHOUSE_REQUEST_QUOTAS`). */
	readonly requestQuotas: Readonly<Partial<Record<string, number>>>;
}

export type { Principal } from "./access/principals.ts";

/** The user whose access token came with the call: verified, not revoked, with the scope for self-service. */
export interface TokenHolder {
	readonly kind: "accessToken";
	readonly pool: UserPool;
	readonly client: AppClient;
	/** The row as it was read while the token was checked: no second read is needed. */
	readonly user: User;
	readonly sessionId: string;
	/** The token's scopes. */
	readonly scopes: ReadonlySet<string>;
}

export interface Call {
	readonly store: Store;
	readonly vault: Vault;
	readonly caches: Caches;
	readonly ports: Ports;
	readonly settings: Settings;
	/** Milliseconds since the epoch: one instant for the whole request. */
	readonly now: number;
	readonly requestId: string;
	/** The region that a signed request names in its credential scope; unsigned ones have their pool's or client's. */
	readonly region: string | undefined;
	readonly sourceIp: string | undefined;
	/** The request's ClientMetadata, for triggers: never looked at, and stored only, sealed, with a message that a function has to do with. */
	readonly clientMetadata?: Readonly<Record<string, string>> | undefined;
	/** As above, of InitiateAuth and AdminInitiateAuth, whose ClientMetadata only PreAuthentication and UserMigration get, by this name. */
	readonly validationData?: Readonly<Record<string, string>> | undefined;
	/** The User-Agent header, as the client wrote it. */
	readonly userAgent: string | undefined;
	/** The sign-in is on the pool's own login pages: it ends with a session of the browser, and tokens come after it. */
	readonly managedLogin?: true | undefined;
}
