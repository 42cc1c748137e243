/**
 * A pool's two RSA signing keys, one for ID tokens and one for access tokens, as Cognito has them: made with the pool,
 * their private halves sealed under the pool's signing key, their public halves served as `jwks.json`. While others take their place
 * (`../key-succession.ts`) there are more.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { present } from "../../kernel/assert.ts";
import type { Ports } from "../../kernel/ports.ts";
import { insert, type Store, statement, type Verb } from "../../storage/store.ts";
import type { Succession, Tables } from "../../storage/tables.ts";
import type { Keyring, Keyrings } from "../../storage/vault.ts";
import { aliveKeys, firstKey, nextChange, signingKey } from "../key-succession.ts";

export type KeyUse = "id" | "access";
const keyUses: readonly KeyUse[] = ["id", "access"];
const kidBytes = 32;

export interface SigningKey {
	readonly kid: string;
	readonly privateKey: KeyObject;
	/** base64url of the JOSE header, made once. */
	readonly header: string;
}

export interface PoolKeys {
	readonly signing: { readonly id: SigningKey; readonly access: SigningKey };
	readonly verifying: ReadonlyMap<string, { readonly use: KeyUse; readonly publicKey: KeyObject }>;
	/** The answer of `jwks.json`, ready to send. */
	readonly jwks: string;
}

/** What puts a new pool's keys into the store. */
export async function makeSigningKeys(
	ports: Pick<Ports, "keyPairs" | "random">,
	poolId: string,
	keyrings: Keyrings,
	now: number,
): Promise<Verb<never>[]> {
	return (await makeSigningKeyRows(ports, poolId, keyrings.signing, firstKey(now))).map((row) => insert("signing_keys", row));
}

/** A new key for each use. */
export async function makeSigningKeyRows(
	ports: Pick<Ports, "keyPairs" | "random">,
	poolId: string,
	keyring: Keyring,
	succession: Succession,
): Promise<Tables["signing_keys"][]> {
	return Promise.all(
		keyUses.map(async (use): Promise<Tables["signing_keys"]> => {
			const { privateKey, publicKey } = await ports.keyPairs.take();
			// Cognito's key ids are 32 bytes in standard base64, padding included.
			const kid = ports.random.bytes(kidBytes).toString("base64");
			const { e, n } = publicKey.export({ format: "jwk" });
			return {
				pool_id: poolId,
				kid,
				use,
				public_jwk: JSON.stringify({ alg: "RS256", e, kid, kty: "RSA", n, use: "sig" }),
				private_sealed: keyring.seal(contextOf(poolId, kid), privateKey.export({ type: "pkcs8", format: "der" })),
				...succession,
			};
		}),
	);
}

const findSigningKeys = statement<{ pool: string }>()("findSigningKeys", (db, param) =>
	db.selectFrom("signing_keys").selectAll().where("pool_id", "=", param("pool")),
);

/** A pool's keys as they are at `now`, opened, and until when they are so; undefined where its rows are gone. */
export async function loadSigningKeys(
	store: Store,
	poolId: string,
	keyrings: Keyrings,
	now: number,
): Promise<{ readonly keys: PoolKeys; readonly changesAt: number | undefined } | undefined> {
	const stored = await store.read(findSigningKeys, { pool: poolId });
	if (stored.length === 0) return undefined;
	const rows = aliveKeys(stored, now);
	// Oldest first, then by id: the document stays byte for byte the same while the keys do.
	rows.sort((a, b) => a.created_at - b.created_at || (a.kid < b.kid ? -1 : 1));
	const verifying = new Map(
		rows.map((row) => [
			row.kid,
			{ use: row.use as KeyUse, publicKey: createPublicKey({ key: JSON.parse(row.public_jwk), format: "jwk" }) },
		]),
	);
	const signing = (use: KeyUse) => {
		const ofUse = rows.filter((row) => row.use === use);
		return openSigningKey(signingKey(ofUse, now), keyrings);
	};
	return {
		keys: {
			signing: { id: signing("id"), access: signing("access") },
			verifying,
			jwks: `{"keys":[${rows.map((row) => row.public_jwk).join(",")}]}`,
		},
		changesAt: nextChange(rows, now),
	};
}

function openSigningKey(row: Tables["signing_keys"], keyrings: Keyrings): SigningKey {
	const der = present(keyrings.signing.open(contextOf(row.pool_id, row.kid), row.private_sealed), "a pool's signing key opens");
	return {
		kid: row.kid,
		privateKey: createPrivateKey({ key: der, format: "der", type: "pkcs8" }),
		header: Buffer.from(JSON.stringify({ kid: row.kid, alg: "RS256" })).toString("base64url"),
	};
}

function contextOf(poolId: string, kid: string): readonly string[] {
	return ["signing_keys", "private_sealed", poolId, kid];
}
