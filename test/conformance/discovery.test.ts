/** A pool's public documents: `jwks.json` and `openid-configuration`. */
import { deepEqual, equal, ok } from "node:assert/strict";
import { createPublicKey } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { CreateUserPoolCommand, DeleteUserPoolCommand } from "@aws-sdk/client-cognito-identity-provider";
import { engines, type Gatehouse, startGatehouse } from "../support/gatehouse.ts";

for (const engine of engines) {
	describe(`discovery (${engine})`, () => {
		let gatehouse: Gatehouse;
		let id: string;
		before(async () => {
			gatehouse = await startGatehouse({ engine });
			id = await createPool();
		});
		after(() => gatehouse.stop());

		const createPool = async () => {
			const { UserPool } = await gatehouse.client.send(new CreateUserPoolCommand({ PoolName: "pool" }));
			return UserPool?.Id ?? "";
		};
		const get = (pool: string, path: string, headers: Record<string, string> = {}) =>
			fetch(`${gatehouse.url}/${pool}/.well-known/${path}`, { headers });

		test("jwks.json has the pool's two keys, each with exactly the members that Cognito gives", async () => {
			const response = await get(id, "jwks.json");
			equal(response.status, 200);
			equal(response.headers.get("content-type"), "application/json");
			equal(response.headers.get("cache-control"), "public, max-age=3600");
			const { keys, ...rest } = (await response.json()) as { keys: Record<string, string>[] };
			deepEqual(rest, {});
			equal(keys.length, 2);
			equal(new Set(keys.map((key) => key["kid"])).size, 2);
			for (const { kid = "", n = "", ...key } of keys) {
				ok(/^[A-Za-z0-9+/]{43}=$/.test(kid), kid);
				deepEqual(key, { alg: "RS256", e: "AQAB", kty: "RSA", use: "sig" });
				const { asymmetricKeyDetails } = createPublicKey({ key: { kty: "RSA", e: "AQAB", n }, format: "jwk" });
				equal(asymmetricKeyDetails?.modulusLength, 2048);
			}
		});

		test("openid-configuration names the issuer and the keys, and no endpoint that a pool without a domain lacks", async () => {
			const response = await get(id, "openid-configuration");
			equal(response.status, 200);
			deepEqual(await response.json(), {
				id_token_signing_alg_values_supported: ["RS256"],
				issuer: `http://localhost:9400/${id}`,
				jwks_uri: `http://localhost:9400/${id}/.well-known/jwks.json`,
				response_types_supported: ["code", "token"],
				scopes_supported: ["openid", "email", "phone", "profile"],
				subject_types_supported: ["public"],
				token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
			});
		});

		test("a cache that has the document is told so without it", async () => {
			for (const path of ["jwks.json", "openid-configuration"]) {
				const first = await get(id, path);
				const etag = first.headers.get("etag") ?? "";
				ok(/^"[\w-]{43}"$/.test(etag), etag);
				const text = await first.text();
				equal(await (await get(id, path)).text(), text);
				for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
					const again = await get(id, path, { "if-none-match": known });
					equal(again.status, 304);
					equal(again.headers.get("etag"), etag);
					equal(await again.text(), "");
				}
				equal((await get(id, path, { "if-none-match": '"other"' })).status, 200);
			}
			ok((await get(id, "jwks.json")).headers.get("etag") !== (await get(await createPool(), "jwks.json")).headers.get("etag"));
		});

		test("the documents stay the same over a restart", async () => {
			const before = await (await get(id, "jwks.json")).text();
			gatehouse = await gatehouse.restart();
			equal(await (await get(id, "jwks.json")).text(), before);
		});

		test("an unknown or deleted pool is not found, in JSON and uncached", async () => {
			const deleted = await createPool();
			await gatehouse.client.send(new DeleteUserPoolCommand({ UserPoolId: deleted }));
			for (const pool of [deleted, "us-east-1_unknown00", "nonsense", "a".repeat(500), "us-east-1_%00", "%3Cb%3E"]) {
				for (const path of ["jwks.json", "openid-configuration"]) {
					const response = await get(pool, path);
					equal(response.status, 404, pool);
					equal(response.headers.get("cache-control"), "no-store");
					deepEqual(await response.json(), { message: `User pool ${decodeURIComponent(pool)} does not exist.` });
				}
			}
		});
	});
}
