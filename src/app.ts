/**
 * The whole wiring on one screen: the edge stands before every door, each door is mounted once, and all share one base of ports,
 * store and caches.
 */
import { Hono } from "hono";
import { createImportFiles } from "./api/cognito-idp/imports/files.ts";
import { createAwsApi } from "./api/dispatch.ts";
import type { Config } from "./config.ts";
import type { Caches } from "./domain/caches.ts";
import type { Settings } from "./domain/call.ts";
import { appClientVersion, loadAppClient } from "./domain/user-pools/app-clients.ts";
import { groupVersion, loadGroup } from "./domain/user-pools/groups.ts";
import { createImportRunner, type ImportRunner } from "./domain/user-pools/imports/runner.ts";
import { importsPath } from "./domain/user-pools/imports/upload.ts";
import { loadUserPool, userPoolVersion } from "./domain/user-pools/pools.ts";
import { createEdge } from "./http/edge.ts";
import { createOperations, type OperationsOptions } from "./http/operations.ts";
import type { HttpBindings, HttpEnv } from "./http/request.ts";
import type { Clock, Ports } from "./kernel/ports.ts";
import { discovery } from "./oauth/discovery.ts";
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
		| "trustedProxies"
		| "corsOrigins"
		| "region"
		| "accountId"
		| "issuer"
		| "rootKey"
		| "limits"
	>;
	readonly ports: Ports;
	readonly store: Store;
	readonly vault: Vault;
	readonly metrics: OperationsOptions["metrics"];
	readonly isStopping?: () => boolean;
	/** The calls of development beside reset, which is the app's own; absent in production. */
	readonly development?: Pick<NonNullable<OperationsOptions["development"]>, "inbox" | "advanceClock"> & {
		/** Empties what is kept outside the store: the inbox, the clock's offset. */
		readonly forget: () => void;
	};
}

export interface App {
	/** Imports users, step by step: the caller says when. */
	readonly imports: ImportRunner;
	fetch(request: Request, env?: HttpBindings): Response | Promise<Response>;
}

/** How many pools, clients and groups each process keeps in memory. */
const cachedEntriesMax = 10_000;

export function createApp({ config, ports, store, vault, metrics, isStopping, development }: AppOptions): App {
	const settings = settingsOf(config);
	const caches = createCaches(store, vault, settings, ports.clock);
	const base = { store, vault, caches, ports, settings };
	const decoySecret = ports.random.bytes(32).toString("base64");

	const app = new Hono<HttpEnv>();
	// Domains of pools come with their issue; until then nobody but us has a name here.
	app.use(createEdge({ config, clock: ports.clock, isRegisteredDomain: () => false, streamedPath: importsPath }));
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
						development.forget();
					},
				},
			}),
		}),
	);
	app.route("/", createAwsApi(base, { settings, rootKey: config.rootKey, decoySecret }));
	app.route("/", discovery(base));
	app.notFound((c) => c.json({ message: "Not Found" }, 404));
	app.onError((error, c) => {
		ports.log.error({ err: error }, "a request failed outside its door");
		return c.json({ message: "Internal Server Error" }, 500);
	});
	return { fetch: (request, env) => app.fetch(request, env), imports: createImportRunner(base) };
}

/** What each process keeps of the configuration in a store. */
export function createCaches(store: Store, vault: Vault, settings: Settings, clock: Clock): Caches {
	const caches: Caches = {
		userPools: new ConfigurationCache({
			clock,
			entriesMax: cachedEntriesMax,
			version: (id) => userPoolVersion(store, id),
			load: (id) => loadUserPool(store, vault, settings, id),
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
	};
	return caches;
}

/** What the domain may know of the configuration. */
export function settingsOf(config: AppOptions["config"]): Settings {
	const template = config.issuer === "aws" ? "https://cognito-idp.{region}.amazonaws.com/{userPoolId}" : config.issuer;
	const { mode, publicUrl, accountId, limits } = config;
	return {
		mode,
		publicUrl,
		accountId,
		defaultRegion: config.region,
		issuer: (region, userPoolId) =>
			template.replaceAll("{publicUrl}", publicUrl).replaceAll("{region}", region).replaceAll("{userPoolId}", userPoolId),
		limits,
	};
}
