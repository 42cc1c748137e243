/**
 * Styles of managed login: an app client's settings document and its pictures. How a style looks is the pages' matter.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-brandingeditor.html
 */
import type {
	AssetCategoryType,
	AssetExtensionType,
	AssetType,
	ColorSchemeModeType,
	CreateManagedLoginBrandingRequest,
	ManagedLoginBrandingType,
	UpdateManagedLoginBrandingRequest,
} from "../../../aws/model/cognito-idp.types.ts";
import { randomUuid } from "../../../crypto/random-text.ts";
import { consume, insert, require, statement, update, type Verb } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";
import { clientNotFound, concurrentModification, tooMany } from "../../refusals.ts";
import { getClientOfPool } from "../app-clients.ts";
import { isInPlan } from "../plans.ts";
import type { UserPool } from "../pools.ts";
import type { ManagedLoginSettings } from "./default-settings.ts";
import { checkImage, deleteImage, deleteImages, hashOf, type ImageOwner, insertImage, readImage } from "./images.ts";
import {
	assetWithoutBytes,
	brandingExists,
	brandingNotFound,
	brandingOfClientNotFound,
	brandingRequestTooLarge,
	notInTier,
	oneSourceOfBranding,
	tooManyAssets,
} from "./refusals.ts";
import { checkSettings, completeSettings, mergeSettings } from "./settings.ts";
import { writeBranding } from "./versions.ts";

/** "Managed login branding styles per user pool": the developer guide's quotas. */
export const stylesPerPoolMax = 20;
/** The model's bound of a request's list, which holds for the whole style too. */
const assetsPerStyleMax = 40;
/** "This operation has a 2-megabyte request-size limit", with files in base64. */
const requestBytesMax = 2 * 1024 * 1024;

/** A picture of a style; its file is kept under its hash. */
export interface StyleAsset {
	readonly category: AssetCategoryType;
	readonly colorMode: ColorSchemeModeType;
	readonly extension: AssetExtensionType;
	readonly resourceId?: string | undefined;
	readonly hash: string;
}

/** What the pages need of a style. */
export interface Style {
	/** False where the look is the default one, perhaps with pictures. */
	readonly settings: ManagedLoginSettings | undefined;
	readonly assets: readonly StyleAsset[];
}

type Row = Tables["managed_login_branding"];

export const findStyleById = statement<{ pool: string; id: string }>()("findStyleById", (db, param) =>
	db.selectFrom("managed_login_branding").selectAll().where("pool_id", "=", param("pool")).where("id", "=", param("id")),
);
export const findStyleOfClient = statement<{ pool: string; client: string }>()("findStyleOfClient", (db, param) =>
	db.selectFrom("managed_login_branding").selectAll().where("pool_id", "=", param("pool")).where("client_id", "=", param("client")),
);
export const listStyleClients = statement<{ pool: string; limit: number }>()("listStyleClients", (db, param) =>
	db.selectFrom("managed_login_branding").select("client_id").where("pool_id", "=", param("pool")).limit(param("limit")),
);

/**
 * Gives an app client a style, of which it has one.
 * @throws ResourceNotFoundException, InvalidParameterException, ManagedLoginBrandingExistsException, LimitExceededException,
 * OperationNotEnabledException in the Lite plan
 */
export async function createManagedLoginBranding(
	call: Call,
	pool: UserPool,
	input: CreateManagedLoginBrandingRequest,
): Promise<ManagedLoginBrandingType> {
	checkRequest(input);
	const tier = pool.settings.UserPoolTier;
	if (!isInPlan(tier, "ESSENTIALS")) throw notInTier("Managed login branding", tier ?? "");
	const client = await getClientOfPool(call, pool, input.ClientId);
	const owner: ImageOwner = { clientId: client.id, kind: "managed" };
	const settings = input.Settings === undefined ? undefined : checkSettings(input.Settings);
	const changed = changeAssets(pool, owner, [], input.Assets);
	const clients = await call.store.read(listStyleClients, { pool: pool.id, limit: stylesPerPoolMax });
	if (clients.some(({ client_id }) => client_id === client.id)) throw brandingExists(client.id);
	if (clients.length >= stylesPerPoolMax) throw tooMany("managed login branding styles");
	const row: Row = {
		pool_id: pool.id,
		client_id: client.id,
		id: randomUuid(call.ports.random),
		version: 1,
		provided: input.UseCognitoProvidedValues ? 1 : 0,
		settings: settings === undefined ? null : JSON.stringify(settings),
		assets: JSON.stringify(changed.assets),
		created_at: call.now,
		modified_at: call.now,
	};
	const outcome = await writeBranding<"gone" | "taken">(call, pool, [
		require("app_clients", { id: client.id, pool_id: pool.id }, "some", "gone"),
		insert("managed_login_branding", row, "taken"),
		...changed.verbs,
	]);
	if (outcome === "gone") throw clientNotFound(client.id);
	if (outcome === "taken") throw brandingExists(client.id);
	return describe(call, row, false);
}

/** `merged` fills in what the style leaves at its default. @throws ResourceNotFoundException */
export async function describeManagedLoginBranding(
	call: Call,
	pool: UserPool,
	id: string,
	merged: boolean,
): Promise<ManagedLoginBrandingType> {
	return describe(call, await getRow(call, pool, id), merged);
}

/** @throws ResourceNotFoundException */
export async function describeManagedLoginBrandingByClient(
	call: Call,
	pool: UserPool,
	clientId: string,
	merged: boolean,
): Promise<ManagedLoginBrandingType> {
	const client = await getClientOfPool(call, pool, clientId);
	const [row] = await call.store.read(findStyleOfClient, { pool: pool.id, client: client.id });
	if (row === undefined) throw brandingOfClientNotFound(client.id);
	return describe(call, row, merged);
}

/**
 * Changes what the request names, and leaves the rest. A picture replaces the one of its category, mode and resource.
 * @throws ResourceNotFoundException, InvalidParameterException, ConcurrentModificationException
 */
export async function updateManagedLoginBranding(
	call: Call,
	pool: UserPool,
	id: string,
	input: UpdateManagedLoginBrandingRequest,
): Promise<ManagedLoginBrandingType> {
	checkRequest(input);
	const row = await getRow(call, pool, id);
	const owner: ImageOwner = { clientId: row.client_id, kind: "managed" };
	const given = input.Settings === undefined ? undefined : checkSettings(input.Settings);
	const changed = changeAssets(pool, owner, styleOf(row).assets, input.Assets);
	const after: Row = {
		...row,
		version: row.version + 1,
		provided: given === undefined ? 1 : 0,
		// With Cognito's values there are none of the style's own.
		settings: given === undefined ? null : JSON.stringify(mergeSettings(styleOf(row).settings ?? {}, given)),
		assets: JSON.stringify(changed.assets),
		modified_at: call.now,
	};
	const { version, provided, settings, assets, modified_at } = after;
	const outcome = await writeBranding<"stale">(call, pool, [
		update(
			"managed_login_branding",
			{ pool_id: pool.id, client_id: row.client_id, id: row.id, version: row.version },
			{ version, provided, settings, assets, modified_at },
			"stale",
		),
		...changed.verbs,
	]);
	if (outcome === "stale") throw concurrentModification();
	return describe(call, after, false);
}

/** @throws ResourceNotFoundException */
export async function deleteManagedLoginBranding(call: Call, pool: UserPool, id: string): Promise<void> {
	const row = await getRow(call, pool, id);
	const outcome = await writeBranding<"gone">(call, pool, [
		consume("managed_login_branding", { pool_id: pool.id, client_id: row.client_id, id }, "gone"),
		deleteImages(pool, { clientId: row.client_id, kind: "managed" }),
	]);
	if (outcome === "gone") throw brandingNotFound();
}

/** A style as the pages need it. */
export function styleOf(row: Row): Style {
	return {
		settings: row.settings === null ? undefined : (JSON.parse(row.settings) as ManagedLoginSettings),
		assets: JSON.parse(row.assets) as StyleAsset[],
	};
}

/** Ids are compared as they were given out, in lower case. */
async function getRow(call: Call, pool: UserPool, id: string): Promise<Row> {
	const [row] = await call.store.read(findStyleById, { pool: pool.id, id: id.toLowerCase() });
	if (row === undefined) throw brandingNotFound();
	return row;
}

/**
 * A request names one source of its values: on creation and on update alike, with assets or without.
 * @throws InvalidParameterException
 */
function checkRequest({
	UseCognitoProvidedValues: provided = false,
	Settings,
	Assets = [],
}: Pick<CreateManagedLoginBrandingRequest, "UseCognitoProvidedValues" | "Settings" | "Assets">): void {
	if (provided === (Settings !== undefined)) throw oneSourceOfBranding();
	const files = Assets.reduce((sum, { Bytes }) => sum + Math.ceil((Bytes?.length ?? 0) / 3) * 4, 0);
	if (files + Buffer.byteLength(JSON.stringify(Settings ?? {})) > requestBytesMax) throw brandingRequestTooLarge("2 MB");
	if (Assets.length > assetsPerStyleMax) throw tooManyAssets(assetsPerStyleMax);
}

/** The style's pictures after a request, and the rows of the files that come and go. @throws InvalidParameterException */
function changeAssets(
	pool: UserPool,
	owner: ImageOwner,
	there: readonly StyleAsset[],
	given: readonly AssetType[] = [],
): { readonly assets: readonly StyleAsset[]; readonly verbs: Verb<never>[] } {
	const keyOf = ({ category, colorMode, resourceId = "" }: Omit<StyleAsset, "hash" | "extension">) =>
		`${category} ${colorMode} ${resourceId}`;
	const assets = new Map(there.map((asset) => [keyOf(asset), asset]));
	const files = new Map<string, Uint8Array>();
	for (const { Category: category, ColorMode: colorMode, Extension: extension, ResourceId: resourceId, Bytes: bytes } of given) {
		const place = { category, colorMode, ...(resourceId === undefined ? {} : { resourceId }) };
		if (bytes === undefined) {
			// A picture that is there may be named without being sent again.
			if (assets.get(keyOf(place))?.extension !== extension) throw assetWithoutBytes(category);
			continue;
		}
		checkImage(category, extension, bytes);
		const hash = hashOf(bytes);
		files.set(hash, bytes);
		assets.set(keyOf(place), { ...place, extension, hash });
	}
	if (assets.size > assetsPerStyleMax) throw tooManyAssets(assetsPerStyleMax);
	const all = [...assets.values()];
	const kept = new Set(all.map(({ hash }) => hash));
	const before = new Set(there.map(({ hash }) => hash));
	return {
		assets: all,
		verbs: [
			...[...files]
				.filter(([hash]) => kept.has(hash) && !before.has(hash))
				.flatMap(([hash, bytes]) => insertImage(pool, owner, hash, bytes)),
			...[...before].filter((hash) => !kept.has(hash)).map((hash) => deleteImage(pool, owner, hash)),
		],
	};
}

async function describe(call: Call, row: Row, merged: boolean): Promise<ManagedLoginBrandingType> {
	const { settings, assets } = styleOf(row);
	const owner: ImageOwner = { clientId: row.client_id, kind: "managed" };
	const described: AssetType[] = [];
	for (const { category, colorMode, extension, resourceId, hash } of assets) {
		const bytes = await readImage(call.store, row.pool_id, owner, hash);
		// A picture that was replaced between the two reads is left out.
		if (bytes === undefined) continue;
		described.push({
			Category: category,
			ColorMode: colorMode,
			Extension: extension,
			Bytes: bytes,
			...(resourceId === undefined ? {} : { ResourceId: resourceId }),
		});
	}
	const shown = merged ? completeSettings(settings ?? {}) : settings;
	return {
		ManagedLoginBrandingId: row.id,
		UserPoolId: row.pool_id,
		UseCognitoProvidedValues: row.provided === 1,
		// Left out where there are none, while assets are always a list: github.com/floci-io/floci/pull/2869.
		...(shown === undefined ? {} : { Settings: shown }),
		Assets: described,
		CreationDate: row.created_at,
		LastModifiedDate: row.modified_at,
	};
}
