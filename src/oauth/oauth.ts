/**
 * The door of OAuth 2.0 and OpenID Connect at a user pool's domain: what applications call, and where they send browsers. It reads and
 * writes the protocol; what may be asked for and what is given is decided in the domain's `authorization/`. It must not know any page.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
 */
import { type Context, Hono } from "hono";
import type { Call } from "../domain/call.ts";
import { OAuthError } from "../domain/user-pools/authorization/oauth-error.ts";
import { type CallBase, callOf, type DoorCall } from "../http/call.ts";
import type { DomainEnv } from "../http/domain-request.ts";
import { setHeader } from "../http/headers.ts";
import { Overloaded, RateExceeded } from "../kernel/overloaded.ts";
import { authorize } from "./authorize.ts";
import { openIdConfiguration } from "./discovery.ts";
import { logout } from "./logout.ts";
import { register } from "./register.ts";
import { revoke } from "./revoke.ts";
import { token } from "./token.ts";
import { userInfo } from "./user-info.ts";

type Endpoint = (call: DoorCall, c: Context<DomainEnv>) => Promise<Response>;

/** The endpoints of one domain; its paths are written without the domain's own. */
export function createOAuth(base: CallBase): Hono<DomainEnv> {
	const app = new Hono<DomainEnv>();
	const serve = (methods: readonly string[], path: string, endpoint: Endpoint) => {
		const answer = (c: Context<DomainEnv>) => observed(base, c, path, endpoint);
		app.on([...methods], path, answer);
		app.all(path, (c) => {
			c.header("allow", methods.join(", "));
			return observed(base, c, path, () => Promise.reject(new OAuthError("invalid_request", undefined, 405)));
		});
	};
	serve(["GET"], "/oauth2/authorize", authorize);
	serve(["POST"], "/oauth2/token", token);
	serve(["GET", "POST"], "/oauth2/userInfo", userInfo);
	serve(["POST"], "/oauth2/revoke", revoke);
	serve(["POST"], "/oauth2/register", register);
	serve(["GET"], "/logout", logout);
	serve(["GET"], "/.well-known/openid-configuration", async (call, c) => c.json(openIdConfiguration(c.get("domain").pool, call.settings)));
	serve(["GET"], "/.well-known/jwks.json", async (_call, c) =>
		c.body(c.get("domain").pool.jwks, 200, { "content-type": "application/json" }),
	);
	return app;
}

/** Runs an endpoint, turns what it throws into an answer, writes the headers of every answer, and says in log and meters how it went. */
async function observed(base: CallBase, c: Context<DomainEnv>, path: string, endpoint: Endpoint): Promise<Response> {
	const call = callOf(base, c.get("edge"));
	const { clock, log, meters } = call.ports;
	const began = clock.monotonic();
	setHeaders(call, c);
	let outcome = "ok";
	try {
		return await endpoint(call, c);
	} catch (thrown) {
		const error = asOAuthError(call, thrown);
		outcome = error.error;
		return refuse(c, error);
	} finally {
		const milliseconds = clock.monotonic() - began;
		meters.operation("oauth", path, outcome, milliseconds / 1000);
		log.info(
			{ requestId: call.requestId, service: "oauth", operation: path, outcome, milliseconds: Math.round(milliseconds * 10) / 10 },
			"request",
		);
	}
}

/** The headers that Cognito's endpoints send. */
function setHeaders(call: Call, c: Context<DomainEnv>): void {
	setHeader(c, "x-amz-cognito-request-id", call.requestId);
	setHeader(c, "x-content-type-options", "nosniff");
	setHeader(c, "x-frame-options", "DENY");
	setHeader(c, "cache-control", "no-cache, no-store, max-age=0, must-revalidate");
	setHeader(c, "pragma", "no-cache");
	setHeader(c, "expires", "0");
	// What is in these URLs is for the application alone.
	setHeader(c, "referrer-policy", "no-referrer");
}

function asOAuthError(call: Call, thrown: unknown): OAuthError {
	if (thrown instanceof OAuthError) return thrown;
	if (thrown instanceof Overloaded)
		return new OAuthError("server_error", thrown instanceof RateExceeded ? thrown.message : "Too many requests", 429);
	// The client hung up in the middle of its body: nobody reads the answer.
	if (thrown instanceof Error && "code" in thrown && thrown.code === "ECONNRESET") return new OAuthError("invalid_request");
	call.ports.log.error({ requestId: call.requestId, err: thrown }, "request failed");
	return new OAuthError("server_error", undefined, 500);
}

function refuse(c: Context<DomainEnv>, { error, description, status }: OAuthError): Response {
	const body = JSON.stringify({ error, ...(description !== undefined && { error_description: description }) });
	if (status === 429) c.header("retry-after", "1");
	// RFC 9110 §15.5.2: it says by which scheme one may prove who one is. RFC 6749 §5.2 and RFC 6750 §3.
	if (status === 401) c.header("www-authenticate", error === "invalid_token" ? 'Bearer error="invalid_token"' : 'Basic realm="OAuth 2.0"');
	return c.body(body, status, { "content-type": "application/json;charset=UTF-8" });
}
