/**
 * The RSA keys that OpenID tokens of identity pools are signed with: the installation's, not a pool's, as Amazon's are a Region's. The
 * first is made when it is needed; others take its place as `../key-succession.ts` says.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { present } from "../../kernel/assert.ts";
import type { Ports } from "../../kernel/ports.ts";
import type { Loaded } from "../../storage/cache.ts";
import { insert, type Store, statement } from "../../storage/store.ts";
import type { Succession, Tables } from "../../storage/tables.ts";
import type { Keyring, Vault } from "../../storage/vault.ts";
import type { Call } from "../call.ts";
import { aliveKeys, firstKey, nextChange, signingKey } from "../key-succession.ts";

const kidBytes = 16;
/** What the cache holds them under: there is one set of them. */
export const openIdKeysId = "keys";

export interface OpenIdKeys {
	readonly signing: {
		readonly privateKey: KeyObject;
		/** base64url of the JOSE header, made once. */
		readonly header: string;
	};
	readonly verifying: ReadonlyMap<string, KeyObject>;
	/** The answer of `jwks_uri`, ready to send. */
	readonly jwks: string;
}

const findTokenKeys = statement<Record<never, never>>()("findTokenKeys", (db) =>
	db.selectFrom("identity_token_keys").selectAll().orderBy("number"),
);

/** The keys; made where there are none yet. */
export async function getOpenIdKeys(call: Pick<Call, "caches" | "ports" | "store" | "vault" | "now">): Promise<OpenIdKeys> {
	const keys = await call.caches.openIdKeys.get(openIdKeysId);
	if (keys !== undefined) return keys;
	// Of two that make the first key at once one's row is left out, and both read what is there.
	await call.store.write([
		insert("identity_token_keys", await makeOpenIdKeyRow(call.ports, 1, call.vault.server.signing, firstKey(call.now))),
	]);
	call.caches.openIdKeys.forget(openIdKeysId);
	return present(await call.caches.openIdKeys.get(openIdKeysId), "the key that was made is there");
}

/** A new key. */
export async function makeOpenIdKeyRow(
	ports: Pick<Ports, "keyPairs" | "random">,
	number: number,
	keyring: Keyring,
	succession: Succession,
): Promise<Tables["identity_token_keys"]> {
	const { privateKey, publicKey } = await ports.keyPairs.take();
	const kid = ports.random.bytes(kidBytes).toString("base64url");
	const { e, n } = publicKey.export({ format: "jwk" });
	return {
		number,
		kid,
		public_jwk: JSON.stringify({ kty: "RSA", alg: "RS512", use: "sig", kid, n, e }),
		private_sealed: keyring.seal(contextOf(kid), privateKey.export({ type: "pkcs8", format: "der" })),
		...succession,
	};
}

/** The keys as the cache holds them from `now` on; undefined where there are none yet. */
export async function loadOpenIdKeys(store: Store, vault: Vault, now: number): Promise<Loaded<OpenIdKeys> | undefined> {
	const stored = await store.read(findTokenKeys, {});
	const newest = stored.at(-1);
	if (newest === undefined) return undefined;
	const rows = aliveKeys(stored, now);
	const { kid, private_sealed } = signingKey(rows, now);
	const der = present(vault.server.signing.open(contextOf(kid), private_sealed), "the signing key opens");
	return {
		version: newest.number,
		changesAt: nextChange(rows, now),
		value: {
			signing: {
				privateKey: createPrivateKey({ key: der, format: "der", type: "pkcs8" }),
				header: Buffer.from(JSON.stringify({ kid, typ: "JWS", alg: "RS512" })).toString("base64url"),
			},
			verifying: new Map(rows.map((row) => [row.kid, createPublicKey({ key: JSON.parse(row.public_jwk), format: "jwk" })])),
			jwks: `{"keys":[${rows.map((row) => row.public_jwk).join(",")}]}`,
		},
	};
}

/** The number of the newest key: by it the cache tells whether there is another. */
export async function openIdKeysVersion(store: Store): Promise<number | undefined> {
	return (await store.read(findTokenKeys, {})).at(-1)?.number;
}

function contextOf(kid: string): readonly string[] {
	return ["identity_token_keys", "private_sealed", kid];
}
