/**
 * The built-in KMS: symmetric keys, which never leave it. It must not know what they encrypt: pools that send codes through functions
 * do, and those functions. Keys are the installation's, in the region that a request is signed for.
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
 */
import type { CreateKeyRequest, KeyListEntry, KeyMetadata } from "../../aws/model/kms.types.ts";
import { randomUuid } from "../../crypto/random-text.ts";
import { assert, present } from "../../kernel/assert.ts";
import { insert, statement } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Vault } from "../../storage/vault.ts";
import type { Call } from "../call.ts";
import { aliasNotFound, customKeyIdInvalid, customKeyIdTaken, keyIdInvalid, keyNotFound, markerInvalid, unsupported } from "./refusals.ts";

/** What the KMS needs of a call. */
export type KmsCall = Pick<Call, "store" | "vault" | "ports" | "settings" | "now" | "region">;

/** A key whose material is at hand. */
export interface KmsKey {
	readonly id: string;
	readonly arn: string;
	readonly region: string;
	/** 32 bytes. */
	readonly material: Uint8Array;
}

type Row = Tables["kms_keys"];

const materialBytes = 32;
const keyPageDefault = 100;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** The tag that gives a key its id, in development. */
const customIdTag = "_custom_id_";

export const findKmsKeyRow = statement<{ region: string; id: string }>()("findKmsKeyRow", (db, param) =>
	db.selectFrom("kms_keys").selectAll().where("region", "=", param("region")).where("id", "=", param("id")),
);
export const listKmsKeys = statement<{ region: string; after: string; limit: number }>()("listKmsKeys", (db, param) =>
	db
		.selectFrom("kms_keys")
		.select("id")
		.where("region", "=", param("region"))
		.where("id", ">", param("after"))
		.orderBy("id")
		.limit(param("limit")),
);

const regionOf = (call: KmsCall) => call.region ?? call.settings.defaultRegion;
const arnPrefix = (call: KmsCall) => `arn:aws:kms:${regionOf(call)}:${call.settings.accountId}:`;
const arnOf = (call: KmsCall, id: string) => `${arnPrefix(call)}key/${id}`;

function sealedContext(region: string, id: string): readonly string[] {
	return ["kms_keys", "material_sealed", region, id];
}

function openMaterial(vault: Vault, row: Row): Buffer {
	return present(vault.server.signing.open(sealedContext(row.region, row.id), row.material_sealed), "a key's material opens");
}

/** @throws UnsupportedOperationException for what is no plain symmetric key, ValidationException */
export async function createKey(call: KmsCall, input: CreateKeyRequest): Promise<KeyMetadata> {
	checkPlain(input);
	const region = regionOf(call);
	const customId = customKeyId(call, input);
	const id = customId ?? randomUuid(call.ports.random);
	const row: Row = {
		region,
		id,
		description: input.Description ?? "",
		material_sealed: call.vault.server.signing.seal(sealedContext(region, id), call.ports.random.bytes(materialBytes)),
		created_at: call.now,
	};
	if ((await call.store.write([insert("kms_keys", row, "taken")])) === "taken") {
		assert(customId !== undefined, "a random key id is free");
		throw customKeyIdTaken(id);
	}
	return describe(call, row);
}

/** What is asked for and would not be had is refused, since nobody would notice. */
function checkPlain(input: CreateKeyRequest): void {
	const { KeySpec, CustomerMasterKeySpec, KeyUsage, Origin, MultiRegion, CustomKeyStoreId, XksKeyId, Policy, Tags } = input;
	if (
		(KeySpec ?? CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT") !== "SYMMETRIC_DEFAULT" ||
		(KeyUsage ?? "ENCRYPT_DECRYPT") !== "ENCRYPT_DECRYPT"
	)
		throw unsupported("Gatehouse's KMS has symmetric keys for encryption alone.");
	if ((Origin ?? "AWS_KMS") !== "AWS_KMS" || MultiRegion === true || CustomKeyStoreId !== undefined || XksKeyId !== undefined)
		throw unsupported("Gatehouse's KMS makes its keys itself, for one region.");
	if (Policy !== undefined) throw unsupported("Gatehouse's KMS has no key policies: who may use a key is decided as for every operation.");
	if (Tags?.some(({ TagKey }) => TagKey !== customIdTag)) throw unsupported("Gatehouse's KMS keeps no tags.");
}

/** The id that the tag `_custom_id_` asks for; only development listens to it. */
function customKeyId(call: KmsCall, input: CreateKeyRequest): string | undefined {
	const id = input.Tags?.find(({ TagKey }) => TagKey === customIdTag)?.TagValue;
	if (id === undefined) return undefined;
	if (call.settings.mode !== "development") throw unsupported("Only development gives keys fixed ids.");
	if (!uuid.test(id)) throw customKeyIdInvalid(id);
	return id;
}

/** The key with that id or ARN. @throws NotFoundException */
export async function getKey(call: KmsCall, keyId: string): Promise<KmsKey> {
	return keyOf(call, await getRow(call, keyId));
}

/** The key with that id; undefined where the call's region has none. */
export async function findKey(call: KmsCall, id: string): Promise<KmsKey | undefined> {
	const [row] = await call.store.read(findKmsKeyRow, { region: regionOf(call), id });
	return row === undefined ? undefined : keyOf(call, row);
}

function keyOf(call: KmsCall, row: Row): KmsKey {
	return { id: row.id, arn: arnOf(call, row.id), region: row.region, material: openMaterial(call.vault, row) };
}

/** @throws NotFoundException */
export async function describeKey(call: KmsCall, keyId: string): Promise<KeyMetadata> {
	return describe(call, await getRow(call, keyId));
}

async function getRow(call: KmsCall, keyId: string): Promise<Row> {
	const id = bareId(call, keyId);
	const [row] = await call.store.read(findKmsKeyRow, { region: regionOf(call), id });
	if (row === undefined) throw keyNotFound(arnOf(call, id));
	return row;
}

/** A key's id, from it or from its ARN. There are no aliases. @throws NotFoundException */
function bareId(call: KmsCall, keyId: string): string {
	const prefix = arnPrefix(call);
	const ownPart = keyId.startsWith(prefix) ? keyId.slice(prefix.length) : undefined;
	const id = ownPart?.startsWith("key/") ? ownPart.slice("key/".length) : keyId;
	if (uuid.test(id)) return id;
	if (keyId.startsWith("alias/")) throw aliasNotFound(`${prefix}${keyId}`);
	if (!keyId.startsWith("arn:")) throw keyIdInvalid(keyId);
	throw /:alias\/[^:]*$/.test(keyId) ? aliasNotFound(keyId) : keyNotFound(keyId);
}

/** A page of the region's keys. @throws InvalidMarkerException */
export async function listKeys(
	call: KmsCall,
	limit: number = keyPageDefault,
	marker?: string,
): Promise<{ readonly keys: readonly KeyListEntry[]; readonly next: string | undefined }> {
	if (marker !== undefined && !uuid.test(marker)) throw markerInvalid();
	const rows = await call.store.read(listKmsKeys, { region: regionOf(call), after: marker ?? "", limit: limit + 1 });
	const keys = rows.slice(0, limit).map(({ id }) => ({ KeyId: id, KeyArn: arnOf(call, id) }));
	return { keys, next: rows.length > limit ? keys.at(-1)?.KeyId : undefined };
}

function describe(call: KmsCall, row: Row): KeyMetadata {
	return {
		AWSAccountId: call.settings.accountId,
		KeyId: row.id,
		Arn: arnOf(call, row.id),
		CreationDate: row.created_at,
		Enabled: true,
		Description: row.description,
		KeyUsage: "ENCRYPT_DECRYPT",
		KeyState: "Enabled",
		Origin: "AWS_KMS",
		KeyManager: "CUSTOMER",
		CustomerMasterKeySpec: "SYMMETRIC_DEFAULT",
		KeySpec: "SYMMETRIC_DEFAULT",
		EncryptionAlgorithms: ["SYMMETRIC_DEFAULT"],
		MultiRegion: false,
	};
}
