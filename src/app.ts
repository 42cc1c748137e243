/**
 * The whole wiring on one screen: the edge stands before every door, each door is mounted once, and all share one base of ports,
 * store and caches.
 */
import { Hono } from "hono";
import { type AccessProxy, createAccessProxy } from "./access-proxy/proxy.ts";
import { identityDiscovery } from "./api/cognito-identity/discovery.ts";
import { createImportFiles } from "./api/cognito-idp/imports/files.ts";
import { createAwsApi } from "./api/dispatch.ts";
import type { Config } from "./config.ts";
import { accessKeyVersion, loadAccessKey } from "./domain/access/access-keys.ts";
import { entityVersion, loadEntity } from "./domain/access/entities.ts";
import { createLastUses, type LastUses } from "./domain/access/last-uses.ts";
import { loadManagedPolicy, managedPolicyVersion } from "./domain/access/managed-policies.ts";
import type { Caches } from "./domain/caches.ts";
import type { Settings } from "./domain/call.ts";
import { loadOpenIdKeys, openIdKeysVersion } from "./domain/identity-pools/open-id-keys.ts";
import { identityPoolVersion, loadIdentityPool } from "./domain/identity-pools/pools.ts";
import { appClientVersion, loadAppClient } from "./domain/user-pools/app-clients.ts";
import { clientBrandingVersion, loadClientBranding } from "./domain/user-pools/branding/client-branding.ts";
import { domainVersion, findDomain, loadDomain } from "./domain/user-pools/domains.ts";
import { groupVersion, loadGroup } from "./domain/user-pools/groups.ts";
import { createImportRunner, type ImportRunner } from "./domain/user-pools/imports/runner.ts";
import { importsPath } from "./domain/user-pools/imports/upload.ts";
import { createOutboxRunner, type OutboxRunner } from "./domain/user-pools/outbox-runner.ts";
import { loadUserPool, userPoolVersion } from "./domain/user-pools/pools.ts";
import { loadProvisionedLimits, provisionedLimitsVersion } from "./domain/user-pools/provisioned-limits.ts";
import { createDomainDoor } from "./http/domain-door.ts";
import { createEdge } from "./http/edge.ts";
import { createOperations, type OperationsOptions } from "./http/operations.ts";
import { createQuotas } from "./http/quotas/quotas.ts";
import type { HttpBindings, HttpEnv } from "./http/request.ts";
import type { AccessUpstream, Clock, Ports } from "./kernel/ports.ts";
import { confirmUser } from "./oauth/confirm-user.ts";
import { discovery } from "./oauth/discovery.ts";
import { createOAuth } from "./oauth/oauth.ts";
import { createPages } from "./pages/pages.ts";
import { ConfigurationCache } from "./storage/cache.ts";
import type { Store } from "./storage/store.ts";
import type { Vault } from "./storage/vault.ts";

export interface AppOptions {
	readonly config: Pick<
		Config,
		| "mode"
		| "developmentForced"
		| "publicUrl"
		| "domainSuffix"
		| "domainsByPath"
		| "trustedProxies"
		| "corsOrigins"
		| "region"
		| "accountId"
		| "issuer"
		| "publicProviderUrls"
		| "rootKey"
		| "limits"
		| "requestQuotas"
	>;
	readonly ports: Ports;
	readonly store: Store;
	readonly vault: Vault;
	readonly metrics: OperationsOptions["metrics"];
	readonly isStopping?: () => boolean;
	/** What the access proxy stands before; without any there is none. */
	readonly accessUpstreams?: { readonly s3?: AccessUpstream; readonly dynamodb?: AccessUpstream } | undefined;
	/** The calls of development beside reset, which is the app's own; absent in production. */
	readonly development?: Pick<NonNullable<OperationsOptions["development"]>, "inbox" | "advanceClock"> & {
		/** Empties what is kept outside the store: the inbox, the clock's offset. */
		readonly forget: () => void;
	};
}

export interface App {
	/** Imports users, step by step: the caller says when. */
	readonly imports: ImportRunner;
	/** Sends what could not be sent at once, step by step. */
	readonly outbox: OutboxRunner;
	/** Writes when access keys and roles were last used, step by step. */
	readonly lastUses: Pick<LastUses, "step" | "writeAll">;
	/** Answers on a port of its own. */
	readonly accessProxy: AccessProxy | undefined;
	fetch(request: Request, env?: HttpBindings): Response | Promise<Response>;
}

/** How many pools, clients and groups each process keeps in memory. */
const cachedEntriesMax = 10_000;
/** And how many clients' looks: each may have as much CSS as SetUICustomization takes. */
const cachedBrandingMax = 1_000;

export function createApp({ config, ports, store, vault, metrics, isStopping, development, accessUpstreams }: AppOptions): App {
	const settings = settingsOf(config);
	const caches = createCaches(store, vault, settings, ports.clock);
	const rates = config.limits ? config.requestQuotas : {};
	const quotas = createQuotas({ rates, provisioned: caches.provisionedLimits, clock: ports.clock, meters: ports.meters });
	const base = { store, vault, caches, ports, settings, quotas };
	const decoySecret = ports.random.bytes(32).toString("base64");

	const app = new Hono<HttpEnv>();
	const isRegisteredDomain = async (hostname: string) => (await findDomain({ caches }, hostname))?.isCustom === true;
	app.use(createEdge({ config, clock: ports.clock, isRegisteredDomain, streamedPath: importsPath }));
	app.use(createDomainDoor(base, [createOAuth(base), createPages(base)]));
	// Before what else is there, since it is for everybody who has a job's URL.
	app.route(importsPath, createImportFiles(base));
	app.route(
		"/_gatehouse",
		createOperations({
			mode: config.mode,
			check: () => store.check(),
			metrics,
			monotonic: () => ports.clock.monotonic(),
			...(isStopping && { isStopping }),
			...(development && {
				development: {
					inbox: development.inbox,
					advanceClock: development.advanceClock,
					now: () => ports.clock.now(),
					async reset() {
						await store.reset();
						caches.userPools.clear();
						caches.appClients.clear();
						caches.groups.clear();
						caches.domains.clear();
						caches.branding.clear();
						caches.identityPools.clear();
						caches.openIdKeys.clear();
						caches.iamEntities.clear();
						caches.managedPolicies.clear();
						caches.accessKeys.clear();
						caches.provisionedLimits.clear();
						development.forget();
					},
				},
			}),
		}),
	);
	const lastUses = createLastUses(store, ports.clock);
	const checks = { rootKey: config.rootKey, decoySecret, lastUses };
	app.route("/", createAwsApi(base, checks));
	// Before the user pools' own, whose paths have a pool's id in that place.
	app.route("/", identityDiscovery(base));
	app.route("/", discovery(base));
	app.route("/", confirmUser(base));
	app.notFound((c) => c.json({ message: "Not Found" }, 404));
	app.onError((error, c) => {
		ports.log.error({ err: error }, "a request failed outside its door");
		return c.json({ message: "Internal Server Error" }, 500);
	});
	return {
		fetch: (request, env) => app.fetch(request, env),
		imports: createImportRunner(base),
		outbox: createOutboxRunner(base),
		lastUses,
		accessProxy: accessUpstreams && createAccessProxy({ base, config, checks, upstreams: accessUpstreams }),
	};
}

/** What each process keeps of the configuration in a store. */
export function createCaches(store: Store, vault: Vault, settings: Settings, clock: Clock): Caches {
	const caches: Caches = {
		userPools: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (id) => userPoolVersion(store, id),
			load: (id) => loadUserPool(store, vault, settings, id, clock.now()),
		}),
		appClients: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (id) => appClientVersion(store, id),
			load: (id) => loadAppClient(store, caches.userPools, id),
		}),
		groups: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (key) => groupVersion(store, key),
			load: (key) => loadGroup(store, key),
		}),
		domains: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (name) => domainVersion(store, name),
			load: (name) => loadDomain(store, name),
		}),
		branding: new ConfigurationCache({
			clock,
			entriesMax: cachedBrandingMax,
			version: (key) => clientBrandingVersion(store, key),
			load: (key) => loadClientBranding(store, key),
		}),
		identityPools: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (id) => identityPoolVersion(store, id),
			load: (id) => loadIdentityPool(store, id),
		}),
		openIdKeys: new ConfigurationCache({
			clock,
			entriesMax: 1,
			version: () => openIdKeysVersion(store),
			load: () => loadOpenIdKeys(store, vault, clock.now()),
		}),
		iamEntities: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (key) => entityVersion(store, key),
			load: (key) => loadEntity(store, settings.accountId, key),
		}),
		managedPolicies: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (arn) => managedPolicyVersion(store, arn),
			load: (arn) => loadManagedPolicy(store, settings.accountId, arn),
		}),
		accessKeys: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (id) => accessKeyVersion(store, id),
			load: (id) => loadAccessKey(store, vault, id),
		}),
		provisionedLimits: new ConfigurationCache({
			clock,
			entriesMax: 1,
			version: provisionedLimitsVersion,
			load: () => loadProvisionedLimits(store, settings),
		}),
	};
	return caches;
}

/** What the domain may know of the configuration. */
export function settingsOf(config: AppOptions["config"]): Settings {
	const amazons = "https://cognito-idp.{region}.amazonaws.com/{userPoolId}";
	const template = config.issuer === "aws" ? amazons : config.issuer;
	const { mode, publicUrl, accountId, limits, requestQuotas, domainSuffix, domainsByPath } = config;
	const { protocol, port } = new URL(publicUrl);
	return {
		mode,
		publicUrl,
		accountId,
		defaultRegion: config.region,
		issuer: (region, userPoolId) =>
			template.replaceAll("{publicUrl}", publicUrl).replaceAll("{region}", region).replaceAll("{userPoolId}", userPoolId),
		// What stands in for Amazon's user pools stands in for its identity pools too.
		identityIssuer: template === amazons ? "https://cognito-identity.amazonaws.com" : `${publicUrl}/identity`,
		publicProviderUrls: config.publicProviderUrls,
		limits,
		requestQuotas,
		domainSuffix,
		prefixDomainUrl: (prefix) =>
			domainsByPath ? `${publicUrl}/domains/${prefix}` : `${protocol}//${prefix}.${domainSuffix}${port === "" ? "" : `:${port}`}`,
	};
}
