/**
 * Classic UI customization: CSS and a logo for the hosted UI (domains of version 1), of one app client, or of `ALL` that have none.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/hosted-ui-classic-branding.html
 */
import type { SetUICustomizationRequest, UICustomizationType } from "../../../aws/model/cognito-idp.types.ts";
import { consume, insert, require, statement, update } from "../../../storage/store.ts";
import type { Tables } from "../../../storage/tables.ts";
import type { Call } from "../../call.ts";
import { clientNotFound } from "../../refusals.ts";
import { getClientOfPool } from "../app-clients.ts";
import { domainOfPool, domainUrl, type UserPoolDomain } from "../domains.ts";
import type { UserPool } from "../pools.ts";
import { untilSettled } from "../users.ts";
import { beginsAs, deleteImage, hashOf, type ImageOwner, insertImage } from "./images.ts";
import { customizationTooLarge, domainNeededToGet, domainNeededToSet, logoInvalid } from "./refusals.ts";
import { writeBranding } from "./versions.ts";

/** The ClientId of what holds for every client without customization of its own. */
export const allClients = "ALL";
/** "The request that sets your UI customization must not exceed 135 KB in size", the logo in base64. */
const requestBytesMax = 135 * 1024;

type Row = Tables["ui_customizations"];

export const findCustomizations = statement<{ pool: string; client: string; all: string }>()("findCustomizations", (db, param) =>
	db
		.selectFrom("ui_customizations")
		.selectAll()
		.where("pool_id", "=", param("pool"))
		.where((where) => where.or([where("client_id", "=", param("client")), where("client_id", "=", param("all"))])),
);

/**
 * What is set for a client, or else for all of them; "if nothing is present, then an empty shape is returned".
 * @throws InvalidParameterException without a domain, ResourceNotFoundException
 */
export async function getUICustomization(call: Call, pool: UserPool, clientId: string = allClients): Promise<UICustomizationType> {
	const domain = await domainOfPool(call, pool);
	if (domain === undefined) throw domainNeededToGet();
	await checkClient(call, pool, clientId);
	const row = await findCustomization(call, pool, clientId);
	return row === undefined ? {} : describe(call, domain, row);
}

/**
 * Replaces CSS and logo, which go together: "You can't set CSS and logo customization separately." Neither leaves nothing set.
 * @throws InvalidParameterException, ResourceNotFoundException, TooManyRequestsException
 */
export async function setUICustomization(
	call: Call,
	pool: UserPool,
	{ ClientId: clientId = allClients, CSS: css, ImageFile: image }: SetUICustomizationRequest,
): Promise<UICustomizationType> {
	const domain = await domainOfPool(call, pool);
	if (domain === undefined) throw domainNeededToSet();
	await checkClient(call, pool, clientId);
	if (Buffer.byteLength(css ?? "") + Math.ceil((image?.length ?? 0) / 3) * 4 > requestBytesMax) throw customizationTooLarge();
	// The parser is loaded when the first CSS is read: a server starts without it.
	if (css !== undefined) (await import("./classic-css.ts")).parseClassicCss(css);
	const extension = image === undefined || image.length === 0 ? undefined : extensionOf(image);
	const hash = image === undefined || extension === undefined ? undefined : hashOf(image);
	const owner: ImageOwner = { clientId, kind: "classic" };
	return untilSettled(async () => {
		const [there] = (await readRows(call, pool, clientId)).filter(({ client_id }) => client_id === clientId);
		const row: Row = {
			pool_id: pool.id,
			client_id: clientId,
			version: (there?.version ?? 0) + 1,
			css: css === undefined || css === "" ? null : css,
			image: hash === undefined ? null : `${hash}.${extension}`,
			created_at: there?.created_at ?? call.now,
			modified_at: call.now,
		};
		const key = { pool_id: pool.id, client_id: clientId };
		const isEmpty = row.css === null && row.image === null;
		const before = there?.image?.split(".")[0];
		const outcome = await writeBranding<"gone" | "stale">(call, pool, [
			...(clientId === allClients ? [] : [require("app_clients", { id: clientId, pool_id: pool.id }, "some", "gone")]),
			...(there === undefined
				? isEmpty
					? []
					: [insert("ui_customizations", row, "stale")]
				: isEmpty
					? [consume("ui_customizations", { ...key, version: there.version }, "stale")]
					: [
							update(
								"ui_customizations",
								{ ...key, version: there.version },
								{ version: row.version, css: row.css, image: row.image, modified_at: row.modified_at },
								"stale",
							),
						]),
			...(before === undefined || before === hash ? [] : [deleteImage(pool, owner, before)]),
			...(image === undefined || hash === undefined || before === hash ? [] : insertImage(pool, owner, hash, image)),
		]);
		if (outcome === "gone") throw clientNotFound(clientId);
		return outcome === "stale" ? "stale" : describe(call, domain, row);
	});
}

/** The row that holds for a client: its own, which replaces the one of all clients entirely, or that one. */
export async function findCustomization(call: Pick<Call, "store">, pool: Pick<UserPool, "id">, clientId: string): Promise<Row | undefined> {
	const rows = await readRows(call, pool, clientId);
	return rows.find(({ client_id }) => client_id === clientId) ?? rows[0];
}

function readRows({ store }: Pick<Call, "store">, pool: Pick<UserPool, "id">, clientId: string): Promise<Row[]> {
	return store.read(findCustomizations, { pool: pool.id, client: clientId, all: allClients });
}

/** @throws ResourceNotFoundException */
async function checkClient(call: Call, pool: UserPool, clientId: string): Promise<void> {
	if (clientId !== allClients) await getClientOfPool(call, pool, clientId);
}

/** @throws InvalidParameterException */
function extensionOf(image: Uint8Array): "png" | "jpeg" {
	if (beginsAs("PNG", image)) return "png";
	if (beginsAs("JPEG", image)) return "jpeg";
	throw logoInvalid();
}

function describe(call: Call, domain: UserPoolDomain, row: Row): UICustomizationType {
	return {
		UserPoolId: row.pool_id,
		ClientId: row.client_id,
		...(row.image === null
			? {}
			: { ImageUrl: `${domainUrl(call.settings, domain)}/branding/classic/${encodeURIComponent(row.client_id)}/${row.image}` }),
		...(row.css === null ? {} : { CSS: row.css }),
		CSSVersion: versionOf(row.modified_at),
		LastModifiedDate: row.modified_at,
		CreationDate: row.created_at,
	};
}

/** The time of the change, as Cognito writes it: `20190129172214`. */
function versionOf(at: number): string {
	return new Date(at).toISOString().replaceAll(/\D/g, "").slice(0, 14);
}
