/**
 * App clients: what one is to the rest of the domain, how it is made, found, changed and deleted, and how it proves its secret.
 * Every request reads its client through the cache; the operations on the client itself read its row.
 */
import { createHmac } from "node:crypto";
import type {
	ClientTypeType,
	CreateUserPoolClientRequest,
	UpdateUserPoolClientRequest,
	UserPoolClientDescription,
	UserPoolClientType,
	UserPoolTierType,
} from "../../aws/model/cognito-idp.types.ts";
import { equalBytes } from "../../crypto/equal-bytes.ts";
import { randomText } from "../../crypto/random-text.ts";
import { assert } from "../../kernel/assert.ts";
import { consume, insert, require, type Store, statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Caches } from "../caches.ts";
import type { Call, Settings } from "../call.ts";
import {
	clientNotFound,
	clientSecretWrong,
	concurrentModification,
	customIdInvalid,
	customIdTaken,
	secretGivenTwice,
	secretHashMissing,
	secretHashUnexpected,
	secretHashWrong,
	tooMany,
	userPoolNotFound,
} from "../refusals.ts";
import { deleteClientBranding } from "./branding/versions.ts";
import { generateSecret, insertSecret, openSecrets } from "./client-secrets.ts";
import {
	type AppClientSettings,
	clientSettings,
	flowsOf,
	isBuiltInScope,
	lifetimesOf,
	permittedAttributes,
	rotationOf,
} from "./client-settings.ts";
import { openPage, pageOf } from "./paging.ts";
import { checkClientPlan } from "./plans.ts";
import type { UserPool } from "./pools.ts";
import { listActiveScopes } from "./resource-servers.ts";

export type { AppClientSettings } from "./client-settings.ts";

/** "Maximum number of app clients per user pool": the developer guide's quotas. */
export const appClientsPerPoolMax = 1000;
/** Of these, how many are left to administrators: registration may be open to strangers. */
const appClientsKept = 100;
/** A page where MaxResults is left out: as many as it may ask for. */
export const appClientsPageDefault = 60;
const clientIdLength = 26;
const clientId = /^[\w+]{1,128}$/;
const lowerAlphanumerics = "0123456789abcdefghijklmnopqrstuvwxyz";
/** What a ClientName begins with that gives the client its id, in development. */
const customIdPrefix = "_custom_id_:";

export interface AppClient {
	readonly id: string;
	readonly userPoolId: string;
	readonly name: string;
	readonly version: number;
	readonly createdAt: number;
	readonly modifiedAt: number;
	readonly settings: AppClientSettings;
	/** The active secrets, newest last; empty for a public client. */
	readonly secrets: readonly string[];
	/** The sign-in flows that are on, in today's names (`ALLOW_…`), legacy values translated. */
	readonly flows: ReadonlySet<string>;
	/** Token lifetimes in seconds, units applied, defaults filled in. */
	readonly lifetimes: { readonly access: number; readonly id: number; readonly refresh: number; readonly authSession: number };
	/** Refresh-token rotation: undefined where it is off. */
	readonly rotation: { readonly graceSeconds: number } | undefined;
	/** Names of the attributes that tokens and GetUser may show; undefined means all standard ones and all custom ones. */
	readonly readable: ReadonlySet<string> | undefined;
	readonly writable: ReadonlySet<string> | undefined;
	/** False with PreventUserExistenceErrors LEGACY: unknown users are told apart. */
	readonly hidesUserExistence: boolean;
}

type Row = Tables["app_clients"];

const findClientRow = statement<{ id: string }>()("findClientRow", (db, param) =>
	db.selectFrom("app_clients").selectAll().where("id", "=", param("id")),
);
const findClientVersion = statement<{ id: string }>()("findClientVersion", (db, param) =>
	db.selectFrom("app_clients").select("version").where("id", "=", param("id")),
);
const listClientRows = statement<{ pool: string; after: string; limit: number }>()("listClientRows", (db, param) =>
	db
		.selectFrom("app_clients")
		.select(["id", "name", "settings"])
		.where("pool_id", "=", param("pool"))
		.where("id", ">", param("after"))
		.orderBy("id")
		.limit(param("limit")),
);
const findLastClientAllowed = statement<{ pool: string; before: number }>()("findLastClientAllowed", (db, param) =>
	db.selectFrom("app_clients").select("id").where("pool_id", "=", param("pool")).orderBy("id").limit(1).offset(param("before")),
);

export const listClientSettings = statement<{ pool: string }>()("listClientSettings", (db, param) =>
	db.selectFrom("app_clients").select("settings").where("pool_id", "=", param("pool")),
);

/** A client as the cache holds it; undefined where there is none, or where its pool is deleted. */
export async function loadAppClient(
	store: Store,
	userPools: Caches["userPools"],
	id: string,
): Promise<{ readonly version: number; readonly value: AppClient } | undefined> {
	const [row] = await store.read(findClientRow, { id });
	const pool = row && (await userPools.get(row.pool_id));
	if (row === undefined || pool === undefined) return undefined;
	const settings = JSON.parse(row.settings) as AppClientSettings;
	return {
		version: row.version,
		value: {
			id,
			userPoolId: row.pool_id,
			name: row.name,
			version: row.version,
			createdAt: row.created_at,
			modifiedAt: row.modified_at,
			settings,
			secrets: await openSecrets(store, pool, id),
			flows: flowsOf(settings),
			lifetimes: lifetimesOf(settings),
			rotation: rotationOf(settings),
			readable: permittedAttributes(settings.ReadAttributes),
			writable: permittedAttributes(settings.WriteAttributes),
			hidesUserExistence: settings.PreventUserExistenceErrors === "ENABLED",
		},
	};
}

/** The version by which the cache tells whether its client is still the stored one. */
export async function appClientVersion(store: Store, id: string): Promise<number | undefined> {
	const [row] = await store.read(findClientVersion, { id });
	return row?.version;
}

/** The client; undefined where there is none. A client dies with its pool, whenever its own row goes. */
export async function findAppClient(call: Call, id: string): Promise<AppClient | undefined> {
	// Anybody may send any text as a client id: what can't be one costs no query.
	const client = clientId.test(id) ? await call.caches.appClients.get(id) : undefined;
	if (client === undefined || (await call.caches.userPools.get(client.userPoolId)) === undefined) return undefined;
	return client;
}

/** @throws ResourceNotFoundException */
export async function getAppClient(call: Call, id: string): Promise<AppClient> {
	const client = await findAppClient(call, id);
	if (client === undefined) throw clientNotFound(id);
	return client;
}

/** @throws ResourceNotFoundException, for the client of another pool too */
export async function getClientOfPool(call: Call, pool: UserPool, id: string): Promise<AppClient> {
	const client = await getAppClient(call, id);
	if (client.userPoolId !== pool.id) throw clientNotFound(id);
	return client;
}

/**
 * Proves that the caller knows the client's secret: Base64(HMAC-SHA256(secret, username + client id)). Any active secret will do.
 * @throws NotAuthorizedException
 */
export function checkSecretHash(client: AppClient, username: string, secretHash: string | undefined): void {
	if (client.secrets.length === 0) {
		if (secretHash !== undefined) throw secretHashUnexpected(client.id);
		return;
	}
	if (secretHash === undefined) throw secretHashMissing(client.id);
	const given = Buffer.from(secretHash, "utf8");
	const matches = client.secrets.filter((secret) =>
		equalBytes(given, Buffer.from(createHmac("sha256", secret).update(username).update(client.id).digest("base64"), "utf8")),
	);
	if (matches.length === 0) throw secretHashWrong(client.id);
}

/**
 * Proves that the caller knows the client's secret by the secret itself, as the operations on refresh tokens take it.
 * @throws NotAuthorizedException
 */
export function checkClientSecret(client: AppClient, secret: string | undefined): void {
	if (client.secrets.length === 0 && secret === undefined) return;
	const given = Buffer.from(secret ?? "", "utf8");
	const matches = client.secrets.filter((active) => equalBytes(given, Buffer.from(active, "utf8")));
	if (matches.length === 0) throw clientSecretWrong(client.id);
}

/**
 * Makes a client of a pool; `fixedId` is for who makes one like another, and a ClientType of DCR for clients that register themselves.
 * @throws InvalidParameterException, LimitExceededException, InvalidOAuthFlowException, ScopeDoesNotExistException
 */
export async function createAppClient(
	call: Call,
	pool: UserPool,
	input: CreateUserPoolClientRequest,
	fixedId?: string,
	ClientType: ClientTypeType = "REGULAR",
): Promise<UserPoolClientType> {
	if (input.GenerateSecret && input.ClientSecret !== undefined) throw secretGivenTwice();
	const { random } = call.ports;
	const secret = input.GenerateSecret ? generateSecret(random) : input.ClientSecret;
	const scopes = await scopesFor(call, pool, input.AllowedOAuthScopes);
	const settings = { ...clientSettings(pool, input, { hasSecret: secret !== undefined, scopes, doing: "creating" }), ClientType };
	const customId = fixedId ?? customClientId(call, input);
	const max = ClientType === "DCR" ? appClientsPerPoolMax - appClientsKept : appClientsPerPoolMax;
	const full = await call.store.read(findLastClientAllowed, { pool: pool.id, before: max - 1 });
	if (full.length > 0) throw tooMany("app clients");
	const id = customId ?? randomText(random, lowerAlphanumerics, clientIdLength);
	const row: Row = {
		id,
		pool_id: pool.id,
		name: input.ClientName,
		// Not 1: a later one under this id must not be taken for it by a cache that goes by the version.
		version: call.now,
		created_at: call.now,
		modified_at: call.now,
		settings: JSON.stringify(settings),
	};
	const outcome = await call.store.write<"gone" | "taken">([
		require("user_pools", { id: pool.id, created_at: pool.createdAt }, "some", "gone"),
		insert("app_clients", row, "taken"),
		...(secret === undefined ? [] : [insertSecret(call, pool, id, secret)]),
	]);
	call.caches.appClients.forget(id);
	if (outcome === "gone") throw userPoolNotFound(pool.id);
	if (outcome === "taken") {
		assert(customId !== undefined, "a random client id is free");
		throw customIdTaken(id);
	}
	return describe(row, secret);
}

/** @throws ResourceNotFoundException */
export async function describeAppClient(call: Call, pool: UserPool, id: string): Promise<UserPoolClientType> {
	const row = await getClientRow(call, pool, id);
	return describe(row, await newestSecret(call, pool, id));
}

/** A page of the pool's clients, of one type where it is given: then there may be fewer on it than the limit. @throws InvalidParameterException */
export async function listAppClients(
	call: Call,
	pool: UserPool,
	limit: number,
	token: string | undefined,
	type?: ClientTypeType,
): Promise<{ readonly clients: readonly UserPoolClientDescription[]; readonly next: string | undefined }> {
	const page = { kind: "ListUserPoolClients", scope: [pool.id] };
	const after = openPage(call.vault, page, token) ?? "";
	const found = await call.store.read(listClientRows, { pool: pool.id, after, limit: limit + 1 });
	const { rows, next } = pageOf(call.vault, page, found, limit, (row) => row.id);
	const asked = rows.filter(({ settings }) => type === undefined || (JSON.parse(settings) as AppClientSettings).ClientType === type);
	return { clients: asked.map((row) => ({ ClientId: row.id, UserPoolId: pool.id, ClientName: row.name })), next };
}

/**
 * Replaces the client's settings; its secrets stay.
 * @throws ResourceNotFoundException, ConcurrentModificationException, and what a creation throws
 */
export async function updateAppClient(call: Call, pool: UserPool, input: UpdateUserPoolClientRequest): Promise<UserPoolClientType> {
	const row = await getClientRow(call, pool, input.ClientId);
	const secret = await newestSecret(call, pool, row.id);
	const scopes = await scopesFor(call, pool, input.AllowedOAuthScopes);
	const { SSOSession, ClientType } = JSON.parse(row.settings) as AppClientSettings;
	const replaced = clientSettings(pool, input, { hasSecret: secret !== undefined, scopes, doing: "updating" });
	const settings = { ...replaced, SSOSession, ClientType };
	return describe(await changeRow(call, row, settings, input.ClientName), secret);
}

/** The client's settings as they are stored now. @throws ResourceNotFoundException, for the client of another pool too */
export async function getClientSettings(call: Call, pool: UserPool, id: string): Promise<AppClientSettings> {
	return JSON.parse((await getClientRow(call, pool, id)).settings) as AppClientSettings;
}

/** Changes a part of the client's settings. @throws ResourceNotFoundException, ConcurrentModificationException */
export async function changeClientSettings(
	call: Call,
	pool: UserPool,
	id: string,
	change: (settings: AppClientSettings) => AppClientSettings,
): Promise<void> {
	const row = await getClientRow(call, pool, id);
	await changeRow(call, row, change(JSON.parse(row.settings) as AppClientSettings));
}

/** Checks that a pool's tier may become `tier`, as far as its clients go. @throws FeatureUnavailableInTierException */
export async function checkTierOfClients(call: Call, poolId: string, tier: UserPoolTierType | undefined): Promise<void> {
	// The other plans have all that a client can turn on.
	if (tier !== "LITE") return;
	const rows = await call.store.read(listClientSettings, { pool: poolId });
	checkClientPlan(tier, ...rows.map(({ settings }) => JSON.parse(settings) as AppClientSettings));
}

/** Writes a client's settings, and its name where one is given. @throws ConcurrentModificationException */
async function changeRow(call: Call, row: Row, settings: AppClientSettings, name = row.name): Promise<Row> {
	const changed: Row = { ...row, name, version: row.version + 1, modified_at: call.now, settings: JSON.stringify(settings) };
	const { modified_at, version } = changed;
	const outcome = await call.store.write([
		update("app_clients", { id: row.id, version: row.version }, { name, settings: changed.settings, modified_at, version }, "stale"),
	]);
	call.caches.appClients.forget(row.id);
	if (outcome === "stale") throw concurrentModification();
	return changed;
}

/** @throws ResourceNotFoundException */
export async function deleteAppClient(call: Call, pool: UserPool, id: string): Promise<void> {
	const row = await getClientRow(call, pool, id);
	const outcome = await call.store.write<"gone">([
		consume("app_clients", { id: row.id }, "gone"),
		consume("client_secrets", { client_id: row.id }),
		...deleteClientBranding(call, pool, row.id),
	]);
	call.caches.appClients.forget(id);
	if (outcome === "gone") throw clientNotFound(id);
}

/** @throws ResourceNotFoundException, for the client of another pool too */
async function getClientRow(call: Call, pool: UserPool, id: string): Promise<Row> {
	const [row] = clientId.test(id) ? await call.store.read(findClientRow, { id }) : [];
	if (row === undefined || row.pool_id !== pool.id) throw clientNotFound(id);
	return row;
}

/** The custom scopes that there are, where a client asks for any. */
async function scopesFor(call: Call, pool: UserPool, asked: readonly string[] = []): Promise<ReadonlySet<string>> {
	return asked.every(isBuiltInScope) ? new Set() : listActiveScopes(call, pool);
}

async function newestSecret(call: Call, pool: UserPool, id: string): Promise<string | undefined> {
	return (await openSecrets(call.store, pool, id)).at(-1);
}

function describe(row: Row, secret: string | undefined): UserPoolClientType {
	const { SSOSession: _, ...settings } = JSON.parse(row.settings) as AppClientSettings;
	return {
		UserPoolId: row.pool_id,
		ClientName: row.name,
		ClientId: row.id,
		...(secret === undefined ? {} : { ClientSecret: secret }),
		LastModifiedDate: row.modified_at,
		CreationDate: row.created_at,
		...settings,
	};
}

/** Whether a ClientName asks for an id of its own. */
export function asksForId(settings: Settings, clientName: unknown): boolean {
	return settings.mode === "development" && typeof clientName === "string" && clientName.startsWith(customIdPrefix);
}

/** The id that a ClientName `_custom_id_:ID` asks for; only development listens to it. */
function customClientId(call: Call, input: CreateUserPoolClientRequest): string | undefined {
	if (!asksForId(call.settings, input.ClientName)) return undefined;
	const id = input.ClientName.slice(customIdPrefix.length);
	if (!clientId.test(id)) throw customIdInvalid(id);
	return id;
}
