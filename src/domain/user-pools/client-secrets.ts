/**
 * The secrets of app clients: a confidential client has one, or two while it changes from one to the other, and either proves it.
 * They are sealed at rest, and shown when they are made alone, or by DescribeUserPoolClient.
 */
import type { AddUserPoolClientSecretRequest, ClientSecretDescriptorType } from "../../aws/model/cognito-idp.types.ts";
import { randomText } from "../../crypto/random-text.ts";
import { present } from "../../kernel/assert.ts";
import type { Random } from "../../kernel/ports.ts";
import { consume, insert, type Store, statement, update, type Verb } from "../../storage/store.ts";
import type { Tables } from "../../storage/tables.ts";
import type { Call } from "../call.ts";
import { clientHasNoSecret, clientNotFound, clientSecretNotFound, lastClientSecret, tooMany } from "../refusals.ts";
import type { UserPool } from "./pools.ts";
import { untilSettled } from "./users.ts";

/** "Supports up to 2 active secrets per app client for zero-downtime credential rotation workflows." */
export const activeSecretsMax = 2;
const secretLength = 51;
const secretIdLength = 26;
const lowerAlphanumerics = "0123456789abcdefghijklmnopqrstuvwxyz";

type Row = Tables["client_secrets"];

export const findVersionOfOwner = statement<{ client: string; pool: string }>()("findVersionOfOwner", (db, param) =>
	db.selectFrom("app_clients").select("version").where("id", "=", param("client")).where("pool_id", "=", param("pool")),
);
export const listClientSecrets = statement<{ client: string; pool: string }>()("listClientSecrets", (db, param) =>
	db
		.selectFrom("client_secrets")
		.selectAll()
		.where("client_id", "=", param("client"))
		// A fixed id may have had a secret in a pool that is deleted.
		.where("pool_id", "=", param("pool")),
);

/** A secret of Cognito's own making. */
export function generateSecret(random: Random): string {
	return randomText(random, lowerAlphanumerics, secretLength);
}

/** The active secrets, newest last. */
export async function openSecrets(store: Store, pool: Pick<UserPool, "id" | "keyrings">, client: string): Promise<string[]> {
	return (await listRows(store, pool, client)).map((row) =>
		present(pool.keyrings["client-secret"].open(contextOf(row.client_id, row.id), row.sealed), "a client's secret opens").toString("utf8"),
	);
}

/** The row of a new secret. */
export function insertSecret(call: Call, pool: UserPool, client: string, secret: string): Verb<never> {
	return insert<"client_secrets">("client_secrets", newRow(call, pool, client, secret));
}

/**
 * Gives a confidential client a second secret. The answer shows its value only if Cognito made it.
 * @throws InvalidParameterException, LimitExceededException, ResourceNotFoundException, TooManyRequestsException
 */
export async function addClientSecret(
	call: Call,
	pool: UserPool,
	input: AddUserPoolClientSecretRequest,
): Promise<ClientSecretDescriptorType> {
	const secret = input.ClientSecret ?? generateSecret(call.ports.random);
	const row = newRow(call, pool, input.ClientId, secret);
	await changeSecrets(call, pool, input.ClientId, (rows) => {
		if (rows.length === 0) throw clientHasNoSecret(input.ClientId);
		if (rows.length >= activeSecretsMax) throw tooMany("client secrets");
		return insert<"client_secrets">("client_secrets", row);
	});
	return { ...describe(row), ...(input.ClientSecret === undefined && { ClientSecretValue: secret }) };
}

/** The client's secrets, newest last, without their values. @throws ResourceNotFoundException */
export async function listSecretsOfClient(call: Call, pool: UserPool, client: string): Promise<ClientSecretDescriptorType[]> {
	await getVersion(call, pool, client);
	return (await listRows(call.store, pool, client)).map(describe);
}

/**
 * Deletes a secret, but for the last one: a confidential client stays one.
 * @throws InvalidParameterException, ResourceNotFoundException, TooManyRequestsException
 */
export async function deleteClientSecret(call: Call, pool: UserPool, client: string, secretId: string): Promise<void> {
	await changeSecrets(call, pool, client, (rows) => {
		if (!rows.some(({ id }) => id === secretId)) throw clientSecretNotFound(secretId);
		if (rows.length === 1) throw lastClientSecret();
		return consume("client_secrets", { client_id: client, id: secretId });
	});
}

/** Any change of a client's secrets is a change of the client: its version decides races, and tells the caches of all nodes. */
async function changeSecrets(call: Call, pool: UserPool, client: string, change: (rows: readonly Row[]) => Verb<never>): Promise<void> {
	await untilSettled(async () => {
		const version = await getVersion(call, pool, client);
		const verb = change(await listRows(call.store, pool, client));
		const outcome = await call.store.write<"stale">([
			update("app_clients", { id: client, version }, { version: { add: 1 } }, "stale"),
			verb,
		]);
		call.caches.appClients.forget(client);
		return outcome;
	});
}

/** The client's version. @throws ResourceNotFoundException, for the client of another pool too */
async function getVersion(call: Call, pool: UserPool, client: string): Promise<number> {
	const [row] = await call.store.read(findVersionOfOwner, { client, pool: pool.id });
	if (row === undefined) throw clientNotFound(client);
	return row.version;
}

async function listRows(store: Store, pool: Pick<UserPool, "id">, client: string): Promise<Row[]> {
	const rows = await store.read(listClientSecrets, { client, pool: pool.id });
	return rows.sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
}

function newRow(call: Call, pool: UserPool, client: string, secret: string): Row {
	const id = randomText(call.ports.random, lowerAlphanumerics, secretIdLength);
	return {
		client_id: client,
		id,
		pool_id: pool.id,
		sealed: pool.keyrings["client-secret"].seal(contextOf(client, id), Buffer.from(secret, "utf8")),
		created_at: call.now,
	};
}

function contextOf(client: string, id: string): readonly string[] {
	return ["client_secrets", "sealed", client, id];
}

function describe(row: Row): ClientSecretDescriptorType {
	return { ClientSecretId: row.id, ClientSecretCreateDate: row.created_at };
}
