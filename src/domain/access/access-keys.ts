/** Access keys of IAM's users. A secret is shown once, when it is made, and kept sealed, since signatures are verified with it. */
import { present } from "../../kernel/assert.ts";
import { consume, insert, type Store, statement, update } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Vault } from "../../storage/vault.ts";
import { type AccessCall, changeEntity, findEntityOfId, getEntity } from "./entities.ts";
import { createKeyId, createSecret } from "./key-ids.ts";
import { accessKeyNotFound, accessKeyStatusInvalid, tooMany } from "./refusals.ts";

/** As the cache holds it. */
export interface UserAccessKey {
	readonly id: string;
	readonly userId: string;
	readonly isActive: boolean;
	readonly secret: string;
}

export type AccessKeyRow = Pick<Tables["iam_access_keys"], "id" | "user_id" | "status" | "created_at">;

export interface KeyUse {
	readonly userName: string;
	/** `at`: milliseconds since the epoch. Undefined: it signed nothing yet. */
	readonly lastUsed: { readonly at: number; readonly service: string; readonly region: string } | undefined;
}

/** "Access keys assigned to an IAM user: 2". https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const keysMax = 2;

export const findAccessKeyRow = statement<{ id: string }>()("findIamAccessKeyRow", (db, param) =>
	db.selectFrom("iam_access_keys").selectAll().where("id", "=", param("id")),
);
const findAccessKeyVersion = statement<{ id: string }>()("findIamAccessKeyVersion", (db, param) =>
	db.selectFrom("iam_access_keys").select("version").where("id", "=", param("id")),
);
export const listAccessKeyRows = statement<{ user: string }>()("listIamAccessKeyRows", (db, param) =>
	db.selectFrom("iam_access_keys").select(["id", "user_id", "status", "created_at"]).where("user_id", "=", param("user")).orderBy("id"),
);

const contextOf = (id: string): readonly string[] => ["iam_access_keys", "secret_sealed", id];

export async function loadAccessKey(
	store: Store,
	vault: Vault,
	id: string,
): Promise<{ readonly version: number; readonly value: UserAccessKey } | undefined> {
	const [row] = await store.read(findAccessKeyRow, { id });
	if (row === undefined) return undefined;
	const secret = present(vault.server.signing.open(contextOf(id), row.secret_sealed), "an access key's secret opens");
	return { version: row.version, value: { id, userId: row.user_id, isActive: row.status === "Active", secret: secret.toString() } };
}

export async function accessKeyVersion(store: Store, id: string): Promise<number | undefined> {
	const [row] = await store.read(findAccessKeyVersion, { id });
	return row?.version;
}

/** The keys of a user. @throws NoSuchEntity */
export async function listAccessKeys(call: AccessCall, userName: string): Promise<readonly AccessKeyRow[]> {
	return call.store.read(listAccessKeyRows, { user: (await getEntity(call, "user", userName)).id });
}

/** The key of that id; undefined where there is none. */
export async function findAccessKeyById(call: AccessCall, id: string): Promise<AccessKeyRow | undefined> {
	const [row] = await call.store.read(findAccessKeyRow, { id });
	return row;
}

/** Whose a key is, and what it signed last; undefined where there is no such key. */
export async function findKeyUse(call: AccessCall, id: string): Promise<KeyUse | undefined> {
	const [row] = await call.store.read(findAccessKeyRow, { id });
	const user = row && (await findEntityOfId(call, row.user_id));
	if (row === undefined || user === undefined) return undefined;
	const { last_used_at: at, last_used_service: service, last_used_region: region } = row;
	return { userName: user.name, lastUsed: at === 0 ? undefined : { at, service, region } };
}

/** A new key, with its secret. @throws NoSuchEntity, LimitExceeded */
export async function createAccessKey(
	call: AccessCall,
	userName: string,
): Promise<{ readonly id: string; readonly secret: string; readonly userName: string }> {
	const id = createKeyId(call, "AKIA");
	const secret = createSecret(call.ports.random);
	const secret_sealed = call.vault.server.signing.seal(contextOf(id), Buffer.from(secret));
	// Through the user, so that of several at once no more are made than there may be.
	const { name } = await changeEntity(call, "user", userName, async (user) => {
		if ((await call.store.read(listAccessKeyRows, { user: user.id })).length >= keysMax) throw tooMany("AccessKeysPerUser", keysMax);
		const row = { id, user_id: user.id, status: "Active", version: 1, secret_sealed, created_at: call.now };
		return { verbs: [insert("iam_access_keys", { ...row, last_used_at: 0, last_used_service: "", last_used_region: "" })] };
	});
	return { id, secret, userName: name };
}

/** @throws NoSuchEntity, ValidationError */
export async function updateAccessKey(call: AccessCall, userName: string, id: string, status: string): Promise<void> {
	if (status !== "Active" && status !== "Inactive") throw accessKeyStatusInvalid();
	const { id: userId } = await getEntity(call, "user", userName);
	const changed = update("iam_access_keys", { id, user_id: userId }, { status, version: { add: 1 } }, "gone");
	if ((await call.store.write([changed])) === "gone") throw accessKeyNotFound(id);
	call.caches.accessKeys.forget(id);
}

/** @throws NoSuchEntity */
export async function deleteAccessKey(call: AccessCall, userName: string, id: string): Promise<void> {
	const { id: userId } = await getEntity(call, "user", userName);
	if ((await call.store.write([consume("iam_access_keys", { id, user_id: userId }, "gone")])) === "gone") throw accessKeyNotFound(id);
	call.caches.accessKeys.forget(id);
}
