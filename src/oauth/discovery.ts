/**
 * The public documents of a user pool's issuer: its keys (RFC 7517) and its discovery document (OpenID Connect Discovery 1.0).
 * They are the same for everybody, so that any cache may keep them.
 */
import { createHash } from "node:crypto";
import { type Context, Hono } from "hono";
import type { Call, Settings } from "../domain/call.ts";
import { keysMaxAgeSeconds } from "../domain/key-succession.ts";
import { findUserPool, type UserPool } from "../domain/user-pools/pools.ts";

export function discovery({ caches, settings }: Pick<Call, "caches" | "settings">): Hono {
	const app = new Hono();
	const serve = (path: string, document: (pool: UserPool) => string) =>
		app.get(`/:userPoolId/.well-known/${path}`, async (c) => {
			const id = c.req.param("userPoolId");
			const pool = await findUserPool({ caches, region: undefined }, id);
			if (pool === undefined) return c.json({ message: `User pool ${id} does not exist.` }, 404, { "Cache-Control": "no-store" });
			return answer(c, document(pool));
		});
	serve("jwks.json", (pool) => pool.jwks);
	serve("openid-configuration", (pool) => JSON.stringify(openIdConfiguration(pool, settings)));
	return app;
}

/**
 * `issuer` equals the tokens' `iss`; the other URLs are where this server is. A pool without a domain has no endpoints for
 * browsers and tokens, so the document names none.
 */
export function openIdConfiguration(pool: UserPool, settings: Settings) {
	return {
		...(pool.domainUrl !== undefined && endpoints(pool, pool.domainUrl)),
		id_token_signing_alg_values_supported: ["RS256"],
		issuer: pool.issuer,
		jwks_uri: `${settings.publicUrl}/${pool.id}/.well-known/jwks.json`,
		response_types_supported: ["code", "token"],
		scopes_supported: ["openid", "email", "phone", "profile"],
		subject_types_supported: ["public"],
		token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
	};
}

function endpoints(pool: UserPool, base: string) {
	return {
		authorization_endpoint: `${base}/oauth2/authorize`,
		// RFC 9207: which server an answer is from, so that a client of several is not made to mix them up.
		authorization_response_iss_parameter_supported: true,
		// RFC 9700 §2.1.1: clients find out about PKCE here.
		code_challenge_methods_supported: ["S256"],
		end_session_endpoint: `${base}/logout`,
		...(pool.settings.DcrConfiguration?.EnableStatus === "Enabled" && { registration_endpoint: `${base}/oauth2/register` }),
		// Left out it would be true (OpenID Connect Discovery §3).
		request_uri_parameter_supported: false,
		revocation_endpoint: `${base}/oauth2/revoke`,
		token_endpoint: `${base}/oauth2/token`,
		userinfo_endpoint: `${base}/oauth2/userInfo`,
	};
}

/** RFC 9110 §13.1.2: a client that has this version gets 304. */
function answer(c: Context, body: string): Response {
	const etag = `"${createHash("sha256").update(body).digest("base64url")}"`;
	c.header("Cache-Control", `public, max-age=${keysMaxAgeSeconds}`);
	c.header("ETag", etag);
	const known = c.req
		.header("If-None-Match")
		?.split(",")
		.map((tag) => tag.trim().replace(/^W\//, ""));
	if (known?.some((tag) => tag === etag || tag === "*")) return c.body(null, 304);
	return c.body(body, 200, { "Content-Type": "application/json" });
}
