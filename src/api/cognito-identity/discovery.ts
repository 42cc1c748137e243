/**
 * The public documents of the issuer of identity pools' OpenID tokens: its keys (RFC 7517) and its discovery document (OpenID Connect
 * Discovery 1.0), below `/identity`, with Amazon's own names for both. Whoever takes the tokens, such as another STS, reads them.
 */
import { Hono } from "hono";
import type { Call } from "../../domain/call.ts";
import { getOpenIdKeys } from "../../domain/identity-pools/open-id-keys.ts";
import { keysMaxAgeSeconds } from "../../domain/key-succession.ts";

export function identityDiscovery(base: Pick<Call, "caches" | "ports" | "settings" | "store" | "vault">): Hono {
	const app = new Hono();
	const headers = { "Cache-Control": `public, max-age=${keysMaxAgeSeconds}`, "Content-Type": "application/json" };
	app.get("/identity/.well-known/openid-configuration", (c) =>
		c.body(
			JSON.stringify({
				issuer: base.settings.identityIssuer,
				jwks_uri: `${base.settings.publicUrl}/identity/.well-known/jwks_uri`,
				response_types_supported: ["token"],
				subject_types_supported: ["public"],
				id_token_signing_alg_values_supported: ["RS512"],
				claims_supported: ["sub", "aud", "iss", "amr", "exp", "iat"],
			}),
			200,
			headers,
		),
	);
	app.get("/identity/.well-known/jwks_uri", async (c) =>
		c.body((await getOpenIdKeys({ ...base, now: base.ports.clock.now() })).jwks, 200, headers),
	);
	return app;
}
