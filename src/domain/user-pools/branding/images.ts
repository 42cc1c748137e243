/** Pictures of the login pages: whether a file is the picture that it says it is, and how it is kept. */
import { createHash } from "node:crypto";
import type { AssetCategoryType, AssetExtensionType } from "../../../aws/model/cognito-idp.types.ts";
import { consume, insert, type Store, statement, type Verb } from "../../../storage/store.ts";
import type { UserPool } from "../pools.ts";
import { assetContentInvalid, assetExtensionInvalid } from "./refusals.ts";
import { checkSvg } from "./svg.ts";

/** Files are kept in pieces, so that no row is large: exports and backups read many rows at once. */
const pieceBytes = 32 * 1024;

/** Whose picture it is: a style's, or the classic logo's of a client or of `ALL`. */
export interface ImageOwner {
	readonly clientId: string;
	readonly kind: "managed" | "classic";
}

export const readImageStatement = statement<{ pool: string; client: string; kind: string; hash: string }>()("readImage", (db, param) =>
	db
		.selectFrom("branding_images")
		.select("data")
		.where("pool_id", "=", param("pool"))
		.where("client_id", "=", param("client"))
		.where("kind", "=", param("kind"))
		.where("hash", "=", param("hash"))
		.orderBy("part"),
);

const pages: readonly AssetExtensionType[] = ["PNG", "SVG", "JPEG", "WEBP"];
/** The guide's table, and WEBP, which only the API reference has. */
const extensionsOf: { readonly [C in AssetCategoryType]?: readonly AssetExtensionType[] } = {
	FAVICON_ICO: ["ICO"],
	FAVICON_SVG: ["SVG"],
	IDP_BUTTON_ICON: ["ICO", "SVG"],
};

/** @throws InvalidParameterException */
export function checkImage(category: AssetCategoryType, extension: AssetExtensionType, bytes: Uint8Array): void {
	if (!(extensionsOf[category] ?? pages).includes(extension)) throw assetExtensionInvalid(category, extension);
	if (extension === "SVG") checkSvg(category, bytes);
	else if (!beginsAs(extension, bytes)) throw assetContentInvalid(category, extension);
}

/** Whether a file begins as those of its kind do. */
export function beginsAs(extension: Exclude<AssetExtensionType, "SVG">, bytes: Uint8Array): boolean {
	const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
	switch (extension) {
		case "PNG":
			return head.startsWith("\x89PNG\r\n\x1a\n");
		case "JPEG":
			return head.startsWith("\xff\xd8\xff");
		case "WEBP":
			return head.startsWith("RIFF") && head.slice(8) === "WEBP";
		default:
			return head.startsWith("\0\0\x01\0");
	}
}

/** The name that a file is kept and served under. */
export function hashOf(bytes: Uint8Array): string {
	return createHash("sha256").update(bytes).digest("hex").slice(0, 32);
}

/** Keeps a file; one that is there already stays. */
export function insertImage(pool: UserPool, owner: ImageOwner, hash: string, bytes: Uint8Array): Verb<never>[] {
	const parts = Math.max(1, Math.ceil(bytes.length / pieceBytes));
	return Array.from({ length: parts }, (_, part) =>
		insert("branding_images", {
			pool_id: pool.id,
			client_id: owner.clientId,
			kind: owner.kind,
			hash,
			part,
			data: Buffer.from(bytes.subarray(part * pieceBytes, (part + 1) * pieceBytes)),
		}),
	);
}

export function deleteImage(pool: UserPool, owner: ImageOwner, hash: string): Verb<never> {
	return consume("branding_images", { pool_id: pool.id, client_id: owner.clientId, kind: owner.kind, hash });
}

/** All of an owner's pictures. */
export function deleteImages(pool: UserPool, owner: ImageOwner): Verb<never> {
	return consume("branding_images", { pool_id: pool.id, client_id: owner.clientId, kind: owner.kind });
}

/** The bytes of a file; undefined where there is none. */
export async function readImage(store: Store, poolId: string, owner: ImageOwner, hash: string): Promise<Buffer | undefined> {
	const pieces = await store.read(readImageStatement, { pool: poolId, client: owner.clientId, kind: owner.kind, hash });
	return pieces.length === 0 ? undefined : Buffer.concat(pieces.map(({ data }) => data));
}
